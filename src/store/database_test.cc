#include "store/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace weir::store {
namespace {

Connection OpenMemory(const OpenOptions& options = {}) {
  auto database = Database::Open({}, options);
  EXPECT_TRUE(database.has_value()) << (database ? "" : database.error().ToString());
  auto connection = database->Connect();
  EXPECT_TRUE(connection.has_value());
  return std::move(*connection);
}

TEST(Database, RoundTripsEveryType) {
  Connection connection = OpenMemory();
  ASSERT_TRUE(
      connection.Execute("CREATE TABLE t (b BOOLEAN, i BIGINT, a DECIMAL(18,4), p DECIMAL(38,12), d DATE, "
                         "s TIMESTAMP, x VARCHAR, f DOUBLE)"));
  const Date date = FromCivil({2024, 2, 29});
  const Instant instant{1'700'000'000'123'456};
  {
    auto appender = connection.Append("main", "t");
    ASSERT_TRUE(appender);
    appender->Boolean(true);
    appender->Integer(-5);
    appender->Amount({12345000, 4});
    appender->Amount({1, 12});
    appender->Day(date);
    appender->At(instant);
    appender->Text("a text that is longer than twelve bytes");
    appender->Double(0.5);
    ASSERT_TRUE(appender->EndRow());
    for (int i = 0; i < 8; ++i) appender->Null();
    ASSERT_TRUE(appender->EndRow());
    ASSERT_TRUE(appender->Close());
  }
  auto rows = connection.Query("SELECT * FROM t ORDER BY i NULLS LAST");
  ASSERT_TRUE(rows) << rows.error().ToString();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->rows[0][0], Value(true));
  EXPECT_EQ(rows->IntegerAt(0, 1), -5);
  EXPECT_EQ(rows->TextAt(0, 2), "1234.5");
  EXPECT_EQ(rows->TextAt(0, 3), "0.000000000001");
  EXPECT_EQ(rows->rows[0][4], Value(date));
  EXPECT_EQ(rows->rows[0][5], Value(instant));
  EXPECT_EQ(rows->TextAt(0, 6), "a text that is longer than twelve bytes");
  for (const Value& value : rows->rows[1]) EXPECT_TRUE(IsNull(value));
}

TEST(Database, BindsParametersOfEveryType) {
  Connection connection = OpenMemory();
  const std::vector<Value> parameters{Value{},
                                      Value{true},
                                      Value{std::int64_t{7}},
                                      Decimal{150, 2},
                                      Value{std::string("it's")},
                                      FromCivil({2020, 1, 2}),
                                      Instant{1'000'000}};
  auto rows = connection.Query(
      "SELECT ? IS NULL, ?::BOOLEAN, ?::BIGINT, ?::DECIMAL(10,2), ?::VARCHAR, ?::DATE, "
      "?::TIMESTAMP",
      parameters);
  ASSERT_TRUE(rows) << rows.error().ToString();
  EXPECT_EQ(rows->TextAt(0, 0), "true");
  EXPECT_EQ(rows->TextAt(0, 3), "1.5");
  EXPECT_EQ(rows->TextAt(0, 4), "it's");
  EXPECT_EQ(rows->TextAt(0, 6), "1970-01-01T00:00:01Z");
}

TEST(Database, WrongParameterCountIsAnError) {
  Connection connection = OpenMemory();
  const std::vector<Value> one{Value{true}};
  EXPECT_FALSE(connection.Query("SELECT 1", one));
  EXPECT_FALSE(connection.Execute("SELECT 1; SELECT ?", one));
}

TEST(Database, AppenderRefusesAnAmountThatDoesNotFit) {
  Connection connection = OpenMemory();
  ASSERT_TRUE(connection.Execute("CREATE TABLE t (a DECIMAL(18,4))"));
  auto appender = connection.Append("main", "t");
  ASSERT_TRUE(appender);
  const auto huge = ParsePlainDecimal("1000000000000000000000000000000");
  ASSERT_TRUE(huge);
  appender->Amount(*huge);
  EXPECT_FALSE(appender->EndRow());
}

TEST(Database, AbandonedAppenderLeavesNothingBehind) {
  Connection connection = OpenMemory();
  ASSERT_TRUE(connection.Execute("CREATE TABLE t (i BIGINT)"));
  {
    auto transaction = Transaction::Begin(connection);
    auto appender = connection.Append("main", "t");
    appender->Integer(1);
    ASSERT_TRUE(appender->EndRow());
  }
  EXPECT_EQ(*connection.QueryInteger("SELECT count(*) FROM t"), 0);
}

TEST(Database, TransactionRollsBackUnlessCommitted) {
  Connection connection = OpenMemory();
  ASSERT_TRUE(connection.Execute("CREATE TABLE t (i BIGINT)"));
  {
    auto transaction = Transaction::Begin(connection);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(connection.Execute("INSERT INTO t VALUES (1)"));
  }
  EXPECT_EQ(*connection.QueryInteger("SELECT count(*) FROM t"), 0);
  {
    auto transaction = Transaction::Begin(connection);
    ASSERT_TRUE(connection.Execute("INSERT INTO t VALUES (1)"));
    ASSERT_TRUE(transaction->Commit());
  }
  EXPECT_EQ(*connection.QueryInteger("SELECT count(*) FROM t"), 1);
}

TEST(Database, FilesAreOutOfReachWhenLocked) {
  Connection connection = OpenMemory();
  auto read = connection.Query("SELECT * FROM read_csv('/etc/passwd')");
  ASSERT_FALSE(read);
  EXPECT_FALSE(connection.Execute("SET enable_external_access = true"));
}

TEST(Database, PacksTextsOnceTheFileIsLarge) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "weir-packs-text-test.duckdb";
  std::filesystem::remove(path);
  {
    auto database = Database::Open(path);
    ASSERT_TRUE(database) << database.error().ToString();
    const auto write = [&](const std::string& table) {
      auto connection = database->Connect();
      ASSERT_TRUE(connection);
      ASSERT_TRUE(connection->Execute("CREATE TABLE " + table +
                                      " AS SELECT 'source:object:' || hash(i) AS key FROM range(200000) AS r(i)"));
      ASSERT_TRUE(connection->Execute("CHECKPOINT"));
    };
    const auto packed = [&](const std::string& table) {
      auto connection = database->Connect();
      return *connection->QueryInteger("SELECT count(*) FROM pragma_storage_info('" + table +
                                       "') WHERE compression = 'FSST'");
    };
    write("small");
    EXPECT_EQ(packed("small"), 0);
    auto connection = database->Connect();
    ASSERT_TRUE(connection->Execute(
        "CREATE TABLE noise AS SELECT CAST(uuid() AS VARCHAR) || CAST(uuid() AS VARCHAR) AS u FROM range(1000000)"));
    ASSERT_TRUE(connection->Execute("CHECKPOINT"));
    write("large");
    EXPECT_GT(packed("large"), 0);
  }
  std::filesystem::remove(path);
}

