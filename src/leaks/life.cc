#include "leaks/life.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "leaks/life_words.h"
#include "leaks/money.h"
#include "leaks/said.h"
#include "leaks/unowned.h"

namespace weir::leaks {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Context;
using analysis::EmptyTable;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::string_view kRecovered = "recovered";
constexpr std::string_view kGone = "gone";
constexpr std::array<std::string_view, 8> kStates{"open",     "assigned", "in_work",   "fixed",
                                                  kRecovered, kGone,      "tolerated", "false_alarm"};

// Leaks whose record came to no good: it was lost, written off or let go, or is there no more.
constexpr std::string_view kLost = R"(
WITH said AS (
  SELECT DISTINCT leak, substring(leak, strpos(leak, ':') + 1) AS record_id FROM scoped.leak_state
)
SELECT s.leak, 'deal' AS entity
FROM said AS s LEFT JOIN scoped.deal AS d ON d.deal_id = s.record_id
WHERE d.deal_id IS NULL OR d.status = 'lost'
UNION ALL
SELECT s.leak, 'invoice'
FROM said AS s LEFT JOIN scoped.invoice AS i ON i.invoice_id = s.record_id
WHERE i.invoice_id IS NULL OR lower(i.status) IN ('void', 'voided', 'uncollectible', 'written_off', 'canceled', 'cancelled', 'deleted')
UNION ALL
SELECT s.leak, 'lead'
FROM said AS s LEFT JOIN scoped.lead AS l ON l.lead_id = s.record_id
WHERE l.lead_id IS NULL OR l.first_response_at IS NULL AND l.deal_id IS NULL
ORDER BY ALL NULLS LAST)";

struct ListParams {
  std::string rule = {};
  std::string team = {};
  std::string segment = {};
  std::string department = {};
  std::vector<std::string> state = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "rule", .help = {"Only this rule", "Только это правило"}, .positional = true}, rule);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
    visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
    visitor.Add({.name = "department",
                 .help = {"Only leaks of this department", "Только утечки этого отдела"},
                 .allowed = {"marketing", "sales", "success", "finance", "operations"}},
                department);
    visitor.Add(
        {.name = "state",
         .help = {"Only those in these states; without it those that still leak and are neither tolerated nor a "
                  "false alarm",
                  "Только в этих состояниях; без него те, что ещё текут, не терпимы и не ложная тревога"},
         .allowed = {kStates.begin(), kStates.end()}},
        state);
  }
};

TableSpec ListTable(const Kind& kind) {
  return {.name = kind.id,
          .title = kind.ledger,
          .key = {kind.record},
          .columns = {kind.Record(),
                      TextOf("state", "State", "Состояние"),
                      TextOf("rule", "Rule", "Правило"),
                      TextOf("title_en", kind.what.en, kind.what.ru),
                      TextOf("title_ru", kind.what.en + " (Russian)", kind.what.ru + " (по-русски)"),
                      TextOf("name", "What", "Что"),
                      TextOf("account", "Account", "Компания"),
                      Of("since", ColumnType::kDate, "Since", "С какого дня"),
                      kind.Amount(),
                      kind.Exposed(),
                      kind.WonBack(),
                      TextOf("certainty", "Certainty", "Достоверность"),
                      TextOf("department", "Department", "Отдел"),
                      TextOf("owner", "Who acts", "Кто действует"),
                      TextOf("went_to", "Without an owner, went up to", "Без ответственного, перешла к"),
                      Of("went_at", ColumnType::kDate, "Went up", "Когда перешла"),
                      TextOf("assignee", "Assigned to", "Кому поручено"),
                      Of("due", ColumnType::kDate, "Until", "До какого дня"),
                      Of("is_overdue", ColumnType::kBoolean, "Overdue", "Срок прошёл"),
                      TextOf("note", "Note", "Заметка"),
                      TextOf("changed_by", "Said by", "Кто сказал"),
                      Of("changed_at", ColumnType::kInstant, "Said", "Когда сказано"),
                      TextOf("detail_en", "Why", "Почему"),
                      TextOf("detail_ru", "Why (Russian)", "Почему (по-русски)"),
                      TextOf("counted_by", "Counted by", "Учтено правилом"),
                      TextOf("account_id", "Account id", "Код компании"),
                      TextOf("owner_id", "Owner id", "Код ответственного"),
                      TextOf("team_id", "Team id", "Код команды"),
                      TextOf("entity", "Table", "Таблица"),
                      TextOf("record_id", "Record", "Запись")}};
}

