#include "forecast/call/call_model.h"

#include <algorithm>

#include "metrics/ask.h"

namespace weir::forecast {
namespace {

using analysis::Context;
using analysis::Table;
using store::Value;

// Cells of a row by the names of columns; null where there is no such column.
class Row {
 public:
  Row(const Table& table, std::size_t row) : table_(table), row_(row) {}
  Value Cell(std::string_view name) const {
    const auto found = std::ranges::find(table_.columns, name, &analysis::Column::name);
    if (found == table_.columns.end()) return {};
    return table_.rows[row_][static_cast<std::size_t>(found - table_.columns.begin())];
  }
  std::string Text(std::string_view name) const { return store::ToText(Cell(name)); }

 private:
  const Table& table_;
  std::size_t row_;
};

std::optional<Decimal> MoneyIn(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) {
    const auto decimal = ParsePlainDecimal(fmt::format("{:.4f}", *real));
    return decimal ? Rescale(*decimal, kAmountScale) : std::nullopt;
  }
  return metrics::MoneyOf(value);
}

analysis::RawParams Asked(const std::string& period, const std::string& team) {
  analysis::RawParams params{{"period", {period}}};
  if (!team.empty()) params["team"] = {team};
  return params;
}

// Whether the answer can be done without: all but that it was stopped.
bool IsBearable(const Error& error) { return error.code() != Code::kCancelled && error.code() != Code::kBug; }

}  // namespace

std::optional<double> NumberOf(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return ToDouble(*decimal);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return std::nullopt;
}

Result<ModelAnswer> AskModel(const std::string& period, const std::string& team, Context& context) {
  const auto output = context.Run(kModelAnalysis, Asked(period, team));
  if (!output && !IsBearable(output.error())) return Fail(Error(output.error()));
  ModelAnswer answer;
  if (!output) {
    answer.why_not = output.error().phrase();
    return answer;
  }
  const Table* line = output->Find("forecast");
  if (line != nullptr && !line->rows.empty()) {
    const Row row(*line, 0);
    answer.line = ModelLine{.p10 = MoneyIn(row.Cell("p10")),
                            .p50 = MoneyIn(row.Cell("p50")),
                            .p90 = MoneyIn(row.Cell("p90")),
                            .target_probability = NumberOf(row.Cell("target_probability"))};
  }
  if (const Table* deals = output->Find("deals")) {
    for (std::size_t i = 0; i < deals->rows.size(); ++i) {
      const Row row(*deals, i);
      answer.deals.emplace(row.Text("deal_id"), ModelDeal{.probability = NumberOf(row.Cell("probability")),
                                                          .expected = MoneyIn(row.Cell("expected")),
                                                          .reasons_en = row.Text("reasons_en"),
                                                          .reasons_ru = row.Text("reasons_ru")});
    }
  }
  if (!answer.line) answer.why_not = MakePhrase("it answered without a forecast");
  return answer;
}

Result<ModelPasts> AskModelPasts(const std::string& period, const std::string& team, Context& context) {
  const auto output = context.Run(kBacktestAnalysis, Asked(period, team));
  if (!output && !IsBearable(output.error())) return Fail(Error(output.error()));
  ModelPasts answer;
  if (!output) {
    answer.why_not = output.error().phrase();
    return answer;
  }
  const Table* snapshots = output->Find("snapshots");
  for (std::size_t i = 0; snapshots != nullptr && i < snapshots->rows.size(); ++i) {
    const Row row(*snapshots, i);
    const auto first = ParseIsoDate(row.Text("period"));
    const auto week = NumberOf(row.Cell("week"));
    const auto p50 = NumberOf(row.Cell("p50"));
    const auto came = NumberOf(row.Cell("actual"));
    if (first && week && p50 && came) answer.pasts.push_back({*first, static_cast<std::int32_t>(*week), *p50, *came});
  }
  if (answer.pasts.empty()) answer.why_not = MakePhrase("it has no snapshots of past periods");
  return answer;
}

}  // namespace weir::forecast
