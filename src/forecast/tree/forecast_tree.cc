#include "forecast/tree/forecast_tree.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "forecast/money.h"
#include "forecast/months.h"
#include "forecast/series/series.h"
#include "forecast/tree/agreement.h"
#include "forecast/tree/branches.h"

namespace weir::forecast {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::Maybe;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMostMonths = 12;
constexpr int kShownPastLeads = 12;

struct TreeParams {
  std::int64_t months = 6;

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "months", .help = {"How many months ahead, 1 to 12", "На сколько месяцев вперёд, от 1 до 12"}},
                months);
  }
};

TableSpec TreeSpec() {
  return {.name = "tree",
          .title = {"Forecasts that add up", "Прогнозы, которые сходятся"},
          .key = {"month", "node"},
          .columns = {Of("month", ColumnType::kDate, "Month", "Месяц"), TextOf("node", "Node", "Узел"),
                      TextOf("parent", "Part of", "Часть"), TextOf("department", "Department", "Отдел"),
                      TextOf("title_en", "What", "Что"), TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("base", ColumnType::kMoney, "By itself", "Сам по себе"),
                      Of("reconciled", ColumnType::kMoney, "In agreement", "Согласованно"),
                      Of("p10", ColumnType::kMoney, "p10", "p10"), Of("p90", ColumnType::kMoney, "p90", "p90"),
                      Of("so_far", ColumnType::kMoney, "Came so far", "Уже есть"), TextOf("model", "Model", "Модель"),
                      TextOf("reconciled_by", "Agreed by", "Согласовано по")},
          .chart = analysis::Chart{.kind = "line", .x = "month", .y = "reconciled", .series = "node"}};
}

