#include "metrics/conflict_reasons.h"

#include <algorithm>
#include <set>

#include "metrics/tie_out.h"

namespace weir::metrics {
namespace {

using analysis::Context;
using analysis::Text;

constexpr double kDoubtfulChance = 0.3;

// What is of one cell alone stands after the colon of a period's title.
Text ReasonOf(const TieAnswer& answer) {
  Text reason;
  for (const TieChange& change : answer.changes) {
    Text title = change.title;
    if (change.kind == "period" || change.kind == "rows") {
      title.en.resize(std::min(title.en.size(), title.en.find(':')));
      title.ru.resize(std::min(title.ru.size(), title.ru.find(':')));
    }
    reason.en += (reason.en.empty() ? "" : "; ") + title.en;
    reason.ru += (reason.ru.empty() ? "" : "; ") + title.ru;
  }
  return reason;
}

void Take(const TieAnswer& answer, std::size_t cells, ComparedCell& cell, Conflict& conflict) {
  cell.is_explained = true;
  cell.is_doubtful = cells < 2 && answer.chance > kDoubtfulChance;
  cell.reason = ReasonOf(answer);
  for (const TieChange& change : answer.changes) {
    cell.why.en += (cell.why.en.empty() ? "" : "; ") + change.title.en;
    cell.why.ru += (cell.why.ru.empty() ? "" : "; ") + change.title.ru;
    if (cell.kinds.find(change.kind) == std::string::npos) cell.kinds += (cell.kinds.empty() ? "" : "+") + change.kind;
  }
  for (const TieRowNamed& row : answer.rows) {
    // Two cells of a line may miss the same row.
    const bool is_said = std::ranges::any_of(conflict.rows, [&](const ComparedRow& other) {
      return other.line == cell.line && other.table == row.table && other.id == row.id;
    });
    if (is_said) continue;
    conflict.rows.push_back({.line = cell.line,
                             .kind = "rows",
                             .table = row.table,
                             .id = row.id,
                             .name = row.name,
                             .here = Decimal{row.units, static_cast<std::uint8_t>(row.scale)},
                             .why = row.why});
  }
}

}  // namespace

Status ExplainCells(const ConflictAsked& whole, Conflict& conflict, Context& context) {
  std::vector<std::pair<ComparedCell*, std::vector<TieAnswer>>> tried;
  std::map<std::string, std::size_t> votes;
  for (ComparedCell& cell : conflict.cells) {
    if (cell.state != CellState::kDiffers || tried.size() == kMostExplained) continue;
    context.Report(MakePhrase("comparing definitions"),
                   static_cast<double>(tried.size()) / static_cast<double>(kMostExplained));
    TieOutAsked asked{.catalog = whole.catalog, .metric = cell.metric, .query = cell.query, .unfiltered = cell.query};
    WEIR_TRY(asked.figure, FigureOf(cell.text, *cell.metric));
    asked.query.first_month = context.settings().fiscal_year_start_month;
    asked.unfiltered.where = whole.query.where;
    asked.query.metrics.clear();
    asked.unfiltered.metrics.clear();
    auto out = FindTieOut(asked, context);
    cell.is_tried = out.has_value();
    if (!out) {
      if (out.error().code() == Code::kCancelled || out.error().code() == Code::kBug) return Fail(out.error());
      continue;
    }
    std::erase_if(out->answers, [](const TieAnswer& answer) { return !answer.is_match; });
    std::set<std::string> said;
    for (const TieAnswer& answer : out->answers) {
      if (said.insert(ReasonOf(answer).en).second) ++votes[ReasonOf(answer).en];
    }
    tried.emplace_back(&cell, std::move(out->answers));
  }
  for (auto& [cell, answers] : tried) {
    if (answers.empty()) continue;
    const auto best =
        std::ranges::max_element(answers, {}, [&](const TieAnswer& answer) { return votes[ReasonOf(answer).en]; });
    Take(*best, votes[ReasonOf(*best).en], *cell, conflict);
  }
  return {};
}

}  // namespace weir::metrics
