#include "engine/answer_bytes.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/russian.h"

namespace weir::engine {
namespace {

Answer MakeAnswer() {
  Answer answer;
  answer.analysis = "leaks";
  answer.definition_id = "win_rate";
  answer.definition_version = 3;
  answer.params = {{"by", {"team", "segment"}}, {"none", {}}};
  answer.scope = "all \"rows\"";
  answer.as_of = *ParseIsoInstant("2026-11-23T09:40:00.123456Z");
  answer.known_at = 7;
  answer.data_version = 9;
  answer.currency = "EUR";
  answer.seed = std::numeric_limits<std::uint64_t>::max();
  answer.output.history = analysis::History::kNone;
  answer.output.definition = {"win_rate", 3};
  answer.output.warnings.push_back({"empty", MakePhrase("{} rows", 3), {{"rows", "3"}, {"a", ""}}});
  analysis::Table& table = answer.output.tables.emplace_back();
  table.name = "leaks";
  table.key = {"leak"};
  table.columns = {{"leak", analysis::ColumnType::kText, "", {"Leak", "Утечка"}},
                   {"value", analysis::ColumnType::kJson, "EUR", {}}};
  const std::vector<store::Value> values{std::monostate(),
                                         true,
                                         false,
                                         std::int64_t{-5},
                                         Decimal{-10000, 4},
                                         Decimal{(Int128{1} << 120) - 1, 38},
                                         0.1,
                                         -std::numeric_limits<double>::infinity(),
                                         std::string("a\0\"б", 5),
                                         std::string(),
                                         *ParseIsoDate("1931-11-23"),
                                         answer.as_of};
  for (const store::Value& value : values) table.rows.push_back({std::string("x"), value});
  table.next_cursor = "";
  table.total_rows = 0;
  answer.output.tables.push_back({.name = "nothing"});
  return answer;
}

TEST(AnswerBytesTest, EveryValueKeepsItsKindAndScale) {
  const Answer answer = MakeAnswer();
  const auto read = FromBytes(ToBytes(answer));
  ASSERT_TRUE(read);
  EXPECT_EQ(ToJson(*read), ToJson(answer));
  ASSERT_EQ(read->output.tables.size(), 2U);
  const analysis::Table& table = read->output.tables.front();
  const analysis::Table& before = answer.output.tables.front();
  ASSERT_EQ(table.rows.size(), before.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    EXPECT_EQ(table.rows[i][1].index(), before.rows[i][1].index());
    EXPECT_EQ(table.rows[i][1], before.rows[i][1]) << i;
    const auto* decimal = std::get_if<Decimal>(&table.rows[i][1]);
    if (decimal != nullptr) {
      EXPECT_EQ(decimal->units, std::get<Decimal>(before.rows[i][1]).units);
      EXPECT_EQ(decimal->scale, std::get<Decimal>(before.rows[i][1]).scale);
    }
  }
  EXPECT_EQ(table.columns[0].title.ru, "Утечка");
  EXPECT_EQ(table.next_cursor, std::optional<std::string>(""));
  EXPECT_EQ(table.total_rows, std::optional<std::int64_t>(0));
  EXPECT_FALSE(read->output.tables.back().total_rows);
  EXPECT_EQ(read->output.definition, answer.output.definition);
  EXPECT_EQ(InRussian(read->output.warnings.front().message), InRussian(answer.output.warnings.front().message));
  EXPECT_EQ(ToBytes(*read), ToBytes(answer));
}

TEST(AnswerBytesTest, RefusesEveryCutAndEveryChangedByte) {
  const std::string bytes = ToBytes(MakeAnswer());
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(FromBytes(bytes.substr(0, size))) << size;
  EXPECT_FALSE(FromBytes(bytes + "x"));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    EXPECT_FALSE(FromBytes(changed)) << at;
  }
}

// Bytes of which the sum is right, and nothing else: no count makes it take memory or time beyond them.
TEST(AnswerBytesTest, TakesNothingThatIsBrokenWithin) {
  const std::string sound = ToBytes(MakeAnswer());
  RandomStream random(1, "answer bytes");
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = sound.substr(0, sound.size() - 8);
    for (int changes = 0; changes < 4; ++changes) {
      const auto at = static_cast<std::size_t>(random.Integer(14, static_cast<std::int64_t>(bytes.size()) - 1));
      bytes[at] = static_cast<char>(random.Integer(-128, 127));
    }
    const std::uint64_t sum = HashText(bytes);
    bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
    const auto read = FromBytes(bytes);
    if (!read) continue;
    EXPECT_LE(ToBytes(*read).size(), bytes.size());
  }
}

}  // namespace
}  // namespace weir::engine