TableSpec StatesTable(const Kind& kind) {
  return {.name = "states",
          .title = {"By state", "По состояниям"},
          .key = {"state"},
          .columns = {TextOf("state", "State", "Состояние"), kind.Count(), kind.Amount()}};
}

void Put(const Table& table, std::vector<Value>& row, std::string_view column, Value value) {
  row[table.IndexOf(column)] = std::move(value);
}

bool IsPast(const Value& due, Date today) {
  const auto* day = std::get_if<Date>(&due);
  return day != nullptr && day->days < today.days;
}

// Of each column of the list the one of the ledger that it comes from; past its end: none.
std::vector<std::size_t> SourcesOf(const Table& to, const Table& ledger) {
  std::vector<std::size_t> sources;
  sources.reserve(to.columns.size());
  for (const Column& column : to.columns) {
    const auto from = std::ranges::find(ledger.columns, column.name, &Column::name);
    sources.push_back(static_cast<std::size_t>(from - ledger.columns.begin()));
  }
  return sources;
}

// A line of the ledger with what was said of it.
std::vector<Value> LineOf(const Table& to, const std::vector<std::size_t>& sources, const std::vector<Value>& leak,
                          const Said* said, Date today) {
  std::vector<Value> row(to.columns.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (sources[i] < leak.size()) row[i] = leak[sources[i]];
  }
  Put(to, row, "state", said == nullptr ? std::string("open") : said->state);
  Put(to, row, "is_overdue", said != nullptr && IsPast(said->due, today));
  if (said == nullptr) return row;
  Put(to, row, "assignee", said->assignee);
  Put(to, row, "due", said->due);
  Put(to, row, "note", said->note);
  Put(to, row, "changed_by", said->changed_by);
  Put(to, row, "changed_at", said->changed_at);
  return row;
}

// A leak that nobody owns belongs to whom it went up to.
Status AddEscalation(Context& context, Table& table) {
  WEIR_TRY(const Hierarchy hierarchy, Hierarchy::Read(context));
  const Date today = context.LocalAsOfDate();
  WEIR_TRY(const int every, EscalationDays(context));
  const std::size_t state = table.IndexOf("state");
  const std::size_t assignee = table.IndexOf("assignee");
  const std::size_t owner = table.IndexOf("owner_id");
  const std::size_t team = table.IndexOf("team_id");
  const std::size_t department = table.IndexOf("department");
  const std::size_t since = table.IndexOf("since");
  const std::size_t went_to = table.IndexOf("went_to");
  const std::size_t went_at = table.IndexOf("went_at");
  for (std::vector<Value>& row : table.rows) {
    const auto text = [&](std::size_t column) { return store::ToText(row[column]); };
    const auto* day = std::get_if<Date>(&row[since]);
    const auto unowned = UnownedOf({.state = text(state),
                                    .assignee = text(assignee),
                                    .owner_id = text(owner),
                                    .team_id = text(team),
                                    .department = text(department),
                                    .since = day == nullptr ? std::nullopt : std::optional(*day)},
                                   hierarchy, today, every);
    if (!unowned || unowned->up.to == nullptr) continue;
    row[went_to] = unowned->up.to->name;
    row[went_at] = analysis::Maybe(unowned->up.to_since);
  }
  return {};
}

// One that somebody worked on and that is found no more: its money came back, unless the record came to no good.
std::vector<Value> GoneLine(const Kind& kind, const Table& to, const std::string& leak, const Said& said,
                            const Rule* rule, bool is_lost) {
  std::vector<Value> row(to.columns.size());
  Put(to, row, kind.record, leak);
  Put(to, row, "state", std::string(is_lost ? kGone : kRecovered));
  Put(to, row, "is_overdue", false);
  Put(to, row, "rule", leak.substr(0, leak.find(':')));
  Put(to, row, "record_id", leak.substr(std::min(leak.size(), leak.find(':') + 1)));
  Put(to, row, "name", said.name);
  Put(to, row, "amount", said.amount);
  Put(to, row, "counted_by", said.counted_by);
  Put(to, row, "assignee", said.assignee);
  Put(to, row, "due", said.due);
  Put(to, row, "note", said.note);
  Put(to, row, "changed_by", said.changed_by);
  Put(to, row, "changed_at", said.changed_at);
  if (rule == nullptr) return row;
  Put(to, row, "title_en", rule->title.en);
  Put(to, row, "title_ru", rule->title.ru);
  Put(to, row, "department", rule->department);
  Put(to, row, "entity", rule->entity);
  return row;
}

