// A producer materialises a table after the model is built: movements, scores, profiles - what takes a kernel or a pass
// over everything, and what others then read. It is declared once, like an analysis, runs inside the transaction of
// the build in the order of needs, and only where something that it needs has changed; also when a past data version is
// built again.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "analysis/settings.h"
#include "base/result.h"
#include "store/database.h"

namespace weir::analysis {

// All that a run may know. It reads the tables that the declaration needs and writes the one that it makes; it never
// reads the clock, and the same tables and settings give the same rows.
struct ProducerRun {
  store::Connection& connection;
  const Settings& settings;
  // Needs that are new or other than in the last run; all of them in the first run and where the producer's version has
  // changed. Empty together with `gone`: nothing is to be said, but the table must be there.
  std::vector<std::string> changed;
  std::vector<std::string> gone;  // needs of the last run that are no more (observation tables of a pattern)
  const Progress& progress;
  std::stop_token stop;
};

struct Producer {
  // `needs`: tables with their schema, "rec.deal", "model.deal_version", "obs.*" for every observation table, and the
  // settings that it reads, "setting.currency" or "setting.*" for all; "definitions" for the texts of mappings and
  // metrics. `tables`: the one that it makes, in schema model; its columns are those of the scoped view.
  Info info;
  std::function<Status(ProducerRun&)> make;
  // SELECT of scoped.<table>: rows and columns that the caller may see. Empty: all of them, for everybody.
  std::string scoped_select;
  // It reads scoped.* as one who sees everything as of the newest moment in the data, and so runs once these views
  // stand.
  bool reads_scoped = false;
  // The first screen of a large import does without what it says of that. It is then asked to run on nothing, which
  // makes its table where there is none.
  bool can_wait = false;

  const TableSpec& table() const { return info.tables.front(); }
};

// Each after those whose table it needs, otherwise by id. A circle, or two that make one table, is a bug.
std::vector<Producer> InOrderOfNeeds(std::vector<Producer> producers);

}  // namespace weir::analysis
