#include "base/result.h"

#include <array>

#include "base/plain_line.h"

namespace weir {

const CodeInfo& InfoOf(Code code) {
  static constexpr std::array<CodeInfo, 12> kCodes{{
      {"bad_usage", 400, 2, "Bad usage"},
      {"bad_input", 422, 1, "Bad input"},
      {"not_found", 404, 1, "Not found"},
      {"not_enough_data", 422, 1, "Not enough data"},
      {"conflict", 409, 1, "Conflict"},
      {"forbidden", 403, 1, "Forbidden"},
      {"unauthenticated", 401, 1, "Not signed in"},
      {"too_large", 413, 1, "Too large"},
      {"busy", 503, 1, "Busy"},
      {"cancelled", 499, 1, "Cancelled"},
      {"unavailable", 503, 1, "Unavailable"},
      {"bug", 500, 3, "A bug in Weir"},
  }};
  return kCodes.at(static_cast<std::size_t>(code));
}

Error&& Error::At(std::string file, std::uint64_t line, std::uint64_t column) && {
  file = PlainLine(file);
  place_ = {std::move(file), line, column};
  return std::move(*this);
}

Error&& Error::Field(std::string field) && {
  field_ = std::move(field);
  return std::move(*this);
}

Error&& Error::Mend(Phrase hint) && {
  hint_ = std::move(hint);
  return std::move(*this);
}

Phrase Error::Whole() const {
  std::string place = place_.file;
  if (!place.empty()) {
    if (place_.line != 0) place += fmt::format(":{}", place_.line);
    if (place_.column != 0) place += fmt::format(":{}", place_.column);
    place += ": ";
  }
  const Phrase field = field_.empty() ? Phrase() : MakePhrase(" (field {})", field_);
  const Phrase mend = hint().empty() ? Phrase() : MakePhrase(". {}", hint_);
  return MakePhrase("{}{}{}{}", place, message_, field, mend);
}

void ThrowBug(const char* file, int line, std::string_view claim) {
  throw Bug(fmt::format("{}:{}: claim does not hold: {}", file, line, claim));
}

}  // namespace weir
