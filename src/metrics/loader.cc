#include "metrics/loader.h"

#include <algorithm>
#include <iterator>

#include "base/random.h"

namespace weir::metrics {
namespace {

bool IsId(std::string_view id) {
  return !id.empty() && id.front() >= 'a' && id.front() <= 'z' &&
         std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

std::vector<std::pair<std::string, const toml::node*>> InOrder(const toml::table& table) {
  std::vector<std::pair<std::string, const toml::node*>> pairs;
  for (const auto& [key, node] : table) pairs.emplace_back(std::string(key.str()), &node);
  std::ranges::stable_sort(pairs, [](const auto& a, const auto& b) {
    const auto left = a.second->source().begin;
    const auto right = b.second->source().begin;
    return std::pair(left.line, left.column) < std::pair(right.line, right.column);
  });
  return pairs;
}

Status Loader::Read(std::span<const DefinitionFile> files) {
  roots_.reserve(files.size());
  for (const DefinitionFile& file : files) {
    try {
      roots_.push_back(toml::parse(file.text, file.path));
    } catch (const toml::parse_error& error) {
      const toml::source_position begin = error.source().begin;
      return Fail(BadInput("this is not TOML: {}", error.description())
                      .At(file.path, begin.line, begin.column)
                      .Mend("See docs/add-a-metric.md for the form of the file"));
    }
    const toml::table& root = roots_.back();
    TableReader reader(root, file.path);
    for (const char* kind : {"dimension", "view", "metric"}) WEIR_TRY(reader.TableOr(kind));
    WEIR_TRY(reader.Finish());
    std::vector<Entry> dimensions;
    WEIR_TRY(Collect(file, root, "dimension", dimensions));
    for (const Entry& entry : dimensions) {
      TableReader title(*entry.table, file.path);
      WEIR_TRY(std::string en, title.Text("en"));
      WEIR_TRY(std::string ru, title.Text("ru"));
      WEIR_TRY(title.Finish());
      titles_[entry.name] = {std::move(en), std::move(ru)};
    }
    WEIR_TRY(Collect(file, root, "view", view_entries_));
    WEIR_TRY(Collect(file, root, "metric", metric_entries_));
  }
  return {};
}

Status Loader::Collect(const DefinitionFile& file, const toml::table& root, std::string_view kind,
                       std::vector<Entry>& entries) {
  const toml::node* node = root.get(kind);
  if (node == nullptr) return {};
  for (const auto& [name, child] : InOrder(*node->as_table())) {
    TableReader reader(*node->as_table(), file.path);
    if (!IsId(name)) {
      return Fail(reader.At(BadInput("'{}' is not an id", name), *child)
                      .Mend("Ids are small Latin letters, digits and _, and begin with a letter"));
    }
    if (!child->is_table()) {
      return Fail(reader.At(BadInput("'{}' is not a table", name), *child).Mend("Begin it with [{}.{}]", kind, name));
    }
    WEIR_TRY(Replace({name, child->as_table(), &file}, entries));
  }
  return {};
}

// The workspace may redefine what is built in, but only openly: with a higher version.
Status Loader::Replace(Entry entry, std::vector<Entry>& entries) const {
  const auto known = std::ranges::find(entries, entry.name, &Entry::name);
  if (known == entries.end()) {
    entries.push_back(std::move(entry));
    return {};
  }
  const auto version = [](const toml::table& table) { return table["version"].value_or(std::int64_t{0}); };
  TableReader reader(*entry.table, entry.file->path);
  // Of several texts of the workspace the highest version holds: an agreed one lies beside the one that it replaces.
  const bool are_own = known->file->is_own && entry.file->is_own;
  if (are_own && version(*entry.table) != version(*known->table)) {
    if (version(*entry.table) > version(*known->table)) *known = std::move(entry);
    return {};
  }
  if (known->file->is_own == entry.file->is_own) {
    return Fail(reader.At(BadInput("'{}' is already defined in {}", entry.name, known->file->path), *entry.table)
                    .Mend("Choose another id, or give it a higher version"));
  }
  if (version(*entry.table) <= version(*known->table)) {
    return Fail(
        reader.At(BadInput("'{}' is built in with version {}", entry.name, version(*known->table)), *entry.table)
            .Field("version")
            .Mend("Choose another id, or give it a higher version to replace the built-in definition"));
  }
  *known = std::move(entry);
  return {};
}

const Metric* Loader::Find(std::string_view id) const {
  const auto found = std::ranges::find(metrics, id, &Metric::id);
  return found == metrics.end() ? nullptr : &*found;
}

const View* Loader::FindView(std::string_view name) const {
  const auto found = std::ranges::find(views, name, &View::name);
  return found == views.end() ? nullptr : &*found;
}

Result<MetricCatalog> MetricCatalog::Load(std::span<const DefinitionFile> files) {
  Loader loader;
  WEIR_TRY(loader.Read(files));
  WEIR_TRY(loader.BuildViews());
  WEIR_TRY(loader.BuildMetrics());
  MetricCatalog catalog;
  catalog.metrics_ = std::move(loader.metrics);
  catalog.views_ = std::move(loader.views);
  std::uint64_t hash = 0;
  for (const DefinitionFile& file : files) hash = hash * 31 + HashText(file.text);
  catalog.fingerprint_ = fmt::format("{:016x}", hash);
  return catalog;
}

Result<std::shared_ptr<const MetricCatalog>> LoadCatalog(const std::filesystem::path& own_directory) {
  std::vector<DefinitionFile> files = BuiltInDefinitions("metrics");
  OwnDefinitionFiles own = OwnDefinitions("metrics", own_directory);
  if (!own.problems.empty()) return Fail(std::move(own.problems.front()));
  files.insert(files.end(), std::make_move_iterator(own.files.begin()), std::make_move_iterator(own.files.end()));
  WEIR_TRY(MetricCatalog catalog, MetricCatalog::Load(files));
  return std::make_shared<const MetricCatalog>(std::move(catalog));
}

}  // namespace weir::metrics
