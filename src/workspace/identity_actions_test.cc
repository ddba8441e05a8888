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
  // A table, a line a row, its cells parted by '|'.
  static std::string Table(const analysis::Principal& by, const std::string& id, const std::string& table,
                           const analysis::RawParams& params, const std::vector<std::string>& columns) {
    const auto answer = Ask(by, id, params);
    if (!answer) return "refused: " + answer.error().ToString();
    const analysis::Table* found = answer->output.Find(table);
    std::string text;
    for (const auto& row : found->rows) {
      for (const std::string& column : columns) text += store::ToText(row.at(found->IndexOf(column))) + "|";
      text += "\n";
    }
    return text;
  }
  static std::string Trail(const analysis::Principal& by, const std::string& id) {
    return Table(by, "identity.trail", "trail", {{"entity", {"account"}}, {"id", {id}}},
                 {"kind", "other", "records", "decided_by"});
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
  EXPECT_EQ(berlin, "generic:aberlin");
  EXPECT_EQ(Trail(owner, "generic:aberlin"),
            "added||[\"generic:aberlin\"]|rule|\ntaken_in|generic:aparis|[\"generic:aparis\"]|" + owner.user + "|\n");
  EXPECT_EQ(Table(owner, "identity.trail", "ids", {{"entity", {"account"}}, {"id", {"generic:aparis"}}},
                  {"id", "is_present"}),
            "generic:aberlin|true|\ngeneric:aparis|false|\n")
      << "an id that it had before still leads to it";
  EXPECT_THAT(Do(owner, "identity.merge", "generic:aparis", "generic:aberlin"), HasSubstr("said so already"));
  // The newest word holds, and taking it back lets the one before it speak.
  const std::string parted = Do(owner, "identity.apart", "generic:aberlin", "generic:aparis");
  ASSERT_THAT(parted, Not(HasSubstr("refused")));
  EXPECT_EQ(IdOf("aberlin"), berlin);
  EXPECT_EQ(IdOf("aparis"), paris);
  EXPECT_THAT(Trail(owner, "generic:aberlin"), HasSubstr("\nleft|generic:aparis|[\"generic:aparis\"]|"));
  EXPECT_THAT(Trail(owner, "generic:aparis"), HasSubstr("\ntaken_in|generic:aberlin|[\"generic:aparis\"]|"));
  EXPECT_EQ(Table(owner, "identity.explain", "link",
                  {{"entity", {"account"}}, {"id", {"generic:aparis"}}, {"other", {"generic:aberlin"}}},
                  {"is_one", "verdict", "who"}),
            "false|apart|" + owner.user + "|\n");
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

TEST_F(IdentityActionsTest, AnExplanationAddsUpAndHidesWhatIsPersonal) {
  const analysis::RawParams pair{{"entity", {"person"}}, {"id", {"generic:pberlin"}}, {"other", {"generic:pspree"}}};
  const analysis::Principal manager = Of("manager", {"berlin"});
  const auto answer = Ask(manager, "identity.explain", pair);
  ASSERT_TRUE(answer) << answer.error().ToString();
  const analysis::Table& weights = *answer->output.Find("weights");
  const auto number = [&](std::size_t row, const char* column) {
    return std::get<double>(weights.rows.at(row).at(weights.IndexOf(column)));
  };
  ASSERT_GT(weights.rows.size(), 3U);
  double total = 0;
  for (std::size_t row = 0; row + 1 < weights.rows.size(); ++row) {
    total += number(row, "weight");
    EXPECT_DOUBLE_EQ(number(row, "total"), total);
  }
  EXPECT_DOUBLE_EQ(number(weights.rows.size() - 1, "total"), total);
  EXPECT_LT(number(weights.rows.size() - 1, "probability"), 0.05) << "two people of two companies";
  const std::vector<std::string> columns{"field", "a", "b"};
  const std::string seen = Table(manager, "identity.explain", "weights", pair, columns);
  EXPECT_THAT(seen, HasSubstr("name|berlinword person|spreeword person|"));
  EXPECT_THAT(seen, HasSubstr("email|berlinword@berlinword.example|spreeword@spreeword.example|"));
  EXPECT_THAT(seen, HasSubstr("company|berlinword account|spreeword account|"));
  const std::string masked = Table(Of("viewer", {}, "all"), "identity.explain", "weights", pair, columns);
  EXPECT_THAT(masked, HasSubstr("name|||"));
  EXPECT_THAT(masked, HasSubstr("company|berlinword account|spreeword account|"));
  EXPECT_THAT(masked, Not(::testing::AnyOf(HasSubstr("word person"), HasSubstr("word@"), HasSubstr("+49"))));
  // What is hidden is answered as what is not there.
  const analysis::Principal paris = Of("member", {"paris"});
  EXPECT_THAT(Table(paris, "identity.explain", "weights", pair, columns), HasSubstr("there is no record"));
  EXPECT_THAT(Trail(paris, "generic:aberlin"), HasSubstr("there is no record"));
  EXPECT_THAT(Trail(paris, "generic:aparis"), HasSubstr("added||"));
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
