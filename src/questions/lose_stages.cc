#include <algorithm>

#include "analysis/columns.h"
#include "questions/exact.h"
#include "questions/lose_parts.h"

namespace weir::questions {

using analysis::ColumnType;
using analysis::CountOf;
using analysis::Of;
using analysis::TextOf;
using store::Rows;
using store::Value;

namespace {

std::optional<std::string> TextAt(const Rows& rows, std::size_t row, std::size_t column) {
  if (store::IsNull(rows.rows[row][column])) return std::nullopt;
  return rows.TextAt(row, column);
}

// Which stages lose more than before: so judged that all of them together are right with a chance of 95%.
void Compare(std::vector<StageLoss>& stages) {
  std::vector<StageLoss*> compared;
  std::vector<double> chances;
  for (StageLoss& stage : stages) {
    if (!stage.stage || stage.reached < kEnoughCases || stage.reached_before < kEnoughCases) continue;
    compared.push_back(&stage);
    chances.push_back(ChanceOfWorse({stage.lost, stage.reached}, {stage.lost_before, stage.reached_before}));
  }
  const std::vector<double> adjusted = AdjustedForMany(chances);
  for (std::size_t i = 0; i < compared.size(); ++i) {
    StageLoss& stage = *compared[i];
    stage.is_clearly_worse = adjusted[i] < kSmallChance;
    if (!stage.is_clearly_worse) continue;
    const double more = static_cast<double>(stage.lost) / static_cast<double>(stage.reached) -
                        static_cast<double>(stage.lost_before) / static_cast<double>(stage.reached_before);
    stage.excess = Rescale(Rounded(more * ToDouble(stage.reached_amount), 2), kAmountScale);
  }
}

Text StageName(const StageLoss& stage) { return stage.stage ? Same(*stage.stage) : Text{"not known", "не известен"}; }

}  // namespace

std::string LostFromSql(const Scope& scope) {
  return fmt::format(
      "WITH closed AS MATERIALIZED (SELECT deal_id, pipeline, status, amount_reporting AS amount, {0} AS in_now, {1} "
      "AS "
      "in_before FROM ({2}) WHERE status IN ('won', 'lost') AND ({0} OR {1})), "
      "told AS MATERIALIZED (SELECT c.deal_id, v.stage, v.version FROM closed AS c JOIN scoped.deal_version AS v ON "
      "v.deal_id = c.deal_id WHERE v.status = 'open' AND v.stage IS NOT NULL), "
      "last_stage AS (SELECT deal_id, stage FROM told QUALIFY row_number() OVER (PARTITION BY deal_id ORDER BY version "
      "DESC NULLS LAST) = 1), "
      "lost_from AS (SELECT c.*, l.stage FROM closed AS c LEFT JOIN last_stage AS l ON l.deal_id = c.deal_id) ",
      InDaysSql("close_date", scope.now), InDaysSql("close_date", scope.before), CountedSql(scope, "deal"));
}

Result<std::vector<StageLoss>> ReadStages(const Scope& scope, analysis::Context& context) {
  WEIR_TRY(
      const Rows rows,
      context.session().Query(
          LostFromSql(scope) +
          "SELECT f.pipeline, v.stage, count(*) FILTER (WHERE in_now), "
          "count(*) FILTER (WHERE in_now AND status = 'lost' AND f.stage = v.stage), "
          "sum(amount) FILTER (WHERE in_now AND status = 'lost' AND f.stage = v.stage), "
          "sum(amount) FILTER (WHERE in_now), count(*) FILTER (WHERE in_before), "
          "count(*) FILTER (WHERE in_before AND status = 'lost' AND f.stage = v.stage) "
          "FROM lost_from AS f JOIN (SELECT DISTINCT deal_id, stage FROM told) AS v ON v.deal_id = f.deal_id "
          "GROUP BY f.pipeline, v.stage "
          "UNION ALL SELECT pipeline, NULL, count(*) FILTER (WHERE in_now), count(*) FILTER (WHERE in_now), "
          "sum(amount) FILTER (WHERE in_now), sum(amount) FILTER (WHERE in_now), count(*) FILTER (WHERE in_before), "
          "count(*) FILTER (WHERE in_before) FROM lost_from WHERE stage IS NULL AND status = 'lost' GROUP BY "
          "pipeline ORDER BY pipeline NULLS LAST, stage NULLS LAST"));
  std::vector<StageLoss> stages;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    StageLoss stage{.pipeline = TextAt(rows, row, 0),
                    .stage = TextAt(rows, row, 1),
                    .reached = rows.IntegerAt(row, 2),
                    .lost = rows.IntegerAt(row, 3),
                    .lost_amount = AmountOf(rows.rows[row][4]),
                    .reached_amount = AmountOf(rows.rows[row][5]),
                    .reached_before = rows.IntegerAt(row, 6),
                    .lost_before = rows.IntegerAt(row, 7)};
    if (stage.reached == 0) continue;
    stages.push_back(std::move(stage));
  }
  Compare(stages);
  std::ranges::stable_sort(stages, std::greater<>(), [](const StageLoss& stage) { return stage.lost_amount.units; });
  return stages;
}

