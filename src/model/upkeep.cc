#include "model/upkeep.h"

#include <algorithm>
#include <map>

#include "model/relations.h"
#include "store/database.h"

namespace weir::model {
namespace {

// Larger tables are not compared with what they were: whatever rests on them is built whole, too.
constexpr std::int64_t kMostComparedRows = 1'000'000;
// Where every fourth row is of a part that is touched, the whole table is made in less time.
constexpr std::int64_t kRowsToAPart = 4;
// Rows laid behind the others are found more slowly: a table of which they are a third is put into order again.
constexpr std::int64_t kRowsToAGrownOne = 3;

std::string Own(const ModelFile& model) { return QuotedTable("model." + model.name); }

bool IsView(const ModelFile& model) { return model.sql.find("CREATE OR REPLACE VIEW") != std::string::npos; }

// The statement that makes the table, making a temporary one of that name instead.
std::string MakingTemporary(const ModelFile& model, std::string sql, std::string_view name) {
  for (const std::string& own : {"model." + model.name, Own(model)}) {
    const std::string head = fmt::format("CREATE OR REPLACE TABLE {} AS", own);
    const std::size_t at = sql.find(head);
    if (at == std::string::npos) continue;
    return sql.replace(at, head.size(), fmt::format("CREATE OR REPLACE TEMP TABLE {} AS", name));
  }
  throw Bug("a model that is built by parts is one table: " + model.name);
}

// A word that stands for a relation, replaced by it.
std::string WithRelation(std::string_view sql, std::string_view word, std::string_view relation) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; };
  std::string text;
  std::size_t done = 0;
  for (std::size_t at = sql.find(word); at != std::string_view::npos; at = sql.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at > 0 && is_word(sql[at - 1])) || (end < sql.size() && is_word(sql[end]))) continue;
    text += sql.substr(done, at - done);
    text += relation;
    done = end;
  }
  text += sql.substr(done);
  return text;
}

// The SELECT over the rows of an input that changed; nothing where it asks for those that moved and none did.
std::string OverChanged(const PartInput& part, const ChangedInput& input) {
  const std::string over_changed = WithRelation(part.touched, kChanged, *input.rows);
  std::string over_all = WithRelation(over_changed, kMoved, input.moved.rows);
  if (over_all == over_changed) return over_all;
  const bool has_moved =
      part.moved_entity.empty() ? !input.moved.rows.empty() : input.moved.entities.contains(part.moved_entity);
  return has_moved ? over_all : std::string();
}

bool AllKnown(std::span<const ChangedInput> changed) {
  return std::ranges::all_of(changed, [](const ChangedInput& input) { return input.rows.has_value(); });
}

// The rows of which one table has more than the other, once each: a pass over both, where EXCEPT ALL numbers the copies
// of every row, twice.
std::string DifferenceOf(std::string_view before, std::string_view after, std::string_view columns = "*") {
  return fmt::format(
      "SELECT * EXCLUDE (weir_side) FROM (SELECT {0}, 1 AS weir_side FROM {1} UNION ALL SELECT {0}, -1 FROM {2}) "
      "GROUP BY ALL HAVING sum(weir_side) <> 0",
      columns, before, after);
}

constexpr std::string_view kMade = "temp.weir_made";
constexpr std::string_view kWas = "temp.weir_was";

}  // namespace

Upkeep::Upkeep(store::Session& session, RecordCopies& records, const BuildRequest& request)
    : session_(session), records_(records), request_(request) {}

Status Upkeep::Run(const ModelFile& model, const std::string& sql) {
  auto done = session_.Execute(sql);
  if (done) return {};
  const bool is_ours = done.error().code() == Code::kBadInput;
  return Fail(is_ours ? MakeError(Code::kBug, "model {}: {}", model.name, done.error().phrase())
                      : std::move(done).error());
}

Status Upkeep::MakeTemporary(const std::string& name, const std::string& select) {
  WEIR_TRY(session_.Execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} AS {}", name, select)));
  return {};
}

Result<std::int64_t> Upkeep::Count(const std::string& relation) {
  return session_.QueryInteger("SELECT count(*) FROM " + relation);
}

Result<TableChange> Upkeep::Compare(const std::string& table, const std::string& before, const std::string& columns) {
  std::string rows = table;
  WEIR_TRY(const std::int64_t was, Count(before));
  if (was > 0) {  // else all of it is new: the first build of a large company compares nothing
    std::string name = table.substr(table.find('.') + 1);
    std::erase(name, '"');
    rows = "temp.weir_changed_" + name;
    WEIR_TRY(MakeTemporary(rows, DifferenceOf(before, table, columns)));
    kept_.push_back(rows);
  }
  WEIR_TRY(const std::int64_t different, Count(rows));
  return TableChange{.kind = different == 0 ? TableChange::Kind::kSame : TableChange::Kind::kRows, .rows = rows};
}

