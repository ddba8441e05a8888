#include "docgen/openapi.h"

#include <nlohmann/json.hpp>

#include "analysis/only_asks.h"
#include "docgen/openapi_fixed.h"

namespace weir::docgen {
namespace {

using analysis::Analysis;
using analysis::Column;
using analysis::ColumnType;
using analysis::ParamSpec;
using analysis::ParamType;
using analysis::TableSpec;
using Json = nlohmann::ordered_json;

Json Reference(std::string_view kind, std::string_view name) {
  return {{"$ref", fmt::format("#/components/{}/{}", kind, name)}};
}

Json TypeOf(ParamType type) {
  switch (type) {
    case ParamType::kInteger:
      return {{"type", "integer"}, {"format", "int64"}};
    case ParamType::kDecimal:
      return {{"type", "number"}};
    case ParamType::kBoolean:
      return {{"type", "boolean"}};
    case ParamType::kDate:
      return {{"type", "string"}, {"format", "date"}};
    case ParamType::kList:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    case ParamType::kText:
      break;
  }
  return {{"type", "string"}};
}

Json DefaultOf(const ParamSpec& spec) {
  if (spec.type == ParamType::kBoolean) return spec.default_text == "true";
  if (spec.type == ParamType::kText || spec.type == ParamType::kDate) return spec.default_text;
  if (spec.type != ParamType::kList) return Json::parse(spec.default_text, nullptr, false);
  Json list = Json::array();
  for (std::size_t start = 0; start < spec.default_text.size();) {
    const std::size_t comma = std::min(spec.default_text.find(',', start), spec.default_text.size());
    list.push_back(spec.default_text.substr(start, comma - start));
    start = comma + 1;
  }
  return list;
}

Json SchemaOf(const ParamSpec& spec) {
  Json schema = TypeOf(spec.type);
  if (!spec.info.allowed.empty()) {
    Json& one = spec.type == ParamType::kList ? schema["items"] : schema;
    one[spec.info.is_open ? "examples" : "enum"] = spec.info.allowed;
  }
  if (!spec.default_text.empty()) {
    Json value = DefaultOf(spec);
    if (!value.is_discarded()) schema["default"] = std::move(value);
  }
  return schema;
}

Json QueryParameter(const ParamSpec& spec) {
  Json parameter{{"name", spec.info.name},
                 {"in", "query"},
                 {"required", spec.info.required},
                 {"description", spec.info.help.en},
                 {"schema", SchemaOf(spec)}};
  if (spec.type == ParamType::kList) {
    // "a,b" in one value.
    parameter["style"] = "form";
    parameter["explode"] = false;
  }
  return parameter;
}

Json CellOf(const Column& column) {
  Json schema;
  switch (column.type) {
    case ColumnType::kInteger:
      schema = {{"type", {"integer", "null"}}};
      break;
    case ColumnType::kDecimal:
    case ColumnType::kMoney:
    case ColumnType::kShare:
    case ColumnType::kNumber:
      schema = {{"type", {"number", "null"}}};
      break;
    case ColumnType::kBoolean:
      schema = {{"type", {"boolean", "null"}}};
      break;
    case ColumnType::kDate:
      schema = {{"type", {"string", "null"}}, {"format", "date"}};
      break;
    case ColumnType::kInstant:
      schema = {{"type", {"string", "null"}}, {"format", "date-time"}};
      break;
    case ColumnType::kJson:
      schema = Json::object();
      break;
    case ColumnType::kText:
      schema = {{"type", {"string", "null"}}};
      break;
  }
  schema["title"] = column.name;
  if (!column.title.en.empty()) schema["description"] = column.title.en;
  return schema;
}

// Rows are arrays in the order of the columns; an open table may have more of them than are declared.
Json RowsOf(const TableSpec& table) {
  Json cells = Json::array();
  for (const Column& column : table.columns) cells.push_back(CellOf(column));
  Json row{{"type", "array"}, {"prefixItems", std::move(cells)}};
  if (!table.is_open) row["items"] = false;
  if (table.is_open) row.erase("prefixItems");
  return {{"type", "array"}, {"items", std::move(row)}};
}

// The general result, narrowed to the tables of this analysis.
Json ResultOf(const analysis::Info& info) {
  if (info.tables.empty()) return Reference("schemas", "Result");
  Json tables = Json::object();
  for (const TableSpec& table : info.tables) {
    Json described = Reference("schemas", "Table");
    if (!table.title.en.empty()) described["description"] = table.title.en;
    described["properties"] = {{"rows", RowsOf(table)}};
    tables[table.name] = std::move(described);
  }
  return {
      {"allOf",
       {Reference("schemas", "Result"),
        {{"type", "object"}, {"properties", {{"tables", {{"type", "object"}, {"properties", std::move(tables)}}}}}}}}};
}

Json ResponsesOf(const analysis::Info& info) {
  return {{"200", {{"description", "The result"}, {"content", {{"application/json", {{"schema", ResultOf(info)}}}}}}},
          {"202", Reference("responses", "Accepted")},
          {"default", Reference("responses", "Problem")}};
}

// "metrics.catalog" is in the group "metrics".
std::string GroupOf(const std::string& id) { return id.substr(0, id.find('.')); }

Json GetOf(const Analysis& analysis) {
  Json parameters = Json::array();
  for (const ParamSpec& spec : analysis.params) parameters.push_back(QueryParameter(spec));
  for (const char* name :
       {"as_of", "export", "in_currency", "known_at", "table", "limit", "cursor", "sort", "seed", "lang"}) {
    parameters.push_back(Reference("parameters", name));
  }
  if (analysis.explain) {
    parameters.push_back(Reference("parameters", "explain"));
    parameters.push_back(Reference("parameters", "data_version"));
  }
  return {{"operationId", analysis.info.id},      {"summary", analysis.info.title.en},
          {"description", analysis.info.help.en}, {"tags", {GroupOf(analysis.info.id)}},
          {"parameters", std::move(parameters)},  {"responses", ResponsesOf(analysis.info)}};
}

Json ParamsOf(const analysis::Action& action) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const ParamSpec& spec : action.params) {
    Json schema = SchemaOf(spec);
    schema["description"] = spec.info.help.en;
    properties[spec.info.name] = std::move(schema);
    if (spec.info.required) required.push_back(spec.info.name);
  }
  Json params{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) params["required"] = required;
  return params;
}

