#include "hygiene/recipe.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <nlohmann/json.hpp>

#include "base/phone.h"
#include "base/text.h"
#include "model/records.h"
#include "store/database.h"

namespace weir::hygiene {
namespace {

using nlohmann::json;
using sources::CleaningStep;

struct KindName {
  StepKind kind;
  std::string_view name;
};
constexpr std::array<KindName, 11> kKinds{{{StepKind::kTrim, "trim"},
                                           {StepKind::kUpper, "upper"},
                                           {StepKind::kLower, "lower"},
                                           {StepKind::kTitle, "title"},
                                           {StepKind::kMap, "map"},
                                           {StepKind::kReplace, "replace"},
                                           {StepKind::kPhone, "phone"},
                                           {StepKind::kCountry, "country"},
                                           {StepKind::kSplitName, "split_name"},
                                           {StepKind::kClear, "clear"},
                                           {StepKind::kDefault, "default"}}};

std::string_view NameOf(StepKind kind) { return std::ranges::find(kKinds, kind, &KindName::kind)->name; }

bool HasNames(std::string_view entity) { return entity == "person" || entity == "lead"; }

Error Wrong(std::size_t step, const Phrase& what) { return BadUsage("step {}: {}", step + 1, what).Field("steps"); }

bool IsPlainText(const std::string& text, std::size_t longest) {
  return text.size() <= longest && IsValidUtf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

class StepReader {
 public:
  StepReader(std::string_view entity, const json& document, std::size_t index)
      : entity_(entity), document_(document), index_(index) {}

  Result<Step> Read() {
    if (!document_.is_object()) return Fail(Wrong(index_, MakePhrase("it is no object")));
    Step step;
    WEIR_TRY(const std::string what, Text("do", kLongestStepText, true));
    const auto kind = std::ranges::find(kKinds, what, &KindName::name);
    if (kind == kKinds.end()) {
      std::string names;
      for (const KindName& one : kKinds) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
      return Fail(Wrong(index_, MakePhrase("there is nothing like '{}' to do", what)).Mend("Use one of {}", names));
    }
    step.kind = kind->kind;
    WEIR_TRY(step.field, Text("field", kLongestStepText, step.kind != StepKind::kSplitName));
    if (step.kind == StepKind::kSplitName) {
      if (!HasNames(entity_))
        return Fail(Wrong(index_, MakePhrase("{} has no first and last name", std::string(entity_))));
      step.field = "full_name";
    }
    const std::vector<std::string> fields = CleanableFields(entity_);
    if (std::ranges::find(fields, step.field) == fields.end()) {
      return Fail(
          Wrong(index_, MakePhrase("{} has no field '{}' that could be cleaned", std::string(entity_), step.field))
              .Mend("Use one of {}", fmt::to_string(fmt::join(fields, ", "))));
    }
    WEIR_TRY(ReadRest(step));
    for (const auto& [name, value] : document_.items()) {
      if (!known_.contains(name)) {
        return Fail(Wrong(index_, MakePhrase("'{}' means nothing for '{}'", name, std::string(NameOf(step.kind)))));
      }
    }
    return step;
  }

 private:
  Status ReadRest(Step& step) {
    if (step.kind == StepKind::kMap) return ReadValues(step);
    if (step.kind == StepKind::kClear) return ReadWords(step);
    if (step.kind == StepKind::kReplace) {
      WEIR_TRY(step.pattern, Text("pattern", kLongestPattern, true));
      WEIR_TRY(step.value, Text("with", kLongestStepText, false));
    }
    if (step.kind == StepKind::kPhone) {
      WEIR_TRY(step.region, Text("region", kLongestStepText, false));
      if (!step.region.empty() && !IsPhoneRegion(step.region)) {
        return Fail(Wrong(index_, MakePhrase("'{}' is no country of telephone numbers", step.region))
                        .Mend("Use two capital letters such as DE"));
      }
    }
    if (step.kind == StepKind::kSplitName) {
      WEIR_TRY(const std::string order, Text("order", kLongestStepText, false));
      if (!order.empty() && order != "first_last" && order != "last_first") {
        return Fail(Wrong(index_, MakePhrase("'{}' is no order of names", order)).Mend("Use first_last or last_first"));
      }
      step.is_last_first = order == "last_first";
    }
    if (step.kind == StepKind::kDefault) {
      WEIR_TRY(step.value, Text("value", kLongestStepText, true));
      if (entity_ == "deal") return Fail(Wrong(index_, MakePhrase("a deal gets no value that nobody said")));
    }
    return {};
  }

  Result<std::string> Text(const char* name, std::size_t longest, bool is_needed) {
    known_.insert(name);
    const auto found = document_.find(name);
    if (found == document_.end() || found->is_null()) {
      if (is_needed) return Fail(Wrong(index_, MakePhrase("it lacks '{}'", std::string(name))));
      return std::string();
    }
    if (!found->is_string()) return Fail(Wrong(index_, MakePhrase("'{}' is no text", std::string(name))));
    std::string text = found->get<std::string>();
    if (!IsPlainText(text, longest)) {
      return Fail(Wrong(index_, MakePhrase("'{}' is not one line of at most {} bytes", std::string(name), longest)));
    }
    if (is_needed && text.empty()) return Fail(Wrong(index_, MakePhrase("it lacks '{}'", std::string(name))));
    return text;
  }

  Status ReadValues(Step& step) {
    known_.insert("values");
    const auto found = document_.find("values");
    if (found == document_.end() || !found->is_object() || found->empty() || found->size() > kMostValues) {
      return Fail(Wrong(index_, MakePhrase("'values' names 1 to {} values with what each becomes", kMostValues)));
    }
    for (const auto& [from, to] : found->items()) {
      const bool is_text = to.is_string() || to.is_null();
      const std::string into = to.is_string() ? to.get<std::string>() : std::string();
      if (!is_text || !IsPlainText(from, kLongestStepText) || !IsPlainText(into, kLongestStepText) ||
          TrimBlanks(from).empty()) {
        return Fail(Wrong(index_, MakePhrase("'values' names 1 to {} values with what each becomes", kMostValues)));
      }
      step.values.emplace_back(from, into);
    }
    return {};
  }

  Status ReadWords(Step& step) {
    known_.insert("words");
    const auto found = document_.find("words");
    if (found == document_.end() || found->is_null()) return {};
    if (!found->is_array() || found->size() > kMostValues)
      return Fail(Wrong(index_, MakePhrase("'words' is no list of texts")));
    for (const json& word : *found) {
      if (!word.is_string() || !IsPlainText(word.get<std::string>(), kLongestStepText)) {
        return Fail(Wrong(index_, MakePhrase("'words' is no list of texts")));
      }
      step.words.push_back(word.get<std::string>());
    }
    return {};
  }

  std::string_view entity_;
  const json& document_;
  std::size_t index_;
  std::set<std::string, std::less<>> known_;
};

std::int64_t NumberOf(const Recipe& recipe) {
  std::int64_t number = 0;
  std::from_chars(recipe.id.data(), recipe.id.data() + recipe.id.size(), number);
  return number;
}

std::string Folded(std::string_view text) {
  return fmt::format("folded({})", store::QuoteText(std::string(TrimBlanks(text))));
}

std::string MapOf(const Step& step, const std::string& column) {
  std::string cases;
  for (const auto& [from, to] : step.values) {
    cases += fmt::format(" WHEN {} THEN {}", Folded(from), to.empty() ? "NULL" : store::QuoteText(to));
  }
  return fmt::format("CASE folded(trim({0})){1} ELSE {0} END", column, cases);
}

std::string ClearOf(const Step& step, const std::string& column) {
  std::string words;
  for (const std::string& word : step.words.empty() ? PlaceholderWords() : step.words) {
    words += (words.empty() ? "" : ", ") + Folded(word);
  }
  return fmt::format("CASE WHEN folded(trim({0})) IN ({1}) THEN NULL ELSE {0} END", column, words);
}

// A value that is one letter in capitals and small letters both ways (a digit, a letter of a script without case)
// stays.
constexpr std::string_view kTitleCase =
    "CASE WHEN {0} = upper({0}) AND {0} <> lower({0}) OR {0} = lower({0}) AND {0} <> upper({0}) THEN "
    "array_to_string(list_transform(string_split(lower({0}), ' '), w -> upper(w[1]) || w[2:]), ' ') ELSE {0} END";

std::string ExpressionOf(const Step& step) {
  std::string column = store::QuoteName(step.field);
  switch (step.kind) {
    case StepKind::kTrim:
      return fmt::format(R"(nullif(trim(regexp_replace({}, '[\s\x{{00A0}}]+', ' ', 'g')), ''))", column);
    case StepKind::kUpper:
      return fmt::format("upper({})", column);
    case StepKind::kLower:
      return fmt::format("lower({})", column);
    case StepKind::kTitle:
      return fmt::format(fmt::runtime(kTitleCase), column);
    case StepKind::kMap:
      return MapOf(step, column);
    case StepKind::kReplace:
      return fmt::format("nullif(regexp_replace({}, {}, {}, 'g'), '')", column, store::QuoteText(step.pattern),
                         store::QuoteText(step.value));
    case StepKind::kPhone:
      return fmt::format("coalesce(e164({0}, {1}), {0})", column, store::QuoteText(step.region));
    case StepKind::kCountry:
      return fmt::format("coalesce(iso_country({0}), {0})", column);
    case StepKind::kClear:
      return ClearOf(step, column);
    default:
      return column;
  }
}

std::vector<CleaningStep::Column> ColumnsOf(const Step& step) {
  if (step.kind != StepKind::kSplitName) return {{.name = step.field, .expression = ExpressionOf(step)}};
  constexpr std::string_view kFirst = R"(split_part(trim(full_name), ' ', 1))";
  constexpr std::string_view kRest = R"(nullif(trim(substr(trim(full_name), strpos(trim(full_name), ' ') + 1)), ''))";
  const auto named = [](std::string_view own, std::string_view part) {
    return fmt::format(
        "CASE WHEN coalesce(first_name, last_name) IS NULL AND strpos(trim(full_name), ' ') > 0 THEN {} ELSE {} END",
        part, own);
  };
  return {{.name = "first_name", .expression = named("first_name", step.is_last_first ? kRest : kFirst)},
          {.name = "last_name", .expression = named("last_name", step.is_last_first ? kFirst : kRest)}};
}

}  // namespace

const std::vector<std::string>& PlaceholderWords() {
  static const std::vector<std::string> words{"select",
                                              "select one",
                                              "please select",
                                              "-select-",
                                              "--select--",
                                              "-- select --",
                                              "choose",
                                              "choose one",
                                              "n/a",
                                              "na",
                                              "n.a.",
                                              "none",
                                              "null",
                                              "nil",
                                              "unknown",
                                              "undefined",
                                              "not set",
                                              "not known",
                                              "not applicable",
                                              "no value",
                                              "-",
                                              "--",
                                              "---",
                                              ".",
                                              "?",
                                              "???",
                                              "tbd",
                                              "выберите",
                                              "не выбрано",
                                              "не указано",
                                              "не указан",
                                              "не задано",
                                              "неизвестно",
                                              "нет данных",
                                              "н/д",
                                              "без значения"};
  return words;
}

std::vector<std::string> CleanableFields(std::string_view entity) {
  std::vector<std::string> fields;
  const model::RecordTable* table = model::FindRecordTable(entity);
  if (table == nullptr || !sources::CanBeCleaned(entity)) return fields;
  constexpr std::array<std::string_view, 6> kMoved{"key",    "stage",    "stage_kind",
                                                   "status", "pipeline", "forecast_category"};
  for (const model::RecordColumn& column : table->columns) {
    if (column.type != model::RecordType::kText || column.name.ends_with("_key")) continue;
    if (std::ranges::find(kMoved, column.name) == kMoved.end()) fields.push_back(column.name);
  }
  return fields;
}

Result<std::vector<Step>> ParseSteps(std::string_view entity, std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded() || !document.is_array()) {
    return Fail(
        BadUsage("the steps are no list in JSON")
            .Field("steps")
            .Mend("Write [{{\"field\": \"industry\", \"do\": \"map\", \"values\": {{\"IT\": \"Technology\"}}}}]"));
  }
  if (document.empty() || document.size() > kMostSteps) {
    return Fail(BadUsage("a recipe has 1 to {} steps", kMostSteps).Field("steps"));
  }
  std::vector<Step> steps;
  for (std::size_t i = 0; i < document.size(); ++i) {
    WEIR_TRY(Step step, StepReader(entity, document[i], i).Read());
    steps.push_back(std::move(step));
  }
  return steps;
}

std::string StepsJson(const std::vector<Step>& steps) {
  json list = json::array();
  for (const Step& step : steps) {
    json one{{"field", step.field}, {"do", NameOf(step.kind)}};
    if (step.kind == StepKind::kMap) {
      one["values"] = json::object();
      for (const auto& [from, to] : step.values) one["values"][from] = to;
    }
    if (!step.words.empty()) one["words"] = step.words;
    if (step.kind == StepKind::kReplace) {
      one["pattern"] = step.pattern;
      one["with"] = step.value;
    }
    if (!step.region.empty()) one["region"] = step.region;
    if (step.is_last_first) one["order"] = "last_first";
    if (step.kind == StepKind::kDefault) one["value"] = step.value;
    list.push_back(std::move(one));
  }
  return list.dump();
}

analysis::Text Described(const Step& step) {
  const std::string& field = step.field;
  const auto both = [&](std::string_view en, std::string_view ru) {
    return analysis::Text{fmt::format("{}: {}", field, en), fmt::format("{}: {}", field, ru)};
  };
  switch (step.kind) {
    case StepKind::kTrim:
      return both("blanks folded", "лишние пробелы убраны");
    case StepKind::kUpper:
      return both("in capitals", "прописными буквами");
    case StepKind::kLower:
      return both("in small letters", "строчными буквами");
    case StepKind::kTitle:
      return both("words with a capital", "слова с прописной буквы");
    case StepKind::kMap: {
      const auto& [from, to] = step.values.front();
      const std::string more = step.values.size() > 1 ? fmt::format(" +{}", step.values.size() - 1) : "";
      const std::string shown = fmt::format("{} → {}{}", from, to.empty() ? "∅" : to, more);
      return both(shown, shown);
    }
    case StepKind::kReplace: {
      const std::string shown = fmt::format("/{}/ → {}", step.pattern, step.value.empty() ? "∅" : step.value);
      return both(shown, shown);
    }
    case StepKind::kPhone:
      return both("as +49…", "в виде +7…");
    case StepKind::kCountry:
      return both("code of the country", "код страны");
    case StepKind::kSplitName:
      return both("split into first and last", "разделено на имя и фамилию");
    case StepKind::kClear:
      return both("placeholders cleared", "заглушки убраны");
    case StepKind::kDefault:
      return both(fmt::format("{} where empty", step.value), fmt::format("{}, если пусто", step.value));
  }
  return {};
}

std::string Written(const Recipe& recipe) {
  return json{{"name", recipe.name},
              {"entity", recipe.entity},
              {"version", recipe.version},
              {"is_on", recipe.is_on},
              {"steps", json::parse(StepsJson(recipe.steps))}}
      .dump();
}

std::optional<Recipe> ReadWritten(std::string_view setting, std::string_view value) {
  if (!setting.starts_with(kRecipeSetting)) return std::nullopt;
  const json document = json::parse(value, nullptr, false);
  if (!document.is_object() || !document.contains("steps")) return std::nullopt;
  Recipe recipe{.id = std::string(setting.substr(kRecipeSetting.size())),
                .name = document.value("name", ""),
                .entity = document.value("entity", ""),
                .version = document.value("version", std::int64_t{1}),
                .is_on = document.value("is_on", true)};
  auto steps = ParseSteps(recipe.entity, document["steps"].dump());
  if (!steps) return std::nullopt;
  recipe.steps = *std::move(steps);
  return recipe;
}

void SortRecipes(std::vector<Recipe>& recipes) { std::ranges::sort(recipes, {}, &NumberOf); }

Result<std::vector<Recipe>> ReadRecipes(store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query("SELECT name, value FROM scoped.setting ORDER BY name NULLS LAST"));
  std::vector<Recipe> recipes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (auto recipe = ReadWritten(rows.TextAt(i, 0), rows.TextAt(i, 1))) recipes.push_back(*std::move(recipe));
  }
  SortRecipes(recipes);
  return recipes;
}

