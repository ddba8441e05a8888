// The outbox: nothing is lost and nothing made twice, wherever the program ends; what fails is tried again, and given
// up with its reason.
#include "delivery/outbox.h"

#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/compose.h"
#include "delivery/delivery_story.h"
#include "delivery/round.h"
#include "delivery/schedule.h"

namespace weir::delivery {
namespace {

using testing::At;
using ::testing::ElementsAre;
using testing::FakeSender;
using ::testing::HasSubstr;
using testing::LeaksList;
using testing::Need;
using testing::NeedOk;

class OutboxStory : public ::testing::Test {
 protected:
  OutboxStory() : database_(Need(store::Database::Open({}, {}))), connection_(Need(database_.Connect())) {
    Need(connection_.Execute("CREATE SCHEMA meta"));
    for (const std::string_view step : OutboxMigrations()) Need(connection_.Execute(step));
    channels_.mail = MailChannel{.server = "localhost", .from = "weir@acme.example", .to = {"@acme.example"}};
  }

  RoundSetup MakeSetup() {
    return {.connection = connection_,
            .subscriptions = subscriptions_,
            .channels = channels_,
            .sender = sender_,
            .data_version = data_version_,
            .clock = [this] { return now_; },
            .ask = [this](const std::string&, const engine::Question& question) -> Result<engine::Answer> {
              asked_.push_back(question);
              if (is_gone_) return Fail(NotFound("there is no account '{}'", "ann"));
              if (question.id == "brief") return testing::Brief();
              engine::Answer list = LeaksList(leaks_);
              list.data_version = data_version_;
              return list;
            }};
  }
  RoundOutcome Round() { return Need(MakeRound(MakeSetup(), seen_)); }
  void Subscribe(std::string_view kind, std::optional<QuietHours> quiet = {}) {
    subscriptions_.push_back({.id = static_cast<std::int64_t>(subscriptions_.size()) + 1,
                              .owner = "ann",
                              .kind = std::string(kind),
                              .channel = "mail",
                              .address = "ann@acme.example",
                              .days = {0, 1, 2, 3, 4, 5, 6},
                              .quiet = quiet});
  }
  std::string Cell(const std::string& column) {
    const store::Rows rows = Need(connection_.Query("SELECT " + column + " FROM meta.delivery ORDER BY delivery_id"));
    std::string cells;
    for (std::size_t row = 0; row < rows.size(); ++row) cells += (row == 0 ? "" : "|") + rows.TextAt(row, 0);
    return cells;
  }
  std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    keys.reserve(sender_.taken.size());
    for (const Parcel& parcel : sender_.taken) keys.push_back(parcel.key);
    return keys;
  }

  store::Database database_;
  store::Connection connection_;
  std::vector<Subscription> subscriptions_;
  Channels channels_;
  FakeSender sender_;
  LeaksSeen seen_;
  std::vector<std::pair<std::string, std::string>> leaks_{{"a:1", "100"}};
  std::vector<engine::Question> asked_;
  std::int64_t data_version_ = 7;
  bool is_gone_ = false;
  Instant now_ = At("2026-11-23T08:00:00Z");
};

TEST_F(OutboxStory, ABriefGoesOutOnceADay) {
  Subscribe(kBrief);
  for (int minute = 0; minute < 5; ++minute) {
    Round();
    now_.micros += 60 * kMicrosPerSecond;
  }
  EXPECT_THAT(Keys(), ElementsAre("1:brief:2026-11-23"));
  EXPECT_EQ(Cell("state"), "sent");
  EXPECT_EQ(Cell("letter"), "");  // what was sent is not kept
  now_ = At("2026-11-24T08:00:00Z");
  asked_.clear();
  leaks_ = {{"under_billing:s1", "700"}};
  Round();
  EXPECT_THAT(Keys(), ElementsAre("1:brief:2026-11-23", "1:brief:2026-11-24"));
  // The leak of yesterday is not told again; nor its opening, which here has the same name.
  EXPECT_THAT(asked_.back().params.at("told"), ElementsAre("under_billing:s1", "under_billing:s1"));
}

TEST_F(OutboxStory, WhatFailsIsTriedAgainEverMoreRarelyUntilItArrives) {
  Subscribe(kBrief);
  sender_.answers = {Failure{.reason = MakePhrase("the receiver did not answer in time")},
                     Failure{.reason = MakePhrase("the receiver did not answer in time")}};
  Round();
  EXPECT_EQ(Cell("state"), "waiting");
  EXPECT_EQ(Cell("reason"), "the receiver did not answer in time");
  EXPECT_EQ(Cell("reason_ru"), "получатель не ответил вовремя");
  Round();
  EXPECT_EQ(sender_.taken.size(), 1U);  // not before its time
  now_ = At("2026-11-23T08:01:00Z");
  Round();
  now_ = At("2026-11-23T08:05:59Z");
  Round();
  EXPECT_EQ(sender_.taken.size(), 2U);
  now_ = At("2026-11-23T08:06:00Z");
  EXPECT_EQ(Round().sent, 1);
  EXPECT_EQ(Cell("state"), "sent");
  const std::vector<std::string> keys = Keys();
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 1U);
}

