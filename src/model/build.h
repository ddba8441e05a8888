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
#include "model/field_rules.h"
#include "store/engine.h"

namespace weir::model {

// Tables that the model keeps in schema meta; run once by the workspace's migrations.
std::span<const std::string_view> ModelMigrations();

// What a table rec.<name> rests on.
struct RecordState {
  std::string base;          // changes when anything happens to it but that observations are added
  std::string observations;  // changes when observations are added
  std::int64_t rows = 0;     // observations, at most
  // The newest observation that is perhaps not the first of its key in its object; 0: all are. Past the newest of all:
  // any may be.
  std::int64_t last_repeated = kAnyMayRepeat;

  static constexpr std::int64_t kAnyMayRepeat = INT64_MAX;
};

// Tables of the model with fewer rows are built whole.
inline constexpr std::int64_t kLeastRowsByParts = 20'000;

struct BuildRequest {
  std::int64_t data_version = 0;
  analysis::Settings settings;
  FieldRules rules = {};  // `enriched` follows from `records`
  // Of each rec.<table>; those that are not named count as empty.
  std::map<std::string, RecordState, std::less<>> records;
  std::int64_t newest_observation = 0;  // its number; later ones have greater numbers
  std::int64_t least_rows_by_parts = kLeastRowsByParts;
  // What all of them rest on beyond that: the macros and functions of the program.
  std::string program;
  // Models that can wait (plan.h) stay as they are, or are made empty, until a build that does not leave them.
  bool leaves_what_can_wait = false;
};

struct BuildReport {
  std::int64_t built = 0;     // model files run
  std::int64_t by_parts = 0;  // of those, where only some rows were made
  std::int64_t skipped = 0;   // whose inputs did not change
  std::int64_t left = 0;      // that can wait and are behind
  ResolveReport identity;
  // What each table now rests on: "rec.deal", "model.deal_version", "setting.currency". For producers.
  std::map<std::string, std::string, std::less<>> fingerprints;
};

// The variables of a connection by which the shared functions read the settings.
Status SetVariables(store::Session& session, const analysis::Settings& settings);

// Runs inside the caller's transaction. A table whose inputs gained, lost or changed few rows is brought up to date by
// what those touch (upkeep.h): cost O(rows of the tables that changed) at most, mostly far less.
Result<BuildReport> BuildModel(store::Session& session, const BuildRequest& request, EntityResolver& resolver,
                               const analysis::Progress& progress, std::stop_token stop);

// The SQL functions that models, views and the records' own SQL share (models/scoped/macros.sql).
Status CreateFunctions(store::Session& session);

// (Re)creates the scoped.* views over model.*; static text, so only needed when the program changes.
Status CreateScopedViews(store::Session& session);

// The newest moment in the data: the default as-of. 1970-01-01 where there is no data.
Result<Instant> NewestMoment(store::Session& session);

}  // namespace weir::model
