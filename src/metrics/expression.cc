#include "metrics/expression.h"

#include <algorithm>
#include <array>

#include "analysis/params.h"
#include "metrics/lexer.h"

namespace weir::metrics {
namespace {

// Deeper nesting than people write; keeps the recursion bounded.
constexpr int kMaxDepth = 50;
constexpr std::size_t kMaxListed = 1000;
// A product of two columns, each of 18 digits, still sums in 38.
constexpr std::uint8_t kMaxScale = 18;

class Parser {
 public:
  Parser(std::vector<Token> tokens, const Names& names, const ParseOptions& options)
      : tokens_(std::move(tokens)),
        names_(names),
        allows_at_(options.allows_at),
        allows_opening_(options.allows_opening) {}

  Result<Condition> WholeCondition() {
    WEIR_TRY(Condition condition, Disjunction(0));
    WEIR_TRY(ExpectEnd());
    return condition;
  }

  Result<Measure> WholeMeasure() {
    WEIR_TRY(Measure measure, AnyMeasure());
    WEIR_TRY(ExpectEnd());
    return measure;
  }

 private:
  const Token& Here() const { return tokens_[at_]; }
  bool IsSymbol(std::string_view symbol) const { return Here().kind == Token::Kind::kSymbol && Here().text == symbol; }
  bool IsWord(std::string_view word) const { return Here().kind == Token::Kind::kWord && Here().lower == word; }
  bool TakeSymbol(std::string_view symbol) { return IsSymbol(symbol) && (++at_, true); }
  bool TakeWord(std::string_view word) { return IsWord(word) && (++at_, true); }

  Error Wrong(Error error) const { return std::move(error).At({}, 0, Here().column); }
  Phrase Shown() const {
    return Here().kind == Token::Kind::kEnd ? MakePhrase("the end") : MakePhrase("'{}'", Here().text);
  }
  tl::unexpected<Error> Expected(const Phrase& what) const {
    return Fail(Wrong(BadUsage("expected {}, found {}", what, Shown())));
  }
  Status Expect(std::string_view symbol) {
    if (!TakeSymbol(symbol)) return Expected(MakePhrase("'{}'", symbol));
    return {};
  }
  Status ExpectEnd() const {
    if (Here().kind != Token::Kind::kEnd) return Expected(MakePhrase("'and', 'or' or the end"));
    return {};
  }

  Result<ColumnRef> TakeColumn() {
    if (Here().kind == Token::Kind::kText) {
      return Fail(Wrong(BadUsage("a condition begins with a column, not with a text").Mend("Write: column = 'value'")));
    }
    if (Here().kind != Token::Kind::kWord) return Expected(MakePhrase("a column"));
    const auto column = names_.Find(Here().text);
    if (!column) {
      Error error = Wrong(BadUsage("there is no column '{}'", Here().text));
      const auto near = analysis::NearestName(Here().text, names_.All());
      if (near) return Fail(std::move(error).Mend("Did you mean '{}'?", *near));
      return Fail(std::move(error).Mend("Columns: {}", fmt::join(names_.All(), ", ")));
    }
    ++at_;
    return *column;
  }

  Result<Condition> Disjunction(int depth) { return Chain("or", Condition::Kind::kOr, depth); }
  Result<Condition> Conjunction(int depth) { return Chain("and", Condition::Kind::kAnd, depth); }

  Result<Condition> Chain(std::string_view word, Condition::Kind kind, int depth) {
    std::vector<Condition> parts;
    do {
      WEIR_TRY(Condition part, kind == Condition::Kind::kOr ? Conjunction(depth) : Unary(depth));
      parts.push_back(std::move(part));
    } while (TakeWord(word));
    if (parts.size() == 1) return std::move(parts.front());
    return Condition{.kind = kind, .children = std::move(parts)};
  }

  Result<Condition> Unary(int depth) {
    if (depth > kMaxDepth) return Fail(Wrong(TooLarge("parentheses are nested deeper than {}", kMaxDepth)));
    if (TakeWord("not")) {
      WEIR_TRY(Condition inner, Unary(depth + 1));
      return Condition{.kind = Condition::Kind::kNot, .children = {std::move(inner)}};
    }
    if (TakeSymbol("(")) {
      WEIR_TRY(Condition inner, Disjunction(depth + 1));
      WEIR_TRY(Expect(")"));
      return inner;
    }
    return Predicate();
  }

