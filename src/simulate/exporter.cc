#include "simulate/exporter.h"

#include <fmt/format.h>

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

std::string WorkspaceKey(const Account& account) { return fmt::format("ws-{:06}", account.profile.index + 1); }

std::string ProductUserKey(const Account& account, int person) {
  return fmt::format("pu-{:06}-{:02}", account.profile.index + 1, person + 1);
}

std::string CallId(const Account& account, const PhoneCall& call) {
  return fmt::format("{}.{}", call.at.micros / kMicrosPerSecond, RecordNumber(account.profile.index, call.number));
}

std::string StaffKey(int member) { return fmt::format("E{:05}", member + 1); }

Instant KnownToProduct(const Account& account, int person) {
  const Instant customer = account.spans.empty() ? kNever : account.spans.front().from;
  return std::min(customer, KnownToMarketing(account, person).first);
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
