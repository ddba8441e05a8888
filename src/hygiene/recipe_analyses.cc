#include "hygiene/recipe_analyses.h"

#include <algorithm>
#include <map>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "hygiene/minutes_saved.h"
#include "hygiene/recipe.h"
#include "sources/cleaning.h"
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
using sources::CleaningStep;
using store::Value;

constexpr std::size_t kExamples = 30;

// What of a kind the caller may see, as a condition on its source and key.
std::string IsSeen(std::string_view entity, std::string_view row) {
  if (entity == "account" || entity == "person") {
    return fmt::format(
        "(NOT is_restricted() OR ({0}._source, {0}.key) IN (SELECT (x.source, x.source_key) FROM scoped.{1}_record AS "
        "x))",
        row, entity);
  }
  return fmt::format("(NOT is_restricted() OR {0}._source || ':' || {0}.key IN (SELECT x.{1}_id FROM scoped.{1} AS x))",
                     row, entity);
}

std::vector<TableSpec> ListSpecs() {
  return {{.name = "recipes",
           .title = {"Cleaning recipes", "Рецепты очистки"},
           .key = {"recipe"},
           .columns = {TextOf("recipe", "Recipe", "Рецепт"), TextOf("name", "Name", "Название"),
                       TextOf("entity", "Cleans", "Чистит"), Of("version", ColumnType::kInteger, "Version", "Версия"),
                       TextOf("state", "State", "Состояние"), Of("steps", ColumnType::kJson, "Steps", "Шаги"),
                       TextOf("steps_en", "In words", "Словами (англ.)"),
                       TextOf("steps_ru", "In words (Russian)", "Словами"),
                       CountOf("values", "Values cleaned", "Очищено значений"),
                       CountOf("records", "Records", "Записей"), MinutesOf("Minutes saved", "Сэкономлено минут"),
                       Of("last_version", ColumnType::kInteger, "Last applied in data version",
                          "Последний раз — в версии данных"),
                       Of("decision_id", ColumnType::kInteger, "Decision", "Решение")}},
          {.name = "applied",
           .title = {"What they did at each import", "Что сделано при каждом импорте"},
           .key = {"recipe", "data_version"},
           .columns = {TextOf("recipe", "Recipe", "Рецепт"), TextOf("name", "Name", "Название"),
                       Of("data_version", ColumnType::kInteger, "Data version", "Версия данных"),
                       Of("at", ColumnType::kInstant, "At", "Когда"),
                       CountOf("values", "Values cleaned", "Очищено значений"),
                       CountOf("records", "Records", "Записей"), MinutesOf("Minutes saved", "Сэкономлено минут")}},
          {.name = "versions",
           .title = {"Versions", "Версии"},
           .key = {"recipe", "data_version"},
           .columns = {TextOf("recipe", "Recipe", "Рецепт"), Of("version", ColumnType::kInteger, "Version", "Версия"),
                       TextOf("name", "Name", "Название"), TextOf("state", "State", "Состояние"),
                       Of("steps", ColumnType::kJson, "Steps", "Шаги"), TextOf("who", "Who", "Кто"),
                       Of("at", ColumnType::kInstant, "At", "Когда"),
                       Of("data_version", ColumnType::kInteger, "Data version", "Версия данных")}},
          {.name = "fields",
           .title = {"Fields that can be cleaned", "Поля, которые можно чистить"},
           .key = {"entity", "field"},
           .columns = {TextOf("entity", "Of", "Чьё"), TextOf("field", "Field", "Поле")}}};
}

constexpr std::string_view kApplied = R"(
SELECT c.recipe, c.data_version, m.committed_at, count(*) AS cleaned, count(DISTINCT (c.source, c.source_key)) AS records
FROM scoped.cleaned_value AS c
LEFT JOIN scoped.data_moment AS m ON m.data_version = c.data_version
GROUP BY ALL
ORDER BY c.data_version DESC NULLS LAST, c.recipe NULLS LAST)";

constexpr std::string_view kTotals = R"(
SELECT recipe, count(*) AS cleaned, count(DISTINCT (source, source_key)) AS records, max(data_version) AS last_version
FROM scoped.cleaned_value
GROUP BY recipe
ORDER BY recipe NULLS LAST)";

std::string StateOf(const Recipe& recipe) { return recipe.is_on ? "on" : "off"; }

