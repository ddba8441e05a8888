// Which objects of a bucket are in: what is kept in the inbox between pulls.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "buckets/bucket_answer.h"

namespace weir::buckets {

enum class ObjectFate : std::uint8_t {
  kIn,       // imported
  kUnknown,  // no mapping knows it
  kFailed,   // it cannot be read
};

struct KnownObject {
  std::string etag;
  std::uint64_t bytes = 0;
  Instant modified{};
  ObjectFate fate = ObjectFate::kIn;
  std::string reason;  // of one that is not in
  std::string reason_ru;
  std::string definitions;      // by which it was looked at: others may know it
  std::optional<Instant> gone;  // when it was first missed

  bool IsOf(const BucketObject& object) const;
};

struct BucketState {
  std::string account;  // endpoint and bucket: another one begins anew
  std::optional<Instant> pulled;
  std::map<std::string, KnownObject> objects;  // by key
};

std::string ToText(const BucketState& state);
// An empty text is the beginning.
Result<BucketState> ReadBucketState(std::string_view text);

}  // namespace weir::buckets
