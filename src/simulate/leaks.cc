#include "simulate/leaks.h"

#include <algorithm>
#include <cmath>

#include "simulate/billing_ids.h"

namespace weir::simulate {
namespace {

constexpr double kMonthDays = 30.44;
constexpr double kAgreedResponseHours = 9.0;  // one working day
constexpr double kNeverHours = 1e6;
constexpr double kWinShare = 0.25;
constexpr int kStuckDays = 45;
constexpr double kIdleShare = 0.4;
constexpr double kHandoverHours = 45.0;  // five working days
constexpr double kReplyHours = 8.0;

struct Finder {
  const View& view;
  const Account& account;
  std::vector<Leak> leaks;

  Date DayOf(Instant at) const { return view.world.calendar.DayOf(at); }
  int Holder(int seat) const { return view.HolderOf(seat); }
  void Name(Leak& leak, CrmObject object, int number) const {
    leak.source = CrmSource(view.world, object);
    leak.object = CrmObjectName(view.world, object);
    leak.record_id = CrmId(view.world, object, account, number);
  }
  const Pod& pod() const { return view.world.company.pods()[static_cast<std::size_t>(account.profile.pod)]; }
};

double SegmentSeats(Segment segment) {
  return segment == Segment::kSmall ? 10.0 : segment == Segment::kMiddle ? 38.0 : 150.0;
}

// What a deal with an account of this size is worth in a year, before anybody knows more.
double TypicalYear(const Finder& finder) {
  const AccountProfile& profile = finder.account.profile;
  const int plan = profile.segment == Segment::kSmall ? 0 : profile.segment == Segment::kMiddle ? 1 : 3;
  return 12.0 * SegmentSeats(profile.segment) *
         static_cast<double>(ListPrice(finder.view.world, plan, profile.currency));
}

struct PlantedName {
  std::string_view kind;
  CrmObject object;
};

PlantedName NameOf(PlantedKind kind) {
  switch (kind) {
    case PlantedKind::kNotBilled:
      return {"won_not_billed", CrmObject::kDeal};
    case PlantedKind::kUnderBilled:
      return {"under_billing", CrmObject::kContract};
    case PlantedKind::kMissedUplift:
      return {"missed_uplift", CrmObject::kContract};
    case PlantedKind::kMissedRenewal:
      return {"missed_renewal", CrmObject::kContract};
    case PlantedKind::kDiscountOverrun:
      break;
  }
  return {"discount_overrun", CrmObject::kDeal};
}

void FindPlanted(Finder& finder) {
  for (const PlantedLeak& planted : finder.account.planted) {
    if (planted.since > finder.view.at) continue;
    Instant until = planted.until;
    for (const CustomerSpan& span : finder.account.spans) {
      if (span.from <= planted.since && planted.since < span.to) until = std::min(until, span.to);
    }
    const PlantedName name = NameOf(planted.kind);
    Leak leak;
    leak.kind = name.kind;
    leak.is_certain = true;
    finder.Name(leak, name.object, name.object == CrmObject::kDeal ? planted.deal : planted.contract);
    leak.since = finder.DayOf(planted.since);
    if (until <= finder.view.at) leak.until = finder.DayOf(until);
    const double months = DaysBetween(planted.since, std::min(until, finder.view.at)) / kMonthDays;
    leak.amount_minor = std::llround(static_cast<double>(planted.monthly_minor) * months);
    leak.department = planted.kind == PlantedKind::kMissedRenewal     ? Department::kCustomerSuccess
                      : planted.kind == PlantedKind::kDiscountOverrun ? Department::kSales
                                                                      : Department::kFinance;
    leak.member = planted.kind == PlantedKind::kDiscountOverrun ? finder.Holder(finder.pod().sales_head) : -1;
    finder.leaks.push_back(std::move(leak));
  }
}

void FindInvoices(Finder& finder) {
  for (const Invoice& invoice : finder.account.invoices) {
    if (invoice.created_at > finder.view.at || invoice.paid_at <= finder.view.at) continue;
    const bool by_card = finder.account.subscriptions[static_cast<std::size_t>(invoice.subscription)].by_card;
    const bool failed = by_card && invoice.charges.front().created_at <= finder.view.at;
    if (!failed && (by_card || invoice.due_at > finder.view.at)) continue;
    Leak leak;
    leak.kind = by_card ? "failed_payment" : "overdue_invoice";
    BilledRecord billed = BilledInvoice(finder.view.world, finder.account, invoice.number);
    leak.source = billed.source;
    leak.object = billed.object;
    leak.record_id = std::move(billed.id);
    leak.since = finder.DayOf(by_card ? invoice.created_at : invoice.due_at);
    leak.amount_minor = invoice.total_minor;
    leak.department = Department::kFinance;
    finder.leaks.push_back(std::move(leak));
  }
}

void FindLeads(Finder& finder) {
  const double fit = finder.account.profile.fit;
  for (const Lead& lead : finder.account.leads) {
    if (lead.created_at > finder.view.at || lead.channel == Channel::kOutbound || lead.duplicate_of >= 0) continue;
    const bool answered = lead.first_response_at <= finder.view.at;
    const double waited =
        answered ? lead.response_hours : finder.view.world.calendar.OfficeHoursBetween(lead.created_at, finder.view.at);
    if (waited <= kAgreedResponseHours || (!answered && waited <= 5.0 * kAgreedResponseHours)) continue;
    const double lost =
        QualifyChance(fit, lead.channel, 0.0) - QualifyChance(fit, lead.channel, answered ? waited : kNeverHours);
    Leak leak;
    leak.kind = answered ? "slow_first_response" : "unworked_lead";
    finder.Name(leak, CrmObject::kLead, lead.number);
    leak.since = finder.DayOf(lead.created_at);
    leak.amount_minor = std::llround(lost * kWinShare * TypicalYear(finder));
    leak.department = Department::kSalesDevelopment;
    leak.member = finder.Holder(lead.seat);
    finder.leaks.push_back(std::move(leak));
  }
}

Instant StageSince(const Deal& deal, Instant at) {
  Instant since = deal.created_at;
  const DealVersion* before = nullptr;
  for (const DealVersion& version : deal.versions) {
    if (version.at > at) break;
    if (before != nullptr && before->stage != version.stage) since = version.at;
    before = &version;
  }
  return since;
}

int ActivitiesOf(const Account& account, int deal, Instant at) {
  return static_cast<int>(
      std::count_if(account.activities.begin(), account.activities.end(),
                    [&](const Activity& activity) { return activity.deal == deal && activity.done_at <= at; }));
}

void AddDealLeak(Finder& finder, const Deal& deal, const DealVersion& now, std::string_view kind, Date since,
                 double share) {
  Leak leak;
  leak.kind = kind;
  finder.Name(leak, CrmObject::kDeal, deal.number);
  leak.since = since;
  leak.amount_minor = std::llround(share * static_cast<double>(now.amount_minor.value_or(0)));
  leak.member = finder.Holder(deal.seat);
  finder.leaks.push_back(std::move(leak));
}

// The first call, mail or meeting about a deal, else kNever.
Instant FirstWork(const Account& account, int deal) {
  Instant first = kNever;
  for (const Activity& activity : account.activities) {
    const bool counts = activity.deal == deal && activity.kind != ActivityKind::kTask;
    if (counts) first = std::min(first, activity.starts_at);
  }
  return first;
}

// A lead was handed over as a deal and lay there.
void FindHandoff(Finder& finder, const Deal& deal, const DealVersion& now) {
  if (deal.lead < 0) return;
  const Instant worked = FirstWork(finder.account, deal.number);
  const Instant until = std::min({worked, deal.decided_at, finder.view.at});
  if (finder.view.world.calendar.OfficeHoursBetween(deal.created_at, until) <= kHandoverHours) return;
  AddDealLeak(finder, deal, now, "missed_handoff", finder.DayOf(deal.created_at), 0.05);
  if (until < finder.view.at) finder.leaks.back().until = finder.DayOf(until);
}

// Nothing is planned for an open deal: no task that is due, no meeting to come.
void FindNextTask(Finder& finder, const Deal& deal, const DealVersion& now) {
  Instant last = deal.created_at;
  for (const Activity& activity : finder.account.activities) {
    if (activity.deal != deal.number || activity.created_at > finder.view.at) continue;
    if (activity.done_at <= finder.view.at) {
      last = std::max(last, activity.done_at);
    } else if (activity.due >= finder.view.day) {
      return;
    }
  }
  AddDealLeak(finder, deal, now, "no_next_task", finder.DayOf(last), 0.05);
}

void FindCalls(Finder& finder) {
  for (const PhoneCall& call : finder.account.calls) {
    if (!call.incoming || call.outcome == CallOutcome::kAnswered || call.returned_at <= finder.view.at) continue;
    if (call.at > finder.view.at) continue;
    if (finder.view.world.calendar.OfficeHoursBetween(call.at, finder.view.at) <= kAgreedResponseHours) continue;
    Leak leak;
    leak.kind = "missed_call";
    leak.source = "asterisk";
    leak.object = "cdr";
    leak.record_id = CallId(finder.account, call);
    leak.since = finder.DayOf(call.at);
    leak.department = finder.view.world.company.seats()[static_cast<std::size_t>(call.seat)].department;
    leak.member = finder.Holder(call.seat);
    finder.leaks.push_back(std::move(leak));
  }
}

void FindTickets(Finder& finder) {
  for (const Ticket& ticket : finder.account.tickets) {
    if (ticket.created_at > finder.view.at) continue;
    const bool answered =
        std::any_of(ticket.comments.begin(), ticket.comments.end(),
                    [&](const TicketComment& comment) { return comment.by_agent && comment.at <= finder.view.at; });
    if (answered) continue;
    if (finder.view.world.calendar.OfficeHoursBetween(ticket.created_at, finder.view.at) <= kReplyHours) continue;
    Leak leak;
    leak.kind = "unanswered_ticket";
    leak.source = "zendesk";
    leak.object = "ticket";
    leak.record_id = std::to_string(ZendeskTicketId(finder.account, ticket.number));
    leak.since = finder.DayOf(ticket.created_at);
    leak.department = Department::kSupport;
    finder.leaks.push_back(std::move(leak));
  }
}

void FindDeals(Finder& finder) {
  for (const Deal& deal : finder.account.deals) {
    const DealVersion* now = deal.At(finder.view.at);
    if (now == nullptr || deal.is_migrated) continue;
    FindHandoff(finder, deal, *now);
    if (now->stage < Stage::kWon) {
      FindNextTask(finder, deal, *now);
      const Date since = finder.DayOf(StageSince(deal, finder.view.at));
      if (finder.view.day.days - since.days > kStuckDays) AddDealLeak(finder, deal, *now, "stuck_deal", since, 0.2);
      const Date left = finder.view.member(now->owner).ends;
      if (left <= finder.view.day) AddDealLeak(finder, deal, *now, "orphan_deal", left, 0.2);
    } else if (now->stage == Stage::kLost && !deal.reason_entered &&
               ActivitiesOf(finder.account, deal.number, finder.view.at) < 3) {
      AddDealLeak(finder, deal, *now, "lost_without_reason", finder.DayOf(deal.closed_at), 0.05);
    }
  }
}

void FindDuplicates(Finder& finder) {
  for (const CrmAccount& crm : finder.account.crm_accounts) {
    if (crm.duplicate_of < 0 || crm.created_at > finder.view.at || crm.merged_at <= finder.view.at) continue;
    Leak leak;
    leak.kind = "duplicate_account";
    finder.Name(leak, CrmObject::kAccount, crm.number);
    leak.since = finder.DayOf(crm.created_at);
    leak.department = Department::kOperations;
    finder.leaks.push_back(std::move(leak));
  }
}

// Seats that nobody uses, and users whom nobody pays for, in the last full month.
void FindUsage(Finder& finder) {
  const UsageMonth* last = nullptr;
  for (const UsageMonth& month : finder.account.usage) {
    if (AddMonths(month.month, 1) <= finder.view.day) last = &month;
  }
  if (last == nullptr || finder.view.day.days - last->month.days > 70) return;
  const Subscription* plan = nullptr;
  for (const Subscription& subscription : finder.account.subscriptions) {
    const SubscriptionVersion* now = subscription.At(finder.view.at);
    if (now != nullptr && now->status != SubscriptionStatus::kCanceled && subscription.product != kAddOn)
      plan = &subscription;
  }
  if (plan == nullptr) return;
  const bool is_idle = last->active_users < kIdleShare * last->seats;
  if (!is_idle && last->active_users <= last->seats) return;
  const std::int64_t unit = plan->At(finder.view.at)->unit_minor;
  Leak leak;
  leak.kind = is_idle ? "idle_licence" : "over_delivery";
  leak.is_certain = !is_idle;
  BilledRecord billed = BilledSubscription(finder.view.world, finder.account, plan->number);
  leak.source = billed.source;
  leak.object = billed.object;
  leak.record_id = std::move(billed.id);
  leak.since = last->month;
  leak.amount_minor = unit * (is_idle ? last->seats - last->active_users : last->active_users - last->seats);
  leak.department = Department::kCustomerSuccess;
  leak.member = finder.Holder(finder.pod().success[static_cast<std::size_t>(finder.account.profile.index / 2) % 2]);
  finder.leaks.push_back(std::move(leak));
}

}  // namespace

std::vector<Leak> FindLeaks(const View& view, const Account& account) {
  Finder finder{view, account, {}};
  FindPlanted(finder);
  FindInvoices(finder);
  FindLeads(finder);
  FindDeals(finder);
  FindDuplicates(finder);
  FindUsage(finder);
  FindCalls(finder);
  FindTickets(finder);
  return std::move(finder.leaks);
}

}  // namespace weir::simulate