  Result<Condition> Predicate() {
    WEIR_TRY(ColumnRef column, TakeColumn());
    Condition condition{.column = column};
    if (TakeWord("is")) {
      condition.kind = Condition::Kind::kIsNull;
      condition.is_negated = TakeWord("not");
      if (!TakeWord("null")) return Expected(AsIs("'null'"));
      return condition;
    }
    condition.is_negated = TakeWord("not");
    if (TakeWord("in")) return In(std::move(condition));
    if (TakeWord("like")) return Like(std::move(condition));
    if (condition.is_negated) return Expected(MakePhrase("'in' or 'like'"));
    return Comparison(std::move(condition));
  }

  Result<Condition> Comparison(Condition condition) {
    static constexpr std::array<std::string_view, 6> kComparisons{"=", "<>", "<", "<=", ">", ">="};
    if (Here().kind != Token::Kind::kSymbol || std::ranges::find(kComparisons, Here().text) == kComparisons.end()) {
      return Expected(MakePhrase("one of = != < <= > >= in like is"));
    }
    condition.kind = Condition::Kind::kCompare;
    condition.comparison = Here().text;
    ++at_;
    const bool is_ordered = condition.comparison != "=" && condition.comparison != "<>";
    if (is_ordered && condition.column.type == ValueType::kBoolean) {
      return Fail(Wrong(BadUsage("'{}' is true or false: neither is the greater", condition.column.Path())));
    }
    if (IsWord("null")) {
      return Fail(Wrong(BadUsage("nothing compares with null").Mend("Write: {} is null", condition.column.Path())));
    }
    if (allows_at_ && condition.column.type == ValueType::kDate && TakeWord("at")) {
      condition.day = AskedDay::kAt;
      return condition;
    }
    if (allows_opening_ && condition.column.type == ValueType::kDate && TakeWord("opening")) {
      condition.day = AskedDay::kOpening;
      return condition;
    }
    WEIR_TRY(store::Value value, Literal(condition.column));
    condition.values.push_back(std::move(value));
    return condition;
  }

  Result<Condition> In(Condition condition) {
    condition.kind = Condition::Kind::kIn;
    WEIR_TRY(Expect("("));
    do {
      if (condition.values.size() == kMaxListed) {
        return Fail(Wrong(TooLarge("the list has more than {} values", kMaxListed)));
      }
      WEIR_TRY(store::Value value, Literal(condition.column));
      condition.values.push_back(std::move(value));
    } while (TakeSymbol(","));
    WEIR_TRY(Expect(")"));
    return condition;
  }

  Result<Condition> Like(Condition condition) {
    condition.kind = Condition::Kind::kLike;
    if (condition.column.type != ValueType::kText) {
      return Fail(Wrong(BadUsage("'like' is for texts, and '{}' is of type {}", condition.column.Path(),
                                 NameOf(condition.column.type))));
    }
    WEIR_TRY(store::Value value, Literal(condition.column));
    condition.values.push_back(std::move(value));
    return condition;
  }

  Result<store::Value> Literal(const ColumnRef& column) {
    switch (column.type) {
      case ValueType::kText:
        return TextLiteral();
      case ValueType::kInteger:
      case ValueType::kDecimal:
        return NumberLiteral(column);
      case ValueType::kDate:
        return DateLiteral(column);
      case ValueType::kInstant:
        return InstantLiteral(column);
      case ValueType::kBoolean:
        return BooleanLiteral(column);
    }
    ThrowBug(__FILE__, __LINE__, "a type without literals");
  }

  Result<store::Value> TextLiteral() {
    if (Here().kind == Token::Kind::kWord || Here().kind == Token::Kind::kNumber) {
      return Fail(Wrong(BadUsage("the text {} is not quoted", Here().text).Mend("Write it as '{}'", Here().text)));
    }
    if (Here().kind != Token::Kind::kText) return Expected(MakePhrase("a text in quotes"));
    return store::Value(tokens_[at_++].text);
  }

  Result<store::Value> NumberLiteral(const ColumnRef& column) {
    const bool is_negative = TakeSymbol("-");
    if (Here().kind != Token::Kind::kNumber) {
      return Expected(MakePhrase("a number, as '{}' is of type {}", column.Path(), NameOf(column.type)));
    }
    WEIR_TRY(Decimal number, Number());
    if (is_negative) number.units = -number.units;
    return store::Value(number);
  }

