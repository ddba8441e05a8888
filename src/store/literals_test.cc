#include "store/literals.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"
#include "store/database.h"

namespace weir::store {
namespace {

class Literals : public ::testing::Test {
 protected:
  Literals() {
    auto database = Database::Open({}, {});
    EXPECT_TRUE(database);
    auto connection = database->Connect();
    EXPECT_TRUE(connection);
    connection_ = std::make_unique<Connection>(std::move(*connection));
  }

  // What the store makes of a value that is bound, and of one that is written into the text.
  void ExpectSame(const Value& value) {
    const std::vector<Value> parameters{value};
    constexpr std::string_view kSql = "SELECT x, typeof(x), '?' AS mark FROM (SELECT ? AS x) AS one";
    const auto bound = connection_->Query(kSql, parameters);
    const auto written = connection_->QueryFew(kSql, parameters);
    ASSERT_TRUE(bound) << bound.error().ToString();
    ASSERT_TRUE(written) << written.error().ToString();
    EXPECT_EQ(bound->rows, written->rows) << ToText(value);
  }

  std::unique_ptr<Connection> connection_;
};

TEST_F(Literals, AreWhatBindingGives) {
  ExpectSame(true);
  ExpectSame(false);
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
                                    std::numeric_limits<std::int64_t>::max()}) {
    ExpectSame(number);
  }
  ExpectSame(Decimal{-12'345, 4});
  ExpectSame(Decimal{7, 0});
  ExpectSame(0.1);
  ExpectSame(-1.5e300);
  ExpectSame(std::numeric_limits<double>::infinity());
  ExpectSame(FromCivil({1, 1, 1}));
  ExpectSame(FromCivil({9999, 12, 31}));
  ExpectSame(Instant{1'700'000'000'123'456});
  ExpectSame(Instant{-1});
}

// Texts that try to leave their quotes.
TEST_F(Literals, HoldAnyText) {
  for (const char* text : {"", "'", "''", "\\", "\\'", "?", "\"", "--", "/*", "'; DROP TABLE t; --", "$$", "O’Brien",
                           "Зажим\n№ 5", "\x01", "x' OR '1'='1"}) {
    ExpectSame(std::string(text));
  }
  RandomStream random(1, "literals");
  constexpr std::string_view kSigns = "'\"\\?-;/*$ \n\tEe0aя";
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (std::int64_t i = random.Integer(0, 12); i > 0; --i) {
      text += kSigns[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(kSigns.size()) - 3))];
    }
    ExpectSame(text);
  }
}

TEST_F(Literals, AreCounted) {
  const std::vector<Value> one{std::string("a")};
  EXPECT_FALSE(connection_->QueryFew("SELECT ?, ?", one));
  EXPECT_FALSE(connection_->QueryFew("SELECT 1", one));
  EXPECT_FALSE(connection_->QueryFew("SELECT '?'", one));
  EXPECT_TRUE(connection_->QueryFew("SELECT \"?\", ? FROM (SELECT 'it''s ?' AS \"?\") AS t", one));
}

TEST_F(Literals, RefuseWhatIsNoText) {
  for (const std::string& text : {std::string("a\0b", 3), std::string("\xff"), std::string("\xd0")}) {
    const std::vector<Value> parameters{text};
    const auto rows = connection_->QueryFew("SELECT ?", parameters);
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code(), Code::kBadInput);
  }
  const std::vector<Value> one{std::string("a")};
  EXPECT_FALSE(connection_->QueryFew("SELECT ? -- and then?", one));
  EXPECT_FALSE(connection_->QueryFew("SELECT $$'$$, ?", one));
}

TEST_F(Literals, TellErrorsOfTheStatement) {
  const auto rows = connection_->QueryFew("SELECT * FROM nowhere");
  ASSERT_FALSE(rows);
  EXPECT_NE(rows.error().message().find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace weir::store