Result<MovedKeys> Upkeep::Moved(const TableChange& change) {
  MovedKeys moved;
  if (change.kind != TableChange::Kind::kRows) return moved;
  moved.rows = fmt::format("temp.weir_{}_identity", kMoved);
  WEIR_TRY(MakeTemporary(
      moved.rows,
      fmt::format("SELECT entity, source, source_key FROM {} GROUP BY ALL HAVING count(*) > 1", change.rows)));
  kept_.push_back(moved.rows);
  WEIR_TRY(const store::Rows entities, session_.Query("SELECT DISTINCT entity FROM " + moved.rows));
  for (std::size_t i = 0; i < entities.size(); ++i) moved.entities.insert(entities.TextAt(i, 0));
  if (moved.entities.empty()) moved.rows.clear();
  return moved;
}

// The statement that makes the whole table with the least work.
Result<std::string> Upkeep::WholeStatement(const ModelFile& model) {
  for (const Shortcut& shortcut : model.shortcuts) {
    WEIR_TRY(const std::string holds, records_.Redirect(shortcut.holds));
    WEIR_TRY(const store::Value answer, session_.QueryValue(holds));
    if (answer == store::Value(true)) return records_.Redirect(shortcut.sql);
  }
  const auto records = request_.records.find(model.appended_to.empty() ? "" : model.appended_to.substr(4));
  const bool are_firsts =
      !model.sql_of_firsts.empty() && records != request_.records.end() && records->second.last_repeated == 0;
  return records_.Redirect(are_firsts ? model.sql_of_firsts : model.sql);
}

Result<TableChange> Upkeep::BuildWhole(const ModelFile& model, const Standing& standing) {
  WEIR_TRY(const std::string sql, WholeStatement(model));
  bool compares = standing.is_known && !IsView(model);
  if (compares) {
    WEIR_TRY(const std::int64_t before, Count(Own(model)));
    compares = before <= kMostComparedRows;
  }
  if (compares) {
    WEIR_TRY(MakeTemporary(std::string(kWas), "SELECT * FROM " + Own(model)));
  }
  WEIR_TRY(Run(model, sql));
  if (!compares) return TableChange{};
  TableChange change;
  WEIR_TRY(const std::int64_t after, Count(Own(model)));
  if (after <= kMostComparedRows) {
    WEIR_TRY(change, Compare(Own(model), std::string(kWas), "*"));
  }
  WEIR_TRY(session_.Execute(fmt::format("DROP TABLE {}", kWas)));
  return change;
}

// The statement, reading of each input only what the parts are made of; what it names several times is laid down once.
Result<std::string> Upkeep::WithinParts(const ModelFile& model, std::set<std::string>& laid_down) {
  std::map<std::string, int, std::less<>> named;
  const Replacement count = [&](std::string_view table) -> Result<std::optional<std::string>> {
    ++named[std::string(table)];
    return std::nullopt;
  };
  WEIR_TRY([[maybe_unused]] const std::string same, ReplaceTables(model.sql, count));
  const Replacement within = [&](std::string_view table) -> Result<std::optional<std::string>> {
    const std::string rows = model.parts.Within(table);
    if (rows.empty()) return std::nullopt;
    if (named.find(table)->second == 1) return "(" + rows + ")";
    std::string once = fmt::format("temp.weir_within_{}", table.substr(table.find('.') + 1));
    if (laid_down.insert(once).second) {
      WEIR_TRY(MakeTemporary(once, rows));
    }
    return once;
  };
  WEIR_TRY(std::string sql, ReplaceTables(model.sql, within));
  return MakingTemporary(model, std::move(sql), kMade);
}