const Rule* RuleOf(const std::vector<Rule>& rules, std::string_view leak) {
  const auto found = std::ranges::find(rules, leak.substr(0, leak.find(':')), &Rule::id);
  return found == rules.end() ? nullptr : &*found;
}

// Every leak with its state: those of the ledger, then those that were recovered, for who sees all rows.
Result<Table> AllLeaks(const Kind& kind, const std::vector<Rule>& rules, const ListParams& params, Context& context) {
  analysis::RawParams asked;
  if (!params.rule.empty()) asked["rule"] = {params.rule};
  if (!params.team.empty()) asked["team"] = {params.team};
  if (!params.segment.empty()) asked["segment"] = {params.segment};
  WEIR_TRY(const Output answer, context.Run(kind.id, asked));
  const Table& ledger = *answer.Find(kind.id);
  WEIR_TRY(const auto said, ReadSaid(context));
  Table all = EmptyTable(ListTable(kind), context.settings().currency);
  const std::size_t leak_at = ledger.IndexOf(kind.record);
  const Date today = context.LocalAsOfDate();
  std::map<std::string, bool, std::less<>> found;
  for (const Table* lines : {&ledger, answer.Find("aside")}) {
    const std::vector<std::size_t> sources = SourcesOf(all, *lines);
    all.rows.reserve(all.rows.size() + lines->rows.size());
    for (const auto& leak : lines->rows) {
      const std::string name = store::ToText(leak[leak_at]);
      const auto word = said.find(name);
      all.rows.push_back(LineOf(all, sources, leak, word == said.end() ? nullptr : &word->second, today));
      found[name] = true;
    }
  }
  if (&kind == &Leaking()) WEIR_TRY(AddEscalation(context, all));
  // In a part of the ledger most leaks are missing without having gone.
  const bool is_whole = params.team.empty() && params.segment.empty() && context.principal().sees_all_rows;
  if (!is_whole) return all;
  const Table& by_rule = *answer.Find("rules");
  const auto is_measured = [&](const std::string& leak) {
    return std::ranges::any_of(by_rule.rows, [&](const std::vector<Value>& row) {
      const std::string state = store::ToText(row[by_rule.IndexOf("state")]);
      return store::ToText(row[by_rule.IndexOf("rule")]) == leak.substr(0, leak.find(':')) &&
             (state == "found" || state == "none_found");
    });
  };
  WEIR_TRY(const store::Rows lost_rows, context.session().Query(kLost));
  std::set<std::pair<std::string, std::string>> lost;
  for (std::size_t i = 0; i < lost_rows.size(); ++i) lost.emplace(lost_rows.TextAt(i, 0), lost_rows.TextAt(i, 1));
  for (const auto& [leak, word] : said) {
    // At an earlier moment it had not begun to leak.
    if (word.as_of && *word.as_of > context.as_of()) continue;
    // A rule that could not run, or is gone, says nothing of what it once found.
    if (found.contains(leak) || !IsWorkedOn(word.state) || !is_measured(leak)) continue;
    const Rule* rule = RuleOf(rules, leak);
    all.rows.push_back(GoneLine(kind, all, leak, word, rule, rule != nullptr && lost.contains({leak, rule->entity})));
  }
  return all;
}

bool IsShown(const ListParams& params, const std::string& state) {
  if (!params.state.empty()) return std::ranges::find(params.state, state) != params.state.end();
  return state == "open" || IsWorkedOn(state);
}

Result<Output> RunList(const Kind& kind, const std::vector<Rule>& rules, const ListParams& params, Context& context) {
  WEIR_TRY(Table all, AllLeaks(kind, rules, params, context));
  Table states = EmptyTable(StatesTable(kind), context.settings().currency);
  const std::size_t state_at = all.IndexOf("state");
  const std::size_t amount_at = all.IndexOf("amount");
  const std::size_t department_at = all.IndexOf("department");
  const std::size_t counted_at = all.IndexOf("counted_by");
  if (!params.department.empty()) {
    std::erase_if(all.rows, [&](const auto& row) { return store::ToText(row[department_at]) != params.department; });
  }
  for (const std::string_view state : kStates) {
    std::int64_t count = 0;
    std::optional<Decimal> amount;
    for (const auto& row : all.rows) {
      if (store::ToText(row[state_at]) != state || !store::IsNull(row[counted_at])) continue;
      ++count;
      if (const auto* one = std::get_if<Decimal>(&row[amount_at])) AddTo(amount, *one);
    }
    states.rows.push_back({std::string(state), count, amount ? Value(*amount) : Value()});
  }
  std::erase_if(all.rows, [&](const auto& row) { return !IsShown(params, store::ToText(row[state_at])); });
  return Output{.tables = {std::move(all), std::move(states)}};
}

