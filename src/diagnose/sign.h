// What the diagnosis looks at: signs that a company needs SalesOps or RevOps, each made of measured lines, and the
// policy by which they become a verdict and a plan. All of it is data: catalog/diagnosis/*.toml (docs/diagnosis.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/text.h"
#include "base/definitions.h"
#include "base/result.h"

namespace weir::diagnose {

enum class Side : std::uint8_t { kSalesOps, kRevOps };
std::string_view NameOf(Side side);  // "salesops"
analysis::Text TitleOf(Side side);   // "SalesOps"

enum class Measure : std::uint8_t {
  kShare,  // hits of all, 0..1, by size where rows have one
  kCount,  // how many are hits, or different values of `by` among them
  kMean,   // size of all, divided by the cases
};

// A line measured by a SELECT over scoped.*: a row for each case, with its `id` and whether it `is_hit`. From it come
// the number and the rows that prove it. What exclusion rules leave out does not count.
struct Select {
  std::string sql = {};
  std::string entity = {};  // canonical table of `id`
  std::string size = {};    // a column by which rows weigh; empty: all the same
  std::string by = {};      // a column whose different values are the cases; empty: each row is one
};

using Filter = std::map<std::string, std::vector<std::string>, std::less<>>;  // by column; "" is a missing value

enum class Aggregate : std::uint8_t {
  kValue,  // of the only row that passes
  kSum,
  kCount,
  kShare,  // of rows that `hit`, by `column` where there is one
};

// A line that another analysis answers.
struct Ask {
  std::string analysis = {};
  std::map<std::string, std::vector<std::string>, std::less<>> params = {};  // "-364d" is that many days before as-of
  std::string table = {};
  std::string column = {};
  Aggregate aggregate = Aggregate::kValue;
  Filter where = {};
  Filter hit = {};
  Filter only_if = {};     // a row that must be there: without it the others are no fair sample; empty: none
  std::string cases = {};  // a column that says of how many cases; empty: of so many rows
  std::string low = {};    // columns of its 80 % interval; may be empty
  std::string high = {};
};

struct Line {
  std::string id = {};  // unique within its file
  analysis::Text title = {};
  analysis::Text needs = {};  // what to bring where it cannot be measured
  std::string unit = {};      // share (of cases), ratio (of money), count, money, days, hours, number
  Measure measure = Measure::kShare;
  double clear_no = 0;
  double clear_yes = 0;  // below clear_no where small is the sign
  double weight = 1;
  std::int64_t least = 1;  // cases, below which it says nothing
  std::string page = {};   // where its rows are: /leaks?rule=stuck_deal; may be empty
  std::variant<Select, Ask> source = {};
  std::string board = {};       // of lines of boards: salesops, revops or both
  bool is_less_better = false;  // the same
};

struct Sign {
  std::string id = {};  // the name of its file
  std::int64_t position = 0;
  Side side = Side::kSalesOps;
  bool is_profile = false;      // says what the company is like, not what ails it
  bool needs_no_other = false;  // speaks only where the other side is not needed: good SalesOps, and still inefficient
  double weight = 1;
  analysis::Text title = {};
  analysis::Text meaning = {};
  analysis::Text mend = {};
  std::vector<Line> lines = {};
  std::string source_file = {};
};

// One step of the plan that follows from a verdict.
struct Stage {
  std::string id = {};
  std::vector<std::string> verdicts = {};
  std::string side = {};  // of both, the stronger side comes first; may be empty
  analysis::Text title = {};
  analysis::Text role = {};
  analysis::Text reports_to = {};
  analysis::Text when = {};
  analysis::Text tasks = {};
  std::vector<std::string> leaks = {};  // rules whose money it addresses
  std::vector<std::string> signs = {};  // what it mends
};

struct Policy {
  double need = 0.4;               // a side is needed from this score on
  std::int64_t least_signs = 3;    // measured in all, below which there is no verdict
  std::int64_t least_of_side = 1;  // and of each side
  double blur = 0.2;               // thresholds are not sharp: a draw shifts them by up to this share of their distance
  std::vector<Stage> stages = {};  // in order
};

struct Signs {
  std::vector<Sign> signs = {};  // by position, then id
  Policy policy = {};
  std::vector<Line> boards = {};
};

// Errors name file, line, column and field, and say how to mend them. A file of the workspace changes thresholds,
// weights and the least number of cases of lines that are built in, and adds lines that ask an analysis.
Result<Signs> LoadSigns(std::span<const DefinitionFile> files);

// "time_lost.admin": how results name a line.
std::string NameOf(const Sign& sign, const Line& line);

}  // namespace weir::diagnose
