// Signature Version 4 of Amazon, as S3 takes it: the path is encoded once, and the query is in the order of its names.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "pulls/secret.h"

namespace weir::buckets {

struct AccessKey {
  std::string id;
  pulls::Secret secret;
  pulls::Secret session;  // of a key that lives for hours; empty: none

  // What must not be said to people.
  std::vector<pulls::Secret> All() const { return {secret, session}; }
};

// A GET. Names and values of the query and the path are as they are meant, not encoded.
struct SignedRequest {
  std::string host;  // with its port, where that is another than the scheme's
  std::string path;  // begins with a slash
  std::vector<std::pair<std::string, std::string>> query;
  std::map<std::string, std::string> headers;  // that are signed too, by name in lower case
};

// What follows the host: the path and the query as they were signed.
std::string TargetOf(const SignedRequest& request);
// The headers that go along, "Name: value": those of the request, and those that sign it.
std::vector<std::string> Sign(const SignedRequest& request, const AccessKey& key, std::string_view region, Instant at);

// Letters, digits and -._~ as they are, slashes too where they part a path; all else as %XX.
std::string EncodedForSignature(std::string_view text, bool keeps_slashes);

}  // namespace weir::buckets
