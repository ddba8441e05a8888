#include "engine/answer_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::engine {
namespace {

using analysis::ColumnType;

Answer MakeAnswer() {
  Answer answer;
  answer.analysis = "pulse";
  answer.definition_id = "win_rate";
  answer.definition_version = 3;
  answer.params = {{"by", {"team", "segment"}}, {"from", {"2026-01-01"}}, {"none", {}}};
  answer.scope = "all \"rows\"";
  answer.as_of = *ParseIsoInstant("2026-11-23T09:40:00.123456Z");
  answer.known_at = 7;
  answer.data_version = 9;
  answer.currency = "EUR";
  answer.seed = 42;
  answer.output.history = analysis::History::kPartial;
  answer.output.warnings.push_back({"no_currency", AsIs("строки без валюты\n"), {{"rows", "3"}}});
  analysis::Table table;
  table.name = "headline";
  table.key = {"name"};
  table.columns = {{"name", ColumnType::kText, "", {"Name", "Имя"}},
                   {"count", ColumnType::kInteger, "count", {}},
                   {"amount", ColumnType::kMoney, "EUR", {}},
                   {"share", ColumnType::kShare, "share", {}},
                   {"estimate", ColumnType::kNumber, "", {}},
                   {"day", ColumnType::kDate, "", {}},
                   {"at", ColumnType::kInstant, "", {}},
                   {"is_open", ColumnType::kBoolean, "", {}},
                   {"extra", ColumnType::kJson, "", {}}};
  table.rows.push_back({std::string("a\"b\\c\u00a0\x01"), std::int64_t{-5}, Decimal{-123456789012345678, 4},
                        Decimal{3333, 4}, 0.1, *ParseIsoDate("2026-11-23"), answer.as_of, true,
                        std::string(R"({"b": [1, 2.50, "]"], "a":{}})")});
  table.rows.push_back({std::monostate(), std::monostate(), std::monostate(), 0.25, 1e300, std::monostate(),
                        std::monostate(), false, std::monostate()});
  table.rows.push_back({std::string(), std::int64_t{9007199254740993}, Decimal{100, 0}, std::int64_t{1}, 12345678.0,
                        std::monostate(), std::monostate(), std::monostate(), std::string("[]")});
  table.total_rows = 100;
  table.next_cursor = "3|x";
  answer.output.tables.push_back(table);
  answer.output.tables.push_back({.name = "empty"});
  return answer;
}

TEST(AnswerReaderTest, GivesTheSameBytesAgain) {
  const std::string text = ToJson(MakeAnswer());
  const auto read = FromJson(text);
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(ToJson(*read), text);
  EXPECT_EQ(std::get<Decimal>(read->output.tables[0].rows[0][2]), (Decimal{-123456789012345678, 4}));
  EXPECT_EQ(read->output.tables[0].columns[0].title.ru, "Имя");
}

TEST(AnswerReaderTest, RefusesEveryCutOfADocument) {
  const std::string text = ToJson(MakeAnswer());
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    EXPECT_FALSE(FromJson(std::string_view(text).substr(0, cut))) << cut;
  }
  EXPECT_FALSE(FromJson(text + "x"));
  EXPECT_FALSE(FromJson("[]"));
}

TEST(AnswerReaderTest, ReadsProblemsBack) {
  const Error error = BadInput("not a date: '{}'", "31.31.2024").At("deals.csv", 12, 3).Field("close").Mend("Mend it");
  const Error read = ReadProblem(ProblemJson(error));
  EXPECT_EQ(read.code(), Code::kBadInput);
  EXPECT_EQ(read.ToString(), error.ToString());
  const Error known = NotFound("there is no metric '{}'", "mmr").Mend("Did you mean '{}'?", "mrr");
  EXPECT_EQ(InRussian(ReadProblem(ProblemJson(known)).Whole()), "метрики «mmr» нет. Может быть, «mrr»?");
  EXPECT_EQ(ReadProblem("nothing").code(), Code::kUnavailable);
}

}  // namespace
}  // namespace weir::engine
