#include "hygiene/quality_run.h"

#include <algorithm>
#include <memory>

#include "base/country.h"
#include "base/phone.h"
#include "hygiene/garbled.h"
#include "metrics/analyses.h"
#include "metrics/shared_views.h"
#include "store/database.h"

namespace weir::hygiene {
namespace {

using analysis::Context;
using metrics::SharedViews;
using store::Rows;
using store::Value;

std::size_t ColumnOf(const Rows& rows, std::string_view name) {
  const auto found = std::ranges::find(rows.columns, name, &store::ColumnHeader::name);
  return static_cast<std::size_t>(found - rows.columns.begin());
}

Error InRule(const QualityRule& rule, const Error& error) {
  return MakeError(error.code(), "the rule does not run: {}", error.phrase()).At(rule.source_file);
}

Result<std::string> Filled(const std::string& sql, const QualityRule& rule, const Context& context) {
  return metrics::FillIn(sql, rule.parameters, context.as_of(), context.LocalAsOfDate());
}

// What stands for whoever wrote the field of the rule last: people together, programs each by its name.
std::string WriterSql(const QualityRule& rule) {
  if (rule.field.empty()) return "'unknown'";
  return "CASE WHEN w.way IS NULL THEN 'unknown' WHEN w.way = 'person' OR w.writer IS NULL THEN w.way ELSE w.way || ': "
         "' || "
         "w.writer END";
}

std::string WriterJoin(const QualityRule& rule) {
  if (rule.field.empty()) return {};
  return fmt::format(
      "\nLEFT JOIN scoped.field_writer AS w ON w.record_id = r.record_id AND w.entity = {} AND w.field = {}",
      store::QuoteText(rule.entity), store::QuoteText(rule.field));
}

// The records of the rule that are looked at. Those of a company that is left out are left out with it.
std::string Conditions(const QualityRule& rule, const QualityScope& scope) {
  const auto is = [](std::string_view column, const std::string& value) {
    return value.empty() ? std::string() : fmt::format(" AND r.{} = {}", column, store::QuoteText(value));
  };
  std::string text = "r.is_bad IS NOT NULL" + is("source", scope.filter.source) + is("owner_id", scope.filter.owner) +
                     is("segment", scope.filter.segment);
  if (!scope.team_ids.empty()) {
    std::vector<std::string> quoted;
    quoted.reserve(scope.team_ids.size());
    for (const std::string& id : scope.team_ids) quoted.push_back(store::QuoteText(id));
    text += fmt::format(" AND r.team_id IN ({})", fmt::join(quoted, ", "));
  }
  if (!scope.filter.writer.empty()) {
    text += fmt::format(" AND {} = {}", WriterSql(rule), store::QuoteText(scope.filter.writer));
  }
  for (const std::string& entity : scope.leave_out.entities) {
    const std::string_view id = entity == rule.entity ? "r.record_id" : entity == "account" ? "r.account_id" : "";
    if (!id.empty()) text += fmt::format(" AND NOT {}", metrics::IsLeftOut(scope.leave_out, entity, id));
  }
  return text;
}

Result<std::string> CountingSql(const QualityRule& rule, const QualityScope& scope, const Context& context) {
  WEIR_TRY(const std::string sql, Filled(rule.sql, rule, context));
  const bool is_proposed = rule.repair == Repair::kColumn;
  return fmt::format(
      // lint: allow seller: whoever owns a record answers for its data, seller or not
      R"(SELECT source, team_id, min(team) AS team, owner_id, min(owner) AS owner, writer, count(*) AS checked, count(*) FILTER (WHERE is_bad) AS failing,
  {} AS repairable, sum(CASE WHEN is_bad THEN CAST(exposed AS DECIMAL(38,4)) END) AS exposed
FROM (
  SELECT r.*, {} AS writer
  FROM (
{}
  ) AS r{}
  WHERE {}
) AS checks
GROUP BY source, team_id, owner_id, writer)",
      is_proposed ? "count(*) FILTER (WHERE is_bad AND proposed IS NOT NULL)" : "CAST(0 AS BIGINT)", WriterSql(rule),
      sql, WriterJoin(rule), Conditions(rule, scope));
}

// The different words for which a repair that no SQL can do may know better ones.
Result<std::string> WordsSql(const QualityRule& rule, const QualityScope& scope, const Context& context) {
  WEIR_TRY(const std::string sql, Filled(rule.sql, rule, context));
  return fmt::format(
      R"(SELECT r.source, r.team_id, r.owner_id, {} AS writer, r.value, {} AS region, count(*) AS records
FROM (
{}
) AS r{}
WHERE {} AND r.is_bad AND r.value IS NOT NULL
GROUP BY ALL)",
      WriterSql(rule), rule.repair == Repair::kPhone ? "r.region" : "CAST(NULL AS VARCHAR)", sql, WriterJoin(rule),
      Conditions(rule, scope));
}

