// The rows of one file on their way into the store: typed, keyed and fingerprinted in a temporary table, the refused
// ones in another. Private to sources/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/column_profile.h"
#include "sources/import.h"
#include "sources/stage_plan.h"
#include "sources/typing.h"
#include "store/chunk_appender.h"

namespace weir::sources {

// Tables of the connection, made by Stage.
//   weir_staged: _row, _line, _own_key, _hash, _modified, then the columns of the plan
//   weir_stage:  a view of it with _key: _own_key, or the column that says it
//   weir_reject: _row, line, col, header, code, reason, reason_ru, raw, key (null if it is not known)
inline constexpr std::string_view kStageTable = "temp.weir_stage";
inline constexpr std::string_view kRejectTable = "temp.weir_reject";

struct StagedColumn {
  std::uint64_t filled = 0;
  std::vector<std::string> samples;
  ColumnProfile profile;  // of unmapped columns
};

class Stage {
 public:
  static Result<Stage> Create(store::Connection& connection, const Mapping& mapping, const StagePlan& plan,
                              const TimeZone& zone, std::size_t sample_rows, std::size_t sample_problems);
  Stage(Stage&&) noexcept;
  Stage& operator=(Stage&&) noexcept;
  ~Stage();

  // Adds the rows of a block as the typer has just typed them.
  Status Add(const RowBlock& block, const BlockTyper& typer);
  // No more rows come.
  Status Close();

  std::uint64_t rows() const;  // all, refused ones too
  std::uint64_t staged() const;
  std::uint64_t refused() const;
  std::uint64_t content_keyed() const;  // rows whose key is their content
  bool has_refused_without_key() const;
  bool may_repeat_keys() const;  // false: no two rows have the same key
  std::optional<Instant> newest_modified(Instant not_after) const;
  const std::vector<StagedColumn>& columns() const;  // by column of the plan
  const std::vector<Problem>& problems() const;
  std::uint64_t softened() const;

  static Status Drop(store::Connection& connection);

 private:
  struct State;
  explicit Stage(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The text of a row for the quarantine: as in the file, or a list of its cells where no text stands for it.
std::string RawOf(const RowBlock& block, std::size_t row);

}  // namespace weir::sources
