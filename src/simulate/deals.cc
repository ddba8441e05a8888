// How a deal really goes: its stages, how long each lasts, and what the customer decides.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "simulate/chances.h"
#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr std::array<double, 5> kStageDays = {5.0, 8.0, 9.0, 9.0, 7.0};  // median
constexpr std::array<double, 5> kStagePass = {0.77, 0.74, 0.70, 0.70, 0.85};
constexpr double kStageSigma = 0.65;
constexpr double kSecondsPerDay = 86400.0;
constexpr double kLongWait = 30.0;    // days
constexpr double kLeastLinger = 0.6;  // of the wait, until a deal that does not go on is decided
constexpr double kMostLinger = 2.2;
constexpr double kAddOnShare = 0.18;
constexpr double kAboveShare = 0.07;       // of discounts, beyond what a seller may give
constexpr double kNoDiscountShare = 0.45;  // of the others

double SegmentPace(Segment segment) {
  switch (segment) {
    case Segment::kSmall:
      return 0.80;
    case Segment::kMiddle:
      return 1.15;
    case Segment::kEnterprise:
      break;
  }
  return 2.0;
}

LossReason DrawReason(Stage stage, Sampler& sampler) {
  // Early losses lack need, late ones price and competitor.
  static constexpr std::array<double, 6> kEarly = {0.08, 0.08, 0.34, 0.14, 0.18, 0.18};
  static constexpr std::array<double, 6> kLate = {0.34, 0.26, 0.16, 0.08, 0.10, 0.06};
  return static_cast<LossReason>(sampler.Weighted(stage >= Stage::kProposal ? kLate : kEarly));
}

int DrawDiscount(const Scene& scene, Sampler& sampler) {
  const int policy = DiscountPolicy(scene.profile().segment);
  if (sampler.Chance(kAboveShare)) return policy + 5 * sampler.Integer(1, 3);
  return sampler.Chance(kNoDiscountShare) ? 0 : 5 * sampler.Integer(1, policy / 5);
}

double KindPace(DealKind kind) { return kind == DealKind::kExpansion ? 0.45 : 1.0; }

// The chance to go on from a stage, with whoever holds the deal then.
double PassChance(const Setting& setting, DealKind kind, double quality, std::size_t stage, Instant at,
                  bool waits_long) {
  const World& world = setting.world;
  const Member& owner = setting.HolderAt(setting.seller_seat(), at);
  const bool late_regime = world.calendar.DayOf(at) >= world.middle();
  // The drivers work on the whole way through five stages: their fifth root is close to this.
  const double closing = setting.knobs.closing * (late_regime ? world.scenario.regime_closing : 1.0);
  const double passed = kStagePass[stage] * setting.knobs.stage_pass[stage];
  const double share = 1.0 + (closing * quality * owner.skill - 1.0) / 5.0;
  const double kind_share = kind == DealKind::kExpansion ? 1.14 : 1.0;
  // What takes too long loses its champion.
  const double patience = waits_long ? 0.92 : 1.0;
  return std::min(0.985, passed * share * kind_share * patience);
}

