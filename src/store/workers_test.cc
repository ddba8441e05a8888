#include "store/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

#include "store/handles.h"

namespace weir::store {
namespace {

// Who ran a function of SQL, which takes its time over each chunk of rows.
struct Runners {
  std::mutex mutex;
  std::set<std::thread::id> threads;
};

void Linger(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  auto* runners = static_cast<Runners*>(duckdb_scalar_function_get_extra_info(info));
  {
    const std::lock_guard lock(runners->mutex);
    runners->threads.insert(std::this_thread::get_id());
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  auto* values = static_cast<std::int64_t*>(duckdb_vector_get_data(output));
  for (idx_t i = 0; i < duckdb_data_chunk_get_size(input); ++i) values[i] = 1;
}

void Register(Connection& connection, Runners& runners) {
  duckdb_logical_type integer = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, "linger");
  duckdb_scalar_function_add_parameter(function, integer);
  duckdb_scalar_function_set_return_type(function, integer);
  duckdb_scalar_function_set_volatile(function);
  duckdb_scalar_function_set_extra_info(function, &runners, nullptr);
  duckdb_scalar_function_set_function(function, &Linger);
  ASSERT_EQ(duckdb_register_scalar_function(connection.handle().connection, function), DuckDBSuccess);
  duckdb_destroy_scalar_function(&function);
  duckdb_destroy_logical_type(&integer);
}

class WorkersTest : public ::testing::Test {
 protected:
  void Open(int threads) {
    auto database = Database::Open({}, {.threads = threads});
    ASSERT_TRUE(database) << database.error().ToString();
    database_ = std::make_unique<Database>(std::move(*database));
    auto connection = database_->Connect();
    ASSERT_TRUE(connection);
    connection_ = std::make_unique<Connection>(std::move(*connection));
    Register(*connection_, runners_);
    ASSERT_TRUE(connection_->Execute("CREATE TABLE numbers AS SELECT i FROM range(500000) AS t(i)"));
  }

  std::set<std::thread::id> Run(const std::string& sql, std::int64_t expected) {
    runners_.threads.clear();
    const auto value = connection_->QueryInteger(sql);
    EXPECT_EQ(value.value_or(-1), expected);
    return runners_.threads;
  }

  Runners runners_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
};

// Five blocks of rows, of which each thread of the store could take one. How fast the machine is says nothing here: on
// a store of great patience everything is short.
TEST_F(WorkersTest, WhoAsksWorksAloneOnWhatIsShort) {
  Open(4);
  Database::Handle& store = *connection_->handle().database;
  store.workers.reset();
  store.workers = std::make_unique<Workers>(store.database, 3, std::chrono::hours(1));
  for (int i = 0; i < 20; ++i) {
    const auto threads = Run("SELECT CAST(sum(linger(i)) AS BIGINT) FROM numbers WHERE i % 122880 < 1000", 5000);
    EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
  }
}

TEST_F(WorkersTest, OthersHelpWithWhatIsLong) {
  Open(4);
  const std::set<std::thread::id> threads = Run("SELECT CAST(sum(linger(i)) AS BIGINT) FROM numbers", 500000);
  EXPECT_GE(threads.size(), 2U);
  EXPECT_LE(threads.size(), 4U);
}

TEST_F(WorkersTest, OneThreadIsEnough) {
  Open(1);
  const std::set<std::thread::id> threads =
      Run("SELECT CAST(sum(linger(i)) AS BIGINT) FROM numbers WHERE i < 90000", 90000);
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}

// Short and long statements of several sessions, some of them given up: nobody waits forever, every sum is right.
TEST_F(WorkersTest, ServesManySessions) {
  Open(3);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> sessions;
  sessions.reserve(6);
  for (int i = 0; i < 6; ++i) {
    sessions.emplace_back([&, i] {
      auto connection = database_->Connect();
      for (int k = 0; k < 20; ++k) {
        const bool is_long = (i + k) % 4 == 0;
        const std::string below = is_long ? "500000" : "2000";
        const auto sum =
            connection->QueryInteger("SELECT CAST(sum(i % 7 + 1) AS BIGINT) FROM numbers WHERE i < " + below);
        if (!sum || *sum != (is_long ? 1999994 : 7995)) ++wrong;
        if (is_long) {
          auto stream = connection->Stream("SELECT i FROM numbers");  // left after its first rows
          if (!stream || !(*stream)->Next()) ++wrong;
        }
      }
    });
  }
  for (std::thread& session : sessions) session.join();
  EXPECT_EQ(wrong, 0);
}

// A store may be closed at any moment after its last statement, helpers on their way to it included.
TEST_F(WorkersTest, ClosesWhateverItsHelpersAreAt) {
  for (int i = 0; i < 10; ++i) {
    Open(5);
    std::vector<std::thread> sessions;
    sessions.reserve(3);
    for (int k = 0; k < 3; ++k) {
      sessions.emplace_back([&] {
        auto connection = database_->Connect();
        for (const char* below : {"500000", "3000", "500000"}) {
          const auto sum = connection->QueryInteger(
              std::string(
                  "SELECT CAST(sum(i * i % 97 + length(CAST(i AS VARCHAR))) AS BIGINT) FROM numbers WHERE i < ") +
              below);
          EXPECT_TRUE(sum);
        }
      });
    }
    for (std::thread& session : sessions) session.join();
    connection_.reset();
    database_.reset();
  }
}

}  // namespace
}  // namespace weir::store
