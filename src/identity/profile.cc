#include "identity/profile.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "base/domain.h"
#include "base/text.h"
#include "identity/cell.h"

namespace weir::identity {
namespace {

constexpr std::size_t kSample = 20'000;

bool Mentions(std::string_view header, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return header.find(word) != std::string_view::npos; });
}

FieldKind KindOf(const ColumnProfile& profile, std::string_view header) {
  if (profile.emails > 0.6) return FieldKind::kEmail;
  const bool says_code = Mentions(header, {"phone", "fax", "zip", "post", "code", "ssn", "soc_sec", "_id", "tel",
                                           "isbn", "model", "inn", "vat", "tax"});
  if (profile.dates > 0.8 && !says_code) return FieldKind::kDate;
  if (profile.numbers > 0.9) {
    const bool is_measure =
        Mentions(header, {"price", "amount", "lat", "lon", "year", "sum", "cost", "total", "count", "ele"});
    return is_measure && !says_code ? FieldKind::kNumber : FieldKind::kCode;
  }
  if (profile.digits > 0.5 && profile.length < 24) return FieldKind::kCode;
  if (says_code && profile.with_digits > 0.5 && profile.words < 2.5) return FieldKind::kCode;
  const double most_words = profile.with_digits > 0.5 ? 3.5 : 2.2;  // a street and its number are a name
  return profile.words > most_words || profile.length > 32 ? FieldKind::kText : FieldKind::kName;
}

bool IsOfRecord(std::string_view header) {
  if (Mentions(header, {"birth", "dob", "рожд"})) return false;
  return Mentions(header,
                  {"status", "type",  "categor",  "amount",      "stage",   "source", "owner", "creat",   "modif",
                   "updat",  "date",  "tag",      "score",       "priorit", "статус", "тип",   "категор", "сумма",
                   "этап",   "стади", "источник", "ответственн", "созда",   "измен",  "дата",  "тег"});
}

}  // namespace

ColumnProfile Profile(const Table& table, std::size_t column) {
  ColumnProfile profile;
  profile.column = column;
  const TextColumn& cells = table.columns[column];
  const std::size_t step = std::max<std::size_t>(1, cells.size() / kSample);
  std::unordered_map<std::string, std::size_t> values;
  std::size_t characters = 0;
  std::size_t digits = 0;
  for (std::size_t row = 0; row < cells.size(); row += step) {
    ++profile.seen;
    const std::string_view cell = TrimBlanks(cells.At(row));
    const std::string text = NormalCell(cell.substr(0, 4096), FieldKind::kText);
    if (text.empty()) continue;
    ++profile.filled;
    ++values[text];
    profile.words += static_cast<double>(std::ranges::count(text, ' ') + 1);
    profile.length += static_cast<double>(text.size());
    const auto digits_of =
        static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }));
    digits += digits_of;
    characters += text.size() - static_cast<std::size_t>(std::ranges::count(text, ' '));
    profile.with_digits += digits_of > 0 ? 1 : 0;
    profile.emails += cell.find('@') != std::string_view::npos && ParseEmail(cell) ? 1 : 0;
    const std::optional<CivilDate> date = ReadDate(cell);
    profile.dates += date && date->month >= 1 && date->month <= 12 && date->day >= 1 && date->day <= 31 ? 1 : 0;
    profile.numbers += ReadNumber(cell) ? 1 : 0;
  }
  if (profile.filled == 0) return profile;
  const auto filled = static_cast<double>(profile.filled);
  profile.distinct = static_cast<double>(values.size()) / filled;
  for (double* share :
       {&profile.words, &profile.length, &profile.with_digits, &profile.emails, &profile.dates, &profile.numbers})
    *share /= filled;
  profile.digits = static_cast<double>(digits) / static_cast<double>(std::max<std::size_t>(characters, 1));
  profile.is_useful = values.size() > 1;
  for (const auto& [text, count] : values) {
    const double share = static_cast<double>(count) / filled;
    profile.bits -= share * std::log2(share) * filled / static_cast<double>(profile.seen);
  }
  const std::string header = NormaliseHeader(cells.name());
  profile.kind = KindOf(profile, header);
  profile.is_of_record = IsOfRecord(header);
  if (table.columns.size() == 1 && profile.kind == FieldKind::kName) profile.kind = FieldKind::kText;
  return profile;
}

}  // namespace weir::identity
