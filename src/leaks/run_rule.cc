#include "leaks/run_rule.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "leaks/counted.h"
#include "store/database.h"

namespace weir::leaks {
namespace {

using store::Rows;
using store::Value;

constexpr std::size_t kMaxLeaks = 200'000;  // of one rule: one that finds more finds everything

std::optional<Decimal> AmountOf(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  return std::nullopt;
}

// "{days} days in {stage}" with the columns of the row.
std::string Filled(std::string_view text, const Rows& rows, std::size_t row) {
  std::string filled;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    filled += text.substr(0, open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto column = std::ranges::find(rows.columns, name, &store::ColumnHeader::name);
    if (column == rows.columns.end()) {
      filled += text.substr(open, close - open + 1);
    } else {
      filled += rows.TextAt(row, static_cast<std::size_t>(column - rows.columns.begin()));
    }
    text.remove_prefix(close + 1);
  }
  return filled.append(text);
}

analysis::Text Filled(const analysis::Text& text, const Rows& rows, std::size_t row) {
  return {Filled(text.en, rows, row), Filled(text.ru, rows, row)};
}

std::size_t ColumnOf(const Rows& rows, std::string_view name) {
  const auto found = std::ranges::find(rows.columns, name, &store::ColumnHeader::name);
  return static_cast<std::size_t>(found - rows.columns.begin());
}

Status CheckColumns(const Rule& rule, const Rows& rows) {
  for (const std::string_view name : FixedColumns()) {
    if (ColumnOf(rows, name) == rows.columns.size()) {
      return Fail(BadInput("its SELECT gives no column '{}'", name)
                      .At(rule.source_file)
                      .Mend("Give: {}", fmt::join(FixedColumns(), ", ")));
    }
  }
  return {};
}

// The statement of a rule over the records that count.
Result<std::string> StatementOf(const std::string& sql, const Rule& rule, const LedgerScope& scope,
                                const analysis::Context& context) {
  WEIR_TRY(const std::string filled, FillIn(sql, rule, context.as_of(), context.LocalAsOfDate()));
  return OverCounted(filled, *scope.catalog, scope.leave_out);
}

Result<std::optional<analysis::Text>> MissingFor(const Rule& rule, const LedgerScope& scope,
                                                 metrics::SharedViews& views, analysis::Context& context) {
  for (const Requirement& requirement : rule.requirements) {
    WEIR_TRY(const std::string own, StatementOf(requirement.sql, rule, scope, context));
    WEIR_TRY(const std::string sql, views.InPlace(own));
    WEIR_TRY(const Rows rows, context.session().Query(sql, {}, 2));
    const std::size_t column = ColumnOf(rows, "is_met");
    if (rows.size() != 1 || column == rows.columns.size()) {
      return Fail(BadInput("a requirement gives one row with the column is_met").At(rule.source_file));
    }
    const bool* is_met = std::get_if<bool>(&rows.rows[0][column]);
    if (is_met == nullptr || !*is_met) return std::optional(Filled(requirement.missing, rows, 0));
  }
  return std::optional<analysis::Text>{};
}

std::string InScope(const std::string& sql, const LedgerScope& scope, std::vector<Value>& values) {
  return "SELECT * FROM (\n" + sql + "\n) AS leaks WHERE TRUE" + AndInScope(scope, values) +
         " ORDER BY amount DESC NULLS LAST, exposed DESC NULLS LAST, record_id NULLS LAST";
}

// Columns that a rule may give: `certainty` of the row, whether it is left out for a reason that the rule says, and the
// past cases that it is like.
class OptionalColumns {
 public:
  OptionalColumns(const Rule& rule, const Rows& rows)
      : rule_(rule),
        rows_(rows),
        certainty_(ColumnOf(rows, "certainty")),
        left_out_(ColumnOf(rows, "is_left_out")),
        stratum_(ColumnOf(rows, "stratum")),
        low_(ColumnOf(rows, "amount_low")),
        high_(ColumnOf(rows, "amount_high")) {}
  bool IsCertain(std::size_t row) const {
    return certainty_ == rows_.columns.size() ? rule_.is_certain : rows_.TextAt(row, certainty_) == "certain";
  }
  bool IsLeftOut(std::size_t row) const {
    if (left_out_ == rows_.columns.size()) return false;
    const bool* is_left_out = std::get_if<bool>(&rows_.rows[row][left_out_]);
    return is_left_out != nullptr && *is_left_out;
  }
  std::optional<Decimal> LowOf(std::size_t row) const { return AmountAt(row, low_); }
  std::optional<Decimal> HighOf(std::size_t row) const { return AmountAt(row, high_); }
  std::string StratumOf(std::size_t row) const {
    return stratum_ == rows_.columns.size() ? std::string() : rows_.TextAt(row, stratum_);
  }

 private:
  std::optional<Decimal> AmountAt(std::size_t row, std::size_t column) const {
    return column == rows_.columns.size() ? std::nullopt : AmountOf(rows_.rows[row][column]);
  }

