// The functions that mappings may call in their SQL.
#include <gtest/gtest.h>

#include "sources/records.h"
#include "sources/schema.h"

namespace weir::sources {
namespace {

class Functions : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = store::Database::Open({});
    ASSERT_TRUE(database.has_value()) << database.error().ToString();
    database_ = std::make_unique<store::Database>(std::move(*database));
    auto connection = database_->Connect();
    ASSERT_TRUE(connection.has_value()) << connection.error().ToString();
    connection_ = std::make_unique<store::Connection>(std::move(*connection));
    for (const std::string_view statement : SourceMigrations())
      ASSERT_TRUE(connection_->Execute(statement).has_value());
    ASSERT_TRUE(CreateSourceFunctions(*connection_).has_value());
  }

  std::string Value(std::string_view expression) {
    const auto rows = connection_->Query(fmt::format("SELECT {}", expression));
    if (!rows) return rows.error().ToString();
    return store::IsNull(rows->rows.at(0).at(0)) ? "-" : store::ToText(rows->rows.at(0).at(0));
  }

  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::Connection> connection_;
};

// The first pair is Salesforce's own example of the two forms.
TEST_F(Functions, SalesforceIdsHaveOneForm) {
  EXPECT_EQ(Value("salesforce_id('001A0000006Vm9r')"), "001A0000006Vm9rIAC");
  EXPECT_EQ(Value("salesforce_id('006q000000Hddoh')"), "006q000000HddohAAB");
  EXPECT_EQ(Value("salesforce_id('006q000000HddohAAB')"), "006q000000HddohAAB");
  EXPECT_EQ(Value("salesforce_id('no id at all')"), "no id at all");
  EXPECT_EQ(Value("salesforce_id(NULL)"), "-");
}

TEST_F(Functions, NamesHaveOneKey) {
  EXPECT_EQ(Value("name_key('  ACME, Inc. ')"), "acme inc");
  EXPECT_EQ(Value("name_key('Ромашка (ООО)')"), "ромашка ооо");
  EXPECT_EQ(Value("name_key(' - ')"), "-") << "null";
}

TEST_F(Functions, OnlyBusinessMailHasADomain) {
  EXPECT_EQ(Value("email_domain('Ann@Mail.Acme.co.uk')"), "acme.co.uk");
  EXPECT_EQ(Value("email_domain('ann@gmail.com')"), "-");
  EXPECT_EQ(Value("email_domain('ann')"), "-");
}

}  // namespace
}  // namespace weir::sources
