#include "model/slot.h"

#include <array>

#include <openssl/evp.h>

#include "base/result.h"

namespace weir::model {
namespace {

constexpr std::int64_t kSlots = 16'777'216;

// It spreads ids and protects nothing, so it may be used where a machine allows approved digests only.
const EVP_MD* Md5() {
  static EVP_MD* const kDigest = EVP_MD_fetch(nullptr, "MD5", "-fips");
  WEIR_CHECK(kDigest != nullptr);
  return kDigest;
}

}  // namespace

std::int64_t SlotOf(std::string_view id) {
  std::array<unsigned char, 16> digest{};
  WEIR_CHECK(EVP_Digest(id.data(), id.size(), digest.data(), nullptr, Md5(), nullptr) == 1);
  // The lower half of the number, whose bytes are stored least first; of it the lowest three bytes.
  std::int64_t lower = 0;
  for (std::size_t i = 16; i-- > 8;) lower = (lower << 8 | digest[i]) % kSlots;
  return lower;
}

}  // namespace weir::model
