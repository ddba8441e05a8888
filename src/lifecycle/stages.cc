#include "lifecycle/stages.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "lifecycle/vocabulary.h"

namespace weir::lifecycle {
namespace {

// One row a record that has a stage: kind, id, source, pipeline, stage, status, type. What a person is, is told by the
// source that said so last.
constexpr std::string_view kRecords = R"(
  SELECT 'deal' AS kind, deal_id AS record_id, source, coalesce(pipeline, '') AS pipeline, stage, status,
    CASE WHEN type = 'renewal' THEN 'renewal' ELSE '' END AS type
  FROM scoped.deal WHERE stage <> ''
  UNION ALL
  SELECT 'lead', lead_id, source, '', status, '', '' FROM scoped.lead WHERE status <> ''
  UNION ALL
  SELECT 'person', person_id, source, '', lifecycle_stage, '', ''
  FROM (
    SELECT p.person_id, p.lifecycle_stage, r.source,
      row_number() OVER (PARTITION BY p.person_id ORDER BY r.observed_at DESC NULLS LAST, r.observation DESC NULLS LAST,
                         r.source NULLS LAST) AS place
    FROM scoped.person AS p
    JOIN scoped.person_record AS r ON r.person_id = p.person_id AND r.lifecycle_stage = p.lifecycle_stage
    WHERE p.lifecycle_stage <> '') AS told
  WHERE place = 1
  UNION ALL
  SELECT 'subscription', subscription_id, source, '', status, '', '' FROM scoped.subscription WHERE status <> ''
  UNION ALL
  SELECT 'contract', contract_id, source, '', status, '', '' FROM scoped.contract WHERE status <> '')";

std::string StagesSql() {
  return fmt::format(R"(
WITH counted AS (
  SELECT kind, source, pipeline, stage, status, type, count(*) AS rows
  FROM ({}) AS records
  GROUP BY kind, source, pipeline, stage, status, type
),
listed AS (
  SELECT kind, source, pipeline, stage, status, type, rows FROM counted
  UNION ALL
  SELECT s.kind, s.source, s.pipeline, s.stage, s.status, '', 0
  FROM scoped.stage_sighting AS s
  WHERE (s.first_seen_at IS NULL OR s.first_seen_at <= greatest(CAST(? AS TIMESTAMP), s.source_first_at))
    AND NOT EXISTS (SELECT 1 FROM counted AS c WHERE c.kind = s.kind AND c.source = s.source AND c.pipeline = s.pipeline
                    AND c.stage = s.stage)
)
SELECT l.kind, l.source, l.pipeline, l.stage, l.status, l.type, l.rows, s.first_seen_at, s.came_from,
  coalesce(s.first_seen_at > s.source_first_at, FALSE) AS is_new,
  coalesce(l.rows = 0 AND s.left_at = s.source_last_at, FALSE) AS has_gone
FROM listed AS l
LEFT JOIN scoped.stage_sighting AS s
  ON s.kind = l.kind AND s.source = l.source AND s.pipeline = l.pipeline AND s.stage = l.stage
ORDER BY l.kind NULLS LAST, l.source NULLS LAST, l.pipeline NULLS LAST, l.stage NULLS LAST, l.status NULLS LAST, l.type NULLS LAST)",
                     kRecords);
}

struct Decided {
  std::string step;
  std::optional<std::int64_t> decision_id;
};
using Decisions = std::map<std::string, Decided, std::less<>>;

Result<Decisions> ReadDecisions(store::Session& session) {
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT name, value, decision_id FROM scoped.setting WHERE name LIKE 'stage:%' ORDER BY name "
                         "NULLS LAST"));
  Decisions decisions;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_known = !store::IsNull(rows.rows[i][2]);
    decisions[rows.TextAt(i, 0)] = {rows.TextAt(i, 1), is_known ? std::optional(rows.IntegerAt(i, 2)) : std::nullopt};
  }
  return decisions;
}

