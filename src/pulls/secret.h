// A token, password or address that nobody may see: it has no form to print, and whatever is said to people is searched
// for it first.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weir::pulls {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  // Only for what is sent.
  const std::string& Reveal() const { return text_; }

 private:
  std::string text_;
};

// The text without any of the secrets: a service may quote what it was sent.
std::string WithoutSecrets(std::string text, const std::vector<Secret>& secrets);

// The text of a small file that holds secrets. Fails unless it belongs to this user (or root) and nobody else may read
// it.
Result<std::string> ReadPrivate(const std::filesystem::path& path);

}  // namespace weir::pulls