std::vector<CleaningStep> CleaningOf(const std::vector<Recipe>& recipes) {
  std::vector<CleaningStep> cleaning;
  for (const Recipe& recipe : recipes) {
    if (!recipe.is_on) continue;
    for (const Step& step : recipe.steps) {
      if (step.kind == StepKind::kDefault) continue;
      cleaning.push_back({.table = recipe.entity,
                          .columns = ColumnsOf(step),
                          .recipe = fmt::format("{}@{}", recipe.id, recipe.version)});
    }
  }
  return cleaning;
}

std::map<std::string, std::string, std::less<>> DefaultsOf(const std::vector<Recipe>& recipes) {
  std::map<std::string, std::string, std::less<>> defaults;
  for (const Recipe& recipe : recipes) {
    if (!recipe.is_on) continue;
    for (const Step& step : recipe.steps) {
      if (step.kind == StepKind::kDefault) defaults[fmt::format("{}.{}", recipe.entity, step.field)] = step.value;
    }
  }
  return defaults;
}

Result<std::map<std::string, std::string, std::less<>>> ReadDefaults(store::Session& session) {
  WEIR_TRY(const std::vector<Recipe> recipes, ReadRecipes(session));
  return DefaultsOf(recipes);
}

}  // namespace weir::hygiene