void AddInWords(const Recipe& recipe, std::vector<Value>& row) {
  std::string en;
  std::string ru;
  for (const Step& step : recipe.steps) {
    const analysis::Text text = Described(step);
    en += (en.empty() ? "" : "; ") + text.en;
    ru += (ru.empty() ? "" : "; ") + text.ru;
  }
  row.emplace_back(en);
  row.emplace_back(ru);
}

Result<Output> RunList(const analysis::NoParams&, Context& context) {
  store::Session& session = context.session();
  WEIR_TRY(const std::vector<Recipe> recipes, ReadRecipes(session));
  WEIR_TRY(const std::int64_t seconds, SecondsPerEdit(session));
  Output output;
  for (const TableSpec& spec : ListSpecs()) output.tables.push_back(analysis::EmptyTable(spec));
  std::map<std::string, std::vector<Value>> totals;
  std::vector<std::vector<Value>> applied;
  if (!recipes.empty()) {
    WEIR_TRY(store::Rows rows, session.Query(kTotals));
    for (auto& row : rows.rows) totals[store::ToText(row[0])] = row;
    WEIR_TRY(store::Rows each, session.Query(kApplied));
    applied = std::move(each.rows);
  }
  WEIR_TRY(const store::Rows decided,
           session.Query("SELECT name, decision_id FROM scoped.setting ORDER BY name NULLS LAST"));
  std::map<std::string, Value> decisions;
  for (const auto& row : decided.rows) decisions[store::ToText(row[0])] = row[1];
  std::map<std::string, std::string> names;
  for (const Recipe& recipe : recipes) {
    names[recipe.id] = recipe.name;
    const auto total = totals.find(recipe.id);
    const std::int64_t values = total == totals.end() ? 0 : std::get<std::int64_t>(total->second[1]);
    std::vector<Value> row{recipe.id,      recipe.name,     recipe.entity,
                           recipe.version, StateOf(recipe), StepsJson(recipe.steps)};
    AddInWords(recipe, row);
    row.emplace_back(values);
    row.push_back(total == totals.end() ? Value(std::int64_t{0}) : total->second[2]);
    row.push_back(Minutes(values, seconds));
    row.push_back(total == totals.end() ? Value() : total->second[3]);
    row.push_back(decisions[fmt::format("{}{}", kRecipeSetting, recipe.id)]);
    output.tables[0].rows.push_back(std::move(row));
  }
  for (const auto& row : applied) {
    const auto named = names.find(store::ToText(row[0]));
    output.tables[1].rows.push_back({row[0], named == names.end() ? Value() : Value(named->second), row[1], row[2],
                                     row[3], row[4], Minutes(std::get<std::int64_t>(row[3]), seconds)});
  }
  WEIR_TRY(const store::Rows versions,
           session.Query("SELECT name, value, who, committed_at, data_version FROM scoped.recipe_version ORDER BY "
                         "length(name), name, data_version DESC"));
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto& row = versions.rows[i];
    const std::string setting = versions.TextAt(i, 0);
    const auto recipe = store::IsNull(row[1]) ? std::nullopt : ReadWritten(setting, versions.TextAt(i, 1));
    output.tables[2].rows.push_back({setting.substr(kRecipeSetting.size()), recipe ? Value(recipe->version) : Value(),
                                     recipe ? Value(recipe->name) : Value(), recipe ? StateOf(*recipe) : "removed",
                                     recipe ? Value(StepsJson(recipe->steps)) : Value(), row[2], row[3], row[4]});
  }
  for (const char* entity : {"account", "person", "lead", "deal"}) {
    for (const std::string& field : CleanableFields(entity))
      output.tables[3].rows.push_back({std::string(entity), field});
  }
  return output;
}

struct PreviewParams {
  std::string entity = {};
  std::string steps = {};
  std::string recipe = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"Which records it cleans", "Какие записи он чистит"},
                 .allowed = {"", "account", "person", "lead", "deal"},
                 .positional = true},
                entity);
    visitor.Add({.name = "steps",
                 .help = {"Steps as JSON; none: those of the recipe", "Шаги в JSON; без них — шаги рецепта"},
                 .positional = true},
                steps);
    visitor.Add({.name = "recipe",
                 .help = {"A recipe that is tried, or that these steps would change",
                          "Рецепт, который проверяется или меняется"}},
                recipe);
  }
};

