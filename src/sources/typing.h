// Text cells of a block as typed columns. A cell that cannot be understood faults its row; nothing is guessed.
// Contact details are softer: what is no e-mail, phone, domain or address becomes null and its text is kept.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sources/date_text.h"
#include "sources/mapping.h"
#include "sources/number_text.h"
#include "sources/reader.h"

namespace weir::sources {

enum class Storage : std::uint8_t { kText, kLong, kUnits, kDay, kFlag };
Storage StorageOf(ColumnType type);
// Digits after the point of a column of decimals; 0 for other types.
std::uint8_t ScaleOf(ColumnType type);
bool IsContact(ColumnType type);

// One of the vectors holds the values, by storage. Texts point into the block or into the typer, until the next block.
struct TypedColumn {
  ColumnType type = ColumnType::kText;
  std::vector<std::uint8_t> is_null;
  std::vector<std::string_view> texts;
  std::vector<std::int64_t> longs;  // integers, instants, decimals of up to 18 digits
  std::vector<Int128> units;        // decimals of up to 38 digits
  std::vector<std::int32_t> days;
  std::vector<std::uint8_t> flags;
  // Of contact columns: the text that the value does not hold; empty where it holds all.
  std::vector<std::string_view> kept;
};

struct CellFault {
  std::size_t row = 0;
  std::uint64_t column = 0;  // of the file, from 1
  std::string header;
  std::string_view code;
  Phrase reason;
};

struct TypingOptions {
  TimeZone zone = TimeZone::Utc();
  // Stamps of columns in which none says its offset stay what the clock on the wall showed, as if it were UTC: `zone`
  // is a setting that may be set later than the file is read, and the views of records apply it.
  bool keeps_clock = false;
  RepeatedHour repeated_hour = RepeatedHour::kFirst;
  MissingHour missing_hour = MissingHour::kForward;
  std::string region;            // of phone numbers
  std::string default_currency;  // for minor units where no currency is known
  char separator = ',';          // of the file: in files with ';' a comma is often the decimal mark
  bool has_iso_dates = false;    // the file's cells know that they are dates: they come so whatever form texts have
};

// What a whole column shows of its own form.
struct ColumnEvidence {
  DateEvidence dates;
  NumberEvidence numbers;
};

class BlockTyper {
 public:
  // `bindings` as by BindColumns.
  BlockTyper(const Mapping& mapping, std::vector<std::vector<std::size_t>> bindings,
             std::span<const SourceColumn> columns, TypingOptions options);
  BlockTyper(BlockTyper&&) noexcept;
  BlockTyper& operator=(BlockTyper&&) noexcept;
  ~BlockTyper();

  // Adds what a block shows. To be called for all blocks of the file, then Type may decide doubtful cells by it.
  void Note(const RowBlock& block);
  // Says that all blocks are noted, or sets what was noted when the file was read before.
  void FinishEvidence();
  void SetEvidence(std::vector<ColumnEvidence> evidence);
  const std::vector<ColumnEvidence>& evidence() const;  // by column of the mapping

  // Types the sound rows of a block. False if a cell can be decided only by evidence and there is none yet: then the
  // result is of no use.
  bool Type(const RowBlock& block);

  const TypedColumn& Column(std::size_t index) const;
  // At most one for each row, in the order of rows; rows that the reader faulted are not among them.
  const std::vector<CellFault>& faults() const;
  // Some amount was in minor units of the default currency.
  bool rests_on_currency() const;
  // Whether stamps of this column stayed by the clock on the wall.
  bool KeptClock(std::size_t index) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Evidence as JSON text and back, by column name.
std::string ToJson(const Mapping& mapping, const std::vector<ColumnEvidence>& evidence);
std::vector<ColumnEvidence> EvidenceFromJson(const Mapping& mapping, std::string_view json);

}  // namespace weir::sources
