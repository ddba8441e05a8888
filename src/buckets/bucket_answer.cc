#include "buckets/bucket_answer.h"

#include <charconv>
#include <utility>

#include "base/text.h"
#include "sources/bytes.h"
#include "sources/xml_stream.h"

namespace weir::buckets {
namespace {

constexpr std::size_t kMostText = 16 << 10;   // of one element: a key has 1,024 bytes, each of which may be %XX
constexpr std::size_t kMostObjects = 10'000;  // of a page, which has 1,000 by the protocol

// %XX and + as in forms. Nothing for what is not encoded so.
std::optional<std::string> Decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned code = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const char* const first = text.data() + i + 1;
    if (std::from_chars(first, first + 2, code, 16).ptr != first + 2) return std::nullopt;
    plain += static_cast<char>(code);
    i += 2;
  }
  return plain;
}

// Elements by their path; the text of each is bounded.
class PathReader : public sources::XmlHandler {
 public:
  void Start(std::string_view name, const sources::XmlAttributes& /*attributes*/) final {
    path_ += "/" + std::string(name);
    text_.clear();
    Begin(path_);
  }
  void End(std::string_view /*name*/) final {
    Take(path_, text_);
    path_.resize(path_.rfind('/'));
    text_.clear();
  }
  void Text(std::string_view text) final {
    if (text_.size() + text.size() > kMostText) {
      Refuse(BadInput("an element of the answer is too long"));
      return;
    }
    text_ += text;
  }

 protected:
  virtual void Begin(const std::string& path) = 0;
  virtual void Take(const std::string& path, std::string& text) = 0;

 private:
  std::string path_;
  std::string text_;
};

class ListReader final : public PathReader {
 public:
  Result<ListPage> Finish() {
    if (!is_list_) return Fail(BadInput("the answer is no list of objects"));
    if (is_truncated_ && page_.next.empty()) return Fail(BadInput("the list does not say where it goes on"));
    if (!is_truncated_) page_.next.clear();
    // The encoding may be told after the keys.
    for (BucketObject& object : page_.objects) {
      if (!is_encoded_) continue;
      auto plain = Decoded(object.key);
      if (!plain) return Fail(BadInput("a key of the list is encoded wrongly"));
      object.key = *std::move(plain);
    }
    return std::move(page_);
  }

 private:
  void Begin(const std::string& path) override {
    if (path == "/ListBucketResult") is_list_ = true;
    if (path != "/ListBucketResult/Contents") return;
    if (page_.objects.size() >= kMostObjects) {
      Refuse(BadInput("a page of the list holds too many objects"));
      return;
    }
    page_.objects.emplace_back();
    has_bytes_ = has_modified_ = false;
  }

  void Take(const std::string& path, std::string& text) override {
    if (path == "/ListBucketResult/IsTruncated") is_truncated_ = text == "true";
    if (path == "/ListBucketResult/NextContinuationToken") page_.next = text;
    if (path == "/ListBucketResult/EncodingType") is_encoded_ = text == "url";
    if (!path.starts_with("/ListBucketResult/Contents") || page_.objects.empty()) return;
    BucketObject& object = page_.objects.back();
    if (path.ends_with("/Contents/Key")) object.key = text;
    if (path.ends_with("/Contents/ETag")) object.etag = text;
    if (path.ends_with("/Contents/StorageClass")) object.storage_class = text;
    if (path.ends_with("/Contents/Size")) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), object.bytes);
      has_bytes_ = error == std::errc() && end == text.data() + text.size();
    }
    if (path.ends_with("/Contents/LastModified")) {
      const auto at = ParseIsoInstant(text);
      has_modified_ = at.has_value();
      object.modified = at.value_or(Instant{});
    }
    if (path != "/ListBucketResult/Contents") return;
    if (object.key.empty() || !has_bytes_ || !has_modified_) Refuse(BadInput("an object of the list is incomplete"));
  }

  ListPage page_;
  bool is_list_ = false;
  bool is_truncated_ = false;
  bool is_encoded_ = false;
  bool has_bytes_ = false;
  bool has_modified_ = false;
};

class RefusalReader final : public PathReader {
 public:
  Refusal refusal;

 private:
  void Begin(const std::string& /*path*/) override {}
  void Take(const std::string& path, std::string& text) override {
    if (path == "/Error/Code") refusal.code = text;
    if (path == "/Error/Message") refusal.message = text;
    if (path == "/Error/Region") refusal.region = text;
  }
};

Status ReadXml(std::string_view xml, sources::XmlHandler& handler) {
  WEIR_TRY(sources::XmlStream stream,
           sources::XmlStream::Open(sources::BytesOf(xml), handler, MakePhrase("the answer"), ""));
  return stream.ReadAll();
}

}  // namespace

Result<ListPage> ReadListPage(std::string_view xml) {
  ListReader reader;
  WEIR_TRY(ReadXml(xml, reader));
  return reader.Finish();
}

Refusal ReadRefusal(std::string_view xml) {
  RefusalReader reader;
  if (!ReadXml(xml, reader)) return {};
  return std::move(reader.refusal);
}

}  // namespace weir::buckets
