#include "metrics/tie_out_search.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "metrics/bridge_words.h"
#include "metrics/scan.h"

namespace weir::metrics {
namespace {

using analysis::Context;

// What each kind of change weighs: how seldom two reports differ by it.
constexpr double kOnlyCost = 3.2;
constexpr double kWithoutCost = 3;
constexpr double kValueCost = 0.005;  // for each value of the dimension: one of many is picked more seldom
constexpr double kPairCost = 0.8;     // over its two filters
constexpr double kDateCost = 2.6;
constexpr double kZoneCost = 2.6;
constexpr double kMomentCost = 2.6;
constexpr double kExcludedCost = 2;
constexpr double kUnfilteredCost = 2;
constexpr double kMixedCost = 2.2;
constexpr double kOneCurrencyCost = 2.8;

constexpr std::size_t kMostValues = 60;      // of a dimension whose values are tried one by one
constexpr std::size_t kMostPairValues = 12;  // and two by two

class Search {
 public:
  Search(const TieOutAsked& asked, Context& context) : asked_(asked), context_(context) {}

  Result<Tried> Run() {
    WEIR_TRY(MakeWorlds());
    tried_.periods = PeriodsOf(asked_.query);
    const std::vector<MetricTry> metrics = MetricsToTry(*asked_.catalog, asked_.figure, asked_.metric);
    for (const std::string& name : ZonesToTry()) {
      if (name == asked_.query.zone.name()) continue;
      if (auto zone = TimeZone::Find(name)) tried_.zones.push_back(std::move(*zone));
    }
    const auto all = static_cast<double>(tried_.worlds.size() * metrics.size());
    for (std::size_t world = 0; world < tried_.worlds.size(); ++world) {
      for (std::size_t i = 0; i < metrics.size(); ++i) {
        if (context_.stop().stop_requested()) return Fail(MakeError(Code::kCancelled, "the search was cancelled"));
        context_.Report(MakePhrase("comparing definitions"), static_cast<double>(world * metrics.size() + i) / all);
        // Another world is one change: with it go the definition as asked and the periods near by.
        if (world > 0 && metrics[i].cost > 0 && (asked_.metric != nullptr || tried_.worlds[world].as_of)) continue;
        WEIR_TRY(TryOrLeave(world, metrics[i]));
      }
    }
    return std::move(tried_);
  }

 private:
  // What cannot be asked of a definition is no candidate of it.
  Status TryOrLeave(std::size_t world, const MetricTry& metric) {
    Status done = Try(world, metric);
    if (done) return {};
    const Code code = done.error().code();
    const bool is_asked = world == 0 && asked_.metric == metric.metric;
    if (code == Code::kCancelled || code == Code::kBug || is_asked) return done;
    if (world == 0) ++tried_.unread;
    return {};
  }

  Status MakeWorlds() {
    tried_.worlds.push_back({.query = asked_.query, .session = &context_.session()});
    if (!asked_.query.leave_out.IsNothing()) {
      World world = tried_.worlds.front();
      world.query.leave_out = {};
      world.with_excluded = true;
      world.cost = kExcludedCost;
      world.change = {"excluded", {"with what exclusion rules leave out", "вместе с тем, что исключают правила"}};
      tried_.worlds.push_back(std::move(world));
    }
    const Query& query = asked_.query;
    if (!query.where.empty() || !query.team_ids.empty() || !query.segment.empty()) {
      World world = tried_.worlds.front();
      world.query = asked_.unfiltered;
      world.is_unfiltered = true;
      world.cost = kUnfilteredCost;
      world.change = {"filter", {"without the condition", "без условия"}};
      tried_.worlds.push_back(std::move(world));
    }
    if (asked_.metric == nullptr) return {};
    for (const Date day : MomentsToTry(query)) {
      WEIR_TRY(AddMoment(
          query.zone.EndOfDay(day), std::nullopt,
          Fill({"as things stood at the end of {}", "по состоянию на конец дня {}"}, {DaysInWords(day, day)})));
    }
    for (const std::int64_t version : asked_.versions) {
      const std::string number = fmt::format("{}", version);
      WEIR_TRY(AddMoment(std::nullopt, version,
                         Fill({"as known by data version {}", "по версии данных {}"}, {{number, number}})));
    }
    return {};
  }

