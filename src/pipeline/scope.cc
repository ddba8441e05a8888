#include "pipeline/scope.h"

#include <algorithm>
#include <utility>

#include "analysis/params.h"
#include "metrics/analyses.h"
#include "metrics/ask.h"
#include "store/database.h"

namespace weir::pipeline {
namespace {

std::string InSql(std::string_view column, const std::vector<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) list.append(list.empty() ? "" : ", ").append(store::QuoteText(id));
  return ids.empty() ? "FALSE" : fmt::format("{} IN ({})", column, list);
}

// Ids of the owner that is meant by an id or a name.
Result<std::vector<std::string>> OwnersNamed(const std::string& owner, store::Session& session) {
  WEIR_TRY(
      const store::Rows rows,
      session.Query("SELECT DISTINCT owner_id, owner FROM scoped.deal WHERE owner_id IS NOT NULL ORDER BY owner_id"));
  std::vector<std::string> ids;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    names.push_back(rows.TextAt(i, 1));
    if (rows.TextAt(i, 0) == owner || names.back() == owner) ids.push_back(rows.TextAt(i, 0));
  }
  if (!ids.empty()) return ids;
  return Fail(metrics::NoSuchOwner(owner, names));
}

Status Require(Result<std::vector<std::string>> ids, std::string_view column, bool may_lack, Scope& scope) {
  if (!ids && (!may_lack || ids.error().code() != Code::kNotFound)) return Fail(std::move(ids).error());
  if (!ids) scope.has_team = false;
  scope.moving += " AND " + InSql(column, ids ? *ids : std::vector<std::string>{});
  return {};
}

}  // namespace

void ScopeParams::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
              team);
  visitor.Add({.name = "owner", .help = {"Only deals of this owner", "Только сделки этого ответственного"}}, owner);
  visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
  visitor.Add({.name = "product", .help = {"Only this product", "Только этот продукт"}}, product);
  visitor.Add({.name = "pipeline", .help = {"Only this pipeline", "Только эта воронка"}}, pipeline);
}

Result<Scope> ScopeAt(const metrics::MetricCatalog& catalog, const ScopeParams& params, analysis::Context& context,
                      bool may_lack) {
  store::Session& session = context.session();
  WEIR_TRY(std::string counted, metrics::CountedSql(catalog, "deal", session));
  Scope scope{.counted = std::move(counted)};
  for (const auto& [column, value] :
       {std::pair{"segment", params.segment}, {"product", params.product}, {"pipeline", params.pipeline}}) {
    if (!value.empty()) scope.fixed += fmt::format(" AND {} = {}", column, store::QuoteText(value));
  }
  if (!params.team.empty()) {
    WEIR_TRY(Require(metrics::TeamsUnder(params.team, session), "team_id", may_lack, scope));
  }
  if (!params.owner.empty()) {
    WEIR_TRY(Require(OwnersNamed(params.owner, session), "owner_id", may_lack, scope));
  }
  return scope;
}

std::string ScopedDealsSql(const Scope& scope) {
  return fmt::format("SELECT * FROM ({}) WHERE {} AND {}", scope.counted, scope.fixed, scope.moving);
}

analysis::Table Empty(const analysis::TableSpec& spec, const std::string& currency) {
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (analysis::Column& column : table.columns) {
    if (column.type == analysis::ColumnType::kMoney) column.unit = currency;
  }
  return table;
}

Result<analysis::Evidence> DealsOf(const std::string& sql, store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query(sql));
  analysis::Evidence evidence{.table = "deal", .total = static_cast<std::int64_t>(rows.size())};
  for (std::size_t row = 0; row < std::min(rows.size(), kMaxEvidence); ++row) {
    evidence.ids.push_back(rows.TextAt(row, 0));
  }
  return evidence;
}

}  // namespace weir::pipeline
