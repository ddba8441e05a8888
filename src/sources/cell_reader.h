// Cells of one column of a mapping, by its type. Private to sources/.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/wall_clock.h"
#include "sources/cell_words.h"
#include "sources/typing.h"

namespace weir::sources {

// Why a cell fails.
struct Refusal {
  std::string_view code;
  Phrase reason;
};

class CellReader {
 public:
  // New texts are put into `texts`, which outlives the reader.
  CellReader(const MappingColumn& column, bool is_currency, const TypingOptions& options,
             std::deque<std::string>& texts);

  void UseEvidence(const ColumnEvidence& evidence);
  // A cell was met that only evidence can decide, and there is none.
  bool wants_evidence() const { return wants_evidence_; }

  // Whether a stamp says its offset from UTC; nothing where the text is none, or the column holds no stamps.
  std::optional<bool> HasOffset(std::string_view text);
  // Instants were given as the clock on the wall showed them (TypingOptions::keeps_clock).
  bool kept_clock() const { return kept_clock_; }

  // The text that counts: empty for words that mean nothing, replaced where the mapping says so.
  std::string_view Meaning(std::string_view cell) const;

  // Each gives nothing and sets the value, or says why it cannot.
  std::optional<Refusal> ReadWhole(std::string_view text, std::int64_t& whole);
  // Units of the type's scale. `currency` counts where amounts are in minor units; `sign` is that of the cell.
  std::optional<Refusal> ReadScaled(std::string_view text, std::string_view currency, Int128& units,
                                    std::string_view& sign);
  std::optional<Refusal> ReadDuration(std::string_view text, std::int64_t& seconds);
  std::optional<Refusal> ReadDay(std::string_view text, std::int32_t& days);
  std::optional<Refusal> ReadInstant(std::string_view text, std::int64_t& micros);
  std::optional<Refusal> ReadBoolean(std::string_view text, std::uint8_t& flag) const;
  std::optional<Refusal> ReadText(std::string_view text, std::string_view& value);
  std::optional<std::string_view> ReadContact(std::string_view text, bool& is_whole);

 private:
  std::string_view Keep(std::string text) { return texts_->emplace_back(std::move(text)); }
  char DecimalMark() const;
  bool KeepsClock();
  std::optional<Refusal> ReadNumber(std::string_view text, ParsedNumber& number);
  std::optional<Refusal> ReadDate(std::string_view text, ParsedDate& date);
  std::optional<Refusal> ReadEpoch(std::string_view text, const Decimal& number, std::int64_t& micros) const;

  const MappingColumn* column_;
  bool is_currency_;
  const TypingOptions* options_;
  std::deque<std::string>* texts_;
  std::optional<ColumnEvidence> evidence_;
  bool wants_evidence_ = false;
  bool kept_clock_ = false;
  bool saw_offset_ = false;
  std::unique_ptr<WallClock> clock_;  // of columns of instants
  ContactReader contacts_;
};

}  // namespace weir::sources
