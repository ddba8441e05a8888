// What a bucket answers is foreign XML: a page of its list holds whole objects alone, and a refusal says no more than
// was in it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "buckets/bucket_answer.h"

namespace {

void Require(bool claim) {
  if (!claim) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view xml(reinterpret_cast<const char*>(data),
                             size);   // NOLINT(*-reinterpret-cast): libFuzzer's bytes
  const std::size_t most = 2 * size;  // a letter of ISO 8859-1 takes two bytes in UTF-8
  if (const auto page = weir::buckets::ReadListPage(xml)) {
    Require(page->objects.size() <= 10'000);
    for (const weir::buckets::BucketObject& object : page->objects) {
      Require(!object.key.empty() && object.key.size() <= most);
    }
    Require(page->next.size() <= most);
  }
  const weir::buckets::Refusal refusal = weir::buckets::ReadRefusal(xml);
  Require(refusal.code.size() <= most && refusal.message.size() <= most && refusal.region.size() <= most);
  return 0;
}
