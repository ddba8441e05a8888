#include "store/json_functions.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/scalar_function.h"

namespace weir::store {
namespace {

// A value as it stands in the text.
struct Slice {
  std::string_view text;
  char begins_with() const { return text.front(); }
  bool IsNull() const { return text == "null"; }
};

// Goes from value to value of a JSON text without taking it apart further than is asked for.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool Take(char c) {
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // The value that begins here, whole.
  std::optional<Slice> Next() {
    SkipBlanks();
    const std::size_t start = at_;
    if (at_ == text_.size()) return std::nullopt;
    const bool is_whole = text_[at_] == '"' ? SkipText() : IsBracket(text_[at_]) ? SkipNested() : SkipWord();
    if (!is_whole) return std::nullopt;
    return Slice{text_.substr(start, at_ - start)};
  }

 private:
  static bool IsBracket(char c) { return c == '{' || c == '['; }

  void SkipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  bool SkipText() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] == '\\') ++at_;
    }
    at_ = text_.size();
    return false;
  }

  bool SkipNested() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!SkipText()) return false;
        continue;
      }
      ++at_;
      if (IsBracket(c)) ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

  // A number, true, false or null.
  bool SkipWord() {
    const std::size_t end = std::min(text_.find_first_of(",]} \n\r\t", at_), text_.size());
    const bool has_any = end > at_;
    at_ = end;
    return has_any;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

void AppendUtf8(std::uint32_t code, std::string& out) {
  const auto append = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return append(code);
  if (code < 0x800) {
    append(0xC0 | (code >> 6));
  } else if (code < 0x10000) {
    append(0xE0 | (code >> 12));
    append(0x80 | ((code >> 6) & 0x3F));
  } else {
    append(0xF0 | (code >> 18));
    append(0x80 | ((code >> 12) & 0x3F));
    append(0x80 | ((code >> 6) & 0x3F));
  }
  append(0x80 | (code & 0x3F));
}

// The four digits after "\u".
std::optional<std::uint32_t> HexAt(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  std::uint32_t code = 0;
  for (const char c : text.substr(at, 4)) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t digit = kDigits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    if (digit == std::string_view::npos) return std::nullopt;
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  return code;
}

constexpr std::uint32_t kNoCharacter = 0xFFFD;

// The character of an escape whose "\u" ends before `at`; a pair of surrogates is one character.
std::optional<std::uint32_t> CharacterAt(std::string_view text, std::size_t& at) {
  const auto code = HexAt(text, at);
  if (!code) return std::nullopt;
  at += 4;
  if (*code < 0xD800 || *code >= 0xE000) return code;
  if (*code >= 0xDC00 || text.substr(at, 2) != "\\u") return kNoCharacter;
  const auto low = HexAt(text, at + 2);
  if (!low || *low < 0xDC00 || *low >= 0xE000) return kNoCharacter;
  at += 6;
  return 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
}

// A text in quotes as it is read; one without escapes is not copied. Nothing where an escape is none.
std::optional<std::string_view> Unquoted(std::string_view quoted, std::string& room) {
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  if (text.find('\\') == std::string_view::npos) return text;
  room.clear();
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      room.push_back(text[at++]);
      continue;
    }
    const char name = text[at + 1];
    at += 2;
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (const std::size_t known = kNames.find(name); known != std::string_view::npos) {
      room.push_back(kMeanings[known]);
      continue;
    }
    const auto character = name == 'u' ? CharacterAt(text, at) : std::nullopt;
    if (!character) return std::nullopt;
    AppendUtf8(*character, room);
  }
  return room;
}

// Calls `member(name, value)` for each member of an object until it says that it has enough. False where the object is
// broken before that.
template <typename Member>
bool WalkMembers(std::string_view object, const Member& member) {
  Scanner scanner(object);
  if (!scanner.Take('{')) return false;
  if (scanner.Take('}')) return true;
  do {
    const auto name = scanner.Next();
    if (!name || name->begins_with() != '"' || !scanner.Take(':')) return false;
    const auto value = scanner.Next();
    if (!value) return false;
    if (member(name->text, *value)) return true;
  } while (scanner.Take(','));
  return scanner.Take('}');
}

// The text of a value; of an object, that of its first member that is not null.
std::optional<std::string_view> TextOf(Slice value, std::string& room) {
  if (value.begins_with() == '{') {
    std::optional<Slice> said;
    const bool is_whole = WalkMembers(value.text, [&](std::string_view, Slice one) {
      if (!one.IsNull()) said = one;
      return said.has_value();
    });
    if (!is_whole || !said) return std::nullopt;
    value = *said;
  }
  if (value.IsNull()) return std::nullopt;
  return value.begins_with() == '"' ? Unquoted(value.text, room) : value.text;
}

std::optional<std::string_view> PairValue(std::string_view pairs, std::string_view key, std::string& room) {
  Scanner scanner(pairs);
  if (!scanner.Take('[')) return std::nullopt;
  do {
    const auto pair = scanner.Next();
    if (!pair || pair->begins_with() != '{') return std::nullopt;
    bool is_it = false;
    std::optional<Slice> value;
    const bool is_whole = WalkMembers(pair->text, [&](std::string_view name, Slice one) {
      if (name == "\"value\"") value = one;
      if (name == "\"key\"") is_it = one.begins_with() == '"' && Unquoted(one.text, room) == key;
      return is_it && value.has_value();
    });
    if (!is_whole) return std::nullopt;
    if (is_it) return value ? TextOf(*value, room) : std::nullopt;
  } while (scanner.Take(','));
  return std::nullopt;
}

std::string_view ViewOf(const duckdb_string_t& text) {
  duckdb_string_t copy = text;
  const char* const data = text.value.inlined.length <= sizeof(text.value.inlined.inlined)
                               ? text.value.inlined.inlined
                               : duckdb_string_t_data(&copy);
  return {data, text.value.inlined.length};
}

void Run(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const Argument<duckdb_string_t> pairs(input, 0);
  const Argument<duckdb_string_t> keys(input, 1);
  duckdb_vector_ensure_validity_writable(output);
  std::uint64_t* const validity = duckdb_vector_get_validity(output);
  std::string room;
  for (idx_t row = 0; row < rows; ++row) {
    const bool is_asked = !pairs.IsNull(row) && !keys.IsNull(row);
    const auto value = is_asked ? PairValue(ViewOf(pairs[row]), ViewOf(keys[row]), room) : std::nullopt;
    if (value) {
      duckdb_vector_assign_string_element_len(output, row, value->data(), value->size());
    } else {
      duckdb_validity_set_row_invalid(validity, row);
    }
  }
}

}  // namespace

void RegisterJsonFunctions(duckdb_connection connection) {
  std::vector<LogicalType> parameters;
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  RegisterScalarFunction(connection, "pair_value", parameters, LogicalType::Of(DUCKDB_TYPE_VARCHAR), &Run);
}

}  // namespace weir::store
