#include "pulls/secret.h"

namespace weir::pulls {

std::string WithoutSecrets(std::string text, const std::vector<Secret>& secrets) {
  constexpr std::string_view kMark = "***";
  for (const Secret& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret.Reveal()); at != std::string::npos;
         at = text.find(secret.Reveal(), at + kMark.size())) {
      text.replace(at, secret.Reveal().size(), kMark);
    }
  }
  return text;
}

}  // namespace weir::pulls
