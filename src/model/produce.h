// Runs producers after the model is built: those whose needs have changed, in their order.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "analysis/producer.h"
#include "base/result.h"
#include "store/database.h"

namespace weir::model {

// Tables that keep what producers last ran on, in schema meta; run once by the workspace's migrations.
std::span<const std::string_view> ProducerMigrations();

struct ProduceRequest {
  std::span<const analysis::Producer> producers;  // in the order of needs
  const analysis::Settings& settings;
  // What each table rests on: "obs.<table>", "rec.<table>", "model.<table>", "setting.<name>", "definitions".
  std::map<std::string, std::string, std::less<>> fingerprints;
  bool reads_scoped = false;  // only producers that do, or only those that do not
  bool leaves_what_can_wait = false;
};

struct ProduceReport {
  std::int64_t ran = 0;
  std::int64_t left = 0;
};

// Runs inside the caller's transaction; (re)creates their scoped views.
Result<ProduceReport> RunProducers(store::Connection& connection, const ProduceRequest& request,
                                   const analysis::Progress& progress, std::stop_token stop);

}  // namespace weir::model