bool IsComputed(Repair repair) { return repair == Repair::kPhone || repair == Repair::kEncoding; }

std::unique_ptr<SharedViews> SharedFor(std::span<const QualityRule* const> rules, const QualityScope& scope,
                                       Context& context) {
  std::vector<std::string> statements;
  std::vector<std::string> glances;
  for (const QualityRule* rule : rules) {
    // What is wrong with a text is said where it is run.
    if (auto sql = CountingSql(*rule, scope, context)) statements.push_back(std::move(*sql));
    for (const metrics::Requirement& requirement : rule->requirements) {
      if (auto sql = Filled(requirement.sql, *rule, context)) glances.push_back(std::move(*sql));
    }
  }
  return std::make_unique<SharedViews>(context.session(), statements, glances);
}

Result<std::optional<analysis::Text>> MissingFor(const QualityRule& rule, SharedViews* views, Context& context) {
  for (const metrics::Requirement& requirement : rule.requirements) {
    WEIR_TRY(std::string sql, Filled(requirement.sql, rule, context));
    if (views != nullptr) {
      WEIR_TRY(sql, views->InPlace(sql));
    }
    WEIR_TRY(const Rows rows, context.session().Query(sql, {}, 2));
    const std::size_t column = ColumnOf(rows, "is_met");
    if (rows.size() != 1 || column == rows.columns.size()) {
      return Fail(BadInput("a requirement gives one row with the column is_met").At(rule.source_file));
    }
    const bool* is_met = std::get_if<bool>(&rows.rows[0][column]);
    if (is_met == nullptr || !*is_met) return std::optional(requirement.missing);
  }
  return std::optional<analysis::Text>();
}

Status CheckColumns(const QualityRule& rule, Context& context) {
  WEIR_TRY(const std::string sql, Filled(rule.sql, rule, context));
  WEIR_TRY(const Rows none, context.session().Query(fmt::format("SELECT * FROM (\n{}\n) AS r LIMIT 0", sql)));
  std::vector<std::string_view> needed(QualityColumns().begin(), QualityColumns().end());
  if (rule.repair == Repair::kColumn) needed.emplace_back("proposed");
  if (rule.repair == Repair::kPhone) needed.emplace_back("region");
  for (const std::string_view name : needed) {
    if (ColumnOf(none, name) != none.columns.size()) continue;
    return Fail(BadInput("its SELECT gives no column '{}'", name)
                    .At(rule.source_file)
                    .Mend("Give: {}", fmt::join(needed, ", ")));
  }
  return {};
}

std::optional<Decimal> AmountOf(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  return std::nullopt;
}

Status AddRepairable(const QualityRule& rule, const QualityScope& scope, SharedViews& views, Context& context,
                     Tallies& tallies) {
  WEIR_TRY(const std::string own, WordsSql(rule, scope, context));
  WEIR_TRY(const std::string sql, views.InPlace(own));
  WEIR_TRY(const Rows rows, context.session().Query(sql));
  using Place = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Place, std::int64_t> known;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!Proposal(rule.repair, rows.TextAt(i, 4), rows.TextAt(i, 5))) continue;
    known[{rows.TextAt(i, 0), rows.TextAt(i, 1), rows.TextAt(i, 2), rows.TextAt(i, 3)}] += rows.IntegerAt(i, 6);
  }
  for (Tally& part : tallies.parts) {
    const auto found = known.find({part.source, part.team_id, part.owner_id, part.writer});
    if (found == known.end()) continue;
    part.repairable = found->second;
    known.erase(found);
  }
  return {};
}

Result<Tallies> RunRule(const QualityRule& rule, const QualityScope& scope, SharedViews& views, Context& context) {
  Tallies tallies{.rule = &rule};
  WEIR_TRY(tallies.missing, MissingFor(rule, &views, context));
  if (tallies.missing) return tallies;
  if (rule.is_own) {
    WEIR_TRY(CheckColumns(rule, context));
  }
  WEIR_TRY(const std::string own, CountingSql(rule, scope, context));
  WEIR_TRY(const std::string sql, views.InPlace(own));
  WEIR_TRY(const Rows rows, context.session().Query(sql));
  bool has_failing = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    tallies.parts.push_back({.source = rows.TextAt(i, 0),
                             .team_id = rows.TextAt(i, 1),
                             .team = rows.TextAt(i, 2),
                             .owner_id = rows.TextAt(i, 3),
                             .owner = rows.TextAt(i, 4),
                             .writer = rows.TextAt(i, 5),
                             .checked = rows.IntegerAt(i, 6),
                             .failing = rows.IntegerAt(i, 7),
                             .repairable = rows.IntegerAt(i, 8),
                             .exposed = AmountOf(rows.rows[i][9])});
    has_failing = has_failing || tallies.parts.back().failing > 0;
  }
  if (has_failing && IsComputed(rule.repair)) {
    WEIR_TRY(AddRepairable(rule, scope, views, context, tallies));
  }
  std::ranges::sort(tallies.parts, {}, [](const Tally& part) {
    return std::tie(part.source, part.team_id, part.team, part.owner_id, part.owner, part.writer);
  });
  return tallies;
}

