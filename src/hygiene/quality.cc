#include "hygiene/quality.h"

#include <algorithm>
#include <array>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/russian.h"
#include "hygiene/quality_score.h"
#include "hygiene/quality_tables.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::size_t kMaxEvidence = 1000;

struct QualityParams {
  QualityFilter filter;
  void Describe(analysis::ParamVisitor& visitor) { filter.Describe(visitor); }
};

TableSpec RulesTable() {
  return {.name = "rules",
          .title = {"By rule", "По правилам"},
          .key = {"rule"},
          .columns = {TextOf("rule", "Rule", "Правило"), TextOf("title_en", "Title", "Название"),
                      TextOf("title_ru", "Title (Russian)", "Название по-русски"), TextOf("dimension", "Kind", "Вид"),
                      TextOf("entity", "Records", "Записи"), TextOf("field", "Field", "Поле"),
                      TextOf("state", "State: found, none_found, nothing_to_check, not_measured, failed",
                             "Состояние: found — найдено, none_found — не найдено, nothing_to_check — нечего "
                             "проверять, not_measured — не измерено, failed — правило не сработало"),
                      CountOf("checked", "Checked", "Проверено"), CountOf("failing", "Failing", "С ошибкой"),
                      Of("score", ColumnType::kShare, "In order", "В порядке", "share"),
                      Of("exposed", ColumnType::kMoney, "Money behind", "Деньги за этим"),
                      CountOf("repairable", "The right value is known", "Верное значение известно"),
                      TextOf("note_en", "What is missing", "Чего не хватает"),
                      TextOf("note_ru", "What is missing (Russian)", "Чего не хватает (по-русски)"),
                      TextOf("meaning_en", "Meaning", "Смысл"),
                      TextOf("meaning_ru", "Meaning (Russian)", "Смысл по-русски"),
                      TextOf("fix_en", "What to do", "Что делать"),
                      TextOf("fix_ru", "What to do (Russian)", "Что делать (по-русски)"),
                      Of("definition_version", ColumnType::kInteger, "Definition", "Версия правила")}};
}

TableSpec GroupsTable() {
  return {
      .name = "groups",
      .title = {"By source, team, person, program and kind of record",
                "По источникам, командам, людям, программам и видам записей"},
      .key = {"kind", "id"},
      .columns = {
          TextOf("kind", "By: source, team, person, writer, entity",
                 "По: source — источники, team — команды, person — люди, writer — кто записал, entity — виды записей"),
          TextOf("id", "Id", "Id"), TextOf("name", "Name", "Название"),
          Of("score", ColumnType::kShare, "In order", "В порядке", "share"), CountOf("rules", "Rules", "Правил"),
          CountOf("checked", "Checks", "Проверок"), CountOf("failing", "Failing", "С ошибкой"),
          TextOf("worst_rule", "Worst rule", "Худшее правило")}};
}

std::string_view StateOf(const Tallies& tallies, const RuleSum& sum) {
  if (tallies.failure) return "failed";
  if (tallies.missing) return "not_measured";
  if (sum.checked == 0) return "nothing_to_check";
  return sum.failing == 0 ? "none_found" : "found";
}

void AddRule(const Tallies& tallies, Table& table) {
  const QualityRule& rule = *tallies.rule;
  const RuleSum sum = SumOf(tallies);
  Score score;
  score.Add(rule, sum);
  Value note_en;
  Value note_ru;
  if (tallies.failure) {
    note_en = tallies.failure->text;
    note_ru = InRussian(*tallies.failure);
  } else if (tallies.missing) {
    note_en = tallies.missing->en;
    note_ru = tallies.missing->ru;
  }
  const bool is_measured = !tallies.failure && !tallies.missing;
  table.rows.push_back({rule.id, rule.title.en, rule.title.ru, rule.dimension, rule.entity, OrNull(rule.field),
                        std::string(StateOf(tallies, sum)), is_measured ? Value(sum.checked) : Value(),
                        is_measured ? Value(sum.failing) : Value(), Maybe(score.Share()), Maybe(sum.exposed),
                        rule.repair == Repair::kNone ? Value() : Value(sum.repairable), note_en, note_ru,
                        rule.meaning.en, rule.meaning.ru, rule.fix.en, rule.fix.ru, rule.version});
}

// What fails first, by money and then by number; what could not be measured last.
void SortRules(Table& table) {
  const std::size_t failing = table.IndexOf("failing");
  const std::size_t exposed = table.IndexOf("exposed");
  const auto rank = [&](const std::vector<Value>& row) {
    const auto* count = std::get_if<std::int64_t>(&row[failing]);
    const auto* money = std::get_if<Decimal>(&row[exposed]);
    const Int128 units = money == nullptr ? Int128{0} : money->units;
    return std::tuple(count == nullptr ? 1 : 0, -units, count == nullptr ? 0 : -*count);
  };
  std::ranges::stable_sort(table.rows, {}, rank);
}

void AddGroups(const std::string& kind, const std::map<std::string, Group>& groups, Table& table) {
  std::vector<std::pair<std::string, const Group*>> order;
  for (const auto& [id, group] : groups) order.emplace_back(id, &group);
  std::ranges::stable_sort(order, {}, [](const auto& one) { return -one.second->score.failing; });
  for (const auto& [id, group] : order) {
    const Score& score = group->score;
    table.rows.push_back({kind, id, OrNull(group->name), Maybe(score.Share()), score.rules, score.checked,
                          score.failing, OrNull(score.worst_rule)});
  }
}

