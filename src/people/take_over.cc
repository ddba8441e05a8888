#include "people/take_over.h"

#include <algorithm>
#include <map>

#include "people/roster.h"

namespace weir::people {
namespace {

Refusal StandsTwice(const Change& change, std::uint64_t first) {
  return {.code = Code::kBadInput,
          .reason = {fmt::format("{} stands in line {} as well", change.member->name, first),
                     fmt::format("{} уже есть в строке {}", change.member->name, first)},
          .mend = {"Give each person one line", "Оставьте каждому сотруднику одну строку"},
          .line = change.line,
          .column = 1};
}

}  // namespace

Result<TakeOver> PlanTakeOver(const std::string& text, Date since, const Directory& directory) {
  WEIR_TRY(Roster roster, ReadRoster(text));
  TakeOver plan{.refused = std::move(roster.refused),
                .lines = static_cast<std::int64_t>(roster.rows.size() + roster.refused_rows),
                .unknown = std::move(roster.unknown)};
  std::map<std::string_view, std::uint64_t> lines;
  for (const RosterRow& row : roster.rows) {
    auto changes = directory.ChangesOf(row, since);
    if (!changes) {
      plan.refused.push_back(std::move(changes).error());
      continue;
    }
    if (changes->empty()) continue;
    const auto [first, is_new] = lines.try_emplace(changes->front().member->id, row.line);
    if (!is_new) {
      plan.refused.push_back(StandsTwice(changes->front(), first->second));
      continue;
    }
    std::ranges::move(*changes, std::back_inserter(plan.changes));
  }
  std::ranges::stable_sort(plan.refused, {}, &Refusal::line);
  return plan;
}

}  // namespace weir::people
