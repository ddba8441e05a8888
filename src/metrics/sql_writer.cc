#include "metrics/sql_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "store/database.h"

namespace weir::metrics {
namespace {

// Cannot stand in a text that the lexer lets through.
constexpr char kMark = '\x01';

bool IsPlain(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// Words that one of the engines keeps for itself and a column may well be called.
bool IsReserved(std::string_view name) {
  static constexpr std::array<std::string_view, 25> kWords{
      "all",     "asc",    "at",    "call",  "case", "check", "column", "default", "desc",
      "end",     "for",    "from",  "group", "in",   "limit", "offset", "on",      "order",
      "primary", "select", "table", "to",    "user", "when",  "where"};
  return std::ranges::find(kWords, name) != kWords.end();
}

int ScaleOf(const Arithmetic& arithmetic) {
  using Kind = Arithmetic::Kind;
  switch (arithmetic.kind) {
    case Kind::kColumn:
      return arithmetic.column.scale;
    case Kind::kNumber:
      return arithmetic.number.scale;
    case Kind::kAdd:
    case Kind::kSubtract:
      return std::max(ScaleOf(arithmetic.children[0]), ScaleOf(arithmetic.children[1]));
    case Kind::kMultiply:
      return ScaleOf(arithmetic.children[0]) + ScaleOf(arithmetic.children[1]);
    default:
      return 0;
  }
}

bool Holds(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string Name(std::string_view name) {
  return IsPlain(name) && !IsReserved(name) ? std::string(name) : store::QuoteName(name);
}

std::string Joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string SqlWriter::Bind(store::Value value) {
  values_.push_back(std::move(value));
  return fmt::format("{0}{1}{0}", kMark, values_.size() - 1);
}

std::string SqlWriter::Column(const ColumnRef& column, Scope& scope) const {
  if (scope.mart != nullptr) return fmt::format("{}.{}", Name(scope.view->name), Name(column.Path()));
  if (!column.lookup.empty()) {
    scope.lookups[column.lookup].insert(column.column);
    const Lookup* lookup = scope.view->FindLookup(column.lookup);
    if (lookup != nullptr && !lookup->from.lookup.empty()) scope.lookups[lookup->from.lookup];
    return fmt::format("{}.{}", Name(column.lookup), Name(column.column));
  }
  const bool is_of_past = scope.is_past && Holds(scope.view->history->columns, column.column);
  return fmt::format("{}.{}", is_of_past ? "past" : Name(scope.view->name), Name(column.column));
}

std::string SqlWriter::Literal(const store::Value& value, bool is_bound) {
  if (is_bound) return Bind(value);
  switch (store::TypeOf(value)) {
    case store::Type::kText:
      return store::QuoteText(std::get<std::string>(value));
    case store::Type::kBoolean:
      return std::get<bool>(value) ? "TRUE" : "FALSE";
    case store::Type::kDate:
      return store::DateLiteral(std::get<Date>(value));
    case store::Type::kInstant:
      return store::InstantLiteral(std::get<Instant>(value));
    default:
      return store::ToText(value);
  }
}

std::string SqlWriter::Written(const Condition& condition, Scope& scope, bool is_bound) {
  using Kind = Condition::Kind;
  if (condition.kind == Kind::kAnd || condition.kind == Kind::kOr) {
    std::vector<std::string> parts;
    parts.reserve(condition.children.size());
    for (const Condition& child : condition.children) parts.push_back(Written(child, scope, is_bound));
    return "(" + Joined(parts, condition.kind == Kind::kAnd ? " AND " : " OR ") + ")";
  }
  if (condition.kind == Kind::kNot) return "(NOT " + Written(condition.children.front(), scope, is_bound) + ")";

  const std::string column = Column(condition.column, scope);
  const std::string_view negation = condition.is_negated ? "NOT " : "";
  if (condition.kind == Kind::kIsNull) return fmt::format("{} IS {}NULL", column, negation);
  if (condition.day != AskedDay::kNone) {
    return fmt::format("{} {} {}", column, condition.comparison,
                       condition.day == AskedDay::kAt ? scope.at : scope.opening);
  }
  std::vector<std::string> values;
  values.reserve(condition.values.size());
  for (const store::Value& value : condition.values) values.push_back(Literal(value, is_bound));
  if (condition.kind == Kind::kIn) return fmt::format("{} {}IN ({})", column, negation, Joined(values, ", "));
  if (condition.kind == Kind::kLike) return fmt::format("{} {}LIKE {}", column, negation, values.front());
  return fmt::format("{} {} {}", column, condition.comparison, values.front());
}

std::string SqlWriter::Value(const Arithmetic& arithmetic, Scope& scope) const {
  using Kind = Arithmetic::Kind;
  const auto child = [&](std::size_t index) { return Value(arithmetic.children[index], scope); };
  switch (arithmetic.kind) {
    case Kind::kColumn:
      return Column(arithmetic.column, scope);
    case Kind::kNumber:
      return FormatDecimalFixed(arithmetic.number);
    case Kind::kAt:
      return scope.at;
    case Kind::kAdd:
      return fmt::format("({} + {})", child(0), child(1));
    case Kind::kSubtract:
      return fmt::format("({} - {})", child(0), child(1));
    // Without the cast a product of two columns would have to fit the width of one.
    case Kind::kMultiply:
      return fmt::format("CAST({} AS DECIMAL(38,{})) * {}", child(0), ScaleOf(arithmetic.children[0]), child(1));
    case Kind::kDays:
    case Kind::kHours: {
      const bool is_instant = std::ranges::any_of(
          arithmetic.children, [](const Arithmetic& moment) { return moment.column.type == ValueType::kInstant; });
      return is_instant ? dialect_.millis_between(child(0), child(1)) : dialect_.days_between(child(0), child(1));
    }
  }
  ThrowBug(__FILE__, __LINE__, "an arithmetic without SQL");
}

std::string SqlWriter::HeldThen(const Scope& scope) {
  const History& history = *scope.view->history;
  return fmt::format("past.{0} < {2} AND (past.{1} IS NULL OR past.{1} >= {2})", Name(history.from),
                     Name(history.until), scope.ends_at);
}

std::string SqlWriter::JoinOf(const Lookup& lookup, const std::set<std::string>& columns, const Scope& scope) const {
  const View& other = *catalog_.FindView(lookup.view);
  const std::string as = Name(lookup.name);
  const std::string id = Name(other.id);
  const std::string from = fmt::format(
      "{}.{}", Name(lookup.from.lookup.empty() ? scope.view->name : lookup.from.lookup), Name(lookup.from.column));
  if (!other.is_of_words)
    return fmt::format(" LEFT JOIN scoped.{} AS {} ON {}.{} = {}", Name(other.name), as, as, id, from);
  std::string values;
  for (const std::string& column : columns) {
    // lint: allow order: no two words of one entity have the same place
    values += fmt::format(", max_by(said.{0}, said.place) FILTER (WHERE said.{0} IS NOT NULL) AS {0}", Name(column));
  }
  const std::string said = fmt::format("scoped.{} AS said", Name(other.name));
  if (scope.is_past && scope.is_spread) {
    return fmt::format(
        " LEFT JOIN (SELECT said.{0}, {5}.ends_at{1} FROM {2} JOIN {5} ON said.valid_from < {5}.ends_at "
        "GROUP BY said.{0}, {5}.ends_at) AS {3} ON {3}.{0} = {4} AND {3}.ends_at = {5}.ends_at",
        id, values, said, as, from, scope.spine);
  }
  const std::string then = scope.is_past ? fmt::format(" WHERE said.valid_from < {}", scope.ends_at) : "";
  return fmt::format(" LEFT JOIN (SELECT said.{0}{1} FROM {2}{3} GROUP BY said.{0}) AS {4} ON {4}.{0} = {5}", id,
                     values, said, then, as, from);
}

std::string SqlWriter::Joins(const Scope& scope) const {
  std::string joins;
  // Words last: the id that they are of may be that of another lookup.
  for (const bool is_of_words : {false, true}) {
    for (const auto& [used, columns] : scope.lookups) {
      const Lookup& lookup = *scope.view->FindLookup(used);
      if (catalog_.FindView(lookup.view)->is_of_words == is_of_words) joins += JoinOf(lookup, columns, scope);
    }
  }
  return joins;
}

std::string SqlWriter::From(const Scope& scope, std::string_view spread_condition) const {
  const View& view = *scope.view;
  const std::string name = Name(view.name);
  std::string from = "FROM ";
  if (scope.is_past) {
    from += fmt::format("scoped.{} AS past", Name(view.history->view));
    if (scope.is_spread) from += fmt::format(" JOIN {} ON {}", scope.spine, HeldThen(scope));
    from += fmt::format(" JOIN scoped.{0} AS {0} ON {0}.{1} = past.{1}", name, Name(view.id));
  } else {
    from += fmt::format("scoped.{} AS {}", scope.mart == nullptr ? name : Name(scope.mart->name), name);
  }
  from += Joins(scope);
  if (scope.is_spread && !scope.is_past) from += fmt::format(" JOIN {} ON {}", scope.spine, spread_condition);
  return from;
}

std::pair<std::string, std::vector<store::Value>> SqlWriter::Finish(std::string_view sql) const {
  std::string text;
  std::vector<store::Value> parameters;
  std::size_t at = 0;
  while (at < sql.size()) {
    const std::size_t mark = std::min(sql.find(kMark, at), sql.size());
    text.append(sql.substr(at, mark - at));
    if (mark == sql.size()) break;
    const std::size_t end = sql.find(kMark, mark + 1);
    WEIR_CHECK(end != std::string_view::npos);
    std::size_t index = 0;
    std::from_chars(sql.data() + mark + 1, sql.data() + end, index);
    parameters.push_back(values_.at(index));
    text.push_back('?');
    at = end + 1;
  }
  return {std::move(text), std::move(parameters)};
}

}  // namespace weir::metrics
