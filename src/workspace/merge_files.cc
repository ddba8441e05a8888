#include "workspace/merge_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "hygiene/known_sources.h"
#include "hygiene/surviving_values.h"
#include "model/records.h"
#include "workspace/corrections.h"

namespace weir::workspace {
namespace {

using analysis::Context;
using analysis::Output;
using hygiene::Field;
using hygiene::Told;
using store::Value;

// A record of the source as the newest row of an object has it.
struct SourceRow {
  std::string object;
  std::string row_key;
  std::size_t emit = 0;
  std::int64_t observation = 0;
};

struct Survivor {
  std::string key;
  std::vector<std::string> losers;
  std::map<std::string, std::string> cells = {};  // by header
};

bool HasCyrillic(std::string_view text) {
  // The letters of U+0400 to U+04FF.
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xD0 && byte <= 0xD3;
  });
}

// Whether the record is what a row is about, by the row's own id. Other rows only name it: a deal has an id of its own,
// which is not the one of the person in it.
bool IsOfRow(const sources::Mapping& mapping, const sources::Emit& emit) {
  if (mapping.key.size() != 1) return false;
  const auto key = std::ranges::find(emit.set, "key", &std::pair<std::string, std::string>::first);
  return key != emit.set.end() && sources::NamesColumn(key->second, mapping.key.front());
}

class MergeMaker {
 public:
  MergeMaker(const std::string& source, const std::string& entity, const sources::MappingCatalog& mappings,
             Context& context)
      : source_(source), entity_(entity), mappings_(mappings), context_(context), session_(context.session()) {}

  Result<MergeFiles> Make() {
    WEIR_TRY(std::vector<Survivor> survivors, ReadSurvivors());
    if (survivors.empty()) return std::move(made_);
    if (survivors.size() > kMostMergeLines) {
      made_.cut = static_cast<std::int64_t>(survivors.size() - kMostMergeLines);
      survivors.resize(kMostMergeLines);
    }
    WEIR_TRY(const RowsByKey rows, ReadRows());
    WEIR_TRY(const hygiene::Settled settled, hygiene::ReadSettled(session_));
    WEIR_TRY(fields_, Fields());
    const std::array<Value, 3> values{source_, entity_, source_};
    WEIR_TRY(told_, hygiene::ReadTold(entity_, fields_,
                                      fmt::format("source = ? AND {}_id IN (SELECT entity_id FROM "
                                                  "scoped.duplicate_record WHERE entity = ? AND source = ?)",
                                                  entity_),
                                      values, session_));
    for (const Told& one : told_) by_key_[one.key] = &one;
    WEIR_TRY(names_, ReadNames());
    for (const Told& one : names_) named_[one.entity_id].push_back(&one);
    WEIR_TRY(const hygiene::SourceRanks ranks, hygiene::ReadSourceRanks(session_));
    std::map<std::string, std::vector<Survivor*>> objects;
    for (Survivor& survivor : survivors) {
      const std::string object = Place(survivor, rows);
      if (object.empty()) continue;
      objects[object].push_back(&survivor);
    }
    for (auto& [object, of] : objects) WEIR_TRY(Write(object, of, settled.rules, ranks));
    return std::move(made_);
  }

 private:
  using RowsByKey = std::map<std::string, std::vector<SourceRow>>;  // of each object one, the newest first

