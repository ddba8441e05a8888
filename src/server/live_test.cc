#include "server/live.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LiveTest, FormatsEvents) {
  EXPECT_EQ(FormatEvent("job", "{}"), "event: job\ndata: {}\n\n");
  EXPECT_EQ(FormatEvent("job", "a\nb"), "event: job\ndata: a\ndata: b\n\n");
}

TEST(LiveTest, NewerNewsOfATopicReplaceOlder) {
  LiveHub hub;
  int woken = 0;
  const auto listener = hub.Subscribe({}, [&] { ++woken; });
  hub.Publish("job", "1", "a");
  hub.Publish("job", "2", "b");
  hub.Publish("job", "3", "a");
  EXPECT_EQ(woken, 3);
  EXPECT_THAT(listener->Take(), ElementsAre(FormatEvent("job", "2"), FormatEvent("job", "3")));
  EXPECT_THAT(listener->Take(), IsEmpty());
}

TEST(LiveTest, NewsOfAJobIsForWhoAskedForIt) {
  LiveHub hub;
  const auto ann = hub.Subscribe({.user = "ann", .may_import = false}, [] {});
  const auto bob = hub.Subscribe({.user = "bob", .may_import = false}, [] {});
  const auto owner = hub.Subscribe({.user = "olga", .may_import = true}, [] {});
  hub.Publish("job", "1", "a", {.is_everyone = false, .user = "ann"});
  hub.Publish("job", "2", "b", {.is_everyone = false, .user = "local", .has_importers = true});
  hub.Publish("data", "3", "data");
  EXPECT_THAT(ann->Take(), ElementsAre(FormatEvent("job", "1"), FormatEvent("data", "3")));
  EXPECT_THAT(bob->Take(), ElementsAre(FormatEvent("data", "3")));
  EXPECT_THAT(owner->Take(), ElementsAre(FormatEvent("job", "2"), FormatEvent("data", "3")));
}

TEST(LiveTest, AListenerThatDoesNotKeepUpIsLetGo) {
  LiveHub hub;
  const auto listener = hub.Subscribe({}, [] {});
  for (std::size_t i = 0; i <= LiveHub::kQueue; ++i) hub.Publish("job", "x", std::to_string(i));
  EXPECT_TRUE(listener->has_overflown());
}

TEST(LiveTest, AListenerEndsWithItsPointer) {
  LiveHub hub;
  auto listener = hub.Subscribe({}, [] {});
  EXPECT_EQ(hub.listeners(), 1U);
  listener.reset();
  EXPECT_EQ(hub.listeners(), 0U);
  hub.Publish("job", "1", "a");
}

TEST(LiveTest, ManyThreadsMayPublish) {
  LiveHub hub;
  std::vector<std::jthread> threads;
  threads.reserve(3);
  for (int number = 0; number < 3; ++number) {
    threads.emplace_back([&hub, number] {
      for (int i = 0; i < 200; ++i) {
        const auto listener = hub.Subscribe({}, [] {});
        hub.Publish("job", std::to_string(i), std::to_string(number));
        EXPECT_FALSE(listener->Take().empty());
      }
    });
  }
}

}  // namespace
}  // namespace weir::server
