#include "pulse/brief.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "analysis/words.h"
#include "base/internet.h"
#include "metrics/analyses.h"
#include "pulse/brief_parts.h"
#include "pulse/brief_sentences.h"

namespace weir::pulse {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::GroupedEn;
using analysis::GroupedRu;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr std::size_t kMostEvidence = 1000;

std::vector<TableSpec> Specs() {
  return {
      {.name = "numbers",
       .title = {"Five numbers", "Пять чисел"},
       .key = {"metric"},
       .columns = {TextOf("metric", "Metric", "Показатель"), TextOf("title_en", "Title", "Название"),
                   TextOf("title_ru", "Title (Russian)", "Название по-русски"),
                   Of("value", ColumnType::kDecimal, "Value", "Значение"), TextOf("unit", "Unit", "Единица"),
                   TextOf("currency", "Currency", "Валюта"),
                   Of("since_day", ColumnType::kDecimal, "Since yesterday", "Со вчерашнего дня"),
                   Of("since_week", ColumnType::kDecimal, "In seven days", "За семь дней"),
                   TextOf("better", "Better", "Лучше"), TextOf("link", "Page", "Страница")}},
      {.name = "deals",
       .title = {"Five deals to decide on", "Пять сделок для решения"},
       .key = {"deal_id"},
       .columns = {TextOf("deal_id", "Deal", "Сделка"), TextOf("name", "Name", "Название"),
                   TextOf("account", "Company", "Компания"), TextOf("stage", "Stage", "Этап"),
                   TextOf("owner", "Owner", "Ответственный"), Of("amount", ColumnType::kMoney, "Amount", "Сумма"),
                   Of("close_date", ColumnType::kDate, "Close date", "Дата закрытия"),
                   TextOf("reasons", "Reasons", "Причины"), TextOf("why_en", "Why today", "Почему сегодня"),
                   TextOf("why_ru", "Why today (Russian)", "Почему сегодня (по-русски)"),
                   Of("is_new", ColumnType::kBoolean, "New", "Новое"), TextOf("link", "Page", "Страница")}},
      {.name = "leaks",
       .title = {"Five leaks to stop", "Пять утечек, которые можно остановить"},
       .key = {"leak"},
       .columns = {TextOf("leak", "Leak", "Утечка"), TextOf("rule", "Rule", "Правило"),
                   TextOf("title_en", "What leaks", "Что утекает"),
                   TextOf("title_ru", "What leaks (Russian)", "Что утекает (по-русски)"), TextOf("name", "What", "Что"),
                   TextOf("account", "Company", "Компания"), Of("since", ColumnType::kDate, "Since", "С какого дня"),
                   Of("won_back", ColumnType::kMoney, "Can be won back", "Можно вернуть"),
                   Of("amount", ColumnType::kMoney, "Lost or expected to be", "Потеряно или ожидается"),
                   TextOf("certainty", "Certainty", "Достоверность"), TextOf("department", "Department", "Отдел"),
                   TextOf("owner", "Who acts", "Кто действует"), TextOf("state", "State", "Состояние"),
                   TextOf("detail_en", "Why", "Почему"), TextOf("detail_ru", "Why (Russian)", "Почему (по-русски)"),
                   Of("is_new", ColumnType::kBoolean, "New", "Новое"), TextOf("link", "Page", "Страница")}},
      {.name = "openings",
       .title = {"Three openings to take", "Три возможности"},
       .key = {"opening"},
       .columns = {TextOf("opening", "Opening", "Возможность"), TextOf("rule", "Rule", "Правило"),
                   TextOf("title_en", "What could be won", "Что можно получить"),
                   TextOf("title_ru", "What could be won (Russian)", "Что можно получить (по-русски)"),
                   TextOf("name", "What", "Что"), TextOf("account", "Company", "Компания"),
                   Of("since", ColumnType::kDate, "Since", "С какого дня"),
                   Of("won_back", ColumnType::kMoney, "Usually comes of it", "Обычно удаётся получить"),
                   Of("amount", ColumnType::kMoney, "Could be won", "Можно получить"),
                   TextOf("department", "Department", "Отдел"), TextOf("owner", "Who acts", "Кто действует"),
                   TextOf("detail_en", "Why", "Почему"), TextOf("detail_ru", "Why (Russian)", "Почему (по-русски)"),
                   Of("is_new", ColumnType::kBoolean, "New", "Новое"), TextOf("link", "Page", "Страница")}},
      {.name = "unowned",
       .title = {"Without an owner: to whom it went", "Без ответственного: к кому перешло"},
       .key = {"person"},
       .columns = {TextOf("person", "Person", "Кто"), CountOf("leaks", "Leaks", "Утечек"),
                   Of("won_back", ColumnType::kMoney, "Can be won back", "Можно вернуть"),
                   CountOf("processes", "Processes", "Процессов"),
                   CountOf("departments", "Departments whose metrics nobody owns",
                           "Отделов, чьи показатели без ответственного"),
                   Of("oldest", ColumnType::kDate, "Longest, since", "Дольше всего, с")}},
      {.name = "summary",
       .title = {"Of how much", "Из скольких"},
       .key = {"day"},
       .columns = {Of("day", ColumnType::kDate, "Day", "День"),
                   Of("first", ColumnType::kDate, "Numbers since", "Числа с какого дня"),
                   CountOf("deals_open", "Open deals", "Открытых сделок"),
                   CountOf("deals_waiting", "Deals to decide on", "Сделок для решения"),
                   Of("deals_amount", ColumnType::kMoney, "Their amount", "Их сумма"),
                   CountOf("leaks", "Leaks that can be stopped", "Утечек, которые можно остановить"),
                   Of("won_back", ColumnType::kMoney, "Can be won back", "Можно вернуть"),
                   CountOf("leaks_new", "Began in seven days", "Началось за семь дней")}},
      {.name = "sentences",
       .title = {"In words", "Словами"},
       .key = {"position"},
       .columns = {Of("position", ColumnType::kInteger, "Position", "Место"), TextOf("code", "Code", "Код"),
                   TextOf("en", "English", "По-английски"), TextOf("ru", "Russian", "По-русски")}},
      {.name = "missing",
       .title = {"What is missing", "Чего не хватает"},
       .key = {"code"},
       .columns = {TextOf("code", "Code", "Код"), TextOf("en", "English", "По-английски"),
                   TextOf("ru", "Russian", "По-русски")}}};
}

void AddNumbers(const BriefScope& scope, const BriefNumbers& numbers, Table& table) {
  for (const BriefNumber& number : numbers.known) {
    const metrics::Metric& metric = *number.metric;
    const bool is_money = metric.unit == metrics::Unit::kMoney;
    table.rows.push_back({metric.id, metric.title.en, metric.title.ru, number.value,
                          std::string(metrics::NameOf(metric.unit)), is_money ? Value(scope.view.currency) : Value(),
                          Maybe(number.since_day), Maybe(number.since_week),
                          std::string(metric.is_up_better ? "up" : "down"),
                          PlaceOf(scope, "/catalog/" + PercentEncoded(metric.id),
                                  {{"from", FormatDate(scope.view.now.first)}, {"to", FormatDate(scope.today)}})});
  }
}

// The page of a record takes ids in which neither a dot nor a tilde stands by itself.
std::string RecordPart(const std::string& id) {
  std::string plain;
  for (const char c : id) {
    if (c == '~') {
      plain += "~t";
    } else if (c == '.') {
      plain += "~d";
    } else {
      plain += c;
    }
  }
  return PercentEncoded(plain);
}

// The first reason is the loudest; the others follow it.
Text WhyOf(const BriefDeal& deal) {
  Text why;
  for (const BriefReason& reason : deal.reasons) {
    why.en += (why.en.empty() ? "" : "; ") + reason.text.en;
    why.ru += (why.ru.empty() ? "" : "; ") + reason.text.ru;
  }
  return why;
}

void AddDeals(const BriefScope& scope, const BriefDeals& deals, Table& table) {
  for (std::size_t i = 0; i < deals.waiting.size() && i < kBriefLines; ++i) {
    const BriefDeal& deal = deals.waiting[i];
    std::string codes;
    for (const BriefReason& reason : deal.reasons) codes += (codes.empty() ? "" : ",") + reason.code;
    const Text why = WhyOf(deal);
    table.rows.push_back({deal.id, OrNull(deal.name), OrNull(deal.account), OrNull(deal.stage), OrNull(deal.owner),
                          Maybe(deal.amount), Maybe(deal.close_date), codes, why.en, why.ru, deal.is_new,
                          PlaceOf(scope, "/customers/deal/" + RecordPart(deal.id), {})});
  }
}

// Lines of a list by what they bring, with where the page shows each; a deal that is told above is not told again.
struct Lines {
  const std::vector<BriefLeak>& picked;
  const Table& from;
  std::string_view page;
  std::size_t most = 0;
};

void AddLines(const BriefScope& scope, const Lines& lines, const std::vector<std::string>& told_before,
              const Table& deals, Table& table) {
  std::set<std::string> told;
  for (const auto& row : deals.rows) told.insert(store::ToText(row.front()));
  const std::set<std::string> before(told_before.begin(), told_before.end());
  const std::string& name = table.key.front();
  for (const BriefLeak& line : lines.picked) {
    if (table.rows.size() == lines.most) break;
    const auto& from = lines.from.rows[line.row];
    const auto cell = [&](std::string_view column) { return from[lines.from.IndexOf(column)]; };
    if (before.contains(store::ToText(cell(name)))) continue;
    if (store::ToText(cell("entity")) == "deal" && told.contains(store::ToText(cell("record_id")))) continue;
    std::vector<Value>& row = table.rows.emplace_back();
    for (const Column& column : table.columns) {
      if (column.name == "is_new") {
        row.emplace_back(line.is_new);
      } else if (column.name == "link") {
        row.emplace_back(PlaceOf(scope, lines.page, {{"leak", store::ToText(cell(name))}}));
      } else if (column.name == "owner" && !store::IsNull(cell("assignee"))) {
        row.push_back(cell("assignee"));
      } else {
        row.push_back(cell(column.name));
      }
    }
  }
}

// What stands between this brief and a whole one.
void AddMissing(const BriefScope& scope, const BriefNumbers& numbers, const BriefDeals& deals, const Table& rules,
                Table& table) {
  if (numbers.known.size() < kBriefLines) {
    for (const metrics::Metric* metric : numbers.unknown) {
      table.rows.push_back({"metric:" + metric->id,
                            fmt::format("{}: no records are there that it is counted from.", metric->title.en),
                            fmt::format("{}: нет записей, по которым это считается.", metric->title.ru)});
    }
  }
  if (deals.open == 0) {
    table.rows.push_back({std::string("open_deals"), std::string("Deals to decide on: no open deal is known."),
                          std::string("Сделки для решения: открытых сделок нет.")});
  } else if (deals.without_close_date > 0) {
    table.rows.push_back({std::string("close_dates"),
                          fmt::format("{} of {} open deals have no close date, so nobody can say when they are due.",
                                      GroupedEn(deals.without_close_date), GroupedEn(deals.open)),
                          fmt::format("У {} из {} открытых сделок нет даты закрытия: когда их решать, неизвестно.",
                                      GroupedRu(deals.without_close_date), GroupedRu(deals.open))});
  }
  const auto text = [&](const std::vector<Value>& row, std::string_view column) {
    return store::ToText(row[rules.IndexOf(column)]);
  };
  for (const auto& row : rules.rows) {
    if (text(row, "state") != "not_measured" && text(row, "state") != "failed") continue;
    if (!scope.department.empty() && text(row, "department") != scope.department) continue;
    table.rows.push_back({"rule:" + text(row, "rule"),
                          fmt::format("{}: {}", text(row, "title_en"), text(row, "note_en")),
                          fmt::format("{}: {}", text(row, "title_ru"), text(row, "note_ru"))});
  }
}

analysis::RawParams AskedOf(const BriefScope& scope) {
  analysis::RawParams asked;
  if (!scope.team.empty()) asked["team"] = {scope.team};
  if (!scope.view.segment.empty()) asked["segment"] = {scope.view.segment};
  return asked;
}

Result<Output> List(std::string_view id, const BriefScope& scope, Context& context) {
  analysis::RawParams asked = AskedOf(scope);
  if (!scope.department.empty()) asked["department"] = {scope.department};
  return context.Run(id, asked);
}

Result<Output> RunBrief(const metrics::MetricCatalog& catalog, const BriefParams& params, Context& context) {
  WEIR_TRY(const BriefScope scope, ScopeOf(catalog, params, context));
  WEIR_TRY(const BriefNumbers numbers, ReadNumbers(scope, context));
  // First the ledger with its rules, which the list then has from memory.
  WEIR_TRY(const Output ledger, context.Run("leaks", AskedOf(scope)));
  WEIR_TRY(const Output list, List("leaks.list", scope, context));
  const Table& leaks = *list.Find("leaks");
  WEIR_TRY(const BriefDeals deals, ReadDeals(scope, leaks, context));
  const std::vector<BriefLeak> picked = PickLeaks(scope, leaks);
  WEIR_TRY(const Output could, List("openings.list", scope, context));
  const Table& openings = *could.Find("openings");
  const std::vector<BriefLeak> to_take = PickLeaks(scope, openings);
  std::optional<Output> unowned;
  // Of one person's brief it is no part: what nobody owns is not his.
  if (scope.owner.empty()) {
    WEIR_TRY(unowned, List("leaks.unowned", scope, context));
  }
  const BriefSums sums = SumsOf(deals, picked);

  Output output{.warnings = ledger.warnings};
  for (const TableSpec& spec : Specs()) output.tables.push_back(EmptyTable(spec, scope.view.currency));
  const auto table = [&](std::string_view name) -> Table& {
    return *std::ranges::find(output.tables, name, &Table::name);
  };
  AddNumbers(scope, numbers, table("numbers"));
  AddDeals(scope, deals, table("deals"));
  AddLines(scope, {picked, leaks, "/leaks", kBriefLines}, params.told, table("deals"), table("leaks"));
  AddLines(scope, {to_take, openings, "/leaks/openings", kBriefOpenings}, params.told, table("deals"),
           table("openings"));
  if (unowned) table("unowned").rows = unowned->Find("people")->rows;
  table("summary").rows.push_back({scope.today, scope.view.now.first, deals.open,
                                   static_cast<std::int64_t>(deals.waiting.size()), sums.deals,
                                   static_cast<std::int64_t>(picked.size()), sums.won_back, sums.new_leaks});
  const std::vector<BriefSaid> said = SayBrief(scope, numbers, deals, sums, picked.size(), unowned);
  for (std::size_t i = 0; i < said.size(); ++i) {
    table("sentences")
        .rows.push_back({static_cast<std::int64_t>(i + 1), said[i].code, said[i].text.en, said[i].text.ru});
  }
  AddMissing(scope, numbers, deals, *ledger.Find("rules"), table("missing"));
  if (numbers.reads_history) {
    WEIR_TRY(output.history, metrics::HistoryOf(catalog, {"pipeline_amount"}, context.session()));
  }
  return output;
}

Result<Evidence> ExplainBrief(const metrics::MetricCatalog& catalog, const BriefParams& params,
                              const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table == "deals") return Evidence{.table = "deal", .ids = {key.front()}};
  WEIR_TRY(const BriefScope scope, ScopeOf(catalog, params, context));
  if (table == "leaks" || table == "openings") {
    WEIR_TRY(const Output list, List(table + ".list", scope, context));
    const Table& lines = *list.Find(table);
    const std::size_t name = lines.IndexOf(table == "leaks" ? "leak" : "opening");
    for (const auto& row : lines.rows) {
      if (store::ToText(row[name]) != key.front()) continue;
      return Evidence{.table = store::ToText(row[lines.IndexOf("entity")]),
                      .ids = {store::ToText(row[lines.IndexOf("record_id")])}};
    }
    return Fail(NotFound("there is no leak '{}'", key.front()).Field("leak").Mend("'weir leaks' lists them"));
  }
  if (table != "numbers") return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  WEIR_TRY(catalog.Require(key.front()));
  return metrics::RowsBehind(catalog, BriefQuery(scope, {key.front()}, scope.view.now), {}, kMostEvidence,
                             context.session());
}

}  // namespace

