// Builds model.* from rec.* in one transaction: pure in observations, identity decisions, settings and model files.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "analysis/settings.h"
#include "base/result.h"
#include "model/entity_resolver.h"
#include "store/engine.h"

namespace weir::model {

// Tables that the model keeps in schema meta; run once by the workspace's migrations.
std::span<const std::string_view> ModelMigrations();

struct BuildRequest {
  std::int64_t data_version = 0;
  analysis::Settings settings;
  // What each rec.<table> rests on: changes when its observations or mappings do. Tables not named count as empty.
  std::map<std::string, std::string, std::less<>> record_fingerprints;
  // How many observations each rests on at most; those that are not named are read as they are.
  std::map<std::string, std::int64_t, std::less<>> record_rows;
  // What all of them rest on beyond that: the macros and functions of the program.
  std::string program;
  // Models that can wait (plan.h) stay as they are, or are made empty, until a build that does not leave them.
  bool leaves_what_can_wait = false;
};

struct BuildReport {
  std::int64_t built = 0;    // model files run
  std::int64_t skipped = 0;  // whose inputs did not change
  std::int64_t left = 0;     // that can wait and are behind
  ResolveReport identity;
  // What each table now rests on: "rec.deal", "model.deal_version", "setting.currency". For producers.
  std::map<std::string, std::string, std::less<>> fingerprints;
};

// The variables of a connection by which the shared functions read the settings.
Status SetVariables(store::Session& session, const analysis::Settings& settings);

// Runs inside the caller's transaction; cost O(rows of the tables that changed).
Result<BuildReport> BuildModel(store::Session& session, const BuildRequest& request, EntityResolver& resolver,
                               const analysis::Progress& progress, std::stop_token stop);

// The SQL functions that models, views and the records' own SQL share (models/scoped/macros.sql).
Status CreateFunctions(store::Session& session);

// (Re)creates the scoped.* views over model.*; static text, so only needed when the program changes.
Status CreateScopedViews(store::Session& session);

// The newest moment in the data: the default as-of. 1970-01-01 where there is no data.
Result<Instant> NewestMoment(store::Session& session);

}  // namespace weir::model