DealPlan PlanDeal(Scene& scene, const DealStart& start, int seats) {
  Sampler sampler = scene.Draw("deal", start.key);
  const double pace = SegmentPace(scene.profile().segment) * scene.knobs.stage_wait * KindPace(start.kind);
  DealPlan plan;
  plan.seats = seats;
  plan.discount_percent = DrawDiscount(scene, sampler);
  if (start.unit_minor > 0) plan.discount_percent = 0;  // the price stands already
  plan.steps.push_back({Stage::kQualification, start.at});
  Instant at = start.at;
  for (std::size_t stage = 0; stage < kStageDays.size(); ++stage) {
    // The same draws in the same order whatever happens, so that a changed driver changes only what hangs on it.
    const double wait = sampler.LogNormal(kStageDays[stage], kStageSigma) * pace * scene.knobs.stage_days[stage];
    const double draw = sampler.Uniform();
    const double linger = sampler.Uniform(kLeastLinger, kMostLinger);
    const LossReason reason = DrawReason(static_cast<Stage>(stage), sampler);
    if (draw >= PassChance(scene.setting(), start.kind, start.quality, stage, at, wait > kLongWait)) {
      plan.decided_at = Plus(at, wait * linger * kSecondsPerDay);
      plan.reason = reason;
      return plan;
    }
    const Instant reached = Plus(at, wait * kSecondsPerDay);
    Sampler moment = scene.Draw("deal.moment", start.key * 8 + stage);
    at = scene.calendar().OfficeMoment(scene.calendar().DayOf(reached), at, moment);
    plan.steps.push_back({static_cast<Stage>(stage + 1), at});
  }
  plan.decided_at = at;
  plan.is_won = true;
  return plan;
}

std::string_view Suffix(const Lexicon& lexicon, DealKind kind) {
  switch (kind) {
    case DealKind::kNew:
      return lexicon.new_business_suffix;
    case DealKind::kExpansion:
      return lexicon.expansion_suffix;
    case DealKind::kRenewal:
      return lexicon.renewal_suffix;
    case DealKind::kReactivation:
      break;
  }
  return lexicon.reactivation_suffix;
}

// One of two plans, the lower with this chance.
struct PlanChoice {
  int lower = 0;
  double chance = 1.0;
};

PlanChoice PlansOf(Segment segment) {
  switch (segment) {
    case Segment::kSmall:
      return {0, 0.6};
    case Segment::kMiddle:
      return {1, 0.55};
    case Segment::kEnterprise:
      break;
  }
  return {2, 0.3};
}

int DrawPlan(Segment segment, Sampler& sampler) {
  const PlanChoice plans = PlansOf(segment);
  return sampler.Chance(plans.chance) ? plans.lower : plans.lower + 1;
}

// Seats of a first deal: log-normal, within bounds.
struct SeatRange {
  double median = 0.0;
  double sigma = 0.0;
  int least = 0;
  int most = 0;
  int Held(double seats) const { return std::clamp(static_cast<int>(seats), least, most); }
};

SeatRange SeatsOf(Segment segment) {
  switch (segment) {
    case Segment::kSmall:
      return {10.0, 0.5, 3, 30};
    case Segment::kMiddle:
      return {38.0, 0.5, 15, 120};
    case Segment::kEnterprise:
      break;
  }
  return {150.0, 0.55, 60, 900};
}

// What a first deal with such an account brings in a year if it is won.
double ExpectedYear(const World& world, const AccountProfile& profile) {
  const SeatRange range = SeatsOf(profile.segment);
  const auto held = [&](double z) { return range.Held(range.median * PortableExp(range.sigma * z)); };
  const double seats = MeanOverNormal(held);
  const double half = MeanOverNormal([&](double z) { return AddOnSeats(held(z)); });
  const double policy = DiscountPolicy(profile.segment);
  const double usual = 5.0 * (policy / 5.0 + 1.0) / 2.0;
  const double discount = kAboveShare * (policy + 10.0) + (1.0 - kAboveShare) * (1.0 - kNoDiscountShare) * usual;
  const PlanChoice plans = PlansOf(profile.segment);
  const auto list = [&](int product) { return static_cast<double>(ListPrice(world, product, profile.currency)); };
  const double unit = plans.chance * list(plans.lower) + (1.0 - plans.chance) * list(plans.lower + 1);
  return 12.0 * (unit * (1.0 - discount / 100.0) * seats + kAddOnShare * list(kAddOn) * half);
}

