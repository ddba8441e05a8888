#include "metrics/tie_out.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "metrics/bridge_words.h"
#include "metrics/tie_out_search.h"
#include "metrics/tie_out_subset.h"

namespace weir::metrics {
namespace {

using analysis::Context;

constexpr double kWrongCurrencyCost = 3;
constexpr double kOneRowCost = 3.5;
constexpr double kNextRowCost = 1.5;
// A match that chance would give weighs so much more.
constexpr double kChanceWeight = 5;
constexpr double kLikelyChance = 0.5;  // from which on the nearest are told, too

constexpr std::size_t kMostMatches = 500;
constexpr std::size_t kNearest = 5;
constexpr double kNearestCost = 4.5;  // of what is as near as it is simple
constexpr int kDaysAround = 62;       // of the period, in which a row not counted may have been meant

Text Same(const std::string& text) { return {text, text}; }

class Judge {
 public:
  Judge(const TieOutAsked& asked, Tried& tried, Context& context)
      : asked_(asked), tried_(tried), candidates_(tried.candidates), context_(context) {}

  Result<TieOut> Run() {
    TieOut out{.candidates = static_cast<std::int64_t>(candidates_.size()), .unread = tried_.unread};
    Rank(out);
    WEIR_TRY(AddRows(out));
    Choose(out);
    return out;
  }

 private:
  // Which of the readings of the figure the number meets.
  bool Meets(Int128 units, int digits) const {
    return std::ranges::any_of(asked_.figure.readings,
                               [&](const Reading& reading) { return RangeOf(reading, digits).Has(units); });
  }

  Int128 Target(int digits) const {
    const Reading& reading = asked_.figure.readings.front();
    return Rescale(reading.value, static_cast<std::uint8_t>(digits)).value_or(Decimal{reading.value.units, 0}).units;
  }

  static double AsNumber(Int128 units, int digits) { return ToDouble({units, static_cast<std::uint8_t>(digits)}); }

  // The cost with what is only known of the candidate as a whole.
  double CostOf(const Candidate& candidate) const {
    const std::string& said = asked_.figure.currency;
    const bool is_money = candidate.metric->unit == Unit::kMoney;
    const bool is_other =
        is_money && !said.empty() && candidate.mode.kind != Mode::Kind::kMixed && said != CurrencyOf(candidate);
    // A figure in the currency of these amounts is no further step.
    const bool is_said = !said.empty() && candidate.mode.kind == Mode::Kind::kOne && !is_other;
    return candidate.cost + (is_other ? kWrongCurrencyCost : 0) - (is_said ? 1 : 0);
  }

  std::string CurrencyOf(const Candidate& candidate) const {
    if (candidate.metric->unit != Unit::kMoney) return "";
    if (candidate.mode.kind == Mode::Kind::kOne) return tried_.codes.TextOf(candidate.mode.currency);
    return candidate.mode.kind == Mode::Kind::kMixed ? "" : asked_.query.currency;
  }

  void Rank(TieOut& out) {
    for (Candidate& candidate : candidates_) candidate.cost = CostOf(candidate);
    std::ranges::stable_sort(candidates_, {}, &Candidate::cost);
    Density density(AsNumber(Target(9), 9), WidthOf(9));
    // Matches over different rows: but for one they are chance, whatever the density says. Ratios of small counts meet
    // often.
    std::set<std::int64_t> kinds_of_rows;
    // Several that are as simple are judged alike: all of them first, then the matches among them.
    for (std::size_t begin = 0; begin < candidates_.size();) {
      std::size_t end = begin;
      for (; end < candidates_.size() && candidates_[end].cost == candidates_[begin].cost; ++end) {
        density.Add(AsNumber(candidates_[end].units, candidates_[end].digits));
      }
      const std::size_t first = matches_.size();
      for (std::size_t i = begin; i < end && matches_.size() < kMostMatches; ++i) {
        const Candidate& candidate = candidates_[i];
        if (!Meets(candidate.units, candidate.digits)) continue;
        kinds_of_rows.insert(candidate.rows);
        matches_.emplace_back(i, density.Chance(WidthOf(candidate.digits)));
      }
      for (std::size_t i = first; i < matches_.size(); ++i) {
        matches_[i].second = std::max(matches_[i].second, 1 - 1 / static_cast<double>(kinds_of_rows.size()));
      }
      begin = end;
    }
    for (const auto& [index, chance] : matches_) {
      TieAnswer answer = AnswerOf(candidates_[index]);
      answer.is_match = true;
      answer.chance = chance;
      out.answers.push_back(std::move(answer));
    }
    if (asked_.metric == nullptr) return;
    for (const Candidate& candidate : candidates_) {
      if (candidate.world != 0 || candidate.metric != asked_.metric || candidate.period != 0 ||
          candidate.mode.kind != Mode::Kind::kConverted || candidate.clock.kind != Clock::Kind::kOwn ||
          !candidate.filters[0].IsNone()) {
        continue;
      }
      out.asked = AnswerOf(candidate);
      out.asked->is_match = Meets(candidate.units, candidate.digits);
    }
  }

