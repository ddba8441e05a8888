// What people say of who is who: it holds at every build, is taken back, and is said only of what one may see.
#include "workspace/scope_fixture.h"

namespace weir::workspace {
namespace {

using ::testing::HasSubstr;

class IdentityActionsTest : public ScopeFixture {
 protected:
  static std::string IdOf(const std::string& key) {
    const auto snapshot = *workspace_->Take(std::nullopt, {});
    return store::ToText(*snapshot->session().QueryValue(
        "SELECT max(entity_id) FROM model.identity_link WHERE entity = 'account' AND source_key = '" + key + "'"));
  }
  static std::string Do(const analysis::Principal& by, const std::string& action, const std::string& a,
                        const std::string& b, const std::string& entity = "account") {
    return Told(workspace_->engine().Act(action, {{"entity", {entity}}, {"id", {a}}, {"other", {b}}}, "", by, {}, {}));
  }
  static std::string Undo(const analysis::Principal& by, const std::string& decision,
                          const std::string& action = "identity.undo") {
    return Told(workspace_->engine().Act(action, {{"decision_id", {decision}}}, "", by, {}, {}));
  }
  // The number of the decision, or what it was refused with.
  static std::string Told(const Result<engine::Answer>& done) {
    if (!done) return "refused: " + done.error().ToString();
    return store::ToText(done->output.Find("decision")->rows.at(0).at(0));
  }
};

TEST_F(IdentityActionsTest, AMergeHoldsUntilItIsTakenBack) {
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  const std::string berlin = IdOf("aberlin");
  const std::string paris = IdOf("aparis");
  ASSERT_NE(berlin, paris);
  const std::string merged = Do(owner, "identity.merge", "generic:aberlin", "generic:aparis");
  ASSERT_THAT(merged, Not(HasSubstr("refused")));
  EXPECT_EQ(IdOf("aberlin"), IdOf("aparis"));
  EXPECT_THAT(Do(owner, "identity.merge", "generic:aparis", "generic:aberlin"), HasSubstr("said so already"));
  // The newest word holds, and taking it back lets the one before it speak.
  const std::string parted = Do(owner, "identity.apart", "generic:aberlin", "generic:aparis");
  ASSERT_THAT(parted, Not(HasSubstr("refused")));
  EXPECT_EQ(IdOf("aberlin"), berlin);
  EXPECT_EQ(IdOf("aparis"), paris);
  ASSERT_THAT(Undo(owner, parted), Not(HasSubstr("refused")));
  EXPECT_EQ(IdOf("aberlin"), IdOf("aparis"));
  EXPECT_THAT(Undo(owner, parted), HasSubstr("already undone"));
  ASSERT_THAT(Undo(owner, merged, "decisions.undo"), Not(HasSubstr("refused")));
  EXPECT_EQ(IdOf("aberlin"), berlin);
  EXPECT_EQ(IdOf("aparis"), paris);
}

TEST_F(IdentityActionsTest, NobodyDecidesOverWhatTheyDoNotSee) {
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  const analysis::Principal berlin = Of("manager", {"berlin"});
  for (const char* action : {"identity.merge", "identity.apart"}) {
    for (const char* entity : {"account", "person", "member"}) {
      const std::string kind(1, entity[0]);
      const std::string own = "generic:" + kind + "berlin";
      const std::string foreign = "generic:" + kind + "paris";
      const std::string unknown = "generic:" + kind + "nobody";
      // What is hidden is answered as what is not there.
      EXPECT_THAT(Do(berlin, action, own, foreign, entity), HasSubstr("there is no record '" + foreign + "'"));
      EXPECT_THAT(Do(berlin, action, foreign, own, entity), HasSubstr("there is no record '" + foreign + "'"));
      EXPECT_THAT(Do(berlin, action, own, unknown, entity), HasSubstr("there is no record '" + unknown + "'"));
    }
  }
  const std::string decided = Do(owner, "identity.apart", "generic:aspree", "generic:aparis");
  ASSERT_THAT(decided, Not(HasSubstr("refused")));
  for (const char* action : {"identity.undo", "decisions.undo"}) {
    EXPECT_THAT(Undo(Of("manager", {"berlin"}), decided, action), HasSubstr("there is no decision"));
  }
  ASSERT_THAT(Undo(owner, decided), Not(HasSubstr("refused")));
  // Of the teams below one's own one may.
  const std::string own = Do(berlin, "identity.merge", "generic:aberlin", "generic:aspree");
  ASSERT_THAT(own, Not(HasSubstr("refused")));
  EXPECT_EQ(IdOf("aberlin"), IdOf("aspree"));
  ASSERT_THAT(Undo(berlin, own), Not(HasSubstr("refused")));
  EXPECT_THAT(Do(Of("viewer", {"berlin"}), "identity.merge", "generic:aberlin", "generic:aspree"),
              HasSubstr("needs the right 'decide'"));
}

TEST_F(IdentityActionsTest, WordsThatNameNoPairAreRefused) {
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  EXPECT_THAT(Do(owner, "identity.merge", "generic:aberlin", "generic:aberlin"), HasSubstr("both name one record"));
  EXPECT_THAT(Do(owner, "identity.merge", "generic:aberlin", "", "account"), HasSubstr("refused"));
  EXPECT_THAT(Do(owner, "identity.merge", "generic:aberlin", "generic:aparis", "deal"), HasSubstr("refused"));
  EXPECT_THAT(Undo(owner, "99999"), HasSubstr("there is no decision"));
}

}  // namespace
}  // namespace weir::workspace
