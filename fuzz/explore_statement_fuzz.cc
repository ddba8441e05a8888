// Queries as people write them: any bytes are taken or refused with words, and what is taken reads views of the offer
// alone, at places that lie within the text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "explore/statement.h"
#include "store/database.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using weir::explore::Offer;
  static const Offer kOffer = *Offer::BuiltIn();
  static const auto kDatabase = *weir::store::Database::Open({}, {.threads = 1});
  static auto connection = *kDatabase.Connect();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto statement = weir::explore::CheckStatement(connection, text, kOffer);
  if (!statement) {
    if (statement.error().message().empty() || statement.error().code() == weir::Code::kBug) __builtin_trap();
    return 0;
  }
  if (statement->text.size() != text.size()) __builtin_trap();
  for (const auto* view : statement->reads) {
    if (view == nullptr || kOffer.FindView(view->name) != view) __builtin_trap();
  }
  return 0;
}
