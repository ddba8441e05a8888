#include "cli/link_ids.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

#include "base/text.h"

namespace weir::cli {
namespace {

constexpr std::uint32_t kFree = UINT32_MAX;

}  // namespace

std::optional<int> RankAsId(std::string_view header) {
  static constexpr std::array<std::string_view, 9> kIds{"id",        "uid",    "uuid", "guid",         "key",
                                                        "record_id", "rec_id", "ид",   "идентификатор"};
  // Headers in capitals, whose words nothing parts: CUSTOMERID.
  static constexpr std::array<std::string_view, 14> kOwners{"rec",     "record", "row",    "cust",    "customer",
                                                            "user",    "client", "person", "contact", "account",
                                                            "company", "lead",   "member", "product"};
  const std::string name = NormaliseHeader(header);
  if (std::ranges::find(kIds, name) != kIds.end()) return 0;
  if (name.ends_with("_id") || name.ends_with("_uid") || name.ends_with("_key") || name.ends_with("_ид")) return 1;
  if (name.starts_with("id_") || name.find("_id_") != std::string::npos || name.ends_with("identifier")) return 2;
  if (!name.ends_with("id")) return std::nullopt;
  const std::string_view owner = std::string_view(name).substr(0, name.size() - 2);
  return std::ranges::find(kOwners, owner) == kOwners.end() ? std::nullopt : std::optional(2);
}

Result<std::size_t> FindIdColumn(const std::string& wanted, const std::vector<std::string>& headers,
                                 const std::string& file, std::uint64_t header_line) {
  const auto exact = std::ranges::find(headers, wanted);
  if (exact != headers.end()) return static_cast<std::size_t>(exact - headers.begin());
  const std::string normal = NormaliseHeader(wanted);
  std::vector<std::string> names;
  names.reserve(headers.size());
  for (const std::string& header : headers) names.push_back(NormaliseHeader(header));
  const auto found = std::ranges::find(names, normal);
  if (!normal.empty() && found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string all;
  for (const std::string& header : headers) all += (all.empty() ? "" : ", ") + header;
  auto error = BadInput("there is no column '{}' to take the ids from", wanted).At(file, header_line).Field("id");
  const std::string_view near = NearestName(normal, names);
  if (near.empty()) return Fail(std::move(error).Mend("The columns are: {}", all));
  const auto meant = static_cast<std::size_t>(std::ranges::find(names, near) - names.begin());
  return Fail(std::move(error).Mend("Did you mean '{}'? The columns are: {}", headers[meant], all));
}

IdIndex::IdIndex(const identity::TextColumn& ids, std::size_t begin, std::size_t end)
    : ids_(ids), slots_(std::bit_ceil(2 * (end - begin) + 2), kFree) {
  for (std::size_t record = begin; record < end; ++record) {
    const std::size_t slot = SlotOf(ids_.At(record));
    if (slots_[slot] == kFree) {
      slots_[slot] = static_cast<std::uint32_t>(record);
    } else if (!repeated_) {
      repeated_ = {slots_[slot], static_cast<std::uint32_t>(record)};
    }
  }
}

// That of the id, or the free one where it would stand.
std::size_t IdIndex::SlotOf(std::string_view id) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>()(id) & mask;
  while (slots_[slot] != kFree && ids_.At(slots_[slot]) != id) slot = (slot + 1) & mask;
  return slot;
}

std::optional<std::uint32_t> IdIndex::Find(std::string_view id) const {
  const std::uint32_t record = slots_[SlotOf(id)];
  return record == kFree ? std::nullopt : std::optional(record);
}

std::optional<IdFault> FindIdFault(const IdCells& cells) {
  // Most files have their ids in order, as numbers of one sort: those are all different.
  bool rises = true;
  std::string_view before;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string_view id = cells[i];
    if (id.empty()) return IdFault{.record = i, .earlier = {}};
    rises = rises && (id.size() != before.size() ? id.size() > before.size() : id > before);
    before = id;
  }
  if (rises) return std::nullopt;
  const auto repeated = IdIndex(*cells.column, cells.begin, cells.end).repeated();
  if (!repeated) return std::nullopt;
  return IdFault{.record = repeated->second - cells.begin, .earlier = repeated->first - cells.begin};
}

std::string_view ShownId(std::string_view id) {
  constexpr std::size_t kMost = 80;
  if (id.size() <= kMost) return id;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(id[end]) & 0xC0U) == 0x80U) --end;
  return id.substr(0, end);
}

Status CheckIds(const IdCells& cells, const std::string& header, const std::string& file, std::size_t column,
                std::span<const std::uint64_t> lines) {
  const auto fault = FindIdFault(cells);
  if (!fault) return {};
  if (!fault->earlier) {
    return Fail(BadInput("the id is empty")
                    .At(file, lines[fault->record], column + 1)
                    .Field(header)
                    .Mend("Give each row an id, or leave --id out to have the rows numbered"));
  }
  return Fail(
      BadInput("the id '{}' is there twice, first in line {}", ShownId(cells[fault->record]), lines[*fault->earlier])
          .At(file, lines[fault->record], column + 1)
          .Field(header)
          .Mend("Take a column whose values are all different, or leave --id out"));
}

void UnknownIds::Add(std::string_view id, std::uint64_t line, std::size_t column, bool is_of_other_file) {
  if (count_++ == 0) {
    first_ = ShownId(id);
    line_ = line;
    column_ = column;
  }
  of_other_file_ += is_of_other_file ? 1 : 0;
}

Error UnknownIds::ToError(const std::string& file, bool others_are_known) const {
  if (of_other_file_ == count_) {
    return BadInput("the ids of the two files have changed places, '{}' being the first", first_)
        .At(file, line_, column_)
        .Mend("The first column is for ids of the first file, the second for those of the second");
  }
  if (!others_are_known) {
    return BadInput("no pair has two ids that are known; '{}' is the first that is not", first_)
        .At(file, line_, column_)
        .Mend("Check that the pairs are of these files, and that --id names the column of these ids");
  }
  return BadInput("{} ids of the pairs are not known, '{}' being the first", count_, first_)
      .At(file, line_, column_)
      .Mend("Take out the pairs of records that the files do not have");
}

}  // namespace weir::cli