  Status AddMoment(std::optional<Instant> end, std::optional<std::int64_t> version, Text title) {
    World world = tried_.worlds.front();
    if (end) world.as_of = Instant{end->micros - 1};
    world.known_at = version;
    WEIR_TRY(auto other, context_.Elsewhere(world.as_of, version));
    world.session = &other->session();
    world.query.as_of = other->as_of();
    world.cost = kMomentCost;
    world.change = {"moment", std::move(title)};
    tried_.worlds.push_back(std::move(world));
    tried_.elsewhere.push_back(std::move(other));
    return {};
  }

  // Stocks, and what counts from an opening, are other rows in every period.
  static bool IsReadByPeriod(const Metric& base) { return !base.time || AsksForOpening(base); }

  Result<const TieRows*> RowsOf(std::size_t world, const Metric& base, std::size_t period) {
    const bool is_by_period = IsReadByPeriod(base);
    const RowsKey key{world, &base, is_by_period ? period : 0};
    if (const auto found = tried_.rows.find(key); found != tried_.rows.end()) return &found->second;
    Side side{.catalog = asked_.catalog,
              .metric = &base,
              .query = tried_.worlds[world].query,
              .session = tried_.worlds[world].session};
    side.query.metrics = {base.id};
    side.query.from = is_by_period ? tried_.periods[period].from : std::nullopt;
    side.query.to = is_by_period ? tried_.periods[period].to : std::nullopt;
    WEIR_TRY(TieRows rows, ReadTieRows(side, base.dimensions, tried_.codes));
    Align(rows, base);
    return &tried_.rows.emplace(key, std::move(rows)).first->second;
  }

  // Values stand at the place that the dimension has among all.
  void Align(TieRows& rows, const Metric& base) {
    std::vector<std::size_t> places;
    places.reserve(base.dimensions.size());
    for (const std::string& id : base.dimensions) places.push_back(PlaceOf(id));
    for (TieRow& row : rows.rows) {
      std::vector<int> values(tried_.dimensions.size(), 0);
      for (std::size_t i = 0; i < places.size(); ++i) values[places[i]] = row.values[i];
      row.values = std::move(values);
    }
  }

  std::size_t PlaceOf(const std::string& dimension) {
    const auto found = std::ranges::find(tried_.dimensions, dimension);
    if (found != tried_.dimensions.end()) return static_cast<std::size_t>(found - tried_.dimensions.begin());
    tried_.dimensions.push_back(dimension);
    return tried_.dimensions.size() - 1;
  }

  std::optional<Date> DayOf(const TieRow& row, const Clock& clock) const {
    switch (clock.kind) {
      case Clock::Kind::kOwn:
        return row.day;
      case Clock::Kind::kDate:
        return row.dates[clock.index];
      case Clock::Kind::kZone:
        return row.stamp ? std::optional(tried_.zones[clock.index].LocalDateOf(*row.stamp)) : row.day;
    }
    return row.day;
  }

  Result<std::vector<Chosen>> Choose(std::size_t world, const Recipe& recipe, std::size_t period, const Clock& clock) {
    std::vector<Chosen> all;
    const PeriodTry& days = tried_.periods[period];
    const Date last = tried_.worlds[world].query.AsOfDay();
    for (const Metric* base : recipe.bases) {
      WEIR_TRY(const TieRows* rows, RowsOf(world, *base, period));
      Chosen chosen{.base = base, .all = rows};
      const bool is_filtered = !IsReadByPeriod(*base);
      for (const TieRow& row : rows->rows) {
        if (is_filtered) {
          const auto day = DayOf(row, clock);
          if (!day || *day > last || (days.from && *day < *days.from) || (days.to && *day > *days.to)) continue;
        }
        chosen.rows.push_back(&row);
      }
      all.push_back(std::move(chosen));
    }
    return all;
  }

