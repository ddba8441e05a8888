#include "simulate/leaks.h"

#include <algorithm>
#include <cmath>

#include "simulate/billing_ids.h"
#include "simulate/chances.h"

namespace weir::simulate {
namespace {

constexpr double kMonthDays = 30.44;
constexpr double kAgreedResponseHours = 9.0;  // one working day
constexpr double kRepeatDays = 90.0;
constexpr int kStuckDays = 30;  // of a wait that costs a deal its champion (deals.cc)
constexpr double kIdleShare = 0.4;
constexpr double kHandoverHours = 45.0;  // five working days
constexpr double kReplyHours = 8.0;

struct Finder {
  const View& view;
  const Account& account;
  Knobs knobs;  // of the territory
  std::vector<Leak> leaks;

  Setting setting() const { return {view.world, knobs, account.profile}; }

  Date DayOf(Instant at) const { return view.world.calendar.DayOf(at); }
  int Holder(int seat) const { return view.HolderOf(seat); }
  void Name(Leak& leak, CrmObject object, int number) const {
    leak.source = CrmSource(view.world, object);
    leak.object = CrmObjectName(view.world, object);
    leak.record_id = CrmId(view.world, object, account, number);
  }
  const Pod& pod() const { return view.world.company.pods()[static_cast<std::size_t>(account.profile.pod)]; }
};

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
    leak.amount_minor =
        std::llround((1.0 - PayChance(invoice, by_card, finder.view.at)) * static_cast<double>(invoice.total_minor));
    leak.department = Department::kFinance;
    finder.leaks.push_back(std::move(leak));
  }
}

// The same person asked shortly before: it is one request.
bool IsRepeat(const Account& account, const Lead& lead) {
  return std::any_of(account.leads.begin(), account.leads.end(), [&](const Lead& other) {
    return other.person == lead.person && other.created_at < lead.created_at &&
           DaysBetween(other.created_at, lead.created_at) <= kRepeatDays;
  });
}

