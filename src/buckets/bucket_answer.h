// What a bucket answers, in XML: a page of the list of its objects, or why it refuses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace weir::buckets {

struct BucketObject {
  std::string key;
  std::string etag;  // with its quotes, as it is asked for again
  std::uint64_t bytes = 0;
  Instant modified{};
  std::string storage_class;  // empty: the usual one
};

struct ListPage {
  std::vector<BucketObject> objects;
  std::string next;  // continuation token; empty: this was the last page
};

// Of ListObjectsV2. Errors: kBadInput for what is no such list, or one that no bucket would send; a document type is
// refused, so there are no entities to expand. Cost O(bytes).
Result<ListPage> ReadListPage(std::string_view xml);

struct Refusal {
  std::string code;  // "AccessDenied"; empty: the answer was no such XML
  std::string message;
  std::string region;  // where the bucket is, if the answer tells
};
Refusal ReadRefusal(std::string_view xml);

}  // namespace weir::buckets
