// Builds a catalogue from definition files: first views, then measures over them, then ratios of measures. Internal to
// metrics/.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "metrics/catalog.h"
#include "metrics/table_reader.h"

namespace weir::metrics {

class Loader {
 public:
  // The files outlive the loader. Call the three in this order.
  Status Read(std::span<const DefinitionFile> files);
  Status BuildViews();
  Status BuildMetrics();

  std::vector<Metric> metrics;
  std::vector<View> views;

 private:
  struct Entry {
    std::string name;
    const toml::table* table;
    const DefinitionFile* file;
  };

  Status Collect(const DefinitionFile& file, const toml::table& root, std::string_view kind,
                 std::vector<Entry>& entries);
  Status Replace(Entry entry, std::vector<Entry>& entries) const;
  Result<View> ReadView(const Entry& entry) const;
  Status ReadColumns(TableReader& reader, View& view) const;
  Status ReadLookups(TableReader& reader, View& view) const;
  Status LinkView(const Entry& entry, View& view) const;
  Status LinkDimensions(TableReader& reader, View& view) const;
  Status LinkHistory(TableReader& reader, View& view) const;
  Status LinkDescribed(TableReader& reader, std::string_view field, const View& view,
                       std::vector<Described>& described) const;
  Status LinkConverted(TableReader& reader, View& view) const;
  Result<ColumnRef> ColumnOf(TableReader& reader, std::string_view field, const std::string& name,
                             const View& view) const;
  Result<Metric> ReadMetric(const Entry& entry) const;
  Status ReadRivals(TableReader& reader, Metric& metric) const;
  Status ReadMeasure(TableReader& reader, Metric& metric) const;
  Status ReadTime(TableReader& reader, const View& view, Metric& metric) const;
  Status CheckUnit(const TableReader& reader, const View& view, const Metric& metric) const;
  Status CheckReferences(const Entry& entry, const Metric& metric) const;
  Status CheckCycle(const Entry& entry, const Metric& metric, int depth) const;
  Status FillDimensions(TableReader& reader, Metric& metric) const;
  Error InExpression(const TableReader& reader, std::string_view field, const Error& error) const;
  const Metric* Find(std::string_view id) const;
  const View* FindView(std::string_view name) const;
  std::vector<const Metric*> Bases(const Metric& metric) const;

  std::vector<toml::table> roots_;
  std::map<std::string, analysis::Text> titles_;  // of dimensions
  std::vector<Entry> view_entries_;
  std::vector<Entry> metric_entries_;
};

// The keys of a table in the order of the file, which is the order that people see.
std::vector<std::pair<std::string, const toml::node*>> InOrder(const toml::table& table);

}  // namespace weir::metrics
