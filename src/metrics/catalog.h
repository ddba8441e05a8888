// The governed catalogue of metrics: what each number means, who owns it, and from which view it is computed. It is
// read from catalog/metrics/*.toml, which travel in the program, and from the workspace's own metrics/ directory.
// Immutable once loaded; safe from any thread. The form of the files: docs/add-a-metric.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/result.h"
#include "analysis/text.h"
#include "base/definitions.h"
#include "base/result.h"
#include "metrics/expression.h"

namespace weir::metrics {

enum class Unit : std::uint8_t { kMoney, kCount, kShare, kDays, kHours };
enum class Additivity : std::uint8_t {
  kAdditive,      // adds up over time and over every dimension
  kSemiAdditive,  // a stock: adds up over dimensions, not over time
  kNonAdditive,   // a median or a distinct count: has to be computed again for each group
  kRatio,         // a ratio of sums
};
std::string_view NameOf(Unit unit);
std::string_view NameOf(Additivity additivity);
// Of a result that shows a column of this type.
analysis::ColumnType ColumnTypeOf(ValueType type);

struct Dimension {
  std::string id = {};
  analysis::Text title = {};
  ColumnRef column = {};
};

// A view that looks a record up takes at most one row for each of its own: by the id of the other view.
struct Lookup {
  std::string name = {};
  std::string view = {};
  ColumnRef from =
      {};  // holds the id of the other: a column here, or of another lookup where the other view is of words
};

// Where the past states of a view's rows are kept.
struct History {
  std::string view = {};  // keyed by the same id column
  std::string from = {};  // instants between which a state held: [from, until)
  std::string until = {};
  std::vector<std::string> columns = {};  // taken from the past state; all others are as they are now
};

// What the rows of a view belong to.
struct Described {
  std::string entity = {};
  ColumnRef id = {};  // of the view, or of what it looks up
};

// A scoped.* view as metrics see it.
struct View {
  std::string name = {};    // without "scoped."
  std::string entity = {};  // the canonical table whose rows these are
  std::string id = {};      // the column that identifies one of them
  std::vector<ColumnRef> columns = {};
  std::vector<Lookup> lookups = {};
  std::vector<Dimension> dimensions = {};
  std::optional<ColumnRef> team = {};  // holds the id of a team: what the team filter compares
  std::optional<ColumnRef> segment = {};
  std::optional<History> history = {};
  // Whose columns that no mapping names split and filter the rows, too, in the order of precedence.
  std::vector<Described> described = {};
  std::vector<Described> belongs = {};  // and what else takes them along where an exclusion rule leaves it out
  // Several rows an id, each a word said of it: read as the newest word that is not empty, column by column.
  bool is_of_words = false;
  // Amounts in the reporting currency and the amount that each is made from.
  std::vector<std::pair<std::string, std::string>> converted = {};
  std::string source_file = {};

  const Dimension* FindDimension(std::string_view id) const;
  const Lookup* FindLookup(std::string_view name) const;
};

struct Rival {
  std::string id = {};  // of a metric in this catalogue, or
  analysis::Text name = {};
  analysis::Text formula = {};
  std::string used_by = {};
};

struct Metric {
  std::string id = {};
  std::int64_t version = 1;
  analysis::Text title = {};
  analysis::Text description = {};
  std::string owner = {};  // the departments that decide on its meaning, as people read them
  std::vector<std::string> owners = {};
  std::string note = {};  // why this version is as it is
  analysis::Text formula = {};
  Unit unit = Unit::kCount;
  bool is_up_better = true;
  Additivity additivity = Additivity::kAdditive;

  // A measure over one view ...
  std::string view = {};
  std::string measure_text = {};
  Measure measure = {};
  std::string filter_text = {};
  std::optional<Condition> filter = {};
  std::optional<ColumnRef> time = {};  // the date that places a row in a period; none: a stock at as-of
  bool is_of_opening = false;          // a stock as it was before the first day of the period
  // ... or a product of other metrics over a product of others.
  std::vector<std::string> numerator = {};
  std::vector<std::string> denominator = {};
  // The metric that counts what this one leaves out because nothing can be known of it; its description is the reason.
  std::string unknown = {};

  std::vector<std::string> dimensions = {};  // ids of those allowed, in the order of the view
  std::vector<Rival> rivals = {};
  bool is_part = false;  // serves other metrics and is not listed
  std::string source_file = {};

  bool IsRatio() const { return !numerator.empty(); }
  bool IsStock() const { return !IsRatio() && !time.has_value(); }
};

struct CustomColumn;

class MetricCatalog {
 public:
  // A file of the workspace may replace what is built in by a higher version. Errors name file, line, column and
  // field, and say how to mend them.
  static Result<MetricCatalog> Load(std::span<const DefinitionFile> files);
  // A view without metrics.
  static MetricCatalog Of(View view);

  const std::vector<Metric>& metrics() const { return metrics_; }  // by id
  const std::vector<View>& views() const { return views_; }        // by name
  const Metric* FindMetric(std::string_view id) const;
  const View* FindView(std::string_view name) const;
  // The same with an error that suggests the nearest name.
  Result<const Metric*> Require(std::string_view id) const;

  // The metrics over one view that a metric is made of: itself, or those behind its numerator and denominator.
  std::vector<const Metric*> BasesOf(const Metric& metric) const;
  // The same with these columns, which no mapping names, as dimensions of all metrics whose rows they describe.
  MetricCatalog With(const std::vector<CustomColumn>& columns) const;
  // Title of a dimension, by its id.
  analysis::Text DimensionTitle(std::string_view id) const;
  // Changes when any definition does; part of the cache key.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  std::vector<Metric> metrics_;
  std::vector<View> views_;
  std::string fingerprint_;
};

// The built-in definitions and those in the directory, which may be absent.
Result<std::shared_ptr<const MetricCatalog>> LoadCatalog(const std::filesystem::path& own_directory = {});

// The names that an expression over the view may use: its columns, those of what it looks up, and its dimensions.
class ViewNames final : public Names {
 public:
  ViewNames(const View& view, const std::vector<View>& views) : view_(view), views_(views) {}
  std::optional<ColumnRef> Find(std::string_view name) const override;
  std::vector<std::string> All() const override;

 private:
  const View& view_;
  const std::vector<View>& views_;
};

}  // namespace weir::metrics
