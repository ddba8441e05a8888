#include "simulate/exporter.h"

namespace weir::simulate {

Instant View::LastHandover(int seat) const {
  Instant latest{INT64_MIN};
  for (const Tenure& tenure : world.company.seats()[static_cast<std::size_t>(seat)].tenures) {
    for (const Date change : {tenure.from, tenure.to}) {
      if (change == kFarDate || change > day) continue;
      latest = std::max(latest, world.calendar.At(change, 8 * 3600));
    }
  }
  return latest;
}

std::pair<Instant, const Touch*> KnownToMarketing(const Account& account, int person) {
  Instant known = kNever;
  const Touch* by = nullptr;
  for (const Touch& touch : account.touches) {
    if (touch.person != person || !TruthOf(touch.channel).names_person) continue;
    if (touch.channel == Channel::kOutbound || touch.channel == Channel::kEmail) continue;
    known = touch.at;
    by = &touch;
    break;
  }
  for (const Lead& lead : account.leads) {
    if (lead.person != person || lead.channel == Channel::kOutbound || lead.created_at >= known) continue;
    known = lead.created_at;
    for (const Touch& touch : account.touches) {
      if (touch.channel == lead.channel && touch.person == person && touch.at <= lead.created_at) by = &touch;
    }
    break;
  }
  return {known, by};
}

std::string BillingEmail(const World& world, const Account& account) {
  Sampler sampler = world.Draw("billing.address", EntityKey(account.profile.index, 0));
  if (sampler.Chance(0.35)) return "accounting@" + account.profile.domain;
  for (const Person& person : account.people) {
    if (person.role == BuyingRole::kBuyer) return person.email;
  }
  return account.people[account.people.size() > 1 ? 1 : 0].email;
}

}  // namespace weir::simulate
