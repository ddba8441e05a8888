#include "store/chunk_appender.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace weir::store {
namespace {

class ChunkAppenderTest : public testing::Test {
 protected:
  Database database_ = *Database::Open({});
  Connection connection_ = *database_.Connect();
};

TEST_F(ChunkAppenderTest, WritesEveryTypeAndNull) {
  ASSERT_TRUE(
      connection_.Execute("CREATE TEMP TABLE t (a BIGINT, b VARCHAR, c DATE, d TIMESTAMP, e DECIMAL(18,4), "
                          "f DECIMAL(38,12), g BOOLEAN)"));
  auto appender = ChunkAppender::Open(connection_, "temp", "main", "t");
  ASSERT_TRUE(appender.has_value()) << appender.error().ToString();
  for (const std::int64_t start : {0, 1500}) {
    for (std::size_t row = 0; row < 1500; ++row) {
      const std::int64_t n = start + static_cast<std::int64_t>(row);
      appender->Longs(0)[row] = n;
      appender->SetText(1, row, n % 2 == 0 ? "short" : "a text longer than twelve bytes");
      appender->Integers(2)[row] = static_cast<std::int32_t>(n);
      appender->Longs(3)[row] = n * kMicrosPerSecond;
      appender->Longs(4)[row] = n * 10'000 + 5'000;
      appender->SetUnits(5, row, -Int128{n});
      appender->Booleans(6)[row] = n % 3 == 0;
      if (n % 5 == 0) appender->SetNull(1, row);
    }
    ASSERT_TRUE(appender->Append(1500).has_value());
  }
  ASSERT_TRUE(appender->Close().has_value());
  const auto rows = connection_.Query(
      "SELECT count(*), count(b), sum(length(b)), max(c), max(d), sum(e), min(f), count(*) FILTER (g) FROM t");
  ASSERT_TRUE(rows.has_value()) << rows.error().ToString();
  EXPECT_EQ(rows->IntegerAt(0, 0), 3000);
  EXPECT_EQ(rows->IntegerAt(0, 1), 2400);
  EXPECT_EQ(rows->IntegerAt(0, 2), 1200 * 5 + 1200 * 31);
  EXPECT_EQ(rows->TextAt(0, 3), "1978-03-19");
  EXPECT_EQ(rows->TextAt(0, 4), "1970-01-01T00:49:59Z");
  EXPECT_EQ(rows->TextAt(0, 5), "4500000");
  EXPECT_EQ(rows->TextAt(0, 6), "-0.000000002999");
  EXPECT_EQ(rows->IntegerAt(0, 7), 1000);
}

TEST_F(ChunkAppenderTest, LeavesNothingBehindWithoutCommit) {
  ASSERT_TRUE(connection_.Execute("CREATE TABLE t (a BIGINT)"));
  {
    auto transaction = Transaction::Begin(connection_);
    ASSERT_TRUE(transaction.has_value());
    auto appender = ChunkAppender::Open(connection_, "", "main", "t");
    ASSERT_TRUE(appender.has_value());
    appender->Longs(0)[0] = 1;
    ASSERT_TRUE(appender->Append(1).has_value());
    ASSERT_TRUE(appender->Close().has_value());
  }
  EXPECT_EQ(*connection_.QueryInteger("SELECT count(*) FROM t"), 0);
}

// Beyond some blocks another thread writes: nothing is lost or moved by it, the last block included, which is short.
TEST_F(ChunkAppenderTest, KeepsTheOrderOfALongTable) {
  constexpr std::int64_t kRows = 300'001;
  ASSERT_TRUE(connection_.Execute("CREATE TEMP TABLE t (a BIGINT, b VARCHAR)"));
  auto appender = ChunkAppender::Open(connection_, "temp", "main", "t");
  ASSERT_TRUE(appender.has_value());
  for (std::int64_t start = 0; start < kRows; start += ChunkAppender::kRows) {
    const auto rows = static_cast<std::size_t>(std::min<std::int64_t>(ChunkAppender::kRows, kRows - start));
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int64_t n = start + static_cast<std::int64_t>(row);
      appender->Longs(0)[row] = n;
      if (n % 7 == 0)
        appender->SetNull(1, row);
      else
        appender->SetText(1, row, fmt::format("the text of row {}", n));
    }
    ASSERT_TRUE(appender->Append(rows).has_value());
  }
  ASSERT_TRUE(appender->Close().has_value());
  EXPECT_EQ(*connection_.QueryInteger("SELECT count(*) FROM t WHERE a = rowid AND (b = 'the text of row ' || a OR "
                                      "(b IS NULL AND a % 7 = 0))"),
            kRows);
}

// What the writer meets is said by Append or Close, and what was handed over after it does not hold anybody up.
TEST_F(ChunkAppenderTest, SaysLaterWhatFailedInALongTable) {
  ASSERT_TRUE(connection_.Execute("CREATE TABLE t (a BIGINT NOT NULL)"));
  auto appender = ChunkAppender::Open(connection_, "", "main", "t");
  ASSERT_TRUE(appender.has_value());
  Status done;
  for (std::int64_t block = 0; done && block < 1000; ++block) {
    for (std::size_t row = 0; row < ChunkAppender::kRows; ++row) appender->SetNull(0, row);
    done = appender->Append(ChunkAppender::kRows);
  }
  ASSERT_FALSE(done.has_value());
  EXPECT_NE(done.error().message().find("NOT NULL"), std::string::npos) << done.error().ToString();
  EXPECT_FALSE(appender->Close().has_value());
}

TEST_F(ChunkAppenderTest, NamesAMissingTable) {
  const auto appender = ChunkAppender::Open(connection_, "", "main", "absent");
  ASSERT_FALSE(appender.has_value());
  EXPECT_NE(appender.error().message().find("absent"), std::string::npos);
}

}  // namespace
}  // namespace weir::store
