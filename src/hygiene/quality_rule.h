// A rule of data quality: data that a business user may write without a compiler. The form of the files:
// docs/data-health.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.h"
#include "base/definitions.h"
#include "base/result.h"
#include "metrics/rule_text.h"

namespace weir::hygiene {

// What can be wrong with data, in the order in which it is shown.
inline constexpr std::array<std::string_view, 5> kDimensions{"completeness", "validity", "freshness", "uniqueness",
                                                             "consistency"};
analysis::Text NameOfDimension(std::string_view dimension);

// How the value that should stand there is found.
enum class Repair : std::uint8_t {
  kNone,      // nobody knows it
  kColumn,    // the SELECT says it in `proposed`
  kPhone,     // the number in E.164, read by `region`
  kEncoding,  // the letters as they were before somebody read them in the wrong encoding
};

struct QualityRule {
  std::string id = {};  // the name of its file
  std::int64_t version = 1;
  std::int64_t position = 0;  // order of the list
  std::string dimension = {};
  std::string entity = {};  // canonical table of record_id
  std::string field = {};   // at fault, as corrections name it; may be empty
  Repair repair = Repair::kNone;
  analysis::Text title = {};
  analysis::Text meaning = {};
  analysis::Text fix = {};
  analysis::Text detail = {};  // "silent for {days} days": names are columns of the SELECT
  std::string sql = {};        // every record that is checked, with the boolean `is_bad`
  metrics::RuleParameters parameters = {};
  std::vector<metrics::Requirement> requirements = {};
  std::string source_file = {};
  bool is_own = false;  // of the workspace
};

// Rules by position, then id; one of the workspace may replace what is built in by a higher version. Errors name file,
// line, column and field, and say how to mend them.
Result<std::vector<QualityRule>> LoadQualityRules(std::span<const DefinitionFile> files);

// Columns that the SELECT of a rule gives, besides its own.
std::span<const std::string_view> QualityColumns();

// Tables of scoped.* that the rules read, in order of their names.
std::vector<std::string> ViewsOf(std::span<const QualityRule> rules);

}  // namespace weir::hygiene
