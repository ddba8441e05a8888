#include "customers/interactions.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "customers/sections.h"

namespace weir::customers {
namespace {

Interaction Made(const Cells& cells, Instant at, std::string kind) {
  return {.at = at,
          .kind = std::move(kind),
          .member = cells.Text("member"),
          .person_id = cells.Text("person_id"),
          .lead_id = {}};
}

// Whom an entry does not name, its call or its message does.
void FillFrom(const analysis::Table& table, bool has_lead, std::unordered_map<std::string, Interaction*>& entries) {
  for (const auto& row : table.rows) {
    const Cells cells(table, row);
    const auto entry = entries.find(cells.Text("activity_id"));
    if (entry == entries.end()) continue;
    if (entry->second->person_id.empty()) entry->second->person_id = cells.Text("person_id");
    if (entry->second->lead_id.empty() && has_lead) entry->second->lead_id = cells.Text("lead_id");
  }
}

}  // namespace

std::vector<Interaction> InteractionsOf(const Facts& facts) {
  std::vector<Interaction> interactions;
  interactions.reserve(facts.activities.rows.size());
  std::unordered_map<std::string, Interaction*> counted;
  for (const auto& row : facts.activities.rows) {
    const Cells activity(facts.activities, row);
    const std::string kind = activity.Text("kind");
    const auto at = activity.When("at");
    if (!at || (kind == "task" && !activity.When("done_at"))) continue;
    interactions.push_back(Made(activity, *at, kind.empty() ? "activity" : kind));
    interactions.back().lead_id = activity.Text("lead_id");
    counted[activity.Text("activity_id")] = &interactions.back();
  }
  FillFrom(facts.calls, false, counted);
  FillFrom(facts.messages, true, counted);
  const std::unordered_set<std::string> entries = EntriesOf(facts);
  for (const auto& row : facts.calls.rows) {
    const Cells call(facts.calls, row);
    if (entries.contains(call.Text("activity_id"))) continue;
    // An entry that does not name whom the call does is not among the facts, and counts all the same.
    const auto entered_at = call.When("entry_at");
    const auto at = entered_at ? entered_at : call.When("at");
    if (!at || (!entered_at && call.Text("outcome") != "answered")) continue;
    interactions.push_back(Made(call, *at, "call"));
  }
  for (const auto& row : facts.messages.rows) {
    const Cells message(facts.messages, row);
    const auto at = message.When("at");
    if (!at || entries.contains(message.Text("activity_id"))) continue;
    interactions.push_back(Made(message, *at, "message"));
    interactions.back().lead_id = message.Text("lead_id");
  }
  std::ranges::stable_sort(interactions, [](const auto& a, const auto& b) { return a.at > b.at; });
  return interactions;
}

std::unordered_set<std::string> EntriesOf(const Facts& facts) {
  const std::vector<std::string> ids = IdsIn(facts.activities, "activity_id");
  return {ids.begin(), ids.end()};
}

}  // namespace weir::customers