TEST_F(OutboxStory, IsGivenUpWithItsReasonAndThenToldAnew) {
  Subscribe(kNewLeaks);
  sender_.answers.assign(100, Failure{.reason = MakePhrase("the receiver did not answer in time")});
  for (int hour = 0; hour < 80; ++hour) {
    Round();
    now_.micros += 3'600 * kMicrosPerSecond;
  }
  EXPECT_EQ(Cell("state"), "given_up");
  EXPECT_EQ(Cell("reason"), "the receiver did not answer in time");
  sender_.answers.clear();
  ++data_version_;
  Round();
  EXPECT_EQ(Cell("state"), "given_up|sent");
  // What another try would not change is given up at once.
  leaks_ = {{"a:1", "100"}, {"b:2", "5"}};
  ++data_version_;
  sender_.answers = {Failure{.reason = MakePhrase("the receiver answered with status {}", 404), .is_final = true}};
  EXPECT_EQ(Round().given_up, 1);
}

TEST_F(OutboxStory, AReceiverThatAsksToWaitIsLeftInPeace) {
  Subscribe(kBrief);
  sender_.answers = {Failure{.reason = MakePhrase("the receiver answered with status {}", 429), .wait_s = 1800}};
  Round();
  now_ = At("2026-11-23T08:29:59Z");
  Round();
  EXPECT_EQ(sender_.taken.size(), 1U);
  now_ = At("2026-11-23T08:30:00Z");
  EXPECT_EQ(Round().sent, 1);
}

// The program ends at any point: before the try is counted, after the receiver took it, after the word was written.
TEST_F(OutboxStory, EndingAnywhereLosesNothingAndMakesNothingTwice) {
  std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the same story each time
  for (int story = 0; story < 60; ++story) {
    Outbox outbox(connection_);
    const std::string key = Outbox::KeyOf(story, "brief", "2026-11-23");
    NewDelivery delivery{.subscription_id = story, .kind = "brief", .channel = "mail", .key = key};
    delivery.letter.text = "hello";
    std::int64_t made = 0;
    std::size_t arrived = 0;
    std::size_t ended = 0;
    now_ = At("2026-11-23T08:00:00Z");
    std::string state;
    for (int step = 0; step < 40 && state != "sent"; ++step) {
      // Whoever begins anew first makes what is due; the key holds.
      made += Need(outbox.Put(delivery, now_)) ? 1 : 0;
      for (const std::int64_t id : Need(outbox.DueNow(now_))) {
        const auto pending = Need(outbox.Begin(id, now_));
        if (!pending || pending->parcel.key != key) continue;
        if (random() % 3 == 0) break;  // it ends before anything was sent
        EXPECT_EQ(pending->parcel.letter.text, "hello");
        const bool fails = random() % 3 == 0;
        if (!fails) ++arrived;
        if (random() % 3 == 0) {
          ++ended;
          break;  // it ends after, before that is written
        }
        NeedOk(outbox.End(*pending, fails ? std::optional(Failure{.reason = MakePhrase("down")}) : std::nullopt, now_));
      }
      const store::Rows rows = Need(connection_.Query("SELECT state FROM meta.delivery WHERE key = '" + key + "'"));
      state = rows.TextAt(0, 0);
      now_.micros += 240 * 60 * kMicrosPerSecond / 100;
    }
    EXPECT_EQ(made, 1) << story;
    if (state == "sent") {
      EXPECT_GE(arrived, 1U) << story;
    }
    EXPECT_LE(arrived, 1 + ended) << story;  // twice only where the word of it was lost
    EXPECT_NE(state, "given_up") << story;
    Need(connection_.Execute("DELETE FROM meta.delivery"));
  }
}

TEST_F(OutboxStory, QuietHoursHoldForTriesToo) {
  Subscribe(kBrief, QuietHours{22, 7});
  subscriptions_[0].hour = 21;
  now_ = At("2026-11-23T21:59:30Z");
  sender_.answers = {Failure{.reason = MakePhrase("the receiver did not answer in time")}};
  Round();
  now_ = At("2026-11-23T23:00:00Z");
  Round();
  EXPECT_EQ(sender_.taken.size(), 1U);
  now_ = At("2026-11-24T07:00:00Z");
  EXPECT_EQ(Round().sent, 1);
}

TEST_F(OutboxStory, LeaksAreLookedAtOnceADataVersionAndNotRepeated) {
  Subscribe(kNewLeaks);
  Round();
  Round();
  EXPECT_EQ(asked_.size(), 1U);
  EXPECT_THAT(Keys(), ElementsAre("1:leaks:v7"));
  // After a new start the same leaks are no news.
  seen_.clear();
  ++data_version_;
  Round();
  EXPECT_EQ(sender_.taken.size(), 1U);
  leaks_.emplace_back("a:2", "5");
  ++data_version_;
  Round();
  EXPECT_THAT(Keys(), ElementsAre("1:leaks:v7", "1:leaks:v9"));
}

TEST_F(OutboxStory, OneThatCannotBeMadeLeavesTheOthers) {
  Subscribe(kBrief);
  is_gone_ = true;
  const RoundOutcome outcome = Round();
  EXPECT_EQ(outcome.made, 0);
  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_THAT(outcome.problems[0].second.ToString(), HasSubstr("there is no account 'ann'"));
  is_gone_ = false;
  EXPECT_EQ(Round().sent, 1);
}

TEST_F(OutboxStory, AChannelThatIsGoneIsSaid) {
  Subscribe(kBrief);
  channels_.mail.reset();
  Round();
  EXPECT_EQ(Cell("state"), "waiting");
  EXPECT_EQ(Cell("reason"), "weir.toml has no table 'mail'");
}

}  // namespace
}  // namespace weir::delivery