  // How wide the range is that the figure allows, in its own unit.
  double WidthOf(int digits) const {
    double width = 0;
    for (const Reading& reading : asked_.figure.readings) {
      const UnitRange range = RangeOf(reading, digits);
      width += AsNumber(range.high - range.low + 1, digits);
    }
    return width;
  }

  Text TitleOf(const FilterTry& filter) const {
    const Text dimension =
        asked_.catalog->DimensionTitle(tried_.dimensions[static_cast<std::size_t>(filter.dimension)]);
    const std::string& value = tried_.codes.TextOf(filter.code);
    const Text named = value.empty() ? Text{"none", "не указано"} : Text{value, value};
    return filter.is_kept ? Fill({"only “{}: {}”", "только «{}: {}»"}, {dimension, named})
                          : Fill({"without “{}: {}”", "без «{}: {}»"}, {dimension, named});
  }

  // As `where` takes it; nothing where the value cannot be written.
  std::optional<std::string> ConditionOf(const FilterTry& filter) const {
    const std::string& dimension = tried_.dimensions[static_cast<std::size_t>(filter.dimension)];
    const std::string& value = tried_.codes.TextOf(filter.code);
    if (value.empty()) return fmt::format("{} is {}null", dimension, filter.is_kept ? "" : "not ");
    const char quote = value.find('\'') == std::string::npos ? '\'' : '"';
    if (value.find(quote) != std::string::npos) return std::nullopt;
    if (filter.is_kept) return fmt::format("{} = {}{}{}", dimension, quote, value, quote);
    return fmt::format("({0} != {1}{2}{1} or {0} is null)", dimension, quote, value);
  }

  TieAnswer AnswerOf(const Candidate& candidate) const {
    const World& world = tried_.worlds[candidate.world];
    const PeriodTry& period = tried_.periods[candidate.period];
    TieAnswer answer{.metric = candidate.metric,
                     .from = period.from,
                     .to = period.to,
                     .where = world.query.where,
                     .as_of = world.as_of,
                     .known_at = world.known_at,
                     .with_excluded = world.with_excluded,
                     .is_as_filtered = !world.is_unfiltered,
                     .cost = candidate.cost,
                     .units = candidate.units,
                     .digits = candidate.digits,
                     .currency = CurrencyOf(candidate),
                     .row_count = candidate.rows};
    if (asked_.metric != nullptr && candidate.metric != asked_.metric) {
      answer.changes.push_back({"definition", Fill({"“{}” instead of “{}”", "«{}» вместо «{}»"},
                                                   {candidate.metric->title, asked_.metric->title})});
    }
    if (asked_.metric == nullptr) {
      answer.changes.push_back({"definition", Fill({"“{}”", "«{}»"}, {candidate.metric->title})});
    }
    if (candidate.period != 0) answer.changes.push_back({"period", period.title});
    AddClock(candidate, answer);
    AddFilters(candidate, answer);
    AddCurrency(candidate, answer);
    if (!world.change.kind.empty()) answer.changes.push_back(world.change);
    return answer;
  }

  void AddClock(const Candidate& candidate, TieAnswer& answer) const {
    if (candidate.clock.kind == Clock::Kind::kOwn) return;
    answer.is_askable = false;
    if (candidate.clock.kind == Clock::Kind::kZone) {
      const std::string& name = tried_.zones[candidate.clock.index].name();
      answer.changes.push_back(
          {"zone", Fill({"by the days of time zone {}", "по дням часового пояса {}"}, {Same(name)})});
      return;
    }
    const View& view = *asked_.catalog->FindView(candidate.metric->view);
    const TieRows& rows = tried_.rows.at({candidate.world, candidate.metric, 0});
    answer.changes.push_back({"date", Fill({"by {} instead of {}", "считается {}, а не {}"},
                                           {ColumnInWords(rows.dates[candidate.clock.index], view, *asked_.catalog),
                                            ColumnInWords(*candidate.metric->time, view, *asked_.catalog)})});
  }