using ByRule = std::map<const QualityRule*, Result<Tallies>>;

// What the rules read is laid down once for all of them: two at once would each lay it down, and the store itself works
// with all threads on large tables.
Result<ByRule> RunBuiltIn(std::span<const QualityRule* const> rules, const QualityScope& scope, Context& context) {
  ByRule run;
  const std::unique_ptr<SharedViews> views = SharedFor(rules, scope, context);
  for (std::size_t at = 0; at < rules.size(); ++at) {
    const QualityRule& rule = *rules[at];
    if (context.stop().stop_requested()) return Fail(Cancelled("stopped before it was done"));
    context.Report(InBoth(rule.title.en, rule.title.ru), static_cast<double>(at) / static_cast<double>(rules.size()));
    auto tallies = RunRule(rule, scope, *views, context);
    if (!tallies) return Fail(InRule(rule, tallies.error()));
    run.emplace(&rule, std::move(tallies));
  }
  return run;
}

// A statement that fails while it runs breaks the transaction that it is in: what people write has one of its own.
Result<ByRule> RunOwn(std::span<const QualityRule* const> rules, const QualityScope& scope, Context& context) {
  ByRule run;
  for (const QualityRule* rule : rules) {
    WEIR_TRY(const std::unique_ptr<Context> elsewhere, context.Elsewhere(std::nullopt, std::nullopt));
    const std::array<const QualityRule*, 1> alone{rule};
    const std::unique_ptr<SharedViews> views = SharedFor(alone, scope, *elsewhere);
    auto tallies = RunRule(*rule, scope, *views, *elsewhere);
    if (!tallies) {
      const Error failure = InRule(*rule, tallies.error());
      if (tallies.error().code() != Code::kBadInput) return Fail(failure);
      tallies = Tallies{.rule = rule, .failure = failure.Whole()};
    }
    run.emplace(rule, std::move(tallies));
  }
  return run;
}

// "{days} days in {stage}" with the columns of the row.
std::string WithCells(std::string_view text, const Rows& rows, std::size_t row) {
  std::string filled;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    filled += text.substr(0, open);
    const std::size_t column = ColumnOf(rows, text.substr(open + 1, close - open - 1));
    filled +=
        column == rows.columns.size() ? std::string(text.substr(open, close - open + 1)) : rows.TextAt(row, column);
    text.remove_prefix(close + 1);
  }
  return filled.append(text);
}

}  // namespace

void QualityFilter::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "rule", .help = {"Only this rule", "Только это правило"}, .positional = true}, rule);
  visitor.Add({.name = "dimension",
               .help = {"Only rules of this kind", "Только правила этого вида"},
               .allowed = {"completeness", "validity", "freshness", "uniqueness", "consistency"}},
              dimension);
  visitor.Add(
      {.name = "entity",
       .help =
           {"Only rules about these records: account, person, deal, lead, activity, ticket, subscription, contract",
            "Только правила о таких записях: account, person, deal, lead, activity, ticket, subscription, contract"}},
      entity);
  visitor.Add({.name = "source", .help = {"Only records of this source", "Только записи этого источника"}}, source);
  visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
              team);
  visitor.Add(
      {.name = "owner", .help = {"Only records of the colleague with this id", "Только записи сотрудника с этим id"}},
      owner);
  visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
  visitor.Add(
      {.name = "writer",
       .help = {"Only fields that were written last so: person, import, or a program by its name as the answer has it",
                "Только поля, записанные последним так: person, import или программа — как в ответе"}},
      writer);
}

Result<const QualityRule*> FindQualityRule(std::span<const QualityRule> rules, const std::string& id) {
  const auto found = std::ranges::find(rules, id, &QualityRule::id);
  if (found != rules.end()) return &*found;
  std::vector<std::string> known;
  known.reserve(rules.size());
  for (const QualityRule& rule : rules) known.push_back(rule.id);
  const auto near = analysis::NearestName(id, known);
  return Fail(
      NotFound("there is no quality rule '{}'", id)
          .Field("rule")
          .Mend(near ? MakePhrase("Did you mean '{}'?", *near) : MakePhrase("Rules: {}", fmt::join(known, ", "))));
}

