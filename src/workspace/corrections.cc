#include "workspace/corrections.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "sources/corrections.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

TableSpec CorrectionsTable() {
  return {.name = "corrections",
          .title = {"Corrections", "Исправления"},
          .key = {"decision_id", "entity_id", "field"},
          .columns = {Of("decision_id", ColumnType::kInteger, "Decision", "Решение"), TextOf("entity", "Kind", "Вид"),
                      TextOf("entity_id", "Record", "Запись"), TextOf("field", "Field", "Поле"),
                      TextOf("source", "Source", "Источник"), TextOf("object", "Object", "Объект"),
                      TextOf("row_key", "Id in the source", "Id в источнике"),
                      TextOf("told", "The source said", "Источник говорил"),
                      TextOf("value", "Corrected to; nothing: emptied", "Исправлено на; пусто — значение убрано"),
                      TextOf("said", "The source says now", "Источник говорит сейчас"),
                      TextOf("state", "State: pending, taken, differs", "Состояние: pending, taken, differs"),
                      TextOf("reason", "Why", "Причина"), TextOf("who", "By whom", "Кто"),
                      Of("decided_at", ColumnType::kInstant, "When", "Когда")}};
}

struct CorrectionsParams {
  std::string entity;
  std::string id;
  std::string state;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"Only this kind of records", "Только такие записи"},
                 .allowed = {"account", "person", "deal", "lead"}},
                entity);
    visitor.Add({.name = "id", .help = {"Only the record with this id", "Только запись с этим id"}}, id);
    visitor.Add({.name = "state",
                 .help = {"pending: the source does not say so yet; taken: it does; differs: it says something newer",
                          "pending — источник ещё не исправлен; taken — исправлен; differs — в нём что-то новее"},
                 .allowed = {"pending", "taken", "differs"}},
                state);
  }
};

constexpr std::string_view kCorrections = R"(
SELECT d.decision_id, c.entity, c.entity_id, c.field, c.source, c.object, c.row_key, c.told,
  CASE WHEN NOT c.is_emptied THEN c.value END AS value, c.said, c.state, d.reason, d.who, d.decided_at
FROM scoped.correction AS c
JOIN meta.decision AS d ON d.data_version = c.data_version AND d.undoes IS NULL
WHERE (? = '' OR c.entity = ?) AND (? = '' OR c.entity_id = ?) AND (? = '' OR c.state = ?)
ORDER BY d.decision_id DESC NULLS LAST, c.entity_id NULLS LAST, c.field NULLS LAST, c.row_key NULLS LAST)";

Result<Output> RunCorrections(const CorrectionsParams& params, Context& context) {
  const std::array<Value, 6> values{params.entity, params.entity, params.id, params.id, params.state, params.state};
  analysis::Table table = analysis::EmptyTable(CorrectionsTable());
  WEIR_TRY(store::Rows rows, context.session().Query(kCorrections, values));
  table.rows = std::move(rows.rows);
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

struct PatchParams {
  std::string source;
  std::optional<Date> since;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "source",
                 .help = {"Which source is to take the corrections over", "Для какого источника"},
                 .required = true,
                 .positional = true},
                source);
    visitor.Add({.name = "since",
                 .help = {"Only what was decided on this day or later (UTC)", "Только решённое с этого дня (UTC)"}},
                since);
  }
};

struct Pending {
  std::string field, object, row_key, value, header, key_header, cell, obstacle, state, entity;
  bool is_emptied = false;
};

Result<std::vector<Pending>> ReadPending(const PatchParams& params, Context& context) {
  const std::array<Value, 2> values{params.source, StartOf(params.since.value_or(Date{}))};
  WEIR_TRY(const store::Rows rows, context.session().Query(R"(
    SELECT c.field, c.object, c.row_key, c.value, c.header, c.key_header, c.cell, c.obstacle, c.state, c.entity,
      c.is_emptied
    FROM scoped.correction AS c
    JOIN meta.decision AS d ON d.data_version = c.data_version AND d.undoes IS NULL
    WHERE c.source = ? AND d.decided_at >= ? AND c.state <> 'taken'
    ORDER BY c.object NULLS LAST, c.row_key NULLS LAST, c.header NULLS LAST, c.field NULLS LAST)",
                                                           values));
  std::vector<Pending> pending;
  pending.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    pending.push_back({rows.TextAt(i, 0), rows.TextAt(i, 1), rows.TextAt(i, 2), rows.TextAt(i, 3), rows.TextAt(i, 4),
                       rows.TextAt(i, 5), rows.TextAt(i, 6), rows.TextAt(i, 7), rows.TextAt(i, 8), rows.TextAt(i, 9),
                       std::get<bool>(rows.rows[i][10])});
  }
  return pending;
}

