// The parts of the answer to where money is lost: stages, reasons, open leaks, deals that stand still. Internal to
// questions/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "questions/answer.h"
#include "questions/scope.h"
#include "questions/words.h"

namespace weir::questions {

// Fewer cases than this on a side, and shares are not compared.
inline constexpr std::int64_t kEnoughCases = 20;

// Of the deals closed in the days that ever stood in a stage, those lost from it.
struct StageLoss {
  std::optional<std::string> pipeline = {};
  std::optional<std::string> stage = {};  // none: nobody recorded where the deals stood
  std::int64_t reached = 0;
  std::int64_t lost = 0;
  Decimal lost_amount = {0, kAmountScale};
  Decimal reached_amount = {0, kAmountScale};
  std::int64_t reached_before = 0;
  std::int64_t lost_before = 0;
  bool is_clearly_worse = false;       // than in the days before, by more than chance
  std::optional<Decimal> excess = {};  // what is lost beyond the share of the days before; where it is clear
};

// WITH lost_from: the deals closed in either days and the stage in which each stood last.
std::string LostFromSql(const Scope& scope);
// The largest losses first.
Result<std::vector<StageLoss>> ReadStages(const Scope& scope, analysis::Context& context);
analysis::TableSpec StagesSpec();
analysis::Table StagesTable(const std::vector<StageLoss>& stages, const Scope& scope);
std::optional<Step> StagesStep(const std::vector<StageLoss>& stages, const Scope& scope);

struct Reason {
  std::optional<std::string> reason = {};
  std::int64_t deals = 0;
  Decimal amount = {0, kAmountScale};
  Decimal amount_before = {0, kAmountScale};
};
// By the governed lost amount; the largest first.
Result<std::vector<Reason>> ReadReasons(const Scope& scope, analysis::Context& context);
analysis::TableSpec ReasonsSpec();
analysis::Table ReasonsTable(const std::vector<Reason>& reasons, const Scope& scope);
std::optional<Step> ReasonsStep(const std::vector<Reason>& reasons, const Scope& scope);

// What the ledger of leaks holds in the scope.
struct Leaking {
  analysis::Output ledger = {};
  std::int64_t count = 0;
  Decimal amount = {0, kAmountScale};
  Decimal exposed = {0, kAmountScale};
};
Result<Leaking> ReadLeaks(const Scope& scope, analysis::Context& context);
analysis::TableSpec OpenLeaksSpec();
analysis::Table OpenLeaksTable(const Leaking& leaking, const Scope& scope);
std::optional<Step> OpenLeaksStep(const Leaking& leaking, const Scope& scope);
// Records that a rule counts; table and ids.
analysis::Evidence RowsOfRule(const Leaking& leaking, const std::string& rule);

analysis::TableSpec StillSpec();
analysis::Table StillTable(const Leaking& leaking, const Scope& scope);
std::optional<Step> StillStep(const analysis::Table& still, const Numbers& numbers, const Scope& scope);

}  // namespace weir::questions
