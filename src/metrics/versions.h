// What a metric has meant: the versions of its definition as the workspace kept them, each with the catalogue that it
// stood in, so that an old report can be asked for again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "metrics/catalog.h"
#include "metrics/period.h"
#include "store/engine.h"

namespace weir::metrics {

// One definition in force, from a data version on.
struct DefinitionVersion {
  std::int64_t version = 0;                // as the definition says
  std::int64_t data_version = 0;           // the first that it holds for
  std::optional<std::int64_t> until = {};  // the first that it no longer holds for
  // The last catalogue that it stood in, with the definitions that it rests on.
  std::shared_ptr<const MetricCatalog> catalog = {};
  std::string source_file = {};
  std::string text = {};  // its part of that file; empty where it has none of its own
  std::string who = {};
  std::string program = {};  // the release of Weir that brought it; empty where it is not known
  std::optional<Instant> recorded_at = {};

  const Metric& Of(std::string_view metric) const { return *catalog->FindMetric(metric); }
};

// In the order of time; of a metric that was taken away and came back, anew. Empty where nothing is on record by
// `known_at`. Texts that this program cannot read any more are passed over; `unread` counts them.
struct Versions {
  std::vector<DefinitionVersion> versions = {};
  std::size_t unread = 0;
};
Result<Versions> VersionsOf(std::string_view metric, store::Session& session, std::int64_t known_at);

// The texts of the catalogue of metrics that were in force at a data version: those of the program first.
Result<std::vector<DefinitionFile>> MetricFilesAt(store::Session& session, std::int64_t version);

// The catalogue in which the metric had this version; null: it is that of `current`. Of several texts under one number,
// the last. An unknown one is an error that lists those there were.
Result<std::shared_ptr<const MetricCatalog>> CatalogOfVersion(const MetricCatalog& current, std::string_view metric,
                                                              std::int64_t version, store::Session& session,
                                                              std::int64_t known_at);

// The last month of the calendar that is over at the moment.
DayRange LastClosedMonth(Instant as_of, const TimeZone& zone);

}  // namespace weir::metrics
