// The life of a customer: months of use, growth, weakness, renewal or farewell, and why.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "simulate/chances.h"
#include "simulate/health.h"
#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr double kSecondsPerDay = 86400.0;
constexpr int kCauses = 6;
constexpr Instant kBeginning{INT64_MIN};

struct Life {
  Scene& scene;
  Sampler sampler;
  int deal = 0;  // that began it
  Date start;
  int term_months = 1;
  int contract = -1;
  int subscription = -1;  // of the plan; -1 while nothing is billed
  int add_on = -1;
  int term_start = 0;                // month number at which the current run of terms began
  Instant bills_again_at = kNever;   // when somebody notices that nothing is billed
  std::size_t open_leak = SIZE_MAX;  // in account.planted
  int unbilled_seats = 0;
  int seats = 0;
  std::int64_t unit_minor = 0;
  double health = 0.7;
  std::array<double, kCauses> weakness{};
  // Decided three months before a yearly term ends.
  bool leaves_at_term = false;
  bool forgotten_at_term = false;
  int seats_at_term = 0;

  Deal& first_deal() const { return scene.account.deals[static_cast<std::size_t>(deal)]; }
  Subscription& sub(int index) const { return scene.account.subscriptions[static_cast<std::size_t>(index)]; }
  Contract& current_contract() const { return scene.account.contracts[static_cast<std::size_t>(contract)]; }
  // The hour at which this customer's periods begin: by day in every zone, as billing systems keep it.
  Instant Morning(Date day) const { return scene.calendar().At(day, 9 * 3600 + scene.profile().index % 180 * 20); }
  Date Month(int number) const { return AddMonths(start, number); }
};

void Weaken(Life& life, ChurnCause cause, double by) {
  life.health -= by;
  life.weakness[static_cast<std::size_t>(cause)] += by;
}

ChurnCause StrongestCause(const Life& life) {
  const auto most = std::max_element(life.weakness.begin(), life.weakness.end());
  return static_cast<ChurnCause>(most - life.weakness.begin());
}

int OpenSubscription(Life& life, int product, int quantity, std::int64_t unit, Instant at) {
  Subscription subscription;
  subscription.number = static_cast<int>(life.scene.account.subscriptions.size());
  subscription.deal = life.deal;
  subscription.product = product;
  subscription.is_yearly = life.term_months == 12;
  subscription.by_card = life.scene.profile().segment == Segment::kSmall || !subscription.is_yearly;
  subscription.currency = life.scene.profile().currency;
  subscription.starts_at = at;
  subscription.versions.push_back({at, SubscriptionStatus::kActive, quantity, unit});
  life.scene.account.subscriptions.push_back(std::move(subscription));
  return static_cast<int>(life.scene.account.subscriptions.size()) - 1;
}

void SignContract(Life& life, Date from, int deal, int seats) {
  Contract contract;
  contract.number = static_cast<int>(life.scene.account.contracts.size());
  contract.account = life.first_deal().account;
  contract.deal = deal;
  contract.start = from;
  contract.end = AddMonths(from, 12);
  contract.seats.Set(life.Morning(from), seats);
  contract.unit_minor = life.unit_minor;
  contract.uplift_percent = life.term_months == 12 && life.sampler.Chance(0.6) ? life.sampler.Integer(3, 5) : 0;
  life.contract = contract.number;
  life.scene.account.contracts.push_back(contract);
}

void Plant(Life& life, PlantedKind kind, Instant since, std::int64_t monthly) {
  PlantedLeak leak;
  leak.kind = kind;
  leak.deal = life.deal;
  leak.contract = life.contract;
  leak.subscription = life.subscription;
  leak.since = since;
  leak.monthly_minor = monthly;
  life.open_leak = life.scene.account.planted.size();
  life.scene.account.planted.push_back(leak);
}

void Mend(Life& life, Instant at) {
  if (life.open_leak == SIZE_MAX) return;
  life.scene.account.planted[life.open_leak].until = at;
  life.open_leak = SIZE_MAX;
}

// Changes what is billed from a moment on.
void Rebill(Life& life, Instant at, int seats, std::int64_t unit) {
  life.seats = seats;
  life.unit_minor = unit;
  if (life.subscription < 0) return;
  std::vector<SubscriptionVersion>& versions = life.sub(life.subscription).versions;
  SubscriptionVersion next = versions.back();
  const int quantity = std::max(1, seats - life.unbilled_seats);
  if (next.quantity == quantity && next.unit_minor == unit) return;
  next.at = std::max(at, Plus(next.at, 1.0));
  next.quantity = quantity;
  next.unit_minor = unit;
  versions.push_back(next);
}

