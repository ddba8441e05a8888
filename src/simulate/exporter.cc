#include "simulate/exporter.h"

#include <algorithm>

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

std::vector<DealLine> LinesOf(const View& view, const Account& account, const Deal& deal, const DealVersion& now) {
  if (!now.has_lines) return {};
  const std::string_view currency = account.profile.currency;
  const World& world = view.world;
  const std::int64_t unit =
      deal.unit_minor > 0 ? deal.unit_minor : UnitPrice(world, deal.plan, currency, now.discount_percent);
  std::vector<DealLine> lines{{deal.plan, now.seats, 12 * ListPrice(world, deal.plan, currency), 12 * unit}};
  if (deal.with_add_on) {
    const std::int64_t add_on = 12 * ListPrice(world, kAddOn, currency);
    lines.push_back({kAddOn, AddOnSeats(now.seats), add_on, add_on});
  }
  return lines;
}

std::vector<ContactRole> PeopleOf(const View& view, const Account& account, const Deal& deal) {
  std::vector<ContactRole> people;
  for (ContactRole role : deal.roles) {
    if (role.created_at > view.at) continue;
    role.contact = account.MasterContact(role.contact, view.at);
    const auto known = std::ranges::find(people, role.contact, &ContactRole::contact);
    if (known == people.end()) {
      people.push_back(role);
    } else {
      known->is_primary = known->is_primary || role.is_primary;
    }
  }
  return people;
}

int TeamOf(const View& view, int member) {
  const Company& company = view.world.company;
  const int seat = company.SeatOf(member, std::min(view.day, view.member(member).ends - 1));
  return seat < 0 ? -1 : company.seats()[static_cast<std::size_t>(seat)].team;
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
