// A bucket in the memory that answers as the S3 protocol says, and verifies every signature by a computation of its
// own: from the request as it was sent, with OpenSSL.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "buckets/signature.h"
#include "pulls/http.h"
#include "pulls/test_service.h"

namespace weir::buckets {

inline std::string HexOf(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}
inline std::string OpenSslSha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {digest.begin(), digest.begin() + size};
}
inline std::string OpenSslHmac(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()),  // NOLINT(*-reinterpret-cast): how OpenSSL takes text
       text.size(), digest.data(), &size);
  return {digest.begin(), digest.begin() + size};
}

struct FakeBucket : pulls::HttpClient {
  struct Object {
    std::string body;
    std::string modified = "2026-01-01T10:00:00.000Z";
  };

  Result<pulls::HttpAnswer> Send(const pulls::HttpRequest& request) override {
    const std::size_t host = request.url.find("://") + 3;
    const std::size_t path = request.url.find('/', host);
    const std::size_t query = std::min(request.url.find('?'), request.url.size());
    headers.clear();
    headers["host"] = request.url.substr(host, path - host);
    for (const std::string& header : request.headers) {
      const std::size_t colon = header.find(": ");
      std::string name = header.substr(0, colon);
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      headers[name] = header.substr(colon + 2);
    }
    const std::string raw_path = request.url.substr(path, query - path);
    const std::string raw_query = query == request.url.size() ? "" : request.url.substr(query + 1);
    if (!IsSigned(raw_path, raw_query)) return Refusing(403, "SignatureDoesNotMatch");
    std::string key = Unquoted(raw_path).substr(1);
    if (key.starts_with("acme-lake")) key = key.substr(std::min<std::size_t>(key.size(), 10));
    std::map<std::string, std::string> params;
    for (std::size_t begin = 0; begin < raw_query.size();) {
      const std::size_t end = std::min(raw_query.find('&', begin), raw_query.size());
      const std::size_t equals = raw_query.find('=', begin);
      params[Unquoted(raw_query.substr(begin, equals - begin))] =
          Unquoted(raw_query.substr(equals + 1, end - equals - 1));
      begin = end + 1;
    }
    asked.push_back(key.empty() ? fmt::format("LIST {}", params["prefix"]) : "GET " + key);
    if (headers.contains("range")) asked.back() += " " + headers["range"];
    if (fault) {
      if (auto said = fault(asked.back(), request)) return *std::move(said);
    }
    return key.empty() ? Answered(request, 200, List(params)) : Get(request, key);
  }

  Result<pulls::HttpAnswer> Get(const pulls::HttpRequest& request, const std::string& key, std::size_t cut = 0) {
    const auto found = objects.find(key);
    if (found == objects.end()) return Refusing(404, "NoSuchKey");
    std::string body = found->second.body;
    std::map<std::string, std::string> head{{"etag", ETag(body)}};
    if (headers.contains("if-match") && headers["if-match"] != head["etag"]) return Refusing(412, "PreconditionFailed");
    int status = 200;
    if (headers.contains("range")) {
      const std::size_t begin = std::stoul(headers["range"].substr(6));
      if (begin >= body.size()) return Refusing(416, "InvalidRange");
      head["content-range"] = fmt::format("bytes {}-{}/{}", begin, body.size() - 1, body.size());
      body = body.substr(begin);
      status = 206;
    }
    return Answered(request, status, body.substr(0, body.size() - cut), head, cut > 0);
  }

  // As libcurl gives it: the body goes to the sink where there is one.
  static Result<pulls::HttpAnswer> Answered(const pulls::HttpRequest& request, int status, const std::string& body,
                                            std::map<std::string, std::string> head = {}, bool is_cut = false) {
    pulls::HttpAnswer answer{.status = status, .headers = std::move(head), .body = {}};
    if (request.sink == nullptr || status >= 300) {
      answer.body = body;
    } else {
      WEIR_TRY(request.sink->Begin(answer));
      WEIR_TRY(request.sink->Take(body));
    }
    if (is_cut) return Fail(Unavailable("{}", "the transfer was cut"));
    return answer;
  }
  static pulls::HttpAnswer Refusing(int status, const std::string& code, const std::string& more = "") {
    return {.status = status,
            .headers = {},
            .body = fmt::format("<?xml version=\"1.0\"?><Error><Code>{}</Code><Message>no, {}</Message>{}</Error>",
                                code, code, more)};
  }
  static std::string ETag(const std::string& body) { return "\"" + HexOf(OpenSslSha256(body)).substr(0, 32) + "\""; }

