#include "workspace/sql_guard.h"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

namespace weir::workspace {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 2> kOpen{"scoped", "information_schema"};
constexpr std::array<std::string_view, 5> kBelow{"meta", "model", "obs", "rec", "state"};
// Table functions that read nothing but their arguments.
constexpr std::array<std::string_view, 4> kFunctions{"generate_series", "range", "unnest", "json_each"};

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

class Reader {
 public:
  explicit Reader(bool sees_everything) : sees_everything_(sees_everything) {}

  void Collect(const json& node) {
    if (node.is_object() && node.contains("cte_map")) {
      for (const json& one : node["cte_map"].value("map", json::array())) {
        own_.insert(Lower(one.value("key", std::string())));
      }
    }
    for (const json& child : node) {
      if (child.is_structured()) Collect(child);
    }
  }

  Status Check(const json& node) const {
    const std::string type = node.is_object() && node.contains("type") && node["type"].is_string()
                                 ? node["type"].get<std::string>()
                                 : std::string();
    if (type == "BASE_TABLE") WEIR_TRY(CheckTable(node));
    if (type == "TABLE_FUNCTION") WEIR_TRY(CheckFunction(node));
    if (type == "SHOW_REF") return Fail(Forbidden("a query is a SELECT").Field("query"));
    for (const json& child : node) {
      if (child.is_structured()) WEIR_TRY(Check(child));
    }
    return {};
  }

 private:
  Status CheckTable(const json& node) const {
    const std::string schema = Lower(node.value("schema_name", std::string()));
    const std::string table = node.value("table_name", std::string());
    const bool has_catalog = !node.value("catalog_name", std::string()).empty();
    if (!has_catalog && schema.empty() && own_.contains(Lower(table))) return {};
    const bool is_open = std::ranges::find(kOpen, schema) != kOpen.end() ||
                         (sees_everything_ && std::ranges::find(kBelow, schema) != kBelow.end());
    if (!has_catalog && is_open) return {};
    return Fail(Forbidden("'{}' is not to be read by a query", schema.empty() ? table : schema + "." + table)
                    .Field("query")
                    .Mend("Read the views scoped.*, such as scoped.deal"));
  }

  static Status CheckFunction(const json& node) {
    const json call = node.value("function", json::object());
    const std::string name = Lower(call.value("function_name", std::string()));
    if (std::ranges::find(kFunctions, name) != kFunctions.end()) return {};
    return Fail(Forbidden("'{}' is not to be read by a query", name)
                    .Field("query")
                    .Mend("Read the views scoped.*, such as scoped.deal"));
  }

  bool sees_everything_;
  std::set<std::string, std::less<>> own_;  // names that the query gives itself
};

}  // namespace

Status CheckQuery(store::Session& session, const std::string& query, const analysis::Principal& principal) {
  const std::array<store::Value, 1> text{query};
  WEIR_TRY(const store::Value parsed,
           session.QueryValue("SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", text));
  const json document = json::parse(store::ToText(parsed), nullptr, false);
  if (!document.is_object() || document.value("error", true)) {
    const std::string reason =
        document.is_object() ? document.value("error_message", std::string("it is no SELECT")) : "it cannot be read";
    return Fail(BadUsage("the query is not one SELECT: {}", reason).Field("query"));
  }
  const json& statements = document["statements"];
  if (statements.size() != 1) return Fail(BadUsage("one query at a time").Field("query"));
  Reader reader(principal.sees_all_rows && principal.sees_personal_data);
  reader.Collect(statements);
  return reader.Check(statements);
}

}  // namespace weir::workspace