std::vector<TableSpec> PreviewSpecs() {
  return {{.name = "effect",
           .title = {"What would change", "Что изменится"},
           .key = {"field"},
           .columns = {TextOf("field", "Field", "Поле"), CountOf("records", "Records", "Записей"),
                       CountOf("emptied", "Of these would say nothing", "Из них опустеет"),
                       MinutesOf("Minutes by hand", "Минут вручную")}},
          {.name = "examples",
           .title = {"The most frequent changes", "Самые частые изменения"},
           .key = {"field", "before"},
           .columns = {TextOf("field", "Field", "Поле"), TextOf("before", "Now", "Сейчас"),
                       TextOf("after", "Then", "Станет"), CountOf("records", "Records", "Записей"),
                       TextOf("source", "Source", "Источник"), TextOf("source_key", "One of them", "Одна из них")}}};
}

// The rows of each record's newest observation, before and after, a row a field that differs.
std::string ChangesSql(std::string_view entity, const std::vector<std::string>& fields,
                       const std::vector<CleaningStep>& without, const std::vector<CleaningStep>& with) {
  std::string names;
  std::string before;
  std::string after;
  for (const std::string& field : fields) {
    const std::string_view comma = names.empty() ? "" : ", ";
    names += fmt::format("{}{}", comma, store::QuoteText(field));
    before += fmt::format("{}b.{}", comma, store::QuoteName(field));
    after += fmt::format("{}a.{}", comma, store::QuoteName(field));
  }
  const std::string uncleaned = fmt::format("rec.uncleaned_{}", entity);
  return fmt::format(
      R"(WITH was AS (
  SELECT r.*, row_number() OVER (PARTITION BY r._source, r._object, r.key, r._emit
                                 ORDER BY coalesce(r._since, r._observed_at) DESC, r._observed_at DESC, r._obs DESC) AS from_the_last
  FROM ({without}) AS r
  WHERE r.key IS NOT NULL AND NOT is_correction(r._obs)
),
made AS ({with}),
changes AS (
  SELECT b._source AS source, b.key AS source_key, unnest([{names}]) AS field, unnest([{before}]) AS before,
    unnest([{after}]) AS after
  FROM was AS b
  JOIN made AS a ON a._source = b._source AND a._object = b._object AND a._key = b._key AND a._emit = b._emit
    AND a._obs = b._obs AND a._observed_at = b._observed_at
  WHERE b.from_the_last = 1 AND NOT coalesce(b._deleted, FALSE) AND {seen}
),
changed AS (
  SELECT * FROM changes WHERE before IS DISTINCT FROM after
)
)",
      fmt::arg("without", sources::CleanedSelect(entity, uncleaned, without, {})),
      fmt::arg("with", sources::CleanedSelect(entity, uncleaned, with, {})), fmt::arg("names", names),
      fmt::arg("before", before), fmt::arg("after", after), fmt::arg("seen", IsSeen(entity, "b")));
}

constexpr std::string_view kEffect = R"(SELECT field, count(DISTINCT (source, source_key)) AS records,
  count(DISTINCT (source, source_key)) FILTER (WHERE after IS NULL) AS emptied
FROM changed
GROUP BY field
ORDER BY field NULLS LAST)";

constexpr std::string_view kExampleRows = R"(,
masked AS (
  SELECT source, source_key, field,
    CASE WHEN field IN ('email', 'phone', 'mobile', 'full_name', 'first_name', 'last_name') THEN personal(before) ELSE before END AS before,
    CASE WHEN field IN ('email', 'phone', 'mobile', 'full_name', 'first_name', 'last_name') THEN personal(after) ELSE after END AS after
  FROM changed
)
SELECT field, before, after, count(*) AS records, min(source) AS source, min(source_key) AS source_key
FROM masked
GROUP BY field, before, after
ORDER BY records DESC, field NULLS LAST, before NULLS LAST, after NULLS LAST
LIMIT {})";

Status AddDefaults(const Recipe& recipe, std::int64_t seconds, Context& context, Output& output) {
  for (const Step& step : recipe.steps) {
    if (step.kind != StepKind::kDefault) continue;
    WEIR_TRY(
        const std::int64_t empty,
        context.session().QueryInteger(fmt::format(
            "SELECT count(*) FROM {2} AS v WHERE v.valid_to IS NULL AND NOT v.is_deleted AND (v.{1} IS NULL OR v.{1} = "
            "{3}) AND v.{0}_id IN (SELECT x.{0}_id FROM scoped.{0} AS x)",
            recipe.entity, store::QuoteName(step.field == "source" ? "source_name" : step.field),
            fmt::format("model.{}_version", recipe.entity), store::QuoteText(step.value))));
    output.tables[0].rows.push_back({step.field, empty, std::int64_t{0}, Minutes(empty, seconds)});
    output.tables[1].rows.push_back({step.field, Value(), step.value, empty, Value(), Value()});
  }
  return {};
}

