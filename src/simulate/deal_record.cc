// What the CRM holds of a deal: entries late or forgotten, close dates pushed, owners changed, activities.
#include <algorithm>
#include <array>

#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr double kSecondsPerDay = 86400.0;

enum class Edit : std::uint8_t { kStage, kTerms, kCloseDate, kOwner, kClose };

struct Entry {
  Instant at;
  Edit edit = Edit::kStage;
  int value = 0;  // stage, discount, days since 1970 of a close date, or member
};

struct Record {
  Scene& scene;
  Deal& deal;
  const DealPlan& plan;
  Sampler sampler;
  std::vector<Entry> entries;
  std::string_view currency() const { return scene.profile().currency; }
  double carelessness(Instant at) const { return scene.member(scene.HolderAt(deal.seat, at)).carelessness; }
};

// When the end of the deal is written down. Wins at once; losses when the seller gets to it, some only when the
// quarter's pipeline is cleaned up, a few never.
Instant ClosingTime(Record& record) {
  const Instant decided = record.plan.decided_at;
  if (decided == kNever) return kNever;
  const Calendar& calendar = record.scene.calendar();
  if (record.plan.is_won) return decided;
  const double days = record.sampler.Exponential(6.0 * record.carelessness(decided));
  const bool forgotten = record.sampler.Chance(record.scene.Dirt(0.10));
  const bool abandoned = record.sampler.Chance(record.scene.Dirt(0.045));
  if (abandoned) return kNever;
  Date day = calendar.DayOf(Plus(decided, days * kSecondsPerDay));
  if (forgotten) {
    const CivilDate civil = ToCivil(day);
    day = AddMonths(FromCivil({civil.year, (civil.month - 1) / 3 * 3 + 1, 1}), 3) - record.sampler.Integer(1, 6);
  }
  return calendar.OfficeMoment(std::max(day, calendar.DayOf(decided)), decided, record.sampler);
}

void AddStages(Record& record, Instant closes) {
  Instant before = record.deal.created_at;
  for (std::size_t step = 1; step < record.plan.steps.size(); ++step) {
    const auto [stage, reached] = record.plan.steps[step];
    if (stage >= Stage::kWon) break;
    const double late = record.sampler.Exponential(0.8 * record.carelessness(reached));
    Instant at =
        late < 0.5 ? reached
                   : record.scene.calendar().OfficeMoment(
                         record.scene.calendar().DayOf(Plus(reached, late * kSecondsPerDay)), reached, record.sampler);
    at = std::max(at, Plus(before, 60.0));
    if (at >= closes) continue;  // skipped: the deal was closed before anybody moved it
    record.entries.push_back({at, Edit::kStage, static_cast<int>(stage)});
    if (DaysBetween(reached, at) >= 3.0 && at < record.scene.world.end()) {
      record.scene.account.blemishes.push_back({.kind = "late_update",
                                                .object = "deal",
                                                .record = record.deal.number,
                                                .field = "StageName",
                                                .true_value = FormatInstant(reached),
                                                .since = at});
    }
    before = at;
    if (stage == Stage::kProposal) {
      record.entries.push_back({Plus(at, 120.0), Edit::kTerms, record.plan.discount_percent / 10 * 5});
    } else if (stage == Stage::kNegotiation && record.plan.discount_percent > 0) {
      record.entries.push_back({Plus(at, 90.0), Edit::kTerms, record.plan.discount_percent});
    }
  }
}

// The planned close date moves whenever it comes near; some sellers stop moving it.
void AddPushes(Record& record, Date first_close, Instant closes) {
  const Calendar& calendar = record.scene.calendar();
  Date close_date = first_close;
  for (int push = 0; push < 14; ++push) {
    const int lag = static_cast<int>(record.sampler.Exponential(3.0 * record.carelessness(record.deal.created_at)));
    const Instant at = calendar.OfficeMoment(close_date + (record.sampler.Chance(0.5) ? -2 : lag),
                                             Plus(record.deal.created_at, 3600.0), record.sampler);
    const bool stops = record.sampler.Chance(record.scene.Dirt(0.09));
    const int days = record.sampler.Integer(9, 44);
    if (at >= closes || at >= record.scene.world.end() || stops) return;
    close_date = std::max(close_date, calendar.DayOf(at)) + days;
    record.entries.push_back({at, Edit::kCloseDate, close_date.days});
  }
}