void EndSubscription(Life& life, int index, Instant at, Instant requested, ChurnCause cause) {
  if (index < 0 || life.sub(index).ended_at != kNever) return;
  Subscription& ended = life.sub(index);
  SubscriptionVersion last = ended.versions.back();
  life.scene.account.churns.push_back({index, at, cause, last.unit_minor * last.quantity});
  last.at = std::max(at, Plus(last.at, 1.0));
  last.status = SubscriptionStatus::kCanceled;
  ended.versions.push_back(last);
  ended.cancel_requested_at = std::min(requested, at);
  ended.ended_at = last.at;
}

void End(Life& life, Instant at, Instant requested, ChurnCause cause) {
  EndSubscription(life, life.subscription, at, requested, cause);
  EndSubscription(life, life.add_on, at, requested, cause);
  life.scene.account.spans.back().to = at;
  Mend(life, at);
}

void LiveMonth(Life& life, Date month, int number) {
  Scene& scene = life.scene;
  Sampler& sampler = life.sampler;
  const Instant at = life.Morning(month);
  Shocks shocks = DrawShocks(sampler, number == 0);
  shocks.is_unowned = scene.world.company.IsVacant(scene.success_seat(), month);
  life.health = MoveHealth(life.health, UsualHealth(scene.profile().fit), shocks);
  const auto grieve = [&](ChurnCause cause, double by) { life.weakness[static_cast<std::size_t>(cause)] += by; };
  if (shocks.luck < 0.0) grieve(ChurnCause::kLowUsage, LossOfLuck(shocks));
  if (shocks.champion_leaves) {
    grieve(ChurnCause::kChampionLeft, kLossOfChampion);
    Person& champion = scene.account.people.front();
    champion.left_at = std::min(champion.left_at, at);
  }
  if (shocks.bad_support) grieve(ChurnCause::kSupport, kLossOfSupport);
  if (shocks.is_unowned) grieve(ChurnCause::kNoOwner, kLossOfOwner);
  if (shocks.price_grief) grieve(ChurnCause::kPrice, kLossOfPrice);
  for (double& weakness : life.weakness) weakness *= 0.93;  // old grief fades
  const double share =
      std::clamp(life.health + 0.08 * sampler.Normal() + (sampler.Chance(0.03) ? 0.35 : 0.0), 0.02, 1.25);
  scene.account.usage.push_back({month, static_cast<int>(std::lround(life.seats * share)), life.seats, life.health});
}

bool Churns(Life& life, double share) {
  return life.sampler.Uniform() < ChurnChance(share, life.scene.knobs.churn, life.health);
}

void MeetCustomer(Life& life, Date month) {
  Scene& scene = life.scene;
  const bool meets = life.sampler.Chance(0.4);
  const Instant at = scene.calendar().OfficeMoment(month + life.sampler.Integer(1, 26), kBeginning, life.sampler);
  const bool is_call = life.sampler.Chance(0.6);
  const int minutes = life.sampler.Integer(10, 60);
  if (!meets || at >= scene.world.end() || scene.world.company.IsVacant(scene.success_seat(), month)) return;
  Activity activity;
  activity.number = static_cast<int>(scene.account.activities.size());
  activity.kind = is_call ? ActivityKind::kCall : ActivityKind::kMeeting;
  activity.created_at = at;
  activity.starts_at = at;
  activity.done_at = at;
  activity.due = scene.calendar().DayOf(at);
  activity.duration_seconds = minutes * 60;
  activity.member = scene.HolderAt(scene.success_seat(), at);
  activity.account = life.first_deal().account;
  if (!life.first_deal().roles.empty()) activity.contact = life.first_deal().roles.front().contact;
  activity.subject =
      is_call ? CallSubject(scene, true, life.sampler) : life.sampler.Pick(scene.world.lexicon->meeting_subjects);
  scene.account.activities.push_back(activity);
}

// Growth and shrinking of monthly customers: a click in the product, billed from the next period.
void MayResize(Life& life, Date month) {
  const bool grows = life.sampler.Chance(GrowChance(life.health));
  const int more = std::max(1, static_cast<int>(life.seats * life.sampler.Uniform(0.12, 0.45)));
  const bool shrinks = life.sampler.Chance(ShrinkChance(life.health));
  const double kept = life.sampler.Uniform(0.6, 0.88);
  if (!grows && !shrinks) return;
  const int seats = grows ? life.seats + more : std::max(2, static_cast<int>(life.seats * kept));
  Rebill(life, life.Morning(month), seats, life.unit_minor);
  life.current_contract().seats.Set(life.Morning(month), seats);
}