// The committee is met step by step.
void MeetPeople(Scene& scene, int deal_index, const DealPlan& plan, int first_contact) {
  Deal& deal = scene.account.deals[static_cast<std::size_t>(deal_index)];
  Sampler sampler = scene.Draw("deal.people", deal.key);
  if (first_contact >= 0) {
    const int person = scene.account.contacts[static_cast<std::size_t>(first_contact)].person;
    deal.roles.push_back(
        {first_contact, scene.account.people[static_cast<std::size_t>(person)].role, true, deal.created_at});
  }
  for (std::size_t step = 1; step < plan.steps.size() && step < 5; ++step) {
    if (plan.steps[step].second >= scene.world.end()) return;
    const int person = sampler.Integer(0, static_cast<int>(scene.account.people.size()) - 1);
    if (!sampler.Chance(0.45)) continue;
    const int contact = FindOrEnterContact(scene, person, deal.account, plan.steps[step].second, deal.source, sampler);
    const bool known = std::any_of(deal.roles.begin(), deal.roles.end(),
                                   [&](const ContactRole& other) { return other.contact == contact; });
    if (known) continue;
    deal.roles.push_back({contact, scene.account.people[static_cast<std::size_t>(person)].role, deal.roles.empty(),
                          plan.steps[step].second});
  }
}

}  // namespace

std::int64_t ListPrice(const World& world, int product, std::string_view currency) {
  const std::int64_t list = world.lexicon->products[static_cast<std::size_t>(product)].list_minor;
  if (currency == "USD") return (list * 11 / 10 + 50) / 100 * 100;
  if (currency == "GBP") return (list * 9 / 10 + 50) / 100 * 100;
  return list;
}

std::int64_t UnitPrice(const World& world, int product, std::string_view currency, int discount_percent) {
  return (ListPrice(world, product, currency) * (100 - discount_percent) + 50) / 100;
}

int AddOnSeats(int seats) { return std::max(1, seats / 2); }

std::int64_t YearAmount(const World& world, const Deal& deal, std::string_view currency, int seats,
                        int discount_percent) {
  const std::int64_t unit =
      deal.unit_minor > 0 ? deal.unit_minor : UnitPrice(world, deal.plan, currency, discount_percent);
  std::int64_t month = unit * seats;
  if (deal.with_add_on) month += UnitPrice(world, kAddOn, currency, 0) * AddOnSeats(seats);
  return 12 * month;
}

int DiscountPolicy(Segment segment) {
  switch (segment) {
    case Segment::kSmall:
      return 10;
    case Segment::kMiddle:
      return 15;
    case Segment::kEnterprise:
      break;
  }
  return 25;
}

int DrawSeats(Scene& scene, Sampler& sampler) {
  const SeatRange range = SeatsOf(scene.profile().segment);
  return range.Held(sampler.LogNormal(range.median, range.sigma));
}

namespace {

double WaitMedian(const Setting& setting, DealKind kind, std::size_t stage) {
  const double pace = SegmentPace(setting.profile.segment) * setting.knobs.stage_wait * KindPace(kind);
  return kStageDays[stage] * pace * setting.knobs.stage_days[stage];
}

}  // namespace

double WinChance(const Setting& setting, const Deal& deal, Stage from, Instant at) {
  if (deal.planned_chance >= 0.0) return deal.planned_chance;
  double chance = 1.0;
  for (auto stage = static_cast<std::size_t>(from); stage < kStageDays.size(); ++stage) {
    const double waits_long = LogNormalAbove(kLongWait, WaitMedian(setting, deal.kind, stage), kStageSigma);
    chance *= (1.0 - waits_long) * PassChance(setting, deal.kind, deal.quality, stage, at, false) +
              waits_long * PassChance(setting, deal.kind, deal.quality, stage, at, true);
  }
  return chance;
}

