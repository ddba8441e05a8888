#include "sources/typing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/recognise.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;

// Cells of one column, typed and shown as text; "!code" for a refused one, "-" for nothing.
class TypingTest : public testing::Test {
 protected:
  std::vector<std::string> Type(const std::string& column, const std::vector<std::string>& cells,
                                const std::string& header = "Value", const std::string& top = "") {
    const std::string text =
        top +
        "source = \"a\"\nobject = \"b\"\n[recognise]\nrequire = [\"value\"]\n[columns]\ncurrency = { type = "
        "\"text\", names = [\"Currency\"] }\nvalue = { names = [\"" +
        header + "\"], " + column + " }\n";
    auto mapping = ParseMapping(text, "test.toml");
    EXPECT_TRUE(mapping.has_value()) << mapping.error().ToString();
    if (!mapping) return {};
    const std::vector<SourceColumn> columns{
        {header, NormaliseHeader(header), std::string(CurrencyOfSign(header).value_or(""))},
        {"Currency", "currency", ""}};
    RowBlock block;
    block.Clear(2);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto row = block.AddRow(i + 2, cells[i]);
      row[0] = cells[i];
      row[1] = currency_;
    }
    TypingOptions options = options_;
    options.repeated_hour = mapping->repeated_hour;
    options.missing_hour = mapping->missing_hour;
    if (!mapping->time_zone.empty()) options.zone = *TimeZone::Find(mapping->time_zone);
    BlockTyper typer(*mapping, BindColumns(*mapping, columns), columns, options);
    if (!typer.Type(block)) {
      typer.Note(block);
      typer.FinishEvidence();
      EXPECT_TRUE(typer.Type(block));
    }
    return Show(typer, *mapping, cells.size());
  }

  std::vector<std::string> Show(const BlockTyper& typer, const Mapping& mapping, std::size_t rows) {
    std::vector<std::string> shown;
    shown.reserve(rows);
    const TypedColumn& column = typer.Column(*mapping.Find("value"));
    const TypedColumn& currency = typer.Column(*mapping.Find("currency"));
    found_currency_ = currency.is_null[0] != 0 ? "" : std::string(currency.texts[0]);
    kept_.assign(column.kept.begin(), column.kept.end());
    for (std::size_t i = 0; i < rows; ++i) shown.push_back(column.is_null[i] != 0 ? "-" : Value(column, i));
    for (const CellFault& fault : typer.faults()) {
      shown[fault.row] = "!" + std::string(fault.code);
      EXPECT_EQ(fault.column, 1U);
      EXPECT_FALSE(fault.reason.text.empty());
    }
    return shown;
  }

  static std::string Value(const TypedColumn& column, std::size_t i) {
    switch (StorageOf(column.type)) {
      case Storage::kText:
        return std::string(column.texts[i]);
      case Storage::kDay:
        return FormatDate({column.days[i]});
      case Storage::kFlag:
        return column.flags[i] != 0 ? "true" : "false";
      case Storage::kUnits:
        return FormatDecimal({column.units[i], ScaleOf(column.type)});
      case Storage::kLong:
        break;
    }
    const bool is_instant =
        column.type == ColumnType::kInstant || column.type == ColumnType::kEpoch || column.type == ColumnType::kEpochMs;
    return is_instant ? FormatInstant({column.longs[i]}) : FormatDecimal({column.longs[i], ScaleOf(column.type)});
  }

  TypingOptions options_;
  std::string currency_;
  std::string found_currency_;
  std::vector<std::string> kept_;
};

// Rule 7: amounts as texts, in minor units, in millionths; probabilities 0..100 and 0..1.
TEST_F(TypingTest, AmountsAndShares) {
  EXPECT_THAT(Type("type = \"money\", currency = \"currency\"", {"$1,234,567", "1,234", "12.50", "(3)", "x", ""}),
              ElementsAre("1234567", "1234", "12.5", "-3", "!not_a_number", "-"));
  EXPECT_EQ(found_currency_, "USD");
  EXPECT_THAT(Type("type = \"money\", currency = \"currency\"", {"1 234,56", "1.234"}, "Бюджет, ₽"),
              ElementsAre("1234.56", "1234"));
  EXPECT_EQ(found_currency_, "RUB") << "from the header";
  EXPECT_THAT(Type("type = \"micros\"", {"1234567", "10000"}), ElementsAre("1.2346", "0.01"));
  EXPECT_THAT(Type("type = \"percent\"", {"75", "75%", "0.5"}), ElementsAre("0.75", "0.75", "0.005"));
  EXPECT_THAT(Type("type = \"share\"", {"0.75", "75%", "1", "75"}), ElementsAre("0.75", "0.75", "1", "!share_range"));
  EXPECT_THAT(Type("type = \"decimal\"", {"0.000000000001", "1e20"}),
              ElementsAre("0.000000000001", "100000000000000000000"));
  EXPECT_THAT(Type("type = \"money\"", {"99999999999999.99", "100000000000000", "1e30"}),
              ElementsAre("99999999999999.99", "!amount_range", "!amount_range"));
}

