// The ids of the records that `weir link` reads: which column holds them, whether each record has its own, and which
// record has which.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/table.h"

namespace weir::cli {

// How much a header says that its column holds ids, 0 the most; nothing where it does not.
std::optional<int> RankAsId(std::string_view header);

// The column of that header, exactly or in its normalised form. Errors: kBadInput with the header that was perhaps
// meant, and all that there are.
Result<std::size_t> FindIdColumn(const std::string& wanted, const std::vector<std::string>& headers,
                                 const std::string& file, std::uint64_t header_line);

// Some cells of a column, without blanks around them.
struct IdCells {
  const identity::TextColumn* column;
  std::size_t begin;
  std::size_t end;

  std::size_t size() const { return end - begin; }
  std::string_view operator[](std::size_t i) const { return column->At(begin + i); }
};

// The first record that has no id of its own: an earlier one has it, or it has none.
struct IdFault {
  std::size_t record;
  std::optional<std::size_t> earlier;
};
// Nothing where all are there and all are different. O(bytes).
std::optional<IdFault> FindIdFault(const IdCells& cells);
// No more of an id than a message has room for.
std::string_view ShownId(std::string_view id);
// The same as an error, kBadInput. `lines` are those of the records.
Status CheckIds(const IdCells& cells, const std::string& header, const std::string& file, std::size_t column,
                std::span<const std::uint64_t> lines);

// Finds records by their ids. 8 bytes a record; the column is to live as long.
class IdIndex {
 public:
  IdIndex(const identity::TextColumn& ids, std::size_t begin, std::size_t end);

  std::optional<std::uint32_t> Find(std::string_view id) const;
  // The first record whose id an earlier one has, and that one.
  const std::optional<std::pair<std::uint32_t, std::uint32_t>>& repeated() const { return repeated_; }

 private:
  std::size_t SlotOf(std::string_view id) const;

  const identity::TextColumn& ids_;
  std::vector<std::uint32_t> slots_;  // records; a power of two of them, at most half used
  std::optional<std::pair<std::uint32_t, std::uint32_t>> repeated_;
};

// Ids that no record has.
class UnknownIds {
 public:
  void Add(std::string_view id, std::uint64_t line, std::size_t column, bool is_of_other_file);
  std::uint64_t count() const { return count_; }
  Error ToError(const std::string& file, bool others_are_known) const;

 private:
  std::uint64_t count_ = 0;
  std::uint64_t of_other_file_ = 0;
  std::string first_;
  std::uint64_t line_ = 0;
  std::size_t column_ = 0;
};

}  // namespace weir::cli
