// Pulls the buckets that the settings of the workspace name: the part of `weir pull` that is about them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "base/result.h"
#include "buckets/bucket_pull.h"
#include "buckets/bucket_settings.h"
#include "buckets/bucket_state.h"
#include "cli/backend.h"
#include "cli/globals.h"
#include "sources/mapping.h"

namespace weir::cli {

// Read without the lock of the inbox: it is only shown.
buckets::BucketState StateOfBucket(const std::filesystem::path& home, const std::string& name);

// The whole of one bucket, from its key to the last import.
Result<buckets::BucketReport> PullBucket(const Globals& globals, Backend& backend, const std::filesystem::path& home,
                                         const sources::MappingCatalog& mappings,
                                         const buckets::BucketSettings& settings);

analysis::Table BucketsTable();
void AddBucket(const std::string& name, const buckets::BucketReport& report, analysis::Table& table);

}  // namespace weir::cli