TableSpec AgreementSpec() {
  return {.name = "agreement",
          .title = {"What each says of the same thing", "Что каждый говорит об одном и том же"},
          .key = {"thing", "says", "department", "first_day", "last_day"},
          .columns = {TextOf("thing", "Of what", "О чём"), TextOf("says", "By what", "По чему"),
                      TextOf("department", "Whose", "Чьё"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("first_day", ColumnType::kDate, "From", "С"), Of("last_day", ColumnType::kDate, "To", "По"),
                      Of("said", ColumnType::kMoney, "Says", "Говорит"),
                      Of("agreed", ColumnType::kMoney, "In agreement", "Согласованно"),
                      Of("difference", ColumnType::kMoney, "Says more by", "Говорит больше на"),
                      CountOf("said_leads", "Leads said", "Лидов сказано"),
                      CountOf("agreed_leads", "Leads expected", "Лидов ожидается")}};
}

TableSpec LeadsSpec() {
  return {.name = "leads",
          .title = {"Leads, and what they imply", "Лиды и что они обещают"},
          .key = {"month"},
          .columns = {Of("month", ColumnType::kDate, "Month", "Месяц"), CountOf("actual", "Came", "Пришло"),
                      CountOf("leads", "Expected", "Ожидается"), CountOf("p10", "p10", "p10"),
                      CountOf("p90", "p90", "p90"), CountOf("deals", "Deals of leads", "Сделок из лидов"),
                      Of("pipeline", ColumnType::kMoney, "Pipeline implied", "Обещанная воронка"),
                      Of("bookings", ColumnType::kMoney, "Bookings implied", "Обещанные продажи")},
          .chart = analysis::Chart{.kind = "line", .x = "month", .y = "leads"}};
}

TableSpec RatesSpec() {
  return {.name = "rates",
          .title = {"Rates and delays of the tree", "Доли и задержки, на которых стоит дерево"},
          .key = {"rate"},
          .columns = {TextOf("rate", "Rate", "Доля"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("cases", ColumnType::kNumber, "Cases known", "Известно случаев"),
                      Of("share", ColumnType::kShare, "Share", "Доля", "share"),
                      Of("days", ColumnType::kNumber, "Half of it within", "Половина за", "days"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма")}};
}

TableSpec PayersSpec() {
  return {.name = "payers",
          .title = {"How payers behave", "Как платят"},
          .key = {"payers"},
          .columns = {TextOf("payers", "Payers", "Плательщики"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      CountOf("accounts", "How many", "Сколько"), CountOf("invoices", "Invoices", "Счетов"),
                      Of("invoiced", ColumnType::kMoney, "Invoiced", "Выставлено"),
                      Of("median_days", ColumnType::kNumber, "Half is paid within", "Половина оплачена за", "days"),
                      Of("late_share", ColumnType::kShare, "Late or not paid", "С опозданием или не оплачено", "share"),
                      Of("never_share", ColumnType::kShare, "Never paid", "Не будет оплачено", "share"),
                      Of("open", ColumnType::kMoney, "Still open", "Ещё не оплачено"),
                      Of("overdue", ColumnType::kMoney, "Overdue", "Просрочено")}};
}

TableSpec HistorySpec() {
  return {.name = "history",
          .title = {"Past months", "Прошедшие месяцы"},
          .key = {"month", "node"},
          .columns = {Of("month", ColumnType::kDate, "Month", "Месяц"), TextOf("node", "Node", "Узел"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма")},
          .chart = analysis::Chart{.kind = "line", .x = "month", .y = "amount", .series = "node"}};
}

const char* NameOf(ReconcileBy by) {
  switch (by) {
    case ReconcileBy::kShrinkage:
      return "mint_shrink";
    case ReconcileBy::kVariance:
      return "intervals";
    default:
      return "structural";
  }
}

// Amounts as they are shown: each month rounded so that children add up.
std::vector<ShownNode> ShownOf(const Forecasts& forecasts, const Rounding& rounding) {
  std::vector<ShownNode> shown;
  for (const Branch& branch : forecasts.branches) {
    const std::size_t first = shown.size();
    for (std::size_t i = 0; i < branch.nodes.size(); ++i) {
      ShownNode node{.id = branch.names[i].id, .first_past = branch.first_past};
      if (branch.has_history || i == 0) {
        for (const double month : branch.nodes[i].past) {
          node.past.push_back(IsMissing(month) ? std::nullopt : std::optional(rounding.Of(month)));
        }
      }
      shown.push_back(std::move(node));
    }
    const std::size_t months = branch.forecast.nodes.front().agreed.mean.size();
    for (std::size_t m = 0; m < months; ++m) {
      std::vector<double> month;
      month.reserve(branch.nodes.size());
      for (const FlowForecast& node : branch.forecast.nodes) month.push_back(node.agreed.mean[m]);
      const std::vector<std::int64_t> rounded = RoundedMonth(branch.nodes, month, rounding);
      for (std::size_t i = 0; i < rounded.size(); ++i) shown[first + i].agreed.push_back(rounded[i]);
    }
  }
  return shown;
}

Table TreeTable(const Forecasts& forecasts, const std::vector<ShownNode>& shown, int first_month,
                const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(TreeSpec(), currency);
  const std::size_t months = forecasts.branches.front().forecast.nodes.front().agreed.mean.size();
  for (std::size_t m = 0; m < months; ++m) {
    std::size_t at = 0;
    for (const Branch& branch : forecasts.branches) {
      for (std::size_t i = 0; i < branch.nodes.size(); ++i, ++at) {
        const FlowForecast& node = branch.forecast.nodes[i];
        const NodeName& name = branch.names[i];
        const std::int64_t agreed = shown[at].agreed[m];
        const std::string parent = name.parent < 0 ? "" : branch.names[static_cast<std::size_t>(name.parent)].id;
        table.rows.push_back({FirstDayOf(first_month + static_cast<int>(m)), std::string(name.id),
                              analysis::OrNull(parent), std::string(name.department), name.title.en, name.title.ru,
                              rounding.MoneyOf(node.base.mean[m]), Ledger(agreed),
                              Ledger(std::min(agreed, rounding.Of(node.agreed.low[m]))),
                              Ledger(std::max(agreed, rounding.Of(node.agreed.high[m]))),
                              m == 0 ? Value(rounding.MoneyOf(branch.nodes[i].so_far)) : Value(), node.base.model,
                              std::string(NameOf(branch.forecast.by))});
      }
    }
  }
  return table;
}

Table HistoryTable(const std::vector<ShownNode>& shown, const std::string& currency) {
  Table table = EmptyTable(HistorySpec(), currency);
  for (const ShownNode& node : shown) {
    for (std::size_t m = 0; m < node.past.size(); ++m) {
      if (!node.past[m]) continue;
      table.rows.push_back({FirstDayOf(node.first_past + static_cast<int>(m)), node.id, Ledger(*node.past[m])});
    }
  }
  return table;
}

Table AgreementTable(const std::vector<Saying>& sayings, const std::string& currency) {
  Table table = EmptyTable(AgreementSpec(), currency);
  table.rows.reserve(sayings.size());
  for (const Saying& saying : sayings) {
    table.rows.push_back({saying.thing, saying.says, saying.department, saying.what.en, saying.what.ru,
                          saying.first_day, saying.last_day, saying.said, saying.agreed,
                          Ledger(saying.said.units - saying.agreed.units), Maybe(saying.said_leads),
                          Maybe(saying.agreed_leads)});
  }
  return table;
}

Table LeadsTable(const Forecasts& forecasts, int first_month, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(LeadsSpec(), currency);
  if (!forecasts.leads) return table;
  const LeadOutlook& leads = *forecasts.leads;
  const auto count = [](double value) { return static_cast<std::int64_t>(std::llround(value)); };
  for (int month = std::max(leads.first_past, first_month - kShownPastLeads); month < first_month; ++month) {
    table.rows.push_back({FirstDayOf(month),
                          count(leads.past[static_cast<std::size_t>(month - leads.first_past)]),
                          {},
                          {},
                          {},
                          {},
                          {},
                          {}});
  }
  for (std::size_t m = 0; m < leads.leads.mean.size(); ++m) {
    const bool has = leads.has_chain;
    table.rows.push_back({FirstDayOf(first_month + static_cast<int>(m)), m == 0 ? Value(count(leads.so_far)) : Value(),
                          count(leads.leads.mean[m]), count(leads.leads.low[m]), count(leads.leads.high[m]),
                          has ? Value(count(leads.deals[m])) : Value(),
                          has ? Value(rounding.MoneyOf(leads.pipeline[m])) : Value(),
                          has ? Value(rounding.MoneyOf(leads.bookings[m])) : Value()});
  }
  return table;
}

Table RatesTable(const Forecasts& forecasts, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(RatesSpec(), currency);
  const auto add = [&](const char* rate, const Text& title, double cases, const Value& share, const DelayCurve* curve,
                       const Value& amount) {
    const auto median = curve == nullptr ? std::nullopt : curve->Median();
    table.rows.push_back({std::string(rate), title.en, title.ru, Rounded(cases, 0), share,
                          median ? Value(std::int64_t{*median}) : Value(), amount});
  };
  if (forecasts.leads && forecasts.leads->has_chain) {
    const LeadOutlook& leads = *forecasts.leads;
    add("lead_to_deal", {"Leads that become deals of marketing; first amount", "Лиды, ставшие сделками; первая сумма"},
        leads.to_deal.awaited(), Rounded(leads.to_deal.Ever(), 4), &leads.to_deal,
        rounding.MoneyOf(leads.amount_per_deal));
    add("lead_to_won", {"Leads that are won; amount won", "Выигранные лиды; выигранная сумма"}, leads.to_won.awaited(),
        Rounded(leads.to_won.Ever(), 4), &leads.to_won, rounding.MoneyOf(leads.amount_per_won));
  }
  const Starts& starts = forecasts.starts;
  if (starts.matched > 0) {
    add("booking_to_revenue",
        {"New deals whose recurring revenue began; won and not begun, as far as it will",
         "Новые сделки, по которым началась регулярная выручка; выиграно и ещё начнётся"},
        starts.curve.awaited(), Rounded(starts.curve.Ever(), 4), &starts.curve, rounding.MoneyOf(starts.not_yet));
    add("revenue_of_booking", {"Recurring revenue a month by amount won", "Регулярная выручка в месяц от суммы сделки"},
        starts.matched, Rounded(starts.monthly_share, 4), nullptr, {});
  }
  return table;
}

Table PayersTable(const Forecasts& forecasts, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(PayersSpec(), currency);
  if (!forecasts.payments) return table;
  static const std::array<Text, kPayerClasses> kTitles{
      {{"A fifth at most was late", "С опозданием не больше пятой части"},
       {"More than a fifth was late", "С опозданием больше пятой части"},
       {"Fewer than three invoices were due", "Меньше трёх счетов со сроком в прошлом"}}};
  for (std::size_t at = 0; at < kPayerClasses; ++at) {
    const auto of = static_cast<PayerClass>(at);
    const PayerFigures& figures = forecasts.payments->FiguresOf(of);
    if (figures.invoices == 0) continue;
    const DelayCurve& curve = forecasts.payments->CurveOf(of);
    const auto median = curve.Median();
    table.rows.push_back(
        {std::string(NameOf(of)), kTitles[at].en, kTitles[at].ru, static_cast<std::int64_t>(figures.payers),
         static_cast<std::int64_t>(figures.invoices), rounding.MoneyOf(figures.total),
         median ? Value(std::int64_t{*median}) : Value(),
         figures.due > 0 ? Value(Rounded(static_cast<double>(figures.late) / static_cast<double>(figures.due), 4))
                         : Value(),
         Rounded(1 - curve.Ever(), 4), rounding.MoneyOf(figures.open), rounding.MoneyOf(figures.overdue)});
  }
  return table;
}

Result<Output> RunTree(const metrics::MetricCatalog& catalog, const TreeParams& params, Context& context) {
  if (params.months < 1 || params.months > kMostMonths) {
    return Fail(BadUsage("{} is not a number of months from 1 to {}", params.months, kMostMonths).Field("months"));
  }
  context.Report(MakePhrase("reading deals, subscriptions, invoices"), -1);
  WEIR_TRY(const TreeFacts facts, ReadTreeFacts(catalog, context));
  context.Report(MakePhrase("forecasting the branches"), -1);
  WEIR_TRY(Forecasts forecasts, ForecastBranches(facts, static_cast<int>(params.months), Executor(), context.stop()));
  const std::string& currency = context.settings().currency;
  const Rounding rounding(currency);
  const std::vector<ShownNode> shown = ShownOf(forecasts, rounding);
  std::vector<analysis::Warning> warnings = std::move(forecasts.warnings);
  WEIR_TRY(const std::vector<Saying> sayings, SayingsOf(forecasts, shown, facts.first_month, context, warnings));
  return Output{
      .tables = {TreeTable(forecasts, shown, facts.first_month, rounding, currency), AgreementTable(sayings, currency),
                 LeadsTable(forecasts, facts.first_month, rounding, currency),
                 RatesTable(forecasts, rounding, currency), PayersTable(forecasts, rounding, currency),
                 HistoryTable(shown, currency)},
      .warnings = std::move(warnings)};
}

// Behind a past month of a node, and behind what came so far, the deals or payments of the month.
Result<Evidence> ExplainTree(const metrics::MetricCatalog& catalog, const TreeParams& /*params*/,
                             const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (table != "history" && table != "tree") {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  const auto month = key.size() == 2 ? ParseIsoDate(key[0]) : std::nullopt;
  if (!month) return Fail(BadUsage("the key is a month and a node").Field("explain"));
  return RowsBehind(catalog, key[1], MonthOf(*month), context);
}

analysis::Info TreeInfo() {
  return {
      .id = "forecast.tree",
      .title = {"One tree of forecasts", "Единое дерево прогнозов"},
      .help = {"What marketing, sales, customer success and finance may expect in the next months, in one tree that "
               "adds up: bookings, pipeline, recurring revenue, cash by how payers behave; what leads imply; and where "
               "departments and goals disagree, in money",
               "Чего ждать маркетингу, продажам, работе с клиентами и финансам в ближайшие месяцы, в одном дереве, "
               "которое сходится: продажи, воронка, регулярная выручка, деньги по тому, как платят; что обещают лиды; "
               "и где отделы и цели расходятся, в деньгах"},
      .asks = {"goals"},
      .needs = {"deal", "deal_version", "lead", "account", "mrr_movement", "invoice", "payment", "excluded"},
      .tables = {TreeSpec(), AgreementSpec(), LeadsSpec(), RatesSpec(), PayersSpec(), HistorySpec()},
      .is_cacheable = false};  // goals change without a data version
}

}  // namespace

analysis::Analysis TreeAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<TreeParams>(catalog, TreeInfo(), &RunTree, &ExplainTree);
}

}  // namespace weir::forecast