analysis::Text ReasonOf(const std::string& code) {
  static const std::map<std::string, analysis::Text, std::less<>> kReasons{
      {"no_id", {"the export holds no id of the record", "в выгрузке нет id записи"}},
      {"no_column", {"the newest export has no such column", "в последней выгрузке нет такого столбца"}},
      {"units", {"the source counts in minor units", "источник считает в мелких единицах"}},
      {"form", {"the form of its dates cannot be written", "даты в таком виде не записать"}},
      {"formula", {"a spreadsheet would run it as a formula", "таблица выполнила бы это как формулу"}},
      {"differs", {"the source says something newer", "в источнике уже что-то новее"}},
      {"encoding", {"the encoding of its files lacks a character", "в кодировке его файлов нет такого символа"}}};
  const auto found = kReasons.find(code);
  return found == kReasons.end() ? analysis::Text{code, code} : found->second;
}

// How the products take such files in; docs/corrections.md names where they say so.
struct Way {
  std::string_view source;
  bool skips_blanks = false;  // an empty cell of an update is known to change nothing
  std::string_view emptied;   // the cell that empties a field, where that is known
  std::string_view en;
  std::string_view ru;
};
constexpr std::array<Way, 5> kWays{{
    {"salesforce", true, "#N/A",
     "Data Loader: Update by Id, map every column, leave 'Insert null values' off: an empty cell then changes nothing, "
     "with the Bulk API as well. The Data Import Wizard takes files of accounts, contacts and leads, matched by "
     "Salesforce ID, none of opportunities. To merge records, open the survivor and use 'View duplicates' or 'Merge "
     "contacts'.",
     "Data Loader: Update по Id, сопоставьте все столбцы; «Insert null values» выключено: тогда пустая ячейка ничего "
     "не "
     "меняет, с Bulk API тоже. Data Import Wizard принимает компании, контакты и лиды с сопоставлением по Salesforce "
     "ID, "
     "сделки — нет. Чтобы объединить записи, откройте остающуюся и выберите «View duplicates» или «Merge contacts»."},
    {"hubspot", false, "",
     "Import, file from computer, one object, 'Update existing'; the id column is Record ID. Merge by Actions, Merge "
     "on the survivor.",
     "Импорт, файл с компьютера, один объект, «Обновить существующие»; столбец id — это Record ID. Объединение: "
     "Actions, Merge в остающейся записи."},
    {"pipedrive", false, "",
     "Import data, from a spreadsheet; map the id column to 'Pipedrive System ID' of the same kind of item. Merge with "
     "'Merge duplicates'.",
     "Импорт данных из таблицы; столбец id сопоставьте с «Pipedrive System ID» того же вида записей. Объединение — "
     "«Merge duplicates»."},
    {"amocrm", false, "",
     "The import of the list finds duplicates by the rules of the account, which need not include the ID: try one row "
     "first. The API takes the ID for certain: PATCH /api/v4/leads (contacts, companies).",
     "Импорт в списке ищет дубли по правилам аккаунта, и ID среди них может не быть: сначала проверьте на одной "
     "строке. "
     "Через API по ID — наверняка: PATCH /api/v4/leads (contacts, companies)."},
    {"bitrix24", false, "",
     "The import of CRM finds duplicates by name, phone and e-mail, so a deal may be added instead of changed: try one "
     "row "
     "first. The REST method takes the ID for certain: crm.deal.update (contact, company).",
     "Импорт CRM ищет дубли по названию, телефону и почте, и сделка может добавиться вместо изменения: сначала "
     "проверьте "
     "на одной строке. Метод REST по ID — наверняка: crm.deal.update (contact, company)."},
}};

