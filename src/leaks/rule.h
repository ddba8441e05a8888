// A leak rule: data that a business user may write without a compiler. The form of the files: docs/add-a-leak-rule.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.h"
#include "base/definitions.h"
#include "base/result.h"
#include "base/time.h"
#include "metrics/rule_text.h"

namespace weir::leaks {

using metrics::Requirement;

struct Rule {
  std::string id = {};  // the name of its file
  std::int64_t version = 1;
  std::int64_t position = 0;  // of several rules that find one record the lowest counts it
  analysis::Text title = {};
  analysis::Text meaning = {};
  analysis::Text fix = {};
  analysis::Text formula = {};  // of the money, in words
  std::string department = {};
  bool is_certain = false;       // by arithmetic; else probable
  bool learns = false;           // from other rows what is usual, and so from those that the caller may see
  std::string entity = {};       // canonical table of record_id
  analysis::Text detail = {};    // "{days_waited} days in {stage}": names are columns of the SELECT
  analysis::Text left_out = {};  // of rows that the SELECT marks `is_left_out`; may be empty: then it marks none
  std::string sql = {};
  std::string cases_sql = {};  // past cases, by which the money of a record is learnt; empty: the SELECT gives it
  bool are_strata_overlapping = false;  // a past case may stand in several of them
  std::int64_t recovery = 50;           // percent of such money that usually comes back once somebody acts
  std::vector<std::string> watch = {};  // steps that may suffer from mending it (step.h); empty: of its department
  std::string agreement = {};           // the kind of agreement between departments that it breaks; may be empty
  metrics::RuleParameters parameters = {};
  std::vector<Requirement> requirements = {};
  std::string source_file = {};
  bool is_own = false;  // of the workspace
};

// Rules by position, then id. The stem of a file's path is the id of its rule; one of the workspace may replace what is
// built in by a higher version. Errors name file, line, column and field, and say how to mend them.
Result<std::vector<Rule>> LoadRules(std::span<const DefinitionFile> files);

// The SELECT with the rule's parameters in place (metrics/rule_text.h).
Result<std::string> FillIn(std::string_view sql, const Rule& rule, Instant as_of, Date as_of_date);

// Tables of scoped.* that the rule reads, in order of their names.
std::vector<std::string> ReadsOf(const Rule& rule);

// Names of the columns that a rule's SELECT must give, besides those of its own for the detail.
std::span<const std::string_view> FixedColumns();

}  // namespace weir::leaks