struct ShowParams {
  std::string record = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "record",
                 .help = {"As the ledger names it: stuck_deal:crm:17", "Как в книге: stuck_deal:crm:17"},
                 .required = true,
                 .positional = true},
                record);
  }
};

TableSpec WordsTable() {
  return {.name = "history",
          .title = {"What was said of it", "Что о ней сказано"},
          .key = {"changed_at"},
          .columns = {Of("changed_at", ColumnType::kInstant, "When", "Когда"), TextOf("state", "State", "Состояние"),
                      TextOf("assignee", "Assigned to", "Кому поручено"),
                      Of("due", ColumnType::kDate, "Until", "До какого дня"), TextOf("note", "Note", "Заметка"),
                      Of("amount", ColumnType::kMoney, "It was then", "Тогда"), TextOf("changed_by", "Who", "Кто")}};
}

TableSpec MeaningTable() {
  return {
      .name = "rule",
      .title = {"The rule", "Правило"},
      .key = {"rule"},
      .columns = {TextOf("rule", "Rule", "Правило"), TextOf("meaning_en", "Meaning", "Смысл"),
                  TextOf("meaning_ru", "Meaning (Russian)", "Смысл по-русски"), TextOf("formula_en", "Money", "Деньги"),
                  TextOf("formula_ru", "Money (Russian)", "Деньги (по-русски)"),
                  TextOf("fix_en", "What to do", "Что делать"),
                  TextOf("fix_ru", "What to do (Russian)", "Что делать (по-русски)"),
                  Of("definition_version", ColumnType::kInteger, "Definition", "Версия правила")}};
}

Result<Output> RunShow(const Kind& kind, const std::vector<Rule>& rules, const ShowParams& params, Context& context) {
  ListParams asked;
  const Rule* rule = RuleOf(rules, params.record);
  if (rule != nullptr) asked.rule = rule->id;
  WEIR_TRY(Table all, AllLeaks(kind, rules, asked, context));
  const std::size_t leak_at = all.IndexOf(kind.record);
  std::erase_if(all.rows, [&](const auto& row) { return store::ToText(row[leak_at]) != params.record; });
  if (all.rows.empty() || rule == nullptr) {
    return Fail(NotFound("nothing in the ledger is called '{}'", params.record)
                    .Field("record")
                    .Mend("'weir {}' lists what stands in it", kind.id));
  }
  Table words = EmptyTable(WordsTable(), context.settings().currency);
  const std::array<Value, 1> leak{params.record};
  WEIR_TRY(store::Rows said,
           context.session().Query("SELECT changed_at, state, nullif(assignee, ''), due, nullif(note, ''), amount, "
                                   "changed_by FROM scoped.leak_state WHERE leak = ? ORDER BY decision_id NULLS LAST",
                                   leak));
  words.rows = std::move(said.rows);
  Table meaning = EmptyTable(MeaningTable(), context.settings().currency);
  meaning.rows.push_back({rule->id, rule->meaning.en, rule->meaning.ru, rule->formula.en, rule->formula.ru,
                          rule->fix.en, rule->fix.ru, rule->version});
  return Output{.tables = {std::move(all), std::move(meaning), std::move(words)}};
}

struct RulesParams {
  void Describe(analysis::ParamVisitor&) {}
};

TableSpec RecordTable() {
  return {.name = "rules",
          .title = {"How rules fare", "Как работают правила"},
          .key = {"rule"},
          .columns = {TextOf("rule", "Rule", "Правило"), TextOf("title_en", "Title", "Название"),
                      TextOf("title_ru", "Title (Russian)", "Название по-русски"),
                      TextOf("department", "Department", "Отдел"),
                      Of("found", ColumnType::kInteger, "Found now", "Найдено сейчас", "count"),
                      Of("decided", ColumnType::kInteger, "Spoken of", "Рассмотрено", "count"),
                      Of("acted", ColumnType::kInteger, "Acted on", "С действием", "count"),
                      Of("recovered", ColumnType::kInteger, "Recovered", "Возвращено", "count"),
                      Of("recovered_amount", ColumnType::kMoney, "Money recovered", "Возвращено денег"),
                      Of("tolerated", ColumnType::kInteger, "Tolerated", "Терпимо", "count"),
                      Of("false_alarms", ColumnType::kInteger, "False alarms", "Ложных тревог", "count"),
                      Of("judged", ColumnType::kInteger, "Fixed, tolerated or a false alarm",
                         "Исправлено, терпимо или ложная тревога", "count"),
                      Of("precision", ColumnType::kShare, "Right, of those", "Верно, из них"),
                      Of("acted_share", ColumnType::kShare, "Led to an action", "Привели к действию")}};
}