// One line for each that no file carries; at most so many, the table `left` has all.
std::string LeftLines(const analysis::Table& left, std::string_view reason) {
  constexpr std::size_t kMostLines = 200;
  const std::size_t why = left.IndexOf(reason);
  std::string lines;
  for (std::size_t i = 0; i < std::min(left.rows.size(), kMostLines); ++i) {
    const auto& row = left.rows[i];
    lines += fmt::format("\r\n  {} {} {}: {}", store::ToText(row[0]), store::ToText(row[1]), store::ToText(row[2]),
                         store::ToText(row[why]));
  }
  if (left.rows.size() > kMostLines) lines += "\r\n  ...";
  return lines;
}

// What the files named empty are; nothing where there are none.
analysis::Text EmptiedHelp(std::string_view mark, bool has_emptied) {
  if (!has_emptied) return {};
  if (mark.empty()) {
    return {
        "\r\n\r\nFiles named empty take values away: their cells are empty on purpose. Whether an import empties a "
        "field by an empty cell differs: try one row first, and empty the field by hand where it stays.",
        "\r\n\r\nФайлы empty убирают значения: ячейки в них пусты намеренно. Очищает ли импорт поле по пустой ячейке, "
        "проверьте сначала на одной строке; если нет — очистите поле вручную."};
  }
  return {
      fmt::format("\r\n\r\nFiles named empty take values away: {0} empties a field. Only the Bulk API understands it "
                  "(Data Loader: Settings, Use Bulk API); any other way would write it as a text.",
                  mark),
      fmt::format("\r\n\r\nФайлы empty убирают значения: {0} очищает поле. Это понимает только Bulk API (Data Loader: "
                  "Settings, Use Bulk API), иначе {0} запишется как текст.",
                  mark)};
}

std::string ReadMe(const std::string& source, const analysis::Table& left, bool has_emptied) {
  const auto way = std::ranges::find(kWays, source, &Way::source);
  const bool is_known = way != kWays.end();
  const analysis::Text emptied = EmptiedHelp(is_known ? way->emptied : std::string_view(), has_emptied);
  return fmt::format(
      "Corrections for {0}\r\n\r\nEach file changes records of one object: their id, and what they should say, in the "
      "headers and the form of {0}'s own export. {6} Files named merge list records that are one company or person: a "
      "line a record that stays, by its id; the ids in the column after it are to be merged into it, and the other "
      "columns "
      "say what should stand there then.\r\n\r\n{1}{8}\r\n\r\nLeft out: {2}.{4}\r\n\r\nAfter "
      "the "
      "next export is imported into Weir, no correction that was taken over is pending.\r\n\r\n"
      "Исправления для {0}\r\n\r\nКаждый файл меняет записи одного объекта: id и новые значения, в заголовках и в виде "
      "выгрузки самого {0}. {7} Файлы merge перечисляют записи об одной "
      "компании или человеке: в строке — id записи, которая остаётся, в следующем столбце — id, которые нужно к ней "
      "присоединить, в остальных — что должно в ней стоять.\r\n\r\n{3}{9}\r\n\r\nНе вошло: {2}.{5}\r\n\r\nКогда "
      "следующая выгрузка попадёт в Weir, перенесённые исправления перестанут ждать.\r\n",
      source, is_known ? way->en : "Import each file as an update by id.", left.rows.size(),
      is_known ? way->ru : "Импортируйте каждый файл как обновление по id.", LeftLines(left, "reason"),
      LeftLines(left, "reason_ru"),
      is_known && way->skips_blanks ? "An empty cell is a field that is not to change."
                                    : "No cell is empty: records with other corrected fields have a file of their own.",
      is_known && way->skips_blanks ? "Пустая ячейка — поле, которое не меняется."
                                    : "Пустых ячеек нет: у записей с другими исправленными полями — свой файл.",
      emptied.en, emptied.ru);
}

// A file an object, where the product is known to leave alone what an empty cell stands for. Else a file for each set
// of corrected columns, so that no cell is empty: some products take an empty one for "empty the field". What is to be
// emptied stands in files of its own.
class PatchMaker {
 public:
  PatchMaker(const sources::MappingCatalog& mappings, const PatchParams& params, Context& context)
      : mappings_(mappings), params_(params), context_(context) {
    const auto way = std::ranges::find(kWays, params.source, &Way::source);
    if (way != kWays.end()) way_ = *way;
  }

