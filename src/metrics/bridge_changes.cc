#include "metrics/bridge_changes.h"

#include <algorithm>

#include "metrics/bridge_words.h"

namespace weir::metrics {
namespace {

Int128 Magnitude(Int128 number) { return number < 0 ? -number : number; }

// What the arithmetic gives for the values; nothing where one is missing or the digits do not fit.
class Evaluation {
 public:
  Evaluation(const std::vector<ColumnRef>& inputs, const std::vector<store::Value>& values, Date at)
      : inputs_(inputs), values_(values), at_(at) {}

  std::optional<Decimal> Of(const Arithmetic& arithmetic) const {
    using Kind = Arithmetic::Kind;
    switch (arithmetic.kind) {
      case Kind::kColumn:
        return Number(ValueOf(arithmetic.column));
      case Kind::kNumber:
        return arithmetic.number;
      case Kind::kAdd:
      case Kind::kSubtract:
        return Sum(arithmetic);
      case Kind::kMultiply:
        return Product(arithmetic);
      case Kind::kDays:
        return Days(arithmetic);
      case Kind::kHours:
      case Kind::kAt:
        return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  const store::Value& ValueOf(const ColumnRef& column) const {
    return values_[static_cast<std::size_t>(std::ranges::find(inputs_, column) - inputs_.begin())];
  }
  static std::optional<Decimal> Number(const store::Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
    if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
    return std::nullopt;
  }
  std::optional<Decimal> Sum(const Arithmetic& arithmetic) const {
    const auto left = Of(arithmetic.children[0]);
    const auto right = Of(arithmetic.children[1]);
    if (!left || !right) return std::nullopt;
    const std::uint8_t scale = std::max(left->scale, right->scale);
    const auto a = Rescale(*left, scale);
    const auto b = Rescale(*right, scale);
    if (!a || !b) return std::nullopt;
    return Decimal{arithmetic.kind == Arithmetic::Kind::kAdd ? a->units + b->units : a->units - b->units, scale};
  }
  std::optional<Decimal> Product(const Arithmetic& arithmetic) const {
    const auto left = Of(arithmetic.children[0]);
    const auto right = Of(arithmetic.children[1]);
    Decimal product;
    if (!left || !right || __builtin_mul_overflow(left->units, right->units, &product.units)) return std::nullopt;
    product.scale = static_cast<std::uint8_t>(left->scale + right->scale);
    return product;
  }
  std::optional<Date> Day(const Arithmetic& arithmetic) const {
    if (arithmetic.kind == Arithmetic::Kind::kAt) return at_;
    if (arithmetic.kind != Arithmetic::Kind::kColumn) return std::nullopt;
    const auto* day = std::get_if<Date>(&ValueOf(arithmetic.column));
    if (day == nullptr) return std::nullopt;
    return *day;
  }
  std::optional<Decimal> Days(const Arithmetic& arithmetic) const {
    const auto from = Day(arithmetic.children[0]);
    const auto to = Day(arithmetic.children[1]);
    if (!from || !to) return std::nullopt;
    return Decimal{to->days - from->days, 0};
  }

  const std::vector<ColumnRef>& inputs_;
  const std::vector<store::Value>& values_;
  Date at_;
};

class Decomposition {
 public:
  Decomposition(const Comparison& comparison, const Fact& start, const Fact& end, std::uint8_t scale)
      : comparison_(comparison),
        metric_(*comparison.start.metric),
        view_(comparison.start.view()),
        inputs_(InputsOf(metric_)),
        start_(start),
        end_(end),
        scale_(scale),
        values_(start.inputs) {}

  // False where the arithmetic is not one that is followed here, or does not come out as the store has it.
  bool Run() {
    last_ = UnitsAt(metric_, start_, scale_);
    const Int128 goal = UnitsAt(*comparison_.end.metric, end_, scale_);
    if (Now(comparison_.start.last_day()) != last_) return false;
    const auto converted = ConvertedInput(metric_, view_);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (i == converted && !Amount(i)) return false;
      if (i == converted) continue;
      values_[i] = end_.inputs[i];
      const Text column = ColumnInWords(inputs_[i], view_, *comparison_.start.catalog);
      if (!Step(inputs_[i].column, column)) return false;
    }
    // Age grows with the days between the two.
    const auto aged = Now(comparison_.end.last_day());
    if (!aged) return false;
    Note("time_passed", {"Time passed", "Прошло время"}, *aged - last_);
    last_ = *aged;
    return last_ == goal;
  }
  std::vector<Change> Take() { return std::move(changes_); }

 private:
  std::optional<Int128> Now(Date at) const {
    const auto value = Evaluation(inputs_, values_, at).Of(*metric_.measure.value);
    if (!value || value->scale > scale_) return std::nullopt;
    return value->units * PowerOfTen(scale_ - value->scale);
  }
  void Note(const std::string& key, const Text& title, Int128 amount) {
    if (amount != 0) changes_.push_back({key, title, amount});
  }
  bool Step(const std::string& key, const Text& column) {
    const auto value = Now(comparison_.start.last_day());
    if (!value) return false;
    const Int128 amount = *value - last_;
    const bool is_up = amount > 0;
    Note(key + (is_up ? "_up" : "_down"),
         Fill(is_up ? Text{"Higher through {}", "Рост за счёт: {}"} : Text{"Lower through {}", "Снижение за счёт: {}"},
              {column}),
         amount);
    last_ = *value;
    return true;
  }
  bool Titled(const std::string& key, const Text& title) {
    const auto value = Now(comparison_.start.last_day());
    if (!value) return false;
    Note(key, title, *value - last_);
    last_ = *value;
    return true;
  }
  bool AmountStep(Int128 units, std::size_t i) {
    const auto* before = std::get_if<Decimal>(&values_[i]);
    const bool is_up = units > before->units;
    values_[i] = Decimal{units, before->scale};
    return Titled(is_up ? "amount_up" : "amount_down",
                  is_up ? Text{"Amount went up", "Сумма выросла"} : Text{"Amount went down", "Сумма снизилась"});
  }

  // The converted amount, in the steps that its original allows to tell.
  bool Amount(std::size_t i) {
    const auto* before = std::get_if<Decimal>(&start_.inputs[i]);
    const auto* after = std::get_if<Decimal>(&end_.inputs[i]);
    if (before == nullptr || after == nullptr) return false;
    const bool is_told = start_.original && end_.original && start_.original->scale == end_.original->scale;
    if (!is_told) return AmountStep(after->units, i);
    if (start_.currency != end_.currency) {
      values_[i] = *after;
      return Titled("currency", {"Currency of the amount changed", "Сменилась валюта суммы"});
    }
    const std::optional<Int128> at_old_rate = AtOldRate(*before, *after);
    if (at_old_rate && *at_old_rate != before->units && !AmountStep(*at_old_rate, i)) return false;
    values_[i] = *after;
    return Titled("rate", {"Exchange rate", "Курс валюты"});
  }

  // What the new amount would be at the rate of the old one. Both were rounded: where no more than that is between it
  // and what is there, the rate has not changed.
  std::optional<Int128> AtOldRate(const Decimal& before, const Decimal& after) const {
    const Int128 from = start_.original->units;
    const Int128 to = end_.original->units;
    if (from == to) return before.units;
    Int128 product = 0;
    if (from == 0 || before.scale != after.scale || __builtin_mul_overflow(before.units, to, &product)) {
      return after.units;
    }
    const Int128 expected = product / from;
    const Int128 digit = PowerOfTen(std::max(0, before.scale - CurrencyDecimals(comparison_.start.query.currency)));
    const Int128 tolerance = digit * (Magnitude(to) / Magnitude(from) + 2);
    if (Magnitude(after.units - expected) <= tolerance) return after.units;
    return (expected + (expected < 0 ? -digit : digit) / 2) / digit * digit;
  }

  const Comparison& comparison_;
  const Metric& metric_;
  const View& view_;
  const std::vector<ColumnRef> inputs_;
  const Fact& start_;
  const Fact& end_;
  std::uint8_t scale_;
  std::vector<store::Value> values_;
  Int128 last_ = 0;
  std::vector<Change> changes_;
};

Change AsAWhole(const Comparison& comparison, const Fact& start, const Fact& end, Int128 amount) {
  const Metric& from = *comparison.start.metric;
  const Metric& to = *comparison.end.metric;
  if (start.units && !end.units) {
    return {"unknown", {"What it adds is no longer known", "Сколько она даёт, больше не известно"}, amount};
  }
  if (!start.units) {
    return {"known", {"What it adds has become known", "Стало известно, сколько она даёт"}, amount};
  }
  if (from.measure == to.measure) return {"value", {"Counts for another amount", "Даёт другую сумму"}, amount};
  const Text measures{fmt::format("{} → {}", from.measure_text, to.measure_text),
                      fmt::format("{} → {}", from.measure_text, to.measure_text)};
  return {"measure", Fill({"Measured differently: {}", "Измерена иначе: {}"}, {measures}), amount};
}

}  // namespace

Int128 UnitsAt(const Metric& metric, const Fact& fact, std::uint8_t scale) {
  return fact.units.value_or(0) * PowerOfTen(scale - metric.measure.scale);
}

std::vector<Change> ChangesOf(const Comparison& comparison, const Fact& start, const Fact& end, std::uint8_t scale) {
  const Int128 amount = UnitsAt(*comparison.end.metric, end, scale) - UnitsAt(*comparison.start.metric, start, scale);
  if (amount == 0 && start.inputs == end.inputs) return {};
  const bool is_same_measure = comparison.start.metric->measure == comparison.end.metric->measure;
  if (is_same_measure && start.units && end.units && comparison.start.metric->measure.value) {
    Decomposition decomposition(comparison, start, end, scale);
    if (decomposition.Run()) return decomposition.Take();
  }
  if (amount == 0) return {};
  return {AsAWhole(comparison, start, end, amount)};
}

}  // namespace weir::metrics