  void AddFilters(const Candidate& candidate, TieAnswer& answer) const {
    const auto& [one, other] = candidate.filters;
    if (one.IsNone()) return;
    const bool is_either = !other.IsNone() && one.dimension == other.dimension && one.is_kept;
    std::string asked;
    for (const FilterTry& filter : candidate.filters) {
      if (filter.IsNone()) continue;
      answer.changes.push_back({"filter", TitleOf(filter)});
      const auto condition = ConditionOf(filter);
      if (!condition) answer.is_askable = false;
      asked += (asked.empty() ? "" : is_either ? " or " : " and ") + condition.value_or("");
    }
    answer.where = answer.where.empty() ? asked : fmt::format("({}) and ({})", answer.where, asked);
  }

  void AddCurrency(const Candidate& candidate, TieAnswer& answer) const {
    const std::string currency = CurrencyOf(candidate);
    if (candidate.mode.kind == Mode::Kind::kMixed) {
      answer.is_askable = false;
      answer.changes.push_back({"currency",
                                {"amounts of different currencies added up without conversion",
                                 "суммы в разных валютах сложены без пересчёта"}});
    } else if (candidate.mode.kind == Mode::Kind::kOne) {
      answer.is_askable = false;
      answer.changes.push_back(
          {"currency",
           Fill({"only what is in {}, not converted", "только то, что в {}, без пересчёта"}, {Same(currency)})});
    } else if (!currency.empty() && !asked_.figure.currency.empty() && currency != asked_.figure.currency) {
      const std::string& said = asked_.figure.currency;
      answer.changes.push_back({"currency", Fill({"the number is in {}, not in {}", "число в {}, а не в {}"},
                                                 {Same(currency), Same(said)})});
    }
  }

  // Rows that make the difference to the question as asked.
  Status AddRows(TieOut& out) {
    if (!out.asked || out.asked->is_match) return {};
    const Metric& metric = *asked_.metric;
    if (metric.IsRatio() || metric.measure.aggregate != Aggregate::kSum || metric.measure.per_unit != 1) return {};
    const int shift = out.asked->digits - metric.measure.scale;
    if (shift < 0) return {};
    Side side{.catalog = asked_.catalog, .metric = &metric, .query = asked_.query, .session = &context_.session()};
    side.query.metrics = {metric.id};
    WEIR_TRY(const std::vector<Fact> facts, ReadFacts(side, {.wanted = [](const Fact&) { return true; }}));
    const UnitRange range = RangeOf(asked_.figure.readings.front(), metric.measure.scale);
    const Int128 value = out.asked->units / PowerOfTen(shift);
    const Int128 low = range.low - value;
    const Int128 high = range.high - value;
    const bool is_missing = low + high < 0;  // the report has less
    std::vector<const Fact*> pool;
    for (const Fact& fact : facts) {
      if (fact.units && *fact.units != 0 && (is_missing ? fact.IsCounted() : IsNearBy(fact))) pool.push_back(&fact);
    }
    std::ranges::sort(pool, {}, &Fact::id);
    std::vector<Int128> amounts;
    amounts.reserve(pool.size());
    for (const Fact* fact : pool) amounts.push_back(is_missing ? -*fact->units : *fact->units);
    const std::vector<std::size_t> found = SmallestSubset(amounts, low, high, context_.stop());
    if (found.empty()) return {};
    out.answers.push_back(AnswerOfRows(*out.asked, pool, found, is_missing));
    TieAnswer& answer = out.answers.back();
    answer.chance = ChanceOfSubset(amounts, found.size(), low, high);
    return {};
  }

  // Whether a row that is not counted may have been meant: of the period by its day, or not far from it.
  bool IsNearBy(const Fact& fact) const {
    if (fact.IsCounted()) return false;
    const auto& from = asked_.query.from;
    const Date last = asked_.query.to ? std::min(*asked_.query.to, asked_.query.AsOfDay()) : asked_.query.AsOfDay();
    if (!fact.day) return true;
    return *fact.day <= AddDays(last, kDaysAround) && (!from || *fact.day >= AddDays(*from, -kDaysAround));
  }