  std::string List(std::map<std::string, std::string>& params) const {
    std::string rows;
    std::size_t at = 0;
    const std::size_t begin = params.contains("continuation-token") ? std::stoul(params["continuation-token"]) : 0;
    const std::size_t most = std::min<std::size_t>(page, std::stoul(params["max-keys"]));
    bool has_more = false;
    for (const auto& [key, object] : objects) {
      if (!key.starts_with(params["prefix"])) continue;
      has_more = at >= begin + most;
      if (at++ < begin || has_more) continue;
      rows += fmt::format(
          "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>&quot;{}&quot;</ETag><Size>{}</Size></Contents>",
          EncodedForSignature(key, true), object.modified, ETag(object.body).substr(1, 32), object.body.size());
    }
    return fmt::format(
        "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{}<IsTruncated>{}"
        "</IsTruncated>{}<EncodingType>url</EncodingType></ListBucketResult>",
        rows, has_more, has_more ? fmt::format("<NextContinuationToken>{}</NextContinuationToken>", begin + most) : "");
  }

  std::vector<std::string> Fetched() const {
    std::vector<std::string> keys;
    for (const std::string& one : asked) {
      if (one.starts_with("GET ")) keys.push_back(one.substr(4));
    }
    return keys;
  }

  static std::string Unquoted(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%') {
        plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
      } else {
        plain += text[i];
      }
    }
    return plain;
  }

  bool IsSigned(const std::string& path, const std::string& query) {
    const std::string given = headers.contains("authorization") ? headers["authorization"] : "";
    const auto part = [&](const std::string& name, char end) {
      const std::size_t begin = given.find(name) + name.size();
      return given.substr(begin, given.find(end, begin) - begin);
    };
    if (!given.starts_with("AWS4-HMAC-SHA256 Credential=")) return key_id.empty();
    const std::string credential = part("Credential=", ',');
    const std::string scope = credential.substr(credential.find('/') + 1);
    if (credential.substr(0, credential.find('/')) != key_id) return false;
    // Every parameter by its encoded name; none of ours has one twice.
    std::map<std::string, std::string> sorted;
    for (std::size_t begin = 0; begin < query.size();) {
      const std::size_t end = std::min(query.find('&', begin), query.size());
      const std::size_t equals = query.find('=', begin);
      sorted[query.substr(begin, equals - begin)] = query.substr(equals + 1, end - equals - 1);
      begin = end + 1;
    }
    std::string canonical = "GET\n" + path + "\n";
    std::string joined;
    for (const auto& [name, value] : sorted)
      joined.append(joined.empty() ? "" : "&").append(name).append("=").append(value);
    canonical += joined + "\n";
    const std::string names = part("SignedHeaders=", ',') + ";";
    std::set<std::string> covered;
    for (std::size_t begin = 0; begin < names.size();) {
      const std::size_t end = names.find(';', begin);
      const std::string name = names.substr(begin, end - begin);
      covered.insert(name);
      canonical.append(name).append(":").append(headers[name]).append("\n");
      begin = end + 1;
    }
    for (const auto& [name, value] : headers) {
      if ((name.starts_with("x-amz-") || name == "host") && !covered.contains(name)) return false;
    }
    canonical += "\n" + names.substr(0, names.size() - 1) + "\n" + headers["x-amz-content-sha256"];
    const std::string to_sign =
        "AWS4-HMAC-SHA256\n" + headers["x-amz-date"] + "\n" + scope + "\n" + HexOf(OpenSslSha256(canonical));
    std::string signing = "AWS4" + secret;
    for (std::size_t begin = 0; begin < scope.size();) {
      const std::size_t end = std::min(scope.find('/', begin), scope.size());
      signing = OpenSslHmac(signing, scope.substr(begin, end - begin));
      begin = end + 1;
    }
    return HexOf(OpenSslHmac(signing, to_sign)) == given.substr(given.find("Signature=") + 10);
  }

  std::string key_id = "AKIDEXAMPLE";
  std::string secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  std::size_t page = 2;
  std::map<std::string, Object> objects;
  // What is answered in place of what is asked ("GET key bytes=5-"); nothing: as usual.
  std::function<std::optional<Result<pulls::HttpAnswer>>(const std::string& what, const pulls::HttpRequest& request)>
      fault;
  std::vector<std::string> asked;
  std::map<std::string, std::string> headers;  // of the last request, by name in lower case
};

}  // namespace weir::buckets