  const Rule& rule_;
  const Rows& rows_;
  std::size_t certainty_;
  std::size_t left_out_;
  std::size_t stratum_;
  std::size_t low_;
  std::size_t high_;
};

// "{count} won deals are left out, of {examples}: ..."
Result<Phrase> SayLeftOut(const Rule& rule, const std::vector<std::string>& accounts) {
  if (rule.left_out.en.empty()) {
    return Fail(BadInput("its SELECT leaves rows out by is_left_out, and no text says so")
                    .At(rule.source_file)
                    .Mend("Write: left_out = {{ en = \"...\", ru = \"...\" }}"));
  }
  constexpr std::size_t kExamples = 3;
  std::vector<std::string> examples;
  for (const std::string& account : accounts) {
    if (examples.size() < kExamples && std::ranges::find(examples, account) == examples.end()) {
      examples.push_back(account);
    }
  }
  Rows said;
  said.columns = {{.name = "count"}, {.name = "examples"}};
  said.rows = {{static_cast<std::int64_t>(accounts.size()), fmt::format("{}", fmt::join(examples, ", "))}};
  const analysis::Text text = Filled(rule.left_out, said, 0);
  return InBoth(text.en, text.ru);
}

Status FindLeaks(const Rule& rule, const LedgerScope& scope, metrics::SharedViews& views, analysis::Context& context,
                 Findings& findings) {
  WEIR_TRY(const std::string own, StatementOf(rule.sql, rule, scope, context));
  WEIR_TRY(const std::string sql, views.InPlace(own));
  std::vector<Value> values;
  const std::string scoped = InScope(sql, scope, values);
  auto found = context.session().Query(scoped, values, kMaxLeaks);
  if (!found && found.error().code() == Code::kTooLarge) {
    return Fail(TooLarge("the rule finds more than {} records", kMaxLeaks)
                    .Mend("Narrow its WHERE: what everything does is no leak"));
  }
  WEIR_TRY(const Rows rows, std::move(found));
  WEIR_TRY(CheckColumns(rule, rows));
  std::vector<std::size_t> at;
  for (const std::string_view name : FixedColumns()) at.push_back(ColumnOf(rows, name));
  const OptionalColumns optional(rule, rows);
  std::vector<std::string> left_out;
  findings.leaks.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto& cells = rows.rows[row];
    if (optional.IsLeftOut(row)) {
      left_out.push_back(rows.TextAt(row, at[4]));
      continue;
    }
    Leak leak{.record_id = rows.TextAt(row, at[0]),
              .claim = rows.TextAt(row, at[1]),
              .name = rows.TextAt(row, at[2]),
              .account_id = rows.TextAt(row, at[3]),
              .account = rows.TextAt(row, at[4]),
              .owner_id = rows.TextAt(row, at[5]),
              .owner = rows.TextAt(row, at[6]),
              .team_id = rows.TextAt(row, at[7]),
              .exposed = AmountOf(cells[at[10]]),
              .amount = AmountOf(cells[at[11]]),
              .detail = Filled(rule.detail, rows, row),
              .is_certain = optional.IsCertain(row)};
    if (const Date* since = std::get_if<Date>(&cells[at[9]])) leak.since = *since;
    leak.stratum = optional.StratumOf(row);
    leak.low = optional.LowOf(row);
    leak.high = optional.HighOf(row);
    findings.leaks.push_back(std::move(leak));
  }
  if (left_out.empty()) return {};
  WEIR_TRY(findings.left_out, SayLeftOut(rule, left_out));
  return {};
}

Result<std::vector<CaseCount>> ReadCases(const Rule& rule, const LedgerScope& scope, metrics::SharedViews& views,
                                         analysis::Context& context) {
  WEIR_TRY(const std::string own, StatementOf(rule.cases_sql, rule, scope, context));
  WEIR_TRY(const std::string sql, views.InPlace(own));
  constexpr std::size_t kMostRows = 2000;  // each stratum costs draws; with more of them hardly any has cases
  auto counted = context.session().Query(sql, {}, kMostRows);
  if (!counted && counted.error().code() == Code::kTooLarge) {
    return Fail(BadInput("its [cases] give more than {} rows", kMostRows)
                    .At(rule.source_file)
                    .Mend("Group by fewer strata: one row a stratum and side"));
  }
  WEIR_TRY(const Rows rows, std::move(counted));
  static constexpr std::array<std::string_view, 4> kNeeded{"stratum", "is_right", "cases", "good"};
  for (const std::string_view name : kNeeded) {
    if (ColumnOf(rows, name) != rows.columns.size()) continue;
    return Fail(BadInput("its [cases] give no column '{}'", name)
                    .At(rule.source_file)
                    .Mend("Give: {}", fmt::join(kNeeded, ", ")));
  }
  const auto cell = [&](std::size_t row, std::string_view name) -> Value {
    const std::size_t column = ColumnOf(rows, name);
    return column == rows.columns.size() ? Value() : rows.rows[row][column];
  };
  const auto integer = [&](std::size_t row, std::string_view name) {
    const Value value = cell(row, name);
    const auto* whole = std::get_if<std::int64_t>(&value);
    return whole == nullptr ? 0 : *whole;
  };
  const auto real = [&](std::size_t row, std::string_view name) {
    const Value value = cell(row, name);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    const auto amount = AmountOf(value);
    return amount ? ToDouble(*amount) : 0;
  };
  std::vector<CaseCount> counts;
  counts.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Value is_right = cell(row, "is_right");
    const bool* side = std::get_if<bool>(&is_right);
    counts.push_back({.stratum = store::ToText(cell(row, "stratum")),
                      .is_right = side != nullptr && *side,
                      .cases = integer(row, "cases"),
                      .good = integer(row, "good"),
                      .value_cases = integer(row, "value_cases"),
                      .value_log_mean = real(row, "value_log_mean"),
                      .value_log_sd = real(row, "value_log_sd")});
  }
  return counts;
}

