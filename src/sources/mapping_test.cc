#include "sources/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/records.h"
#include "sources/test_files.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::string_view kGood = R"(source = "crm"
object = "deal"
version = 2
title = { en = "Deals", ru = "Сделки" }
extent = "window"
window = "closed"
time_zone = "Europe/Berlin"

[recognise]
require = ["id|name", "amount"]
files = ["deal*"]
forbid = ["Ticket ID"]
prefixes = ["property"]
values = { object = ["deal"] }

[read]
encoding = "cp1251"
separator = ";"
records = "items.data"
skip = ["Total*"]

[key]
columns = ["id"]
natural = ["name"]

[observed]
modified = ["closed"]

[columns]
id = { type = "id", names = ["Id", "ID", "Deal ID"], required = true }
name = { type = "name" }
amount = { type = "money", names = ["Amount"], currency = "currency", minor = true, decimal = "," }
currency = { type = "text" }
closed = { type = "date", formats = ["%d.%m.%Y"], nulls = ["не закрыта"], values = { Heute = "2024-01-01" } }

[[emit]]
table = "deal"
when = "amount > 0"
[emit.set]
key = "id"
name = "name"
)";

class MappingTest : public testing::Test {
 protected:
  // The error of the good mapping with one text replaced.
  std::string ErrorOf(std::string_view from, std::string_view to) {
    std::string text(kGood);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const auto mapping = ParseMapping(text, "crm-deal.toml");
    return mapping ? "no error" : mapping.error().ToString();
  }
};

TEST_F(MappingTest, ReadsEveryPart) {
  const auto parsed = ParseMapping(kGood, "crm-deal.toml");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().ToString();
  EXPECT_EQ(parsed->TableName(), "crm__deal");
  EXPECT_EQ(parsed->version, 2);
  EXPECT_EQ(parsed->extent, Extent::kWindow);
  EXPECT_THAT(parsed->recognition.require, ElementsAre(ElementsAre("id", "name"), ElementsAre("amount")));
  EXPECT_THAT(parsed->recognition.forbid, ElementsAre("ticket_id"));
  EXPECT_EQ(parsed->reading.encoding, Encoding::kWindows1251);
  EXPECT_EQ(parsed->reading.separator, ';');
  ASSERT_THAT(parsed->columns, SizeIs(5));
  EXPECT_THAT(parsed->columns[0].headers, ElementsAre("id", "deal_id")) << "equal headers once, in their order";
  EXPECT_THAT(parsed->columns[1].headers, ElementsAre("name")) << "its own name";
  EXPECT_TRUE(parsed->columns[2].is_minor);
  EXPECT_EQ(parsed->columns[4].values[0].first, "heute");
  ASSERT_THAT(parsed->emits, SizeIs(1));
  EXPECT_EQ(parsed->emits[0].line, 36U);
}

