// Which deal a lead became.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

class Requests : public ::testing::Test {
 protected:
  void Lead(const std::string& key, const std::string& person, const std::string& won_at,
            const std::string& object = "list") {
    TestModel::Cells cells{{"key", key}, {"person_key", person}, {"created_at", "2024-01-01 10:00:00"}};
    if (!won_at.empty()) cells["converted_at"] = won_at;
    model.Record("lead", cells, kSeen, "test", object);
  }
  void Deal(const std::string& key, const std::string& person, const std::string& created_at,
            const std::string& object = "list") {
    model.Record("deal", {{"key", key}, {"person_key", person}, {"stage", "New"}, {"created_at", created_at}},
                 "2024-06-02 00:00:00", "test", object);
  }
  std::string Told() {
    if (!model.Build()) return model.error();
    return model.Table("SELECT lead_id, deal_id, is_deal_unknown FROM scoped.lead ORDER BY lead_id NULLS LAST");
  }

  TestModel model;
};

TEST_F(Requests, AreFollowedByTheirContactWhereThatLeavesNoDoubt) {
  for (const char* person : {"ann", "bo", "cy"})
    model.Record("person", {{"key", person}, {"full_name", person}}, kSeen);
  Lead("1", "ann", "2024-01-05 10:00:00");
  Lead("2", "bo", "2024-01-05 10:00:00");
  Lead("3", "cy", "2024-01-05 10:00:00");
  Lead("4", "cy", "2024-01-05 12:00:00");
  Lead("5", "ann", "");
  Deal("11", "ann", "2024-01-05 10:00:00");
  Deal("12", "ann", "2024-03-05 10:00:00");
  Deal("13", "bo", "2024-01-05 10:00:00");
  Deal("14", "bo", "2024-01-05 11:00:00");
  Deal("15", "cy", "2024-01-05 10:00:00");
  EXPECT_EQ(Told(), "test:1 test:11 -\ntest:2 - -\ntest:3 - -\ntest:4 - -\ntest:5 - -\n")
      << "of two deals, or two requests, none is chosen";
  EXPECT_EQ(model.Table("SELECT p.home_slot = l.home_slot FROM scoped.record_place AS p, model.lead_version AS l WHERE "
                        "l.lead_id = 'test:1' AND p.kind = 'deal' AND p.slot = slot_of('test:11') AND p.has_lead"),
            "true\n")
      << "the page of the deal finds its request";
}

TEST_F(Requests, ThatBecomeDealsUnderTheirOwnNumberAreFollowed) {
  Lead("1", "ann", "");
  Lead("2", "bo", "");
  Deal("1", "ann", "2024-01-01 10:00:00");
  EXPECT_EQ(Told(), "test:1 test:1 -\ntest:2 - -\n");
  model.AsOf("2024-06-01 12:00:00");
  EXPECT_EQ(model.Table("SELECT count(deal_id) FROM scoped.lead"), "0\n") << "until then it was a request";
}

TEST_F(Requests, OfAnotherListHaveNumbersOfTheirOwn) {
  Lead("1", "ann", "", "requests");
  Deal("1", "bo", "2024-01-01 10:00:00", "deals");
  EXPECT_EQ(Told(), "test:1 - true\n") << "and nothing tells what became of them";
}

TEST_F(Requests, AreNotGuessedWhereTheSourceNamesDeals) {
  for (const char* person : {"ann", "bo"}) model.Record("person", {{"key", person}, {"full_name", person}}, kSeen);
  Lead("1", "ann", "2024-01-05 10:00:00");
  Lead("2", "bo", "2024-01-05 10:00:00");
  model.Record("deal", {{"key", "11"}, {"lead_key", "1"}, {"stage", "New"}, {"created_at", "2024-01-05 10:00:00"}},
               kSeen, "test", "list");
  Deal("12", "bo", "2024-01-05 10:00:00");
  EXPECT_EQ(Told(), "test:1 test:11 -\ntest:2 - -\n") << "a deal that it does not name is none";
}

}  // namespace
}  // namespace weir::model
