#include "access/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/tables.h"

namespace weir::access {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kPassword = "four words in a row";

class AccessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto connection = *database_.Connect();
    for (const std::string_view step : Migrations()) ASSERT_TRUE(connection.Execute(step));
    Open();
  }

  void Open(PasswordCost cost = PasswordCost::Least()) {
    access_.reset();
    auto opened = Access::Open(database_, {.cost = cost, .clock = [this] { return now_; }});
    ASSERT_TRUE(opened) << opened.error().ToString();
    access_ = std::move(*opened);
  }

  // An account with a password.
  void Add(const std::string& name, const AccountFields& fields) {
    const auto added = access_->Add(name, fields, owner_, {});
    ASSERT_TRUE(added) << added.error().ToString();
    const Status set = access_->ResetPassword(name, kPassword, owner_);
    ASSERT_TRUE(set) << set.error().ToString();
  }

  std::string SignIn(const std::string& name, const std::string& password = kPassword) {
    auto token = access_->SignIn(name, password, {.address = "10.0.0.1", .agent = "test"});
    return token ? *token : "refused: " + token.error().message();
  }

  void Pass(std::int64_t seconds) { now_.micros += seconds * kMicrosPerSecond; }

  std::vector<std::string> Audit() {
    auto connection = *database_.Connect();
    const auto rows = connection.Query(
        "SELECT who || ' ' || what || ' ' || subject || ' ' || outcome FROM access.audit ORDER BY audit_id");
    std::vector<std::string> lines;
    lines.reserve(rows->size());
    for (std::size_t i = 0; i < rows->size(); ++i) lines.push_back(rows->TextAt(i, 0));
    return lines;
  }

  store::Database database_ = *store::Database::Open({});
  Instant now_ = *ParseIsoInstant("2026-11-23T09:00:00Z");
  analysis::Principal owner_ = analysis::Principal::LocalOwner();
  std::unique_ptr<Access> access_;
};

TEST_F(AccessTest, SigningInIsAskedForOnceAnOwnerHasAPassword) {
  EXPECT_FALSE(access_->IsInForce());
  ASSERT_TRUE(access_->Add("olga", {}, owner_, {}));
  EXPECT_FALSE(access_->IsInForce());
  ASSERT_TRUE(access_->ResetPassword("olga", kPassword, owner_));
  EXPECT_TRUE(access_->IsInForce());
  Open();
  EXPECT_TRUE(access_->IsInForce()) << "after a restart";
}

TEST_F(AccessTest, TheFirstAccountIsAnOwner) {
  EXPECT_EQ(access_->Add("max", {.role = "member"}, owner_, {}).error().field(), "role");
  const auto first = access_->Add("Olga", {}, owner_, {});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->after.name, "olga");
  EXPECT_EQ(first->after.role, Role::kOwner);
  EXPECT_EQ(access_->Add("max", {}, owner_, {})->after.role, Role::kMember);
}

TEST_F(AccessTest, TheLastOwnerStays) {
  Add("olga", {});
  const auto refused = {access_->SetActive("olga", false, owner_, {}), access_->SetRemoved("olga", true, owner_, {}),
                        access_->Set("olga", {.role = "admin"}, owner_, {})};
  for (const auto& one : refused) {
    ASSERT_FALSE(one);
    EXPECT_THAT(one.error().message(), HasSubstr("last owner"));
  }
  ASSERT_TRUE(access_->Add("igor", {.role = "owner"}, owner_, {}));
  EXPECT_FALSE(access_->SetActive("olga", false, owner_, {})) << "the other one has no password yet";
  ASSERT_TRUE(access_->ResetPassword("igor", kPassword, owner_));
  EXPECT_TRUE(access_->SetActive("olga", false, owner_, {}));
  EXPECT_FALSE(access_->SetActive("igor", false, owner_, {}));
}

