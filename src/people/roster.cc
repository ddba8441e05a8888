#include "people/roster.h"

#include <algorithm>
#include <array>

#include <sys/mman.h>
#include <unistd.h>

#include "base/russian.h"
#include "base/text.h"
#include "sources/date_text.h"
#include "sources/reader.h"

namespace weir::people {
namespace {

constexpr std::string_view kName = "the pasted table";
constexpr std::size_t kMaxRows = 20'000;

struct Header {
  std::string_view field;
  std::array<std::string_view, 8> names;
};

constexpr std::array<Header, 9> kHeaders{{
    {"email", {"email", "e-mail", "mail", "address", "почта", "электронная почта", "эл почта", "адрес"}},
    {"who", {"name", "member", "employee", "full name", "имя", "фио", "сотрудник", "id"}},
    {"department", {"department", "dept", "отдел", "подразделение", "департамент"}},
    {"function", {"function", "role", "функция", "роль"}},
    {"team", {"team", "group", "команда", "группа"}},
    {"manager", {"manager", "reports to", "boss", "руководитель", "начальник"}},
    {"started_on", {"started_on", "start", "start date", "started", "начало", "дата начала", "дата приема", "принят"}},
    {"ended_on", {"ended_on", "end", "end date", "ended", "конец", "дата окончания", "дата увольнения", "уволен"}},
    {"since", {"since", "from", "holds from", "с", "с даты", "действует с"}},
}};

std::string_view FieldOf(std::string_view header) {
  const std::string key = NameKey(header);
  for (const Header& known : kHeaders) {
    for (const std::string_view name : known.names) {
      if (!name.empty() && NameKey(name) == key) return known.field;
    }
  }
  return {};
}

// The text as a file without a name, since tables are read from files.
class TextFile {
 public:
  explicit TextFile(const std::string& text) : descriptor_(memfd_create("people", MFD_CLOEXEC)) {
    std::size_t done = 0;
    while (descriptor_ >= 0 && done < text.size()) {
      const ssize_t wrote = write(descriptor_, text.data() + done, text.size() - done);
      if (wrote <= 0) break;
      done += static_cast<std::size_t>(wrote);
    }
    is_whole_ = descriptor_ >= 0 && done == text.size() && lseek(descriptor_, 0, SEEK_SET) == 0;
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  ~TextFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  bool is_whole() const { return is_whole_; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  bool is_whole_ = false;
};

struct Layout {
  std::vector<std::string_view> fields;  // by column; empty: unknown
  bool names_people = false;
  bool says_something = false;
};

Layout LayoutOf(const sources::RowReader& reader, Roster& roster) {
  Layout layout;
  for (const sources::SourceColumn& column : reader.columns()) {
    const std::string_view field = FieldOf(column.header);
    const bool is_repeated = !field.empty() && std::ranges::find(layout.fields, field) != layout.fields.end();
    layout.fields.push_back(is_repeated ? std::string_view() : field);
    if (field.empty() || is_repeated) roster.unknown.push_back(column.header);
    layout.names_people = layout.names_people || field == "who" || field == "email";
    layout.says_something = layout.says_something || std::ranges::find(kFields, field) != std::end(kFields);
  }
  return layout;
}

// Whose row it is: the address where there is one, else the name.
RosterRow RowOf(const sources::RowBlock& block, std::size_t at, const Layout& layout) {
  RosterRow row{.line = block.LineAt(at), .who = {}, .since = {}, .cells = {}};
  for (std::size_t column = 0; column < layout.fields.size(); ++column) {
    const std::string_view field = layout.fields[column];
    RosterCell cell{std::string(TrimBlanks(block.Cell(at, column))), column + 1};
    if (field.empty() || cell.text.empty()) continue;
    if (field == "email") {
      row.who = std::move(cell);
    } else if (field == "who") {
      if (row.who.text.empty()) row.who = std::move(cell);
    } else if (field == "since") {
      row.since = std::move(cell);
    } else {
      row.cells.emplace(field, std::move(cell));
    }
  }
  return row;
}

Status AddRows(const sources::RowBlock& block, const Layout& layout, Roster& roster) {
  const auto refuse = [&](Refusal refusal) {
    refusal.code = Code::kBadInput;
    roster.refused.push_back(std::move(refusal));
    ++roster.refused_rows;
  };
  for (std::size_t at = 0; at < block.size(); ++at) {
    if (roster.rows.size() + roster.refused_rows == kMaxRows) {
      return Fail(TooLarge("a table has at most {} rows", kMaxRows).Field("text"));
    }
    if (const sources::RowFault* fault = block.FaultAt(at)) {
      refuse({.reason = {fault->reason.text, InRussian(fault->reason)},
              .mend = {"Give every row as many cells as the header has",
                       "В каждой строке нужно столько ячеек, сколько в заголовке"},
              .line = block.LineAt(at),
              .column = fault->column});
      continue;
    }
    RosterRow row = RowOf(block, at, layout);
    if (row.who.text.empty() && row.cells.empty()) continue;
    if (row.who.text.empty()) {
      refuse({.reason = {"nobody is named", "не сказано, чья это строка"},
              .mend = {"Fill in the name or the address", "Укажите имя или почту"},
              .line = row.line});
      continue;
    }
    roster.rows.push_back(std::move(row));
  }
  return {};
}

// Nothing can be made of the rows below a header like this.
std::optional<Refusal> FaultOf(const Layout& layout, std::uint64_t line) {
  if (!layout.names_people) {
    return Refusal{.code = Code::kBadInput,
                   .reason = {"no column says whose row it is", "ни один столбец не говорит, чья это строка"},
                   .mend = {"Name a column 'email' or 'name' in the first line",
                            "Назовите столбец «почта» или «имя» в первой строке"},
                   .line = line};
  }
  if (layout.says_something) return std::nullopt;
  return Refusal{.code = Code::kBadInput,
                 .reason = {"no column says what is to change", "ни один столбец не говорит, что изменить"},
                 .mend = {fmt::format("Name a column {}", fmt::join(kFields, ", ")),
                          "Назовите столбец: отдел, функция, команда, руководитель, начало, конец"},
                 .line = line};
}

}  // namespace

std::optional<Date> ReadDay(std::string_view text) {
  if (const auto date = ParseIsoDate(text)) return date;
  const sources::ParsedDate parsed = sources::ParseDate(text, nullptr);
  if (parsed.fault != sources::DateFault::kNone || parsed.has_time) return std::nullopt;
  return parsed.date;
}

Result<Roster> ReadRoster(const std::string& text) {
  const TextFile file(text);
  if (!file.is_whole()) return Fail(Unavailable("the table cannot be held in memory").Field("text"));
  WEIR_TRY(const std::unique_ptr<sources::RowReader> reader,
           sources::OpenRows({.name = std::string(kName), .path = {}, .descriptor = file.descriptor()}));
  Roster roster;
  const Layout layout = LayoutOf(*reader, roster);
  if (auto fault = FaultOf(layout, reader->reading().header_line)) {
    roster.refused.push_back(std::move(*fault));
    return roster;
  }
  while (true) {
    WEIR_TRY(const sources::RowBlock* block, reader->Next());
    if (block == nullptr) return roster;
    WEIR_TRY(AddRows(*block, layout, roster));
  }
}

}  // namespace weir::people
