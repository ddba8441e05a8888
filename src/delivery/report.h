// The weekly report: one HTML file that needs nothing beside it, and a workbook (XLSX) of the same figures.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "delivery/letter.h"
#include "delivery/page.h"
#include "engine/engine.h"

namespace weir::delivery {

struct ReportScope {
  std::string team = {};
  std::string segment = {};
  std::string as_of = {};  // as a question has it
  std::string in_currency = {};
  std::optional<std::int64_t> known_at = {};
};

// What it is made of; all of one data version.
struct ReportAnswers {
  engine::Answer brief;
  engine::Answer pulse;
  engine::Answer leaks;        // rules with intervals, and the headline
  engine::Answer openings;     // by rule, with intervals
  engine::Answer trend;        // of leaks, by month
  engine::Answer record;       // of rules: what was recovered
  engine::Answer recurring;    // by month
  engine::Answer definitions;  // of the metrics that it names
};

using Asker = std::function<Result<engine::Answer>(const engine::Question& question)>;
// Fails with kBusy where new data came in between.
Result<ReportAnswers> AskForReport(const ReportScope& scope, const Asker& ask);

// One file: no script, and no address that a browser would fetch.
std::string ReportHtml(const ReportAnswers& answers, const Voice& voice);
// The bytes of a workbook. Every text is a text: nothing in it is read as a formula.
Result<std::string> ReportXlsx(const ReportAnswers& answers, const Voice& voice);
// With both attached.
Result<Letter> WeeklyLetter(const ReportAnswers& answers, const Voice& voice);
// "weir-week-2026-11-23", by the Monday of its week.
std::string ReportName(const ReportAnswers& answers);

// The metrics of the part on recurring revenue, in its order.
std::vector<std::string> RecurringMetrics();

}  // namespace weir::delivery
