// A JSON document that is sent more than once, with what sending it takes.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace weir::engine {

// A tag for HTTP that changes with the bytes, with its quotes.
std::string TagOf(std::string_view bytes);

// The tag and the packed form are made when they are first asked for. Safe from any thread.
class Document {
 public:
  explicit Document(std::string json) : json_(std::move(json)) {}

  const std::string& json() const { return json_; }
  const std::string& tag() const;
  // As gzip; empty where packing is not worth its while. Costs some 10 ms a megabyte, once.
  const std::string& gzip() const;
  // At most, in memory.
  std::size_t bytes() const { return json_.size() + json_.size() / 4 * 3; }

 private:
  std::string json_;
  mutable std::once_flag is_tagged_;
  mutable std::once_flag is_packed_;
  mutable std::string tag_;
  mutable std::string gzip_;
};

}  // namespace weir::engine
