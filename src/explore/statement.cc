#include "explore/statement.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "analysis/params.h"
#include "explore/output_units.h"
#include "explore/text_place.h"
#include "explore/tree.h"

namespace weir::explore {
namespace {

using nlohmann::json;
using Names = std::set<std::string, std::less<>>;

template <std::size_t N>
bool IsAmong(std::string_view name, const std::array<std::string_view, N>& allowed) {
  return std::ranges::find(allowed, name) != allowed.end();
}

constexpr std::array<std::string_view, 13> kClasses{"BETWEEN",    "CASE",     "CAST",   "COLLATE",  "COLUMN_REF",
                                                    "COMPARISON", "CONSTANT", "LAMBDA", "FUNCTION", "OPERATOR",
                                                    "STAR",       "SUBQUERY", "WINDOW"};
constexpr std::array<std::string_view, 2> kMoreClasses{"CONJUNCTION", "POSITIONAL_REFERENCE"};
constexpr std::array<std::string_view, 10> kOperators{
    "OPERATOR_NOT",   "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_COALESCE", "COMPARE_IN",
    "COMPARE_NOT_IN", "ARRAY_EXTRACT",    "ARRAY_SLICE",          "GROUPING_FUNCTION", "OPERATOR_TRY"};
constexpr std::array<std::string_view, 4> kModifiers{"ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER",
                                                     "DISTINCT_MODIFIER"};
constexpr std::array<std::string_view, 3> kOrders{"ORDER_DEFAULT", "ASCENDING", "DESCENDING"};
constexpr std::array<std::string_view, 20> kTypes{"BOOLEAN",   "TINYINT",      "SMALLINT",    "INTEGER",  "BIGINT",
                                                  "HUGEINT",   "UTINYINT",     "USMALLINT",   "UINTEGER", "UBIGINT",
                                                  "DECIMAL",   "FLOAT",        "DOUBLE",      "VARCHAR",  "DATE",
                                                  "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_S", "INTERVAL", "TIME"};
// Functions that stand for operators and for forms of the grammar.
constexpr std::array<std::string_view, 33> kForms{"+",
                                                  "-",
                                                  "*",
                                                  "/",
                                                  "//",
                                                  "%",
                                                  "^",
                                                  "**",
                                                  "||",
                                                  "&",
                                                  "|",
                                                  "<<",
                                                  ">>",
                                                  "~~",
                                                  "!~~",
                                                  "~~*",
                                                  "!~~*",
                                                  "~~~",
                                                  "like_escape",
                                                  "not_like_escape",
                                                  "ilike_escape",
                                                  "not_ilike_escape",
                                                  "regexp_full_match",
                                                  "to_years",
                                                  "to_months",
                                                  "to_weeks",
                                                  "to_days",
                                                  "to_hours",
                                                  "to_minutes",
                                                  "to_seconds",
                                                  "count_star",
                                                  "timezone",
                                                  "overlay"};
// Words that the store reads as calls: each says something of the machine, its clock or its account.
constexpr std::array<std::string_view, 12> kWordsOfTheMachine{
    "current_catalog", "current_date",      "current_role", "current_schema", "current_time", "current_timestamp",
    "current_user",    "current_localtime", "session_user", "user",           "localtime",    "localtimestamp"};

bool IsReserved(std::string_view name) {
  return name.starts_with("pg_") || name.starts_with("duckdb_") || name.starts_with("sqlite_") ||
         name.starts_with("information_schema");
}

// Walks the tree with the names that are in scope.
class Checker {
 public:
  Checker(std::string_view text, const Offer& offer) : text_(text), offer_(offer), ran_(text) {}

  Status CheckRoot(const json& node) { return CheckKind(node, TextOf(node, "type"), {}); }
  Statement Take() && {
    Statement statement;
    statement.text = std::move(ran_);
    statement.reads_moment = reads_moment_;
    for (const std::string& name : read_) statement.reads.push_back(offer_.FindView(name));
    return statement;
  }

