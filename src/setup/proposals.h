// Answers made of evidence: what is proposed, what it is called, and why. Internal to setup/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/settings.h"
#include "analysis/text.h"
#include "base/decimal.h"
#include "base/time.h"
#include "setup/evidence.h"

namespace weir::setup {

struct Option {
  std::string value = {};
  analysis::Text label = {};
  analysis::Text note = {};
};

struct Proposal {
  std::optional<std::string> value = {};  // of the setting; nothing where the data do not say
  analysis::Text evidence = {};           // or what is missing
  std::optional<Decimal> share = {};      // 0..1, of what the evidence counts
  analysis::Text note = {};               // what to mind when it is accepted
  std::vector<Option> options = {};       // worth offering, the proposed one first
};

Proposal ProposeCurrency(const Evidence& evidence);
// The order in which sources count by default, where several tell of the same company or person.
Proposal ProposeSourceOrder(const Evidence& evidence);
// The zone of the countries that the data name, where the hours of work fit it.
Proposal ProposeTimeZone(const Evidence& evidence, const analysis::Settings& settings);
Proposal ProposeFiscalYear(const Evidence& evidence);
// By the clock of the zone that is set, else of the one that is proposed.
Proposal ProposeWorkingHours(const Evidence& evidence, const std::string& time_zone);
Proposal ProposePipelines(const Evidence& evidence);
// What the goals for amounts won add up to in the fiscal years that they cover.
Proposal ProposePlan(const Evidence& evidence, int first_month, const std::string& currency);

// How a value of a setting reads: "January" for "1", "Mon-Fri 9:00-18:00" for "Mo-Fr 09:00-18:00".
analysis::Text ShownValue(std::string_view setting, const std::string& value);

}  // namespace weir::setup