TEST_F(AccessTest, AnAdminDoesNotTouchOwners) {
  Add("olga", {});
  Add("ada", {.role = "admin"});
  const analysis::Principal admin = PrincipalOf(*access_->accounts().Find("ada"), "");
  EXPECT_EQ(access_->Set("olga", {.department = "x"}, admin, {}).error().code(), Code::kForbidden);
  EXPECT_EQ(access_->Set("ada", {.role = "owner"}, admin, {}).error().code(), Code::kForbidden);
  EXPECT_EQ(access_->Add("eve", {.role = "owner"}, admin, {}).error().code(), Code::kForbidden);
  EXPECT_EQ(access_->ResetPassword("olga", kPassword, admin).error().code(), Code::kForbidden);
  EXPECT_TRUE(access_->Add("max", {.role = "member"}, admin, {}));
}

TEST_F(AccessTest, OnlyWhoHasTheRightChangesAccounts) {
  Add("olga", {});
  Add("max", {.role = "manager"});
  const analysis::Principal manager = PrincipalOf(*access_->accounts().Find("max"), "");
  EXPECT_EQ(access_->Add("eve", {}, manager, {}).error().code(), Code::kForbidden);
  EXPECT_EQ(access_->Set("max", {.role = "admin"}, manager, {}).error().code(), Code::kForbidden);
  EXPECT_EQ(access_->ResetPassword("max", kPassword, manager).error().code(), Code::kForbidden);
}

TEST_F(AccessTest, NamesAndAddressesAreUnique) {
  Add("olga", {.email = "Olga@Acme.com"});
  EXPECT_EQ(access_->Add("OLGA", {}, owner_, {}).error().code(), Code::kConflict);
  EXPECT_EQ(access_->Add("igor", {.email = "olga@acme.com"}, owner_, {}).error().field(), "email");
  ASSERT_TRUE(access_->Add("igor", {}, owner_, {}));
  ASSERT_TRUE(access_->SetRemoved("igor", true, owner_, {}));
  EXPECT_EQ(access_->Add("igor", {}, owner_, {}).error().code(), Code::kConflict) << "a name is not given twice";
  for (const char* bad : {"", "local", "with blank", "имя", "a/b"}) {
    EXPECT_EQ(access_->Add(bad, {}, owner_, {}).error().code(), Code::kBadUsage) << bad;
  }
}

TEST_F(AccessTest, RolesSayWhichRowsAreSeen) {
  Add("olga", {});
  const auto principal = [&](const AccountFields& fields) {
    const Account account = *WithFields({.name = "x"}, fields, true);
    return PrincipalOf(account, "");
  };
  EXPECT_TRUE(principal({.role = "analyst"}).sees_all_rows);
  const auto manager = principal({.role = "manager", .teams = std::vector<std::string>{"t1"}});
  EXPECT_FALSE(manager.sees_all_rows);
  EXPECT_TRUE(manager.sees_subteams);
  EXPECT_THAT(manager.teams, ElementsAre("t1"));
  EXPECT_FALSE(principal({.role = "member", .teams = std::vector<std::string>{"t1"}}).sees_subteams);
  EXPECT_TRUE(principal({.role = "viewer", .rows = "all"}).sees_all_rows);
  EXPECT_FALSE(principal({.role = "viewer", .rows = "all"}).sees_personal_data);
  EXPECT_TRUE(principal({.role = "viewer", .rows = "all", .personal = "shown"}).sees_personal_data);
  EXPECT_FALSE(principal({.role = "viewer", .teams = std::vector<std::string>{"t1"}}).sees_all_rows);
  EXPECT_EQ(WithFields({}, {.role = "viewer"}, true).error().field(), "rows") << "it must be said";
  EXPECT_EQ(WithFields({}, {.role = "member", .rows = "all"}, true).error().field(), "rows");
  EXPECT_EQ(WithFields({}, {.role = "boss"}, true).error().field(), "role");
}

