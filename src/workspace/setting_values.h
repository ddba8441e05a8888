// The settings: which there are, what holds at a data version, what somebody set as apart from what holds by default.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/settings.h"
#include "base/result.h"
#include "model/field_rules.h"
#include "store/database.h"

namespace weir::workspace {

struct SettingSpec {
  std::string_view name;
  std::string_view default_value;  // empty: found in the data
  std::string_view help_en;
  std::string_view help_ru;
};
std::span<const SettingSpec> SettingSpecs();
// Checks a value; the error says what is allowed.
Status CheckSetting(std::string_view name, std::string_view value);

// Every setting by its name, as of a data version; what was never set has its default.
using SettingValues = std::map<std::string, std::string, std::less<>>;
Result<SettingValues> ValuesAt(store::Session& session, std::int64_t version);
// An empty currency stays empty.
analysis::Settings SettingsOf(const SettingValues& values);
// Whose word counts for single fields.
model::FieldRules FieldRulesOf(const SettingValues& values);
// The same with the currency that most records carry where none is set: reads all deals and invoices in that case.
Result<analysis::Settings> ReadSettings(store::Session& session, std::int64_t version);

// Nothing where nobody set it, or it was put back to that.
Result<std::optional<std::string>> SetValueAt(store::Session& session, std::string_view name, std::int64_t version);
// Without a value the setting is as if nobody had set it.
Status WriteValue(store::Session& session, std::string_view name, const std::optional<std::string>& value,
                  std::int64_t version);
// The value as it is kept: an empty one takes a setting back, unless it is an answer.
std::optional<std::string> AsSet(std::string_view name, const std::string& value);

// "Hiring; Purchases" as names; empty ones are left out.
std::vector<std::string> NamesIn(std::string_view text);

// Sets the variables that the scoped views read of settings that no table of the model rests on: working hours
// with the holidays of the model's calendar, pipelines that are no sales. With a data version above zero, what the
// session knows of it already stays.
Status SetWhatCounts(store::Session& session, const SettingValues& values, std::int64_t version = 0);

}  // namespace weir::workspace
