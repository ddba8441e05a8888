#include "identity/key_part.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/random.h"

namespace weir::identity {
namespace {

constexpr std::array<std::string_view, 5> kFormNames{"whole", "beginning", "rest", "words", "parts"};
constexpr std::array<KeyForm, 5> kForms{KeyForm::kWhole, KeyForm::kBeginning, KeyForm::kRest, KeyForm::kWords,
                                        KeyForm::kParts};

std::string_view PartOf(std::string_view text, FieldKind kind, KeyForm form) {
  if (form == KeyForm::kWhole) return text;
  const bool is_beginning = form == KeyForm::kBeginning;
  switch (kind) {
    case FieldKind::kDate:
      if (text.size() == 8) return is_beginning ? text.substr(0, 4) : text.substr(4);
      return text;
    case FieldKind::kEmail:
      return text.substr(0, text.find('@'));
    case FieldKind::kCode:
      return is_beginning ? text.substr(0, (text.size() * 3 + 4) / 5) : text.substr(text.size() / 2);
    default:
      return text.substr(0, 4);
  }
}

}  // namespace

std::string_view NameOf(KeyForm form) { return kFormNames[static_cast<std::size_t>(form)]; }

const KeyForm* FindKeyForm(std::string_view name) {
  const auto found = std::ranges::find(kFormNames, name);
  return found == kFormNames.end() ? nullptr : &kForms[static_cast<std::size_t>(found - kFormNames.begin())];
}

std::span<const KeyForm> FormsOf(FieldKind kind) {
  static constexpr std::array kAll{KeyForm::kWhole, KeyForm::kBeginning, KeyForm::kRest};
  static constexpr std::array kOfMail{KeyForm::kWhole, KeyForm::kRest};
  switch (kind) {
    case FieldKind::kName:
      return std::span(kAll).first(2);
    case FieldKind::kCode:
    case FieldKind::kDate:
      return kAll;
    case FieldKind::kEmail:
      return kOfMail;
    case FieldKind::kNumber:
    case FieldKind::kText:
      return std::span(kAll).first(1);
    case FieldKind::kNumbers:
      return {};
  }
  return {};
}

std::uint64_t HashOf(const Field& field, std::uint32_t code, KeyForm form) {
  if (code == kNone) return 0;
  const std::string_view part = PartOf(field.values.At(code), field.kind, form);
  return part.empty() ? 0 : HashText(part) | 1;
}

bool IsKeyForm(FieldKind kind, KeyForm form) {
  if (form == KeyForm::kWords) return kind == FieldKind::kText;
  if (form == KeyForm::kParts) {
    return kind == FieldKind::kText || kind == FieldKind::kName || kind == FieldKind::kCode ||
           kind == FieldKind::kEmail;
  }
  const std::span<const KeyForm> forms = FormsOf(kind);
  return std::ranges::find(forms, form) != forms.end();
}

std::vector<std::uint64_t> HashesOf(const Field& field, KeyForm form) {
  std::vector<std::uint64_t> hashes(field.values.size());
  for (std::uint32_t code = 0; code < hashes.size(); ++code) hashes[code] = HashOf(field, code, form);
  return hashes;
}

std::vector<std::uint32_t> PartsOf(std::string_view value) {
  constexpr std::size_t kMostLetters = 200;
  std::string text(" ");
  text.append(value.substr(0, kMostLetters));
  text.push_back(' ');
  std::vector<std::uint32_t> parts;
  parts.reserve(text.size());
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
    parts.push_back(static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << 16 |
                    static_cast<std::uint32_t>(static_cast<unsigned char>(text[i + 1])) << 8 |
                    static_cast<unsigned char>(text[i + 2]));
  }
  std::ranges::sort(parts);
  const auto again = std::ranges::unique(parts);
  parts.erase(again.begin(), again.end());
  return parts;
}

std::uint64_t MixKeys(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15ULL + b + 0x632be59bd9b4e019ULL;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ULL;
  x ^= x >> 32;
  return x | 1;
}

}  // namespace weir::identity