DealStart CustomerDeal(Life& life, DealKind kind, int number, Instant at) {
  DealStart start;
  start.key =
      (life.first_deal().key << 12) | static_cast<std::uint64_t>(kind) << 10 | static_cast<std::uint64_t>(number);
  start.kind = kind;
  start.at = at;
  start.crm_account = life.first_deal().account;
  start.source = life.first_deal().source;
  start.follows = life.deal;
  start.unit_minor = life.unit_minor;
  if (!life.first_deal().roles.empty()) start.contact = life.first_deal().roles.front().contact;
  return start;
}

// Yearly customers grow through a deal, billed for the rest of the term.
void MayExpand(Life& life, Date month, int number) {
  Scene& scene = life.scene;
  const bool wants = life.sampler.Chance(life.health > 0.6 ? 0.05 : 0.008);
  const int more = std::max(1, static_cast<int>(life.seats * life.sampler.Uniform(0.15, 0.5)));
  const Instant at = scene.calendar().OfficeMoment(month, life.Morning(month), life.sampler);
  if (!wants || life.subscription < 0 || at >= scene.world.end() || scene.account.OpenDealAt(at) >= 0) return;
  DealStart start = CustomerDeal(life, DealKind::kExpansion, number, at);
  start.quality = 1.3;
  start.seats = more;
  const Deal& deal = scene.account.deals[static_cast<std::size_t>(RunDeal(scene, start))];
  const Date term_end = life.current_contract().end;
  if (!deal.is_won) return;
  const Instant from = life.Morning(scene.calendar().DayOf(deal.decided_at) + 1);
  if (from >= scene.world.end() || from >= life.Morning(term_end - 20)) {
    life.seats += more;  // counts from the next term
    return;
  }
  Rebill(life, from, life.seats + more, life.unit_minor);
  life.current_contract().seats.Set(from, life.seats);
  IssueInvoice(scene, life.subscription, from, life.Morning(term_end), "subscription_update", more);
}

// Three months before the end of a yearly term it is settled how it will end.
void SettleTerm(Life& life, int number) {
  Scene& scene = life.scene;
  Sampler& sampler = life.sampler;
  const Date term_end = life.current_contract().end;
  life.leaves_at_term = Churns(life, kChurnATerm);
  life.forgotten_at_term = sampler.Chance(0.03) && !life.leaves_at_term;
  const bool shrinks = sampler.Chance(TermShrinkChance(life.health));
  const double kept = sampler.Uniform(0.65, 0.9);
  life.seats_at_term = shrinks ? std::max(2, static_cast<int>(life.seats * kept)) : life.seats;
  const Instant begins = scene.calendar().OfficeMoment(term_end - sampler.Integer(70, 88), kBeginning, sampler);
  const Instant decided = scene.calendar().OfficeMoment(term_end + sampler.Integer(-30, 6), begins, sampler);
  if (life.forgotten_at_term || scene.profile().segment == Segment::kSmall || begins >= scene.world.end()) return;
  DealStart start = CustomerDeal(life, DealKind::kRenewal, number, begins);
  start.with_add_on = life.add_on >= 0 && life.sub(life.add_on).ended_at == kNever;
  DealPlan plan;
  plan.seats = life.seats_at_term;
  plan.decided_at = decided;
  plan.is_won = !life.leaves_at_term;
  plan.chance = 1.0 - ChurnChance(kChurnATerm, scene.knobs.churn, life.health);
  plan.reason = StrongestCause(life) == ChurnCause::kPrice ? LossReason::kPrice : LossReason::kCompetitor;
  const double days = DaysBetween(begins, decided);
  plan.steps = {{Stage::kQualification, begins},
                {Stage::kValueProposition, Plus(begins, days * 0.3 * kSecondsPerDay)},
                {Stage::kNegotiation, Plus(begins, days * 0.7 * kSecondsPerDay)}};
  RunPlannedDeal(scene, start, plan);
}

