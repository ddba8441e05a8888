#include "sources/queue_log.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weir::sources {
namespace {

constexpr std::array<const char*, 10> kColumns{"epoch", "callid", "queuename", "agent", "event",
                                               "data1", "data2",  "data3",     "data4", "data5"};
constexpr std::size_t kFewestCells = 5;  // up to the event; what it says more depends on it

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::vector<std::string_view> Divide(std::string_view line) {
  std::vector<std::string_view> cells;
  cells.reserve(kColumns.size());
  while (true) {
    const std::size_t end = std::min(line.find('|'), line.size());
    cells.push_back(line.substr(0, end));
    if (end == line.size() || cells.size() == kColumns.size()) return cells;
    line.remove_prefix(end + 1);
  }
}

class QueueLog final : public TextForm {
 public:
  Format format() const override { return Format::kQueueLog; }
  const std::vector<SourceColumn>& columns() const override {
    static const std::vector<SourceColumn> columns = [] {
      std::vector<SourceColumn> made;
      made.reserve(kColumns.size());
      for (const char* name : kColumns) made.push_back({.header = name, .name = name, .currency = {}});
      return made;
    }();
    return columns;
  }

  std::optional<TextPart> Next(std::string_view text, bool is_last) const override {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos && !is_last) return std::nullopt;
    std::string_view raw = text.substr(0, end);
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    return TextPart{.size = size, .raw = TrimBlanks(raw).empty() ? std::string_view() : raw};
  }

  std::optional<RowFault> Cells(std::string_view record, std::deque<std::string>& /*texts*/,
                                std::span<std::string_view> cells) const override {
    const std::vector<std::string_view> found = Divide(record);
    if (found.size() < kFewestCells) {
      return RowFault{
          "column_count",
          MakePhrase("the line has {} parts between '|', an event of a queue has at least {}; the log may be "
                     "cut: copy it again",
                     found.size(), kFewestCells),
          found.size() + 1};
    }
    std::copy_n(found.begin(), std::min(found.size(), cells.size()), cells.begin());
    return std::nullopt;
  }
};

}  // namespace

bool IsQueueLog(std::string_view beginning) {
  const std::string_view text = beginning.substr(std::min(beginning.find_first_not_of("\r\n"), beginning.size()));
  const std::vector<std::string_view> cells = Divide(text.substr(0, text.find_first_of("\r\n")));
  if (cells.size() < kFewestCells || cells[0].size() < 9) return false;
  const std::string_view event = cells[4];
  return std::ranges::all_of(cells[0], [](char c) { return IsDigit(c) || c == '.'; }) && event.size() > 2 &&
         std::ranges::all_of(event, [](char c) { return (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_'; });
}

std::unique_ptr<TextForm> QueueLogForm() { return std::make_unique<QueueLog>(); }

}  // namespace weir::sources