void FindLeads(Finder& finder) {
  const Setting setting = finder.setting();
  for (const Lead& lead : finder.account.leads) {
    if (lead.created_at > finder.view.at || lead.channel == Channel::kOutbound) continue;
    if (IsRepeat(finder.account, lead)) continue;
    const bool answered = lead.first_response_at <= finder.view.at;
    const double waited =
        answered ? lead.response_hours : finder.view.world.calendar.OfficeHoursBetween(lead.created_at, finder.view.at);
    if (waited <= kAgreedResponseHours || (!answered && waited <= 5.0 * kAgreedResponseHours)) continue;
    // Who is a customer already, or is being sold to, begins no deal.
    const Account& account = finder.account;
    const bool begins_deal = !account.IsCustomerAt(lead.created_at) && account.OpenDealAt(lead.created_at) < 0;
    const double as_it_is =
        lead.outcome == LeadOutcome::kNeverWorked ? 0.0 : QualifyChanceAfter(setting, lead, lead.response_hours);
    const double lost = begins_deal ? QualifyChanceWithin(setting, lead, kAgreedResponseHours) - as_it_is : 0.0;
    Leak leak;
    leak.kind = answered ? "slow_first_response" : "unworked_lead";
    finder.Name(leak, CrmObject::kLead, lead.number);
    leak.since = finder.DayOf(lead.created_at);
    leak.amount_minor = std::llround(std::max(0.0, lost) * NewDealWorth(setting, lead.created_at));
    leak.department = Department::kSalesDevelopment;
    leak.member = finder.Holder(lead.seat);
    // Whoever bought all the same is lost no more.
    if (lead.converted_deal >= 0) {
      const Deal& deal = finder.account.deals[static_cast<std::size_t>(lead.converted_deal)];
      if (deal.is_won && deal.decided_at <= finder.view.at) leak.until = finder.DayOf(deal.decided_at);
    }
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

void AddDealLeak(Finder& finder, const Deal& deal, std::string_view kind, Date since, double lost = 0.0) {
  Leak leak;
  leak.kind = kind;
  finder.Name(leak, CrmObject::kDeal, deal.number);
  leak.since = since;
  leak.amount_minor = std::llround(std::max(0.0, lost) * static_cast<double>(deal.final_minor));
  leak.member = finder.Holder(deal.seat);
  finder.leaks.push_back(std::move(leak));
}

// The first call, mail or meeting about a deal from a moment on, else kNever.
Instant FirstWork(const Account& account, int deal, Instant from) {
  Instant first = kNever;
  for (const Activity& activity : account.activities) {
    const bool counts = activity.deal == deal && activity.kind != ActivityKind::kTask && activity.starts_at >= from;
    if (counts) first = std::min(first, activity.starts_at);
  }
  return first;
}

// A lead was handed over as a deal and lay there.
void FindHandoff(Finder& finder, const Deal& deal) {
  if (deal.lead < 0) return;
  const Instant worked = FirstWork(finder.account, deal.number, deal.created_at);
  const Instant until = std::min({worked, deal.decided_at, finder.view.at});
  if (finder.view.world.calendar.OfficeHoursBetween(deal.created_at, until) <= kHandoverHours) return;
  AddDealLeak(finder, deal, "missed_handoff", finder.DayOf(deal.created_at));
  if (until < finder.view.at) finder.leaks.back().until = finder.DayOf(until);
}

// The deal went to another owner last and lies there.
void FindNewOwner(Finder& finder, const Deal& deal) {
  Instant handed = kNever;
  for (std::size_t i = 1; i < deal.versions.size() && deal.versions[i].at <= finder.view.at; ++i) {
    if (deal.versions[i].owner != deal.versions[i - 1].owner) handed = deal.versions[i].at;
  }
  if (handed == kNever || FirstWork(finder.account, deal.number, handed) <= finder.view.at) return;
  if (finder.view.world.calendar.OfficeHoursBetween(handed, finder.view.at) <= kHandoverHours) return;
  AddDealLeak(finder, deal, "silent_new_owner", finder.DayOf(handed));
}

// What the deal was worth when it came to its stage, less what it is worth now that it has lain there: more often than
// not the customer has decided long since.
double LostByWaiting(const Finder& finder, const Deal& deal, Stage stage, Instant since) {
  return WinChance(finder.setting(), deal, stage, since) - WinChanceNow(finder.setting(), deal, finder.view.at);
}

// Nothing is planned for an open deal: no task that is due, no meeting to come.
void FindNextTask(Finder& finder, const Deal& deal) {
  Instant last = deal.created_at;
  for (const Activity& activity : finder.account.activities) {
    if (activity.deal != deal.number || activity.created_at > finder.view.at) continue;
    if (activity.done_at <= finder.view.at) {
      last = std::max(last, activity.done_at);
    } else if (activity.due >= finder.view.day) {
      return;
    }
  }
  AddDealLeak(finder, deal, "no_next_task", finder.DayOf(last));
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

// Whether one of us spoke with the person, or wrote, in between.
bool WasContacted(const Finder& finder, int person, Instant from, Instant until) {
  return std::ranges::any_of(finder.account.activities, [&](const Activity& activity) {
    const bool names_somebody = activity.lead >= 0 || activity.contact >= 0;
    return activity.kind != ActivityKind::kTask && !activity.incoming && activity.done_at > from &&
           activity.done_at <= until && names_somebody && finder.account.PersonOf(activity) == person;
  });
}

// Conversations that were answered before, in which the customer has had the last word for too long.
void FindLastWords(Finder& finder) {
  for (const Ticket& ticket : finder.account.tickets) {
    const auto after = std::ranges::find_if(ticket.comments,
                                            [&](const TicketComment& comment) { return comment.at > finder.view.at; });
    if (after == ticket.comments.begin()) continue;
    const TicketComment& last = *(after - 1);
    if (last.by_agent) continue;
    if (finder.view.world.calendar.OfficeHoursBetween(last.at, finder.view.at) <= kReplyHours) continue;
    if (WasContacted(finder, ticket.person, last.at, finder.view.at)) continue;
    Leak leak;
    leak.kind = "unanswered_message";
    leak.source = "zendesk";
    leak.object = "ticket_comment";
    leak.record_id = std::to_string(
        ZendeskCommentId(finder.account, ticket.number, static_cast<int>(after - ticket.comments.begin()) - 1));
    leak.since = finder.DayOf(last.at);
    leak.department = Department::kSupport;
    finder.leaks.push_back(std::move(leak));
  }
}

void FindDeals(Finder& finder) {
  for (const Deal& deal : finder.account.deals) {
    const DealVersion* now = deal.At(finder.view.at);
    if (now == nullptr || deal.is_migrated) continue;
    FindHandoff(finder, deal);
    if (now->stage < Stage::kWon) {
      FindNextTask(finder, deal);
      FindNewOwner(finder, deal);
      const Instant entered = StageSince(deal, finder.view.at);
      const Date since = finder.DayOf(entered);
      if (finder.view.day.days - since.days > kStuckDays) {
        AddDealLeak(finder, deal, "stuck_deal", since, LostByWaiting(finder, deal, now->stage, entered));
      }
      const Date left = finder.view.member(now->owner).ends;
      if (left <= finder.view.day) AddDealLeak(finder, deal, "orphan_deal", left);
    } else if (now->stage == Stage::kLost && !deal.reason_entered &&
               ActivitiesOf(finder.account, deal.number, finder.view.at) < 3) {
      AddDealLeak(finder, deal, "lost_without_reason", finder.DayOf(deal.closed_at));
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

// A year of the idle seats x the chance to keep the customer whole for half a year: as such customers usually stand,
// less as this one does.
std::int64_t LostByIdleness(const Finder& finder, const Subscription& plan, const UsageMonth& last) {
  Standing standing{.health = last.health};
  if (plan.is_yearly) {
    Date end = finder.view.day;
    for (const Contract& contract : finder.account.contracts) {
      if (contract.start <= finder.view.day) end = std::max(end, contract.end);
    }
    standing.months_to_term = std::max(1, (end.days - finder.view.day.days) / 30);
  }
  const double as_it_is = KeepChance(finder.setting(), standing);
  const double usual = UsualKeepChance(finder.setting(), standing.months_to_term, kIdleShare);
  const std::int64_t year = 12 * plan.At(finder.view.at)->unit_minor * (last.seats - last.active_users);
  return std::llround(std::max(0.0, usual - as_it_is) * static_cast<double>(year));
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
  leak.amount_minor = is_idle ? LostByIdleness(finder, *plan, *last) : unit * (last->active_users - last->seats);
  leak.department = Department::kCustomerSuccess;
  leak.member = finder.Holder(finder.pod().success[static_cast<std::size_t>(finder.account.profile.index / 2) % 2]);
  finder.leaks.push_back(std::move(leak));
}

}  // namespace

std::vector<Leak> FindLeaks(const View& view, const Account& account) {
  const auto pods = static_cast<int>(view.world.company.pods().size());
  const Scenario& scenario = view.world.scenario;
  Finder finder{view, account, scenario.KnobsOf(scenario.knobs, account.profile.pod, pods), {}};
  FindPlanted(finder);
  FindInvoices(finder);
  FindLeads(finder);
  FindDeals(finder);
  FindDuplicates(finder);
  FindUsage(finder);
  FindCalls(finder);
  FindTickets(finder);
  FindLastWords(finder);
  return std::move(finder.leaks);
}

}  // namespace weir::simulate