TEST_F(AccessTest, ASessionLetsItsAccountIn) {
  Add("olga", {.email = "olga@acme.com"});
  const std::string token = SignIn("Olga@Acme.com");
  ASSERT_THAT(token, SizeIs(kSessionTokenSize));
  const auto caller = access_->CallerOf(token, "10.0.0.1");
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->principal.user, "olga");
  EXPECT_EQ(caller->principal.address, "10.0.0.1");
  Open();
  EXPECT_TRUE(access_->CallerOf(token, "")) << "after a restart";
  ASSERT_TRUE(access_->SignOut(token, caller->principal));
  EXPECT_FALSE(access_->CallerOf(token, ""));
  Open();
  EXPECT_FALSE(access_->CallerOf(token, ""));
}

TEST_F(AccessTest, TheTokenIsNotInTheFile) {
  Add("olga", {});
  const std::string token = SignIn("olga");
  auto connection = *database_.Connect();
  const auto rows = connection.Query("SELECT hash, account FROM access.session");
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_NE(rows->TextAt(0, 0), token);
  const auto hash = connection.Query("SELECT password_hash FROM access.account");
  EXPECT_THAT(hash->TextAt(0, 0), HasSubstr("$argon2id$"));
}

TEST_F(AccessTest, SessionsEnd) {
  Add("olga", {});
  const std::string idle = SignIn("olga");
  Pass(4 * 24 * 3600);
  EXPECT_FALSE(access_->CallerOf(idle, "")) << "unused for too long";
  const std::string used = SignIn("olga");
  for (int day = 0; day < 30; ++day) {
    ASSERT_TRUE(access_->CallerOf(used, "")) << day;
    Pass(24 * 3600);
  }
  Pass(1);
  EXPECT_FALSE(access_->CallerOf(used, "")) << "too old, however much it is used";
  ASSERT_TRUE(access_->Maintain());
  EXPECT_THAT(access_->SessionsOf("olga"), SizeIs(0));
}

TEST_F(AccessTest, UseIsWrittenDown) {
  Add("olga", {});
  const std::string token = SignIn("olga");
  Pass(2 * 24 * 3600);
  ASSERT_TRUE(access_->CallerOf(token, ""));
  ASSERT_TRUE(access_->Maintain());
  Open();
  Pass(2 * 24 * 3600);
  EXPECT_TRUE(access_->CallerOf(token, ""));
}

TEST_F(AccessTest, LookingWhetherASessionHoldsIsNoUse) {
  Add("olga", {});
  const std::string token = SignIn("olga");
  const auto caller = access_->CallerOf(token, "");
  Pass(2 * 24 * 3600);
  EXPECT_TRUE(access_->StillHolds(token, *caller));
  Pass(2 * 24 * 3600);
  EXPECT_FALSE(access_->StillHolds(token, *caller));
}

TEST_F(AccessTest, WhatChangesTheAccountEndsWhatItHeld) {
  Add("olga", {});
  Add("max", {.role = "member", .teams = std::vector<std::string>{"t1"}});
  const std::string token = SignIn("max");
  const auto caller = access_->CallerOf(token, "");
  ASSERT_TRUE(access_->Set("max", {.teams = std::vector<std::string>{"t2"}}, owner_, {}));
  EXPECT_FALSE(access_->StillHolds(token, *caller));
  EXPECT_THAT(access_->CallerOf(token, "")->principal.teams, ElementsAre("t2")) << "at once, in the same session";
  ASSERT_TRUE(access_->SetActive("max", false, owner_, {}));
  EXPECT_FALSE(access_->CallerOf(token, ""));
  EXPECT_THAT(SignIn("max"), HasSubstr("refused"));
  ASSERT_TRUE(access_->SetActive("max", true, owner_, {}));
  EXPECT_FALSE(access_->CallerOf(token, "")) << "its sessions do not come back";
  EXPECT_THAT(SignIn("max"), SizeIs(kSessionTokenSize));
}

TEST_F(AccessTest, ANewPasswordEndsOtherSessions) {
  Add("olga", {});
  const std::string here = SignIn("olga");
  const std::string elsewhere = SignIn("olga");
  const auto caller = access_->CallerOf(here, "");
  EXPECT_EQ(access_->ChangePassword("olga", "wrong", "another four words", here, caller->principal).error().code(),
            Code::kForbidden);
  ASSERT_TRUE(access_->ChangePassword("olga", kPassword, "another four words", here, caller->principal));
  EXPECT_TRUE(access_->CallerOf(here, ""));
  EXPECT_FALSE(access_->CallerOf(elsewhere, ""));
  EXPECT_THAT(SignIn("olga"), HasSubstr("refused"));
  ASSERT_TRUE(access_->ResetPassword("olga", kPassword, owner_));
  EXPECT_FALSE(access_->CallerOf(here, ""));
}