TEST_F(MappingTest, ErrorsNamePlaceAndMend) {
  EXPECT_EQ(ErrorOf("extent = \"window\"", "extents = \"window\""),
            "crm-deal.toml:5:1: unknown key 'extents'. Did you mean 'extent'?");
  EXPECT_EQ(ErrorOf("columns = [\"id\"]", "columns = [\"idd\"]"),
            "crm-deal.toml:23:11: unknown column 'idd'. Did you mean 'id'?");
  EXPECT_EQ(ErrorOf("table = \"deal\"", "table = \"deel\""),
            "crm-deal.toml:37:9: unknown record table 'deel'. Did you mean 'deal'?");
  EXPECT_EQ(ErrorOf("name = \"name\"\n", "nam = \"name\"\n"),
            "crm-deal.toml:41:7: unknown column of record table deal 'nam'. Did you mean 'name'?");
  EXPECT_EQ(ErrorOf("type = \"money\"", "type = \"mony\""),
            "crm-deal.toml:32:19: unknown column type 'mony'. Did you mean 'money'?");
  EXPECT_THAT(ErrorOf("currency = \"currency\"", "currency = \"curency\""), HasSubstr("Did you mean 'currency'?"));
  EXPECT_THAT(ErrorOf("source = \"crm\"", "source = \"CRM\""),
              HasSubstr("crm-deal.toml:1:10: 'CRM' is no name of a source"));
  EXPECT_THAT(ErrorOf("source = \"crm\"\n", ""), HasSubstr("'source' is missing"));
  EXPECT_THAT(ErrorOf("modified = [\"closed\"]", "modified = [\"name\"]"), HasSubstr("column 'name' is a name"));
  EXPECT_THAT(ErrorOf("modified = [\"closed\"]", "since = \"name\""), HasSubstr("column 'name' is a name"));
  EXPECT_THAT(ErrorOf("\"Europe/Berlin\"", "\"Europe/Bertin\""), HasSubstr("crm-deal.toml:7:13: unknown time zone"));
  EXPECT_THAT(ErrorOf("%d.%m.%Y", "%d.%m"), HasSubstr("it lacks a year (%Y) or a day (%d)"));
  EXPECT_THAT(ErrorOf("window = \"closed\"\n", ""), HasSubstr("go together"));
  EXPECT_THAT(ErrorOf("window = \"closed\"\n", "window = \"closed\"\nwindow_by = [\"account\"]\n"),
              HasSubstr("unknown column 'account'"));
  EXPECT_THAT(ErrorOf("key = \"id\"\n", ""), HasSubstr("records of table deal need a 'key'"));
  EXPECT_THAT(ErrorOf("cp1251", "koi8"), HasSubstr("unknown encoding 'koi8'"));
  EXPECT_THAT(ErrorOf("version = 2", "version = \"two\""), HasSubstr("crm-deal.toml:3:11"));
  EXPECT_THAT(ErrorOf("[[emit]]", "[emit"), HasSubstr("crm-deal.toml:36"));
  EXPECT_THAT(ErrorOf("name = { type = \"name\" }", "x_name = { type = \"name\" }"),
              HasSubstr("'x_name' is no name of a column"));
}

TEST_F(MappingTest, TheSqlOfEmitsIsTried) {
  auto checker = EmitChecker::Make();
  ASSERT_TRUE(checker.has_value());
  const auto check = [&](std::string_view expression) {
    std::string text(kGood);
    text.replace(text.find("key = \"id\"\nname"), 10, "key = \"" + std::string(expression) + "\"");
    const auto mapping = ParseMapping(text, "crm-deal.toml");
    EXPECT_TRUE(mapping.has_value());
    const Status checked = checker->Check(*mapping);
    return checked ? "" : checked.error().ToString();
  };
  EXPECT_EQ(check("id"), "");
  EXPECT_EQ(check("coalesce(id, name_key(name))"), "");
  EXPECT_EQ(check("email_domain(name)"), "");
  EXPECT_THAT(check("idd"), HasSubstr("crm-deal.toml:36: the emit into deal is not valid SQL"));
  EXPECT_THAT(check("stage"), HasSubstr("not valid SQL")) << "a column of the record table is no column of the mapping";
}

TEST_F(MappingTest, AWorkspaceOverridesAndBrokenFilesAreListed) {
  const TestFolder folder;
  folder.Write("deal.toml", kGood);
  folder.Write("broken.toml", "source = ");
  folder.Write("notes.txt", "no mapping");
  const auto catalog = LoadMappings(folder.path());
  ASSERT_TRUE(catalog.has_value()) << catalog.error().ToString();
  EXPECT_NE(catalog->Find("crm", "deal"), nullptr);
  ASSERT_THAT(catalog->problems, SizeIs(1));
  EXPECT_THAT(catalog->problems[0].ToString(), HasSubstr("broken.toml:1:"));
  EXPECT_EQ(LoadMappings(folder.path() / "absent")->problems.size(), 0U);
}

}  // namespace
}  // namespace weir::sources
