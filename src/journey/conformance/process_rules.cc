#include "journey/conformance/process_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "metrics/table_reader.h"

namespace weir::journey {
namespace {

using metrics::TableReader;

constexpr Micros kMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMostTimes = 1'000'000;

const std::vector<std::string>& CaseNotions() {
  static const std::vector<std::string> kAll{"lead", "deal", "account", "ticket"};
  return kAll;
}

std::vector<std::string> FormNames() {
  std::vector<std::string> names;
  for (const RuleFormFacts& form : RuleForms()) names.emplace_back(form.name);
  return names;
}

Phrase LimitForm() { return MakePhrase("Write as \"90 minutes\", \"4 hours\", \"2 days\" or \"4 working hours\""); }

Result<std::vector<std::string>> ReadNames(TableReader& reader, std::string_view field, bool is_wanted) {
  WEIR_TRY(std::vector<std::string> names, reader.TextsOr(field));
  if (is_wanted && names.empty()) {
    return Fail(reader.At(BadInput("the rule does not say '{}'", field), field)
                    .Mend("Name one activity or several, as a list"));
  }
  if (!is_wanted && !names.empty()) {
    return Fail(reader.At(BadInput("a rule of this kind has no '{}'", field), field).Mend("Leave the field out"));
  }
  if (std::ranges::any_of(names, [](const std::string& name) { return name.empty(); })) {
    return Fail(reader.At(BadInput("an empty name in '{}'", field), field)
                    .Mend("Write the name of the activity as the log has it"));
  }
  return names;
}

Status ReadTimes(TableReader& reader, const RuleFormFacts& form, ProcessRule& rule) {
  rule.times = rule.form == RuleForm::kAbsence ? 0 : 1;
  if (reader.Find("times") == nullptr) return {};
  WEIR_TRY(const std::int64_t times, reader.Integer("times"));
  const std::int64_t least = rule.form == RuleForm::kAbsence ? 0 : 1;
  if (!form.has_times || times < least || times > kMostTimes) {
    return Fail(reader.At(BadInput("'times' does not fit this rule"), "times")
                    .Mend("existence, absence and exactly take a number of events: 1, 2, ..."));
  }
  rule.times = static_cast<std::uint32_t>(times);
  return {};
}

Status ReadWithin(TableReader& reader, const RuleFormFacts& form, ProcessRule& rule) {
  WEIR_TRY(const std::string within, reader.TextOr("within", ""));
  if (within.empty()) return {};
  if (!form.has_time) {
    return Fail(reader.At(BadInput("a rule of this kind has no limit of time"), "within").Mend("Leave the field out"));
  }
  rule.within = ParseTimeLimit(within);
  if (rule.within) return {};
  return Fail(reader.At(BadInput("not a limit of time: '{}'", within), "within").Mend(LimitForm()));
}

Status ReadAllowances(TableReader& reader, ProcessRule& rule) {
  const toml::node* node = reader.Find("allow");
  if (node == nullptr) return {};
  const toml::array* list = node->as_array();
  const auto refuse = [&] {
    return Fail(reader.At(BadInput("'allow' is not a list of tables"), "allow")
                    .Mend("Write as allow = [{{ attribute = \"source\", values = [\"partner\"] }}]"));
  };
  if (list == nullptr) return refuse();
  for (const toml::node& item : *list) {
    if (!item.is_table()) return refuse();
    TableReader allowance(*item.as_table(), reader.path());
    Allowance read;
    WEIR_TRY(read.attribute, allowance.Text("attribute"));
    WEIR_TRY(read.values, ReadNames(allowance, "values", true));
    WEIR_TRY(allowance.Finish());
    rule.allow.push_back(std::move(read));
  }
  return {};
}

Result<ProcessRule> ReadRule(const toml::table& table, const std::string& path) {
  TableReader reader(table, path);
  ProcessRule rule;
  WEIR_TRY(rule.id, reader.Text("id"));
  WEIR_TRY(rule.title, reader.BothLanguages("title"));
  WEIR_TRY(const std::size_t form, reader.OneOf("rule", FormNames()));
  rule.form = static_cast<RuleForm>(form);
  const RuleFormFacts& facts = FactsOf(rule.form);
  WEIR_TRY(rule.of, ReadNames(reader, "of", true));
  WEIR_TRY(rule.to, ReadNames(reader, "to", facts.has_other));
  WEIR_TRY(ReadTimes(reader, facts, rule));
  WEIR_TRY(ReadWithin(reader, facts, rule));
  WEIR_TRY(ReadAllowances(reader, rule));
  WEIR_TRY(reader.Finish());
  return rule;
}

Result<Process> ReadProcess(const DefinitionFile& file) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  TableReader reader(root, file.path);
  Process process{
      .id = std::filesystem::path(file.path).stem().string(), .source_file = file.path, .is_own = file.is_own};
  WEIR_TRY(process.version, reader.Integer("version"));
  WEIR_TRY(process.title, reader.BothLanguages("title"));
  WEIR_TRY(const std::size_t notion, reader.OneOf("case", CaseNotions()));
  process.case_of = CaseNotions()[notion];
  const toml::node* rules = reader.Find("rule");
  const toml::array* list = rules == nullptr ? nullptr : rules->as_array();
  if (list == nullptr || list->empty()) {
    return Fail(reader.At(BadInput("the process has no rules"), "rule")
                    .Mend("Write: [[rule]] with id, title, rule = \"response\", of and to"));
  }
  for (const toml::node& item : *list) {
    if (!item.is_table())
      return Fail(reader.At(BadInput("'rule' is not a list of tables"), item).Mend("Write: [[rule]]"));
    WEIR_TRY(ProcessRule rule, ReadRule(*item.as_table(), file.path));
    if (std::ranges::find(process.rules, rule.id, &ProcessRule::id) != process.rules.end()) {
      return Fail(reader.At(BadInput("rule '{}' stands here twice", rule.id), item).Mend("Give it another id"));
    }
    process.rules.push_back(std::move(rule));
  }
  WEIR_TRY(reader.Finish());
  return process;
}

// The activities that a list of patterns fits; those that fit none are said.
std::vector<ActivityId> Fitting(const std::vector<std::string>& patterns, const EventLog& log,
                                std::vector<std::string>& unmatched) {
  std::vector<bool> fits(log.activity_names.size(), false);
  for (const std::string& pattern : patterns) {
    bool has_any = false;
    for (std::size_t activity = 0; activity < fits.size(); ++activity) {
      if (!MatchesGlob(pattern, log.activity_names[activity])) continue;
      fits[activity] = true;
      has_any = true;
    }
    if (!has_any) unmatched.push_back(pattern);
  }
  std::vector<ActivityId> fitting;
  for (std::size_t activity = 0; activity < fits.size(); ++activity) {
    if (fits[activity]) fitting.push_back(static_cast<ActivityId>(activity));
  }
  return fitting;
}

}  // namespace