 private:
  Status Check(const json& node, const Names& names);
  Status CheckQuery(const json& node, const Names& outer);
  Status CheckMembers(const json& node, const Names& names);
  Status CheckKind(const json& node, const std::string& type, const Names& names);
  Status CheckExpression(const json& node, const Names& names);
  Status CheckCall(const json& node);
  Status CheckColumn(const json& node);
  Status CheckCast(const json& node);
  Status CheckTable(const json& node, const Names& names);
  Status CheckTableFunction(const json& node, const Names& names);
  Status CheckOwnName(const json& node, const std::string& name) const;
  Status BlankSchema(const json& node);
  Status NoSample(const json& node) const;

  Error At(Error error, const json& node) const { return AtOffset(std::move(error), text_, OffsetOf(node)); }
  Error Closed(const json& node, std::string_view what) const {
    return At(BadUsage("'{}' is not among what a query may use", what), node)
        .Mend("Write one SELECT over the views, with the functions that 'weir sql views' lists");
  }

  std::string_view text_;
  const Offer& offer_;
  std::string ran_;
  Names read_;
  bool reads_moment_ = false;
  int depth_ = 0;
};

Status Checker::CheckMembers(const json& node, const Names& names) {
  for (const json& child : node) {
    if (child.is_structured()) WEIR_TRY(Check(child, names));
  }
  return {};
}

Status Checker::Check(const json& node, const Names& names) {
  constexpr int kDeepest = 6000;  // members of members; the store allows a thousand nested expressions
  if (++depth_ > kDeepest) return Fail(TooLarge("the query is nested too deeply").Field("query"));
  const std::string type = TextOf(node, "type");
  Status checked;
  if (!TextOf(node, "class").empty()) {
    checked = CheckExpression(node, names);
  } else if (!type.empty()) {
    checked = CheckKind(node, type, names);
  } else {
    checked = CheckMembers(node, names);
  }
  --depth_;
  return checked;
}

Status Checker::NoSample(const json& node) const {
  if (!Has(node, "sample")) return {};
  return Fail(At(BadUsage("a sample is other rows each time"), node).Mend("Take rows in an order: ORDER BY ... LIMIT"));
}

// Queries, tables and what orders or limits rows.
Status Checker::CheckKind(const json& node, const std::string& type, const Names& names) {
  WEIR_TRY(NoSample(node));
  if (type == "SELECT_NODE" || type == "SET_OPERATION_NODE" || type == "RECURSIVE_CTE_NODE") {
    return CheckQuery(node, names);
  }
  if (type == "BASE_TABLE") return CheckTable(node, names);
  if (type == "TABLE_FUNCTION") return CheckTableFunction(node, names);
  if (type == "JOIN") {
    if (TextOf(node, "ref_type") == "POSITIONAL") return Fail(Closed(node, "POSITIONAL JOIN"));
    return CheckMembers(node, names);
  }
  const bool is_open = type == "SUBQUERY" || type == "EXPRESSION_LIST" || type == "EMPTY" ||
                       IsAmong(type, kModifiers) || IsAmong(type, kOrders);
  if (is_open) return CheckMembers(node, names);
  if (type == "SHOW_REF") {
    return Fail(At(BadUsage("a query is one SELECT"), node).Mend("'weir sql views' tells of the views and columns"));
  }
  return Fail(Closed(node, type));
}

// A name that the query gives a part of itself must not be that of a view: the two would be confused.
Status Checker::CheckOwnName(const json& node, const std::string& name) const {
  if (offer_.FindView(name) == nullptr && name != kMoment && !IsReserved(name)) return {};
  return Fail(At(BadUsage("'{}' is a name of the system", name), node)
                  .Mend("Give that part of the query another name, such as my_{}", name));
}

// The names of WITH are seen from the one after it on, by itself if it is recursive, and by the query.
Status Checker::CheckQuery(const json& node, const Names& outer) {
  Names names = outer;
  if (node.contains("cte_map")) {
    for (const json& one : Member(node["cte_map"], "map")) {
      const std::string name = Lowered(TextOf(one, "key"));
      const json& query = Member(Member(Member(one, "value"), "query"), "node");
      WEIR_TRY(CheckOwnName(query, name));
      Names seen = names;
      if (TextOf(query, "type") == "RECURSIVE_CTE_NODE") seen.insert(name);
      WEIR_TRY(Check(query, seen));
      WEIR_TRY(CheckMembers(Member(Member(one, "value"), "key_targets"), seen));
      names.insert(name);
    }
  }
  for (const auto& [key, child] : node.items()) {
    if (key != "cte_map" && child.is_structured()) WEIR_TRY(Check(child, names));
  }
  return {};
}

Status Checker::CheckExpression(const json& node, const Names& names) {
  const std::string kind = TextOf(node, "class");
  if (kind == "PARAMETER") {
    return Fail(At(BadUsage("a query has no parameters"), node).Mend("Write the value in its place"));
  }
  if (!IsAmong(kind, kClasses) && !IsAmong(kind, kMoreClasses)) return Fail(Closed(node, kind));
  if (kind == "CONSTANT") return {};
  if (kind == "COLUMN_REF") return CheckColumn(node);
  if (kind == "CAST") {
    WEIR_TRY(CheckCast(node));
    return Check(Member(node, "child"), names);
  }
  if (kind == "OPERATOR" && !IsAmong(TextOf(node, "type"), kOperators)) return Fail(Closed(node, TextOf(node, "type")));
  if (kind == "FUNCTION" || kind == "WINDOW") WEIR_TRY(CheckCall(node));
  return CheckMembers(node, names);
}

Status Checker::CheckCall(const json& node) {
  const std::string name = Lowered(TextOf(node, "function_name"));
  const std::string schema = TextOf(node, "schema");
  const bool is_plain = (schema.empty() || schema == "main") && TextOf(node, "catalog").empty();
  const bool exports_state = node.contains("export_state") && node["export_state"] == true;
  const Function* function = offer_.FindFunction(name);
  const bool is_known = IsAmong(name, kForms) || (function != nullptr && function->kind != FunctionKind::kTable);
  if (is_plain && is_known && !exports_state) return {};
  std::vector<std::string> names;
  for (const Function& one : offer_.functions()) names.push_back(one.name);
  const auto near = analysis::NearestName(name, names);
  Error error = At(BadUsage("there is no function '{}' for queries", name), node);
  if (near && *near != name) return Fail(std::move(error).Mend("Did you mean '{}'?", *near));
  return Fail(std::move(error).Mend("'weir sql views' lists the functions"));
}

Status Checker::CheckColumn(const json& node) {
  const json& names = Member(node, "column_names");
  const auto part = [&](std::size_t i) {
    return names.is_array() && i < names.size() && names[i].is_string() ? Lowered(names[i].get<std::string>())
                                                                        : std::string();
  };
  if (names.size() == 1 && IsAmong(part(0), kWordsOfTheMachine)) {
    return Fail(At(BadUsage("'{}' is not known to a query: the same question gives the same answer", part(0)), node)
                    .Mend("Read as_of or as_of_date of the view 'moment'"));
  }
  if (names.size() > 2 && part(0) == "scoped" && offer_.FindView(part(1)) != nullptr) return BlankSchema(node);
  return {};
}

Status Checker::CheckCast(const json& node) {
  const json& type = Member(node, "cast_type");
  if (IsAmong(TextOf(type, "id"), kTypes)) return {};
  const std::string named = TextOf(Member(type, "type_info"), "name");
  return Fail(At(BadUsage("a query does not cast to '{}'", named.empty() ? TextOf(type, "id") : named), node)
                  .Mend("Cast to BOOLEAN, BIGINT, DECIMAL, DOUBLE, VARCHAR, DATE, TIMESTAMP or INTERVAL"));
}

// The schema is taken out of the text with its dot, by as many spaces: what is left names the part of the query that
// stands for the view.
Status Checker::BlankSchema(const json& node) {
  const auto offset = OffsetOf(node);
  const auto end = offset ? EndOfSchema(ran_, *offset) : std::nullopt;
  if (!end) return Fail(At(BadUsage("'scoped' cannot be told from the rest of the name"), node).Mend("Leave it out"));
  for (std::size_t at = *offset; at < *end; ++at) {
    if (ran_[at] != '\n') ran_[at] = ' ';
  }
  return {};
}

Status Checker::CheckTable(const json& node, const Names& names) {
  const std::string schema = Lowered(TextOf(node, "schema_name"));
  const std::string table = Lowered(TextOf(node, "table_name"));
  if (Has(node, "at_clause")) {
    return Fail(At(BadUsage("a query does not choose its moment"), node).Mend("Set as-of or known-at of the question"));
  }
  const bool is_bare = TextOf(node, "catalog_name").empty();
  if (is_bare && schema.empty() && names.contains(table)) return {};
  if (is_bare && schema.empty() && table == kMoment) {
    reads_moment_ = true;
    return {};
  }
  if (is_bare && (schema.empty() || schema == "scoped") && offer_.FindView(table) != nullptr) {
    read_.insert(table);
    return schema.empty() ? Status() : BlankSchema(node);
  }
  std::vector<std::string> known(names.begin(), names.end());
  for (const View& view : offer_.views()) known.push_back(view.name);
  const auto near = analysis::NearestName(table, known);
  Error error = At(BadUsage("there is no view '{}'", schema.empty() ? table : schema + "." + table), node);
  if (near && *near != table) return Fail(std::move(error).Mend("Did you mean '{}'?", *near));
  return Fail(std::move(error).Mend("'weir sql views' lists the views"));
}

Status Checker::CheckTableFunction(const json& node, const Names& names) {
  const json& call = Member(node, "function");
  const std::string name = Lowered(TextOf(call, "function_name"));
  const Function* function = offer_.FindFunction(name);
  const bool is_plain = TextOf(call, "schema").empty() && TextOf(call, "catalog").empty();
  const bool is_rows = function != nullptr && (function->kind == FunctionKind::kTable || name == "unnest");
  if (TextOf(call, "class") != "FUNCTION" || !is_plain || !is_rows) {
    return Fail(At(BadUsage("'{}' is not read as a table", name), node).Mend("'weir sql views' lists the views"));
  }
  for (const auto& [key, child] : node.items()) {
    if (key != "function" && child.is_structured()) WEIR_TRY(Check(child, names));
  }
  return CheckMembers(call, names);
}

// What the parser says in English; the two most frequent are said by us.
Error RefusedBy(const json& document, std::string_view text) {
  const std::string message = TextOf(document, "error_message");
  if (message.starts_with("Only SELECT")) {
    return BadUsage("a query is one SELECT").Field("query").Mend("A query only reads: begin it with SELECT or WITH");
  }
  std::optional<std::size_t> offset;
  if (const std::string position = TextOf(document, "position"); !position.empty()) {
    offset = static_cast<std::size_t>(std::strtoull(position.c_str(), nullptr, 10));
  }
  return AtOffset(BadUsage("the query cannot be read: {}", message.empty() ? "it is no SQL" : message), text, offset);
}

// The tree, or why there is none.
Result<json> Parse(store::Session& session, const std::string& text) {
  const std::array<store::Value, 1> given{text};
  WEIR_TRY(const store::Value parsed,
           session.QueryValue("SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", given));
  json document = json::parse(store::ToText(parsed), nullptr, false);
  if (!document.is_object() || document.value("error", true)) return Fail(RefusedBy(document, text));
  return document;
}

// The text without the semicolons that end it: blanks in their place, where the query stays the same.
Result<std::string> WithoutEnd(store::Session& session, std::string text, const json& parsed) {
  for (std::size_t at = text.rfind(';'); at != std::string::npos; at = text.rfind(';', at)) {
    std::string shorter = text;
    shorter[at] = ' ';
    const auto tree = Parse(session, shorter);
    if (!tree || *tree != parsed) break;
    text = std::move(shorter);
  }
  return text;
}

}  // namespace

Result<Statement> CheckStatement(store::Session& session, std::string_view text, const Offer& offer) {
  if (text.size() > kLongestQuery) {
    return Fail(TooLarge("a query has at most {} bytes, this one has {}", kLongestQuery, text.size()).Field("query"));
  }
  if (text.find('\0') != std::string_view::npos) return Fail(BadUsage("the query holds a NUL").Field("query"));
  WEIR_TRY(const json document, Parse(session, std::string(text)));
  const json& statements = Member(document, "statements");
  if (statements.empty()) return Fail(BadUsage("the query is empty").Field("query").Mend("Write a SELECT"));
  if (statements.size() != 1) return Fail(BadUsage("one query at a time").Field("query"));
  const json& root = Member(statements[0], "node");
  WEIR_TRY(const std::string whole, WithoutEnd(session, std::string(text), document));
  Checker checker(whole, offer);
  WEIR_TRY(checker.CheckRoot(root));
  Statement statement = std::move(checker).Take();
  statement.outputs = OutputsOf(root, statement.reads);
  return statement;
}

}  // namespace weir::explore