// When somebody else takes the seat he takes the open deals, unless they are forgotten.
void AddOwners(Record& record, Instant closes) {
  const Calendar& calendar = record.scene.calendar();
  const Seat& seat = record.scene.world.company.seats()[static_cast<std::size_t>(record.deal.seat)];
  for (const Tenure& tenure : seat.tenures) {
    for (const Date change : {tenure.from, tenure.to}) {
      if (change == kFarDate) continue;
      const Instant noon = calendar.At(change, 12 * 3600);
      if (noon <= record.deal.created_at || noon >= closes) continue;
      const bool forgotten = record.sampler.Chance(record.scene.Dirt(0.15));
      const Instant at = calendar.OfficeMoment(change + record.sampler.Integer(0, 3), noon, record.sampler);
      if (forgotten) record.deal.is_orphan = true;
      if (record.deal.is_orphan || at >= closes) continue;
      record.entries.push_back({at, Edit::kOwner, record.scene.HolderAt(record.deal.seat, at)});
    }
  }
}

void SetTerms(Record& record, int discount_percent, DealVersion& version) {
  version.seats = record.plan.seats;
  version.discount_percent = discount_percent;
  version.has_lines = true;
  version.amount_minor =
      YearAmount(record.scene.world, record.deal, record.currency(), version.seats, version.discount_percent);
}

void Apply(Record& record, const Entry& entry, DealVersion& version) {
  switch (entry.edit) {
    case Edit::kStage:
      version.stage = static_cast<Stage>(entry.value);
      if (record.sampler.Chance(0.6)) version.next_step = record.sampler.Pick(record.scene.world.lexicon->next_steps);
      break;
    case Edit::kTerms:
      SetTerms(record, entry.value, version);
      break;
    case Edit::kCloseDate:
      version.close_date = Date{entry.value};
      ++version.pushes;
      break;
    case Edit::kOwner:
      version.owner = entry.value;
      break;
    case Edit::kClose:
      version.stage = record.plan.is_won ? Stage::kWon : Stage::kLost;
      version.close_date = record.scene.calendar().DayOf(entry.at);
      if (record.plan.is_won) SetTerms(record, record.plan.discount_percent, version);
      break;
  }
}

void WriteVersions(Record& record, DealVersion first) {
  std::stable_sort(record.entries.begin(), record.entries.end(),
                   [](const Entry& a, const Entry& b) { return a.at < b.at; });
  std::vector<DealVersion>& versions = record.deal.versions;
  versions.push_back(first);
  for (const Entry& entry : record.entries) {
    if (versions.back().stage >= Stage::kWon) break;
    DealVersion next = versions.back();
    next.at = std::max(entry.at, Plus(next.at, 60.0));
    if (next.at >= record.scene.world.end()) break;
    Apply(record, {next.at, entry.edit, entry.value}, next);
    versions.push_back(next);
    const bool may_miss = entry.edit == Edit::kStage || entry.edit == Edit::kTerms;
    if (may_miss && record.sampler.Chance(record.scene.Dirt(0.004))) {
      record.deal.history_holes.push_back(static_cast<int>(versions.size()) - 1);
    }
  }
  if (versions.back().stage >= Stage::kWon) record.deal.closed_at = versions.back().at;
}

DealVersion FirstVersion(Record& record) {
  Scene& scene = record.scene;
  Sampler& sampler = record.sampler;
  DealVersion first;
  first.at = record.deal.created_at;
  first.owner = scene.HolderAt(record.deal.seat, first.at);
  first.seats = std::max(3, static_cast<int>(record.plan.seats * sampler.Uniform(0.75, 1.35)));
  const double optimism = sampler.Uniform(0.65, 1.15);
  const double pace = scene.profile().segment == Segment::kEnterprise ? 1.9
                      : scene.profile().segment == Segment::kMiddle   ? 1.15
                                                                      : 0.8;
  first.close_date = scene.calendar().NextWorkday(scene.calendar().DayOf(first.at) +
                                                  std::max(7, static_cast<int>(46.0 * pace * optimism)));
  if (sampler.Chance(0.85)) {
    // A round guess before anything is known.
    const std::int64_t year = YearAmount(scene.world, record.deal, record.currency(), first.seats, 0);
    const std::int64_t step = year > 5'000'000 ? 500'000 : 50'000;
    first.amount_minor = std::max(step, (year + step / 2) / step * step);
  }
  if (sampler.Chance(0.5)) first.next_step = sampler.Pick(scene.world.lexicon->next_steps);
  return first;
}

ActivityKind DrawKind(Sampler& sampler) {
  static constexpr std::array<double, 3> kShares = {0.36, 0.38, 0.26};
  return static_cast<ActivityKind>(sampler.Weighted(kShares));
}