Value ShareOf(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return {};
  constexpr int kDigits = 6;
  return Decimal{Int128{part} * PowerOfTen(kDigits) / whole, kDigits};
}

// By the last word about each leak, whether or not it still leaks.
Result<Output> RunRecord(const Kind& kind, const std::vector<Rule>& rules, const RulesParams&, Context& context) {
  WEIR_TRY(const Table all, AllLeaks(kind, rules, {}, context));
  WEIR_TRY(const auto said, ReadSaid(context));
  Table table = EmptyTable(RecordTable(), context.settings().currency);
  const std::size_t rule_at = all.IndexOf("rule");
  const std::size_t state_at = all.IndexOf("state");
  const std::size_t amount_at = all.IndexOf("amount");
  const std::size_t counted_at = all.IndexOf("counted_by");
  for (const Rule& rule : rules) {
    std::int64_t found = 0;
    std::int64_t recovered = 0;
    std::optional<Decimal> money;
    for (const auto& row : all.rows) {
      if (store::ToText(row[rule_at]) != rule.id) continue;
      const std::string state = store::ToText(row[state_at]);
      found += state == kRecovered || state == kGone ? 0 : 1;
      if (state != kRecovered || !store::IsNull(row[counted_at])) continue;
      ++recovered;
      if (const auto* amount = std::get_if<Decimal>(&row[amount_at])) AddTo(money, *amount);
    }
    std::int64_t decided = 0;
    std::int64_t judged = 0;  // of which somebody said what came of it: who has just been given one has not
    std::int64_t acted = 0;
    std::int64_t tolerated = 0;
    std::int64_t false_alarms = 0;
    for (const auto& [leak, word] : said) {
      if (RuleOf(rules, leak) != &rule || word.state == "open") continue;
      ++decided;
      judged += word.state == "fixed" || IsAside(word.state) ? 1 : 0;
      acted += IsWorkedOn(word.state) ? 1 : 0;
      tolerated += word.state == "tolerated" ? 1 : 0;
      false_alarms += word.state == "false_alarm" ? 1 : 0;
    }
    table.rows.push_back({rule.id, rule.title.en, rule.title.ru, rule.department, found, decided, acted, recovered,
                          money ? Value(*money) : Value(), tolerated, false_alarms, judged,
                          ShareOf(judged - false_alarms, judged), ShareOf(acted, std::max(decided, found))});
  }
  return Output{.tables = {std::move(table)}};
}

// What was said changes without a new data version, so none of these answers is kept.
template <typename P>
analysis::Analysis Declared(const Kind& kind, analysis::Info info, std::shared_ptr<const std::vector<Rule>> rules,
                            Result<Output> (*run)(const Kind&, const std::vector<Rule>&, const P&, Context&)) {
  info.asks = {kind.id};
  info.needs = {"leak_state", "member", "team", "setting"};
  info.is_cacheable = false;
  analysis::Analysis declared{.info = std::move(info), .params = analysis::SpecsOf<P>()};
  declared.run = [&kind, rules = std::move(rules), run](const analysis::RawParams& raw,
                                                        Context& context) -> Result<Output> {
    WEIR_TRY(const P params, analysis::Bind<P>(raw));
    return run(kind, *rules, params, context);
  };
  return declared;
}

}  // namespace

std::vector<analysis::Analysis> LifeAnalyses(const Kind& kind, std::shared_ptr<const std::vector<Rule>> rules) {
  const LifeWords& words = WordsOf(kind);
  std::vector<analysis::Analysis> all;
  all.push_back(Declared<ListParams>(kind,
                                     {.id = kind.id + ".list",
                                      .title = words.list,
                                      .help = words.list_help,
                                      .tables = {ListTable(kind), StatesTable(kind)}},
                                     rules, &RunList));
  all.push_back(Declared<ShowParams>(kind,
                                     {.id = kind.id + ".show",
                                      .title = words.show,
                                      .help = words.show_help,
                                      .tables = {ListTable(kind), MeaningTable(), WordsTable()}},
                                     rules, &RunShow));
  all.push_back(Declared<RulesParams>(
      kind, {.id = kind.id + ".rules", .title = words.rules, .help = words.rules_help, .tables = {RecordTable()}},
      rules, &RunRecord));
  return all;
}

}  // namespace weir::leaks
