#include "server/static_files.h"

#include <algorithm>
#include <array>

namespace weir::server {
namespace {

struct MediaType {
  std::string_view suffix;
  std::string_view type;
};

constexpr std::array<MediaType, 12> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
    {".map", "application/json"},
}};

std::string_view TypeOf(std::string_view path) {
  const auto found = std::ranges::find_if(kTypes, [&](const MediaType& one) { return path.ends_with(one.suffix); });
  return found == kTypes.end() ? std::string_view("application/octet-stream") : found->type;
}

bool IsHash(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// The bundler names a file by its content: assets/filters.svelte-B7x9_k2Q.js.
bool IsNamedByContent(std::string_view path) {
  static constexpr std::size_t kHashLength = 8;
  if (!path.starts_with("assets/")) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    if (dot <= kHashLength || name[dot - kHashLength - 1] != '-') continue;
    if (IsHash(name.substr(dot - kHashLength, kHashLength))) return true;
  }
  return false;
}

}  // namespace

StaticFiles::StaticFiles(std::span<const EmbeddedFile> files) {
  for (const EmbeddedFile& file : files) {
    std::string_view path = file.path;
    std::string_view File::* form = &File::plain;
    if (path.ends_with(".br")) form = &File::brotli;
    if (path.ends_with(".gz")) form = &File::gzip;
    if (form != &File::plain) path.remove_suffix(3);
    files_[std::string(path)].*form = file.bytes;
  }
  // A compressed form without its file is of no use to browsers that do not read it.
  std::erase_if(files_, [](const auto& entry) { return entry.second.plain.data() == nullptr; });
  for (auto& [path, file] : files_) {
    file.type = TypeOf(path);
    file.tag = engine::TagOf(file.plain);
    file.is_immutable = IsNamedByContent(path);
  }
}

Response StaticFiles::Send(const File& file, const RequestHead& head) {
  Response response{.content_type = std::string(file.type),
                    .cache_control = file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache",
                    .etag = file.tag,
                    .body = Payload::Static(file.plain)};
  const std::string_view accepted = head.Find("accept-encoding");
  const bool has_forms = file.brotli.data() != nullptr || file.gzip.data() != nullptr;
  if (file.brotli.data() != nullptr && AcceptsCoding(accepted, "br")) {
    response.body = Payload::Static(file.brotli);
    response.headers.emplace_back("Content-Encoding", "br");
    response.etag.insert(response.etag.size() - 1, "-br");
  } else if (file.gzip.data() != nullptr && AcceptsCoding(accepted, "gzip")) {
    response.body = Payload::Static(file.gzip);
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.etag.insert(response.etag.size() - 1, "-gz");
  }
  if (has_forms) response.headers.emplace_back("Vary", "Accept-Encoding");
  return response;
}

Response StaticFiles::Answer(const Target& target, const RequestHead& head) const {
  const std::string path = target.Path().substr(1);
  const auto found = files_.find(path);
  if (found != files_.end()) return Send(found->second, head);
  const bool names_a_file = !target.segments.empty() && target.segments.back().find('.') != std::string::npos;
  const auto index = files_.find("index.html");
  if (!names_a_file && index != files_.end()) return Send(index->second, head);
  if (files_.empty())
    return ProblemResponse(404, MakePhrase("this build of Weir holds no page; the API is under /api/v1"), {});
  return ProblemResponse(404, MakePhrase("there is no such file"), {});
}

}  // namespace weir::server
