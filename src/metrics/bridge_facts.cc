#include "metrics/bridge_facts.h"

#include <algorithm>
#include <array>

#include "metrics/scan.h"

namespace weir::metrics {
namespace {

void Flatten(const Condition& condition, std::vector<const Condition*>& conditions) {
  if (condition.kind != Condition::Kind::kAnd) {
    conditions.push_back(&condition);
    return;
  }
  for (const Condition& child : condition.children) Flatten(child, conditions);
}

bool HasColumn(const View& view, std::string_view name) {
  return std::ranges::find(view.columns, name, &ColumnRef::column) != view.columns.end();
}

std::string WhyOf(const Condition& condition, Scope& scope, const SqlWriter& writer) {
  const ColumnRef* column = OnlyColumn(condition);
  return column == nullptr ? "NULL" : writer.Column(*column, scope);
}

// Where the columns of the statement stand.
struct Layout {
  static constexpr std::size_t kId = 0;
  static constexpr std::size_t kFailed = 1;
  static constexpr std::size_t kWhy = 2;
  static constexpr std::size_t kName = 3;
  static constexpr std::size_t kGroup = 4;
  static constexpr std::size_t kDay = 5;
  static constexpr std::size_t kUnits = 6;
  static constexpr std::size_t kOriginal = 7;
  static constexpr std::size_t kCurrency = 8;
  static constexpr std::size_t kLinks = 9;
};

struct Written {
  std::vector<std::string> columns;
  std::string where;
};

std::string UnitsOf(const Metric& metric, Scope& scope, const SqlWriter& writer) {
  const bool adds_value = metric.measure.aggregate == Aggregate::kSum || metric.measure.aggregate == Aggregate::kMedian;
  if (!adds_value) return "1";
  return fmt::format("CAST({} AS DECIMAL(38,{}))", writer.Value(*metric.measure.value, scope), metric.measure.scale);
}

std::string NameColumn(const View& view, Scope& scope, const SqlWriter& writer) {
  static constexpr std::array<std::string_view, 4> kNames{"name", "number", "full_name", "subject"};
  for (const std::string_view name : kNames) {
    if (HasColumn(view, name)) return writer.Column({.column = std::string(name)}, scope);
  }
  if (view.FindLookup(view.entity) != nullptr) return writer.Column({.lookup = view.entity, .column = "name"}, scope);
  return "NULL";
}

// What keeps a row out, in the order of the definition.
struct Gate {
  std::string condition;
  std::string why;
};

Result<std::vector<Gate>> GatesOf(const Plan& plan, const Side& side, const Scan& scan, Scope& scope,
                                  SqlWriter& writer) {
  std::vector<Gate> gates;
  for (const Condition* condition : ConditionsOf(*side.metric)) {
    gates.push_back({writer.Definition(*condition, scope), WhyOf(*condition, scope, writer)});
  }
  std::string period = "TRUE";
  if (scan.time) {
    const std::string day = writer.Column(*scan.time, scope);
    period = fmt::format("{} <= {}", day, store::DateLiteral(plan.last));
    if (plan.first) period += fmt::format(" AND {} >= {}", day, store::DateLiteral(*plan.first));
  }
  gates.push_back({std::move(period), "NULL"});
  WEIR_TRY(const std::vector<std::string> asked, AskedTerms(plan, side.view(), scope, writer));
  gates.push_back({asked.empty() ? "TRUE" : Joined(asked, " AND "), "NULL"});
  return gates;
}

std::string FirstFailed(const std::vector<Gate>& gates) {
  std::string text = "CASE";
  for (std::size_t i = 0; i < gates.size(); ++i) {
    text += fmt::format(" WHEN NOT coalesce({}, FALSE) THEN {}", gates[i].condition, i);
  }
  return text + fmt::format(" ELSE {} END", Fact::kCounted);
}

Result<Written> Write(const Plan& plan, const Side& side, const Scan& scan, const FactsAsked& asked, Scope& scope,
                      SqlWriter& writer) {
  const View& view = side.view();
  const auto text = [](const std::string& column) { return fmt::format("CAST({} AS VARCHAR)", column); };
  Written written;
  std::string failed = fmt::format("{}", Fact::kCounted);
  std::string why = "CAST(NULL AS VARCHAR)";
  if (asked.wanted) {
    WEIR_TRY(const std::vector<Gate> gates, GatesOf(plan, side, scan, scope, writer));
    failed = FirstFailed(gates);
    // Said again, since the condition may hold a query, which no name of a column may stand for.
    why = fmt::format("CASE ({})", failed);
    for (std::size_t i = 0; i < gates.size(); ++i) why += fmt::format(" WHEN {} THEN {}", i, text(gates[i].why));
    why += " END";
    written.where = scope.is_past ? SqlWriter::HeldThen(scope) : "TRUE";
  } else {
    WEIR_TRY(written.where, WhereOf(plan, scan, scope, writer));
  }
  const auto converted = ConvertedBy(*side.metric, view);
  const bool has_currency = converted && HasColumn(view, "currency");
  const ColumnRef currency{.lookup = converted ? converted->first.lookup : "", .column = "currency"};
  written.columns = {
      text(writer.Column({.column = view.id}, scope)),
      failed,
      why,
      text(NameColumn(view, scope, writer)),
      asked.by.empty() ? "CAST(NULL AS VARCHAR)" : text(writer.Column(view.FindDimension(asked.by)->column, scope)),
      scan.time ? writer.Column(*scan.time, scope) : "CAST(NULL AS DATE)",
      UnitsOf(*side.metric, scope, writer),
      converted ? writer.Column(converted->second, scope) : "CAST(NULL AS DECIMAL(18,4))",
      has_currency ? text(writer.Column(currency, scope)) : "CAST(NULL AS VARCHAR)"};
  for (const std::string& link : asked.links)
    written.columns.push_back(text(writer.Column(*LinkOf(view, link), scope)));
  for (const ColumnRef& input : InputsOf(*side.metric)) written.columns.push_back(writer.Column(input, scope));
  return written;
}

std::string TextAt(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? std::string() : std::string(view.TextAt(row));
}

// All of the row but id and links, which are known by then.
void Fill(const store::Chunk& chunk, std::size_t row, std::size_t links, Fact& fact) {
  fact.failed = static_cast<int>(chunk.Column(Layout::kFailed).UnitsAt(row));
  fact.why = TextAt(chunk, Layout::kWhy, row);
  fact.name = TextAt(chunk, Layout::kName, row);
  fact.group = TextAt(chunk, Layout::kGroup, row);
  fact.currency = TextAt(chunk, Layout::kCurrency, row);
  const store::ColumnView& day = chunk.Column(Layout::kDay);
  if (!day.IsNullAt(row)) fact.day = day.Dates()[row];
  const store::ColumnView& units = chunk.Column(Layout::kUnits);
  if (!units.IsNullAt(row)) fact.units = units.UnitsAt(row);
  const store::ColumnView& original = chunk.Column(Layout::kOriginal);
  if (!original.IsNullAt(row)) fact.original = Decimal{original.UnitsAt(row), original.scale()};
  for (std::size_t i = Layout::kLinks + links; i < chunk.column_count(); ++i) {
    fact.inputs.push_back(chunk.Column(i).ValueAt(row));
  }
}

}  // namespace

const ColumnRef* OnlyColumn(const Condition& condition) {
  if (condition.children.empty()) return &condition.column;
  const ColumnRef* only = OnlyColumn(condition.children.front());
  for (const Condition& child : condition.children) {
    const ColumnRef* column = OnlyColumn(child);
    if (only == nullptr || column == nullptr || *column != *only) return nullptr;
  }
  return only;
}

std::vector<const Condition*> ConditionsOf(const Metric& metric) {
  std::vector<const Condition*> conditions;
  if (metric.filter) Flatten(*metric.filter, conditions);
  return conditions;
}

std::vector<ColumnRef> InputsOf(const Metric& metric) {
  std::vector<ColumnRef> columns;
  if (metric.measure.value) CollectColumns(*metric.measure.value, columns);
  std::vector<ColumnRef> inputs;
  for (const ColumnRef& column : columns) {
    if (std::ranges::find(inputs, column) == inputs.end()) inputs.push_back(column);
  }
  return inputs;
}

std::optional<std::size_t> ConvertedInput(const Metric& metric, const View& view) {
  const auto converted = ConvertedBy(metric, view);
  if (!converted) return std::nullopt;
  const std::vector<ColumnRef> inputs = InputsOf(metric);
  return static_cast<std::size_t>(std::ranges::find(inputs, converted->first) - inputs.begin());
}

const ColumnRef* LinkOf(const View& view, std::string_view entity) {
  for (const std::vector<Described>* some : {&view.described, &view.belongs}) {
    const auto found = std::ranges::find(*some, entity, &Described::entity);
    if (found != some->end()) return &found->id;
  }
  return nullptr;
}

Result<std::vector<Fact>> ReadFacts(const Side& side, const FactsAsked& asked) {
  std::vector<Fact> facts;
  WEIR_TRY(const Plan plan, MakePlan(*side.catalog, side.query));
  if (plan.IsEmpty() && !asked.wanted) return facts;
  WEIR_TRY(const std::vector<Scan> scans, MakeScans(plan, store::DuckDbDialect()));
  WEIR_CHECK(scans.size() == 1 && plan.bases.size() == 1);
  SqlWriter writer(*side.catalog, store::DuckDbDialect());
  Scope scope = ScopeOf(plan, scans.front());
  WEIR_TRY(const Written written, Write(plan, side, scans.front(), asked, scope, writer));
  const auto [sql, parameters] = writer.Finish(
      fmt::format("SELECT {}\n{}\nWHERE {}", Joined(written.columns, ",\n  "), writer.From(scope), written.where));
  WEIR_TRY(const auto stream, side.session->Stream(sql, parameters));
  while (true) {
    WEIR_TRY(const store::Chunk* chunk, stream->Next());
    if (chunk == nullptr) return facts;
    for (std::size_t row = 0; row < chunk->size(); ++row) {
      Fact fact{.id = TextAt(*chunk, Layout::kId, row)};
      for (std::size_t i = 0; i < asked.links.size(); ++i) {
        fact.links.push_back(TextAt(*chunk, Layout::kLinks + i, row));
      }
      if (asked.wanted && !asked.wanted(fact)) continue;
      Fill(*chunk, row, asked.links.size(), fact);
      facts.push_back(std::move(fact));
    }
    if (facts.size() > kMostFacts) {
      return Fail(
          TooLarge("'{}' has more than {} rows here: too many to compare one by one", side.metric->id, kMostFacts)
              .Field("metrics")
              .Mend("Choose a shorter period, a team, a segment or a condition"));
    }
  }
}

}  // namespace weir::metrics
