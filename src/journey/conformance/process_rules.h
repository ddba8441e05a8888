// The process as it is drawn: rules of Declare in catalog/processes/*.toml, each with its title, its limit of time and
// the cases that need not keep it. docs/processes.md has the grammar.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/text.h"
#include "base/definitions.h"
#include "base/result.h"
#include "journey/conformance/declare.h"
#include "journey/log/event_log.h"

namespace weir::journey {

// Cases whose attribute has one of the values are let off: a partner's leads need no call within the hour.
struct Allowance {
  std::string attribute;            // a case column of the log
  std::vector<std::string> values;  // with * and ?, without regard to case
};

struct ProcessRule {
  std::string id;  // of its process
  analysis::Text title;
  RuleForm form = RuleForm::kResponse;
  std::vector<std::string> of;  // names of activities, with * and ?, without regard to case
  std::vector<std::string> to;
  std::uint32_t times = 1;
  std::optional<TimeLimit> within;
  std::vector<Allowance> allow;
};

struct Process {
  std::string id;  // the name of the file
  std::int64_t version = 1;
  std::string case_of;  // lead, deal, account or ticket
  analysis::Text title;
  std::vector<ProcessRule> rules;
  std::string source_file;
  bool is_own = false;
};

// Errors: bad_input with file and line: an unknown rule or field, a limit of time that is none, a rule twice. One of
// the workspace takes the place of one of the program by a higher version.
Result<std::vector<Process>> LoadProcesses(std::span<const DefinitionFile> files);

// "90 minutes", "4 hours", "2 days", "4 working hours"; nothing where the text is not of that form or above ten years.
std::optional<TimeLimit> ParseTimeLimit(std::string_view text);

struct BoundRule {
  Rule rule;
  std::vector<std::string> unmatched;           // patterns that fit no activity of the log
  std::vector<std::string> unknown_attributes;  // of its allowances: nobody is let off by these
};

// A rule in the codes of a log. Where nothing fits `of`, nothing calls for it.
BoundRule Bound(const ProcessRule& rule, const EventLog& log);

}  // namespace weir::journey