void AddActivity(Record& record, Instant from, Instant to) {
  Scene& scene = record.scene;
  const Lexicon& lexicon = *scene.world.lexicon;
  const double share = record.sampler.Uniform();
  const Instant guess = Plus(from, share * DaysBetween(from, to) * kSecondsPerDay);
  Activity activity;
  activity.kind = DrawKind(record.sampler);
  activity.starts_at = scene.calendar().OfficeMoment(scene.calendar().DayOf(guess), from, record.sampler);
  activity.created_at = activity.kind == ActivityKind::kMeeting ? from : activity.starts_at;
  activity.due = scene.calendar().DayOf(activity.starts_at);
  activity.done_at = activity.starts_at;
  activity.incoming = activity.kind != ActivityKind::kMeeting && record.sampler.Chance(0.25);
  activity.reached = activity.incoming || record.sampler.Chance(0.7);
  activity.deal = record.deal.number;
  activity.account = record.deal.account;
  activity.duration_seconds = activity.kind == ActivityKind::kMeeting ? 900 * record.sampler.Integer(2, 6)
                              : activity.kind == ActivityKind::kMail  ? 0
                              : activity.reached                      ? record.sampler.Integer(90, 1800)
                                                                      : record.sampler.Integer(5, 45);
  activity.subject = activity.kind == ActivityKind::kMeeting ? record.sampler.Pick(lexicon.meeting_subjects)
                     : activity.kind == ActivityKind::kMail  ? record.sampler.Pick(lexicon.mail_subjects)
                                                             : CallSubject(scene, activity.reached, record.sampler);
  if (record.sampler.Chance(0.25)) activity.note = record.sampler.Pick(lexicon.call_notes);
  if (activity.starts_at >= to || activity.starts_at >= scene.world.end()) return;
  activity.member = scene.HolderAt(record.deal.seat, activity.starts_at);
  activity.number = static_cast<int>(scene.account.activities.size());
  scene.account.activities.push_back(activity);
}

// A follow-up that is due in some days, done late or never.
void AddTask(Record& record, Instant from, Instant closes) {
  Scene& scene = record.scene;
  Activity task;
  task.kind = ActivityKind::kTask;
  task.created_at = from;
  task.starts_at = from;
  task.due = scene.calendar().NextWorkday(scene.calendar().DayOf(from) + record.sampler.Integer(2, 12));
  const double late = record.sampler.Exponential(1.5 * record.carelessness(from));
  const Instant done = scene.calendar().OfficeMoment(task.due + static_cast<int>(late), from, record.sampler);
  const bool never = record.sampler.Chance(scene.Dirt(0.08));
  if (!never && done < std::max(closes, Plus(from, 3600.0)) && done < scene.world.end()) task.done_at = done;
  task.member = scene.HolderAt(record.deal.seat, from);
  task.deal = record.deal.number;
  task.account = record.deal.account;
  task.subject = record.sampler.Pick(scene.world.lexicon->task_subjects);
  task.number = static_cast<int>(scene.account.activities.size());
  scene.account.activities.push_back(task);
}

void AddActivities(Record& record) {
  static constexpr std::array<double, 5> kPerStage = {1.6, 2.2, 2.6, 2.0, 2.4};
  const Instant end = record.scene.world.end();
  const std::vector<std::pair<Stage, Instant>>& steps = record.plan.steps;
  for (std::size_t step = 0; step < steps.size() && step < kPerStage.size(); ++step) {
    const Instant from = steps[step].second;
    if (from >= end) return;
    const Instant to = step + 1 < steps.size() ? steps[step + 1].second : std::min(record.plan.decided_at, end);
    const int count = record.sampler.Poisson(kPerStage[step]);
    for (int i = 0; i < count; ++i) AddActivity(record, from, to);
    if (record.sampler.Chance(0.6)) AddTask(record, from, record.deal.closed_at);
  }
}

}  // namespace

void RecordDeal(Scene& scene, int deal_index, const DealPlan& plan) {
  Deal& deal = scene.account.deals[static_cast<std::size_t>(deal_index)];
  const Instant end = scene.world.end();
  Record record{scene, deal, plan, scene.Draw("deal.record", deal.key), {}};
  deal.planned_chance = plan.chance;
  deal.steps = plan.steps;
  deal.final_minor = YearAmount(scene.world, deal, scene.profile().currency, plan.seats, plan.discount_percent);
  if (plan.decided_at < end) {
    deal.decided_at = plan.decided_at;
    deal.is_won = plan.is_won;
    deal.true_reason = plan.reason;
    deal.reason_entered = !record.sampler.Chance(scene.Dirt(0.28));
  }
  const DealVersion first = FirstVersion(record);
  const Instant closes = ClosingTime(record);
  AddStages(record, closes);
  AddOwners(record, closes);
  AddPushes(record, first.close_date, closes);
  if (closes != kNever) record.entries.push_back({closes, Edit::kClose, 0});
  WriteVersions(record, first);
  AddActivities(record);
}

}  // namespace weir::simulate
