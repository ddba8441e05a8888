#include "hygiene/fields.h"

#include <gtest/gtest.h>

#include "hygiene/picklists.h"
#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace weir::hygiene {
namespace {

using metrics::testing::StoryContext;
using model::TestModel;

// An answer of another analysis, as far as it is read.
analysis::Analysis Told(const std::string& id, const analysis::Table& table) {
  analysis::Analysis told;
  told.info.id = id;
  told.run = [table](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
    analysis::Output output;
    output.tables.push_back(table);
    return output;
  };
  return told;
}

analysis::Table Columns(const std::vector<std::string>& names) {
  analysis::Table table{.name = "columns"};
  for (const std::string& name : names) table.columns.push_back({.name = name});
  return table;
}

class Fields : public ::testing::Test {
 protected:
  void Record(const std::string& table, const TestModel::Cells& cells, const std::string& source = "crm") {
    model.Record(table, cells, "2024-06-30 00:00:00", source);
  }
  void Account(int number, TestModel::Cells cells) {
    cells["key"] = fmt::format("A{:03}", number);
    cells["name"] = fmt::format("Company {}", number);
    cells["domain"] = fmt::format("c{}.com", number);
    Record("account", cells);
  }
  void Header(const std::string& header, const std::string& mapped_to, double filled, std::int64_t distinct) {
    sources_.rows.push_back({std::string("crm"), std::string("company"), mapped_to.empty() ? "x_" + header : mapped_to,
                             header, mapped_to.empty() ? store::Value() : store::Value(mapped_to), std::string("text"),
                             filled, distinct});
  }
  void Use(const std::string& column, const std::string& header, std::int64_t uses,
           const std::string& object = "account") {
    catalog_.rows.push_back({object, column, std::string("source"), fmt::format("crm/company: {}", header), uses,
                             uses > 0 ? store::Value(std::string("metric: x")) : store::Value()});
  }
  analysis::Output Ask(const std::string& id, const analysis::RawParams& params = {}) {
    EXPECT_TRUE(model.Build()) << model.error();
    model.Execute(
        "CREATE TABLE IF NOT EXISTS scoped.custom_column (id VARCHAR, source VARCHAR, object VARCHAR, title_en "
        "VARCHAR, "
        "title_ru VARCHAR, column_name VARCHAR, header VARCHAR, type VARCHAR, entity VARCHAR, view_name VARCHAR, "
        "row_count "
        "BIGINT, filled_count BIGINT, distinct_count BIGINT, is_personal BOOLEAN)");
    for (const std::string& sql : more_) model.Execute(sql);
    model.AsOf("2024-07-01 00:00:00");
    StoryContext context(model.connection(), *ParseIsoInstant("2024-07-01T00:00:00Z"));
    context.analyses = {Told("sources", sources_), Told("data.catalog", catalog_)};
    for (const analysis::Analysis& one : FieldAnalyses()) {
      if (one.info.id == id) return metrics::testing::Need(one.run(params, context));
    }
    return {};
  }
  static std::string Lines(const analysis::Output& output, const std::string& table,
                           const std::vector<std::string>& columns) {
    const analysis::Table& found = *output.Find(table);
    std::string lines;
    for (const auto& row : found.rows) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string text = store::ToText(row[found.IndexOf(columns[i])]);
        lines += (i == 0 ? "" : "|") + (text.empty() ? "-" : text);
      }
      lines += '\n';
    }
    return lines;
  }

  TestModel model;
  std::vector<std::string> more_;
  analysis::Table sources_ =
      Columns({"source", "object", "column", "header", "mapped_to", "type", "filled_share", "distinct"});
  analysis::Table catalog_ = Columns({"object", "column", "origin", "sources", "uses", "used_by"});
};

TEST_F(Fields, CostStandsAgainstUse) {
  Record("member", {{"key", "ann"}, {"name", "Ann"}, {"is_active", "true"}});
  Record("member", {{"key", "bob"}, {"name", "Bob"}, {"is_active", "true"}});
  for (int i = 0; i < 100; ++i)
    Account(i, {{"industry", i < 99 ? "Retail" : "Energy"},
                {"type", i % 2 == 0 ? "a" : "b"},
                {"city", fmt::format("City {}", i % 30)}});
  const auto edit = [&](const char* field, const char* by, int times) {
    for (int i = 0; i < times; ++i) {
      TestModel::Cells cells{{"object", "account"},
                             {"record_key", "A001"},
                             {"field", field},
                             {"new_value", fmt::format("v{}", i)},
                             {"at", fmt::format("2024-01-{:02} 10:00:00", i + 1)}};
      if (*by != '\0') cells["by_key"] = by;
      Record("field_change", cells);
    }
  };
  edit("City", "ann", 4);
  edit("City", "bob", 2);
  edit("City", "", 3);
  edit("Type", "ann", 1);
  Header("Industry", "industry", 1, 2);
  Header("Type", "type", 1, 2);
  Header("City", "city", 1, 30);
  Header("Fax", "", 0, 0);
  Header("Layout", "", 1, 1);
  Header("Notes", "", 0.5, 40);
  Header("_synced", "", 1, 9);
  Use("industry", "Industry", 3);
  Use("type", "Type", 2);
  Use("city", "City", 0);
  const analysis::Output output = Ask("hygiene.fields", {{"seconds", {"30"}}});
  EXPECT_EQ(Lines(output, "fields",
                  {"header", "entity", "state", "distinct", "top_value", "top_share", "edits", "by_hand", "editors",
                   "minutes", "uses"}),
            "City|account|typed_for_nothing|30|-|-|9|6|2|3|0\n"
            "Type|account|used|2|a|0.5|1|1|1|0|2\n"
            "Fax|account|never_filled|0|-|-|0|0|0|0|0\n"
            "Industry|account|almost_always_same|2|Retail|0.99|0|0|0|0|3\n"
            "Layout|account|always_same|1|-|-|0|0|0|0|0\n"
            "Notes|account|unused|40|-|-|0|0|0|0|0\n");
}

