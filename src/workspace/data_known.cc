#include "workspace/data_known.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "metrics/versions.h"

namespace weir::workspace {
namespace {

using analysis::Context;
using analysis::Output;
using analysis::Table;

bool HoldsWord(std::string_view text, std::string_view word) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) return true;
  }
  return false;
}

// Views that say again what another one says: states and sightings of its rows, unions, and what is computed of them.
bool IsOfAnother(const std::string& view) {
  static constexpr std::array<std::string_view, 5> kEnds{"_record", "_sighting", "_version", "_history", "_standing"};
  static constexpr std::array<std::string_view, 9> kMade{"event",        "excluded",           "history_coverage",
                                                         "interaction",  "member_history",     "seller",
                                                         "mrr_movement", "customer_retention", "source_freshness"};
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return view.ends_with(end); }) ||
         std::ranges::find(kMade, view) != kMade.end();
}

// The columns of record tables from which a column of a view is made, by its name.
std::vector<std::string> RecordColumnsOf(const explore::View& view, const std::string& column) {
  if (column == view.columns.front().name) return {"key"};
  std::vector<std::string> names{column};
  const auto instead = [&](std::string_view end, std::string_view other) {
    if (column.ends_with(end)) names.push_back(column.substr(0, column.size() - end.size()) + std::string(other));
  };
  instead("_id", "_key");
  instead("_date", "_at");
  instead("_reporting", "");
  if (column == "seller_id" || column == "seller" || column == "owner") names.emplace_back("owner_key");
  if (column == "account" || column == "product" || column == "campaign") names.push_back(column + "_key");
  return names;
}

}  // namespace

Result<Known> ReadKnown(Context& context) {
  Known known;
  WEIR_TRY(const explore::Offer built_in, explore::Offer::BuiltIn());
  WEIR_TRY(const explore::Offer offer, built_in.WithCustomColumns(context.session()));
  for (const explore::View& view : offer.views()) {
    if (!IsOfAnother(view.name)) known.views.push_back(view);
  }
  WEIR_TRY(known.custom_columns, metrics::ReadCustomColumns(context.session()));
  for (const metrics::CustomColumn& column : known.custom_columns) {
    known.custom[column.view + "." + column.column] = &column;
  }
  WEIR_TRY(const std::vector<DefinitionFile> files, metrics::MetricFilesAt(context.session(), context.known_at()));
  WEIR_TRY(known.metrics, metrics::MetricCatalog::Load(files));
  WEIR_TRY(const std::optional<DefinitionSet> set, DefinitionsAt(context.session(), context.known_at()));
  if (!set) return known;
  WEIR_TRY(known.definitions, Understand(*set));
  std::vector<DefinitionFile> rules;
  for (const DefinitionFile& file : set->files) {
    if (file.path.find("leaks/") != std::string::npos) rules.push_back(file);
  }
  auto read = leaks::LoadRules(rules);
  if (!read) {  // a broken rule of the workspace's own stops no other
    std::erase_if(rules, [](const DefinitionFile& file) { return file.is_own; });
    read = leaks::LoadRules(rules);
  }
  if (!read) return Fail(std::move(read).error());
  known.leaks = std::move(*read);
  return known;
}

void AddDefined(const Known& known, const std::string& view, const std::string& column, std::vector<Use>& uses) {
  for (const metrics::Metric& metric : known.metrics.metrics()) {
    if (metric.view != view) continue;
    const bool is_named = HoldsWord(metric.measure_text, column) || HoldsWord(metric.filter_text, column) ||
                          (metric.time && metric.time->lookup.empty() && metric.time->column == column);
    if (is_named) uses.push_back({"metric", metric.id, metric.title, metric.owner});
  }
  if (const metrics::View* of_metrics = known.metrics.FindView(view)) {
    for (const metrics::Dimension& dimension : of_metrics->dimensions) {
      if (dimension.column.lookup.empty() && dimension.column.column == column) {
        uses.push_back({"dimension", dimension.id, dimension.title, ""});
      }
    }
  }
  for (const leaks::Rule& rule : known.leaks) {
    if (HoldsWord(rule.sql, "scoped." + view) && HoldsWord(rule.sql, column)) {
      uses.push_back({"leak", rule.id, rule.title, rule.department});
    }
  }
}

