// Whose deals a question about the pipeline is about, and how that is asked of the store. Internal to pipeline/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "analysis/params.h"
#include "base/time.h"
#include "metrics/catalog.h"
#include "metrics/left_out.h"

namespace weir::pipeline {

inline constexpr std::size_t kMaxEvidence = 1000;

struct ScopeParams {
  std::string team = {};
  std::string owner = {};
  std::string segment = {};
  std::string product = {};
  std::string pipeline = {};

  void Describe(analysis::ParamVisitor& visitor);
};

// What a question reads at one moment. Conditions are SQL over a row of scoped.deal; `moving` has only columns that
// scoped.deal_version has too.
struct Scope {
  std::string counted = {};     // SELECT of the deals that count at all: of pipelines that sell, not left out
  std::string fixed = "TRUE";   // segment, product, pipeline
  std::string moving = "TRUE";  // team, owner
  bool has_team = true;         // false where the team that is asked about did not exist at the moment
};

// An unknown team or owner is an error that suggests the nearest name, unless `may_lack`: then nothing is in the scope.
Result<Scope> ScopeAt(const metrics::MetricCatalog& catalog, const ScopeParams& params, analysis::Context& context,
                      bool may_lack = false);
// SELECT of the counted deals that fit.
std::string ScopedDealsSql(const Scope& scope);

// An empty table of the spec; money in the currency.
analysis::Table Empty(const analysis::TableSpec& spec, const std::string& currency);

// Ids in the first column of a statement, as evidence of deals.
Result<analysis::Evidence> DealsOf(const std::string& sql, store::Session& session);

template <typename T>
store::Value Maybe(const std::optional<T>& value) {
  return value ? store::Value(*value) : store::Value();
}

}  // namespace weir::pipeline