// Amounts of leaks by past cases, and why there are none.
void PriceLeaks(const MatchedCases& cases, Findings& findings) {
  for (Leak& leak : findings.leaks) {
    if (!leak.is_certain) leak.amount = cases.LossOf(ExposureOf(leak));
  }
  const auto lack = cases.lack();
  if (!lack || findings.leaks.empty()) return;
  findings.too_few =
      lack->right > 0 && lack->as_it_is >= kLeastCases
          ? MakePhrase("no amount: only {} past cases that went as they should, at least {} are needed", lack->right,
                       kLeastCases)
          : MakePhrase("no amount: only {} past cases like these, at least {} are needed", lack->as_it_is, kLeastCases);
}

// What acting brings back, by the rule's share.
void AddRecovery(const Rule& rule, Findings& findings) {
  constexpr std::uint8_t kDigits = 2;
  constexpr std::uint8_t kPercent = 2;
  for (Leak& leak : findings.leaks) {
    if (!leak.amount) continue;
    leak.won_back = Rescale(
        Decimal{leak.amount->units * rule.recovery, static_cast<std::uint8_t>(leak.amount->scale + kPercent)}, kDigits);
  }
}

// The largest first; those of unknown amount after them, by what hangs on them.
void SortLeaks(std::vector<Leak>& leaks) {
  const auto units = [](const std::optional<Decimal>& amount) {
    const auto scaled = amount ? Rescale(*amount, kAmountScale) : std::nullopt;
    return scaled ? std::pair(false, -scaled->units) : std::pair(true, Int128{0});
  };
  std::ranges::sort(leaks, [&](const Leak& one, const Leak& other) {
    return std::tuple(units(one.amount), units(one.exposed), std::string_view(one.record_id)) <
           std::tuple(units(other.amount), units(other.exposed), std::string_view(other.record_id));
  });
}

}  // namespace

Exposure ExposureOf(const Leak& leak) { return {.stratum = leak.stratum, .worth = leak.exposed}; }

Result<Findings> RunRule(const Rule& rule, const LedgerScope& scope, metrics::SharedViews& views,
                         analysis::Context& context) {
  Findings findings{.rule = &rule};
  WEIR_TRY(findings.missing, MissingFor(rule, scope, views, context));
  if (findings.missing) return findings;
  WEIR_TRY(FindLeaks(rule, scope, views, context, findings));
  if (!rule.cases_sql.empty()) {
    WEIR_TRY(const std::vector<CaseCount> counts, ReadCases(rule, scope, views, context));
    findings.cases.emplace(counts, rule.are_strata_overlapping ? Strata::kOverlapping : Strata::kApart);
    PriceLeaks(*findings.cases, findings);
  }
  AddRecovery(rule, findings);
  SortLeaks(findings.leaks);
  return findings;
}

std::unique_ptr<metrics::SharedViews> ViewsOf(std::span<const Rule> rules, bool is_own, const LedgerScope& scope,
                                              analysis::Context& context) {
  std::vector<std::string> statements;
  std::vector<std::string> glances;
  // What is wrong with a text is said where it is run.
  const auto add = [&](const std::string& sql, const Rule& rule, std::vector<std::string>& to) {
    if (auto statement = StatementOf(sql, rule, scope, context)) to.push_back(std::move(*statement));
  };
  for (const Rule& rule : rules) {
    if (rule.is_own != is_own) continue;
    add(rule.sql, rule, statements);
    add(rule.cases_sql, rule, statements);
    for (const Requirement& requirement : rule.requirements) {
      const bool is_glance = requirement.sql.find("EXISTS") != std::string::npos;  // what counts reads all of it
      add(requirement.sql, rule, is_glance ? glances : statements);
    }
  }
  return std::make_unique<metrics::SharedViews>(context.session(), statements, glances);
}

}  // namespace weir::leaks