Result<Output> RunQualityAnalysis(const std::vector<QualityRule>& rules, const QualityParams& params,
                                  Context& context) {
  WEIR_TRY(const QualityScope scope, QualityScopeOf(params.filter, rules, context));
  WEIR_TRY(const std::vector<Tallies> all, RunQuality(rules, scope, context));
  const std::string& currency = context.settings().currency;
  Table scores = EmptyTable(ScoresTable());
  Table by_rule = EmptyTable(RulesTable(), currency);
  Table groups = EmptyTable(GroupsTable());
  AddScores(all, {}, scores);
  for (const Tallies& tallies : all) AddRule(tallies, by_rule);
  SortRules(by_rule);
  AddGroups("source", GroupsOf(all, [](const Tally& part) { return std::pair(part.source, part.source); }), groups);
  AddGroups("team", GroupsOf(all, [](const Tally& part) { return std::pair(part.team_id, part.team); }), groups);
  AddGroups("person", GroupsOf(all, [](const Tally& part) { return std::pair(part.owner_id, part.owner); }), groups);
  AddGroups("writer", GroupsOf(all, [](const Tally& part) { return std::pair(part.writer, part.writer); }), groups);
  AddGroups("entity", EntitiesOf(all), groups);
  Output output;
  output.tables = {std::move(scores), std::move(by_rule), std::move(groups)};
  return output;
}

// Behind a rule: the records that it finds, the most money first.
Result<Evidence> ExplainQuality(const std::vector<QualityRule>& rules, const QualityParams& params,
                                const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (table != "rules") {
    return Fail(BadUsage("table '{}' has no rows behind it", table).Mend("Ask for rows of the table rules"));
  }
  if (key.size() != 1) return Fail(BadUsage("a rule has {} keys", 1));
  WEIR_TRY(const QualityRule* rule, FindQualityRule(rules, key.front()));
  WEIR_TRY(const QualityScope scope, QualityScopeOf(params.filter, rules, context));
  WEIR_TRY(const Findings found, FindRecords(*rule, scope, kMaxEvidence, context));
  Evidence evidence{.table = rule->entity};
  for (const Finding& one : found.rows) evidence.ids.push_back(one.record_id);
  evidence.total = found.total;
  return evidence;
}

}  // namespace

TableSpec ScoresTable() {
  return {.name = "scores",
          .title = {"Scores", "Оценки"},
          .key = {"dimension"},
          .columns = {
              TextOf("dimension", "Kind; all: of all rules", "Вид; all — по всем правилам"),
              TextOf("title_en", "Title", "Название"), TextOf("title_ru", "Title (Russian)", "Название по-русски"),
              Of("score", ColumnType::kShare, "In order", "В порядке", "share"), CountOf("rules", "Rules", "Правил"),
              CountOf("checked", "Checks", "Проверок"), CountOf("failing", "Failing", "С ошибкой"),
              CountOf("repairable", "The right value is known", "Верное значение известно"),
              TextOf("worst_rule", "Worst rule", "Худшее правило")}};
}

void AddScores(std::span<const Tallies> all, const std::vector<Value>& before, Table& table) {
  std::vector<std::string> names{"all"};
  names.insert(names.end(), kDimensions.begin(), kDimensions.end());
  for (const std::string& name : names) {
    Score score;
    for (const Tallies& tallies : all) {
      if (name == "all" || tallies.rule->dimension == name) score.Add(*tallies.rule, SumOf(tallies));
    }
    const analysis::Text title = NameOfDimension(name);
    std::vector<Value> row = before;
    for (Value& value : std::array<Value, 9>{name, title.en, title.ru, Maybe(score.Share()), score.rules, score.checked,
                                             score.failing, score.repairable, OrNull(score.worst_rule)}) {
      row.push_back(std::move(value));
    }
    table.rows.push_back(std::move(row));
  }
}

std::map<std::string, Group> EntitiesOf(std::span<const Tallies> all) {
  std::map<std::string, Group> groups;
  for (const Tallies& tallies : all) {
    Group& group = groups[tallies.rule->entity];
    group.name = tallies.rule->entity;
    group.score.Add(*tallies.rule, SumOf(tallies));
  }
  return groups;
}

std::vector<analysis::Analysis> QualityAnalyses(std::shared_ptr<const std::vector<QualityRule>> rules) {
  std::vector<std::string> needs = ViewsOf(*rules);
  analysis::Info info{
      .id = "hygiene.quality",
      .title = {"Quality of the data", "Качество данных"},
      .help =
          {"Scores by rules of completeness, validity, freshness, uniqueness and consistency; by source, team, person "
           "and by who or what wrote the data; the money behind what is wrong",
           "Оценки по правилам полноты, правильности, свежести, уникальности и согласованности; по источникам, "
           "командам, людям и по тому, кто или что записало данные; деньги за ошибками"},
      .needs = needs,
      .tables = {RulesTable(), ScoresTable(), GroupsTable()}};
  std::vector<analysis::Analysis> all;
  all.push_back(analysis::DeclareOver<QualityParams>(rules, std::move(info), &RunQualityAnalysis, &ExplainQuality));
  all.push_back(RowsAnalysis(rules, needs));
  all.push_back(QualityTrendAnalysis(rules, needs));
  return all;
}

}  // namespace weir::hygiene
