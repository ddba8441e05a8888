#include "identity/resolver_records.h"

#include <algorithm>

#include "base/random.h"

namespace weir::identity {
namespace {

// The records of one text, in their order, one after the other: by hash first, since texts are long and many.
std::vector<const Key*> KeysByText(const std::vector<Key>& keys) {
  struct Place {
    std::uint64_t hash;
    const Key* key;
  };
  std::vector<Place> places;
  places.reserve(keys.size());
  for (const Key& key : keys) places.push_back({HashText(key.text), &key});
  std::ranges::sort(places, [](const Place& a, const Place& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = a.key->text.compare(b.key->text);
    return order != 0 ? order < 0 : a.key->record < b.key->record;
  });
  std::vector<const Key*> sorted;
  sorted.reserve(places.size());
  for (const Place& place : places) sorted.push_back(place.key);
  return sorted;
}

}  // namespace

std::string ReasonOf(const Key& key) {
  return std::string(key.reason) + (key.names_key ? " " + key.text.substr(key.text.find(kPart) + 1) : "");
}

std::string WordsOf(const std::string& entity) {
  return entity == "member" ? std::string(kColleagueWords) : fmt::format("model.{}_word", entity);
}

Status ReadRecords(const Reader& reader, Kind& kind) {
  WEIR_TRY(reader.Execute(fmt::format(
      R"(CREATE OR REPLACE TEMP TABLE {records} AS
WITH named AS (
  SELECT source, key, 0 AS place, min({observation}) AS first_seen FROM {words} GROUP BY source, key
  UNION ALL
  SELECT source, source_key, 1, first_seen FROM model.named_record WHERE entity = '{entity}' AND source_key IS NOT NULL
  UNION ALL
  SELECT _source, unnest([from_key, into_key]), 2, {last}
  FROM rec.merge
  WHERE kind = '{entity}' AND from_key IS NOT NULL AND into_key IS NOT NULL
),
known AS (
  SELECT source, key, min(place) AS place, coalesce(min(CASE WHEN place = 0 THEN first_seen END), min(first_seen)) AS first_seen FROM named GROUP BY source, key
),
previous AS (
  SELECT source, source_key, max_by(entity_id, data_version) AS entity_id
  FROM meta.identity_link
  WHERE entity = '{entity}'
  GROUP BY source, source_key
)
SELECT row_number() OVER (ORDER BY place NULLS LAST, first_seen NULLS LAST, known.source NULLS LAST, known.key NULLS LAST) - 1 AS n,
  known.source, known.key, CAST(first_seen AS BIGINT) AS first_seen, place > 0 AS is_reference, previous.entity_id AS previous_id
FROM known
LEFT JOIN previous ON previous.source = known.source AND previous.source_key = known.key)",
      fmt::arg("records", kRecords), fmt::arg("words", WordsOf(kind.entity)), fmt::arg("entity", kind.entity),
      fmt::arg("observation", kind.entity == "member" ? "first_observation" : "observation"),
      fmt::arg("last", INT64_MAX))));
  WEIR_TRY(reader.ForEach(
      fmt::format("SELECT source, key, first_seen, is_reference, previous_id FROM {} ORDER BY n NULLS LAST", kRecords),
      [&](const store::Chunk& chunk, std::size_t row) {
        kind.records.push_back({.source = std::string(TextAt(chunk, row, 0)),
                                .key = std::string(TextAt(chunk, row, 1)),
                                .first_seen = chunk.Column(2).Integers()[row],
                                .previous_id = std::string(TextAt(chunk, row, 4))});
        kind.is_reference.push_back(chunk.Column(3).Booleans()[row]);
      }));
  // Ids from before a merge, which its parts take back when it is undone.
  return reader.ForEach(
      fmt::format(
          "SELECT r.n, l.entity_id FROM meta.identity_link AS l JOIN {} AS r ON r.source = l.source AND r.key = "
          "l.source_key WHERE l.entity = '{}' AND l.entity_id <> r.previous_id ORDER BY r.n NULLS LAST, "
          "l.data_version DESC NULLS LAST, l.entity_id NULLS LAST",
          kRecords, kind.entity),
      [&](const store::Chunk& chunk, std::size_t row) {
        kind.records[NumberAt(chunk, row, 0)].former_ids.emplace_back(TextAt(chunk, row, 1));
      });
}

std::vector<std::size_t> Cluster(Kind& kind) {
  DisjointSets sets(kind.records.size());
  std::vector<const Key*> reasons(kind.records.size(), nullptr);
  const std::vector<const Key*> keys = KeysByText(kind.keys);
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const Key& before = *keys[i - 1];
    const Key& here = *keys[i];
    if (before.record == here.record || before.text != here.text) continue;
    sets.Join(before.record, here.record);
    const Key*& reason = reasons[here.record];
    if (reason == nullptr || reason->text < here.text) reason = &here;
  }
  kind.reasons.assign(kind.records.size(), "own id");
  std::vector<std::size_t> roots(kind.records.size());
  for (std::size_t i = 0; i < roots.size(); ++i) {
    roots[i] = sets.Find(i);
    if (reasons[i] != nullptr) kind.reasons[i] = ReasonOf(*reasons[i]);
  }
  return roots;
}

}  // namespace weir::identity