  void Keep(Candidate candidate, const std::optional<Int128>& units) {
    if (!units) return;
    candidate.units = *units;
    tried_.candidates.push_back(candidate);
  }

  // All that one metric gives in one world.
  Status Try(std::size_t world, const MetricTry& tried) {
    Query query = tried_.worlds[world].query;
    query.from = query.to = std::nullopt;
    WEIR_TRY(const Recipe recipe, RecipeOf(*asked_.catalog, *tried.metric, query));
    for (const std::string& id : tried.metric->dimensions) PlaceOf(id);
    const bool is_asked = tried.cost == 0;
    const bool is_stock = std::ranges::any_of(recipe.bases, [](const Metric* base) { return IsReadByPeriod(*base); });
    std::set<std::optional<Date>> ends;
    for (std::size_t period = 0; period < tried_.periods.size(); ++period) {
      // Where rows have to be read again for each period, only what is near is tried of other definitions.
      if (is_stock && period > 0 && (tried.cost > 1 || world > 0 || asked_.metric == nullptr)) break;
      if (world > 0 && tried_.periods[period].cost > 2) continue;
      const bool is_stock_alone = recipe.bases.size() == 1 && recipe.bases.front()->IsStock();
      if (is_stock_alone && !ends.insert(tried_.periods[period].to).second) continue;
      const Candidate base{.world = world,
                           .metric = tried.metric,
                           .period = period,
                           .digits = recipe.digits,
                           .cost = tried_.worlds[world].cost + tried.cost + tried_.periods[period].cost};
      const Status done = TryPeriod(recipe, base, is_asked);
      if (!done && (period == 0 || done.error().code() == Code::kCancelled)) return done;
    }
    return {};
  }

  Status TryPeriod(const Recipe& recipe, const Candidate& base, bool is_asked) {
    WEIR_TRY(const std::vector<Chosen> chosen, Choose(base.world, recipe, base.period, base.clock));
    TryWhole(recipe, chosen, base);
    const bool is_near = base.world == 0 && is_asked;
    if (is_near || base.period == 0) TryFilters(recipe, chosen, base, is_near && base.period == 0);
    if (base.world != 0 || !recipe.adds_up) return {};
    if (is_asked || base.period == 0) TryCurrencies(recipe, chosen, base);
    if (!is_asked || recipe.bases.size() != 1) return {};
    const TieRows& rows = *chosen.front().all;
    if (IsReadByPeriod(*recipe.bases.front())) return {};
    for (std::size_t i = 0; i < rows.dates.size(); ++i) {
      WEIR_TRY(TryClock(recipe, base, {Clock::Kind::kDate, i}, kDateCost));
    }
    if (!rows.has_stamp || base.period != 0) return {};
    for (std::size_t i = 0; i < tried_.zones.size(); ++i) {
      WEIR_TRY(TryClock(recipe, base, {Clock::Kind::kZone, i}, kZoneCost));
    }
    return {};
  }

  Status TryClock(const Recipe& recipe, Candidate candidate, Clock clock, double cost) {
    candidate.clock = clock;
    candidate.cost += cost;
    WEIR_TRY(const std::vector<Chosen> chosen, Choose(candidate.world, recipe, candidate.period, clock));
    if (clock.kind == Clock::Kind::kZone) {
      // The same rows are no other candidate.
      WEIR_TRY(const std::vector<Chosen> own, Choose(candidate.world, recipe, candidate.period, {}));
      if (own.front().rows == chosen.front().rows) return {};
    }
    TryWhole(recipe, chosen, candidate);
    return {};
  }

  void TryWhole(const Recipe& recipe, const std::vector<Chosen>& chosen, Candidate candidate) {
    std::vector<std::optional<Int128>> columns;
    columns.reserve(chosen.size());
    for (const Chosen& one : chosen) columns.push_back(WholeColumn(one, {}, candidate.rows));
    Keep(candidate, NumberOf(recipe, columns));
  }

