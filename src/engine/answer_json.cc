#include "base/russian.h"
#include "engine/engine.h"
#include "engine/json_writer.h"

namespace weir::engine {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Table;

void WriteText(JsonWriter& json, const analysis::Text& text) {
  json.BeginObject().Name("en").Text(text.en).Name("ru").Text(text.ru).EndObject();
}

void WriteColumn(JsonWriter& json, const Column& column) {
  json.BeginObject().Name("name").Text(column.name).Name("type").Text(analysis::NameOf(column.type));
  json.Name("unit").Text(column.unit);
  if (!column.title.en.empty()) {
    json.Name("title");
    WriteText(json, column.title);
  }
  json.EndObject();
}

void WriteCell(JsonWriter& json, const Column& column, const store::Value& value) {
  if (column.type == ColumnType::kJson && !store::IsNull(value)) {
    json.Raw(store::ToText(value));
  } else {
    json.Cell(value);
  }
}

void WriteTable(JsonWriter& json, const Table& table) {
  json.Name(table.name).BeginObject().Name("key").BeginArray();
  for (const std::string& key : table.key) json.Text(key);
  json.EndArray().Name("columns").BeginArray();
  for (const Column& column : table.columns) WriteColumn(json, column);
  json.EndArray().Name("rows").BeginArray();
  for (const auto& row : table.rows) {
    json.BeginArray();
    for (std::size_t i = 0; i < row.size(); ++i) WriteCell(json, table.columns.at(i), row[i]);
    json.EndArray();
  }
  json.EndArray();
  if (table.total_rows) json.Name("total_rows").Integer(*table.total_rows);
  if (table.next_cursor) json.Name("next_cursor").Text(*table.next_cursor);
  json.EndObject();
}

void WriteParams(JsonWriter& json, const analysis::RawParams& params) {
  json.BeginObject();
  for (const auto& [name, values] : params) {
    json.Name(name);
    if (values.size() == 1) {
      json.Text(values.front());
      continue;
    }
    json.BeginArray();
    for (const std::string& value : values) json.Text(value);
    json.EndArray();
  }
  json.EndObject();
}

void WriteWarnings(JsonWriter& json, const std::vector<analysis::Warning>& warnings) {
  json.BeginArray();
  for (const analysis::Warning& warning : warnings) {
    json.BeginObject()
        .Name("code")
        .Text(warning.code)
        .Name("message")
        .Text(warning.message.text)
        .Name("message_ru")
        .Text(InRussian(warning.message))
        .Name("params")
        .BeginObject();
    for (const auto& [name, value] : warning.params) json.Name(name).Text(value);
    json.EndObject().EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string ToJson(const Answer& answer) {
  JsonWriter json;
  json.BeginObject().Name("analysis").Text(answer.analysis);
  json.Name("definition")
      .BeginObject()
      .Name("id")
      .Text(answer.definition_id)
      .Name("version")
      .Integer(answer.definition_version);
  json.EndObject().Name("params");
  WriteParams(json, answer.params);
  json.Name("scope").Text(answer.scope).Name("as_of").Text(FormatInstant(answer.as_of));
  json.Name("known_at").Integer(answer.known_at).Name("data_version").Integer(answer.data_version);
  json.Name("currency").Text(answer.currency).Name("seed").Integer(static_cast<std::int64_t>(answer.seed));
  json.Name("history").Text(analysis::NameOf(answer.output.history)).Name("warnings");
  WriteWarnings(json, answer.output.warnings);
  json.Name("tables").BeginObject();
  for (const Table& table : answer.output.tables) WriteTable(json, table);
  return json.EndObject().EndObject().Take();
}

namespace {

void WriteWords(JsonWriter& json, Language language, const Error& error) {
  json.Name("title").Text(SayIn(language, InfoOf(error.code()).Title()));
  json.Name("detail").Text(SayIn(language, error.phrase()));
  if (!error.hint().empty()) json.Name("hint").Text(SayIn(language, error.mend()));
}

}  // namespace

std::string ProblemJson(const Error& error, std::string_view request_id, Language language) {
  const CodeInfo& info = InfoOf(error.code());
  JsonWriter json;
  json.BeginObject().Name("type").Text(fmt::format("urn:weir:problem:{}", info.name));
  WriteWords(json, language, error);
  json.Name("status").Integer(info.http_status).Name("code").Text(info.name);
  if (!error.field().empty()) json.Name("field").Text(error.field());
  if (!error.place().file.empty()) json.Name("file").Text(error.place().file);
  if (error.place().line != 0) json.Name("line").Integer(static_cast<std::int64_t>(error.place().line));
  if (error.place().column != 0) json.Name("column").Integer(static_cast<std::int64_t>(error.place().column));
  if (!request_id.empty()) json.Name("request_id").Text(request_id);
  json.Name("words").BeginObject().Name("en").BeginObject();
  WriteWords(json, Language::kEnglish, error);
  json.EndObject().Name("ru").BeginObject();
  WriteWords(json, Language::kRussian, error);
  return json.EndObject().EndObject().EndObject().Take();
}

namespace {

void WriteSpec(JsonWriter& json, const analysis::ParamSpec& spec) {
  const bool is_enum = !spec.info.allowed.empty() && spec.type == analysis::ParamType::kText;
  json.BeginObject().Name("name").Text(spec.info.name);
  json.Name("type").Text(is_enum ? "enum" : analysis::NameOf(spec.type)).Name("default").Text(spec.default_text);
  json.Name("allowed");
  if (spec.info.allowed.empty()) {
    json.Null();
  } else {
    json.BeginArray();
    for (const std::string& value : spec.info.allowed) json.Text(value);
    json.EndArray();
  }
  json.Name("required").Flag(spec.info.required).Name("help");
  WriteText(json, spec.info.help);
  json.EndObject();
}

void WriteTableSpec(JsonWriter& json, const analysis::TableSpec& table) {
  json.BeginObject().Name("name").Text(table.name).Name("titles");
  WriteText(json, table.title);
  json.Name("key").BeginArray();
  for (const std::string& key : table.key) json.Text(key);
  json.EndArray().Name("columns").BeginArray();
  for (const Column& column : table.columns) {
    json.BeginObject().Name("name").Text(column.name).Name("type").Text(analysis::NameOf(column.type));
    json.Name("unit").Text(column.unit).Name("titles");
    WriteText(json, column.title);
    json.EndObject();
  }
  json.EndArray().Name("chart");
  if (table.chart) {
    json.BeginObject()
        .Name("kind")
        .Text(table.chart->kind)
        .Name("x")
        .Text(table.chart->x)
        .Name("y")
        .Text(table.chart->y);
    json.Name("series").Text(table.chart->series).EndObject();
  } else {
    json.Null();
  }
  json.EndObject();
}

void WriteInfo(JsonWriter& json, const analysis::Info& info, std::string_view kind,
               const std::vector<analysis::ParamSpec>& params, bool can_explain) {
  json.BeginObject()
      .Name("id")
      .Text(info.id)
      .Name("kind")
      .Text(kind)
      .Name("version")
      .Integer(info.version)
      .Name("titles");
  WriteText(json, info.title);
  json.Name("help");
  WriteText(json, info.help);
  json.Name("parameters").BeginArray();
  for (const analysis::ParamSpec& spec : params) WriteSpec(json, spec);
  json.EndArray().Name("tables").BeginArray();
  for (const analysis::TableSpec& table : info.tables) WriteTableSpec(json, table);
  json.EndArray().Name("right").Text(info.right).Name("explains").Flag(can_explain).Name("asks").BeginArray();
  for (const std::string& id : info.asks) json.Text(id);
  json.EndArray().EndObject();
}

void WriteProducer(JsonWriter& json, const analysis::Info& info) {
  json.BeginObject().Name("id").Text(info.id).Name("kind").Text("producer").Name("version").Integer(info.version);
  json.Name("titles");
  WriteText(json, info.title);
  json.Name("help");
  WriteText(json, info.help);
  json.Name("needs").BeginArray();
  for (const std::string& need : info.needs) json.Text(need);
  json.EndArray().Name("tables").BeginArray();
  for (const analysis::TableSpec& table : info.tables) WriteTableSpec(json, table);
  json.EndArray().EndObject();
}

}  // namespace

std::string Catalog::Json() const {
  JsonWriter json;
  json.BeginObject().Name("analyses").BeginArray();
  for (const analysis::Analysis& analysis : analyses_) {
    WriteInfo(json, analysis.info, "analysis", analysis.params, static_cast<bool>(analysis.explain));
  }
  for (const analysis::Action& action : actions_) WriteInfo(json, action.info, "action", action.params, false);
  json.EndArray().Name("producers").BeginArray();
  for (const analysis::Producer& producer : producers_) WriteProducer(json, producer.info);
  return json.EndArray().EndObject().Take();
}

}  // namespace weir::engine
