#include "simulate/naming.h"

#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weir::simulate {
namespace {

struct Letter {
  std::string_view from;
  std::string_view to;
};

constexpr Letter kLatin[] = {
    {"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ß", "ss"}, {"Ä", "Ae"}, {"Ö", "Oe"}, {"Ü", "Ue"}, {"å", "a"}, {"Å", "A"},
    {"ø", "o"},  {"Ø", "O"},  {"é", "e"},  {"è", "e"},  {"ê", "e"},  {"É", "E"},  {"ë", "e"},  {"ç", "c"}, {"á", "a"},
    {"à", "a"},  {"ã", "a"},  {"í", "i"},  {"Í", "I"},  {"ñ", "n"},  {"ó", "o"},  {"ú", "u"},  {"ł", "l"}, {"Ł", "L"},
    {"ś", "s"},  {"ń", "n"},  {"ý", "y"},  {"č", "c"},  {"ř", "r"},  {"š", "s"},  {"ž", "z"},  {"ô", "o"}, {"î", "i"}};
constexpr Letter kCyrillic[] = {
    {"а", "a"},  {"б", "b"},  {"в", "v"},    {"г", "g"},    {"д", "d"}, {"е", "e"}, {"ё", "e"},  {"ж", "zh"},
    {"з", "z"},  {"и", "i"},  {"й", "y"},    {"к", "k"},    {"л", "l"}, {"м", "m"}, {"н", "n"},  {"о", "o"},
    {"п", "p"},  {"р", "r"},  {"с", "s"},    {"т", "t"},    {"у", "u"}, {"ф", "f"}, {"х", "kh"}, {"ц", "ts"},
    {"ч", "ch"}, {"ш", "sh"}, {"щ", "shch"}, {"ъ", ""},     {"ы", "y"}, {"ь", ""},  {"э", "e"},  {"ю", "yu"},
    {"я", "ya"}, {"А", "A"},  {"Б", "B"},    {"В", "V"},    {"Г", "G"}, {"Д", "D"}, {"Е", "E"},  {"Ё", "E"},
    {"Ж", "Zh"}, {"З", "Z"},  {"И", "I"},    {"Й", "Y"},    {"К", "K"}, {"Л", "L"}, {"М", "M"},  {"Н", "N"},
    {"О", "O"},  {"П", "P"},  {"Р", "R"},    {"С", "S"},    {"Т", "T"}, {"У", "U"}, {"Ф", "F"},  {"Х", "Kh"},
    {"Ц", "Ts"}, {"Ч", "Ch"}, {"Ш", "Sh"},   {"Щ", "Shch"}, {"Ъ", ""},  {"Ы", "Y"}, {"Ь", ""},   {"Э", "E"},
    {"Ю", "Yu"}, {"Я", "Ya"}};

std::size_t LetterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

std::vector<std::string_view> Letters(std::string_view text) {
  std::vector<std::string_view> letters;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = LetterBytes(text[at]);
    letters.push_back(text.substr(at, bytes));
    at += bytes;
  }
  return letters;
}

bool EndsWith(std::string_view text, std::string_view end) { return text.ends_with(end); }

// Family names of Russian women; others have one form.
std::string FemaleLastName(std::string_view last) {
  for (const std::string_view end : {"ов", "ев", "ёв", "ин", "ын"}) {
    if (EndsWith(last, end)) return std::string(last) + "а";
  }
  if (EndsWith(last, "ий")) return std::string(last.substr(0, last.size() - 4)) + "ая";
  return std::string(last);
}

std::string FemaleMiddleName(std::string_view middle) {
  return EndsWith(middle, "ич") ? std::string(middle.substr(0, middle.size() - 4)) + "на" : std::string(middle);
}