TEST(Database, VariablesWorkUnderTheLock) {
  Connection connection = OpenMemory();
  ASSERT_TRUE(connection.Execute("CREATE VIEW v AS SELECT getvariable('as_of')::TIMESTAMP AS t"));
  ASSERT_TRUE(connection.Execute("SET VARIABLE as_of = TIMESTAMP '2024-01-01 00:00:00'"));
  auto rows = connection.Query("SELECT t FROM v");
  ASSERT_TRUE(rows) << rows.error().ToString();
  EXPECT_EQ(rows->TextAt(0, 0), "2024-01-01T00:00:00Z");
}

TEST(Database, InterruptStopsALongStatement) {
  Connection connection = OpenMemory();
  std::stop_source source;
  StopGuard guard(source.get_token(), [&] { connection.Interrupt(); });
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    source.request_stop();
  });
  auto rows = connection.Query("SELECT count(*) FROM range(100000000000) a WHERE (a.range * 7) % 13 = 5");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code(), Code::kCancelled) << rows.error().ToString();
}

TEST(Database, StreamsInChunks) {
  Connection connection = OpenMemory();
  auto stream = connection.Stream("SELECT range FROM range(100000)");
  ASSERT_TRUE(stream);
  std::int64_t sum = 0;
  int chunks = 0;
  while (true) {
    auto chunk = (*stream)->Next();
    ASSERT_TRUE(chunk);
    if (*chunk == nullptr) break;
    ++chunks;
    for (const std::int64_t value : (*chunk)->Column(0).Integers()) sum += value;
  }
  EXPECT_EQ(sum, 4999950000);
  EXPECT_GT(chunks, 10);
}

TEST(Quoting, DoublesTheQuote) {
  EXPECT_EQ(QuoteName("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(QuoteText("it's"), "'it''s'");
}

}  // namespace
}  // namespace weir::store
