#include "customers/places.h"

#include <array>

#include "model/slot.h"
#include "store/database.h"

namespace weir::customers {
namespace {

constexpr std::array<std::string_view, 14> kFacts{"activity",     "touch",    "ticket",        "invoice", "payment",
                                                  "subscription", "contract", "survey_answer", "lead",    "deal",
                                                  "deal_contact", "person",   "call",          "message"};

// The store skips the blocks that cannot hold a slot, but compares a list of slots with each row of those that are
// left, which takes longer than to plan one more part of the statement.
constexpr std::size_t kMostParts = 12;

std::string StatementOf(std::string_view kind, const Slots& slots) {
  std::string columns = "home_slot";
  for (const std::string_view fact : kFacts) columns += fmt::format(", has_{}", fact);
  const std::string select = fmt::format("SELECT {} FROM scoped.record_place WHERE kind = '{}' AND ", columns, kind);
  // Few facts name no account: their slots are few blocks.
  if (kind == "alone" || slots.size() > kMostParts) return select + InSlots("slot", slots);
  std::string sql;
  for (const std::int64_t slot : slots) {
    sql += fmt::format("{}{}slot = {}", sql.empty() ? "" : " UNION ALL ", select, slot);
  }
  return sql;
}

}  // namespace

const Slots& Places::Of(std::string_view fact) const {
  static const Slots none;
  const auto found = homes.find(fact);
  return found == homes.end() ? none : found->second;
}

Result<Places> ReadPlaces(std::string_view kind, const std::vector<std::string>& ids, analysis::Context& context) {
  Places places;
  if (ids.empty()) return places;
  WEIR_TRY(const store::Rows rows, context.session().QueryFew(StatementOf(kind, SlotsOf(ids))));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < kFacts.size(); ++k) {
      if (!std::get<bool>(rows.rows[i][k + 1])) continue;
      places.homes[std::string(kFacts.at(k))].insert(rows.IntegerAt(i, 0));
    }
  }
  return places;
}

std::string InSlots(std::string_view column, const Slots& slots) {
  if (slots.empty()) return "FALSE";
  if (slots.size() == 1) return fmt::format("{} = {}", column, *slots.begin());
  return fmt::format("{} IN ({})", column, fmt::join(slots, ", "));
}

Slots SlotsOf(const std::vector<std::string>& ids) {
  Slots slots;
  for (const std::string& id : ids) slots.insert(model::SlotOf(id));
  return slots;
}

}  // namespace weir::customers