void BriefParams::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
              team);
  visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
  visitor.Add({.name = "department",
               .help = {"For this department: its numbers and its leaks", "Для этого отдела: его числа и его утечки"},
               .allowed = {"marketing", "sales", "success", "finance", "operations"}},
              department);
  visitor.Add({.name = "owner",
               .help = {"For this person: the name of a seller, as it stands at deals",
                        "Для этого человека: имя продавца, как у сделок"}},
              owner);
  visitor.Add({.name = "told",
               .help = {"Leaks that were told before and are not named again", "Утечки, о которых уже сказано"},
               .is_whole = true},
              told);
}

Result<BriefScope> ScopeOf(const metrics::MetricCatalog& catalog, const BriefParams& params, Context& context) {
  BriefScope scope{
      .team = params.team, .department = params.department, .owner = params.owner, .today = context.LocalAsOfDate()};
  WEIR_TRY(scope.view, MakeView(catalog, {.team = params.team, .segment = params.segment}, context));
  return scope;
}

std::string PlaceOf(const BriefScope& scope, std::string_view path,
                    const std::vector<std::pair<std::string, std::string>>& query) {
  std::string place(path);
  char mark = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    place += fmt::format("{}{}={}", mark, name, PercentEncoded(value));
    mark = '&';
  };
  for (const auto& [name, value] : query) add(name, value);
  add("team", scope.team);
  add("segment", scope.view.segment);
  add("as_of", FormatInstant(scope.view.as_of));
  return place;
}

