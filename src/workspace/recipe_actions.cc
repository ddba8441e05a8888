#include "workspace/recipe_actions.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sources/cleaning.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using hygiene::Recipe;
using nlohmann::json;

constexpr std::string_view kOn = "on";
constexpr std::string_view kOff = "off";
constexpr std::size_t kLongestName = 200;  // bytes

struct SetParams {
  std::string name, entity, steps, recipe, state;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "name", .help = {"How the recipe is called", "Название рецепта"}, .positional = true}, name);
    visitor.Add({.name = "entity",
                 .help = {"Which records it cleans", "Какие записи он чистит"},
                 .allowed = {"account", "person", "lead", "deal"},
                 .positional = true},
                entity);
    visitor.Add(
        {.name = "steps",
         .help = {"Its steps in order, as JSON: [{\"field\": \"phone\", \"do\": \"phone\", \"region\": \"DE\"}]",
                  "Шаги по порядку в JSON: [{\"field\": \"phone\", \"do\": \"phone\", \"region\": \"RU\"}]"},
         .positional = true},
        steps);
    visitor.Add({.name = "recipe",
                 .help = {"Which recipe to change; what is not given stays as it is. None: a new one",
                          "Какой рецепт изменить; не указанное останется прежним. Без него — новый"}},
                recipe);
    visitor.Add({.name = "state",
                 .help = {"Whether it is in force; a new one is", "Действует ли он; новый — действует"},
                 .allowed = {std::string(kOn), std::string(kOff)}},
                state);
  }
};

struct RemoveParams {
  std::string recipe;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "recipe",
                 .help = {"Which recipe", "Какой рецепт"},
                 .allowed = {},
                 .required = true,
                 .positional = true},
                recipe);
  }
};

std::string SettingOf(std::string_view recipe) { return fmt::format("{}{}", hygiene::kRecipeSetting, recipe); }

Result<Recipe> FindRecipe(store::Session& session, const std::string& id, std::int64_t version) {
  const std::string setting = SettingOf(id);
  WEIR_TRY(const std::optional<std::string> value, SetValueAt(session, setting, version));
  auto recipe = value ? hygiene::ReadWritten(setting, *value) : std::nullopt;
  if (recipe) return *std::move(recipe);
  return Fail(NotFound("there is no cleaning recipe {}", id).Field("recipe").Mend("weir hygiene recipes lists them"));
}

// Numbers and versions are never given again: what was taken back may come back.
Result<std::string> NextId(store::Session& session) {
  WEIR_TRY(const store::Rows rows,
           session.Query(fmt::format("SELECT DISTINCT name FROM meta.setting WHERE starts_with(name, '{}')",
                                     hygiene::kRecipeSetting)));
  std::int64_t last = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string id = rows.TextAt(i, 0).substr(hygiene::kRecipeSetting.size());
    std::int64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    last = std::max(last, number);
  }
  return fmt::format("{}", last + 1);
}

Result<std::int64_t> NextVersion(store::Session& session, const std::string& id) {
  const std::array<store::Value, 1> name{SettingOf(id)};
  WEIR_TRY(const store::Rows rows, session.Query("SELECT value FROM meta.setting WHERE name = ?", name));
  std::int64_t last = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (store::IsNull(rows.rows[i][0])) continue;
    const auto recipe = hygiene::ReadWritten(SettingOf(id), rows.TextAt(i, 0));
    if (recipe) last = std::max(last, recipe->version);
  }
  return last + 1;
}

Error Missing(std::string_view field, const Phrase& what) {
  return BadUsage("a new recipe needs {}", what)
      .Field(std::string(field))
      .Mend(
          "weir hygiene recipes set \"Phones\" account '[{{\"field\": \"phone\", \"do\": \"phone\", \"region\": "
          "\"DE\"}}]'");
}

// The greatest N of the \N in a replacement; 0 where it names the whole or none.
std::int64_t LastGroup(std::string_view replacement) {
  std::int64_t last = 0;
  for (std::size_t i = 0; i + 1 < replacement.size(); ++i) {
    if (replacement[i] != '\\') continue;
    const char next = replacement[++i];
    if (next >= '0' && next <= '9') last = std::max(last, static_cast<std::int64_t>(next - '0'));
  }
  return last;
}

// How many groups a pattern has that can be named so.
std::int64_t GroupsOf(std::string_view pattern) {
  std::int64_t groups = 0;
  bool is_in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (is_in_class) {
      is_in_class = pattern[i] != ']';
    } else if (pattern[i] == '[') {
      is_in_class = true;
      if (pattern.substr(i + 1).starts_with("]") || pattern.substr(i + 1).starts_with("^]")) i = pattern.find(']', i);
    } else if (pattern[i] == '(') {
      const std::string_view rest = pattern.substr(i + 1);
      groups += !rest.starts_with('?') || rest.starts_with("?P<") || rest.starts_with("?<") ? 1 : 0;
    }
  }
  return groups;
}