// Latin-1 and Latin Extended letters that our names use, and the Russian alphabet: pairs of two-byte sequences.
std::string ChangeCase(std::string_view text, bool upper) {
  std::string out;
  for (const std::string_view letter : Letters(text)) {
    if (letter.size() == 1) {
      const char c = letter[0];
      const bool lower_letter = c >= 'a' && c <= 'z';
      const bool upper_letter = c >= 'A' && c <= 'Z';
      out.push_back(upper && lower_letter    ? static_cast<char>(c - 32)
                    : !upper && upper_letter ? static_cast<char>(c + 32)
                                             : c);
      continue;
    }
    unsigned code = letter.size() == 2 ? (static_cast<unsigned char>(letter[0]) & 0x1FU) << 6 |
                                             (static_cast<unsigned char>(letter[1]) & 0x3FU)
                                       : 0;
    if (code == 0) {
      out.append(letter);
      continue;
    }
    if (upper) {
      if ((code >= 0x430 && code <= 0x44F) || (code >= 0xE0 && code <= 0xFE && code != 0xF7)) code -= 0x20;
      if (code == 0x451) code = 0x401;
    } else {
      if ((code >= 0x410 && code <= 0x42F) || (code >= 0xC0 && code <= 0xDE && code != 0xD7)) code += 0x20;
      if (code == 0x401) code = 0x451;
    }
    out.push_back(static_cast<char>(0xC0 | (code >> 6)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
  return out;
}

}  // namespace

FullName MakePersonName(const Lexicon& lexicon, Sampler& sampler) {
  const bool female = sampler.Chance(0.46);
  FullName name;
  name.first = sampler.Pick(female ? lexicon.female_names : lexicon.male_names);
  const std::string_view last = sampler.Pick(lexicon.last_names);
  name.last = female && lexicon.cyrillic ? FemaleLastName(last) : std::string(last);
  if (!lexicon.middle_names.empty()) {
    const std::string_view middle = sampler.Pick(lexicon.middle_names);
    name.middle = female ? FemaleMiddleName(middle) : std::string(middle);
  }
  return name;
}

CompanyName MakeCompanyName(const Lexicon& lexicon, const Country& country, std::uint64_t seed, int index,
                            Sampler& sampler) {
  const std::size_t heads = lexicon.brand_heads.size();
  const std::size_t tails = lexicon.brand_tails.size();
  const std::size_t middles = lexicon.brand_middles.size();
  const std::size_t combinations = heads * tails;
  // A step that shares no factor with the number of combinations visits each of them once.
  const std::size_t start = static_cast<std::size_t>(RandomStream(seed, "company.names").Next() % combinations);
  const auto number = static_cast<std::size_t>(index);
  const std::size_t at = (start + number % combinations * 1237) % combinations;
  const std::size_t round = number / combinations;

  CompanyName name;
  name.brand = lexicon.brand_heads[at / tails];
  name.brand += lexicon.brand_tails[at % tails];
  if (round > 0) name.brand += fmt::format(" {}", lexicon.brand_middles[(round - 1) % middles]);
  if (round > middles) name.brand += fmt::format(" {}", (round - 1) / middles + 1);
  const std::string_view form = sampler.Pick(country.legal_forms);
  name.legal = lexicon.cyrillic ? fmt::format("{} «{}»", form, name.brand) : fmt::format("{} {}", name.brand, form);
  name.domain = fmt::format("{}.{}", Slug(name.brand, "-"), country.top_level_domain);
  return name;
}

std::string Transliterate(std::string_view text) {
  std::string out;
  for (const std::string_view letter : Letters(text)) {
    std::string_view replaced = letter;
    if (letter.size() > 1) {
      for (const Letter& rule : kLatin) {
        if (rule.from == letter) replaced = rule.to;
      }
      for (const Letter& rule : kCyrillic) {
        if (rule.from == letter) replaced = rule.to;
      }
    }
    out.append(replaced);
  }
  return out;
}

std::string Slug(std::string_view text, std::string_view joint) {
  std::string out;
  bool joint_due = false;
  for (const char c : LowerCase(Transliterate(text))) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      if (joint_due && !out.empty()) out.append(joint);
      joint_due = false;
      out.push_back(c);
    } else if (c == ' ' || c == '-' || c == '.') {
      joint_due = true;
    }
  }
  return out;
}

std::string MakePhone(const Country& country, std::string_view area, Sampler& sampler) {
  const int digits = country.local_digits;
  std::string local(1, static_cast<char>('2' + sampler.Integer(0, 7)));
  while (static_cast<int>(local.size()) < digits) local.push_back(static_cast<char>('0' + sampler.Integer(0, 9)));
  return fmt::format("+{} {} {}", country.dial, area, local);
}

std::string RewritePhone(std::string_view phone, int form) {
  std::string digits;
  for (const char c : phone) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  const std::size_t first_space = phone.find(' ');
  const std::size_t second_space = phone.find(' ', first_space + 1);
  if (second_space == std::string_view::npos) return std::string(phone);
  const std::string_view dial = phone.substr(1, first_space - 1);
  const std::string_view area = phone.substr(first_space + 1, second_space - first_space - 1);
  const std::string_view local = phone.substr(second_space + 1);
  switch (form) {
    case 1:
      return "+" + digits;
    case 2:
      return fmt::format("+{} ({}) {}-{}", dial, area, local.substr(0, 3), local.substr(3));
    case 3:
      return digits;  // the plus is lost, as spreadsheets do
    case 4:
      return dial == "7" ? fmt::format("8 {} {}", area, local) : fmt::format("0{}/{}", area, local);
    default:
      return std::string(phone);
  }
}

std::string Mistype(std::string_view text, Sampler& sampler) {
  std::vector<std::string_view> letters = Letters(text);
  if (letters.size() < 4) return std::string(text);
  const auto at = static_cast<std::size_t>(sampler.Integer(1, static_cast<int>(letters.size()) - 2));
  switch (sampler.Integer(0, 2)) {
    case 0:
      letters.erase(letters.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1:
      letters.insert(letters.begin() + static_cast<std::ptrdiff_t>(at), letters[at]);
      break;
    default:
      std::swap(letters[at], letters[at + 1]);
  }
  std::string out;
  for (const std::string_view letter : letters) out.append(letter);
  return out;
}

std::string MisreadBytes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
      continue;
    }
    out.push_back(static_cast<char>(0xC0 | byte >> 6));
    out.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
  }
  return out;
}

std::string UpperCase(std::string_view text) { return ChangeCase(text, true); }
std::string LowerCase(std::string_view text) { return ChangeCase(text, false); }

}  // namespace weir::simulate