// What only asks is also asked by `is_plain`: its words as the path, its parameters as they are.
Json PostOf(const analysis::Action& action, bool is_plain) {
  Json params = ParamsOf(action);
  const bool is_required = params.contains("required") || is_plain;
  Json body = params;
  if (!is_plain) {
    body = {{"type", "object"}, {"properties", {{"params", std::move(params)}}}, {"additionalProperties", false}};
    if (!analysis::OnlyAsks(action)) {
      body["properties"]["reason"] = {{"type", "string"}, {"description", "Why; kept with the decision"}};
    }
    if (is_required) body["required"] = {"params"};
  }
  return {
      {"operationId", is_plain ? analysis::PlainPathOf(action.info.id) : action.info.id},
      {"summary", action.info.title.en},
      {"description", fmt::format("{} Needs the right `{}`.", action.info.help.en, action.info.right)},
      {"tags", {GroupOf(action.info.id)}},
      {"security", Json::array({{{"session", Json::array()}, {"token", Json::array()}}})},
      {"requestBody", {{"required", is_required}, {"content", {{"application/json", {{"schema", std::move(body)}}}}}}},
      {"responses", ResponsesOf(action.info)}};
}

}  // namespace

std::string OpenApi(const engine::Catalog& catalog, std::string_view version) {
  // The parts that no catalogue changes are written as text: they are read more often than changed.
  Json document = Json::parse(FixedOpenApi());
  document["info"]["version"] = version;
  Json& paths = document["paths"];
  for (const Analysis& analysis : catalog.analyses()) paths["/api/v1/" + analysis.info.id]["get"] = GetOf(analysis);
  for (const analysis::Action& action : catalog.actions()) {
    paths["/api/v1/" + action.info.id]["post"] = PostOf(action, false);
    if (analysis::OnlyAsks(action))
      paths["/api/v1/" + analysis::PlainPathOf(action.info.id)]["post"] = PostOf(action, true);
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weir::docgen
