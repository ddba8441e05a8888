#include "questions/lose.h"

#include <algorithm>

#include "questions/lose_parts.h"
#include "store/database.h"

namespace weir::questions {
namespace {

using analysis::Context;
using analysis::Evidence;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;

struct LoseParams {
  YearParams days = {};
  ScopeParams scope = {};

  void Describe(analysis::ParamVisitor& visitor) {
    days.Describe(visitor);
    scope.Describe(visitor);
  }
};

Result<Scope> ScopeOf(const metrics::MetricCatalog& catalog, const LoseParams& params, Context& context) {
  WEIR_TRY(Scope scope, MakeScope(catalog, params.scope, context));
  WEIR_TRY(scope.now, params.days.Days(scope));
  scope.before = YearBefore(scope.now);
  return scope;
}

std::vector<TableSpec> OwnSpecs() { return {StagesSpec(), ReasonsSpec(), OpenLeaksSpec(), StillSpec()}; }

Text HeadlineOf(const Numbers& numbers, const std::vector<StageLoss>& stages, const Leaking& leaking,
                const Scope& scope) {
  const Decimal lost = numbers.Amount("lost_amount");
  const Decimal won = numbers.Amount("won_amount");
  Text text = Say("{0} was lost in {1} {2}, {3} of the amount that was decided",
                  "{2} проиграно {0}, {1}: {3} суммы, по которой принято решение",
                  {Money(lost, scope.currency), Deals(numbers.Count("deals_lost")), YearWords(scope),
                   Percent(ShareOf(lost.units, lost.units + won.units))});
  const auto most = std::ranges::find_if(stages, [](const StageLoss& stage) { return stage.stage && stage.lost > 0; });
  if (most != stages.end()) {
    text = Say("{0}; most of it at the stage “{1}”, {2}", "{0}; больше всего — на этапе «{1}», {2}",
               {text, Same(*most->stage), Money(most->lost_amount, scope.currency)});
  }
  if (leaking.amount.units > 0) {
    return Say("{0}. Open leaks hold another {1}.", "{0}. Ещё {1} — в открытых утечках.",
               {text, Money(leaking.amount, scope.currency)});
  }
  return Say("{0}.", "{0}.", {text});
}

void AddUnknown(const std::vector<StageLoss>& stages, const std::vector<Reason>& reasons, const Leaking& leaking,
                Reply& reply) {
  std::int64_t unplaced = 0;
  for (const StageLoss& stage : stages) unplaced += stage.stage ? 0 : stage.lost;
  if (unplaced > 0) {
    reply.unknown.push_back(
        {"no_stage", Say("Where {0} stood before the loss: their history of stages is not there.",
                         "На каком этапе до проигрыша стояли {0}: истории этапов у них нет.", {Deals(unplaced)})});
  }
  if (!reasons.empty() &&
      std::ranges::none_of(reasons, [](const Reason& reason) { return reason.reason.has_value(); })) {
    reply.unknown.push_back({"no_reason",
                             {"Why deals are lost: no lost deal names a reason.",
                              "Почему проигрывают: ни у одной проигранной сделки не указана причина."}});
  }
  const Table& rules = *leaking.ledger.Find("rules");
  for (const auto& row : rules.rows) {
    const std::string state = store::ToText(row[rules.IndexOf("state")]);
    if (state == "found" || state == "none_found") continue;
    const auto text = [&](std::string_view column) { return store::ToText(row[rules.IndexOf(column)]); };
    reply.unknown.push_back({"leak_" + text("rule"),
                             Say("The leak “{0}”: {1}", "Утечка «{0}»: {1}",
                                 {Text{text("title_en"), text("title_ru")}, Text{text("note_en"), text("note_ru")}})});
  }
}

void AddNext(const Leaking& leaking, const Table& still, const Scope& scope, Reply& reply) {
  if (leaking.count > 0) {
    reply.next.push_back(
        {{"Go through the open leaks, the largest first", "Разберите открытые утечки, начиная с крупных"}, "/leaks"});
  }
  if (!still.rows.empty()) {
    reply.next.push_back({{"Agree on a next step with a date for each deal that stands still, or close it",
                           "По каждой стоящей сделке назначьте следующий шаг с датой или закройте её"},
                          "/leaks?rule=stuck_deal"});
  }
  reply.next.push_back(
      {{"See whose figures lag by more than chance", "Посмотрите, чьи цифры отстают не случайно"}, "/questions/help"});
  reply.next.push_back(
      {{"Split the lost amount in any other way", "Разложите проигранную сумму любым другим способом"},
       fmt::format("/catalog/lost_amount?from={}&to={}", FormatDate(scope.now.first), FormatDate(scope.now.last))});
}

Result<Output> RunLose(const metrics::MetricCatalog& catalog, const LoseParams& params, Context& context) {
  WEIR_TRY(const Scope scope, ScopeOf(catalog, params, context));
  WEIR_TRY(const Numbers numbers, Numbers::Ask(scope,
                                               {"lost_amount", "won_amount", "deals_lost", "deals_closed", "deals_open",
                                                "deals_past_close_date", "pipeline_past_close_date_amount"},
                                               scope.now, context));
  WEIR_TRY(const std::vector<StageLoss> stages, ReadStages(scope, context));
  WEIR_TRY(const std::vector<Reason> reasons, ReadReasons(scope, context));
  WEIR_TRY(const Leaking leaking, ReadLeaks(scope, context));
  const Table still = StillTable(leaking, scope);

  Reply reply{.now_days = scope.now, .before_days = scope.before};
  if (numbers.Count("deals_closed") + numbers.Count("deals_open") == 0 && leaking.count == 0) {
    reply.state = "nothing";
    reply.headline = {"There are no deals yet to say where money is lost.",
                      "Пока нет сделок, чтобы сказать, где теряются деньги."};
    reply.next.push_back({{"Bring the exports of your CRM", "Загрузите выгрузки из CRM"}, "/sources"});
  } else if (numbers.Count("deals_lost") == 0) {
    reply.headline = leaking.amount.units > 0
                         ? Say("No deal was lost {0}; open leaks hold {1}.",
                               "{0} не проиграно ни одной сделки; в открытых утечках — {1}.",
                               {YearWords(scope), Money(leaking.amount, scope.currency)})
                         : Say("No deal was lost {0}, and no leak is open.",
                               "{0} не проиграно ни одной сделки, открытых утечек нет.", {YearWords(scope)});
  } else {
    reply.headline = HeadlineOf(numbers, stages, leaking, scope);
    reply.value = numbers.Amount("lost_amount");
  }
  for (auto& step : {StagesStep(stages, scope), ReasonsStep(reasons, scope), OpenLeaksStep(leaking, scope),
                     StillStep(still, numbers, scope)}) {
    if (step) reply.steps.push_back(*step);
  }
  AddUnknown(stages, reasons, leaking, reply);
  if (reply.state != "nothing") AddNext(leaking, still, scope, reply);
  std::vector<Table> tables{StagesTable(stages, scope), ReasonsTable(reasons, scope), OpenLeaksTable(leaking, scope),
                            still};
  tables.back().total_rows.reset();
  Output output = MakeOutput("lose", reply, std::move(tables), scope.currency);
  output.warnings = numbers.warnings();
  return output;
}

Result<Evidence> ExplainLose(const metrics::MetricCatalog& catalog, const LoseParams& params, const std::string& table,
                             const std::vector<std::string>& key, Context& context) {
  WEIR_TRY(const Scope scope, ScopeOf(catalog, params, context));
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  const auto is = [](std::string_view column, const std::string& value) {
    return value.empty() ? fmt::format("{} IS NULL", column) : fmt::format("{} = {}", column, store::QuoteText(value));
  };
  const std::string lost = "status = 'lost' AND " + InDaysSql("close_date", scope.now);
  constexpr std::string_view kOrder = " ORDER BY amount_reporting DESC NULLS LAST, deal_id";
  if (table == "stages") {
    if (key.size() != 2) return Fail(BadUsage("the key is not a pipeline and a stage").Field("explain"));
    return EvidenceOf(
        "deal",
        LostFromSql(scope) +
            fmt::format("SELECT deal_id FROM lost_from WHERE in_now AND status = 'lost' AND {} AND {} ORDER "
                        "BY amount DESC NULLS LAST, deal_id",
                        is("pipeline", key[0]), is("stage", key[1])),
        context.session());
  }
  if (table == "reasons" || table == "answer") {
    const std::string condition = table == "answer" ? "TRUE" : is("loss_reason", key[0]);
    return EvidenceOf(
        "deal",
        fmt::format("SELECT deal_id FROM ({}) WHERE {} AND {}{}", CountedSql(scope, "deal"), lost, condition, kOrder),
        context.session());
  }
  if (table == "still") return Evidence{.table = "deal", .ids = {key[0]}, .total = 1};
  if (table == "leaks") {
    WEIR_TRY(const Leaking leaking, ReadLeaks(scope, context));
    return RowsOfRule(leaking, key[0]);
  }
  return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
}

analysis::Info LoseInfo() {
  return {
      .id = "questions.lose",
      .title = {"Where do we lose?", "Где мы теряем?"},
      .help = {"Where money is lost: lost deals by the stage in which they stood, against the year before; by reason; "
               "open leaks by money; deals that stand still.",
               "Где теряются деньги: проигранные сделки по этапу, на котором стояли, в сравнении с прошлым годом; по "
               "причинам; открытые утечки по деньгам; сделки, которые стоят."},
      .asks = {"leaks", "metrics"},
      .needs = {"deal", "deal_version", "account", "team", "excluded"},
      .tables = WithFrame(OwnSpecs())};
}

}  // namespace

analysis::Analysis LoseAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<LoseParams>(catalog, LoseInfo(), &RunLose, &ExplainLose);
}

}  // namespace weir::questions
