// Any bytes as text, host, address or encoding: normal forms stay as they are when they are made again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/domain.h"
#include "base/result.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const EncodingGuess guess = GuessEncoding(text, (size & 1) != 0);
  auto decoder = Decoder::For(guess.encoding);
  WEIR_CHECK(decoder.has_value());
  std::string decoded;
  decoder->Decode(text.substr(0, size / 2), false, decoded);
  decoder->Decode(text.substr(size / 2), true, decoded);
  WEIR_CHECK(guess.encoding == Encoding::kUtf8 || IsValidUtf8(decoded));
  (void)TrimBlanks(text);
  (void)MatchesGlob("*a?b*", text);
  if (!IsValidUtf8(text)) return 0;
  WEIR_CHECK(NormaliseHeader(NormaliseHeader(text)) == NormaliseHeader(text));
  WEIR_CHECK(FoldBlanks(FoldBlanks(text)) == FoldBlanks(text));
  WEIR_CHECK(NameKey(NameKey(text)) == NameKey(text));
  WEIR_CHECK(Nfc(Nfc(text)) == Nfc(text));
  if (const auto email = ParseEmail(text)) WEIR_CHECK(ParseEmail(*email) == email);
  if (const auto host = HostOf(text)) WEIR_CHECK(HostOf(*host) == host);
  if (const auto domain = WebDomain(text)) WEIR_CHECK(RegistrableDomain(*domain) == domain);
  return 0;
}
