// The company, its calendar and the stories of accounts.
#include "simulate/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "simulate/outcome.h"
#include "simulate/simulate.h"

namespace weir::simulate {
namespace {

World Make(std::uint64_t seed, int accounts = 400, std::string scenario = "balanced", std::string locale = "en") {
  SimulateParams params;
  params.seed = seed;
  params.accounts = accounts;
  params.scenario = std::move(scenario);
  params.locale = std::move(locale);
  auto world = MakeWorld(params);
  EXPECT_TRUE(world.has_value());
  return std::move(*world);
}

TEST(Calendar, OfficeTimePassesOnlyWhileTheOfficeIsOpen) {
  const auto calendar = Calendar::Make("Europe/Berlin", false, FromCivil({2026, 1, 1}), FromCivil({2026, 12, 31}));
  ASSERT_TRUE(calendar.has_value());
  // Friday, 27 March 2026, 17:00; the clocks go forward on Sunday.
  const Instant friday = calendar->At(FromCivil({2026, 3, 27}), 17 * 3600);
  EXPECT_EQ(FormatInstant(friday), "2026-03-27T16:00:00Z");
  const Instant monday = calendar->AddOfficeHours(friday, 2.0);
  EXPECT_EQ(FormatInstant(monday), "2026-03-30T08:00:00Z");
  EXPECT_DOUBLE_EQ(calendar->OfficeHoursBetween(friday, monday), 2.0);
  EXPECT_FALSE(calendar->IsWorkday(FromCivil({2026, 12, 25})));
  EXPECT_EQ(calendar->DayOf(calendar->At(FromCivil({2026, 7, 1}), 0)), FromCivil({2026, 7, 1}));
}

TEST(Calendar, DemandIsAboutOneOnAverage) {
  for (const bool russian : {false, true}) {
    const auto calendar = Calendar::Make("Europe/Moscow", russian, FromCivil({2025, 1, 1}), FromCivil({2025, 12, 31}));
    ASSERT_TRUE(calendar.has_value());
    double sum = 0.0;
    for (Date day = FromCivil({2025, 1, 1}); day <= FromCivil({2025, 12, 31}); day = day + 1)
      sum += calendar->Demand(day);
    EXPECT_NEAR(sum / 365.0, 1.0, 0.05);
  }
}

TEST(Company, EverySeatHasSomebodyWhoAnswersForIt) {
  const World world = Make(3, 600);
  for (std::size_t seat = 0; seat < world.company.seats().size(); ++seat) {
    Date free{INT32_MIN};
    for (const Tenure& tenure : world.company.seats()[seat].tenures) {
      EXPECT_LT(tenure.from, tenure.to);
      EXPECT_GE(tenure.from, free) << "two people in one seat";
      free = tenure.to == kFarDate ? world.until : tenure.to;
    }
    for (Date day = world.start; day <= world.until; day = day + 30) {
      const int member = world.company.HolderAt(static_cast<int>(seat), day);
      EXPECT_LE(world.company.members()[static_cast<std::size_t>(member)].starts, day);
      EXPECT_GT(world.company.members()[static_cast<std::size_t>(member)].ends, day);
    }
  }
}

TEST(Company, PeopleLeaveAndChangeTeams) {
  const World world = Make(1);
  int leavers = 0;
  int movers = 0;
  std::set<std::string> mails;
  for (std::size_t i = 0; i < world.company.members().size(); ++i) {
    const Member& member = world.company.members()[i];
    EXPECT_TRUE(mails.insert(member.email).second) << member.email;
    leavers += member.ends <= world.until && member.ends > world.start ? 1 : 0;
    std::set<int> teams;
    for (const Seat& seat : world.company.seats()) {
      for (const Tenure& tenure : seat.tenures) {
        if (tenure.member == static_cast<int>(i)) teams.insert(seat.team);
      }
    }
    movers += teams.size() > 1 ? 1 : 0;
  }
  EXPECT_GE(leavers, 3);
  EXPECT_EQ(movers, static_cast<int>(world.company.pods().size()));
}

TEST(Story, MoreAccountsAddTerritoriesAndChangeNothing) {
  const World small = Make(11, 150);
  const World large = Make(11, 300);
  for (int index = 0; index < 150; ++index) {
    const Account a = TellAccount(small, small.scenario.knobs, index);
    const Account b = TellAccount(large, large.scenario.knobs, index);
    ASSERT_EQ(a.profile.legal_name, b.profile.legal_name);
    ASSERT_EQ(a.touches.size(), b.touches.size());
    ASSERT_EQ(a.leads.size(), b.leads.size());
    for (std::size_t i = 0; i < a.leads.size(); ++i) {
      ASSERT_EQ(a.leads[i].first_response_at, b.leads[i].first_response_at);
      ASSERT_EQ(a.leads[i].entered.email, b.leads[i].entered.email);
    }
    ASSERT_EQ(a.deals.size(), b.deals.size());
    for (std::size_t i = 0; i < a.deals.size(); ++i) {
      ASSERT_EQ(a.deals[i].versions.size(), b.deals[i].versions.size());
      ASSERT_EQ(a.deals[i].versions.back().amount_minor, b.deals[i].versions.back().amount_minor);
      ASSERT_EQ(a.deals[i].versions.back().owner, b.deals[i].versions.back().owner);
    }
    ASSERT_EQ(a.invoices.size(), b.invoices.size());
    ASSERT_EQ(a.tickets.size(), b.tickets.size());
  }
}

TEST(Story, VersionsAreInTheOrderOfTimeAndNothingIsToldAfterTheEnd) {
  const World world = Make(2, 200, "default");
  for (int index = 0; index < 200; ++index) {
    const Account account = TellAccount(world, world.scenario.knobs, index);
    for (const Deal& deal : account.deals) {
      ASSERT_FALSE(deal.versions.empty());
      EXPECT_EQ(deal.versions.front().at, deal.created_at);
      for (std::size_t i = 1; i < deal.versions.size(); ++i) {
        EXPECT_LT(deal.versions[i - 1].at, deal.versions[i].at);
        EXPECT_LT(deal.versions[i - 1].stage, Stage::kWon) << "a closed deal changed";
      }
      EXPECT_LT(deal.versions.back().at, world.end());
      EXPECT_EQ(deal.is_won && deal.closed_at != kNever, deal.versions.back().stage == Stage::kWon);
    }
    for (const Subscription& subscription : account.subscriptions) {
      for (std::size_t i = 1; i < subscription.versions.size(); ++i) {
        EXPECT_LT(subscription.versions[i - 1].at, subscription.versions[i].at);
      }
    }
    for (const Lead& lead : account.leads) {
      EXPECT_LT(lead.created_at, world.end());
      if (lead.outcome == LeadOutcome::kConverted) {
        EXPECT_GE(lead.closed_at, lead.first_response_at);
        EXPECT_LE(account.contacts[static_cast<std::size_t>(lead.converted_contact)].created_at, lead.closed_at);
      }
    }
    for (const Ticket& ticket : account.tickets) {
      for (std::size_t i = 1; i < ticket.changes.size(); ++i) {
        EXPECT_LE(ticket.changes[i - 1].at, ticket.changes[i].at);
      }
    }
  }
}

// Figures of an ordinary company that sells software to companies, pooled over seeds.
TEST(Story, FiguresAreThoseOfAnOrdinaryCompany) {
  int won = 0;
  int lost = 0;
  std::vector<double> cycles;
  std::vector<double> amounts;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const World world = Make(seed);
    for (int index = 0; index < world.accounts; ++index) {
      const Account account = TellAccount(world, world.scenario.knobs, index);
      for (const Deal& deal : account.deals) {
        if (deal.is_migrated || deal.kind != DealKind::kNew) continue;
        won += deal.versions.back().stage == Stage::kWon ? 1 : 0;
        lost += deal.versions.back().stage == Stage::kLost ? 1 : 0;
        if (deal.versions.back().stage != Stage::kWon) continue;
        cycles.push_back(DaysBetween(deal.created_at, deal.closed_at));
        amounts.push_back(static_cast<double>(*deal.versions.back().amount_minor) / 100.0);
      }
    }
  }
  const double win_rate = static_cast<double>(won) / (won + lost);
  EXPECT_GT(win_rate, 0.20);
  EXPECT_LT(win_rate, 0.30);
  std::sort(cycles.begin(), cycles.end());
  EXPECT_NEAR(cycles[cycles.size() / 2], 45.0, 8.0);
  std::sort(amounts.begin(), amounts.end());
  EXPECT_GT(amounts[amounts.size() / 2], 3'000.0);
  EXPECT_GT(amounts.back(), 80'000.0);
}

TEST(Story, EachWeaknessCostsMoney) {
  for (const std::string_view name : {"thin-demand", "weak-qualification", "weak-closing", "slow-response"}) {
    Outcome weak;
    Outcome whole;
    const World world = Make(4, 400, std::string(name));
    ASSERT_TRUE(world.scenario.has_planted) << name;
    for (int index = 0; index < 400; ++index) {
      weak += OutcomeOf(world, TellAccount(world, world.scenario.knobs, index));
      whole += OutcomeOf(world, TellAccount(world, Knobs{}, index));
    }
    EXPECT_LT(weak.won, whole.won) << name;
  }
}

// Each link of the scenario comes by some seed, costs money where it is planted, and leaves the spared territory as an
// ordinary one, whose stories it shares all luck with.
TEST(Story, AWeakestLinkSparesOneTerritoryOfFour) {
  std::set<Driver> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Scenario scenario = *MakeScenario("weakest-link", "normal", seed);
    seen.insert(scenario.planted);
    EXPECT_EQ(scenario.step >= 0, scenario.planted == Driver::kClosing || scenario.planted == Driver::kSpeed);
    EXPECT_FALSE(scenario.IsSpared(0, 1));
    int spared = 0;
    for (int pod = 0; pod < 8; ++pod) spared += scenario.IsSpared(pod, 8) ? 1 : 0;
    EXPECT_EQ(spared, 2);
  }
  EXPECT_EQ(seen.size(), 6U);
  const World world = Make(1, 800, "weakest-link");
  Outcome weak;
  Outcome whole;
  for (int index = 0; index < 800; ++index) {
    const Outcome told = OutcomeOf(world, TellAccount(world, world.scenario.knobs, index));
    const Outcome ordinary = OutcomeOf(world, TellAccount(world, Knobs{}, index));
    if (world.scenario.IsSpared(index / kAccountsPerPod, 4)) {
      EXPECT_EQ(told.value_minor(), ordinary.value_minor()) << index;
    } else {
      weak += told;
      whole += ordinary;
    }
  }
  EXPECT_LT(weak.won, whole.won);
}

TEST(Story, LeakyRetentionLosesCustomers) {
  const World world = Make(4, 400, "leaky-retention");
  std::size_t weak = 0;
  std::size_t whole = 0;
  for (int index = 0; index < 400; ++index) {
    weak += TellAccount(world, world.scenario.knobs, index).churns.size();
    whole += TellAccount(world, Knobs{}, index).churns.size();
  }
  EXPECT_GT(weak, whole * 5 / 4);
}

TEST(Scenario, UnknownNamesAreRefusedWithTheKnownOnes) {
  const auto scenario = MakeScenario("bliss", "normal", 1);
  ASSERT_FALSE(scenario.has_value());
  EXPECT_EQ(scenario.error().code(), Code::kBadUsage);
  EXPECT_NE(scenario.error().hint().find("thin-demand"), std::string::npos);
  EXPECT_FALSE(MakeScenario("default", "impossible", 1).has_value());
  for (const std::string_view name : ScenarioNames()) EXPECT_TRUE(MakeScenario(name, "hard", 1).has_value()) << name;
}

}  // namespace
}  // namespace weir::simulate