std::optional<TimeLimit> ParseTimeLimit(std::string_view text) {
  constexpr Micros kMost = 10 * 366 * kMicrosPerDay;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0 || end == text.data() + text.size() || *end != ' ') return std::nullopt;
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()) + 1);
  TimeLimit limit;
  constexpr std::string_view kWorking = "working ";
  if (unit.starts_with(kWorking)) {
    limit.is_working_time = true;
    unit.remove_prefix(kWorking.size());
  }
  constexpr std::array<std::pair<std::string_view, Micros>, 3> kUnits{
      {{"minute", kMinute}, {"hour", 60 * kMinute}, {"day", kMicrosPerDay}}};
  for (const auto& [name, micros] : kUnits) {
    if (!unit.starts_with(name) || (unit.substr(name.size()) != "s" && unit.size() != name.size())) continue;
    // How long a working day is, nobody has said here.
    if (limit.is_working_time && name == "day") return std::nullopt;
    if (count > kMost / micros) return std::nullopt;
    limit.micros = count * micros;
    return limit;
  }
  return std::nullopt;
}

Result<std::vector<Process>> LoadProcesses(std::span<const DefinitionFile> files) {
  std::vector<Process> processes;
  for (const DefinitionFile& file : files) {
    WEIR_TRY(Process process, ReadProcess(file));
    const auto known = std::ranges::find(processes, process.id, &Process::id);
    if (known == processes.end()) {
      processes.push_back(std::move(process));
    } else if (file.is_own && process.version > known->version) {
      *known = std::move(process);
    } else {
      return Fail(
          BadInput("process '{}' stands in {} already, as version {}", process.id, known->source_file, known->version)
              .At(file.path)
              .Mend("Give it a higher version to replace that one, or another name"));
    }
  }
  std::ranges::sort(processes, {}, &Process::id);
  return processes;
}

BoundRule Bound(const ProcessRule& rule, const EventLog& log) {
  BoundRule bound{.rule = {.form = rule.form, .times = rule.times, .within = rule.within}};
  bound.rule.of = Fitting(rule.of, log, bound.unmatched);
  bound.rule.to = Fitting(rule.to, log, bound.unmatched);
  for (const Allowance& allowance : rule.allow) {
    const auto column = std::ranges::find(log.case_columns, allowance.attribute, &CodedColumn::name);
    if (column == log.case_columns.end()) {
      bound.unknown_attributes.push_back(allowance.attribute);
      continue;
    }
    std::vector<bool> is_let_off(column->values.size());
    for (std::size_t value = 0; value < is_let_off.size(); ++value) {
      is_let_off[value] = std::ranges::any_of(
          allowance.values, [&](const std::string& pattern) { return MatchesGlob(pattern, column->values[value]); });
    }
    bound.rule.is_exempt.resize(log.case_names.size(), false);
    for (std::size_t id = 0; id < std::min(bound.rule.is_exempt.size(), column->codes.size()); ++id) {
      if (column->codes[id] != kNoValue && is_let_off[column->codes[id]]) bound.rule.is_exempt[id] = true;
    }
  }
  return bound;
}

}  // namespace weir::journey
