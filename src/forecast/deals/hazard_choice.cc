#include "forecast/deals/hazard_choice.h"

#include <algorithm>
#include <utility>

namespace weir::forecast {
namespace {

CodedRows Joined(const CodedRows& one, const CodedRows& other) {
  CodedRows rows = one;
  rows.codes.insert(rows.codes.end(), other.codes.begin(), other.codes.end());
  rows.counts.insert(rows.counts.end(), other.counts.begin(), other.counts.end());
  return rows;
}

HazardCalibration CalibrationOf(const CodedRows& rows, const std::vector<WeeklyHazard>& said) {
  std::vector<double> won_said;
  std::vector<double> lost_said;
  std::vector<double> all;
  std::vector<double> won;
  std::vector<double> lost;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    won_said.push_back(said[row].won);
    lost_said.push_back(said[row].lost);
    all.push_back(rows.counts[row].All());
    won.push_back(rows.counts[row].won);
    lost.push_back(rows.counts[row].lost);
  }
  return {.won = IsotonicCalibration(won_said, all, won), .lost = IsotonicCalibration(lost_said, all, lost)};
}

std::vector<WeeklyHazard> Calibrated(std::vector<WeeklyHazard> said, const HazardCalibration& calibration) {
  for (WeeklyHazard& hazard : said) hazard = calibration.At(hazard);
  return said;
}

WeeklyHazard RatesOf(const CodedRows& rows) {
  const OutcomeCounts total = TotalOf(rows);
  return {.won = total.won / total.All(), .lost = total.lost / total.All()};
}

double LossOfRates(const CodedRows& before, const CodedRows& judged) {
  return LogLoss(judged.counts, std::vector<WeeklyHazard>(judged.size(), RatesOf(before)));
}

double EventsOf(const CodedRows& rows) {
  const OutcomeCounts total = TotalOf(rows);
  return total.won + total.lost;
}

// Whether the calibration of the first half sets the second one right, and then that of both.
Status JudgeCalibration(const HazardModel& model, const HazardWindows& windows, HazardJudgement* judgement) {
  WEIR_TRY(std::vector<WeeklyHazard> first, model.Predict(windows.judge_first.codes));
  WEIR_TRY(std::vector<WeeklyHazard> second, model.Predict(windows.judge_second.codes));
  judgement->plain_loss = LogLoss(windows.judge_second.counts, second);
  judgement->calibrated_loss =
      LogLoss(windows.judge_second.counts, Calibrated(second, CalibrationOf(windows.judge_first, first)));
  judgement->is_calibrated = judgement->calibrated_loss < judgement->plain_loss;
  if (!judgement->is_calibrated) return {};
  first.insert(first.end(), second.begin(), second.end());
  judgement->calibration = CalibrationOf(Joined(windows.judge_first, windows.judge_second), first);
  return {};
}

HazardModel RatesModel(const Landmarks& landmarks, const HazardCalibration& calibration) {
  return {RatesOf(landmarks.rows), landmarks.rows.groups.size(), calibration};
}

Result<HazardModel> FitKind(HazardKind kind, const Landmarks& landmarks, int rounds,
                            const HazardCalibration& calibration) {
  const double weight = 1 / landmarks.repeats;
  if (kind == HazardKind::kRates) return RatesModel(landmarks, calibration);
  if (kind == HazardKind::kBoosted) {
    WEIR_TRY(HazardBoosted boosted, HazardBoosted::Fit(landmarks.rows, {.rounds = rounds, .weight = weight}));
    return HazardModel(std::move(boosted), calibration);
  }
  WEIR_TRY(HazardLogit logit, HazardLogit::Fit(landmarks.rows, {.prior_variance = {}, .weight = weight}));
  return HazardModel(std::move(logit), calibration);
}

HazardWindows MakeWindows(std::span<const DealHistory> deals, const FeatureSpace& space, const ChoiceOptions& options) {
  const auto rows_of = [&](Day as_of, Day weeks_from) {
    LandmarkOptions landmarks = options.landmarks;
    landmarks.as_of = as_of;
    landmarks.weeks_from = std::max(weeks_from, landmarks.weeks_from);
    return BuildLandmarks(deals, space, landmarks);
  };
  constexpr Day kEver = std::numeric_limits<Day>::min();
  const Day end = options.landmarks.as_of;
  const Day middle = end - 7 * (options.judged_weeks / 2);
  const Day judged = end - 7 * options.judged_weeks;
  const Day stop = judged - 7 * (options.judged_weeks / 2);

  CodedRows second = rows_of(end, middle).rows;
  return {.before_stop = rows_of(stop, kEver),
          .stop = rows_of(judged, stop).rows,
          .before_judge = rows_of(judged, kEver),
          .judge_first = rows_of(middle, judged).rows,
          .judge_second = std::move(second)};
}

}  // namespace

WeeklyHazard HazardCalibration::At(const WeeklyHazard& said) const {
  const WeeklyHazard hazard{.won = won.At(said.won), .lost = lost.At(said.lost)};
  const double sum = hazard.won + hazard.lost;
  return sum <= 1 ? hazard : WeeklyHazard{.won = hazard.won / sum, .lost = hazard.lost / sum};
}

