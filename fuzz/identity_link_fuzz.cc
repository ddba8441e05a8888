// Any small table through the engine as it is used without a specification: what it tells is sound in itself, the same
// for one thread and for two, and the specification that it chose is read again as it was written. The first byte says
// where the second file begins; lines are records, commas part cells.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/golden.h"
#include "identity/link.h"
#include "identity/scorer.h"

namespace weir::identity {
namespace {

constexpr std::size_t kMostRows = 64;
constexpr std::size_t kMostColumns = 8;

Table TableOf(std::string_view text, std::size_t second_begins) {
  constexpr std::string_view kNames[kMostColumns] = {"name",  "title", "phone", "birth_date",
                                                     "price", "email", "city",  ""};
  Table table;
  const std::size_t first_end = std::min(text.find('\n'), text.size());
  const auto columns = static_cast<std::size_t>(std::ranges::count(text.substr(0, first_end), ',') + 1);
  for (std::size_t c = 0; c < std::min(columns, kMostColumns); ++c) table.columns.emplace_back(std::string(kNames[c]));
  while (!text.empty() && table.rows < kMostRows) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    for (TextColumn& column : table.columns) {
      const std::size_t comma = std::min(line.find(','), line.size());
      column.Add(line.substr(0, comma));
      line.remove_prefix(std::min(comma + 1, line.size()));
    }
    ++table.rows;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  table.second_begins = std::min(second_begins, table.rows);
  return table;
}

void Check(const Table& table) {
  const LinkSpec spec = ChooseSpec(table, Executor(1));
  if (!spec.fields.empty()) {
    const Result<LinkSpec> again = ReadSpec(ToToml(spec), "fuzz.toml");
    WEIR_CHECK(again && ToToml(*again) == ToToml(spec));
  }
  const Result<LinkResult> one = Link(table, spec, {}, Executor(1), std::stop_token());
  const Result<LinkResult> two = Link(table, spec, {}, Executor(2), std::stop_token());
  WEIR_CHECK(one.has_value() == two.has_value());
  if (!one) {
    WEIR_CHECK(one.error().code() == Code::kBadInput);
    return;
  }
  WEIR_CHECK(one->clusters == two->clusters && one->pairs.size() == two->pairs.size());
  WEIR_CHECK(one->clusters.size() == table.rows);
  for (std::uint32_t i = 0; i < table.rows; ++i) {
    WEIR_CHECK(one->clusters[i] <= i && one->clusters[one->clusters[i]] == one->clusters[i]);
  }
  const Scorer scorer(one->fields, one->model);
  for (std::size_t i = 0; i < one->pairs.size(); ++i) {
    const ScoredPair& pair = one->pairs[i];
    WEIR_CHECK(pair.a < pair.b && pair.b < table.rows && std::isfinite(pair.weight));
    WEIR_CHECK(pair.weight == two->pairs[i].weight);
    WEIR_CHECK(!table.IsTwo() || (pair.a < table.second_begins && pair.b >= table.second_begins));
    const Pattern there = PatternOf(one->fields, pair.a, pair.b);
    WEIR_CHECK(there == PatternOf(one->fields, pair.b, pair.a));
    WEIR_CHECK(std::isfinite(scorer.Explain(pair.a, pair.b).weight));
  }
  const Result<GoldenTable> golden = GoldenRecords(table, one->clusters, {}, {}, Executor(1), std::stop_token());
  WEIR_CHECK(golden.has_value());
  for (std::size_t cluster = 0; cluster < golden->clusters.size(); ++cluster) {
    for (const std::vector<std::uint32_t>& origins : golden->origins) {
      WEIR_CHECK(origins[cluster] == kNoOrigin || one->clusters[origins[cluster]] == golden->clusters[cluster]);
    }
  }
}

}  // namespace
}  // namespace weir::identity

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  // Half of the tables are one file.
  weir::identity::Check(weir::identity::TableOf(text, bytes[0] < 128 ? bytes[0] % 32 + 1 : SIZE_MAX));
  return 0;
}
