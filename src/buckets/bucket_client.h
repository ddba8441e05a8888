// Lists a bucket and fetches its objects: signs, keeps to the rate, tries again where that helps, goes on where a
// transfer was cut, and follows nothing that leads to another host.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "buckets/bucket_answer.h"
#include "buckets/bucket_settings.h"
#include "buckets/signature.h"
#include "pulls/http.h"
#include "pulls/requester.h"

namespace weir::buckets {

class BucketClient {
 public:
  BucketClient(const BucketSettings& settings, std::optional<AccessKey> key, pulls::HttpClient& client,
               pulls::PullClock& clock, pulls::Patience patience = {});

  // Objects whose keys begin with the prefix, page by page; `take` gets each page and may end the list with an error.
  Status List(const std::string& prefix, const std::function<Status(std::vector<BucketObject>)>& take);
  // The object as it is now; nothing where there is none.
  Result<std::optional<BucketObject>> Look(const std::string& key);
  // Writes the object into the file, whole or not at all. Errors: kConflict where it is not the one of the list any
  // more, kNotFound where it is gone.
  Status Fetch(const BucketObject& object, const std::filesystem::path& file);

  // The address of the first page of the list.
  std::string ListAddress() const;
  std::uint64_t requests() const { return requests_; }
  std::uint64_t bytes() const { return bytes_; }  // fetched
  // Whether the last request failed for a reason that every other one has as well.
  bool is_over() const { return is_over_; }
  // What is said while it waits.
  std::function<void(const Phrase&)> tell;

 private:
  struct Target {
    SignedRequest request;
    std::string address;
  };
  class ToFile;
  Target TargetFor(std::string_view key, std::vector<std::pair<std::string, std::string>> query) const;
  Target ListTarget(const std::string& prefix, const std::string& token, int most) const;
  Result<ListPage> Page(const std::string& prefix, const std::string& token, int most);
  Result<pulls::HttpAnswer> Ask(Target target, const std::string& what, ToFile* sink);
  Error RefusalOf(const pulls::HttpAnswer& answer, const std::string& what);
  std::string Quoted(const std::string& text) const;
  std::string What(std::string_view key) const;

  const BucketSettings& settings_;
  std::optional<AccessKey> key_;
  pulls::HttpClient& client_;
  pulls::PullClock& clock_;
  pulls::Patience patience_;
  pulls::RateLimiter rate_;
  RandomStream chance_;
  std::uint64_t requests_ = 0;
  std::uint64_t bytes_ = 0;
  bool is_over_ = false;
};

}  // namespace weir::buckets