HazardModel::HazardModel(HazardLogit model, HazardCalibration calibration)
    : logit_(std::make_shared<const HazardLogit>(std::move(model))), calibration_(std::move(calibration)) {}

HazardModel::HazardModel(HazardBoosted model, HazardCalibration calibration)
    : boosted_(std::make_shared<const HazardBoosted>(std::move(model))), calibration_(std::move(calibration)) {}

HazardModel::HazardModel(WeeklyHazard rates, std::size_t groups, HazardCalibration calibration)
    : rates_(rates), groups_(groups), calibration_(std::move(calibration)) {}

Result<std::vector<WeeklyHazard>> HazardModel::Predict(std::span<const std::uint16_t> codes) const {
  if (kind() == HazardKind::kRates) {
    return Calibrated(std::vector<WeeklyHazard>(codes.size() / groups_, rates_), calibration_);
  }
  if (logit_) return Calibrated(logit_->Predict(codes), calibration_);
  WEIR_TRY(std::vector<WeeklyHazard> said, boosted_->Predict(codes));
  return Calibrated(std::move(said), calibration_);
}

Result<HazardJudgement> JudgeHazards(const HazardWindows& windows) {
  const CodedRows judged = Joined(windows.judge_first, windows.judge_second);
  const Landmarks& before = windows.before_judge;
  HazardJudgement judgement{.judged_events = EventsOf(judged)};
  WEIR_TRY(HazardModel logit, FitKind(HazardKind::kLogit, before, 0, {}));
  WEIR_TRY(std::vector<WeeklyHazard> of_logit, logit.Predict(judged.codes));
  judgement.rates_loss = LossOfRates(before.rows, judged);
  judgement.logit_loss = LogLoss(judged.counts, of_logit);
  if (judgement.rates_loss < judgement.logit_loss) judgement.kind = HazardKind::kRates;
  if (EventsOf(windows.before_stop.rows) <= 0 || EventsOf(windows.stop) <= 0) {
    const bool is_logit = judgement.kind == HazardKind::kLogit;
    WEIR_TRY(JudgeCalibration(is_logit ? logit : RatesModel(before, {}), windows, &judgement));
    return judgement;
  }
  WEIR_TRY(HazardBoosted stopped,
           HazardBoosted::Fit(windows.before_stop.rows,
                              {.weight = 1 / windows.before_stop.repeats, .stop_by = &windows.stop}));
  judgement.rounds = stopped.rounds();
  WEIR_TRY(HazardModel boosted, FitKind(HazardKind::kBoosted, before, judgement.rounds, {}));
  WEIR_TRY(std::vector<WeeklyHazard> of_boosted, boosted.Predict(judged.codes));
  judgement.boosted_loss = LogLoss(judged.counts, of_boosted);
  if (judgement.boosted_loss < std::min(judgement.logit_loss, judgement.rates_loss)) {
    judgement.kind = HazardKind::kBoosted;
  }
  const HazardModel& chosen = judgement.kind == HazardKind::kBoosted ? boosted
                              : judgement.kind == HazardKind::kLogit ? logit
                                                                     : RatesModel(before, {});
  WEIR_TRY(JudgeCalibration(chosen, windows, &judgement));
  return judgement;
}

// Nothing is said where too few deals closed in the judged weeks or before them.
static Result<HazardJudgement> JudgementOf(std::span<const DealHistory> deals, const std::vector<Day>& quarter_starts,
                                           const ChoiceOptions& options) {
  // The judged models may know of names and bands no more than was there when the judged weeks began.
  const Day judged_from = options.landmarks.as_of - 7 * options.judged_weeks;
  const FeatureSpace space_before = FeatureSpace::Make(deals, judged_from, quarter_starts);
  HazardWindows windows = MakeWindows(deals, space_before, options);
  const double judged = EventsOf(windows.judge_first) + EventsOf(windows.judge_second);
  if (std::min(judged, EventsOf(windows.before_judge.rows)) < options.least_events) return HazardJudgement{};
  if (!options.may_boost) windows.stop = {};
  return JudgeHazards(windows);
}

Result<HazardChoice> ChooseHazard(std::span<const DealHistory> deals, const std::vector<Day>& quarter_starts,
                                  const ChoiceOptions& options) {
  WEIR_CHECK(options.judged_weeks >= 2);
  const FeatureSpace space = FeatureSpace::Make(deals, options.landmarks.as_of, quarter_starts);
  const Landmarks all = BuildLandmarks(deals, space, options.landmarks);
  HazardJudgement judgement;
  if (options.is_judged) {
    WEIR_TRY(judgement, JudgementOf(deals, quarter_starts, options));
  }
  WEIR_TRY(HazardModel model, FitKind(judgement.kind, all, judgement.rounds, judgement.calibration));
  return HazardChoice{.space = space, .model = std::move(model), .judgement = std::move(judgement)};
}

}  // namespace weir::forecast