  void TryCurrencies(const Recipe& recipe, const std::vector<Chosen>& chosen, const Candidate& base) {
    std::set<int> currencies;
    for (const Chosen& one : chosen) {
      if (!one.all->has_original) continue;
      for (const TieRow* row : one.rows) {
        if (row->original && row->currency != 0) currencies.insert(row->currency);
      }
    }
    if (currencies.empty()) return;
    const bool is_reporting =
        currencies.size() == 1 && tried_.codes.TextOf(*currencies.begin()) == asked_.query.currency;
    if (is_reporting) return;
    if (currencies.size() > 1) TryMode(recipe, chosen, base, {Mode::Kind::kMixed, 0}, kMixedCost);
    for (const int currency : currencies) TryMode(recipe, chosen, base, {Mode::Kind::kOne, currency}, kOneCurrencyCost);
  }

  void TryMode(const Recipe& recipe, const std::vector<Chosen>& chosen, Candidate candidate, Mode mode, double cost) {
    std::vector<std::optional<Int128>> columns;
    for (const Chosen& one : chosen) {
      Sum sum;
      const Mode read = one.all->has_original ? mode : Mode{};
      for (const TieRow* row : one.rows) {
        if (mode.kind == Mode::Kind::kOne && one.all->has_original && row->currency != mode.currency) continue;
        sum.Add(UnitsOf(*row, read, *one.base));
      }
      candidate.rows = std::max(candidate.rows, sum.rows);
      columns.push_back(ColumnOf(sum, *one.base));
    }
    candidate.mode = mode;
    candidate.cost += cost;
    Keep(candidate, NumberOf(recipe, columns));
  }

  // Sums of every base for each value of a dimension.
  using Groups = std::map<int, std::vector<Sum>>;

  void TryFilters(const Recipe& recipe, const std::vector<Chosen>& chosen, const Candidate& base, bool with_pairs) {
    std::vector<Sum> whole(chosen.size());
    std::vector<Groups> groups(tried_.dimensions.size());
    std::vector<int> tried;
    tried.reserve(base.metric->dimensions.size());
    for (const std::string& id : base.metric->dimensions) tried.push_back(static_cast<int>(PlaceOf(id)));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      for (const TieRow* row : chosen[i].rows) {
        whole[i].Add(row->units);
        for (const int dimension : tried) {
          Groups& values = groups[static_cast<std::size_t>(dimension)];
          if (values.size() > kMostValues) continue;
          std::vector<Sum>& sums = values[row->values[static_cast<std::size_t>(dimension)]];
          sums.resize(chosen.size());
          sums[i].Add(row->units);
        }
      }
    }
    std::erase_if(tried, [&](int dimension) {
      const std::size_t size = groups[static_cast<std::size_t>(dimension)].size();
      return size < 2 || size > kMostValues;
    });
    for (const int dimension : tried) {
      const Groups& values = groups[static_cast<std::size_t>(dimension)];
      Candidate sized = base;
      sized.cost += kValueCost * static_cast<double>(values.size());
      for (const auto& [code, sums] : values) {
        for (const bool is_kept : {false, true}) {
          TryGroup(recipe, chosen, sized, {FilterTry{dimension, code, is_kept}, {}},
                   is_kept ? sums : Less(whole, sums));
        }
      }
    }
    if (!with_pairs || !recipe.adds_up) return;
    for (std::size_t i = 0; i < tried.size(); ++i) {
      const Groups& first = groups[static_cast<std::size_t>(tried[i])];
      if (first.size() > kMostPairValues) continue;
      TryTwoOfOne(recipe, chosen, base, tried[i], first, whole);
      for (std::size_t j = i + 1; j < tried.size(); ++j) {
        const Groups& second = groups[static_cast<std::size_t>(tried[j])];
        if (second.size() <= kMostPairValues) TryTwo(recipe, chosen, base, {tried[i], tried[j]}, first, second, whole);
      }
    }
  }