// Patterns are those of the store, which says what is wrong with one.
Status TryPatterns(store::Session& session, const Recipe& recipe) {
  for (std::size_t i = 0; i < recipe.steps.size(); ++i) {
    const hygiene::Step& step = recipe.steps[i];
    if (step.kind != hygiene::StepKind::kReplace) continue;
    // A replacement that names a group which there is not would be left out without a word.
    const std::array<store::Value, 2> values{step.pattern, step.value};
    const bool is_read =
        session.Query("SELECT regexp_replace('a', CAST(? AS VARCHAR), CAST(? AS VARCHAR), 'g')", values).has_value();
    if (is_read && LastGroup(step.value) <= GroupsOf(step.pattern)) continue;
    return Fail(BadUsage("step {}: '{}' is no regular expression, or its replacement names a group that it lacks",
                         i + 1, step.pattern)
                    .Field("steps")
                    .Mend("Write it as RE2 reads it: no look-ahead and no back-reference in the pattern"));
  }
  return {};
}

Result<Recipe> Changed(Recipe recipe, const SetParams& params) {
  const std::string_view name = TrimBlanks(params.name);
  if (!name.empty()) recipe.name = name;
  if (!params.entity.empty()) recipe.entity = params.entity;
  if (!params.state.empty()) recipe.is_on = params.state == kOn;
  if (recipe.name.empty()) return Fail(Missing("name", MakePhrase("a name")));
  if (recipe.name.size() > kLongestName) {
    return Fail(BadUsage("a name has at most {} bytes", kLongestName).Field("name"));
  }
  if (recipe.entity.empty()) return Fail(Missing("entity", MakePhrase("the kind of its records")));
  std::string steps = params.steps;
  if (TrimBlanks(steps).empty()) {
    if (recipe.steps.empty()) return Fail(Missing("steps", MakePhrase("steps")));
    steps = hygiene::StepsJson(recipe.steps);
  }
  WEIR_TRY(recipe.steps, hygiene::ParseSteps(recipe.entity, steps));
  return recipe;
}

Effect EffectOf(const std::string& setting, const std::optional<std::string>& before,
                const std::optional<std::string>& after) {
  const auto told = [&](const std::optional<std::string>& value) {
    return json{{setting, value ? json::parse(*value) : json(nullptr)}};
  };
  return {.kind = "settings", .subject = setting, .before = told(before), .after = told(after)};
}

Result<Effect> Set(store::Connection& connection, const SetParams& params, std::int64_t version) {
  Recipe known;
  std::optional<std::string> before;
  if (params.recipe.empty()) {
    WEIR_TRY(known.id, NextId(connection));
    known.version = 0;
  } else {
    WEIR_TRY(known, FindRecipe(connection, params.recipe, version));
    before = hygiene::Written(known);
  }
  WEIR_TRY(Recipe recipe, Changed(known, params));
  if (before == hygiene::Written(recipe)) return Fail(Conflict("recipe {} says so already", recipe.id).Field("recipe"));
  WEIR_TRY(TryPatterns(connection, recipe));
  // Whether it is on, and how it is called, is no other recipe.
  if (recipe.steps != known.steps || recipe.entity != known.entity) {
    WEIR_TRY(recipe.version, NextVersion(connection, recipe.id));
  }
  const std::string after = hygiene::Written(recipe);
  WEIR_TRY(WriteValue(connection, SettingOf(recipe.id), after, version));
  return EffectOf(SettingOf(recipe.id), before, after);
}

Result<Effect> Remove(store::Connection& connection, const RemoveParams& params, std::int64_t version) {
  WEIR_TRY(const Recipe recipe, FindRecipe(connection, params.recipe, version));
  WEIR_TRY(WriteValue(connection, SettingOf(recipe.id), std::nullopt, version));
  return EffectOf(SettingOf(recipe.id), hygiene::Written(recipe), std::nullopt);
}

}  // namespace

std::vector<analysis::Action> RecipeActions() {
  std::vector<analysis::Action> all;
  all.push_back(
      {.info = {.id = std::string(kSetRecipe),
                .title = {"Make or change a cleaning recipe", "Создать или изменить рецепт очистки"},
                .help = {"Steps that clean fields of records whenever they are read: of all that is here and of "
                         "each import to come. What the sources said stays as it is.",
                         "Шаги, которые чистят поля записей при каждом чтении: во всём, что уже загружено, и в "
                         "каждом следующем импорте. Сказанное источниками не меняется."},
                .right = "settings",
                .tables = {DecisionTable()}},
       .params = analysis::SpecsOf<SetParams>()});
  all.push_back({.info = {.id = std::string(kRemoveRecipe),
                          .title = {"Remove a cleaning recipe", "Удалить рецепт очистки"},
                          .help = {"Fields are again what the sources say", "В полях снова то, что говорят источники"},
                          .right = "settings",
                          .tables = {DecisionTable()}},
                 .params = analysis::SpecsOf<RemoveParams>()});
  return all;
}

bool IsRecipeAction(std::string_view action) { return action == kSetRecipe || action == kRemoveRecipe; }

Result<Effect> ApplyRecipe(store::Connection& connection, std::string_view action, const analysis::RawParams& raw,
                           std::int64_t version) {
  if (action == kRemoveRecipe) {
    WEIR_TRY(const RemoveParams params, analysis::Bind<RemoveParams>(raw));
    return Remove(connection, params, version);
  }
  WEIR_TRY(const SetParams params, analysis::Bind<SetParams>(raw));
  return Set(connection, params, version);
}

std::vector<hygiene::Recipe> RecipesOf(const SettingValues& values) {
  std::vector<Recipe> recipes;
  for (const auto& [name, value] : values) {
    if (auto recipe = hygiene::ReadWritten(name, value)) recipes.push_back(*std::move(recipe));
  }
  hygiene::SortRecipes(recipes);
  return recipes;
}

}  // namespace weir::workspace