analysis::TableSpec StagesSpec() {
  return {.name = "stages",
          .title = {"At which stage deals are lost", "На каком этапе проигрывают"},
          .key = {"pipeline", "stage"},
          .columns = {TextOf("pipeline", "Pipeline", "Воронка"), TextOf("stage", "Stage", "Этап"),
                      Of("lost_amount", ColumnType::kMoney, "Lost from it", "Проиграно с него"),
                      CountOf("lost", "Deals lost", "Проиграно сделок"),
                      CountOf("reached", "Closed deals that stood in it", "Закрытых сделок прошло через него"),
                      Of("lost_share", ColumnType::kShare, "Share lost", "Доля проигранных", "share"),
                      Of("lost_share_before", ColumnType::kShare, "Share before", "Доля прежде", "share"),
                      Of("is_clearly_worse", ColumnType::kBoolean, "Worse by more than chance", "Хуже не случайно"),
                      Of("excess", ColumnType::kMoney, "Lost beyond the old share", "Потеряно сверх прежней доли")},
          .chart = analysis::Chart{.kind = "bar", .x = "stage", .y = "lost_amount"}};
}

analysis::Table StagesTable(const std::vector<StageLoss>& stages, const Scope& scope) {
  analysis::Table table = Empty(StagesSpec(), scope.currency);
  for (const StageLoss& stage : stages) {
    const bool is_known = stage.stage.has_value();
    table.rows.push_back({Maybe(stage.pipeline), Maybe(stage.stage), stage.lost_amount, stage.lost, stage.reached,
                          is_known ? Maybe(ShareOf(stage.lost, stage.reached)) : Value(),
                          is_known ? Maybe(ShareOf(stage.lost_before, stage.reached_before)) : Value(),
                          stage.is_clearly_worse, Maybe(stage.excess)});
  }
  return table;
}

std::optional<Step> StagesStep(const std::vector<StageLoss>& stages, const Scope& scope) {
  const auto most = std::ranges::find_if(stages, [](const StageLoss& stage) { return stage.stage && stage.lost > 0; });
  if (most == stages.end()) return std::nullopt;
  Text text = Say("Most is lost at the stage “{0}”: {1} in {2}, {3} of the closed deals that got there.",
                  "Больше всего теряется на этапе «{0}»: {1}, {2}, или {3} дошедших до него закрытых сделок.",
                  {StageName(*most), Money(most->lost_amount, scope.currency), Deals(most->lost),
                   Percent(ShareOf(most->lost, most->reached))});
  const auto worst = std::ranges::max_element(
      stages, {}, [](const StageLoss& stage) { return stage.excess ? stage.excess->units : Int128{0}; });
  if (worst != stages.end() && worst->is_clearly_worse) {
    text = Say("{0} Clearly worse than before is “{1}”: {2} lost there instead of {3}, {4} more than at the old share.",
               "{0} Заметно хуже прежнего — «{1}»: теряется {2} вместо {3}, на {4} больше, чем при прежней доле.",
               {text, StageName(*worst), Percent(ShareOf(worst->lost, worst->reached)),
                Percent(ShareOf(worst->lost_before, worst->reached_before)),
                Money(worst->excess.value_or(Decimal{}), scope.currency)});
  } else {
    text = Say("{0} No stage is worse than before by more than chance.",
               "{0} Ни один этап не стал хуже прежнего больше, чем это бывает случайно.", {text});
  }
  return Step{"stages", text, "stages"};
}

