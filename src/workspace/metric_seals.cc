#include "workspace/metric_seals.h"

#include <nlohmann/json.hpp>

#include "metrics/catalog.h"
#include "metrics/versions.h"
#include "workspace/metric_agreement.h"
#include "workspace/metric_parts.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using analysis::RawParams;
using nlohmann::json;

struct MonthParams {
  std::string metric;
  std::string month;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "metric", .help = {"Which metric", "Какой показатель"}, .required = true, .positional = true},
                metric);
    visitor.Add({.name = "month",
                 .help = {"Which month, as 2026-10", "Какой месяц, в виде 2026-10"},
                 .required = true,
                 .positional = true},
                month);
  }
};

struct SealParams : MonthParams {
  std::string note;
  void Describe(ParamVisitor& visitor) {
    MonthParams::Describe(visitor);
    visitor.Add({.name = "note", .help = {"What it was sealed for", "Для чего зафиксировано"}}, note);
  }
};

Result<metrics::DayRange> MonthOf(const std::string& text) {
  const std::optional<Date> first = text.size() == 7 ? ParseIsoDate(text + "-01") : std::nullopt;
  if (!first) {
    return Fail(BadUsage("'{}' is not a month", text).Field("month").Mend("Write it as 2026-10"));
  }
  return metrics::PeriodAround(*first, metrics::Grain::kMonth, 1);
}

// Who may seal: the people of its owners, and who may change settings.
Status CheckMaySeal(const std::string& metric, store::Session& session, const MetricActionSetup& setup) {
  if (!setup.principal.sees_all_rows) {
    return Fail(Forbidden("a sealed number is of all rows, and you see those of your teams"));
  }
  if (setup.principal.Has("settings")) return {};
  WEIR_TRY(const std::vector<DefinitionFile> files, metrics::MetricFilesAt(session, setup.version - 1));
  WEIR_TRY(const metrics::MetricCatalog catalog, metrics::MetricCatalog::Load(files));
  const metrics::Metric* found = catalog.FindMetric(metric);
  if (found == nullptr || Holds(found->owners, setup.department)) return {};  // one that is gone may be unsealed
  return Fail(Forbidden("'{}' is sealed by {}, and you are of none of them", metric, found->owner).Field("metric"));
}

MetricEffect Sealed(const std::optional<Seal>& before, const Seal& after) {
  return {.effect = {.kind = "decision",
                     .subject = after.Subject(),
                     .before = before ? before->Fields() : json(nullptr),
                     .after = after.Fields()}};
}

}  // namespace

Result<MetricEffect> SealMonth(store::Connection& connection, const RawParams& raw, const MetricActionSetup& setup) {
  WEIR_TRY(const SealParams params, analysis::Bind<SealParams>(raw));
  WEIR_CHECK(setup.sealed != nullptr);
  const engine::Answer& answer = *setup.sealed;
  WEIR_TRY(CheckLength("note", params.note, kLongestNote));
  WEIR_TRY(const metrics::DayRange days, MonthOf(params.month));
  WEIR_TRY(const SettingValues settings, ValuesAt(connection, setup.version - 1));
  WEIR_TRY(const TimeZone zone, TimeZone::Find(settings.at("time_zone")));
  if (metrics::LastClosedMonth(answer.as_of, zone).first < days.first) {
    return Fail(
        BadUsage("{} is not over: the newest moment in the data is {}", params.month, FormatInstant(answer.as_of))
            .Field("month")
            .Mend("Seal it once its last day is in the data"));
  }
  WEIR_TRY(CheckMaySeal(params.metric, connection, setup));
  WEIR_TRY(const std::optional<Seal> before, FindSeal(connection, params.metric, days.first));
  if (before && before->is_sealed) {
    return Fail(Conflict("'{}' of {} is sealed already", params.metric, params.month)
                    .Field("month")
                    .Mend("Unseal it first, with a reason"));
  }
  const analysis::Table& table = *answer.output.Find("metrics");
  const std::size_t at = table.IndexOf(params.metric);
  const store::Value value = table.rows.empty() ? store::Value() : table.rows.front()[at];
  if (store::IsNull(value)) {
    return Fail(
        NotEnoughData("'{}' has no value in {}: there is nothing to seal", params.metric, params.month).Field("month"));
  }
  const std::optional<Decimal> number = ParsePlainDecimal(store::ToText(value));
  WEIR_CHECK(number.has_value());
  const Seal after{.metric = params.metric,
                   .month = days.first,
                   .is_sealed = true,
                   .value = *number,
                   .type = std::string(NameOf(table.columns[at].type)),
                   .unit = table.columns[at].unit,
                   .definition_version = answer.definition_version,
                   .known_at = answer.known_at,
                   .as_of = answer.as_of,
                   .note = params.note};
  WEIR_TRY(WriteSeal(connection, after, StampOf(setup)));
  return Sealed(before, after);
}

