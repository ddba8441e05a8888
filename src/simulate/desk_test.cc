// The operations desk, the decay of the CRM and the telephone: in the files, and in the truth beside them.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "simulate/desk.h"
#include "simulate/leaks.h"
#include "simulate/test_table.h"

namespace weir::simulate {
namespace {

World Make(std::uint64_t seed, int accounts, std::string locale = "en", std::string crm = "salesforce") {
  SimulateParams params;
  params.seed = seed;
  params.accounts = accounts;
  params.scenario = "balanced";
  params.locale = std::move(locale);
  params.crm = std::move(crm);
  auto world = MakeWorld(params);
  EXPECT_TRUE(world.has_value());
  return std::move(*world);
}

TEST(People, NobodyWorksBeforeHeCameOrAfterHeLeft) {
  const World world = Make(3, 300);
  const auto is_here = [&](int member, Instant at) {
    const Member& who = world.company.members()[static_cast<std::size_t>(member)];
    const Date day = world.calendar.DayOf(at);
    return who.starts <= day && day < who.ends;
  };
  std::size_t seen = 0;
  for (int index = 0; index < world.accounts; ++index) {
    const Account account = TellAccount(world, world.scenario.knobs, index);
    for (const Activity& activity : account.activities) {
      EXPECT_TRUE(
          is_here(activity.member, activity.kind == ActivityKind::kTask ? activity.created_at : activity.starts_at));
      ++seen;
    }
    for (const PhoneCall& call : account.calls) EXPECT_TRUE(call.member < 0 || is_here(call.member, call.at));
    for (const FieldEdit& edit : account.edits) EXPECT_TRUE(is_here(edit.member, edit.at));
  }
  EXPECT_GT(seen, 5000U);
  for (const Licence& licence : LicencesOn(world, world.until)) {
    for (const Instant at : SignOns(world, licence, world.until)) EXPECT_TRUE(is_here(licence.member, at));
  }
  ForEachWorkedMonth(world, world.until, [&](const WorkedMonth& month) {
    for (const Date day : month.days) EXPECT_TRUE(is_here(month.member, world.calendar.At(day, 12 * 3600)));
  });
}

TEST(Billing, NoInvoiceComesBeforeItsContract) {
  const World world = Make(5, 300);
  std::size_t seen = 0;
  for (int index = 0; index < world.accounts; ++index) {
    const Account account = TellAccount(world, world.scenario.knobs, index);
    for (const Invoice& invoice : account.invoices) {
      const int deal = account.subscriptions[static_cast<std::size_t>(invoice.subscription)].deal;
      Date signed_on = kFarDate;
      for (const Contract& contract : account.contracts) {
        if (contract.deal == deal) signed_on = std::min(signed_on, contract.start);
      }
      EXPECT_LE(signed_on, world.calendar.DayOf(invoice.created_at));
      EXPECT_LE(account.deals[static_cast<std::size_t>(deal)].decided_at, invoice.created_at);
      ++seen;
    }
  }
  EXPECT_GT(seen, 500U);
}

TEST(Decay, EachEditBeginsWhereTheLastOneEnded) {
  const World world = Make(2, 200);
  std::size_t cleaned = 0;
  std::size_t spoilt = 0;
  for (int index = 0; index < world.accounts; ++index) {
    const Account account = TellAccount(world, world.scenario.knobs, index);
    for (const FieldEdit& edit : account.edits) {
      const Instant before = Plus(edit.at, -1.0);
      const auto record = static_cast<std::size_t>(edit.record);
      if (edit.of_contact) {
        const EnteredPerson entered = account.StateOf(account.contacts[record], before).entered;
        if (edit.field == Field::kPhone) {
          EXPECT_EQ(entered.phone, edit.before);
        }
        if (edit.field == Field::kTitle) {
          EXPECT_EQ(entered.title, edit.before);
        }
      } else {
        const CrmAccount entered = account.StateOf(account.crm_accounts[record], before);
        if (edit.field == Field::kPhone) {
          EXPECT_EQ(entered.phone, edit.before);
        }
        if (edit.field == Field::kWebsite) {
          EXPECT_EQ(entered.website, edit.before);
        }
      }
    }
    for (const Blemish& blemish : account.blemishes) {
      EXPECT_LT(blemish.since, blemish.until);
      cleaned += blemish.until != kNever ? 1 : 0;
      spoilt += blemish.kind == "emptied" ? 1 : 0;
    }
  }
  EXPECT_GT(cleaned, 100U);
  EXPECT_GT(spoilt, 50U);
}

// Holidays, seasons and names differ; how business goes does not.
TEST(Story, IsMuchTheSameInEveryLanguageAndTheSameInEveryCrm) {
  std::size_t leads[2] = {};
  std::size_t deals[2] = {};
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    for (const bool russian : {false, true}) {
      const World world = Make(seed, 400, russian ? "ru" : "en");
      for (int index = 0; index < world.accounts; ++index) {
        const Account account = TellAccount(world, world.scenario.knobs, index);
        leads[russian ? 1 : 0] += account.leads.size();
        deals[russian ? 1 : 0] += account.deals.size();
      }
    }
  }
  EXPECT_NEAR(static_cast<double>(leads[1]) / static_cast<double>(leads[0]), 1.0, 0.12);
  EXPECT_NEAR(static_cast<double>(deals[1]) / static_cast<double>(deals[0]), 1.0, 0.12);
  const World one = Make(9, 60, "ru");
  const World other = Make(9, 60, "ru", "bitrix24");
  for (int index = 0; index < 60; ++index) {
    const Account a = TellAccount(one, one.scenario.knobs, index);
    const Account b = TellAccount(other, other.scenario.knobs, index);
    ASSERT_EQ(a.deals.size(), b.deals.size());
    ASSERT_EQ(a.activities.size(), b.activities.size());
    ASSERT_EQ(a.invoices.size(), b.invoices.size());
    ASSERT_EQ(a.edits.size(), b.edits.size());
  }
}

class Desk : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<SimulatedFolder>("desk");
    SimulateParams params;
    params.directory = folder_->path();
    params.accounts = 220;
    params.months = 18;
    params.exports = 3;
    params.seed = 4;
    const auto summary = Simulate(params);
    ASSERT_TRUE(summary.has_value()) << summary.error().ToString();
  }
  static void TearDownTestSuite() { folder_.reset(); }
  static const SimulatedFolder& folder() { return *folder_; }

 private:
  static inline std::unique_ptr<SimulatedFolder> folder_;
};

