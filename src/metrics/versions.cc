#include "metrics/versions.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include "metrics/definition_changes.h"
#include "metrics/table_reader.h"
#include "store/value.h"

namespace weir::metrics {
namespace {

// A text of one path from a data version on.
struct Kept {
  std::string path;
  std::int64_t data_version = 0;
  std::optional<std::string> text;  // none: gone
  std::string who;
  std::string program;
  std::optional<Instant> recorded_at;
};

Result<std::vector<Kept>> ReadKept(store::Session& session, std::int64_t known_at) {
  const std::array<store::Value, 1> parameters{known_at};
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT path, data_version, text, who, program, recorded_at FROM scoped.metric_file WHERE "
                         "data_version <= ? ORDER BY data_version NULLS LAST, path NULLS LAST",
                         parameters));
  std::vector<Kept> kept;
  kept.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Kept one{.path = rows.TextAt(i, 0), .data_version = rows.IntegerAt(i, 1)};
    if (!store::IsNull(rows.rows[i][2])) one.text = rows.TextAt(i, 2);
    one.who = rows.TextAt(i, 3);
    one.program = rows.TextAt(i, 4);
    if (const auto* at = std::get_if<Instant>(&rows.rows[i][5])) one.recorded_at = *at;
    kept.push_back(std::move(one));
  }
  return kept;
}

using Texts = std::map<std::string, std::string, std::less<>>;

void Apply(const Kept& kept, Texts& texts) {
  if (kept.text) {
    texts[kept.path] = *kept.text;
  } else {
    texts.erase(kept.path);
  }
}

std::vector<DefinitionFile> FilesOf(const Texts& texts) {
  std::vector<DefinitionFile> files;
  for (const bool is_own : {false, true}) {
    for (const auto& [path, text] : texts) {
      if (IsOwnDefinition(path) == is_own) files.push_back({.path = path, .text = text, .is_own = is_own});
    }
  }
  return files;
}

void CollectHeaders(const toml::table& table, std::vector<std::uint32_t>& lines) {
  for (const auto& [key, node] : table) {
    const toml::table* inner = node.as_table();
    if (inner == nullptr || inner->is_inline()) continue;
    lines.push_back(inner->source().begin.line);
    CollectHeaders(*inner, lines);
  }
}

// From the header of the metric to the next one that is not of it, without the remarks before that.
std::string SectionOf(const std::string& text, std::string_view metric) {
  const auto root = ParseToml(text, "");
  const toml::table* table = root ? (*root)["metric"][metric].as_table() : nullptr;
  if (table == nullptr || table->is_inline()) return {};
  std::vector<std::uint32_t> all;
  std::vector<std::uint32_t> own;
  CollectHeaders(*root, all);
  CollectHeaders(*table, own);
  const std::uint32_t first = table->source().begin.line;
  std::uint32_t end = 0;
  for (const std::uint32_t line : all) {
    const bool is_next = line > first && std::ranges::find(own, line) == own.end();
    if (is_next && (end == 0 || line < end)) end = line;
  }
  std::vector<std::string> lines;
  std::istringstream stream(text);
  std::string line;
  for (std::uint32_t number = 1; std::getline(stream, line) && (end == 0 || number < end); ++number) {
    if (number >= first) lines.push_back(line);
  }
  while (!lines.empty() && (lines.back().empty() || lines.back().starts_with('#'))) lines.pop_back();
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

// What the metric is from this data version on; `by` is the text that says so.
void Follow(std::string_view metric, std::int64_t data_version, std::shared_ptr<const MetricCatalog> catalog,
            const std::map<std::string, Kept, std::less<>>& by, std::vector<DefinitionVersion>& versions) {
  DefinitionVersion* open = versions.empty() || versions.back().until ? nullptr : &versions.back();
  const Metric* found = catalog->FindMetric(metric);
  if (found == nullptr) {
    if (open != nullptr) open->until = data_version;
    return;
  }
  if (open != nullptr && IsSameDefinition(open->Of(metric), *open->catalog, *found, *catalog)) {
    open->catalog = std::move(catalog);
    return;
  }
  if (open != nullptr) open->until = data_version;
  const Kept& text = by.at(found->source_file);
  versions.push_back({.version = found->version,
                      .data_version = data_version,
                      .catalog = std::move(catalog),
                      .source_file = found->source_file,
                      .text = SectionOf(*text.text, metric),
                      .who = text.who,
                      .program = text.program,
                      .recorded_at = text.recorded_at});
}

}  // namespace

Result<Versions> VersionsOf(std::string_view metric, store::Session& session, std::int64_t known_at) {
  WEIR_TRY(const std::vector<Kept> kept, ReadKept(session, known_at));
  Versions found;
  Texts texts;
  std::map<std::string, Kept, std::less<>> by;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    Apply(kept[i], texts);
    by[kept[i].path] = kept[i];
    if (i + 1 < kept.size() && kept[i + 1].data_version == kept[i].data_version) continue;
    auto catalog = MetricCatalog::Load(FilesOf(texts));
    if (!catalog) {
      ++found.unread;
      continue;
    }
    Follow(metric, kept[i].data_version, std::make_shared<const MetricCatalog>(std::move(*catalog)), by,
           found.versions);
  }
  return found;
}

Result<std::vector<DefinitionFile>> MetricFilesAt(store::Session& session, std::int64_t version) {
  WEIR_TRY(const std::vector<Kept> kept, ReadKept(session, version));
  Texts texts;
  for (const Kept& one : kept) Apply(one, texts);
  return FilesOf(texts);
}

Result<std::shared_ptr<const MetricCatalog>> CatalogOfVersion(const MetricCatalog& current, std::string_view metric,
                                                              std::int64_t version, store::Session& session,
                                                              std::int64_t known_at) {
  const Metric* now = current.FindMetric(metric);
  if (now != nullptr && now->version == version) return std::shared_ptr<const MetricCatalog>();
  WEIR_TRY(const Versions found, VersionsOf(metric, session, known_at));
  std::string known;
  for (auto one = found.versions.rbegin(); one != found.versions.rend(); ++one) {
    if (one->version == version) return one->catalog;
    known = fmt::format("{}{}{}", one->version, known.empty() ? "" : ", ", known);
  }
  if (known.empty() && now != nullptr) known = fmt::format("{}", now->version);
  Error error = NotFound("'{}' has no version {}", metric, version).Field("definition_version");
  return Fail(known.empty() ? std::move(error) : std::move(error).Mend("Its versions: {}", known));
}

DayRange LastClosedMonth(Instant as_of, const TimeZone& zone) {
  // The day after as-of begins once the last instant of a day is over.
  const Date tomorrow = zone.LocalDateOf(Instant{as_of.micros + 1});
  const Date first = PeriodAround(tomorrow, Grain::kMonth, 1).first;
  return PeriodAround(AddDays(first, -1), Grain::kMonth, 1);
}

}  // namespace weir::metrics