TEST_F(AccessTest, SomebodyElsesSessionIsNotEnded) {
  Add("olga", {});
  Add("max", {.role = "manager"});
  const auto caller = access_->CallerOf(SignIn("olga"), "");
  SignIn("max");
  const std::string id = access_->SessionsOf("max").front().id;
  EXPECT_EQ(access_->EndSession(id, caller->principal).error().code(), Code::kNotFound);
  EXPECT_THAT(access_->SessionsOf("max"), SizeIs(1));
}

TEST_F(AccessTest, ThereAreNotMoreSessionsThanAPersonHasDevices) {
  Add("olga", {});
  const std::string first = SignIn("olga");
  for (int i = 0; i < 20; ++i) {
    Pass(1);
    SignIn("olga");
  }
  EXPECT_THAT(access_->SessionsOf("olga"), SizeIs(20));
  EXPECT_FALSE(access_->CallerOf(first, ""));
}

TEST_F(AccessTest, RefusalsDoNotTellWhichAccountsExist) {
  Add("olga", {});
  ASSERT_TRUE(access_->Add("max", {}, owner_, {}));
  const std::string wrong = SignIn("olga", "wrong password");
  EXPECT_EQ(SignIn("nobody", "wrong password"), wrong);
  EXPECT_EQ(SignIn("max", "wrong password"), wrong) << "no password set";
  EXPECT_EQ(SignIn("max", ""), wrong);
}

TEST_F(AccessTest, GuessingSlowsDown) {
  Add("olga", {});
  EXPECT_EQ(access_->WaitOf("olga", "10.0.0.1").seconds, 0);
  for (int i = 0; i < 5; ++i) SignIn("olga", "wrong");
  EXPECT_EQ(access_->WaitOf("olga", "10.0.0.9").seconds, 1) << "the account, from anywhere";
  EXPECT_EQ(access_->WaitOf("nobody", "10.0.0.1").seconds, 1) << "the address, for any account";
  SignIn("olga", "wrong");
  EXPECT_EQ(access_->WaitOf("olga", "10.0.0.9").seconds, 2);
  for (int i = 0; i < 10; ++i) SignIn("nobody", "wrong");
  EXPECT_EQ(access_->WaitOf("nobody", "10.0.0.9").seconds, 32) << "unknown names alike";
  Pass(3600);
  EXPECT_EQ(access_->WaitOf("olga", "10.0.0.1").seconds, 0);
}

TEST_F(AccessTest, ADearerCostHashesAnewOnSigningIn) {
  Add("olga", {});
  const std::string before = access_->accounts().Find("olga")->password_hash;
  PasswordCost dearer = PasswordCost::Least();
  dearer.bytes *= 4;
  Open(dearer);
  SignIn("olga");
  const std::string after = access_->accounts().Find("olga")->password_hash;
  EXPECT_NE(after, before);
  EXPECT_FALSE(IsCheaper(after, dearer));
  Open();
  SignIn("olga");
  EXPECT_EQ(access_->accounts().Find("olga")->password_hash, after) << "never back to a cheaper one";
}

TEST_F(AccessTest, BadPasswordsAreRefused) {
  Add("olga", {.email = "olga.long@acme.com"});
  for (const std::string& bad : {std::string("short"), std::string(11, 'x'), std::string("olga.long@acme.com"),
                                 std::string(2000, 'a') + "b", std::string("nul \0 inside it", 15)}) {
    EXPECT_EQ(access_->ResetPassword("olga", bad, owner_).error().field(), "password") << bad;
  }
  EXPECT_TRUE(access_->ResetPassword("olga", "десять букв", owner_)) << "characters, not bytes";
  EXPECT_TRUE(access_->ResetPassword("olga", NewPassword(), owner_));
  EXPECT_NE(NewPassword(), NewPassword());
}

