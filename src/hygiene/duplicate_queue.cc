#include "hygiene/duplicate_queue.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "store/database.h"

namespace weir::hygiene {
namespace {

using store::Value;

// What differs between companies and people.
struct Words {
  std::string_view entity;
  std::string_view name;    // column of the record's name
  std::string_view deals;   // id, deal_id, status, amount_reporting
  std::string_view mrr;     // id, mrr
  std::string_view owners;  // id, owner
};

constexpr std::array<Words, 2> kWords{{
    {"account", "name",
     "SELECT account_id AS id, deal_id, status, amount_reporting FROM scoped.deal WHERE account_id IS NOT NULL AND "
     "is_not_sales IS NULL AND status IN ('open', 'won')",
     "SELECT account_id AS id, mrr FROM scoped.subscription_mrr WHERE is_active AND account_id IS NOT NULL",
     "SELECT account_id AS id, owner FROM scoped.account"},
    {"person", "full_name",
     "SELECT person_id AS id, deal_id, status, amount_reporting FROM scoped.deal WHERE person_id IS NOT NULL AND "
     "is_not_sales IS NULL AND status IN ('open', 'won') UNION SELECT c.person_id, d.deal_id, d.status, "
     "d.amount_reporting FROM scoped.deal_contact AS c JOIN scoped.deal AS d ON d.deal_id = c.deal_id WHERE "
     "d.is_not_sales IS NULL AND d.status IN ('open', 'won')",
     "SELECT account_id AS id, mrr FROM scoped.subscription_mrr WHERE FALSE",
     "SELECT p.person_id AS id, m.name AS owner FROM scoped.person AS p LEFT JOIN scoped.member AS m ON m.member_id = "
     "p.owner_id"},
}};

// ?1 the source, ?2 the text.
constexpr std::string_view kQueue = R"(
WITH verdict AS (
  SELECT v.*, least(v.id_a, v.id_b) AS id_1, greatest(v.id_a, v.id_b) AS id_2
  FROM scoped.identity_verdict AS v
  WHERE v.entity = '{entity}'
),
weighed AS (
  SELECT p.*, least(p.id_a, p.id_b) AS id_1, greatest(p.id_a, p.id_b) AS id_2
  FROM scoped.identity_pair AS p
  WHERE p.entity = '{entity}'
),
two AS (
  SELECT *, row_number() OVER (PARTITION BY id_1, id_2 ORDER BY weight DESC NULLS LAST, source_a NULLS LAST, key_a NULLS LAST,
    source_b NULLS LAST, key_b NULLS LAST) AS place
  FROM weighed
  WHERE id_1 <> id_2
),
said_of_two AS (
  SELECT *, row_number() OVER (PARTITION BY id_1, id_2 ORDER BY data_version DESC NULLS LAST, key_a NULLS LAST, key_b NULLS LAST) AS place
  FROM verdict
  WHERE id_1 <> id_2
),
-- Which weights made two records of one source one: those of a pair that has one of them as the record that joined.
joined AS (
  SELECT d.source, d.survivor_key, d.loser_key, w.probability, w.evidence,
    row_number() OVER (PARTITION BY d.source, d.survivor_key, d.loser_key ORDER BY w.weight DESC NULLS LAST, w.source_a NULLS LAST,
      w.key_a NULLS LAST, w.source_b NULLS LAST, w.key_b NULLS LAST) AS place
  FROM scoped.duplicate_record AS d
  JOIN scoped.record_link AS l ON l.entity = d.entity AND l.source = d.source AND l.source_key IN (d.survivor_key, d.loser_key)
    AND l.decided_by = 'model'
  JOIN weighed AS w ON w.id_a = d.entity_id AND w.id_b = d.entity_id
    AND (w.source_a = l.source AND w.key_a = l.source_key OR w.source_b = l.source AND w.key_b = l.source_key)
  WHERE d.entity = '{entity}'
),
one AS (
  SELECT d.source, d.survivor_key, d.loser_key, d.entity_id, j.probability, j.evidence, l.reason,
    v.verdict, v.who, v.decided_at, v.decision_id
  FROM scoped.duplicate_record AS d
  LEFT JOIN joined AS j ON j.source = d.source AND j.survivor_key = d.survivor_key AND j.loser_key = d.loser_key AND j.place = 1
  LEFT JOIN scoped.record_link AS l ON l.entity = d.entity AND l.source = d.source AND l.source_key = d.loser_key
  LEFT JOIN verdict AS v ON v.source_a = d.source AND v.source_b = d.source AND v.verdict = 'same'
    AND v.key_a = least(d.survivor_key, d.loser_key) AND v.key_b = greatest(d.survivor_key, d.loser_key)
  WHERE d.entity = '{entity}'
),
listed AS (
  SELECT CASE WHEN v.verdict IS NULL THEN 'review' ELSE 'decided' END AS state, t.source_a, t.key_a, t.id_a, t.source_b, t.key_b, t.id_b,
    t.probability, t.evidence, NULL AS reason, v.verdict, v.who, v.decided_at, v.decision_id
  FROM two AS t
  LEFT JOIN said_of_two AS v ON v.id_1 = t.id_1 AND v.id_2 = t.id_2 AND v.place = 1
  WHERE t.place = 1
  UNION ALL
  SELECT CASE WHEN verdict IS NOT NULL THEN 'decided' WHEN probability IS NOT NULL THEN 'linked' ELSE 'certain' END, source, survivor_key,
    entity_id, source, loser_key, entity_id, probability, evidence, reason, verdict, who, decided_at, decision_id
  FROM one
  UNION ALL
  SELECT 'decided', v.source_a, v.key_a, v.id_a, v.source_b, v.key_b, v.id_b, NULL, NULL, NULL, v.verdict, v.who, v.decided_at, v.decision_id
  FROM said_of_two AS v
  WHERE v.place = 1 AND NOT EXISTS (SELECT 1 FROM two AS t WHERE t.id_1 = v.id_1 AND t.id_2 = v.id_2)
  UNION ALL
  SELECT 'decided', v.source_a, v.key_a, v.id_a, v.source_b, v.key_b, v.id_b, NULL, NULL, NULL, v.verdict, v.who, v.decided_at, v.decision_id
  FROM verdict AS v
  WHERE v.id_1 = v.id_2 AND NOT EXISTS (SELECT 1 FROM one AS o WHERE o.source = v.source_a AND o.source = v.source_b
    AND v.verdict = 'same' AND least(o.survivor_key, o.loser_key) = v.key_a AND greatest(o.survivor_key, o.loser_key) = v.key_b)
),
called AS (
  SELECT r.source, r.source_key, max_by(r.{name}, r.observation) AS name
  FROM scoped.{entity}_record AS r
  WHERE r.{name} IS NOT NULL
  GROUP BY r.source, r.source_key
),
numbered AS (
  SELECT l.*, a.name AS name_a, b.name AS name_b,
    row_number() OVER (ORDER BY l.source_a NULLS LAST, l.key_a NULLS LAST, l.source_b NULLS LAST, l.key_b NULLS LAST) AS n
  FROM listed AS l
  LEFT JOIN called AS a ON a.source = l.source_a AND a.source_key = l.key_a
  LEFT JOIN called AS b ON b.source = l.source_b AND b.source_key = l.key_b
  WHERE (?1 = '' OR l.source_a = ?1 OR l.source_b = ?1)
    AND (?2 = '' OR contains(lower(concat_ws(' ', a.name, b.name, l.source_a || ':' || l.key_a, l.source_b || ':' || l.key_b, l.id_a,
                                             l.id_b)), lower(?2)))
),
side AS (
  SELECT n, id_a AS id FROM numbered
  UNION
  SELECT n, id_b FROM numbered
),
deal_of AS ({deals}),
touched AS (
  SELECT DISTINCT s.n, d.deal_id, d.status, d.amount_reporting FROM side AS s JOIN deal_of AS d ON d.id = s.id
),
sold AS (
  SELECT n, sum(CASE WHEN status = 'open' THEN amount_reporting END) AS open, sum(CASE WHEN status = 'won' THEN amount_reporting END) AS won
  FROM touched
  GROUP BY n
),
mrr_of AS ({mrr}),
paid AS (
  SELECT s.n, sum(m.mrr) AS mrr FROM side AS s JOIN mrr_of AS m ON m.id = s.id GROUP BY s.n
),
owner_of AS ({owners}),
priced AS (
  SELECT n.*, CAST(coalesce(d.open, 0) AS DECIMAL(18,4)) AS open, CAST(coalesce(d.won, 0) AS DECIMAL(18,4)) AS won,
    CAST(coalesce(p.mrr, 0) AS DECIMAL(18,4)) AS mrr,
    CAST(coalesce(d.open, 0) + coalesce(d.won, 0) + coalesce(p.mrr, 0) * 12 AS DECIMAL(18,4)) AS affected,
    CAST(CASE WHEN n.verdict IS NULL AND n.probability > 0 AND n.probability < 1
              THEN -(n.probability * log2(n.probability) + (1 - n.probability) * log2(1 - n.probability)) ELSE 0 END AS DECIMAL(7,6)) AS bits
  FROM numbered AS n
  LEFT JOIN sold AS d ON d.n = n.n
  LEFT JOIN paid AS p ON p.n = n.n
)
SELECT p.state, p.source_a, p.key_a, p.id_a, p.name_a, oa.owner AS owner_a, p.source_b, p.key_b, p.id_b, p.name_b, ob.owner AS owner_b,
  p.probability, p.evidence, p.reason, p.open, p.won, p.mrr, p.affected, p.bits, CAST(p.affected * p.bits AS DECIMAL(18,4)) AS value,
  p.verdict, p.who, p.decided_at, p.decision_id
FROM priced AS p
LEFT JOIN owner_of AS oa ON oa.id = p.id_a
LEFT JOIN owner_of AS ob ON ob.id = p.id_b
ORDER BY p.n)";

DuplicatePair PairAt(const store::Rows& rows, std::size_t row, std::string_view entity) {
  const auto decimal = [&](std::size_t column) { return std::get<Decimal>(rows.rows[row][column]); };
  DuplicatePair pair;
  pair.entity = std::string(entity);
  pair.state = rows.TextAt(row, 0);
  std::size_t at = 1;
  for (DuplicateSide* side : {&pair.a, &pair.b}) {
    for (std::string* text : {&side->source, &side->key, &side->entity_id, &side->name, &side->owner}) {
      *text = rows.TextAt(row, at++);
    }
  }
  if (const auto* probability = std::get_if<double>(&rows.rows[row][11])) pair.probability = *probability;
  pair.evidence = rows.TextAt(row, 12);
  pair.reason = rows.TextAt(row, 13);
  pair.open = decimal(14);
  pair.won = decimal(15);
  pair.mrr = decimal(16);
  pair.affected = decimal(17);
  pair.bits = decimal(18);
  pair.value = decimal(19);
  pair.verdict = rows.TextAt(row, 20);
  pair.who = rows.TextAt(row, 21);
  if (const auto* at_moment = std::get_if<Instant>(&rows.rows[row][22])) pair.decided_at = *at_moment;
  if (const auto* id = std::get_if<std::int64_t>(&rows.rows[row][23])) pair.decision_id = *id;
  return pair;
}

}  // namespace