analysis::Analysis BriefAnalysis(std::shared_ptr<const metrics::MetricCatalog> catalog) {
  std::vector<std::string> needs{"deal_version", "team", "excluded"};
  std::ranges::move(BriefViews(*catalog), std::back_inserter(needs));
  analysis::Info info{
      .id = "brief",
      .title = {"Brief of the morning", "Утренняя сводка"},
      .help =
          {"Five numbers with what changed since yesterday and in seven days, five open deals that want a decision or "
           "a next step (new reasons first, then decisions, then the largest), five leaks by the money that can be won "
           "back, three openings by what usually comes of them, what nobody owns and to whom it went, and what is "
           "missing for more.",
           "Пять чисел с изменением со вчерашнего дня и за семь дней, пять открытых сделок, которые ждут решения или "
           "следующего шага (сначала новые причины, затем решения, затем самые крупные), пять утечек по деньгам, "
           "которые можно вернуть, три возможности по тому, что обычно удаётся получить, у чего нет ответственного и к "
           "кому это перешло, и чего не хватает."},
      .asks = {"leaks", "leaks.list", "leaks.unowned", "openings.list"},
      .needs = std::move(needs),
      .tables = Specs(),
      .is_cacheable = false};  // what is said of leaks changes without new data
  return analysis::DeclareOver<BriefParams, metrics::MetricCatalog>(std::move(catalog), std::move(info), &RunBrief,
                                                                    &ExplainBrief);
}

}  // namespace weir::pulse