void SignNextTerm(Life& life, Date month) {
  const Contract before = life.current_contract();
  Mend(life, life.Morning(month));
  life.unbilled_seats = 0;
  std::int64_t unit = life.unit_minor;
  const std::int64_t uplift = (unit * before.uplift_percent + 50) / 100;
  const bool forgets = life.sampler.Chance(0.15);
  if (!forgets) unit += uplift;
  const int seats = life.seats_at_term > 0 ? life.seats_at_term : life.seats;
  Rebill(life, life.Morning(month), seats, unit);
  if (!forgets && uplift > 0) Weaken(life, ChurnCause::kPrice, 0.03);
  SignContract(life, month, before.deal, seats);
  if (forgets && uplift > 0) Plant(life, PlantedKind::kMissedUplift, life.Morning(month), uplift * seats);
}

// False when the customer leaves.
bool RenewTerm(Life& life, Date month) {
  const Instant at = life.Morning(month);
  if (life.term_months == 1) {
    if (Churns(life, kChurnAMonth)) {
      End(life, at, Plus(at, -life.sampler.Uniform(1.0, 25.0) * kSecondsPerDay), StrongestCause(life));
      return false;
    }
    if (life.unbilled_seats > 0 && life.sampler.Chance(0.12)) {
      life.unbilled_seats = 0;
      Mend(life, at);
      Rebill(life, at, life.seats, life.unit_minor);
    }
    MayResize(life, month);
    return true;
  }
  if (life.leaves_at_term) {
    End(life, at, Plus(at, -life.sampler.Uniform(5.0, 40.0) * kSecondsPerDay), StrongestCause(life));
    return false;
  }
  if (life.forgotten_at_term) {
    // The subscription was set to end and nobody renewed it; the customer works on.
    Mend(life, at);
    Plant(life, PlantedKind::kMissedRenewal, at, life.unit_minor * life.seats);
    Subscription& sub = life.sub(life.subscription);
    SubscriptionVersion last = sub.versions.back();
    last.at = std::max(at, Plus(last.at, 1.0));
    last.status = SubscriptionStatus::kCanceled;
    sub.versions.push_back(last);
    sub.cancel_requested_at = sub.starts_at;
    sub.ended_at = last.at;
    life.subscription = -1;
    life.bills_again_at = Plus(at, (60.0 + life.sampler.Exponential(120.0)) * kSecondsPerDay);
    return true;
  }
  SignNextTerm(life, month);
  return true;
}

void BeginBilling(Life& life, int number) {
  const Date month = life.Month(number);
  const Instant at = life.Morning(month);
  life.term_start = number;
  life.bills_again_at = kNever;
  Mend(life, at);
  const int quantity = std::max(1, life.seats - life.unbilled_seats);
  life.subscription = OpenSubscription(life, life.first_deal().plan, quantity, life.unit_minor, at);
  if (number > 0) SignContract(life, month, life.deal, life.seats);
  if (life.unbilled_seats > 0) Plant(life, PlantedKind::kUnderBilled, at, life.unit_minor * life.unbilled_seats);
  if (life.first_deal().with_add_on && life.add_on < 0) {
    const std::int64_t unit = UnitPrice(life.scene.world, kAddOn, life.scene.profile().currency, 0);
    life.add_on = OpenSubscription(life, kAddOn, AddOnSeats(life.seats), unit, at);
  }
}

// Bills the next term; false when the customer is lost over it.
bool Bill(Life& life, int number) {
  const Instant from = life.Morning(life.Month(number));
  const Instant to = life.Morning(life.Month(number + life.term_months));
  const std::string_view reason = number == life.term_start ? "subscription_create" : "subscription_cycle";
  if (life.add_on >= 0 && life.sub(life.add_on).ended_at == kNever) {
    if (number > life.term_start && life.sampler.Chance(life.term_months == 1 ? 0.02 : 0.15)) {
      EndSubscription(life, life.add_on, from, from, StrongestCause(life));
    } else {
      IssueInvoice(life.scene, life.add_on, from, to, reason, 0);
    }
  }
  const Instant lost_at = IssueInvoice(life.scene, life.subscription, from, to, reason, 0);
  if (lost_at >= life.scene.world.end() || life.term_months == 12) return true;
  End(life, lost_at, lost_at, ChurnCause::kPaymentFailure);
  return false;
}

void Live(Life& life) {
  for (int number = 0; life.Morning(life.Month(number)) < life.scene.world.end(); ++number) {
    const Date month = life.Month(number);
    LiveMonth(life, month, number);
    MeetCustomer(life, month);
    const int into_term = (number - life.term_start) % life.term_months;
    if (life.subscription >= 0 && number > life.term_start && into_term == 0 && !RenewTerm(life, month)) return;
    if (life.subscription < 0) {
      if (life.Morning(month) >= life.bills_again_at) BeginBilling(life, number);
      if (life.subscription < 0) continue;
    }
    if ((number - life.term_start) % life.term_months == 0 && !Bill(life, number)) return;
    if (life.term_months == 12) {
      const int month_of_term = (number - life.term_start) % 12;
      if (month_of_term == 9) SettleTerm(life, number);
      if (month_of_term > 0 && month_of_term < 9) MayExpand(life, month, number);
    }
  }
}