Result<Output> RunPreview(const PreviewParams& params, Context& context) {
  store::Session& session = context.session();
  WEIR_TRY(const std::vector<Recipe> recipes, ReadRecipes(session));
  Recipe tried{.id = "0", .entity = params.entity};
  const auto known = std::ranges::find(recipes, params.recipe, &Recipe::id);
  if (!params.recipe.empty()) {
    if (known == recipes.end()) {
      return Fail(NotFound("there is no cleaning recipe {}", params.recipe)
                      .Field("recipe")
                      .Mend("weir hygiene recipes lists them"));
    }
    tried = *known;
    tried.is_on = true;
    if (!params.entity.empty()) tried.entity = params.entity;
  }
  if (tried.entity.empty()) return Fail(BadUsage("parameter '{}' is missing", "entity").Field("entity"));
  if (!params.steps.empty()) {
    WEIR_TRY(tried.steps, ParseSteps(tried.entity, params.steps));
  } else if (tried.steps.empty()) {
    return Fail(BadUsage("parameter '{}' is missing", "steps").Field("steps"));
  }
  WEIR_TRY(const std::int64_t seconds, SecondsPerEdit(session));
  std::vector<Recipe> without;
  std::vector<Recipe> with;
  for (const Recipe& recipe : recipes) {
    if (recipe.id == params.recipe) {
      with.push_back(tried);
      continue;
    }
    without.push_back(recipe);
    with.push_back(recipe);
  }
  if (params.recipe.empty()) with.push_back(tried);
  std::vector<std::string> fields;
  for (const CleaningStep& step : CleaningOf({tried})) {
    for (const CleaningStep::Column& column : step.columns) {
      if (std::ranges::find(fields, column.name) == fields.end()) fields.push_back(column.name);
    }
  }
  Output output;
  for (const TableSpec& spec : PreviewSpecs()) output.tables.push_back(analysis::EmptyTable(spec));
  if (!fields.empty()) {
    const std::string changes = ChangesSql(tried.entity, fields, CleaningOf(without), CleaningOf(with));
    auto effect = session.Query(changes + std::string(kEffect));
    if (!effect) {
      // Of all that is put together here only a pattern is a person's own.
      const bool has_pattern = std::ranges::find(tried.steps, StepKind::kReplace, &Step::kind) != tried.steps.end();
      if (!has_pattern) return Fail(effect.error());
      return Fail(BadUsage("a pattern is no regular expression, or its replacement names a group that it lacks")
                      .Field("steps")
                      .Mend("Write it as RE2 reads it: no look-ahead and no back-reference in the pattern"));
    }
    for (const auto& row : effect->rows) {
      output.tables[0].rows.push_back({row[0], row[1], row[2], Minutes(std::get<std::int64_t>(row[1]), seconds)});
    }
    WEIR_TRY(store::Rows examples, session.Query(changes + fmt::format(fmt::runtime(kExampleRows), kExamples)));
    output.tables[1].rows = std::move(examples.rows);
  }
  WEIR_TRY(AddDefaults(tried, seconds, context, output));
  return output;
}

}  // namespace

analysis::Analysis RecipesAnalysis() {
  return analysis::Declare<analysis::NoParams>(
      {.id = "hygiene.recipes",
       .title = {"Cleaning recipes", "Рецепты очистки"},
       .help =
           {"Recipes that clean fields at each import: their steps and versions, how many values each cleaned, and the "
            "minutes that it saved",
            "Рецепты, которые чистят поля при каждом импорте: шаги и версии, сколько значений очистил каждый и сколько "
            "минут сэкономил"},
       .needs = {"setting", "recipe_version", "cleaned_value", "data_moment"},
       .tables = ListSpecs()},
      &RunList);
}

analysis::Analysis RecipePreview() {
  return analysis::Declare<PreviewParams>(
      {.id = "hygiene.recipes.preview",
       .title = {"Try a cleaning recipe", "Проверить рецепт очистки"},
       .help = {"How many values of how many records the steps would change, with examples; nothing is changed",
                "Сколько значений и записей изменят шаги, с примерами; ничего не меняется"},
       .right = "settings",
       .needs = {"account", "person", "lead", "deal", "setting"},
       .tables = PreviewSpecs()},
      &RunPreview);
}

}  // namespace weir::hygiene
