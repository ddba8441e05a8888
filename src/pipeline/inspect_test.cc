#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pipeline_story_test.h"

namespace weir::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PipelineStory;

class InspectStory : public PipelineStory {
 protected:
  InspectStory() {
    Team("North");
    Member("Ann", "North");
    Member("Bob", "North");
  }
  void Talk(const std::string& deal, const std::string& at) {
    model.Record("activity", {{"key", deal + at}, {"kind", "call"}, {"deal_key", deal}, {"at", Moment(at)}}, seen_at);
  }
  void Contact(const std::string& deal, const std::string& person) {
    model.Record("person", {{"key", person}, {"full_name", person}, {"email", person + "@them.example"}}, seen_at);
    model.Record("deal_contact", {{"deal_key", deal}, {"person_key", person}}, seen_at);
  }
  // Ten deals, won after `days` in the stage Offer.
  void Won(int days) {
    for (int i = 0; i < 10; ++i) {
      const std::string key = fmt::format("won{}", i);
      const std::string closed = FormatDate({FromCivil({2025, 3, 1}).days + days});
      Deal(key, "2025-03-01",
           {{"amount", "100"}, {"stage", "Won"}, {"stage_kind", "won"}, {"close_date", closed}, {"currency", "EUR"}});
      Change(key, "2025-03-01", {{"stage", "Offer"}, {"status", "open"}});
      Change(key, closed, {{"stage", "Won"}, {"status", "won"}});
    }
  }
};

TEST_F(InspectStory, TellsWhatChangedAndWhatSpeaksAgainstADeal) {
  Won(20);
  Deal("bad", "2025-08-01",
       {{"amount", "50"}, {"currency", "EUR"}, {"stage", "Offer"}, {"close_date", "2025-12-24"}, {"owner_key", "Bob"}});
  Change("bad", "2025-08-01",
         {{"stage", "Offer"}, {"amount", "80"}, {"close_date", "2025-10-01"}, {"owner_key", "Ann"}});
  Change("bad", "2025-09-20", {{"close_date", "2025-11-01"}});
  Change("bad", "2025-10-20", {{"close_date", "2025-10-30"}, {"owner_key", "Bob"}});
  Change("bad", "2025-12-28", {{"close_date", "2025-12-24"}, {"amount", "50"}, {"by_key", "Ann"}});
  Contact("bad", "Pat");
  Talk("bad", "2025-11-20");
  Deal("good", "2025-12-20",
       {{"amount", "900"},
        {"currency", "EUR"},
        {"stage", "Offer"},
        {"close_date", "2026-02-01"},
        {"next_step", "Call"}});
  Change("good", "2025-12-20", {{"stage", "Offer"}});
  Contact("good", "Quin");
  Contact("good", "Rob");
  Talk("good", "2025-12-30");
  Build();
  const analysis::Output output = Run("pipeline.inspect");
  EXPECT_THAT(Lines(output, "deals",
                    {"deal_id", "risk", "pushes", "days_pushed", "days_in_stage", "usual_days", "silence_days",
                     "contacts", "owner_changes", "days_past_close"}),
              ElementsAre("test:bad | 100 | 2 | 86 | 152 | 20 | 41 | 1 | 1 | 7",
                          "test:good | 0 | 0 | 0 | 11 | 20 | 1 | 2 | 0 | -"));
  EXPECT_EQ(
      Lines(output, "deals", {"reasons_en"}).front(),
      "closing date passed 7 days ago; silent for 41 days; 152 days in its stage, won deals took 20; pushed 2 times "
      "by 86 days in all; no next step; a single contact; its owner changed; its amount fell");
  EXPECT_THAT(Lines(output, "changes", {"deal_id", "field", "old", "new", "changed_at", "changed_by"}),
              ElementsAre("test:bad | amount | 80 EUR | 50 EUR | 2025-12-28T10:00:00Z | Ann",
                          "test:bad | close_date | 2025-10-30 | 2025-12-24 | 2025-12-28T10:00:00Z | Ann"));
  EXPECT_THAT(Lines(output, "norms", {"stage", "size", "median_days", "deals"}),
              ElementsAre("Offer | all | 20 | 10", "Offer | small | 20 | 10"));
  EXPECT_THAT(Codes(output), ElementsAre("no_next_step_times"));
  EXPECT_EQ(output.history, analysis::History::kComplete);
  EXPECT_EQ(Explain("pipeline.inspect", "norms", {"", "Offer", "small"}).total, 10);
  EXPECT_EQ(Explain("pipeline.inspect", "norms", {"", "Offer", "large"}).total, 0);
  EXPECT_THAT(Explain("pipeline.inspect", "deals", {"test:bad"}).ids, ElementsAre("test:bad"));
}

TEST_F(InspectStory, SinceAndScopeChooseWhatIsTold) {
  Deal("old", "2025-08-01", {{"amount", "50"}, {"stage", "Offer"}, {"owner_key", "Ann"}, {"close_date", "2026-03-01"}});
  Change("old", "2025-08-01", {{"stage", "New"}});
  Change("old", "2025-11-01", {{"stage", "Offer"}});
  Deal("new", "2025-12-01", {{"amount", "50"}, {"stage", "New"}, {"owner_key", "Bob"}, {"close_date", "2026-02-01"}});
  Change("new", "2025-12-01", {{"stage", "New"}});
  Build();
  EXPECT_THAT(Lines(Run("pipeline.inspect"), "changes", {"deal_id"}), IsEmpty());
  EXPECT_THAT(
      Lines(Run("pipeline.inspect", {{"since", {"2025-10-15"}}}), "changes", {"deal_id", "field", "old", "new"}),
      ElementsAre("test:new | created | - | New", "test:old | stage | New | Offer"));
  EXPECT_THAT(Lines(Run("pipeline.inspect", {{"since", {"2025-11-15"}}, {"changed", {"true"}}}), "deals", {"deal_id"}),
              ElementsAre("test:new"));
  EXPECT_THAT(Lines(Run("pipeline.inspect", {{"owner", {"Ann"}}}), "deals", {"deal_id"}), ElementsAre("test:old"));
  EXPECT_THAT(Lines(Run("pipeline.inspect", {{"close_to", {"2026-02-15"}}}), "deals", {"deal_id"}),
              ElementsAre("test:new"));
  EXPECT_THAT(Codes(Run("pipeline.inspect", {{"category", {"commit"}}})), ElementsAre("no_deals"));
  EXPECT_THAT(Ask("pipeline.inspect", {{"since", {"soon"}}}).error().ToString(), HasSubstr("'soon' is not a moment"));
}

TEST_F(InspectStory, WhatNoSourceTellsIsNotJudged) {
  Deal("lone", "2025-08-01", {{"amount", "50"}, {"stage", "Offer"}});
  Build();
  const analysis::Output output = Run("pipeline.inspect");
  EXPECT_THAT(Lines(output, "deals", {"deal_id", "risk", "reasons_en", "days_in_stage", "silence_days", "contacts"}),
              ElementsAre("test:lone | 0 | - | - | - | -"));
  EXPECT_THAT(Codes(output),
              ElementsAre("no_history", "no_close_dates", "no_talks", "no_contacts", "no_next_steps", "no_norms"));
  EXPECT_EQ(output.history, analysis::History::kNone);
}

}  // namespace
}  // namespace weir::pipeline