Life MakeLife(Scene& scene, int deal_index, Date start) {
  const Deal& deal = scene.account.deals[static_cast<std::size_t>(deal_index)];
  Life life{.scene = scene, .sampler = scene.Draw("life", deal.key), .deal = deal_index, .start = start};
  const DealVersion& terms = deal.versions.back();
  life.term_months = deal.is_yearly ? 12 : 1;
  life.seats = terms.seats;
  life.unit_minor = UnitPrice(scene.world, deal.plan, scene.profile().currency, terms.discount_percent);
  life.health = std::clamp(0.55 + 0.3 * scene.profile().fit + 0.1 * life.sampler.Normal(), 0.2, 0.95);
  return life;
}

// What the contract promised and the billing did not get: the leaks by arithmetic.
void BeginLife(Life& life) {
  Scene& scene = life.scene;
  const Deal& deal = life.first_deal();
  const DealVersion& terms = deal.versions.back();
  const double unbilled = life.sampler.Uniform();
  const double underbilled = life.sampler.Uniform();
  const double notice_days = 45.0 + life.sampler.Exponential(110.0);
  const int missing = std::max(1, static_cast<int>(life.seats * life.sampler.Uniform(0.1, 0.3)));
  SignContract(life, life.start, life.deal, life.seats);
  const int above = terms.discount_percent - DiscountPolicy(scene.profile().segment);
  const std::int64_t list = ListPrice(scene.world, deal.plan, scene.profile().currency);
  if (above > 0) {
    Plant(life, PlantedKind::kDiscountOverrun, life.Morning(life.start), (list * above + 50) / 100 * life.seats);
    life.open_leak = SIZE_MAX;  // lasts as long as the customer does
  }
  if (unbilled < 0.03) {
    Plant(life, PlantedKind::kNotBilled, life.Morning(life.start), life.unit_minor * life.seats);
    life.bills_again_at = Plus(life.Morning(life.start), notice_days * kSecondsPerDay);
  } else {
    if (underbilled < 0.045 && life.seats > 4) life.unbilled_seats = missing;
    BeginBilling(life, 0);
  }
  Live(life);
}

}  // namespace

void BecomeCustomer(Scene& scene, int deal_index) {
  const Deal& deal = scene.account.deals[static_cast<std::size_t>(deal_index)];
  Sampler sampler = scene.Draw("start", deal.key);
  const Date start = scene.calendar().DayOf(deal.decided_at) + sampler.Integer(1, 16);
  scene.account.spans.push_back({deal.decided_at, kNever});
  if (start > scene.world.until) return;
  Life life = MakeLife(scene, deal_index, start);
  BeginLife(life);
}

void BeginAsCustomer(Scene& scene) {
  constexpr std::uint64_t kKey = 0xFFFF;
  Sampler sampler = scene.Draw("base", 0);
  const Date signed_on = scene.calendar().NextWorkday(scene.world.start - sampler.Integer(20, 390));
  DealStart start;
  start.key = kKey;
  start.at = scene.calendar().At(signed_on, 10 * 3600 + sampler.Integer(0, 7 * 3600));
  start.crm_account = FindOrEnterAccount(scene, start.at, sampler, false);
  start.contact = FindOrEnterContact(scene, 0, start.crm_account, start.at, {}, sampler);
  const int index = AddDeal(scene, start);
  Deal& deal = scene.account.deals[static_cast<std::size_t>(index)];
  deal.is_migrated = true;
  deal.is_won = true;
  deal.decided_at = start.at;
  deal.closed_at = start.at;
  deal.roles.push_back({start.contact, scene.account.people.front().role, true, start.at});
  DealVersion only;
  only.at = start.at;
  only.stage = Stage::kWon;
  only.seats = DrawSeats(scene, sampler);
  only.discount_percent = 5 * sampler.Integer(0, 2);
  only.has_lines = true;
  only.close_date = signed_on;
  only.owner = scene.HolderAt(deal.seat, start.at);
  only.amount_minor = YearAmount(scene.world, deal, scene.profile().currency, only.seats, only.discount_percent);
  deal.versions.push_back(only);
  BecomeCustomer(scene, index);
}

}  // namespace weir::simulate
