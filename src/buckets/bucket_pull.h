// Pulls a bucket: lists it, fetches the objects that are new or changed, and hands them to an import, batch by batch,
// as if they lay in a folder. An object is known by its tag, size and time; it is noted as in only after its import. So
// a pull may be stopped anywhere, and what it fetches again is known by its bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "buckets/bucket_client.h"
#include "buckets/bucket_settings.h"
#include "buckets/bucket_state.h"
#include "pulls/requester.h"

namespace weir::buckets {

// An object on the disk.
struct FetchedObject {
  BucketObject object;
  std::filesystem::path path;
  std::string name;                   // of its import: "pull/lake/crm/deals.csv"; speaks for recognition
  std::vector<std::string> mappings;  // that read it; none: it is recognised
};

struct ImportedObject {
  ObjectFate fate = ObjectFate::kFailed;
  std::uint64_t records = 0;
  std::string reason;
  std::string reason_ru;
};

struct BucketSinks {
  // What became of each, in their order. An error ends the pull; they are fetched again by the next one.
  std::function<Result<std::vector<ImportedObject>>(const std::vector<FetchedObject>& objects)> import;
  std::function<void(const Phrase& stage)> tell;
  std::string definitions;  // of what recognises them: objects that nothing knew are fetched again once it is another
};

struct BucketLimits {
  std::size_t batch_objects = 500;  // of one import: each is open meanwhile
  std::uint64_t batch_bytes = std::uint64_t{2} << 30U;
};

struct BucketTable {
  std::uint64_t fetched = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t gone = 0;     // since the last pull, or before
  std::uint64_t unknown = 0;  // no mapping knows them
  std::uint64_t failed = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  // fetched
};

struct BucketReport {
  std::uint64_t requests = 0;
  std::uint64_t left_out = 0;                 // objects that are no tables, or that `only` and `skip` leave out
  std::map<std::string, BucketTable> tables;  // by the name that a table would have as one file
  std::vector<Phrase> notices;                // what is gone, and what is not read, with the reason
  std::vector<Error> errors;                  // of objects; the others are in
};

// `folder` is the inbox of this bucket, which is locked meanwhile. Fails on what concerns all objects; what was
// imported before stays.
Result<BucketReport> PullBucket(const BucketSettings& settings, const std::filesystem::path& folder,
                                BucketClient& client, pulls::PullClock& clock, const BucketSinks& sinks,
                                const BucketLimits& limits = {});

}  // namespace weir::buckets