Result<std::vector<Reason>> ReadReasons(const Scope& scope, analysis::Context& context) {
  const auto ask = [&](metrics::DayRange days) {
    analysis::RawParams asked{{"metrics", {"lost_amount", "deals_lost"}},
                              {"by", {"loss_reason"}},
                              {"from", {FormatDate(days.first)}},
                              {"to", {FormatDate(days.last)}}};
    if (!scope.team.empty()) asked["team"] = {scope.team};
    if (!scope.segment.empty()) asked["segment"] = {scope.segment};
    return context.Run("metrics", asked);
  };
  WEIR_TRY(const analysis::Output now, ask(scope.now));
  WEIR_TRY(const analysis::Output before, ask(scope.before));
  std::vector<Reason> reasons;
  const analysis::Table& table = *now.Find("metrics");
  const analysis::Table& old = *before.Find("metrics");
  const auto reason_of = [](const analysis::Table& from, const std::vector<Value>& row) {
    const Value& cell = row[from.IndexOf("loss_reason")];
    return store::IsNull(cell) ? std::optional<std::string>() : std::optional(store::ToText(cell));
  };
  for (const auto& row : table.rows) {
    const auto* deals = std::get_if<std::int64_t>(&row[table.IndexOf("deals_lost")]);
    if (deals == nullptr || *deals == 0) continue;
    Reason reason{
        .reason = reason_of(table, row), .deals = *deals, .amount = AmountOf(row[table.IndexOf("lost_amount")])};
    for (const auto& earlier : old.rows) {
      if (reason_of(old, earlier) == reason.reason) {
        reason.amount_before = AmountOf(earlier[old.IndexOf("lost_amount")]);
      }
    }
    reasons.push_back(std::move(reason));
  }
  std::ranges::stable_sort(reasons, std::greater<>(), [](const Reason& reason) { return reason.amount.units; });
  return reasons;
}

analysis::TableSpec ReasonsSpec() {
  return {.name = "reasons",
          .title = {"Why deals are lost", "Почему проигрывают"},
          .key = {"reason"},
          .columns = {TextOf("reason", "Reason", "Причина"), Of("amount", ColumnType::kMoney, "Lost", "Проиграно"),
                      CountOf("deals", "Deals", "Сделок"), Of("share", ColumnType::kShare, "Part", "Доля", "share"),
                      Of("amount_before", ColumnType::kMoney, "Before", "Прежде")},
          .chart = analysis::Chart{.kind = "bar", .x = "reason", .y = "amount"}};
}

analysis::Table ReasonsTable(const std::vector<Reason>& reasons, const Scope& scope) {
  analysis::Table table = Empty(ReasonsSpec(), scope.currency);
  Int128 all = 0;
  for (const Reason& reason : reasons) all += reason.amount.units;
  for (const Reason& reason : reasons) {
    table.rows.push_back({Maybe(reason.reason), reason.amount, reason.deals, Maybe(ShareOf(reason.amount.units, all)),
                          reason.amount_before});
  }
  return table;
}

std::optional<Step> ReasonsStep(const std::vector<Reason>& reasons, const Scope& scope) {
  const auto named = std::ranges::find_if(reasons, [](const Reason& reason) { return reason.reason.has_value(); });
  if (named == reasons.end()) return std::nullopt;
  std::int64_t all = 0;
  for (const Reason& reason : reasons) all += reason.deals;
  const auto unnamed = std::ranges::find_if(reasons, [](const Reason& reason) { return !reason.reason; });
  const std::int64_t without = unnamed == reasons.end() ? 0 : unnamed->deals;
  const Text text = Say("The reason that costs most is “{0}”: {1} in {2}", "Дороже всего причина «{0}»: {1}, {2}",
                        {Same(*named->reason), Money(named->amount, scope.currency), Deals(named->deals)});
  return Step{"reasons",
              without == 0 ? Say("{0}.", "{0}.", {text})
                           : Say("{0}; {1} of {2} lost deals name none.", "{0}; без причины {1} из {2} проигранных.",
                                 {text, Count(without), Count(all)}),
              "reasons"};
}

}  // namespace weir::questions