TEST_F(TypingTest, MinorUnitsFollowTheCurrency) {
  const std::string column = "type = \"money\", minor = true, currency = \"currency\"";
  currency_ = "usd";
  EXPECT_THAT(Type(column, {"1050"}), ElementsAre("10.5"));
  EXPECT_EQ(found_currency_, "USD");
  currency_ = "jpy";
  EXPECT_THAT(Type(column, {"1050"}), ElementsAre("1050"));
  currency_ = "KWD";
  EXPECT_THAT(Type(column, {"1050"}), ElementsAre("1.05"));
  currency_ = "";
  options_.default_currency = "JPY";
  EXPECT_THAT(Type(column, {"1050"}), ElementsAre("1050"));
}

TEST_F(TypingTest, AFileWithSemicolonsDecidesNoMark) {
  options_.separator = ';';
  EXPECT_THAT(Type("type = \"money\"", {"1,234", "7"}), ElementsAre("!number_ambiguous", "7"));
  EXPECT_THAT(Type("type = \"money\"", {"1,234", "7,5"}), ElementsAre("1.234", "7.5"));
  EXPECT_THAT(Type("type = \"money\", decimal = \",\"", {"1,234", "1.234"}), ElementsAre("1.234", "1234"));
}

TEST_F(TypingTest, IntegersAndLengths) {
  EXPECT_THAT(Type("type = \"integer\"", {"5", "1,234", "12.0", "12.5", "9223372036854775808"}),
              ElementsAre("5", "1234", "12", "!not_an_integer", "!number_range"));
  EXPECT_THAT(Type("type = \"duration_s\"", {"65", "1:02:03", "1:02"}), ElementsAre("65", "3723", "!not_a_number"));
  EXPECT_THAT(Type("type = \"duration_ms\"", {"1500", "2500"}), ElementsAre("2", "2"));
  EXPECT_THAT(Type("type = \"duration_min\"", {"1.5", "2"}), ElementsAre("90", "120"));
}

TEST_F(TypingTest, TruthInManyWords) {
  EXPECT_THAT(Type("type = \"boolean\"", {"TRUE", "t", "yes", "1", "да", "0", "нет", "F", "", "maybe"}),
              ElementsAre("true", "true", "true", "true", "true", "false", "false", "false", "-", "!not_a_boolean"));
  EXPECT_THAT(Type("type = \"boolean\", values = { Open = \"false\", Closed = \"true\" }", {"open", "CLOSED"}),
              ElementsAre("false", "true"));
}

// Rule 5: words where dates stand.
TEST_F(TypingTest, WordsThatMeanNothing) {
  EXPECT_THAT(
      Type("type = \"date\", nulls = [\"не закрыта\", \"9999-*\"]", {"Не закрыта", "9999-12-31", "2024-01-02", "x"}),
      ElementsAre("-", "-", "2024-01-02", "!not_a_date"));
  EXPECT_THAT(Type("type = \"integer\"", {"--", "NULL", "n/a", "NaN", "-"}), ElementsAre("-", "-", "-", "-", "-"));
  EXPECT_THAT(Type("type = \"text\"", {"Null", "-", "\\N"}), ElementsAre("Null", "-", "-")) << "a name may be Null";
}

// Rule 2: days as spreadsheets number them.
TEST_F(TypingTest, DatesByTheirColumn) {
  EXPECT_THAT(Type("type = \"date\"", {"45631", "45632"}), ElementsAre("2024-12-05", "2024-12-06"));
  EXPECT_THAT(Type("type = \"date\"", {"45631", "2024-01-01"}), ElementsAre("!date_ambiguous", "2024-01-01"));
  EXPECT_THAT(Type("type = \"date\"", {"03/04/2024", "13/04/2024"}), ElementsAre("2024-04-03", "2024-04-13"));
  EXPECT_THAT(Type("type = \"date\"", {"03/04/2024"}), ElementsAre("!date_ambiguous"));
  EXPECT_THAT(Type("type = \"date\", formats = [\"%m/%d/%Y\"]", {"03/04/2024"}), ElementsAre("2024-03-04"));
  EXPECT_THAT(Type("type = \"date\"", {"2024-03-31T23:30:00-05:00"}), ElementsAre("2024-03-31"))
      << "the day as written";
  EXPECT_THAT(Type("type = \"epoch\"", {"1711899005", "1711899005.5", "2024-03-31T15:30:05Z", "99999999999999"}),
              ElementsAre("2024-03-31T15:30:05Z", "2024-03-31T15:30:05.5Z", "2024-03-31T15:30:05Z", "!date_range"));
  EXPECT_THAT(Type("type = \"epoch_ms\"", {"1711899005123"}), ElementsAre("2024-03-31T15:30:05.123Z"));
}