Result<MetricEffect> UnsealMonth(store::Connection& connection, const RawParams& raw, const MetricActionSetup& setup) {
  WEIR_TRY(const MonthParams params, analysis::Bind<MonthParams>(raw));
  WEIR_TRY(RequireReason(setup));
  WEIR_TRY(const metrics::DayRange days, MonthOf(params.month));
  WEIR_TRY(CheckMaySeal(params.metric, connection, setup));
  WEIR_TRY(const std::optional<Seal> before, FindSeal(connection, params.metric, days.first));
  if (!before || !before->is_sealed) {
    return Fail(NotFound("'{}' of {} is not sealed", params.metric, params.month).Field("month"));
  }
  Seal after = *before;
  after.is_sealed = false;
  after.note = setup.reason;
  WEIR_TRY(WriteSeal(connection, after, StampOf(setup)));
  return Sealed(before, after);
}

Result<MetricEffect> UndoSeal(store::Connection& connection, const DecisionRow& decision,
                              const MetricActionSetup& setup) {
  const std::optional<Seal> after = Seal::FromFields(json::parse(decision.after, nullptr, false));
  WEIR_CHECK(after.has_value());
  WEIR_TRY(const std::optional<Seal> now, FindSeal(connection, after->metric, after->month));
  if (!now || now->Fields() != after->Fields()) return Fail(ChangedSince(decision));
  WEIR_TRY(CheckMaySeal(after->metric, connection, setup));
  std::optional<Seal> back = Seal::FromFields(json::parse(decision.before, nullptr, false));
  if (!back) {
    back = *now;
    back->is_sealed = false;
  }
  WEIR_TRY(WriteSeal(connection, *back, StampOf(setup)));
  return Sealed(now, *back);
}

std::vector<analysis::Action> SealActions() {
  std::vector<analysis::Action> all;
  all.push_back(DeclareMetricAction<SealParams>(
      kSealMetric, {"Seal a month", "Зафиксировать месяц"},
      {"Keeps the number of a closed month as it is now, with definition and data version. A later change of data or "
       "definition is shown as an adjustment of it (see metrics seals).",
       "Сохраняет число закрытого месяца таким, каким оно есть, с версией определения и данных. Позднее изменение "
       "данных или определения показывается как поправка (см. metrics seals)."}));
  all.push_back(
      DeclareMetricAction<MonthParams>(kUnsealMetric, {"Unseal a month", "Снять фиксацию с месяца"},
                                       {"With a reason, which is kept", "С указанием причины, которая сохраняется"}));
  return all;
}

Result<engine::Question> QuestionOfSeal(const RawParams& params) {
  WEIR_TRY(const SealParams seal, analysis::Bind<SealParams>(params));
  WEIR_TRY(const metrics::DayRange days, MonthOf(seal.month));
  // A list of ids, or none, would be another question.
  if (seal.metric.empty() || seal.metric.find(',') != std::string::npos) {
    return Fail(BadUsage("there is no metric '{}'", seal.metric).Field("metric"));
  }
  engine::Question question;
  question.id = "metrics";
  question.params = {{"metrics", {seal.metric}}, {"from", {FormatDate(days.first)}}, {"to", {FormatDate(days.last)}}};
  return question;
}

}  // namespace weir::workspace