  Result<Decimal> Number() {
    const auto number = ParsePlainDecimal(Here().text);
    if (!number || number->scale > kMaxScale || Here().text.size() > 30) {
      return Fail(Wrong(BadUsage("'{}' is not a plain number", Here().text)));
    }
    ++at_;
    return *number;
  }

  Result<store::Value> DateLiteral(const ColumnRef& column) {
    const auto date = Here().kind == Token::Kind::kText ? ParseIsoDate(Here().text) : std::nullopt;
    if (!date) return Expected(MakePhrase("a date such as '2026-11-23', as '{}' is a date", column.Path()));
    ++at_;
    return store::Value(*date);
  }

  Result<store::Value> InstantLiteral(const ColumnRef& column) {
    const bool is_long = Here().kind == Token::Kind::kText && Here().text.size() > 10;
    const auto instant = is_long ? ParseIsoInstant(Here().text) : std::nullopt;
    if (!instant) {
      return Expected(MakePhrase("a moment such as '2026-11-23T09:40:00Z', as '{}' is an instant", column.Path()));
    }
    ++at_;
    return store::Value(*instant);
  }

  Result<store::Value> BooleanLiteral(const ColumnRef& column) {
    if (TakeWord("true")) return store::Value(true);
    if (TakeWord("false")) return store::Value(false);
    return Expected(MakePhrase("true or false, as '{}' is one of them", column.Path()));
  }

  Result<Measure> AnyMeasure() {
    Measure measure;
    if (TakeWord("count")) {
      WEIR_TRY(Expect("("));
      if (TakeWord("distinct")) {
        WEIR_TRY(ColumnRef column, TakeColumn());
        measure.aggregate = Aggregate::kCountDistinct;
        measure.value = Arithmetic{.column = column};
      }
      WEIR_TRY(Expect(")"));
      return measure;
    }
    if (TakeWord("sum")) {
      measure.aggregate = Aggregate::kSum;
    } else if (TakeWord("median")) {
      measure.aggregate = Aggregate::kMedian;
    } else {
      return Expected(MakePhrase("count(), count(distinct ...), sum(...) or median(...)"));
    }
    WEIR_TRY(Expect("("));
    WEIR_TRY(measure.value, Aggregated(measure));
    WEIR_TRY(Expect(")"));
    return measure;
  }

  // What is summed or taken the median of: a duration, or a number with its scale.
  Result<Arithmetic> Aggregated(Measure& measure) {
    if (IsWord("days") || IsWord("hours")) return Duration(measure);
    return Sum(0, measure.scale);
  }

  Result<Arithmetic> Duration(Measure& measure) {
    const bool is_days = IsWord("days");
    ++at_;
    Arithmetic duration{.kind = is_days ? Arithmetic::Kind::kDays : Arithmetic::Kind::kHours};
    WEIR_TRY(Expect("("));
    WEIR_TRY(Arithmetic from, Moment());
    WEIR_TRY(Expect(","));
    WEIR_TRY(Arithmetic to, Moment());
    WEIR_TRY(Expect(")"));
    const auto type_of = [](const Arithmetic& moment) {
      return moment.kind == Arithmetic::Kind::kAt ? ValueType::kDate : moment.column.type;
    };
    if (type_of(from) != type_of(to)) return Fail(Wrong(BadUsage("one end is a date and the other an instant")));
    if (type_of(from) == ValueType::kInstant) {
      measure.per_unit = is_days ? 86'400'000 : 3'600'000;
    } else if (!is_days) {
      return Fail(Wrong(BadUsage("hours() needs two instants; dates have no hours").Mend("Use days()")));
    }
    duration.children = {std::move(from), std::move(to)};
    return duration;
  }

  Result<Arithmetic> Moment() {
    if (TakeWord("at")) return Arithmetic{.kind = Arithmetic::Kind::kAt};
    const Token& token = Here();
    WEIR_TRY(ColumnRef column, TakeColumn());
    if (column.type != ValueType::kDate && column.type != ValueType::kInstant) {
      return Fail(BadUsage("'{}' is neither a date nor an instant", column.Path()).At({}, 0, token.column));
    }
    return Arithmetic{.column = column};
  }

  Result<Arithmetic> Sum(int depth, std::uint8_t& scale) {
    WEIR_TRY(Arithmetic left, Product(depth, scale));
    while (IsSymbol("+") || IsSymbol("-")) {
      const auto kind = IsSymbol("+") ? Arithmetic::Kind::kAdd : Arithmetic::Kind::kSubtract;
      ++at_;
      std::uint8_t right_scale = 0;
      WEIR_TRY(Arithmetic right, Product(depth, right_scale));
      scale = std::max(scale, right_scale);
      left = Arithmetic{.kind = kind, .children = {std::move(left), std::move(right)}};
    }
    return left;
  }