  static std::vector<Sum> Less(const std::vector<Sum>& whole, const std::vector<Sum>& part) {
    std::vector<Sum> rest = whole;
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = rest[i] - part[i];
    return rest;
  }
  static std::vector<Sum> Plus(const std::vector<Sum>& one, const std::vector<Sum>& other) {
    std::vector<Sum> both = one;
    for (std::size_t i = 0; i < both.size(); ++i) both[i] = both[i] + other[i];
    return both;
  }

  void TryGroup(const Recipe& recipe, const std::vector<Chosen>& chosen, Candidate candidate,
                const std::array<FilterTry, 2>& filters, const std::vector<Sum>& sums) {
    const bool is_empty = std::ranges::all_of(sums, [](const Sum& sum) { return sum.rows == 0; });
    if (is_empty) return;
    candidate.filters = filters;
    for (const FilterTry& filter : filters) {
      if (!filter.IsNone()) candidate.cost += filter.is_kept ? kOnlyCost : kWithoutCost;
    }
    if (!filters[1].IsNone()) candidate.cost += kPairCost;
    std::vector<std::optional<Int128>> columns;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      candidate.rows = std::max(candidate.rows, sums[i].rows);
      columns.push_back(recipe.adds_up ? ColumnOf(sums[i], *chosen[i].base)
                                       : WholeColumn(chosen[i], filters, candidate.rows));
    }
    Keep(candidate, NumberOf(recipe, columns));
  }

  // Without two values of one dimension, or two values alone.
  void TryTwoOfOne(const Recipe& recipe, const std::vector<Chosen>& chosen, const Candidate& base, int dimension,
                   const Groups& groups, const std::vector<Sum>& whole) {
    if (groups.size() < 4) return;
    for (auto one = groups.begin(); one != groups.end(); ++one) {
      for (auto other = std::next(one); other != groups.end(); ++other) {
        const std::array<FilterTry, 2> out{FilterTry{dimension, one->first, false}, {dimension, other->first, false}};
        TryGroup(recipe, chosen, base, out, Less(Less(whole, one->second), other->second));
        const std::array<FilterTry, 2> kept{FilterTry{dimension, one->first, true}, {dimension, other->first, true}};
        TryGroup(recipe, chosen, base, kept, Plus(one->second, other->second));
      }
    }
  }

  void TryTwo(const Recipe& recipe, const std::vector<Chosen>& chosen, const Candidate& base,
              std::pair<int, int> dimensions, const Groups& first, const Groups& second,
              const std::vector<Sum>& whole) {
    std::map<std::pair<int, int>, std::vector<Sum>> cells;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      for (const TieRow* row : chosen[i].rows) {
        std::vector<Sum>& sums = cells[{row->values[static_cast<std::size_t>(dimensions.first)],
                                        row->values[static_cast<std::size_t>(dimensions.second)]}];
        sums.resize(chosen.size());
        sums[i].Add(row->units);
      }
    }
    for (const auto& cell : cells) {
      const std::pair<int, int> key = cell.first;
      const std::vector<Sum>& both = cell.second;
      const std::vector<Sum>& a = first.at(key.first);
      const std::vector<Sum>& b = second.at(key.second);
      // What is all of one value's rows says nothing more than that value.
      if (both.front().rows == a.front().rows || both.front().rows == b.front().rows) continue;
      const auto filters = [&](bool first_kept, bool second_kept) {
        return std::array<FilterTry, 2>{FilterTry{dimensions.first, key.first, first_kept},
                                        FilterTry{dimensions.second, key.second, second_kept}};
      };
      TryGroup(recipe, chosen, base, filters(true, true), both);
      TryGroup(recipe, chosen, base, filters(true, false), Less(a, both));
      TryGroup(recipe, chosen, base, filters(false, true), Less(b, both));
      TryGroup(recipe, chosen, base, filters(false, false), Plus(Less(Less(whole, a), b), both));
    }
  }

  const TieOutAsked& asked_;
  Context& context_;
  Tried tried_;
};

}  // namespace

Result<Tried> TryAll(const TieOutAsked& asked, Context& context) { return Search(asked, context).Run(); }

}  // namespace weir::metrics