TEST_F(TypingTest, WallClocksOfTheirZone) {
  const std::vector<std::string> cells{"2024-07-01 12:00", "2024-03-31 02:30", "2024-10-27 02:30",
                                       "2024-07-01T12:00:00Z"};
  const std::string berlin = "time_zone = \"Europe/Berlin\"\n";
  EXPECT_THAT(
      Type("type = \"instant\"", cells, "Value", berlin),
      ElementsAre("2024-07-01T10:00:00Z", "2024-03-31T01:30:00Z", "2024-10-27T00:30:00Z", "2024-07-01T12:00:00Z"));
  EXPECT_THAT(Type("type = \"instant\"", cells, "Value",
                   berlin + "repeated_hour = \"second\"\nmissing_hour = \"quarantine\"\n"),
              ElementsAre("2024-07-01T10:00:00Z", "!hour_missing", "2024-10-27T01:30:00Z", "2024-07-01T12:00:00Z"));
  EXPECT_THAT(Type("type = \"instant\"", cells, "Value", berlin + "repeated_hour = \"quarantine\"\n"),
              ElementsAre("2024-07-01T10:00:00Z", "2024-03-31T01:30:00Z", "!hour_repeated", "2024-07-01T12:00:00Z"));
  EXPECT_THAT(Type("type = \"instant\"", {"2024-04-07 01:45"}, "Value",
                   "time_zone = \"Australia/Lord_Howe\"\nrepeated_hour = "
                   "\"second\"\n"),
              ElementsAre("2024-04-06T15:15:00Z"))
      << "half an hour passes twice";
}

// Rule 10: a column that is called UTC and is not: the zone is said for the column.
TEST_F(TypingTest, AColumnMayHaveAZoneOfItsOwn) {
  EXPECT_THAT(Type("type = \"instant\", time_zone = \"Etc/GMT-3\"", {"2024-07-01 12:00:00"}, "ym:s:dateTimeUTC",
                   "time_zone = \"UTC\"\n"),
              ElementsAre("2024-07-01T09:00:00Z"));
}

// Rule 9: several values in one cell.
TEST_F(TypingTest, ContactDetailsAreSoft) {
  EXPECT_THAT(Type("type = \"email\"", {"Ann@Acme.com", "bad, ann@acme.com; bob@acme.com", "n.a.", ""}),
              ElementsAre("ann@acme.com", "ann@acme.com", "-", "-"));
  EXPECT_THAT(kept_, ElementsAre("", "bad, ann@acme.com; bob@acme.com", "n.a.", ""));
  options_.region = "RU";
  EXPECT_THAT(Type("type = \"phone\"", {"8 912 345-67-89", "8 912 345-67-89, 8 912 345-67-90", "unknown"}),
              ElementsAre("+79123456789", "+79123456789", "-"));
  EXPECT_THAT(Type("type = \"domain\"", {"https://www.acme.co.uk/x", "acme", "acme.com"}),
              ElementsAre("acme.co.uk", "-", "acme.com"));
  EXPECT_THAT(Type("type = \"url\"", {"https://acme.com/x?y=1", "not a site"}),
              ElementsAre("https://acme.com/x?y=1", "-"));
}

TEST_F(TypingTest, IdsAndNames) {
  EXPECT_THAT(Type("type = \"id\"", {" 006A ", "12345.0", "1.23E+15", "007", "null"}),
              ElementsAre("006A", "12345", "!id_mangled", "007", "-"));
  EXPECT_THAT(Type("type = \"name\"", {"  Darcel \xC2\xA0 Schlecht ", "e\xCC\x81", "Plain Name"}),
              ElementsAre("Darcel Schlecht", "é", "Plain Name"));
  EXPECT_THAT(Type("type = \"text\", required = true", {"a", ""}), ElementsAre("a", "!required_empty"));
}

TEST_F(TypingTest, EvidenceIsKeptForReplays) {
  const std::string text =
      "source = \"a\"\nobject = \"b\"\n[recognise]\nrequire = [\"d\"]\n[columns]\nd = { type = \"date\" }\nm = { "
      "type = \"money\" }\n";
  const Mapping mapping = *ParseMapping(text, "test.toml");
  std::vector<ColumnEvidence> evidence(2);
  evidence[0].dates.Note("13/04/2024");
  evidence[1].numbers.has_comma = true;
  const auto again = EvidenceFromJson(mapping, ToJson(mapping, evidence));
  EXPECT_EQ(again[0].dates.OrderOf('/', 4), DateEvidence::Order::kDayFirst);
  EXPECT_EQ(again[1].numbers.Mark(), ',');
  EXPECT_EQ(EvidenceFromJson(mapping, "broken").size(), 2U);
}

}  // namespace
}  // namespace weir::sources