  Result<Arithmetic> Product(int depth, std::uint8_t& scale) {
    WEIR_TRY(Arithmetic left, Atom(depth, scale));
    while (TakeSymbol("*")) {
      std::uint8_t right_scale = 0;
      WEIR_TRY(Arithmetic right, Atom(depth, right_scale));
      scale = static_cast<std::uint8_t>(scale + right_scale);
      if (scale > kMaxScale) {
        return Fail(Wrong(BadUsage("the product has more than {} digits after the point", kMaxScale)));
      }
      left = Arithmetic{.kind = Arithmetic::Kind::kMultiply, .children = {std::move(left), std::move(right)}};
    }
    return left;
  }

  Result<Arithmetic> Atom(int depth, std::uint8_t& scale) {
    if (depth > kMaxDepth) return Fail(Wrong(TooLarge("parentheses are nested deeper than {}", kMaxDepth)));
    if (TakeSymbol("(")) {
      WEIR_TRY(Arithmetic inner, Sum(depth + 1, scale));
      WEIR_TRY(Expect(")"));
      return inner;
    }
    if (Here().kind == Token::Kind::kNumber) {
      WEIR_TRY(Decimal number, Number());
      scale = number.scale;
      return Arithmetic{.kind = Arithmetic::Kind::kNumber, .number = number};
    }
    const Token& token = Here();
    WEIR_TRY(ColumnRef column, TakeColumn());
    if (column.type != ValueType::kInteger && column.type != ValueType::kDecimal) {
      return Fail(
          BadUsage("'{}' is of type {}, not a number", column.Path(), NameOf(column.type)).At({}, 0, token.column));
    }
    scale = column.scale;
    return Arithmetic{.column = column};
  }

  std::vector<Token> tokens_;
  const Names& names_;
  bool allows_at_;
  bool allows_opening_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view NameOf(ValueType type) {
  static constexpr std::array<std::string_view, 6> kNames{"integer", "decimal", "text", "date", "instant", "boolean"};
  return kNames.at(static_cast<std::size_t>(type));
}

Result<Condition> ParseCondition(std::string_view text, const Names& names, const ParseOptions& options) {
  WEIR_TRY(std::vector<Token> tokens, Tokenize(text, options.max_length));
  return Parser(std::move(tokens), names, options).WholeCondition();
}

Result<Measure> ParseMeasure(std::string_view text, const Names& names) {
  WEIR_TRY(std::vector<Token> tokens, Tokenize(text, ParseOptions{}.max_length));
  return Parser(std::move(tokens), names, {.allows_at = true}).WholeMeasure();
}

bool Implies(const Condition& first, const Condition& second) {
  using Kind = Condition::Kind;
  if (first == second) return true;
  const auto meets = [&](const Condition& part) { return Implies(first, part); };
  if (second.kind == Kind::kAnd) return std::ranges::all_of(second.children, meets);
  if (second.kind == Kind::kOr && std::ranges::any_of(second.children, meets)) return true;
  if (first.kind == Kind::kAnd) {
    return std::ranges::any_of(first.children, [&](const Condition& part) { return Implies(part, second); });
  }
  // One of the values against all of them.
  const bool is_listed = (first.kind == Kind::kCompare && first.comparison == "=" && first.day == AskedDay::kNone) ||
                         (first.kind == Kind::kIn && !first.is_negated);
  return is_listed && second.kind == Kind::kIn && !second.is_negated && first.column == second.column &&
         std::ranges::all_of(first.values, [&](const store::Value& value) {
           return std::ranges::find(second.values, value) != second.values.end();
         });
}

void CollectColumns(const Condition& condition, std::vector<ColumnRef>& columns) {
  for (const Condition& child : condition.children) CollectColumns(child, columns);
  if (!condition.column.column.empty()) columns.push_back(condition.column);
}

void CollectColumns(const Arithmetic& arithmetic, std::vector<ColumnRef>& columns) {
  for (const Arithmetic& child : arithmetic.children) CollectColumns(child, columns);
  if (!arithmetic.column.column.empty()) columns.push_back(arithmetic.column);
}

}  // namespace weir::metrics
