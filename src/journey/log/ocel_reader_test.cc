#include "journey/log/ocel_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result<ObjectReading> Read(std::string_view text) { return ReadOcel(sources::BytesOf(text), "log.json"); }

constexpr std::string_view kOrders = R"({
 "objectTypes": [{"name": "order", "attributes": [{"name": "price", "type": "float"}]}, {"name": "item"}],
 "eventTypes": [{"name": "place", "attributes": []}, {"name": "pick"}, {"name": "send"}],
 "events": [
  {"id": "e1", "type": "place", "time": "2024-01-01T10:00:00Z", "attributes": [{"name": "id", "value": "x"}],
   "relationships": [{"objectId": "o1", "qualifier": "q"}, {"objectId": "i1"}, {"objectId": "i2"}]},
  {"id": "e2", "type": "pick", "time": "2024-01-01T12:00:00+01:00", "relationships": [{"objectId": "i2"}]},
  {"id": "e3", "type": "pick", "time": "2024-01-01T12:00:00Z",
   "relationships": [{"objectId": "i1", "qualifier": "a"}, {"objectId": "i1", "qualifier": "b"}]},
  {"id": "e4", "type": "send", "time": "2024-01-02T12:00:00Z",
   "relationships": [{"objectId": "o1"}, {"objectId": "i1"}, {"objectId": "i2"}, {"objectId": "nobody"}]},
  {"id": "e5", "type": "send", "time": "2024-01-02T12:00:00Z", "relationships": []},
  {"id": "e6", "time": "2024-01-02T12:00:00Z", "relationships": [{"objectId": "o1"}]},
  {"id": "e7", "type": "send", "time": "soon", "relationships": [{"objectId": "o1"}]},
  {"id": "e8", "type": "send", "relationships": [{"objectId": "o1"}]}
 ],
 "objects": [
  {"id": "o1", "type": "order", "relationships": [{"objectId": "i1", "qualifier": "has"}]},
  {"id": "i1", "type": "item", "attributes": [{"name": "type", "time": "1970-01-01T00:00:00Z", "value": 3}]},
  {"id": "i2", "type": "item"}, {"id": "i2", "type": "item"}, {"id": "i3"}, {"type": "item"}
 ]})";

TEST(OcelReaderTest, ByHand) {
  const auto reading = Read(kOrders);
  ASSERT_TRUE(reading) << reading.error().ToString();
  const ObjectLog& log = reading->log;
  EXPECT_THAT(log.object_types, ElementsAre("order", "item"));
  EXPECT_THAT(log.object_names, ElementsAre("o1", "i1", "i2"));
  EXPECT_THAT(log.type_of_object, ElementsAre(0, 1, 1));
  EXPECT_THAT(log.activity_names, ElementsAre("place", "pick", "send"));
  EXPECT_THAT(log.activity_of, ElementsAre(0, 1, 1, 2));
  EXPECT_THAT(log.ObjectsOf(0), ElementsAre(0, 1, 2));
  EXPECT_THAT(log.ObjectsOf(2), ElementsAre(1));
  EXPECT_THAT(log.ObjectsOf(3), ElementsAre(0, 1, 2));
  EXPECT_EQ(log.at[1] - log.at[0], 3'600'000'000);
}

TEST(OcelReaderTest, WhatHasNoPlaceIsCountedWithItsReason) {
  const auto reading = Read(kOrders);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->events, 8U);
  std::vector<std::pair<std::string, std::uint64_t>> aside;
  for (const SetAside& each : reading->set_aside) aside.emplace_back(each.code, each.first_line);
  EXPECT_THAT(aside, ElementsAre(std::pair("no_object", 12U), std::pair("no_activity", 13U), std::pair("bad_time", 14U),
                                 std::pair("no_time", 15U), std::pair("repeated", 20U), std::pair("no_type", 20U),
                                 std::pair("no_id", 20U), std::pair("unknown_object", 11U)));
}

TEST(OcelReaderTest, EachTypeSeesItsOwnProcess) {
  const auto reading = Read(kOrders);
  ASSERT_TRUE(reading);
  const auto follows = FollowsByType(reading->log);
  ASSERT_TRUE(follows);
  ASSERT_EQ(follows->size(), 2U);
  const TypedFollows& order = (*follows)[0];
  EXPECT_EQ(order.objects, 1U);
  ASSERT_EQ(order.graph.arcs.size(), 1U);  // place, send: an order is not picked
  EXPECT_EQ(order.graph.arcs[0].to, 2U);
  const TypedFollows& item = (*follows)[1];
  EXPECT_EQ(item.events, 6U);
  ASSERT_EQ(item.graph.arcs.size(), 2U);
  EXPECT_EQ(item.graph.arcs[0].count, 2U);
  EXPECT_EQ(item.graph.arcs[1].count, 2U);
  const auto flat = Flattened(reading->log, "item");
  ASSERT_TRUE(flat);
  EXPECT_THAT(flat->case_names, ElementsAre("i1", "i2"));
  EXPECT_THAT(flat->case_of, ElementsAre(0, 1, 1, 0, 0, 1));
  const auto unknown = Flattened(reading->log, "parcel");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().hint(), HasSubstr("order, item"));
}

TEST(OcelReaderTest, DamagedTextIsRefusedWithItsPlace) {
  for (std::size_t size = 0; size + 1 < kOrders.size(); size += 7) {
    const auto cut = Read(kOrders.substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code(), Code::kBadInput);
    EXPECT_EQ(cut.error().place().file, "log.json");
  }
  const auto broken = Read("{\"objects\": [],\n \"events\": [}]}");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().place().line, 2U);
  for (const std::string_view other : {"[]", "3", "{}", "{\"objects\": []}", "{\"objects\": {}, \"events\": []}",
                                       "{\"objects\": 1, \"events\": []}", "{\"ocel:events\": {}}"}) {
    EXPECT_FALSE(Read(other)) << other;
  }
  const auto empty = Read("{\"objects\": [], \"events\": []}");
  ASSERT_TRUE(empty);
  EXPECT_THAT(empty->log.activity_of, IsEmpty());
}

TEST(OcelReaderTest, DeepAndLongTextsAreBounded) {
  std::string deep = "{\"objects\": [], \"events\": [], \"other\": ";
  deep.append(200'000, '[').append(200'000, ']') += "}";
  EXPECT_TRUE(Read(deep));
  std::string long_text = "{\"objects\": [], \"events\": [], \"other\": \"";
  long_text.append(20U << 20U, 'x') += "\"}";
  const auto refused = Read(long_text);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kTooLarge);
}

}  // namespace
}  // namespace weir::journey