  Result<std::vector<Survivor>> ReadSurvivors() {
    const std::array<Value, 2> values{entity_, source_};
    WEIR_TRY(const store::Rows rows,
             session_.Query("SELECT survivor_key, loser_key FROM scoped.duplicate_record WHERE entity = ? AND source "
                            "= ? ORDER BY survivor_key NULLS LAST, loser_key NULLS LAST",
                            values));
    std::vector<Survivor> survivors;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (survivors.empty() || survivors.back().key != rows.TextAt(i, 0)) {
        survivors.push_back({.key = rows.TextAt(i, 0), .losers = {}});
      }
      survivors.back().losers.push_back(rows.TextAt(i, 1));
    }
    return survivors;
  }

  // The objects whose rows are about such records, with the number of the emit.
  std::string ObjectsOfRows() const {
    std::string objects;
    for (const sources::Mapping& mapping : mappings_.mappings) {
      for (std::size_t emit = 0; emit < mapping.emits.size() && mapping.source == source_; ++emit) {
        if (mapping.emits[emit].table != entity_ || !IsOfRow(mapping, mapping.emits[emit])) continue;
        objects += fmt::format("{}({}, {})", objects.empty() ? "" : ", ", store::QuoteText(mapping.object), emit);
      }
    }
    return objects;
  }

  Result<RowsByKey> ReadRows() {
    const std::string objects = ObjectsOfRows();
    if (objects.empty()) return RowsByKey();
    const std::array<Value, 3> values{source_, entity_, source_};
    WEIR_TRY(const store::Rows rows, session_.Query(fmt::format(R"(
SELECT key, object, row_key, emit, observation FROM (
  SELECT r.key, r._object AS object, r._key AS row_key, r._emit AS emit, r._obs AS observation,
    r._observed_at AS observed_at,
    row_number() OVER (PARTITION BY r.key, r._object ORDER BY r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST,
      r._emit NULLS LAST) AS place
  FROM rec.{0} AS r
  WHERE r._source = ? AND NOT is_correction(r._obs) AND r._since IS NULL AND (r._object, r._emit) IN ({1}) AND r.key IN (
    SELECT unnest([survivor_key, loser_key]) FROM scoped.duplicate_record WHERE entity = ? AND source = ?)) AS seen
WHERE place = 1
ORDER BY key NULLS LAST, observed_at DESC NULLS LAST, observation DESC NULLS LAST, object NULLS LAST)",
                                                                entity_, objects),
                                                    values));
    RowsByKey by_key;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      by_key[rows.TextAt(i, 0)].push_back({.object = rows.TextAt(i, 1),
                                           .row_key = rows.TextAt(i, 2),
                                           .emit = static_cast<std::size_t>(rows.IntegerAt(i, 3)),
                                           .observation = rows.IntegerAt(i, 4)});
    }
    return by_key;
  }

  // In which object all of them have an id: a file is of one. Nothing where there is none, which is told.
  std::string Place(const Survivor& survivor, const RowsByKey& rows) {
    const auto row_in = [&](const std::string& key, const std::string& object) -> const SourceRow* {
      const auto found = rows.find(key);
      if (found == rows.end()) return nullptr;
      const auto row = std::ranges::find(found->second, object, &SourceRow::object);
      return row == found->second.end() ? nullptr : &*row;
    };
    const auto own = rows.find(survivor.key);
    for (std::size_t i = 0; own != rows.end() && i < own->second.size(); ++i) {
      const SourceRow& row = own->second[i];
      if (!std::ranges::all_of(survivor.losers, [&](const auto& key) { return row_in(key, row.object) != nullptr; })) {
        continue;
      }
      rows_[survivor.key] = row;
      for (const std::string& loser : survivor.losers) rows_[loser] = *row_in(loser, row.object);
      return row.object;
    }
    Leave(own == rows.end() ? entity_ : own->second.front().object, survivor.key, "merge",
          fmt::format("{}", fmt::join(survivor.losers, "; ")), "no_id");
    return {};
  }

  // What all sources call the companies of which records are to be merged.
  Result<std::vector<Told>> ReadNames() {
    std::vector<Field> name = fields_;
    std::erase_if(name, [](const Field& field) { return field.name != "name"; });
    if (name.empty()) return std::vector<Told>();
    const std::array<Value, 2> values{entity_, source_};
    return hygiene::ReadTold(
        entity_, name,
        fmt::format("{}_id IN (SELECT entity_id FROM scoped.duplicate_record WHERE entity = ? AND source = ?)",
                    entity_),
        values, session_);
  }

  // What should stand in the survivor's field when the records are one.
  std::string ValueOf(const std::vector<const Told*>& records, std::size_t field, const model::FieldRule* rule,
                      const hygiene::SourceRanks& ranks) {
    if (records.empty()) return {};
    if (fields_[field].name != "name") return hygiene::Surviving(records, field, rule, ranks).value;
    return hygiene::SurvivingName(records, field, named_[records.front()->entity_id], rule, ranks);
  }

  // Names of people stay as the survivor has them, and so does what refers to other records. A domain comes last: most
  // sources say it in the column of the site.
  Result<std::vector<Field>> Fields() {
    WEIR_TRY(std::vector<Field> fields, hygiene::FieldsOf(entity_, session_));
    std::erase_if(fields,
                  [](const Field& field) { return field.column.ends_with("_key") || field.name == "full_name"; });
    std::ranges::stable_partition(fields, [](const Field& field) { return field.name != "domain"; });
    return fields;
  }

  void Leave(const std::string& object, const std::string& key, const std::string& field, const std::string& value,
             const std::string& reason) {
    made_.left.push_back({object, key, field, value, reason});
  }

  // The cell that makes the survivor's row say the value; nothing where none can, which is told.
  Result<std::optional<sources::CarriedCell>> CellOf(const Survivor& survivor, std::size_t field,
                                                     const std::string& value, const sources::PatchDialect& dialect) {
    const SourceRow& row = rows_.at(survivor.key);
    const sources::Mapping* mapping = mappings_.Find(source_, row.object);
    WEIR_CHECK(mapping != nullptr);
    auto cell = sources::FindCell(session_, *mapping,
                                  {.emit = row.emit,
                                   .record_column = fields_[field].column,
                                   .observation = row.observation,
                                   .words = {value},
                                   .wanted = {},
                                   .region = context_.settings().default_region});
    if (!cell) {
      const bool is_of_value = cell.error().code() == Code::kConflict || cell.error().code() == Code::kBadInput;
      if (!is_of_value) return Fail(cell.error());
      Leave(row.object, row.row_key, fields_[field].name, value, "no_column");
      return std::optional<sources::CarriedCell>();
    }
    std::string obstacle = cell->obstacle;
    if (obstacle.empty() && sources::LooksLikeFormula(cell->header)) obstacle = "formula";
    if (obstacle.empty() && !sources::Encode(cell->cell + cell->header, dialect.encoding)) obstacle = "encoding";
    if (obstacle.empty()) return std::optional(*std::move(cell));
    Leave(row.object, row.row_key, fields_[field].name, value, obstacle);
    return std::optional<sources::CarriedCell>();
  }

  // Whether the export has Russian headers, by any that the record fills: those that are written may all be Latin.
  bool IsInRussian(const Survivor& survivor, const sources::Mapping& mapping) {
    const SourceRow& row = rows_.at(survivor.key);
    const auto own = by_key_.find(survivor.key);
    for (std::size_t field = 0; field < fields_.size() && own != by_key_.end(); ++field) {
      const std::string& said = own->second->words[field];
      if (said.empty()) continue;
      const auto cell = sources::FindCell(session_, mapping,
                                          {.emit = row.emit,
                                           .record_column = fields_[field].column,
                                           .observation = row.observation,
                                           .words = {said},
                                           .wanted = {},
                                           .region = context_.settings().default_region});
      if (cell && HasCyrillic(cell->header)) return true;
    }
    return false;
  }

  Status Write(const std::string& object, const std::vector<Survivor*>& survivors, const model::FieldRules& rules,
               const hygiene::SourceRanks& ranks) {
    const sources::Mapping* mapping = mappings_.Find(source_, object);
    if (mapping == nullptr) return {};
    WEIR_TRY(const std::string key_header, sources::KeyHeader(session_, *mapping));
    WEIR_TRY(const sources::PatchDialect dialect, PatchDialectOf(source_, object, context_));
    std::vector<const Survivor*> kept;
    kept.reserve(survivors.size());
    for (const Survivor* survivor : survivors) {
      const std::string obstacle = Obstacle(*survivor, key_header);
      if (obstacle.empty()) {
        kept.push_back(survivor);
      } else {
        Leave(object, survivor->key, "merge", fmt::format("{}", fmt::join(survivor->losers, "; ")), obstacle);
      }
    }
    if (kept.empty()) return {};
    std::vector<std::string> headers;
    std::map<std::string, std::map<std::string, std::string>> cells;  // by key, by header
    for (std::size_t field = 0; field < fields_.size(); ++field) {
      WEIR_TRY(WriteField(field, kept, rules, ranks, dialect, headers, cells));
    }
    const bool is_russian = HasCyrillic(key_header) || std::ranges::any_of(headers, HasCyrillic) ||
                            dialect.encoding == Encoding::kWindows1251 || IsInRussian(*kept.front(), *mapping);
    const std::vector<std::string> ids{key_header, MergedHeader(key_header, is_russian)};
    std::vector<std::string> all = ids;
    all.insert(all.end(), headers.begin(), headers.end());
    MergeFile whole{.name = fmt::format("{}-merge-{}.csv", source_, object),
                    .object = object,
                    .rows = 0,
                    .dialect = dialect,
                    .lines = {std::move(all)}};
    // Of what cannot be written some must not be emptied by a line that lacks it.
    MergeFile bare{.name = fmt::format("{}-merge-{}-ids.csv", source_, object),
                   .object = object,
                   .rows = 0,
                   .dialect = dialect,
                   .lines = {ids}};
    for (const Survivor* survivor : kept) {
      std::vector<std::string> loser_ids;
      loser_ids.reserve(survivor->losers.size());
      for (const std::string& loser : survivor->losers) loser_ids.push_back(rows_.at(loser).row_key);
      std::vector<std::string> line{rows_.at(survivor->key).row_key, fmt::format("{}", fmt::join(loser_ids, "; "))};
      const bool is_bare = bare_.contains(survivor->key);
      for (std::size_t i = 0; i < headers.size() && !is_bare; ++i) line.push_back(cells[survivor->key][headers[i]]);
      MergeFile& file = is_bare ? bare : whole;
      file.lines.push_back(std::move(line));
      ++file.rows;
    }
    for (MergeFile* file : {&whole, &bare}) {
      if (file->rows > 0) made_.files.push_back(std::move(*file));
    }
    return {};
  }

  // A column is written where a survivor lacks what should stand there; then in every line, so that no line empties it.
  Status WriteField(std::size_t field, const std::vector<const Survivor*>& survivors, const model::FieldRules& rules,
                    const hygiene::SourceRanks& ranks, const sources::PatchDialect& dialect,
                    std::vector<std::string>& headers,
                    std::map<std::string, std::map<std::string, std::string>>& cells) {
    const model::FieldRule* rule = rules.Find(*model::FindRecordTable(entity_), fields_[field].column);
    std::vector<std::string> values;
    std::vector<std::string> said;
    values.reserve(survivors.size());
    said.reserve(survivors.size());
    bool is_lacking = false;
    for (const Survivor* survivor : survivors) {
      std::vector<const Told*> records;
      const auto own = by_key_.find(survivor->key);
      if (own != by_key_.end()) records.push_back(own->second);
      for (const std::string& loser : survivor->losers) {
        const auto other = by_key_.find(loser);
        if (other != by_key_.end()) records.push_back(other->second);
      }
      values.push_back(ValueOf(records, field, rule, ranks));
      said.push_back(own == by_key_.end() ? std::string() : own->second->words[field]);
      is_lacking = is_lacking || (!values.back().empty() && values.back() != said.back());
    }
    if (!is_lacking) return {};
    const std::set<std::string> written(headers.begin(), headers.end());
    for (std::size_t i = 0; i < survivors.size(); ++i) {
      if (values[i].empty()) continue;
      WEIR_TRY(std::optional<sources::CarriedCell> cell, CellOf(*survivors[i], field, values[i], dialect));
      if (!cell && !said[i].empty()) {
        if (said[i] != values[i]) {
          WEIR_TRY(cell, CellOf(*survivors[i], field, said[i], dialect));
        }
        if (!cell) bare_.insert(survivors[i]->key);
      }
      if (!cell || written.contains(cell->header)) continue;
      if (std::ranges::find(headers, cell->header) == headers.end()) headers.push_back(cell->header);
      cells[survivors[i]->key][cell->header] = cell->cell;
    }
    return {};
  }

  // Why no line can be written for it.
  std::string Obstacle(const Survivor& survivor, const std::string& key_header) const {
    if (key_header.empty()) return "no_id";
    if (sources::LooksLikeFormula(key_header) || sources::LooksLikeFormula(rows_.at(survivor.key).row_key)) {
      return "formula";
    }
    const bool is_run = std::ranges::any_of(
        survivor.losers, [&](const std::string& loser) { return sources::LooksLikeFormula(rows_.at(loser).row_key); });
    return is_run ? "formula" : "";
  }

  const std::string& source_;
  const std::string& entity_;
  const sources::MappingCatalog& mappings_;
  Context& context_;
  store::Session& session_;
  MergeFiles made_;
  std::map<std::string, SourceRow> rows_;  // of all that have a place
  std::vector<Field> fields_;
  std::vector<Told> told_;
  std::map<std::string, const Told*> by_key_;
  std::vector<Told> names_;
  std::map<std::string, std::vector<const Told*>> named_;  // names_ by company
  std::set<std::string> bare_;                             // keys of survivors of which some value cannot be written
};