Status AddKept(Context& context, const std::string& view, const std::string& column, std::vector<Use>& uses) {
  struct Kept {
    const char* analysis;
    const char* table;
    const char* text;    // the column that may name it
    const char* object;  // the column that names the object; null: the text does
    const char* kind;
    const char* id;
    const char* owner;
  };
  static constexpr std::array<Kept, 3> kKinds{{{.analysis = "exclusions",
                                                .table = "rules",
                                                .text = "condition",
                                                .object = "entity",
                                                .kind = "exclusion",
                                                .id = "rule",
                                                .owner = nullptr},
                                               {.analysis = "sql.queries",
                                                .table = "queries",
                                                .text = "query",
                                                .object = nullptr,
                                                .kind = "query",
                                                .id = "id",
                                                .owner = "owner"},
                                               {.analysis = "views.list",
                                                .table = "views",
                                                .text = "place",
                                                .object = nullptr,
                                                .kind = "view",
                                                .id = "id",
                                                .owner = "owner"}}};
  for (const Kept& kept : kKinds) {
    WEIR_TRY(const Output saved, context.Run(kept.analysis, {}));
    const Table& all = *saved.Find(kept.table);
    for (const auto& row : all.rows) {
      const auto cell = [&](std::string_view name) { return store::ToText(row[all.IndexOf(name)]); };
      const std::string text = cell(kept.text);
      const bool is_of_object = kept.object == nullptr ? HoldsWord(text, view) : cell(kept.object) == view;
      if (!is_of_object || !HoldsWord(text, column)) continue;
      uses.push_back({kept.kind,
                      cell(kept.id),
                      {cell("name"), cell("name")},
                      kept.owner == nullptr ? std::string() : cell(kept.owner)});
    }
  }
  return {};
}

Result<Feeds> Feeds::Read(const Known& known, store::Session& session) {
  Feeds feeds;
  WEIR_TRY(const store::Rows files,
           session.Query("SELECT source, object, max(observed_at) FROM meta.import_file WHERE state = 'committed' "
                         "GROUP BY source, object ORDER BY source NULLS LAST, object NULLS LAST"));
  WEIR_TRY(const store::Rows headers,
           session.Query(
               "SELECT source, object, column_name, header FROM (SELECT *, row_number() OVER (PARTITION BY source, "
               "object, column_name ORDER BY first_version DESC NULLS LAST, type NULLS LAST) AS place FROM "
               "meta.source_column) WHERE place = 1 ORDER BY source NULLS LAST, object NULLS LAST, "
               "column_name NULLS LAST"));
  for (std::size_t i = 0; i < headers.size(); ++i) {
    feeds.headers_[headers.TextAt(i, 0) + "/" + headers.TextAt(i, 1) + ":" + headers.TextAt(i, 2)] =
        headers.TextAt(i, 3);
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    feeds.observed_[files.TextAt(i, 0) + "/" + files.TextAt(i, 1)] = std::get<Instant>(files.rows[i][2]);
    if (!known.definitions) continue;
    const sources::Mapping* mapping = known.definitions->mappings.Find(files.TextAt(i, 0), files.TextAt(i, 1));
    if (mapping != nullptr) feeds.mappings_.push_back(mapping);
  }
  return feeds;
}

std::vector<Feed> Feeds::Of(const explore::View& view, const std::string& column) const {
  const std::string record = view.name == "stage" ? "pipeline_stage" : view.name;
  const std::vector<std::string> wanted = RecordColumnsOf(view, column);
  std::vector<Feed> found;
  for (const sources::Mapping* mapping : mappings_) {
    const std::string object = mapping->source + "/" + mapping->object;
    std::set<std::string> headers;
    for (const sources::Emit& emit : mapping->emits) {
      if (emit.table != record) continue;
      for (const auto& [name, sql] : emit.set) {
        if (std::ranges::find(wanted, name) == wanted.end()) continue;
        for (const sources::MappingColumn& from : mapping->columns) {
          if (HoldsWord(sql, from.name)) AddHeader(object, from.name, headers);
        }
      }
    }
    if (headers.empty()) continue;
    found.push_back({fmt::format("{}: {}", object, fmt::join(headers, ", ")), observed_.at(object)});
  }
  return found;
}

Feed Feeds::OfCustom(const metrics::CustomColumn& column) const {
  const std::string object = column.source + "/" + column.object;
  const auto at = observed_.find(object);
  if (at == observed_.end()) return {object + ": " + column.header, {}};
  return {object + ": " + column.header, at->second};
}

void Feeds::AddHeader(const std::string& object, const std::string& name, std::set<std::string>& headers) const {
  const auto header = headers_.find(object + ":" + name);
  if (header != headers_.end()) headers.insert(header->second);
}

}  // namespace weir::workspace
