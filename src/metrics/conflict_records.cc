#include "metrics/conflict_records.h"

#include <algorithm>
#include <array>
#include <set>

#include "metrics/bridge_facts.h"
#include "metrics/bridge_words.h"
#include "metrics/figure.h"
#include "metrics/tie_out_rows.h"

namespace weir::metrics {
namespace {

using analysis::Context;

constexpr std::array<std::string_view, 24> kRecordNames{
    "id",        "deal id",     "record id",        "opportunity id",  "name",       "deal",
    "deal name", "opportunity", "opportunity name", "invoice",         "invoice id", "invoice number",
    "number",    "номер",       "название",         "название сделки", "сделка",     "id сделки",
    "счет",      "счёт",        "номер счета",      "номер счёта",     "record",     "запись"};
constexpr std::array<std::string_view, 8> kAmountNames{"amount", "deal amount",  "value",  "sum",
                                                       "сумма",  "сумма сделки", "бюджет", "стоимость"};

class Records {
 public:
  Records(const ConflictAsked& asked, const Metric& metric, Context& context)
      : asked_(asked), sheet_(asked.sheet), metric_(metric), context_(context) {}

  Result<bool> Run(Conflict& conflict) {
    if (metric_.IsRatio() || metric_.measure.aggregate != Aggregate::kSum || metric_.measure.per_unit != 1)
      return false;
    Choose(conflict);
    if (keys_.empty() || !amount_) return false;
    WEIR_TRY(ReadAll());
    if (!AreRecords()) return false;
    conflict.is_of_records = true;
    conflict.record_metric = &metric_;
    for (const std::size_t key : keys_) {
      MatchedColumn& column = conflict.columns[key];
      if (column.role == ColumnRole::kUnknown) column.why = {"its values are records", "его значения — записи"};
      column.role = ColumnRole::kRecord;
    }
    MatchedColumn& amount = conflict.columns[*amount_];
    if (amount.role == ColumnRole::kUnknown) {
      amount.role = ColumnRole::kAmount;
      amount.why = {"amounts of the metric that was given", "суммы указанного показателя"};
    }
    amount.metric = &metric_;
    Compare(conflict);
    return true;
  }

 private:
  static bool IsOf(const std::string& header, std::span<const std::string_view> names) {
    return std::ranges::find(names, LabelKey(header)) != names.end();
  }

  void Choose(const Conflict& conflict) {
    bool is_said = false;
    for (const MatchedColumn& column : conflict.columns) is_said = is_said || column.role == ColumnRole::kRecord;
    is_said_ = is_said;
    for (std::size_t i = 0; i < sheet_.header.size(); ++i) {
      const ColumnRole role = conflict.columns[i].role;
      if (role == ColumnRole::kRecord) keys_.push_back(i);
      if (!is_said && role == ColumnRole::kUnknown && IsOf(sheet_.header[i], kRecordNames)) keys_.push_back(i);
      if (role == ColumnRole::kMetric && conflict.columns[i].metric == &metric_) amount_ = i;
      if (role == ColumnRole::kUnknown && !amount_ && &metric_ == asked_.metric &&
          IsOf(sheet_.header[i], kAmountNames)) {
        amount_ = i;
      }
      if (role != ColumnRole::kPeriod || day_) continue;
      const bool are_days = std::ranges::all_of(sheet_.rows, [&](const SheetRow& row) {
        const auto period = ReadPeriod(row.cells[i], 1);
        return !period || period->grain == Grain::kDay;
      });
      if (are_days) day_ = i;
    }
  }

  std::optional<Date> DayOf(const SheetRow& row) const {
    if (!day_) return std::nullopt;
    const auto period = ReadPeriod(row.cells[*day_], 1);
    return period ? std::optional(period->first) : std::nullopt;
  }

  // The months of the sheet's days, unless the days were asked for.
  Status ReadAll() {
    query_ = asked_.query;
    query_.metrics = {metric_.id};
    std::optional<Date> first;
    std::optional<Date> last;
    for (const SheetRow& row : sheet_.rows) {
      const auto day = DayOf(row);
      if (!day) continue;
      first = first ? std::min(*first, *day) : *day;
      last = last ? std::max(*last, *day) : *day;
    }
    if (first && !query_.from && metric_.time) query_.from = PeriodAround(*first, Grain::kMonth, 1).first;
    if (last && !query_.to && metric_.time) query_.to = PeriodAround(*last, Grain::kMonth, 1).last;
    const Side side{.catalog = asked_.catalog, .metric = &metric_, .query = query_, .session = &context_.session()};
    WEIR_TRY(facts_, ReadFacts(side, {.wanted = [](const Fact&) { return true; }}));
    std::ranges::sort(facts_, {}, &Fact::id);
    for (const Fact& fact : facts_) {
      by_key_.emplace(FoldKey(fact.id), &fact);
      if (!fact.name.empty()) by_key_.emplace(FoldKey(fact.name), &fact);
      // "hubspot:123" in a sheet is 123.
      if (const std::size_t at = fact.id.rfind(':'); at != std::string::npos) {
        by_key_.emplace(FoldKey(fact.id.substr(at + 1)), &fact);
      }
    }
    return {};
  }

  bool IsRecord(const SheetRow& row) const {
    return std::ranges::any_of(keys_, [&](std::size_t key) { return !row.cells[key].empty(); }) &&
           std::ranges::none_of(keys_, [&](std::size_t key) { return IsTotalLabel(row.cells[key]); });
  }