  Result<Output> Make() {
    WEIR_TRY(const std::vector<Pending> pending, ReadPending(params_, context_));
    for (const Pending& one : pending) WEIR_TRY(Add(one));
    WriteFiles();
    Output output;
    output.tables = {std::move(files_table_), std::move(left_)};
    for (const char* entity : {"account", "person"}) {
      WEIR_TRY(const MergeFiles made, MakeMergeFiles(params_.source, entity, mappings_, context_));
      AddMergeFiles(made, output);
    }
    if (!output.tables[0].rows.empty()) {
      output.tables[0].rows.push_back({std::string("README.txt"), Value(), Value(),
                                       std::string(NameOf(Encoding::kUtf8)),
                                       ReadMe(params_.source, output.tables[1], has_emptied_)});
    }
    return output;
  }

 private:
  // What one record is to say, by header.
  struct Line {
    std::string row_key;
    std::map<std::string, std::string> cells;
    std::set<std::string> fields;
  };
  struct ObjectLines {
    sources::PatchDialect dialect;
    std::vector<Line> lines;
  };
  struct File {
    std::set<std::string> headers;
    std::set<std::string> fields;
    std::vector<const Line*> lines;
  };

  void Leave(const Pending& one, const std::string& code) {
    const analysis::Text reason = ReasonOf(code);
    left_.rows.push_back({one.object, one.row_key, one.field, one.value, reason.en, reason.ru});
  }

  Status Add(const Pending& one) {
    const std::string obstacle = one.state == "differs" ? "differs" : one.obstacle;
    if (!obstacle.empty()) {
      Leave(one, obstacle);
      return {};
    }
    WEIR_TRY(const sources::PatchDialect dialect, PatchDialectOf(params_.source, one.object, context_));
    if (!sources::Encode(one.cell + one.header, dialect.encoding)) {
      Leave(one, "encoding");
      return {};
    }
    ObjectLines& of = objects_[{one.object, one.key_header, one.is_emptied}];
    of.dialect = dialect;
    has_emptied_ = has_emptied_ || one.is_emptied;
    // Two fields that stand in one column are two lines.
    auto line = std::ranges::find_if(
        of.lines, [&](const Line& known) { return known.row_key == one.row_key && !known.cells.contains(one.header); });
    if (line == of.lines.end()) line = of.lines.insert(line, {.row_key = one.row_key, .cells = {}, .fields = {}});
    line->cells[one.header] = one.is_emptied ? std::string(way_.emptied) : one.cell;
    line->fields.insert(one.field);
    return {};
  }

  void WriteFiles() {
    for (const auto& [key, of] : objects_) {
      const auto& [object, key_header, is_emptied] = key;
      const bool is_one = way_.skips_blanks && !is_emptied;
      std::map<std::set<std::string>, File> files;
      for (const Line& line : of.lines) {
        std::set<std::string> headers;
        for (const auto& [header, cell] : line.cells) headers.insert(header);
        File& file = files[is_one ? std::set<std::string>() : headers];
        file.headers.merge(headers);
        file.fields.insert(line.fields.begin(), line.fields.end());
        file.lines.push_back(&line);
      }
      for (const auto& [headers, file] : files) {
        const std::string name =
            is_one ? "" : fmt::format("{}-{}", is_emptied ? "-empty" : "", fmt::join(file.fields, "-"));
        std::vector<std::vector<std::string>> rows{{key_header}};
        rows.front().insert(rows.front().end(), file.headers.begin(), file.headers.end());
        for (const Line* line : file.lines) {
          std::vector<std::string>& row = rows.emplace_back(1, line->row_key);
          for (const std::string& header : file.headers) {
            const auto cell = line->cells.find(header);
            row.push_back(cell == line->cells.end() ? std::string() : cell->second);
          }
        }
        files_table_.rows.push_back({fmt::format("{}-{}{}.csv", params_.source, object, name), object,
                                     static_cast<std::int64_t>(file.lines.size()),
                                     std::string(NameOf(of.dialect.encoding)),
                                     sources::PatchText(rows, of.dialect.separator)});
      }
    }
  }

