#include <algorithm>
#include <map>
#include <tuple>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/text.h"
#include "hygiene/minutes_saved.h"
#include "hygiene/recipe.h"
#include "hygiene/recipe_analyses.h"
#include "store/database.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kLeastFixes = 3;

std::vector<TableSpec> ProposalSpecs() {
  return {{.name = "proposals",
           .title = {"Fixes that people repeat", "Правки, которые повторяют"},
           .key = {"entity", "field"},
           .columns = {TextOf("entity", "Of", "Чьё"), TextOf("field", "Field", "Поле"),
                       CountOf("fixes", "Different fixes", "Разных правок"), CountOf("records", "Records", "Записей"),
                       MinutesOf("Minutes spent so far", "Потрачено минут"), TextOf("name", "Name", "Название"),
                       Of("steps", ColumnType::kJson, "Steps of a recipe", "Шаги рецепта")}},
          {.name = "fixes",
           .title = {"What was written over what", "Что на что исправляли"},
           .key = {"entity", "field", "before"},
           .columns = {TextOf("entity", "Of", "Чьё"), TextOf("field", "Field", "Поле"), TextOf("before", "Was", "Было"),
                       TextOf("after", "Became", "Стало"), CountOf("records", "Records", "Записей"),
                       Of("last_at", ColumnType::kInstant, "Last", "Последний раз")}}};
}

struct Fix {
  std::string entity, field, before, after;
  std::int64_t records = 0;
  Value last_at = {};
};

// The field of a record table that a source calls so: Industry, industry__c, "Job Title".
std::string FieldCalled(std::string_view entity, std::string_view called) {
  std::string name;
  for (const char c : FoldCase(called)) {
    if (c == ' ' || c == '-' || c == '_') continue;
    name += c;
  }
  if (name.ends_with("c") && FoldCase(called).ends_with("__c")) name.pop_back();
  static const std::map<std::string, std::string, std::less<>> kOthers{
      {"billingcountry", "country"},
      {"billingcity", "city"},
      {"mailingcountry", "country"},
      {"mailingcity", "city"},
      {"jobtitle", "title"},
      {"mobilephone", "mobile"},
      {"leadsource", entity == "deal" ? "lead_source" : "source"},
      {"firstname", "first_name"},
      {"lastname", "last_name"}};
  const auto other = kOthers.find(name);
  for (const std::string& field : CleanableFields(entity)) {
    std::string plain = field;
    std::erase(plain, '_');
    if (plain == name || (other != kOthers.end() && other->second == field)) return field;
  }
  return {};
}

// Corrections and the histories of sources, a row a pair of values.
constexpr std::string_view kFixes = R"(
SELECT entity, field, told, value, count(DISTINCT (source, record_key)) AS records, CAST(NULL AS TIMESTAMP) AS last_at
FROM scoped.correction
WHERE told IS NOT NULL AND NOT is_emptied AND value IS NOT NULL
GROUP BY ALL
UNION ALL
SELECT entity, field, old_value, new_value, records, last_at FROM scoped.field_fix WHERE new_value IS NOT NULL
ORDER BY ALL)";

bool IsDone(const std::vector<Recipe>& recipes, const Fix& fix) {
  const std::string before = FoldCase(TrimBlanks(fix.before));
  for (const Recipe& recipe : recipes) {
    if (recipe.entity != fix.entity) continue;
    for (const Step& step : recipe.steps) {
      if (step.kind != StepKind::kMap || step.field != fix.field) continue;
      if (std::ranges::any_of(step.values,
                              [&](const auto& value) { return FoldCase(TrimBlanks(value.first)) == before; })) {
        return true;
      }
    }
  }
  return false;
}

Result<Output> RunProposals(const analysis::NoParams&, Context& context) {
  store::Session& session = context.session();
  WEIR_TRY(const std::vector<Recipe> recipes, ReadRecipes(session));
  WEIR_TRY(const std::int64_t seconds, SecondsPerEdit(session));
  WEIR_TRY(const store::Rows rows, session.Query(kFixes));
  using Pair = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Pair, Fix> fixes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Fix fix{.entity = rows.TextAt(i, 0),
            .field = FieldCalled(rows.TextAt(i, 0), rows.TextAt(i, 1)),
            .before = std::string(TrimBlanks(rows.TextAt(i, 2))),
            .after = std::string(TrimBlanks(rows.TextAt(i, 3))),
            .records = rows.IntegerAt(i, 4),
            .last_at = rows.rows[i][5]};
    if (fix.field.empty() || fix.before.empty() || fix.after.empty() || fix.before == fix.after) continue;
    const auto [known, is_new] = fixes.try_emplace({fix.entity, fix.field, fix.before, fix.after}, fix);
    if (is_new) continue;
    known->second.records += fix.records;
    if (!store::IsNull(fix.last_at)) known->second.last_at = fix.last_at;
  }
  std::map<std::pair<std::string, std::string>, std::vector<Fix>> by_field;
  for (const auto& [pair, fix] : fixes) {
    if (fix.records < kLeastFixes || IsDone(recipes, fix)) continue;
    const auto back = fixes.find({fix.entity, fix.field, fix.after, fix.before});
    if (back != fixes.end() && back->second.records * 3 > fix.records) continue;
    std::vector<Fix>& of_field = by_field[{fix.entity, fix.field}];
    // Of one value that became several the one that most made of it.
    const auto same = std::ranges::find_if(
        of_field, [&](const Fix& other) { return FoldCase(other.before) == FoldCase(fix.before); });
    if (same == of_field.end()) {
      of_field.push_back(fix);
    } else if (fix.records > same->records) {
      *same = fix;
    }
  }
  Output output;
  for (const TableSpec& spec : ProposalSpecs()) output.tables.push_back(analysis::EmptyTable(spec));
  for (const auto& [field, of_field] : by_field) {
    Step step{.kind = StepKind::kMap, .field = field.second};
    std::int64_t records = 0;
    for (const Fix& fix : of_field) {
      if (step.values.size() < kMostValues) step.values.emplace_back(fix.before, fix.after);
      records += fix.records;
      output.tables[1].rows.push_back({fix.entity, fix.field, fix.before, fix.after, fix.records, fix.last_at});
    }
    output.tables[0].rows.push_back({field.first, field.second, static_cast<std::int64_t>(of_field.size()), records,
                                     Minutes(records, seconds), Described(step).en, StepsJson({step})});
  }
  std::ranges::stable_sort(output.tables[0].rows, [](const auto& a, const auto& b) {
    return std::get<std::int64_t>(a[3]) > std::get<std::int64_t>(b[3]);
  });
  return output;
}

}  // namespace

analysis::Analysis RecipeProposals() {
  return analysis::Declare<analysis::NoParams>(
      {.id = "hygiene.recipes.proposals",
       .title = {"Fixes that could be recipes", "Правки, которые могут стать рецептами"},
       .help = {"The same value replaced by the same other one on three records or more, by hand",
                "Одно и то же значение, которое вручную заменили на одно и то же другое в трёх и более записях"},
       .needs = {"correction", "field_fix", "setting"},
       .tables = ProposalSpecs()},
      &RunProposals);
}

}  // namespace weir::hygiene
