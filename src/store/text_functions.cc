#include "store/text_functions.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/country.h"
#include "base/phone.h"
#include "base/text.h"
#include "store/scalar_function.h"

namespace weir::store {
namespace {

using Text = duckdb_string_t;

bool IsSmallLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// In `key`, so that its memory serves all rows.
std::optional<std::string_view> PlainNameKey(std::string_view name, std::string& key) {
  if (!IsAscii(name)) return std::nullopt;
  key.clear();
  bool is_between = false;
  for (const char c : name) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!IsSmallLetterOrDigit(small)) {
      is_between = !key.empty();
      continue;
    }
    if (is_between) key += ' ';
    is_between = false;
    key += small;
  }
  return key;
}

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'); }

std::string_view MailHost(std::string_view address) {
  while (!address.empty() && IsBlank(address.back())) address.remove_suffix(1);
  if (!address.empty() && address.back() == '>') address.remove_suffix(1);
  std::size_t begin = address.size();
  while (begin > 0 && address[begin - 1] != '@' && address[begin - 1] != '>' && !IsBlank(address[begin - 1])) --begin;
  return begin == 0 || address[begin - 1] != '@' ? std::string_view() : address.substr(begin);
}

std::string_view LastLabels(std::string_view host, std::int32_t labels) {
  std::size_t begin = host.size() + 1;  // behind a point
  for (; labels > 0; --labels) {
    if (begin == 0) return {};
    const std::size_t end = begin - 1;
    const std::size_t point = end == 0 ? std::string_view::npos : host.rfind('.', end - 1);
    begin = point == std::string_view::npos ? 0 : point + 1;
    if (begin == end) return {};
  }
  return host.substr(std::min(begin, host.size()));
}

// `answer` says the text of a row, or that there is none.
template <typename Answer>
void ForEachText(duckdb_data_chunk input, duckdb_vector output, const Answer& answer) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const Argument<Text> texts(input, 0);
  duckdb_vector_ensure_validity_writable(output);
  std::uint64_t* const validity = duckdb_vector_get_validity(output);
  for (idx_t row = 0; row < rows; ++row) {
    const std::optional<std::string_view> said = texts.IsNull(row) ? std::nullopt : answer(row, TextOf(texts[row]));
    if (said) {
      duckdb_vector_assign_string_element_len(output, row, said->data(), said->size());
    } else {
      duckdb_validity_set_row_invalid(validity, row);
    }
  }
}

void RunPlainNameKey(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  std::string key;
  ForEachText(input, output, [&](idx_t, std::string_view name) { return PlainNameKey(name, key); });
}

void RunMailHost(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  ForEachText(input, output, [](idx_t, std::string_view address) { return std::optional(MailHost(address)); });
}

void RunLastLabels(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  const Argument<std::int32_t> labels(input, 1);
  ForEachText(input, output, [&](idx_t row, std::string_view host) {
    return labels.IsNull(row) ? std::nullopt : std::optional(LastLabels(host, labels[row]));
  });
}

// Rows name few countries, and finding one by name costs more than remembering it.
void ForEachCountry(duckdb_data_chunk input, duckdb_vector output, std::string_view Country::* of) {
  std::unordered_map<std::string, const Country*> known;
  ForEachText(input, output, [&](idx_t, std::string_view name) -> std::optional<std::string_view> {
    const auto [found, is_new] = known.try_emplace(std::string(name), nullptr);
    if (is_new) found->second = FindCountry(name);
    return found->second == nullptr ? std::nullopt : std::optional(found->second->*of);
  });
}

void RunCountryCode(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  ForEachCountry(input, output, &Country::code);
}

void RunCallingCode(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  ForEachCountry(input, output, &Country::calling);
}

void RunE164(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  const Argument<Text> regions(input, 1);
  std::string number;
  ForEachText(input, output, [&](idx_t row, std::string_view written) -> std::optional<std::string_view> {
    auto parsed = ParsePhone(written, regions.IsNull(row) ? std::string_view() : TextOf(regions[row]));
    if (!parsed) return std::nullopt;
    number = *std::move(parsed);
    return number;
  });
}

void RunIsoCountry(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  std::string code;
  ForEachText(input, output, [&](idx_t, std::string_view name) -> std::optional<std::string_view> {
    auto found = CountryCode(TrimBlanks(name));
    if (!found) return std::nullopt;
    code = *std::move(found);
    return code;
  });
}

}  // namespace

void RegisterTextFunctions(duckdb_connection connection) {
  const LogicalType text = LogicalType::Of(DUCKDB_TYPE_VARCHAR);
  std::vector<LogicalType> one;
  one.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  RegisterScalarFunction(connection, "plain_name_key", one, text, &RunPlainNameKey);
  RegisterScalarFunction(connection, "mail_host", one, text, &RunMailHost);
  RegisterScalarFunction(connection, "country_code", one, text, &RunCountryCode);
  RegisterScalarFunction(connection, "calling_code", one, text, &RunCallingCode);
  RegisterScalarFunction(connection, "iso_country", one, text, &RunIsoCountry);
  std::vector<LogicalType> texts;
  texts.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  texts.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  RegisterScalarFunction(connection, "e164", texts, text, &RunE164);
  std::vector<LogicalType> two;
  two.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  two.push_back(LogicalType::Of(DUCKDB_TYPE_INTEGER));
  RegisterScalarFunction(connection, "last_labels", two, text, &RunLastLabels);
}

}  // namespace weir::store
