// Cleaning recipes: ordered steps on fields of one kind of records, kept as data of the workspace and applied whenever
// records are read (sources/cleaning.h). What sources said stays as it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/text.h"
#include "base/result.h"
#include "sources/cleaning.h"
#include "store/engine.h"

namespace weir::hygiene {

enum class StepKind : std::uint8_t {
  kTrim,       // blanks at the ends go, several between words become one; what is then empty says nothing
  kUpper,      // all letters
  kLower,      //
  kTitle,      // each word begins with a capital, where the text is all in small letters or all in capitals
  kMap,        // values become others, compared without case, accents and outer blanks; to nothing: they say nothing
  kReplace,    // a regular expression of RE2, whose time is linear in the text, everywhere in it
  kPhone,      // E.164 where it is a number; numbers without a country code are of the region
  kCountry,    // ISO 3166 where the country is known
  kSplitName,  // first and last name of the whole one, where both are empty
  kClear,      // placeholders say nothing
  kDefault,    // what the company or person has where no record says anything; never a word of a record
};

struct Step {
  StepKind kind = StepKind::kTrim;
  std::string field = {};                                        // a text column of the record table
  std::vector<std::pair<std::string, std::string>> values = {};  // of kMap
  std::vector<std::string> words = {};                           // of kClear; none: PlaceholderWords
  std::string pattern = {};                                      // of kReplace
  std::string value = {};                                        // of kReplace and kDefault
  std::string region = {};                                       // of kPhone
  bool is_last_first = false;                                    // of kSplitName: "Adler Ann"

  bool operator==(const Step&) const = default;
};

struct Recipe {
  std::string id = {};  // a number
  std::string name = {};
  std::string entity = {};  // account, person, lead, deal
  std::int64_t version = 1;
  bool is_on = true;
  std::vector<Step> steps = {};
};

// How settings name it: "recipe.3".
inline constexpr std::string_view kRecipeSetting = "recipe.";
inline constexpr std::size_t kMostSteps = 50;
inline constexpr std::size_t kMostValues = 1000;       // of one map
inline constexpr std::size_t kLongestPattern = 200;    // bytes
inline constexpr std::size_t kLongestStepText = 1000;  // bytes of any other text

// What people write where a form makes them write something: "Select", "n/a", "-", "не указано".
const std::vector<std::string>& PlaceholderWords();
// Text columns of the records of a kind that steps may name: not keys, nor what a process moves (stages, the status of
// a lead).
std::vector<std::string> CleanableFields(std::string_view entity);

// Steps as JSON: [{"field": "phone", "do": "phone", "region": "DE"}, {"field": "industry", "do": "map", "values":
// {"IT": "Technology"}}, {"field": "name", "do": "replace", "pattern": "\\s+GmbH$", "with": ""}, {"field": "segment",
// "do": "default", "value": "SMB"}]; do: trim, upper, lower, title, map, replace, phone, country, split_name, clear,
// default. The error names the step and the field that is wrong. A pattern is not tried here.
Result<std::vector<Step>> ParseSteps(std::string_view entity, std::string_view json);
std::string StepsJson(const std::vector<Step>& steps);
// The step in words.
analysis::Text Described(const Step& step);

std::string Written(const Recipe& recipe);
// Nothing where the setting is no recipe.
std::optional<Recipe> ReadWritten(std::string_view setting, std::string_view value);
// Those of scoped.setting, in the order in which they are applied: by number.
Result<std::vector<Recipe>> ReadRecipes(store::Session& session);
void SortRecipes(std::vector<Recipe>& recipes);

// What the recipes that are on do to records.
std::vector<sources::CleaningStep> CleaningOf(const std::vector<Recipe>& recipes);
// And what fields are where nobody says anything, by "account.segment"; the last recipe counts.
std::map<std::string, std::string, std::less<>> DefaultsOf(const std::vector<Recipe>& recipes);
Result<std::map<std::string, std::string, std::less<>>> ReadDefaults(store::Session& session);

}  // namespace weir::hygiene
