#include "engine/turns.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace weir::engine {
namespace {

TEST(TurnsTest, OneComputesWhatManyAsk) {
  Turns turns;
  std::atomic<bool> is_answered = false;
  std::atomic<int> computed = 0;
  {
    std::vector<std::jthread> asking;
    asking.reserve(8);
    for (int i = 0; i < 8; ++i) {
      asking.emplace_back([&] {
        const auto turn = turns.Take("pulse", {});
        ASSERT_TRUE(turn);
        if (is_answered) return;
        std::this_thread::sleep_for(
            std::chrono::milliseconds(2));  // computing: without turns the others would begin, too
        ++computed;
        is_answered = true;
      });
    }
  }
  EXPECT_EQ(computed, 1);
}

TEST(TurnsTest, NoTwoHaveTheTurnOfOneKey) {
  Turns turns;
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> asking;
    asking.reserve(4);
    for (int i = 0; i < 4; ++i) {
      asking.emplace_back([&] {
        for (int round = 0; round < 200; ++round) {
          const auto turn = turns.Take("key", {});
          ASSERT_TRUE(turn);
          const int now = ++inside;
          if (now > most) most = now;
          --inside;
        }
      });
    }
  }
  EXPECT_EQ(most, 1);
}

TEST(TurnsTest, OtherKeysDoNotWait) {
  Turns turns;
  const auto first = turns.Take("one", {});
  const auto second = turns.Take("two", {});
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->has_waited());
}

TEST(TurnsTest, WhoWaitsTakesOverFromWhoGivesUp) {
  Turns turns;
  std::optional<Turns::Turn> first;
  {
    auto taken = turns.Take("key", {});
    ASSERT_TRUE(taken);
    first.emplace(std::move(*taken));
  }
  {
    const std::jthread waiting([&] { EXPECT_TRUE(turns.Take("key", {})); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // so that it waits; the test holds if it does not yet
    first.reset();
  }
  EXPECT_TRUE(turns.Take("key", {}));
}

TEST(TurnsTest, WhoWaitsIsStopped) {
  Turns turns;
  const auto first = turns.Take("key", {});
  ASSERT_TRUE(first);
  std::stop_source stop;
  stop.request_stop();
  const auto second = turns.Take("key", stop.get_token());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace weir::engine