void Place(const LifecycleMap& map, const Decisions& decisions, StageRow& row) {
  if (const auto decided = decisions.find(DecisionName(row.stage)); decided != decisions.end()) {
    row.step = decided->second.step;
    row.origin = Origin::kDecision;
    row.decision_id = decided->second.decision_id;
    row.place = row.decision_id ? fmt::format("decision {}", *row.decision_id) : "";
    return;
  }
  const Line* line = map.Find(row.stage);
  if (line == nullptr) return;
  row.step = line->step;
  row.origin = IsOwnDefinition(line->file) ? Origin::kOwn : Origin::kCatalog;
  row.place = fmt::format("{}:{}", line->file, line->line);
  row.why = line->why;
}

std::size_t PositionOf(std::span<const Word> words, std::string_view code) {
  return static_cast<std::size_t>(std::ranges::find(words, code, &Word::code) - words.begin());
}

// The statement gives a total order already: equal ones keep it.
void Sort(std::vector<StageRow>& rows) {
  const auto rank = [](const StageRow& row) {
    return std::tuple(row.IsMapped(), row.IsMapped() ? PositionOf(Steps(), row.step) : 0,
                      row.IsMapped() ? PositionOf(Kinds(), row.stage.kind) : 0, -row.rows);
  };
  std::ranges::stable_sort(rows, [&](const StageRow& a, const StageRow& b) { return rank(a) < rank(b); });
}

}  // namespace

std::string_view NameOf(Origin origin) {
  constexpr std::array<std::string_view, 4> kNames{"", "catalog", "own", "decision"};
  return kNames[static_cast<std::size_t>(origin)];
}

Result<std::vector<StageRow>> ReadStages(const LifecycleMap& map, analysis::Context& context) {
  WEIR_TRY(const Decisions decisions, ReadDecisions(context.session()));
  const std::array<store::Value, 1> values{context.as_of()};
  WEIR_TRY(const store::Rows found, context.session().Query(StagesSql(), values));
  std::vector<StageRow> rows;
  for (std::size_t i = 0; i < found.size(); ++i) {
    StageRow row{.stage = {.kind = found.TextAt(i, 0),
                           .source = found.TextAt(i, 1),
                           .pipeline = found.TextAt(i, 2),
                           .name = found.TextAt(i, 3),
                           .status = found.TextAt(i, 4),
                           .type = found.TextAt(i, 5)},
                 .rows = found.IntegerAt(i, 6)};
    if (const auto* seen = std::get_if<Instant>(&found.rows[i][7])) row.first_seen_at = *seen;
    row.came_from = found.TextAt(i, 8);
    row.is_new = std::get<bool>(found.rows[i][9]);
    row.has_gone = std::get<bool>(found.rows[i][10]);
    Place(map, decisions, row);
    rows.push_back(std::move(row));
  }
  Sort(rows);
  return rows;
}

Result<analysis::Evidence> RowsOf(const SourceStage& stage, std::int64_t most, analysis::Context& context) {
  const std::array<store::Value, 6> values{stage.kind, stage.source, stage.pipeline,
                                           stage.name, stage.status, stage.type};
  const std::string records = fmt::format(
      "FROM ({}) AS records WHERE kind = ? AND source = ? AND pipeline = ? AND stage = ? AND status = ? AND type = ?",
      kRecords);
  WEIR_TRY(const std::int64_t total, context.session().QueryInteger("SELECT count(*) " + records, values));
  WEIR_TRY(const store::Rows ids,
           context.session().Query(
               fmt::format("SELECT record_id {} ORDER BY record_id NULLS LAST LIMIT {}", records, most), values));
  analysis::Evidence evidence{.table = stage.kind, .total = total};
  for (std::size_t i = 0; i < ids.size(); ++i) evidence.ids.push_back(ids.TextAt(i, 0));
  return evidence;
}

}  // namespace weir::lifecycle