void DuplicateFilter::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "entity",
               .help = {"Only companies or only people", "Только компании или только люди"},
               .allowed = {"account", "person"}},
              entity);
  visitor.Add(
      {.name = "source", .help = {"Only pairs with a record of this source", "Только пары с записью этого источника"}},
      source);
  visitor.Add({.name = "text", .help = {"Part of a name or of an id", "Часть названия, имени или идентификатора"}},
              text);
}

Result<std::vector<DuplicatePair>> ReadDuplicates(const DuplicateFilter& filter, analysis::Context& context) {
  std::vector<DuplicatePair> pairs;
  const std::array<Value, 2> values{filter.source, filter.text};
  for (const Words& words : kWords) {
    if (!filter.entity.empty() && filter.entity != words.entity) continue;
    WEIR_TRY(const store::Rows rows,
             context.session().Query(fmt::format(fmt::runtime(kQueue), fmt::arg("entity", words.entity),
                                                 fmt::arg("name", words.name), fmt::arg("deals", words.deals),
                                                 fmt::arg("mrr", words.mrr), fmt::arg("owners", words.owners)),
                                     values));
    pairs.reserve(pairs.size() + rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) pairs.push_back(PairAt(rows, row, words.entity));
  }
  std::ranges::stable_sort(pairs, [](const DuplicatePair& a, const DuplicatePair& b) {
    // All have the same scale.
    return std::tuple(b.value.units, b.bits.units, b.affected.units) <
           std::tuple(a.value.units, a.bits.units, a.affected.units);
  });
  return pairs;
}

}  // namespace weir::hygiene
