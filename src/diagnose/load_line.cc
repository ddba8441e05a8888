#include "diagnose/load_line.h"

#include <algorithm>

namespace weir::diagnose {
namespace {

using metrics::TableReader;

const std::vector<std::string>& Units() {
  static const std::vector<std::string> kAll{"share", "ratio", "count", "money", "days", "hours", "number"};
  return kAll;
}

Result<double> Number(TableReader& reader, std::string_view name) {
  const toml::node* node = reader.Find(name);
  if (node == nullptr || !(node->is_floating_point() || node->is_integer())) {
    return Fail(reader.At(BadInput("'{}' is missing or not a number", name), name).Mend("Write: {} = 0.5", name));
  }
  return *node->value<double>();
}

// { column = "value" } or { column = ["one", "other"] }.
Result<Filter> ReadFilter(TableReader& reader, std::string_view name) {
  WEIR_TRY(const toml::table* table, reader.TableOr(name));
  Filter filter;
  if (table == nullptr) return filter;
  TableReader inner(*table, reader.path());
  for (const auto& [key, node] : *table) {
    WEIR_TRY(filter[std::string(key.str())], inner.TextsOr(key.str()));
  }
  return filter;
}

Result<Ask> ReadAsk(TableReader& reader) {
  Ask ask;
  WEIR_TRY(ask.analysis, reader.Text("analysis"));
  WEIR_TRY(ask.params, ReadFilter(reader, "params"));
  WEIR_TRY(ask.table, reader.Text("table"));
  WEIR_TRY(ask.column, reader.TextOr("column", ""));
  WEIR_TRY(const std::size_t aggregate, reader.OneOf("aggregate", {"value", "sum", "count", "share"}));
  ask.aggregate = static_cast<Aggregate>(aggregate);
  WEIR_TRY(ask.where, ReadFilter(reader, "where"));
  WEIR_TRY(ask.hit, ReadFilter(reader, "hit"));
  WEIR_TRY(ask.only_if, ReadFilter(reader, "only_if"));
  WEIR_TRY(ask.cases, reader.TextOr("cases", ""));
  WEIR_TRY(ask.low, reader.TextOr("low", ""));
  WEIR_TRY(ask.high, reader.TextOr("high", ""));
  const bool needs_column = ask.aggregate == Aggregate::kValue || ask.aggregate == Aggregate::kSum;
  if (needs_column && ask.column.empty()) {
    return Fail(reader.At(BadInput("a value or a sum needs the column that it is of"), "aggregate")
                    .Mend("Add: column = \"...\""));
  }
  if (ask.aggregate == Aggregate::kValue && ask.cases.empty()) {
    return Fail(reader.At(BadInput("a value needs the column that says of how many cases it is"), "aggregate")
                    .Mend("Add: cases = \"...\""));
  }
  if ((ask.aggregate == Aggregate::kShare) == ask.hit.empty()) {
    return Fail(reader.At(BadInput("'hit' says which rows a share counts, and is of shares alone"), "aggregate")
                    .Mend("Add: hit = {{ column = \"value\" }}, or remove it"));
  }
  if (ask.low.empty() != ask.high.empty()) {
    return Fail(reader.At(BadInput("an interval has two ends"), ask.low.empty() ? "high" : "low")
                    .Mend("Give both 'low' and 'high'"));
  }
  return ask;
}

Result<Select> ReadSelect(TableReader& reader) {
  Select select;
  WEIR_TRY(select.sql, reader.Text("sql"));
  WEIR_TRY(select.entity, reader.Text("entity"));
  WEIR_TRY(select.size, reader.TextOr("size", ""));
  WEIR_TRY(select.by, reader.TextOr("by", ""));
  return select;
}

Status ReadThresholds(TableReader& reader, Line& line) {
  WEIR_TRY(line.clear_no, Number(reader, "clear_no"));
  WEIR_TRY(line.clear_yes, Number(reader, "clear_yes"));
  if (line.clear_no != line.clear_yes) return {};
  return Fail(reader.At(BadInput("between a clear no and a clear yes there is no room"), "clear_yes")
                  .Mend("Give two different numbers; where small is the sign, clear_yes is the smaller one"));
}

Status ReadSource(TableReader& reader, bool is_own, Line& line) {
  const bool has_sql = reader.Find("sql") != nullptr;
  const bool has_analysis = reader.Find("analysis") != nullptr;
  if (has_sql == has_analysis) {
    return Fail(reader.At(BadInput("a line is measured either by an analysis or by a SELECT"), "id")
                    .Mend("Give one of: analysis = \"leaks\", sql = \"SELECT ...\""));
  }
  if (has_sql && is_own) {
    return Fail(reader.At(BadInput("a line of the workspace asks an analysis"), "sql")
                    .Mend("Remove 'sql' and name the analysis, its table and column"));
  }
  if (has_analysis) {
    WEIR_TRY(line.source, ReadAsk(reader));
    return {};
  }
  WEIR_TRY(const std::size_t measure, reader.OneOf("measure", {"share", "count", "mean"}));
  line.measure = static_cast<Measure>(measure);
  WEIR_TRY(Select select, ReadSelect(reader));
  if (line.measure == Measure::kMean && select.size.empty()) {
    return Fail(reader.At(BadInput("a mean needs the column that it is of"), "measure").Mend("Add: size = \"...\""));
  }
  if ((line.measure == Measure::kShare) != (line.unit == "share")) {
    return Fail(reader.At(BadInput("unit '{}' does not suit the measure", line.unit), "unit")
                    .Mend("A share has the unit \"share\", and nothing else has"));
  }
  line.source = std::move(select);
  return {};
}

}  // namespace

Result<double> PositiveOr(TableReader& reader, std::string_view name, double fallback) {
  if (reader.Find(name) == nullptr) return fallback;
  WEIR_TRY(const double number, Number(reader, name));
  if (number > 0) return number;
  return Fail(reader.At(BadInput("'{}' is not above zero", name), name).Mend("Write: {} = 1", name));
}

Result<Line> ReadLine(TableReader& reader, LineOf of, bool is_own) {
  Line line;
  WEIR_TRY(line.id, reader.Text("id"));
  WEIR_TRY(line.title, reader.BothLanguages("title"));
  WEIR_TRY(line.needs, reader.BothLanguages("needs"));
  WEIR_TRY(const std::size_t unit, reader.OneOf("unit", Units()));
  line.unit = Units()[unit];
  WEIR_TRY(ReadSource(reader, is_own, line));
  WEIR_TRY(line.page, reader.TextOr("page", ""));
  if (reader.Find("least") != nullptr) {
    WEIR_TRY(line.least, reader.Integer("least"));
  }
  if (of == LineOf::kBoard) {
    WEIR_TRY(line.board, reader.Text("board"));
    WEIR_TRY(const std::size_t better, reader.OneOf("better", {"more", "less"}));
    line.is_less_better = better == 1;
  } else {
    WEIR_TRY(ReadThresholds(reader, line));
    WEIR_TRY(line.weight, PositiveOr(reader, "weight", 1));
  }
  WEIR_TRY(reader.Finish());
  return line;
}

Status ChangeLine(TableReader& reader, Line& line) {
  static_cast<void>(reader.Find("id"));
  if (reader.Find("clear_no") != nullptr || reader.Find("clear_yes") != nullptr) {
    WEIR_TRY(ReadThresholds(reader, line));
  }
  WEIR_TRY(line.weight, PositiveOr(reader, "weight", line.weight));
  if (reader.Find("least") != nullptr) {
    WEIR_TRY(line.least, reader.Integer("least"));
  }
  return reader.Finish();
}

}  // namespace weir::diagnose
