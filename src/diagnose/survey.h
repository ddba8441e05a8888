// The survey of departments: the questions of published surveys, what a department answered beside what was published,
// and by how much departments differ. The questions are data (catalog/surveys/*.toml); the figures are worked out by a
// kernel that knows no store. docs/diagnosis-survey.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/text.h"
#include "base/definitions.h"
#include "base/result.h"

namespace weir::diagnose {

struct SurveyOption {
  std::string id = {};
  analysis::Text text = {};
  std::vector<double> published = {};  // shares, one for each column of the survey
};

struct Survey {
  std::string id = {};  // the name of its file
  std::int64_t position = 0;
  analysis::Text title = {};
  analysis::Text question = {};
  analysis::Text source = {};  // who was asked, when, and that it is an observation
  std::int64_t sample = 0;
  std::int64_t year = 0;                     // 0: not stated
  std::int64_t most = 0;                     // answers that may be chosen; 0: any number
  std::string none = {};                     // the option that goes with no other
  bool is_philosophy = false;                // shown, and never part of any evidence
  std::vector<analysis::Text> columns = {};  // whom the published shares are of
  std::vector<SurveyOption> options = {};

  const SurveyOption* Find(std::string_view option) const;
};

// In the order of their positions. Errors name file, line, column and field.
Result<std::vector<Survey>> LoadSurveys(std::span<const DefinitionFile> files);
const std::vector<Survey>& BuiltInSurveys();

// Whether these options answer the survey: known, none twice, not more than may be chosen, "none" alone.
Status CheckAnswer(const Survey& survey, std::span<const std::string> options);

inline constexpr std::int64_t kLeastShown = 3;  // answers, below which a department is not shown alone

// How many of a department chose what.
struct SurveyCount {
  std::string department = {};
  std::int64_t respondents = 0;      // who answered this survey
  std::vector<std::int64_t> chosen;  // by option
};

struct ShareRange {
  double share = 0;
  double low = 0;
  double high = 0;
};
// Middle eight of ten of the posterior under Jeffreys' prior; the ends are 0 and 1 where none or all chose it.
ShareRange ShareOf(std::int64_t chosen, std::int64_t of);

// By how much departments differ: the part of all differences between answers that departments explain, over all
// options, without what chance alone would explain (omega squared): 0 none, 1 all. `chance` is how often answers
// shuffled between departments differ as much. Nothing with fewer than two departments of kLeastShown answers.
struct Divergence {
  double explained = 0;
  double chance = 1;
  std::size_t widest = 0;  // the option whose shares are furthest apart
  std::size_t most = 0;    // and the departments that they are of
  std::size_t least = 0;
};
std::optional<Divergence> DivergenceOf(std::span<const SurveyCount> counts, std::uint64_t seed);

// diagnose.survey, which reads scoped.survey_count: counts in which no department of fewer than kLeastShown stands
// alone.
analysis::Analysis SurveyAnalysis();

}  // namespace weir::diagnose