TEST_F(AccessTest, TheLogTellsWhoDidWhatAndNoPassword) {
  Add("olga", {});
  SignIn("olga", "a wrong password");
  SignIn("my secret typed as a name", "x");
  const auto caller = access_->CallerOf(SignIn("olga"), "10.0.0.1");
  access_->RecordReading(caller->principal, "read", "rows:metrics");
  access_->RecordReading(caller->principal, "read", "rows:metrics");
  EXPECT_THAT(Audit(), ElementsAre("local password olga done", "olga login  refused", "(unknown) login  refused",
                                   "olga login  done", "olga read rows:metrics done"));
  Open();
  access_->Record(owner_, "later", "");
  EXPECT_THAT(Audit(), SizeIs(6)) << "numbers go on after a restart";
}

TEST_F(AccessTest, AChangeAndItsWitnessGoTogether) {
  Add("olga", {});
  const Witness broken = [](store::Session&, const AccountChange&) -> Status {
    return Fail(Unavailable("the disk is full"));
  };
  EXPECT_FALSE(access_->Add("max", {}, owner_, broken));
  EXPECT_FALSE(access_->accounts().Find("max"));
  EXPECT_FALSE(access_->Set("olga", {.department = "x"}, owner_, broken));
  EXPECT_EQ(access_->accounts().Find("olga")->department, "");
  Open();
  EXPECT_FALSE(access_->accounts().Find("max"));
  EXPECT_EQ(access_->accounts().Find("olga")->department, "");
}

TEST_F(AccessTest, DecisionsNeverHoldAPassword) {
  Add("olga", {});
  EXPECT_THAT(FieldsJson(*access_->accounts().Find("olga")), ::testing::Not(HasSubstr("argon")));
}

TEST_F(AccessTest, AMemberSeesTheOneTeamOfTheMemberWithItsAddress) {
  Add("olga", {.role = "owner"});
  Add("max", {.email = "max@we.example", .role = "member", .teams = std::vector<std::string>{"t1"}});
  Add("mia", {.email = "mia@we.example", .role = "manager"});
  Add("moe", {.email = "moe@we.example", .role = "manager", .teams = std::vector<std::string>{"t1", "t2"}});
  const std::string token = SignIn("max");
  const auto before = access_->CallerOf(token, "");
  EXPECT_THAT(before->principal.teams, ElementsAre("t1")) << "nobody of the model has that address yet";
  access_->staff().Set(
      {{"max@we.example", {.member_id = "crm:1", .name = "Max", .team_id = "t7", .department = "sales"}},
       {"mia@we.example", {.member_id = "crm:2", .name = "Mia", .team_id = "t8"}},
       {"moe@we.example", {.member_id = "crm:3", .name = "Moe", .team_id = "t9"}}});
  EXPECT_THAT(access_->CallerOf(token, "")->principal.teams, ElementsAre("t7")) << "at once, in the same session";
  EXPECT_FALSE(access_->StillHolds(token, *before));
  EXPECT_THAT(access_->CallerOf(SignIn("mia"), "")->principal.teams, ElementsAre("t8"));
  EXPECT_THAT(access_->CallerOf(SignIn("moe"), "")->principal.teams, ElementsAre("t1", "t2")) << "as the account says";
  access_->staff().Set(
      {{"max@we.example", {.member_id = "crm:1", .name = "Max", .team_id = "t7", .is_active = false}}});
  EXPECT_THAT(access_->CallerOf(token, "")->principal.teams, SizeIs(0)) << "who has left sees nothing";
}

TEST_F(AccessTest, AMemberIsGivenOneTeam) {
  Add("olga", {.role = "owner"});
  const auto added = access_->Add("max", {.role = "member", .teams = std::vector<std::string>{"t1", "t2"}}, owner_, {});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().field(), "teams");
  EXPECT_THAT(added.error().message(), HasSubstr("one team"));
}

}  // namespace
}  // namespace weir::access
