// How the CRM decays: operations cleans it twice a year, and in between people spoil what was clean.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "simulate/naming.h"
#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr double kMended = 0.72;         // of what a clean-up can see
constexpr double kSpoiltAMonth = 0.012;  // of the records, by an ordinary person

struct Target {
  bool of_contact = false;
  int record = 0;
  Instant created_at;
  int seat = 0;
};

struct Decay {
  Scene& scene;

  std::string Value(const Target& target, Field field, Instant at) const {
    const Account& account = scene.account;
    const auto index = static_cast<std::size_t>(target.record);
    if (target.of_contact) {
      const CrmContact state = account.StateOf(account.contacts[index], at);
      return field == Field::kPhone   ? state.entered.phone
             : field == Field::kTitle ? state.entered.title
                                      : state.entered.email;
    }
    const CrmAccount state = account.StateOf(account.crm_accounts[index], at);
    switch (field) {
      case Field::kWebsite:
        return state.website;
      case Field::kPhone:
        return state.phone;
      case Field::kIndustry:
        return std::string(state.industry);
      default:
        return state.employees > 0 ? std::to_string(state.employees) : std::string{};
    }
  }

  void Edit(const Target& target, Field field, Instant at, int member, std::string after) {
    std::string before = Value(target, field, at);
    if (before == after || at >= scene.world.end()) return;
    scene.account.edits.push_back({static_cast<int>(scene.account.edits.size()), at, target.of_contact, target.record,
                                   field, std::move(before), std::move(after), member});
  }
};

std::pair<Field, std::string_view> SpoilableField(const Target& target, int draw) {
  static constexpr std::array<std::pair<Field, std::string_view>, 2> kOfContact = {
      {{Field::kPhone, "phone"}, {Field::kTitle, "title"}}};
  static constexpr std::array<std::pair<Field, std::string_view>, 4> kOfAccount = {{{Field::kWebsite, "website"},
                                                                                    {Field::kPhone, "phone"},
                                                                                    {Field::kIndustry, "industry"},
                                                                                    {Field::kEmployees, "employees"}}};
  return target.of_contact ? kOfContact[static_cast<std::size_t>(draw) % kOfContact.size()]
                           : kOfAccount[static_cast<std::size_t>(draw) % kOfAccount.size()];
}

bool FieldOf(const Blemish& blemish, Field& field) {
  static constexpr std::array<std::pair<std::string_view, Field>, 6> kFields = {{{"website", Field::kWebsite},
                                                                                 {"phone", Field::kPhone},
                                                                                 {"industry", Field::kIndustry},
                                                                                 {"employees", Field::kEmployees},
                                                                                 {"title", Field::kTitle},
                                                                                 {"email", Field::kEmail}}};
  if (blemish.object != "account" && blemish.object != "contact") return false;
  for (const auto& [name, known] : kFields) {
    field = known;
    if (name == blemish.field) return true;
  }
  return false;
}

// Operations mends what can be seen and looked up of a record, in one sitting.
void CleanUp(Decay& decay, const Target& target, Date day, std::uint64_t key) {
  Scene& scene = decay.scene;
  const std::string_view object = target.of_contact ? "contact" : "account";
  Sampler sampler = scene.Draw("decay.mend", key);
  Instant at = scene.calendar().OfficeMoment(day + sampler.Integer(0, 4), scene.calendar().At(day, 0), sampler);
  for (Blemish& blemish : scene.account.blemishes) {
    Field field = Field::kPhone;
    if (blemish.object != object || blemish.record != target.record || blemish.until != kNever) continue;
    if (blemish.kind == "duplicate" || !FieldOf(blemish, field)) continue;
    at = Plus(at, 20.0);
    const bool mends = sampler.Chance(kMended);
    if (!mends || at <= std::max(blemish.since, target.created_at) || at >= scene.world.end()) continue;
    blemish.until = at;
    decay.Edit(target, field, at, scene.world.company.operations_member(scene.calendar().DayOf(at)),
               blemish.true_value);
  }
}

// In a month somebody may empty a field or write it in a form of his own; in its first half, so that no clean-up of the
// second half is told before.
void Spoil(Decay& decay, const Target& target, Date month, std::uint64_t key) {
  Scene& scene = decay.scene;
  Sampler sampler = scene.Draw("decay.spoil", key);
  const Instant at = scene.calendar().OfficeMoment(month + sampler.Integer(0, 12), target.created_at, sampler);
  const int member = scene.HolderAt(target.seat, at);
  const bool spoils = sampler.Chance(scene.Dirt(kSpoiltAMonth) * scene.member(member).carelessness);
  const auto [field, name] = SpoilableField(target, sampler.Integer(0, 3));
  const int form = sampler.Integer(1, kPhoneForms - 1);
  if (!spoils || at >= scene.world.end() || at <= Plus(target.created_at, 86400.0)) return;
  const std::string before = decay.Value(target, field, at);
  std::string after;
  if (field == Field::kPhone && before.starts_with('+')) after = RewritePhone(before, form);
  if (before.empty() || before == after) return;
  const std::string_view object = target.of_contact ? "contact" : "account";
  scene.account.blemishes.push_back({.kind = after.empty() ? "emptied" : "phone_form",
                                     .object = object,
                                     .record = target.record,
                                     .field = name,
                                     .true_value = before,
                                     .since = at});
  decay.Edit(target, field, at, member, std::move(after));
}

void Age(Decay& decay, const Target& target, std::uint64_t record_key) {
  const World& world = decay.scene.world;
  std::size_t clean_up = 0;
  const auto clean_until = [&](Date day) {
    for (; clean_up < world.clean_ups.size() && world.clean_ups[clean_up] < day; ++clean_up) {
      const Date on = world.clean_ups[clean_up];
      if (target.created_at < world.calendar.At(on, 0)) {
        CleanUp(decay, target, on, record_key * 64 + clean_up);
      }
    }
  };
  std::uint64_t number = 0;
  for (Date month = world.start; month <= world.until; month = AddMonths(month, 1), ++number) {
    clean_until(month);
    if (world.calendar.At(AddMonths(month, 1), 0) > target.created_at) {
      Spoil(decay, target, month, record_key * 256 + number);
    }
  }
  clean_until(world.until + 1);
}

}  // namespace

void TellDecay(Scene& scene) {
  Decay decay{scene};
  const Account& account = scene.account;
  for (const CrmAccount& crm : account.crm_accounts) {
    if (crm.duplicate_of >= 0) continue;
    Age(decay, {false, crm.number, crm.created_at, crm.seat}, static_cast<std::uint64_t>(crm.number));
  }
  for (const CrmContact& contact : account.contacts) {
    if (contact.duplicate_of >= 0) continue;
    Age(decay, {true, contact.number, contact.created_at, contact.seat},
        0x1000 + static_cast<std::uint64_t>(contact.number));
  }
  std::stable_sort(scene.account.edits.begin(), scene.account.edits.end(),
                   [](const FieldEdit& a, const FieldEdit& b) { return a.at < b.at; });
  for (std::size_t i = 0; i < account.edits.size(); ++i) scene.account.edits[i].number = static_cast<int>(i);
}

}  // namespace weir::simulate
