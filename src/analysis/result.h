// The only form of an answer: named tables of typed columns, with what is needed to reproduce and explain them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.h"
#include "base/result.h"
#include "store/value.h"

namespace weir::analysis {

enum class ColumnType : std::uint8_t {
  kText,
  kInteger,
  kDecimal,
  kMoney,   // plain decimal in `unit` (a currency code)
  kShare,   // 0..1
  kNumber,  // a measured or estimated real number
  kDate,
  kInstant,
  kBoolean,
  kJson,  // a JSON text, shown as is
};
std::string_view NameOf(ColumnType type);

struct Column {
  std::string name = {};
  ColumnType type = ColumnType::kText;
  std::string unit = {};  // "count", "days", "hours", a currency code, "share"; empty for text
  Text title = {};
};

struct Table {
  std::string name = {};
  std::vector<std::string> key = {};  // names of the columns that identify a row
  std::vector<Column> columns = {};
  std::vector<std::vector<store::Value>> rows = {};
  // Set when rows were cut by limit: pass to get the next page.
  std::optional<std::string> next_cursor = {};
  std::optional<std::int64_t> total_rows = {};

  std::size_t IndexOf(std::string_view column) const;  // a bug if absent
};

struct Warning {
  std::string code = {};
  Phrase message = {};
  std::map<std::string, std::string> params = {};
};

enum class History : std::uint8_t { kComplete, kPartial, kNone };
std::string_view NameOf(History history);

struct Output {
  std::vector<Table> tables = {};
  std::vector<Warning> warnings = {};
  History history = History::kComplete;
  // Another definition than the analysis itself answered (a metric): "id", version.
  std::optional<std::pair<std::string, std::int64_t>> definition = {};

  const Table* Find(std::string_view name) const;
};

// Which canonical rows stand behind a row of a result.
struct Evidence {
  std::string table = {};                  // "deal"
  std::vector<std::string> ids = {};       // canonical ids, in order of importance
  std::optional<std::int64_t> total = {};  // if more than ids
};

}  // namespace weir::analysis