  const sources::MappingCatalog& mappings_;
  const PatchParams& params_;
  Context& context_;
  Way way_;
  bool has_emptied_ = false;
  // By object, the header of its id, and whether values are taken away.
  std::map<std::tuple<std::string, std::string, bool>, ObjectLines> objects_;
  analysis::Table files_table_ = analysis::EmptyTable(PatchFilesTable());
  analysis::Table left_ = analysis::EmptyTable(PatchLeftTable());
};

Result<Output> RunPatch(const sources::MappingCatalog& mappings, const PatchParams& params, Context& context) {
  return PatchMaker(mappings, params, context).Make();
}

}  // namespace

TableSpec PatchFilesTable() {
  return {.name = "files",
          .title = {"Files", "Файлы"},
          .key = {"name"},
          .columns = {TextOf("name", "File", "Файл"), TextOf("object", "Object", "Объект"),
                      Of("rows", ColumnType::kInteger, "Rows", "Строк", "count"),
                      TextOf("encoding", "Encoding", "Кодировка"), TextOf("text", "Text", "Текст")}};
}

TableSpec PatchLeftTable() {
  return {.name = "left",
          .title = {"What the files do not carry", "Что в файлы не вошло"},
          .key = {"object", "row_key", "field"},
          .columns = {TextOf("object", "Object", "Объект"), TextOf("row_key", "Id in the source", "Id в источнике"),
                      TextOf("field", "Field", "Поле"), TextOf("value", "Corrected to", "Исправлено на"),
                      TextOf("reason", "Why not", "Почему"), TextOf("reason_ru", "Why not", "Почему")}};
}

Result<sources::PatchDialect> PatchDialectOf(const std::string& source, const std::string& object, Context& context) {
  const std::array<Value, 2> values{source, object};
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT reading FROM meta.import_file WHERE source = ? AND object = ? AND state = "
                                   "'committed' AND replay_of IS NULL ORDER BY observed_at DESC, file_id DESC LIMIT 1",
                                   values));
  if (rows.rows.empty()) return sources::PatchDialect{};
  return sources::DialectOf(rows.TextAt(0, 0));
}

void AddMergeFiles(const MergeFiles& made, Output& output) {
  for (const MergeFile& file : made.files) {
    output.tables[0].rows.push_back({file.name, file.object, file.rows, std::string(NameOf(file.dialect.encoding)),
                                     sources::PatchText(file.lines, file.dialect.separator)});
  }
  for (const LeftOfMerge& one : made.left) {
    const analysis::Text reason = ReasonOf(one.reason);
    output.tables[1].rows.push_back({one.object, one.row_key, one.field, one.value, reason.en, reason.ru});
  }
  if (made.cut > 0) {
    output.warnings.push_back({.code = "cut",
                               .message = MakePhrase("{} records to merge are left for the next files: {} at once",
                                                     made.cut, kMostMergeLines)});
  }
}

std::vector<analysis::Analysis> CorrectionAnalyses(std::shared_ptr<const sources::MappingCatalog> mappings) {
  std::vector<analysis::Analysis> all;
  all.push_back(analysis::Declare<CorrectionsParams>(
      {.id = "records.corrections",
       .title = {"Corrections", "Исправления"},
       .help = {"What people corrected in records, and whether the sources say so meanwhile",
                "Что исправили в записях и сказано ли это уже в источниках"},
       .tables = {CorrectionsTable()},
       .is_cacheable = false},
      &RunCorrections));
  all.push_back(analysis::DeclareOver<PatchParams>(
      mappings,
      {.id = "sources.patch",
       .title = {"Corrections for a source", "Исправления для источника"},
       .help = {"Files in the source's own headers and words that bring corrections back into it",
                "Файлы в заголовках и словах самого источника, которые вносят в него исправления"},
       .right = "export",
       .tables = {PatchFilesTable(), PatchLeftTable()},
       .is_cacheable = false},
      &RunPatch));
  all.push_back(MergeFileAnalysis(std::move(mappings)));
  return all;
}

}  // namespace weir::workspace
