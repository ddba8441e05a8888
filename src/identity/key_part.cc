#include "identity/key_part.h"

#include <algorithm>
#include <array>

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
  const std::span<const KeyForm> all(kForms);
  switch (kind) {
    case FieldKind::kName:
      return all.first(2);
    case FieldKind::kCode:
    case FieldKind::kDate:
    case FieldKind::kEmail:
      return all.first(3);
    case FieldKind::kNumber:
    case FieldKind::kText:
      return all.first(1);
    case FieldKind::kNumbers:
      return {};
  }
  return {};
}

std::vector<std::uint64_t> HashesOf(const Field& field, KeyForm form) {
  std::vector<std::uint64_t> hashes(field.values.size(), 0);
  for (std::size_t code = 1; code < hashes.size(); ++code) {
    const std::string_view part = PartOf(field.values.At(code), field.kind, form);
    if (!part.empty()) hashes[code] = HashText(part) | 1;
  }
  return hashes;
}

double ChanceOf(const Field& field, std::span<const std::uint64_t> hashes, std::size_t records) {
  struct Counted {
    std::uint64_t hash;
    std::uint32_t count;
  };
  std::vector<Counted> parts;
  for (std::size_t code = 1; code < hashes.size(); ++code) {
    if (hashes[code] != 0) parts.push_back({hashes[code], field.counts[code]});
  }
  std::ranges::sort(parts, {}, &Counted::hash);
  double chance = 0;
  for (std::size_t begin = 0; begin < parts.size();) {
    double count = 0;
    std::size_t end = begin;
    for (; end < parts.size() && parts[end].hash == parts[begin].hash; ++end) count += parts[end].count;
    chance += count * (count - 1);
    begin = end;
  }
  const auto all = static_cast<double>(std::max<std::size_t>(records, 1));
  return chance / (all * all);
}

}  // namespace weir::identity