double WinChanceNow(const Setting& setting, const Deal& deal, Instant now) {
  if (deal.decided_at <= now) return deal.is_won ? 1.0 : 0.0;
  if (deal.planned_chance >= 0.0) return deal.planned_chance;
  std::pair<Stage, Instant> reached = deal.steps.front();
  for (const auto& step : deal.steps) {
    if (step.second <= now) reached = step;
  }
  if (reached.first >= Stage::kWon) return 1.0;
  const auto stage = static_cast<std::size_t>(reached.first);
  const double waited = std::max(DaysBetween(reached.second, now), 1e-3);
  const double median = WaitMedian(setting, deal.kind, stage);
  // Waits above `from`, short or long ones.
  const auto share = [&](double from, bool waits_long) {
    const double above = LogNormalAbove(std::max(from, kLongWait), median, kStageSigma);
    return waits_long ? above
                      : LogNormalAbove(std::min(from, kLongWait), median, kStageSigma) -
                            LogNormalAbove(kLongWait, median, kStageSigma);
  };
  // Of those that are still waiting: who will go on, and who will not. The latter take a part or a multiple of it.
  double goes_on = 0.0;
  double ends = 0.0;
  for (const bool waits_long : {false, true}) {
    const double passes = PassChance(setting, deal.kind, deal.quality, stage, reached.second, waits_long);
    goes_on += passes * share(waited, waits_long);
    constexpr int kLingers = 32;
    for (int i = 0; i < kLingers; ++i) {
      const double linger = kLeastLinger + (kMostLinger - kLeastLinger) * (i + 0.5) / kLingers;
      ends += (1.0 - passes) * share(waited / linger, waits_long) / kLingers;
    }
  }
  if (goes_on + ends <= 0.0) return 0.0;
  return goes_on / (goes_on + ends) * WinChance(setting, deal, static_cast<Stage>(stage + 1), now);
}

double NewDealWorth(const Setting& setting, Instant at) {
  Deal deal;
  deal.quality = QualityOfLeads(setting.profile.fit);
  return WinChance(setting, deal, Stage::kQualification, at) * ExpectedYear(setting.world, setting.profile);
}

int AddDeal(Scene& scene, const DealStart& start) {
  const World& world = scene.world;
  Sampler sampler = scene.Draw("deal.terms", start.key);
  Deal deal;
  deal.number = static_cast<int>(scene.account.deals.size());
  deal.key = start.key;
  deal.kind = start.kind;
  deal.account = start.crm_account;
  deal.lead = start.lead;
  deal.campaign = start.campaign;
  deal.source = start.source;
  deal.seat = scene.seller_seat();
  deal.created_at = start.at;
  deal.plan = DrawPlan(scene.profile().segment, sampler);
  deal.quality = start.quality;
  deal.with_add_on = sampler.Chance(kAddOnShare);
  deal.is_yearly = scene.profile().segment != Segment::kSmall ? sampler.Chance(0.85) : sampler.Chance(0.25);
  if (start.follows >= 0) {
    const Deal& followed = scene.account.deals[static_cast<std::size_t>(start.follows)];
    deal.plan = followed.plan;
    deal.is_yearly = followed.is_yearly;
    deal.with_add_on = start.with_add_on;
    deal.unit_minor = start.unit_minor;
  }
  deal.name = fmt::format("{} - {}", scene.profile().brand, Suffix(*world.lexicon, start.kind));
  if (start.kind == DealKind::kRenewal || start.kind == DealKind::kExpansion) {
    deal.name += fmt::format(" {}", ToCivil(scene.calendar().DayOf(start.at)).year);
  }
  scene.account.deals.push_back(std::move(deal));
  return static_cast<int>(scene.account.deals.size()) - 1;
}

int RunPlannedDeal(Scene& scene, const DealStart& start, const DealPlan& plan) {
  const int index = AddDeal(scene, start);
  RecordDeal(scene, index, plan);
  MeetPeople(scene, index, plan, start.contact);
  return index;
}

int RunDeal(Scene& scene, const DealStart& start) {
  Sampler sampler = scene.Draw("deal.seats", start.key);
  const int drawn = DrawSeats(scene, sampler);
  return RunPlannedDeal(scene, start, PlanDeal(scene, start, start.seats > 0 ? start.seats : drawn));
}

}  // namespace weir::simulate
