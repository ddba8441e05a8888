// What each register holds: the fields of a process, an agreement and a goal, how they are written and what is checked.
// Internal to workspace/.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "analysis/params.h"
#include "base/result.h"
#include "metrics/catalog.h"

namespace weir::workspace {

enum class FieldKind : std::uint8_t {
  kText,
  kName,         // required
  kDepartment,   // a code of people/vocabulary.h, or the company's own word
  kDepartments,  // several
  kList,         // several texts
  kMetric,       // an id of the catalogue
  kMetrics,
  kDate,
  kNumber,    // plain decimal
  kCurrency,  // three letters
  kScope,     // whose goal it is
  kEntry,     // the number of another entry of the register
};

struct RegisterField {
  std::string_view name;
  FieldKind kind = FieldKind::kText;
  analysis::Text title;
  analysis::Text help;
  std::vector<std::string_view> headers = {};  // how sheets call it besides its name and titles
};

struct RegisterKind {
  std::string_view noun;    // "goal": the subject of a decision is "goal:12"
  std::string_view plural;  // "goals": the analysis; its actions are goals.set, goals.retire, goals.restore
  analysis::Text title;
  analysis::Text one;  // "a goal", as a title of actions needs it
  std::vector<RegisterField> fields;
  std::vector<std::string_view> departments;  // fields that say whose an entry is
  std::vector<std::string_view> key;  // fields by which a line of a sheet finds the entry that it changes; empty: none
};

const RegisterKind& Processes();
const RegisterKind& Agreements();
const RegisterKind& Goals();
std::span<const RegisterKind* const> RegisterKinds();

bool IsSeveral(FieldKind kind);
bool IsRegisterDepartment(FieldKind kind);

// A metric of the catalogue; nothing where there is none of that id.
using MetricFinder = std::function<Result<std::optional<metrics::Metric>>(const std::string& id)>;

struct RegisterCheck {
  const MetricFinder& metric;
  std::string_view currency;  // of reports: that of an amount without one
};

// The fields as they are kept, in their one form; empty ones are left out. `fields` has texts as somebody wrote them.
// The error names the field.
Result<nlohmann::json> CheckFields(const RegisterKind& kind, const nlohmann::json& fields, const RegisterCheck& check);

// "1 234 567,89", "12%", "1234.5"; refused where a separator may be one of thousands or a decimal one.
Result<std::string> PlainNumber(std::string_view written, std::string_view field);
// "2026", "2026-Q2", "2026-05": its first and last day.
Result<std::pair<std::string, std::string>> DaysOfPeriod(std::string_view written);

}  // namespace weir::workspace