Result<QualityScope> QualityScopeOf(const QualityFilter& filter, std::span<const QualityRule> rules, Context& context) {
  if (!filter.rule.empty()) {
    WEIR_TRY(std::ignore, FindQualityRule(rules, filter.rule));
  }
  QualityScope scope{.filter = filter};
  WEIR_TRY(scope.team_ids, metrics::TeamsUnder(filter.team, context.session()));
  WEIR_TRY(scope.leave_out, metrics::ReadLeaveOut(context.session()));
  return scope;
}

Result<std::vector<Tallies>> RunQuality(std::span<const QualityRule> rules, const QualityScope& scope,
                                        Context& context) {
  std::vector<const QualityRule*> built_in;
  std::vector<const QualityRule*> own;
  std::vector<const QualityRule*> all;
  const QualityFilter& filter = scope.filter;
  for (const QualityRule& rule : rules) {
    if (!filter.rule.empty() && rule.id != filter.rule) continue;
    if (!filter.dimension.empty() && rule.dimension != filter.dimension) continue;
    if (!filter.entity.empty() && rule.entity != filter.entity) continue;
    all.push_back(&rule);
    (rule.is_own ? own : built_in).push_back(&rule);
  }
  WEIR_TRY(ByRule run, RunBuiltIn(built_in, scope, context));
  WEIR_TRY(ByRule run_own, RunOwn(own, scope, context));
  run.merge(run_own);
  std::vector<Tallies> tallies;
  tallies.reserve(all.size());
  for (const QualityRule* rule : all) tallies.push_back(std::move(*run.at(rule)));
  return tallies;
}

std::optional<std::string> Proposal(Repair repair, const std::string& value, const std::string& region) {
  if (value.empty()) return std::nullopt;
  if (repair == Repair::kPhone) {
    constexpr std::size_t kShortest = 9;  // the sign and eight digits: shorter ones are called within a town or a house
    const Country* country = FindCountry(region);
    auto number = ParsePhone(value, country == nullptr ? std::string_view() : country->code);
    return number && number->size() >= kShortest ? number : std::nullopt;
  }
  if (repair != Repair::kEncoding) return std::nullopt;
  return Ungarbled(value);
}

Result<Findings> FindRecords(const QualityRule& rule, const QualityScope& scope, std::size_t limit, Context& context) {
  Findings findings;
  WEIR_TRY(findings.missing, MissingFor(rule, nullptr, context));
  if (findings.missing) return findings;
  WEIR_TRY(CheckColumns(rule, context));
  WEIR_TRY(const std::string sql, Filled(rule.sql, rule, context));
  WEIR_TRY(const Rows rows, context.session().Query(fmt::format(
                                R"(SELECT r.*, {} AS writer, count(*) OVER () AS total
FROM (
{}
) AS r{}
WHERE {} AND r.is_bad
ORDER BY r.exposed DESC NULLS LAST, r.record_id NULLS LAST
LIMIT {})",
                                WriterSql(rule), sql, WriterJoin(rule), Conditions(rule, scope), limit)));
  const auto at = [&](std::string_view name) { return ColumnOf(rows, name); };
  const auto text = [&](std::size_t row, std::size_t column) {
    return column == rows.columns.size() ? std::string() : rows.TextAt(row, column);
  };
  const std::size_t proposed = at("proposed");
  const std::size_t field = at("fix_field");
  if (rows.size() > 0) findings.total = rows.IntegerAt(0, at("total"));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Finding one{.record_id = rows.TextAt(row, at("record_id")),
                .name = rows.TextAt(row, at("name")),
                .account_id = rows.TextAt(row, at("account_id")),
                .account = rows.TextAt(row, at("account")),
                .owner = rows.TextAt(row, at("owner")),
                .team = rows.TextAt(row, at("team")),
                .source = rows.TextAt(row, at("source")),
                .writer = rows.TextAt(row, at("writer")),
                .exposed = AmountOf(rows.rows[row][at("exposed")]),
                .value = rows.TextAt(row, at("value")),
                .field = field == rows.columns.size() ? rule.field : rows.TextAt(row, field),
                .detail = {WithCells(rule.detail.en, rows, row), WithCells(rule.detail.ru, rows, row)}};
    if (rule.repair == Repair::kColumn) {
      if (!store::IsNull(rows.rows[row][proposed])) one.proposed = rows.TextAt(row, proposed);
    } else {
      one.proposed = Proposal(rule.repair, one.value, text(row, at("region")));
    }
    findings.rows.push_back(std::move(one));
  }
  return findings;
}

}  // namespace weir::hygiene