  bool Meets(const SheetRow& row, const std::optional<Int128>& units, int scale) const {
    const auto figure = FigureOf(row.cells[*amount_], metric_);
    if (!figure || !units) return !figure && !units;
    return std::ranges::any_of(figure->readings,
                               [&](const Reading& reading) { return RangeOf(reading, scale).Has(*units); });
  }

  // The row that a record is: of several with its name the one with its amount, else the counted one.
  const Fact* FactOf(const SheetRow& row) const {
    const Fact* best = nullptr;
    int best_score = -1;
    for (const std::size_t key : keys_) {
      const auto [begin, end] = by_key_.equal_range(FoldKey(row.cells[key]));
      for (auto at = begin; at != end; ++at) {
        const Fact& fact = *at->second;
        const int score = (taken_.contains(&fact) ? 0 : 4) + (fact.IsCounted() ? 2 : 0) +
                          (Meets(row, fact.units, metric_.measure.scale) ? 1 : 0);
        if (score > best_score) best = &fact;
        best_score = std::max(best_score, score);
      }
      if (best != nullptr) return best;
    }
    return nullptr;
  }

  // Records are told apart by their keys, and some are known.
  bool AreRecords() const {
    std::set<std::string> different;
    std::size_t records = 0;
    std::size_t known = 0;
    for (const SheetRow& row : sheet_.rows) {
      if (!IsRecord(row)) continue;
      ++records;
      std::string whole;
      for (const std::size_t key : keys_) whole += FoldKey(row.cells[key]) + '\n';
      different.insert(whole);
      if (FactOf(row) != nullptr) ++known;
    }
    if (is_said_) return records > 0;
    return records > 0 && different.size() * 10 >= records * 9 && known * 3 >= records;
  }

  Decimal Amount(Int128 units) const { return {units, static_cast<std::uint8_t>(metric_.measure.scale)}; }

  void Compare(Conflict& conflict) {
    const View& view = *asked_.catalog->FindView(metric_.view);
    Int128 there_units = 0;
    for (const SheetRow& row : sheet_.rows) {
      if (!IsRecord(row)) continue;
      ++conflict.records;
      const Fact* fact = FactOf(row);
      ComparedRow compared{
          .line = row.line, .table = view.entity, .name = row.cells[keys_.back()], .day_there = DayOf(row)};
      if (const auto figure = FigureOf(row.cells[*amount_], metric_)) {
        compared.there = figure->readings.front().value;
        there_units +=
            Rescale(*compared.there, static_cast<std::uint8_t>(metric_.measure.scale)).value_or(Decimal{}).units;
      }
      if (fact == nullptr) {
        compared.kind = "missing_here";
        compared.why = {"Weir has no such record, or you may not see it",
                        "в Weir такой записи нет, или она вам не видна"};
        conflict.rows.push_back(std::move(compared));
        continue;
      }
      taken_.insert(fact);
      compared.id = fact->id;
      if (!fact->name.empty()) compared.name = fact->name;
      if (fact->units) compared.here = Amount(*fact->units);
      compared.day_here = fact->day;
      if (!Judge(row, *fact, view, compared)) {
        conflict.rows.push_back(std::move(compared));
      } else {
        ++conflict.agreeing_records;
      }
    }
    Int128 here_units = 0;
    for (const Fact& fact : facts_) {
      if (!fact.IsCounted()) continue;
      here_units += fact.units.value_or(0);
      if (taken_.contains(&fact)) continue;
      conflict.rows.push_back({.kind = "missing_there",
                               .table = view.entity,
                               .id = fact.id,
                               .name = fact.name,
                               .here = fact.units ? std::optional(Amount(*fact.units)) : std::nullopt,
                               .day_here = fact.day,
                               .why = {"counted here, not in the sheet", "здесь учтено, в таблице нет"}});
    }
    conflict.record_difference = Amount(there_units - here_units);
  }

  // True where both say the same; else what is otherwise.
  bool Judge(const SheetRow& row, const Fact& fact, const View& view, ComparedRow& compared) const {
    if (!fact.IsCounted()) {
      compared.kind = "not_counted";
      compared.why = WhyNotCounted(fact, metric_, view, *asked_.catalog);
      return false;
    }
    if (!Meets(row, fact.units, metric_.measure.scale)) {
      compared.kind = "amount";
      compared.why = {"the amount differs", "сумма отличается"};
      if (fact.original && Meets(row, fact.original->units, fact.original->scale)) {
        compared.why = {fmt::format("in {}, not converted", fact.currency),
                        fmt::format("в {}, без пересчёта", fact.currency)};
      }
      return false;
    }
    if (compared.day_there && fact.day && *compared.day_there != *fact.day) {
      compared.kind = "date";
      compared.why = {"the day differs", "день отличается"};
      return false;
    }
    return true;
  }

  const ConflictAsked& asked_;
  const SheetTable& sheet_;
  const Metric& metric_;
  Context& context_;
  Query query_;
  std::vector<std::size_t> keys_;
  std::optional<std::size_t> amount_;
  std::optional<std::size_t> day_;
  bool is_said_ = false;
  std::vector<Fact> facts_;
  std::multimap<std::string, const Fact*> by_key_;
  std::set<const Fact*> taken_;
};

}  // namespace

Result<bool> CompareRecords(const ConflictAsked& asked, Conflict& conflict, const Metric* metric, Context& context) {
  if (metric == nullptr) metric = asked.metric;
  if (metric == nullptr) return false;
  return Records(asked, *metric, context).Run(conflict);
}

}  // namespace weir::metrics