// What has happened stays in every later export, to the letter.
TEST_F(Desk, LogsOnlyGrow) {
  for (const std::string_view name :
       {"cdr", "okta-system-log", "toggl-time-entries", "weir-touch", "weir-product-usage", "weir-survey-answer",
        "zendesk-satisfaction_rating.csv", "AccountHistory.csv", "ContactHistory.csv", "LeadHistory.csv",
        "weir-forecast-submission", "weir-spend"}) {
    for (const int number : {1, 2}) {
      const Table before = folder().Read(number, name);
      const Table after = folder().Read(number + 1, name);
      const std::multiset<std::vector<std::string>> later(after.rows.begin(), after.rows.end());
      EXPECT_FALSE(before.rows.empty()) << name;
      EXPECT_GT(after.rows.size(), before.rows.size()) << name;
      for (const auto& row : before.rows) ASSERT_TRUE(later.contains(row)) << name << " " << row[0];
    }
  }
}

TEST_F(Desk, TheTruthCountsWhatIsWritten) {
  const Table licences = folder().Read(3, "weir-licence");
  std::map<std::string, double> seats;
  for (std::size_t row = 0; row < licences.rows.size(); ++row) {
    if (licences.Get(row, "revoked_on").empty()) ++seats[licences.Get(row, "tool_key")];
  }
  const Table tools = folder().Read(3, "weir-tool");
  const auto names = tools.Index("name");
  const Table truth = folder().Truth("tools.csv");
  for (std::size_t row = 0; row < truth.rows.size(); ++row) {
    const std::string& key = tools.Get(names.at(truth.Get(row, "tool")), "key");
    EXPECT_EQ(truth.Number(row, "seats"), seats[key]) << key;
  }
  EXPECT_EQ(folder().Truth("members.csv").rows.size(), folder().Read(3, "weir-member").rows.size());
  EXPECT_EQ(folder().Truth("members.csv").rows.size(), folder().Read(3, "User.csv").rows.size());
  const Table goals = folder().Read(3, "weir-goal");
  const auto keys = goals.Index("key");
  const Table conflicts = folder().Truth("goals.csv");
  EXPECT_FALSE(conflicts.rows.empty());
  for (std::size_t row = 0; row < conflicts.rows.size(); ++row) {
    EXPECT_TRUE(keys.contains(conflicts.Get(row, "goal_key")));
    EXPECT_TRUE(keys.contains(conflicts.Get(row, "other_goal_key")));
  }
}