TEST_F(Fields, AnOwnerIsNamed) {
  Record("member", {{"key", "ann"}, {"name", "Ann Lee"}, {"is_active", "true"}});
  Record("member", {{"key", "bob"}, {"name", "Bob Roe"}, {"is_active", "true"}});
  for (int i = 0; i < 20; ++i) Account(i, {{"owner_key", i < 15 ? "ann" : "bob"}});
  Header("Owner", "owner_key", 1, 2);
  Use("owner_id", "Owner", 1);
  EXPECT_EQ(Lines(Ask("hygiene.fields"), "fields", {"header", "top_value", "top_share"}), "Owner|Ann Lee|0.75\n");
}

TEST_F(Fields, SpellingsOfOneValueAreFound) {
  const std::vector<std::pair<const char*, int>> said{{"Manufacturing", 20}, {"manufacturing", 3}, {"Manufactoring", 2},
                                                      {"Tier 1", 10},        {"Tier 2", 1},        {"Retail", 9},
                                                      {"Rental", 8},         {"Gas", 10},          {"Gap", 1},
                                                      {"Wholesale", 2},      {"Whole-sale", 2}};
  int number = 0;
  for (const auto& [industry, times] : said) {
    for (int i = 0; i < times; ++i) Account(number++, {{"industry", industry}});
  }
  EXPECT_EQ(Lines(Ask("hygiene.fields"), "values",
                  {"entity", "field", "value", "records", "proposed", "proposed_records", "reason"}),
            "account|industry|manufacturing|3|Manufacturing|20|spelling\n"
            "account|industry|Manufactoring|2|Manufacturing|20|typo\n");
  const analysis::Output holders =
      Ask("hygiene.holders", {{"entity", {"account"}}, {"field", {"industry"}}, {"value", {"Manufactoring"}}});
  EXPECT_EQ(Lines(holders, "holders", {"record_id", "field", "name"}),
            "crm:A023|industry|Company 23\ncrm:A024|industry|Company 24\n");
}

TEST_F(Fields, FieldsThatSayTheSameArePairedWithThoseOfNoMapping) {
  std::string said;
  for (int i = 0; i < 60; ++i) {
    const char* industry = i % 3 == 0 ? "Retail" : i % 3 == 1 ? "Energy" : "Media";
    Account(i, {{"industry", industry},
                {"type", i % 3 == 0   ? "R"
                         : i % 3 == 1 ? "E"
                                      : "M"},
                {"country", i % 2 == 0 ? "Germany" : "France"}});
    said += fmt::format("{}('crm:A{:03}', TIMESTAMP '2024-01-01', 1, '{}', 'branch {}')", i == 0 ? "" : ", ", i,
                        i == 1 ? "Retail" : industry, i);
  }
  more_ = {
      "CREATE TABLE scoped.ext_crm__company__account (account_id VARCHAR, valid_from TIMESTAMP, place BIGINT, x_branch "
      "VARCHAR, x_note "
      "VARCHAR)",
      "INSERT INTO scoped.ext_crm__company__account VALUES " + said,
      "INSERT INTO scoped.custom_column VALUES ('ext.crm.company.branch', 'crm', 'company', 'C', 'К', 'x_branch', "
      "'Branch', 'text', "
      "'account', 'ext_crm__company__account', 60, 60, 3, FALSE), ('ext.crm.company.note', 'crm', 'company', 'C', 'К', "
      "'x_note', "
      "'Note', 'text', 'account', 'ext_crm__company__account', 60, 60, 60, FALSE)"};
  EXPECT_EQ(Lines(Ask("hygiene.fields"), "pairs", {"entity", "field", "other", "both", "kind"}),
            "account|industry|type|60|renamed\n"
            "account|industry|ext.crm.company.branch|60|equal\n");
}

TEST_F(Fields, AnEmptyWorkspaceHasNothing) {
  const analysis::Output output = Ask("hygiene.fields");
  for (const analysis::Table& table : output.tables) EXPECT_TRUE(table.rows.empty()) << table.name;
  EXPECT_EQ(output.history, analysis::History::kNone);
}

}  // namespace
}  // namespace weir::hygiene