  TieAnswer AnswerOfRows(const TieAnswer& as_asked, const std::vector<const Fact*>& pool,
                         const std::vector<std::size_t>& found, bool is_missing) const {
    TieAnswer answer = as_asked;
    answer.is_match = true;
    answer.is_askable = false;
    answer.cost = kOneRowCost + kNextRowCost * static_cast<double>(found.size() - 1);
    const View& view = *asked_.catalog->FindView(asked_.metric->view);
    std::string names;
    for (const std::size_t index : found) {
      const Fact& fact = *pool[index];
      Text why{"counted here, not in the report", "здесь учтено, в отчёте нет"};
      if (!is_missing) why = WhyNotCounted(fact, *asked_.metric, view, *asked_.catalog);
      const std::string& name = fact.name.empty() ? fact.id : fact.name;
      names += (names.empty() ? "" : ", ") + name;
      answer.rows.push_back({view.entity, fact.id, fact.name, *fact.units, asked_.metric->measure.scale, why});
      answer.units +=
          (is_missing ? -*fact.units : *fact.units) * PowerOfTen(answer.digits - asked_.metric->measure.scale);
    }
    const std::string count = fmt::format("{}", found.size());
    answer.row_count += is_missing ? -static_cast<std::int64_t>(found.size()) : static_cast<std::int64_t>(found.size());
    answer.changes.push_back({"rows", is_missing ? Fill({"exactly these rows are missing there ({}): {}",
                                                         "там нет именно этих строк ({}): {}"},
                                                        {Same(count), Same(names)})
                                                 : Fill({"exactly these rows are counted there as well ({}): {}",
                                                         "там учтены ещё именно эти строки ({}): {}"},
                                                        {Same(count), Same(names)})});
    return answer;
  }

  // Whether all that the one does otherwise, the other does too.
  static bool IsWithin(const TieAnswer& one, const TieAnswer& other) {
    return std::ranges::all_of(one.changes, [&](const TieChange& change) {
      return std::ranges::any_of(other.changes, [&](const TieChange& also) {
        return also.kind == change.kind && also.title.en == change.title.en;
      });
    });
  }

  // The best first; what no question gives, by the nearest.
  void Choose(TieOut& out) const {
    const auto weight = [](const TieAnswer& answer) { return answer.cost + kChanceWeight * answer.chance; };
    std::ranges::stable_sort(out.answers,
                             [&](const TieAnswer& one, const TieAnswer& other) { return weight(one) < weight(other); });
    // What a simpler answer says already is no other one.
    std::vector<TieAnswer> kept;
    for (TieAnswer& answer : out.answers) {
      const bool is_more = std::ranges::any_of(
          kept, [&](const TieAnswer& simpler) { return simpler.metric == answer.metric && IsWithin(simpler, answer); });
      if (!is_more) kept.push_back(std::move(answer));
    }
    out.answers = std::move(kept);
    if (out.answers.size() > kMostAnswers) out.answers.resize(kMostAnswers);
    if (!out.answers.empty() && out.answers.front().chance < kLikelyChance) return;
    std::vector<std::pair<double, std::size_t>> nearest;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Candidate& candidate = candidates_[i];
      if (candidate.cost > kNearestCost) break;
      if (Meets(candidate.units, candidate.digits)) continue;
      const double distance =
          std::abs(AsNumber(candidate.units, candidate.digits) - AsNumber(Target(candidate.digits), candidate.digits));
      nearest.emplace_back(distance, i);
    }
    std::ranges::sort(nearest);
    std::set<Int128> values;
    for (const auto& [distance, index] : nearest) {
      if (values.size() == kNearest) break;
      if (!values.insert(candidates_[index].units).second) continue;
      TieAnswer answer = AnswerOf(candidates_[index]);
      answer.difference = {Target(answer.digits) - answer.units, static_cast<std::uint8_t>(answer.digits)};
      out.answers.push_back(std::move(answer));
    }
    if (out.asked) {
      out.asked->difference = {Target(out.asked->digits) - out.asked->units,
                               static_cast<std::uint8_t>(out.asked->digits)};
    }
  }

  const TieOutAsked& asked_;
  const Tried& tried_;
  std::vector<Candidate>& candidates_;
  Context& context_;
  std::vector<std::pair<std::size_t, double>> matches_;
};

}  // namespace

Result<TieOut> FindTieOut(const TieOutAsked& asked, Context& context) {
  WEIR_TRY(Tried tried, TryAll(asked, context));
  return Judge(asked, tried, context).Run();
}

}  // namespace weir::metrics