TEST_F(Desk, AgreementsAreKeptAndBroken) {
  const Table table = folder().Truth("agreements.csv");
  std::set<std::string> keys;
  std::set<std::string> outcomes;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    keys.insert(table.Get(row, "agreement_key"));
    outcomes.insert(table.Get(row, "is_broken"));
    EXPECT_LE(table.Number(row, "kept"), table.Number(row, "cases"));
  }
  EXPECT_EQ(keys.size(), 4U);
  EXPECT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(keys.size(), folder().Read(3, "weir-agreement").rows.size());
}

TEST(Usage, AllUsersOfAMonthComeInOneOfItsWeeks) {
  const World world = Make(4, 60);
  int months = 0;
  for (int index = 0; index < world.accounts; ++index) {
    const Account account = TellAccount(world, world.scenario.knobs, index);
    for (const UsageMonth& month : account.usage) {
      const std::vector<WeekOfUse> weeks = UsersByWeek(world, account, month);
      ASSERT_GE(weeks.size(), 4U);
      int most = 0;
      for (std::size_t i = 0; i < 3; ++i) most = std::max(most, weeks[i].users);
      EXPECT_EQ(most, month.active_users);
      EXPECT_LE(std::ranges::max(weeks, {}, &WeekOfUse::users).users, month.active_users);
      EXPECT_LE(weeks[2].monday + 6, AddMonths(month.month, 1));
      ++months;
    }
  }
  EXPECT_GT(months, 100);
}

// Some are rare: a large company has them all.
TEST(Leaks, EveryKindIsThere) {
  const World world = Make(4, 900);
  const View view{world, Plus(world.end(), -1.0), world.until};
  std::map<std::string_view, int> kinds;
  for (int index = 0; index < world.accounts; ++index) {
    for (const Leak& leak : FindLeaks(view, TellAccount(world, world.scenario.knobs, index))) ++kinds[leak.kind];
  }
  for (const std::string_view kind :
       {"under_billing",     "won_not_billed",      "missed_uplift",       "failed_payment",    "overdue_invoice",
        "missed_renewal",    "discount_overrun",    "slow_first_response", "unworked_lead",     "stuck_deal",
        "missed_handoff",    "lost_without_reason", "duplicate_account",   "idle_licence",      "over_delivery",
        "orphan_deal",       "missed_call",         "no_next_task",        "unanswered_ticket", "silent_new_owner",
        "unanswered_message"}) {
    EXPECT_GT(kinds[kind], 0) << kind;
  }
}

TEST_F(Desk, DirtHasABeginningAndSometimesAnEnd) {
  const Table dirt = folder().Truth("dirt.csv");
  std::set<std::string> kinds;
  std::size_t ended = 0;
  for (std::size_t row = 0; row < dirt.rows.size(); ++row) {
    kinds.insert(dirt.Get(row, "kind"));
    EXPECT_FALSE(dirt.Get(row, "since").empty());
    ended += dirt.Get(row, "until").empty() ? 0 : 1;
  }
  for (const char* kind : {"duplicate", "typo", "transliteration", "moved", "late_update", "encoding", "phone_form",
                           "missing", "emptied", "company_form"}) {
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  }
  EXPECT_GT(ended, 30U);
}

TEST_F(Desk, FilesThatWeirDoesNotReadStandApart) {
  const std::filesystem::path other = folder().Export(3) / "other";
  const std::string calendar = ReadFile(other / "calendar.ics");
  EXPECT_TRUE(calendar.starts_with("BEGIN:VCALENDAR\r\n"));
  EXPECT_TRUE(calendar.ends_with("END:VCALENDAR\r\n"));
  EXPECT_NE(ReadFile(folder().Export(3) / "queue_log").find("|support|NONE|ENTERQUEUE||+"), std::string::npos);
  EXPECT_FALSE(ReadTable(other / "card-statement.csv").rows.empty());
}

}  // namespace
}  // namespace weir::simulate
