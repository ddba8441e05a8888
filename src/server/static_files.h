// The files of the page: found by path, sent in the smallest form that the browser reads, with names that tell whether
// they may be kept for ever. Built once; lookups are O(log files) and safe from any thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/embedded.h"
#include "server/request_guard.h"
#include "server/response.h"
#include "server/target.h"

namespace weir::server {

class StaticFiles {
 public:
  // "x.js.br" and "x.js.gz" are other forms of "x.js" and not files of their own.
  explicit StaticFiles(std::span<const EmbeddedFile> files);

  // The file of the path; for an address of the page (no file of its own and no dot in its last segment) index.html,
  // which reads the address itself; else 404.
  Response Answer(const Target& target, const RequestHead& head) const;

 private:
  struct File {
    std::string_view type;
    std::string tag;
    bool is_immutable = false;
    std::string_view plain = {};
    std::string_view gzip = {};
    std::string_view brotli = {};
  };
  static Response Send(const File& file, const RequestHead& head);

  std::map<std::string, File, std::less<>> files_;
};

}  // namespace weir::server
