// How good forecasts of quarters are, on companies whose future is known: invented ones of five kinds (two of which
// change their ways half-way), or a data set of deals with dates. bench/README.md says how it is run.
//
// Deals are taken from the simulator as its CRM holds them, each state known from the moment at which it was entered;
// the back-test makes each forecast by what was known on its day. Each quarter of a company counts once a week.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/executor.h"
#include "base/time.h"
#include "forecast/deals/period_backtest.h"
#include "simulate/simulate.h"
#include "simulate/world.h"

namespace weir::forecast {
namespace {

constexpr int kMonths = 42;
constexpr std::size_t kJudged = 8;

struct Company {
  std::vector<DealHistory> deals;
  std::vector<ForecastPeriod> quarters;  // all of them, whole
  Day known_by = 0;
};

Date FirstOfMonth(Date day, int months) {
  const CivilDate civil = ToCivil(day);
  const int month = civil.year * 12 + civil.month - 1 + months;
  return FromCivil({month / 12, month % 12 + 1, 1});
}

std::vector<ForecastPeriod> QuartersBetween(Date first, int quarters) {
  std::vector<ForecastPeriod> periods;
  periods.reserve(static_cast<std::size_t>(quarters));
  for (int i = 0; i < quarters; ++i) {
    periods.push_back({.first = FirstOfMonth(first, 3 * i).days, .last = FirstOfMonth(first, 3 * i + 3).days - 1});
  }
  return periods;
}

DealHistory HistoryOf(const simulate::World& world, const simulate::Account& account, const simulate::Deal& deal,
                      const std::vector<int>& team_of_member) {
  DealHistory history{.created_day = world.calendar.DayOf(deal.created_at).days, .type = static_cast<int>(deal.kind)};
  for (const simulate::DealVersion& version : deal.versions) {
    if (version.at.micros >= world.end().micros) continue;
    const Day day = world.calendar.DayOf(version.at).days;
    const auto corporate = [&](std::int64_t minor) {
      return static_cast<double>(world.company.ToCorporate(minor, account.profile.currency, world.until)) / 100;
    };
    history.states.push_back({.from_day = day,
                              .known_day = day,
                              .stage = static_cast<int>(version.stage),
                              .kind = version.stage == simulate::Stage::kWon    ? DealKind::kWon
                                      : version.stage == simulate::Stage::kLost ? DealKind::kLost
                                                                                : DealKind::kOpen,
                              .amount = version.amount_minor ? corporate(*version.amount_minor) : 0,
                              .close_day = version.close_date.days,
                              .owner = version.owner,
                              .team = team_of_member[static_cast<std::size_t>(version.owner)]});
  }
  return history;
}

Company Simulated(std::string_view scenario, std::uint64_t seed, int accounts) {
  const Date until = FromCivil({2025, 12, 31});
  const simulate::SimulateParams params{
      .seed = seed, .accounts = accounts, .months = kMonths, .scenario = std::string(scenario), .until = until};
  const auto world = simulate::MakeWorld(params);
  if (!world) {
    fmt::print(stderr, "{}\n", world.error().ToString());
    std::exit(1);
  }
  std::vector<int> team_of_member(world->company.members().size(), -1);
  for (const simulate::Seat& seat : world->company.seats()) {
    for (const simulate::Tenure& tenure : seat.tenures) {
      team_of_member[static_cast<std::size_t>(tenure.member)] = seat.team;
    }
  }
  Company company{.quarters = QuartersBetween(FirstOfMonth(until, 1 - kMonths), kMonths / 3), .known_by = until.days};
  for (int i = 0; i < accounts; ++i) {
    const simulate::Account account = simulate::TellAccount(*world, world->scenario.knobs, i);
    std::vector<std::size_t> place(account.deals.size(), account.deals.size());
    const std::size_t before = company.deals.size();
    for (std::size_t d = 0; d < account.deals.size(); ++d) {
      if (account.deals[d].is_migrated) continue;
      DealHistory history = HistoryOf(*world, account, account.deals[d], team_of_member);
      if (history.states.empty()) continue;
      place[d] = company.deals.size();
      company.deals.push_back(std::move(history));
    }
    for (const simulate::Activity& activity : account.activities) {
      if (activity.deal < 0 || activity.kind == simulate::ActivityKind::kTask) continue;
      const std::size_t at = place[static_cast<std::size_t>(activity.deal)];
      const Day day = world->calendar.DayOf(activity.starts_at).days;
      if (at < company.deals.size() && at >= before && day <= until.days) company.deals[at].contact_days.push_back(day);
    }
  }
  for (DealHistory& deal : company.deals) SortStates(&deal);
  return company;
}

std::vector<std::string> CellsOf(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  cells.resize(8);
  return cells;
}

// sales_pipeline.csv of the data set: opportunity_id, sales_agent, product, account, deal_stage, engage_date,
// close_date, close_value. What a deal is offered for is the price of its product.
Company FromDates(const std::string& folder) {
  std::map<std::string, double> prices;
  std::map<std::string, int> owners;
  std::string line;
  std::ifstream products(folder + "/products.csv");
  while (std::getline(products, line)) {
    const auto cells = CellsOf(line);
    prices[cells[0] == "GTX Pro" ? "GTXPro" : cells[0]] = std::atof(cells[2].c_str());
  }
  Company company{.quarters = QuartersBetween(FromCivil({2016, 10, 1}), 5), .known_by = FromCivil({2017, 12, 31}).days};
  std::ifstream deals(folder + "/sales_pipeline.csv");
  while (std::getline(deals, line)) {
    const auto cells = CellsOf(line);
    const auto created = ParseIsoDate(cells[5]);
    if (!created) continue;
    const int owner = owners.emplace(cells[1], static_cast<int>(owners.size())).first->second;
    DealState state{.from_day = created->days,
                    .known_day = created->days,
                    .stage = 0,
                    .amount = prices[cells[2]],
                    .owner = owner,
                    .team = 0};
    DealHistory history{.created_day = created->days, .states = {state}};
    const auto closed = ParseIsoDate(cells[6]);
    if (closed && (cells[4] == "Won" || cells[4] == "Lost")) {
      state.from_day = state.known_day = closed->days;
      state.close_day = closed->days;
      state.kind = cells[4] == "Won" ? DealKind::kWon : DealKind::kLost;
      state.amount = std::atof(cells[7].c_str());
      history.states.push_back(state);
    }
    company.deals.push_back(std::move(history));
  }
  return company;
}

std::vector<BacktestSnapshot> Judge(const Company& company, std::size_t judged, bool may_boost) {
  BacktestOptions options{.known_by = company.known_by, .may_boost = may_boost};
  const std::size_t before = company.quarters.size() - judged;
  for (std::size_t i = 0; i < company.quarters.size(); ++i) {
    options.quarter_starts.push_back(company.quarters[i].first);
    (i < before ? options.warm_up : options.periods).push_back(company.quarters[i]);
  }
  options.quarter_starts.push_back(company.quarters.back().last + 1);
  auto snapshots = RunBacktest(company.deals, options, Executor(1));
  if (!snapshots) {
    fmt::print(stderr, "{}\n", snapshots.error().ToString());
    std::exit(1);
  }
  return std::move(*snapshots);
}

// Of many companies each counts alike: amounts are divided by what it wins in a quarter on average.
void Scale(std::vector<BacktestSnapshot>* snapshots) {
  double all = 0;
  for (const BacktestSnapshot& snapshot : *snapshots) all += snapshot.actual / static_cast<double>(snapshots->size());
  if (all <= 0) return;
  for (BacktestSnapshot& each : *snapshots) {
    for (double* amount : {&each.won, &each.mean, &each.p10, &each.p50, &each.p90, &each.crps, &each.open_said,
                           &each.open_came, &each.arrivals_said, &each.arrivals_came, &each.actual}) {
      *amount /= all;
    }
    for (auto& baseline : each.baselines) {
      if (baseline) *baseline /= all;
    }
  }
}

void Print(std::string_view title, const std::vector<BacktestSnapshot>& all) {
  for (const int week : {1, 5, 9}) {
    std::vector<BacktestSnapshot> of_week;
    for (const BacktestSnapshot& each : all) {
      if (each.week == week) of_week.push_back(each);
    }
    const auto ours = ScoreOf(of_week, std::nullopt);
    if (!ours) continue;
    std::array<double, kBaselines> wape{};
    for (std::size_t i = 0; i < kBaselines; ++i) {
      const auto score = ScoreOf(of_week, static_cast<Baseline>(i));
      wape[i] = score ? score->wape : 9;
    }
    std::array<double, 4> parts{};
    double correlation = 0;
    double came = 0;
    double below = 0;
    for (const BacktestSnapshot& each : of_week) {
      parts[0] += each.open_said;
      parts[1] += each.open_came;
      parts[2] += each.arrivals_said;
      parts[3] += each.arrivals_came;
      came += each.actual;
      if (each.actual < each.p10) below += 1 / static_cast<double>(of_week.size());
      correlation += each.correlation / static_cast<double>(of_week.size());
    }
    fmt::print(
        "{:16} week {} n {:4} WAPE {:.3f} (stage {:.3f} last {:.3f} linear {:.3f}) gain {:5.1f} % bias {:+.3f} "
        "crps {:.3f} cover {:.3f} (below {:.3f}) | of what came, open {:+.3f} of {:.3f}, arrivals {:+.3f} of {:.3f}, "
        "rho {:.3f}\n",
        title, week, ours->snapshots, ours->wape, wape[0], wape[1], wape[2],
        100 * (1 - ours->wape / *std::ranges::min_element(wape)), ours->bias, ours->crps, ours->coverage, below,
        (parts[0] - parts[1]) / came, parts[1] / came, (parts[2] - parts[3]) / came, parts[3] / came, correlation);
  }
  const BacktestCalibration calibration = CalibrationOf(all);
  fmt::print("{:16} {} deals said, Brier {:.4f}, log loss {:.4f}:", title, calibration.deals, calibration.brier,
             calibration.log_loss);
  for (const CalibrationBin& bin : calibration.bins) {
    if (bin.deals > 0) fmt::print(" {:.2f}>{:.2f}", bin.said, bin.came);
  }
  fmt::print("\n");
  std::fflush(stdout);
}

int Run(const std::vector<std::string>& arguments) {
  const bool may_boost = std::getenv("WEIR_FORECAST_BOOST") != nullptr;
  if (arguments.size() == 2 && arguments[0] == "dates") {
    Print("dates", Judge(FromDates(arguments[1]), 3, may_boost));
    return 0;
  }
  if (arguments.size() != 3) {
    fmt::print(stderr, "bench_forecast_backtest SEEDS ACCOUNTS FIRST_SEED | bench_forecast_backtest dates FOLDER\n");
    return 2;
  }
  constexpr std::array<std::string_view, 5> kKinds{"balanced", "default", "weakest-link", "regime-change",
                                                   "regime-change"};
  const auto seeds = static_cast<std::size_t>(std::atoi(arguments[0].c_str()));
  const int accounts = std::atoi(arguments[1].c_str());
  const auto first_seed = static_cast<std::uint64_t>(std::atoi(arguments[2].c_str()));
  std::vector<std::vector<BacktestSnapshot>> each(seeds * kKinds.size());
  Executor(0).ForEach(each.size(), [&](std::size_t i) {
    const Company company = Simulated(kKinds[i % kKinds.size()], first_seed + i, accounts);
    each[i] = Judge(company, kJudged, may_boost);
    double won = 0;
    for (const BacktestSnapshot& snapshot : each[i]) won += snapshot.week == 1 ? snapshot.actual / kJudged : 0;
    fmt::print(stderr, "{} {}: {} deals, {:.0f} a quarter\n", kKinds[i % kKinds.size()], first_seed + i,
               company.deals.size(), won);
    Scale(&each[i]);
  });
  std::vector<BacktestSnapshot> all;
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    std::vector<BacktestSnapshot> of_kind;
    for (std::size_t i = kind; i < each.size(); i += kKinds.size()) {
      of_kind.insert(of_kind.end(), each[i].begin(), each[i].end());
    }
    Print(fmt::format("{} {}", kKinds[kind], kind + 1), of_kind);
    all.insert(all.end(), of_kind.begin(), of_kind.end());
  }
  Print("all", all);
  return 0;
}

}  // namespace
}  // namespace weir::forecast

int main(int count, char** arguments) { return weir::forecast::Run({arguments + 1, arguments + count}); }