Result<std::optional<TableChange>> Upkeep::BuildByParts(const ModelFile& model, std::span<const ChangedInput> changed) {
  std::string touched;
  for (const ChangedInput& input : changed) {
    const std::vector<PartInput> of_input = model.parts.Touching(input.name);
    if (of_input.empty()) return std::nullopt;
    for (const PartInput& part : of_input) {
      const std::string over_changed = OverChanged(part, input);
      if (!over_changed.empty()) touched += fmt::format("{}({})", touched.empty() ? "" : " UNION ALL ", over_changed);
    }
  }
  if (touched.empty()) return TableChange{.kind = TableChange::Kind::kSame, .is_by_parts = true};
  WEIR_TRY(const std::int64_t all, Count(Own(model)));
  const std::string select =
      fmt::format("SELECT DISTINCT part FROM ({}) AS touched(part) WHERE part IS NOT NULL", touched);
  WEIR_TRY(MakeTemporary(std::string(kParts), select));
  WEIR_TRY(const std::int64_t parts, Count(std::string(kParts)));
  if (parts == 0) return TableChange{.kind = TableChange::Kind::kSame, .is_by_parts = true};
  if (request_.least_rows_by_parts > 0 && parts * kRowsToAPart > all) return std::nullopt;
  const std::string key = store::QuoteName(model.parts.key);
  std::set<std::string> laid_down;
  WEIR_TRY(const std::string sql, WithinParts(model, laid_down));
  WEIR_TRY(Run(model, sql));
  for (const std::string& table : laid_down) WEIR_TRY(session_.Execute("DROP TABLE " + table));
  WEIR_TRY(MakeTemporary(std::string(kWas),
                         fmt::format("SELECT * FROM {} WHERE {} IN (SELECT part FROM {})", Own(model), key, kParts)));
  const std::string rows = "temp.weir_changed_" + model.name;
  WEIR_TRY(MakeTemporary(rows, DifferenceOf(kWas, kMade)));
  kept_.push_back(rows);
  TableChange change{.kind = TableChange::Kind::kRows, .rows = rows, .is_by_parts = true};
  WEIR_TRY(const std::int64_t different, Count(rows));
  if (different == 0) {
    change.kind = TableChange::Kind::kSame;
  } else {
    const std::string where = fmt::format("WHERE {0} IN (SELECT {0} FROM {1})", key, rows);
    WEIR_TRY(session_.Execute(fmt::format("DELETE FROM {} {}", Own(model), where)));
    const std::string insert = fmt::format("INSERT INTO {} SELECT * FROM {} {}", Own(model), kMade, where);
    WEIR_TRY(change.grown, session_.Execute(insert));
  }
  WEIR_TRY(session_.Execute(fmt::format("DROP TABLE {}; DROP TABLE {}; DROP TABLE {}", kMade, kWas, kParts)));
  return change;
}

// What the statement makes of the changed rows of its inputs alone, behind the rows that are there.
Result<TableChange> Upkeep::Append(const ModelFile& model, const std::string& sql,
                                   std::span<const ChangedInput> changed) {
  const Replacement new_rows = [&](std::string_view table) -> Result<std::optional<std::string>> {
    if (!model.adds_up && table != model.appended_to) return std::nullopt;
    if (table == "model." + model.name) return std::nullopt;
    const auto input = std::ranges::find(changed, table, &ChangedInput::name);
    if (input != changed.end()) return *input->rows;
    return fmt::format("(SELECT * FROM {} WHERE FALSE)", QuotedTable(table));
  };
  WEIR_TRY(const std::string of_new_rows, ReplaceTables(sql, new_rows));
  const std::string rows = "temp.weir_changed_" + model.name;
  WEIR_TRY(Run(model, MakingTemporary(model, of_new_rows, rows)));
  kept_.push_back(rows);
  if (!model.first_of.empty()) {
    WEIR_TRY(session_.Execute(
        fmt::format("DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {2})", rows, model.first_of, Own(model))));
  }
  WEIR_TRY(const std::int64_t grown,
           session_.Execute(fmt::format("INSERT INTO {} SELECT * FROM {}", Own(model), rows)));
  return TableChange{.kind = grown == 0 ? TableChange::Kind::kSame : TableChange::Kind::kRows,
                     .rows = rows,
                     .is_by_parts = true,
                     .grown = grown};
}

// Whether the rows that are there stay. Small tables are made whole in less time than they are kept.
Result<bool> Upkeep::IsKept(const ModelFile& model, const Standing& standing) {
  if (!standing.is_known || (model.parts.key.empty() && model.appended_to.empty() && !model.adds_up)) return false;
  WEIR_TRY(const std::int64_t rows, Count(Own(model)));
  return rows > 0 && rows >= request_.least_rows_by_parts && standing.grown * kRowsToAGrownOne <= rows;
}

Result<TableChange> Upkeep::Build(const ModelFile& model, const Standing& standing,
                                  std::span<const ChangedInput> changed) {
  WEIR_TRY(const bool is_kept, IsKept(model, standing));
  if (is_kept && AllKnown(changed)) {
    if (model.adds_up) return Append(model, model.sql, changed);
    if (changed.size() == 1 && changed.front().name == model.appended_to &&
        request_.records.at(model.appended_to.substr(4)).last_repeated <= standing.observation) {
      return Append(model, model.sql_of_firsts, changed);
    }
    if (!model.parts.key.empty()) {
      WEIR_TRY(std::optional<TableChange> change, BuildByParts(model, changed));
      if (change) return std::move(*change);
    }
  }
  return BuildWhole(model, standing);
}

Status Upkeep::Drop() {
  for (const std::string& table : kept_) WEIR_TRY(session_.Execute("DROP TABLE IF EXISTS " + table));
  kept_.clear();
  // Left where it turned out that a table is made whole in less time.
  WEIR_TRY(session_.Execute(fmt::format("DROP TABLE IF EXISTS {}", kParts)));
  return {};
}

}  // namespace weir::model
