#include "identity/write_links.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/slot.h"
#include "store/chunk_appender.h"
#include "store/database.h"

namespace weir::identity {
namespace {

constexpr std::string_view kLinks = "weir_links";
// A link for each record, in memory: from there both tables are written by all threads.
Status Gather(store::Connection& connection, const Kind& kind, const Assignment& assignment) {
  constexpr std::int64_t kCertain = 1'000'000'000;  // of DECIMAL(18,9)
  WEIR_TRY(connection.Execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE {} ({}, slot INTEGER, is_changed BOOLEAN)", kLinks, kLinkColumns)));
  WEIR_TRY(store::ChunkAppender links, store::ChunkAppender::Open(connection, "temp", "main", kLinks));
  std::size_t at = 0;
  for (std::size_t i = 0; i < kind.records.size(); ++i) {
    const std::string& id = assignment.ids[i];
    links.SetText(0, at, kind.entity);
    links.SetText(1, at, kind.records[i].source);
    links.SetText(2, at, kind.records[i].key);
    links.SetText(3, at, id);
    const auto uncertain = kind.uncertain.find(i);
    const bool is_certain = uncertain == kind.uncertain.end();
    links.Longs(4)[at] = is_certain ? kCertain : std::llround(uncertain->second.probability * kCertain);
    links.SetText(5, at, is_certain ? "rule" : uncertain->second.decided_by);
    links.SetText(6, at, is_certain ? kind.reasons[i] : uncertain->second.reason);
    links.Integers(7)[at] = static_cast<std::int32_t>(model::SlotOf(id));
    links.Booleans(8)[at] = kind.records[i].previous_id != id;
    if (++at < store::ChunkAppender::kRows) continue;
    at = 0;
    WEIR_TRY(links.Append(store::ChunkAppender::kRows));
  }
  WEIR_TRY(links.Append(at));
  return links.Close();
}

using MergedName = std::array<std::string, 3>;  // entity, source, key

// Where each name leads, itself where it leads nowhere; all of a circle, and who leads into it, to its smallest name.
std::vector<std::size_t> EndsOf(std::span<const std::size_t> next, std::span<const MergedName> names) {
  constexpr std::size_t kUnknown = SIZE_MAX;
  constexpr std::size_t kOnPath = SIZE_MAX - 1;
  std::vector<std::size_t> ends(next.size(), kUnknown);
  std::vector<std::size_t> path;
  for (std::size_t i = 0; i < next.size(); ++i) {
    path.clear();
    std::size_t at = i;
    for (; ends[at] == kUnknown && next[at] != at; at = next[at]) {
      ends[at] = kOnPath;
      path.push_back(at);
    }
    std::size_t end = ends[at] == kUnknown ? at : ends[at];
    if (end == kOnPath) {
      const auto circle = std::ranges::subrange(std::ranges::find(path, at), path.end());
      end = *std::ranges::min_element(circle, {}, [&](std::size_t each) { return names[each]; });
    }
    ends[at] = end;
    for (const std::size_t each : path) ends[each] = end;
  }
  return ends;
}

}  // namespace

Result<std::int64_t> WriteLinks(store::Session& session, const Kind& kind, const Assignment& assignment,
                                std::int64_t data_version) {
  auto* connection = dynamic_cast<store::Connection*>(&session);
  WEIR_CHECK(connection != nullptr);
  WEIR_TRY(Gather(*connection, kind, assignment));
  WEIR_TRY(
      session.Execute(fmt::format("INSERT INTO model.identity_link SELECT * EXCLUDE (is_changed) FROM {}", kLinks)));
  // A newer program may build one version again: what it says takes the place of what was said.
  WEIR_TRY(session.Execute(fmt::format(
      "DELETE FROM meta.identity_link WHERE entity = '{}' AND data_version = {} AND (source, source_key) IN (SELECT "
      "(source, source_key) FROM {} WHERE is_changed)",
      kind.entity, data_version, kLinks)));
  WEIR_TRY(const std::int64_t changed,
           session.Execute(fmt::format(
               "INSERT INTO meta.identity_link SELECT * EXCLUDE (slot, is_changed), {} FROM {} WHERE is_changed",
               data_version, kLinks)));
  WEIR_TRY(session.Execute(fmt::format("DROP TABLE {}", kLinks)));
  WEIR_TRY(session.Execute("CREATE OR REPLACE TEMP TABLE weir_aliases (alias_id VARCHAR, entity_id VARCHAR)"));
  {
    WEIR_TRY(store::ChunkAppender aliases, store::ChunkAppender::Open(*connection, "temp", "main", "weir_aliases"));
    std::size_t at = 0;
    for (const auto& [alias, id] : assignment.aliases) {
      aliases.SetText(0, at, alias);
      aliases.SetText(1, at, id);
      if (++at < store::ChunkAppender::kRows) continue;
      at = 0;
      WEIR_TRY(aliases.Append(store::ChunkAppender::kRows));
    }
    WEIR_TRY(aliases.Append(at));
    WEIR_TRY(aliases.Close());
  }
  WEIR_TRY(session.Execute(fmt::format(
      "DELETE FROM meta.entity_alias WHERE entity = '{0}' AND data_version = {1} AND alias_id IN (SELECT alias_id FROM "
      "weir_aliases); INSERT INTO meta.entity_alias SELECT '{0}', alias_id, entity_id, {1} FROM weir_aliases; DROP "
      "TABLE weir_aliases",
      kind.entity, data_version)));
  return changed;
}

Status WriteMergeMap(const Reader& reader, store::Connection& connection) {
  WEIR_TRY(
      store::Rows rows,
      reader.Query("SELECT DISTINCT kind, _source, from_key, into_key FROM rec.merge WHERE kind IN ('deal', 'lead', "
                   "'ticket', 'campaign') AND from_key <> into_key "
                   "ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST, 4 NULLS LAST"));
  std::unordered_map<std::string, std::size_t> index;
  std::vector<MergedName> names;
  const auto at = [&](std::size_t row, std::size_t column) {
    const MergedName name{rows.TextAt(row, 0), rows.TextAt(row, 1), rows.TextAt(row, column)};
    const auto [found, is_new] = index.try_emplace(name[0] + "\x1f" + name[1] + "\x1f" + name[2], names.size());
    if (is_new) names.push_back(name);
    return found->second;
  };
  std::vector<std::size_t> next;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::size_t from = at(row, 2);
    const std::size_t into = at(row, 3);
    for (std::size_t i = next.size(); i < names.size(); ++i) next.push_back(i);
    if (next[from] == from) next[from] = into;
  }
  WEIR_TRY(store::Appender appender, connection.Append("model", "merge_map"));
  const std::vector<std::size_t> ends = EndsOf(next, names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t end = ends[i];
    if (end == i) continue;
    appender.Text(names[i][0]);
    appender.Text(names[i][1]);
    appender.Text(names[i][2]);
    appender.Text(names[end][2]);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

}  // namespace weir::identity