struct MergeFileParams {
  std::string source;
  std::string entity;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "source",
                 .help = {"Which source is to merge its records", "Какой источник объединит свои записи"},
                 .required = true,
                 .positional = true},
                source);
    visitor.Add({.name = "entity",
                 .help = {"Only companies or only people", "Только компании или только люди"},
                 .allowed = {"account", "person"}},
                entity);
  }
};

Result<Output> RunMergeFile(const sources::MappingCatalog& mappings, const MergeFileParams& params, Context& context) {
  WEIR_TRY(hygiene::CheckSource(params.source, context.session()));
  Output output;
  output.tables = {analysis::EmptyTable(PatchFilesTable()), analysis::EmptyTable(PatchLeftTable())};
  for (const char* entity : {"account", "person"}) {
    if (!params.entity.empty() && params.entity != entity) continue;
    WEIR_TRY(const MergeFiles made, MakeMergeFiles(params.source, entity, mappings, context));
    AddMergeFiles(made, output);
  }
  return output;
}

}  // namespace

std::string MergedHeader(std::string_view key_header, bool is_russian) {
  return fmt::format("{} {}", is_russian ? "Присоединить" : "Merged", key_header);
}

Result<MergeFiles> MakeMergeFiles(const std::string& source, const std::string& entity,
                                  const sources::MappingCatalog& mappings, Context& context) {
  return MergeMaker(source, entity, mappings, context).Make();
}

analysis::Analysis MergeFileAnalysis(std::shared_ptr<const sources::MappingCatalog> mappings) {
  return analysis::DeclareOver<MergeFileParams>(
      std::move(mappings),
      {.id = "hygiene.mergefile",
       .title = {"Which records a source is to merge", "Что объединить в источнике"},
       .help = {"Records of a source that are one company or person here, as a file in the source's own headers: the "
                "id that stays, the ids to be merged into it, and the values that should stand there then",
                "Записи источника, которые здесь одна компания или один человек, файлом в заголовках самого "
                "источника: id, который остаётся, какие id к нему присоединить и какие значения должны остаться"},
       .right = "export",
       .tables = {PatchFilesTable(), PatchLeftTable()},
       .is_cacheable = false},
      &RunMergeFile);
}

}  // namespace weir::workspace
