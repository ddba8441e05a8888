// Registers: how entries are checked, who changes them, what is kept of them, and what a sheet does.
#include "workspace/register_kinds.h"
#include "workspace/scope_fixture.h"

namespace weir::workspace {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RegisterNumbersTest, AreReadAsPeopleWriteThem) {
  const auto read = [](std::string_view written) { return PlainNumber(written, "target").value_or("refused"); };
  EXPECT_EQ(read("1 234 567,89"), "1234567.89");
  EXPECT_EQ(read("1\xC2\xA0"
                 "234,5"),
            "1234.5");
  EXPECT_EQ(read("1,234,567.5"), "1234567.5");
  EXPECT_EQ(read("1.234.567,5"), "1234567.5");
  EXPECT_EQ(read("12,5%"), "0.125");
  EXPECT_EQ(read("-3"), "-3");
  for (const char* written : {"1,234", "1.2.3", "many", "", "%"}) EXPECT_EQ(read(written), "refused") << written;
}

TEST(RegisterPeriodsTest, AreYearsQuartersAndMonths) {
  using Days = std::pair<std::string, std::string>;
  EXPECT_EQ(*DaysOfPeriod("2026"), Days("2026-01-01", "2026-12-31"));
  EXPECT_EQ(*DaysOfPeriod("2026-Q4"), Days("2026-10-01", "2026-12-31"));
  EXPECT_EQ(*DaysOfPeriod(" 2028-02 "), Days("2028-02-01", "2028-02-29"));
  for (const char* written : {"2026-Q5", "2026-13", "2026-00", "26", "2026Q1", ""}) {
    EXPECT_FALSE(DaysOfPeriod(written)) << written;
  }
}

class RegistersTest : public ScopeFixture {
 protected:
  static Result<engine::Answer> Act(const std::string& id, const analysis::RawParams& params,
                                    const analysis::Principal& by = Of("owner"), const std::string& note = "") {
    return workspace_->engine().Act(id, params, note, by);
  }
  // The number of the entry that the decision is on.
  static std::string Number(const engine::Answer& answer) {
    const std::string subject = Cell(answer, 3);
    return subject.substr(subject.find(':') + 1);
  }
  static std::string Cell(const engine::Answer& answer, std::size_t column) {
    return store::ToText(answer.output.tables.front().rows.front()[column]);
  }
  static std::string List(const std::string& id, const analysis::RawParams& params = {}) {
    return engine::ToJson(*Ask(Of("owner"), id, params));
  }
  // One cell of the list of entries.
  static std::string CellOf(const std::string& register_name, const std::string& id, std::string_view column) {
    const auto answer = Ask(Of("owner"), register_name, {{"all", {"true"}}});
    const analysis::Table& table = answer->output.tables.front();
    for (const auto& row : table.rows) {
      if (store::ToText(row[0]) == id) return store::ToText(row[table.IndexOf(column)]);
    }
    return "not there";
  }
  static std::vector<std::string> Column(const engine::Answer& answer, std::string_view column) {
    std::vector<std::string> cells;
    const analysis::Table& table = answer.output.tables.front();
    cells.reserve(table.rows.size());
    for (const auto& row : table.rows) cells.push_back(store::ToText(row[table.IndexOf(column)]));
    return cells;
  }
};

TEST_F(RegistersTest, KeepEveryVersionOfAnEntry) {
  const std::int64_t version = Ask(Of("owner"), "status")->data_version;
  const auto written = Act("processes.set",
                           {{"name", {"Lead handling"}},
                            {"department", {"Продажи"}},
                            {"stages", {"New", "Call, twice"}},
                            {"metrics", {"leads", "win_rate"}},
                            {"review_on", {"2020-01-31"}}},
                           Of("owner"), "agreed in May");
  ASSERT_TRUE(written) << written.error().ToString();
  EXPECT_EQ(written->data_version, version) << "no number changes";
  const std::string id = Number(*written);
  EXPECT_EQ(CellOf("processes", id, "department"), "sales");
  EXPECT_EQ(CellOf("processes", id, "stages"), R"(["New","Call, twice"])");
  EXPECT_EQ(CellOf("processes", id, "needs"), "no_owner, review_due");
  EXPECT_THAT(List("processes"), HasSubstr("register_no_owner"));
  ASSERT_TRUE(Act("processes.set", {{"id", {id}}, {"owner", {"Ann"}}, {"review_on", {""}}}));
  EXPECT_EQ(CellOf("processes", id, "name"), "Lead handling") << "what is not given stays";
  EXPECT_EQ(CellOf("processes", id, "needs"), "no_review");
  EXPECT_EQ(Act("processes.set", {{"id", {id}}, {"owner", {"Ann"}}}).error().code(), Code::kConflict);

  const auto retired = Act("processes.retire", {{"id", {id}}});
  ASSERT_TRUE(retired);
  EXPECT_EQ(Act("processes.retire", {{"id", {id}}}).error().code(), Code::kConflict);
  EXPECT_THAT(List("processes"), Not(HasSubstr("Lead handling")));
  EXPECT_EQ(CellOf("processes", id, "state"), "retired");
  EXPECT_FALSE(Act("processes.set", {{"id", {id}}, {"owner", {"Bob"}}})) << "it is retired";
  ASSERT_TRUE(Act("processes.restore", {{"id", {id}}}));
  EXPECT_FALSE(Act("decisions.undo", {{"decision_id", {Cell(*retired, 0)}}})) << "it was restored since";

  const auto history = *Ask(Of("owner"), "processes.history", {{"id", {id}}});
  EXPECT_THAT(Column(history, "what"), ElementsAre("restored", "retired", "changed", "written"));
  EXPECT_EQ(Column(history, "note").back(), "agreed in May");
  EXPECT_THAT(Column(history, "changes")[2], AllOf(HasSubstr("Ann"), HasSubstr("2020-01-31"), Not(HasSubstr("sales"))));
  EXPECT_EQ(Ask(Of("owner"), "processes.history", {{"id", {"999"}}}).error().code(), Code::kNotFound);
}

TEST_F(RegistersTest, AreUndoneAsOtherDecisionsAre) {
  const auto written = Act("agreements.set", {{"name", {"Answer"}},
                                              {"from_department", {"sales"}},
                                              {"to_department", {"marketing"}},
                                              {"metric", {"lead_response_hours"}},
                                              {"promised", {"9"}},
                                              {"share", {"90%"}}});
  ASSERT_TRUE(written) << written.error().ToString();
  const std::string id = Number(*written);
  EXPECT_EQ(CellOf("agreements", id, "share"), "0.9");
  const auto changed = Act("agreements.set", {{"id", {id}}, {"promised", {"8"}}});
  EXPECT_FALSE(Act("decisions.undo", {{"decision_id", {Cell(*written, 0)}}})) << "it was changed since";
  ASSERT_TRUE(Act("decisions.undo", {{"decision_id", {Cell(*changed, 0)}}}));
  EXPECT_EQ(CellOf("agreements", id, "promised"), "9");
  for (const analysis::RawParams& wrong : {analysis::RawParams{{"id", {id}}, {"to_department", {"Sales"}}},
                                           {{"id", {id}}, {"metric", {"no_metric"}}},
                                           {{"id", {id}}, {"promised", {""}}},
                                           {{"id", {id}}, {"share", {"2"}}},
                                           {{"id", {id}}, {"start_date", {"2026-02-01"}}, {"end_date", {"2026-01-01"}}},
                                           {{"id", {id}}, {"end_date", {"soon"}}}}) {
    EXPECT_FALSE(Act("agreements.set", wrong)) << wrong.begin()->first;
  }
}

TEST_F(RegistersTest, GoalsAreComparedWithTheirParts) {
  const auto goal = [](const std::string& target, const std::string& parent, const std::string& period = "2026") {
    const auto made = Act(
        "goals.set", {{"metric", {"won_amount"}}, {"period", {period}}, {"target", {target}}, {"parent", {parent}}});
    return made ? Number(*made) : made.error().ToString();
  };
  const std::string whole = goal("1 000", "");
  const std::string first = goal("400.10", whole, "2026-Q1");
  goal("500", whole, "2026-Q2");
  EXPECT_EQ(CellOf("goals", whole, "currency"), "EUR");
  EXPECT_EQ(CellOf("goals", whole, "parts"), "2");
  EXPECT_EQ(CellOf("goals", whole, "parts_sum"), "900.1");
  EXPECT_EQ(CellOf("goals", whole, "parts_difference"), "99.9");
  ASSERT_TRUE(Act("goals.retire", {{"id", {first}}}));
  EXPECT_EQ(CellOf("goals", whole, "parts_difference"), "500");
  EXPECT_FALSE(Act("goals.set", {{"id", {whole}}, {"parent", {whole}}}));
  EXPECT_FALSE(Act(
      "goals.set",
      {{"id", {whole}},
       {"parent",
        {Number(*Act("goals.set",
                     {{"metric", {"won_amount"}}, {"period", {"2027"}}, {"target", {"1"}}, {"parent", {whole}}}))}}}))
      << "no goal is a part of its parts";
  // Shares are not added up.
  const auto rate = Act("goals.set", {{"metric", {"win_rate"}}, {"period", {"2026"}}, {"target", {"25%"}}});
  ASSERT_TRUE(
      Act("goals.set",
          {{"metric", {"win_rate"}}, {"period", {"2026-Q1"}}, {"target", {"0.2"}}, {"parent", {Number(*rate)}}}));
  EXPECT_EQ(CellOf("goals", Number(*rate), "parts"), "1");
  EXPECT_EQ(CellOf("goals", Number(*rate), "parts_sum"), "");
  for (const analysis::RawParams& wrong :
       {analysis::RawParams{{"metric", {"win_rate"}}, {"period", {"2026"}}, {"target", {"25"}}},
        {{"metric", {"win_rate"}}, {"period", {"2026"}}, {"target", {"0.2"}}, {"currency", {"EUR"}}},
        {{"metric", {"won_amount"}}, {"target", {"1"}}},
        {{"metric", {"won_amount"}}, {"period", {"2026"}}, {"target", {"1"}}, {"scope", {"team"}}}}) {
    EXPECT_FALSE(Act("goals.set", wrong));
  }
}

TEST_F(RegistersTest, AreChangedByManagersOfTheirDepartment) {
  ASSERT_TRUE(Act("user.add", {{"name", {"ada"}}})) << "the first is an owner";
  const auto added =
      Act("user.add", {{"name", {"mia"}}, {"role", {"manager"}}, {"department", {"sales"}}, {"teams", {"tberlin"}}});
  ASSERT_TRUE(added) << added.error().ToString();
  analysis::Principal mia = Of("manager", {"berlin"});
  mia.user = "mia";
  const auto process = [](const std::string& department, const analysis::Principal& by) {
    return Act("processes.set", {{"name", {"Offers"}}, {"department", {department}}}, by);
  };
  const auto own = process("sales", mia);
  ASSERT_TRUE(own) << own.error().ToString();
  EXPECT_EQ(process("finance", mia).error().code(), Code::kForbidden);
  EXPECT_EQ(process("sales", Of("analyst")).error().code(), Code::kForbidden);
  EXPECT_EQ(process("sales", Of("viewer", {}, "all")).error().code(), Code::kForbidden);
  EXPECT_EQ(Act("processes.set", {{"id", {Number(*own)}}, {"department", {"finance"}}}, mia).error().code(),
            Code::kForbidden)
      << "nor is it given away";
  const auto foreign = process("finance", Of("owner"));
  EXPECT_EQ(Act("processes.retire", {{"id", {Number(*foreign)}}}, mia).error().code(), Code::kForbidden);
  EXPECT_EQ(Act("decisions.undo", {{"decision_id", {Cell(*foreign, 0)}}}, mia).error().code(), Code::kForbidden);
  EXPECT_THAT(engine::ToJson(*Ask(mia, "processes")), HasSubstr("finance")) << "everybody reads them";
}

TEST_F(RegistersTest, TakeSheetsWholeOrNotAtAll) {
  const std::string sheet =
      "\xEF\xBB\xBFПоказатель;Период;План;Ответственный;Примечание\n"
      "leads;2031-Q1;120;\"Ann; the first\";\n"
      "leads;2031-Q2;1 300,5;Bob;x\n";
  const auto preview = *Ask(Of("owner"), "goals.preview", {{"text", {sheet}}});
  EXPECT_THAT(Column(preview, "verdict"), ElementsAre("new", "new"));
  const auto taken = Act("goals.import", {{"text", {sheet}}});
  ASSERT_TRUE(taken) << taken.error().ToString();
  EXPECT_THAT(List("goals"), AllOf(HasSubstr("Ann; the first"), HasSubstr("1300.5")));
  EXPECT_EQ(Act("goals.import", {{"text", {sheet}}}).error().code(), Code::kConflict) << "it says nothing new";

  const std::string next =
      "metric,period,target\n"
      "leads,2031-Q1,121\n"
      "leads,2031-Q2,1300.5\n"
      "leads,2031-Q9,5\n"
      "lead,2031-Q3,5\n"
      "leads,2031-Q3,many\n"
      "leads,2031-Q1,7\n"
      "leads,2031-Q4,5,6\n";
  const auto second = *Ask(Of("owner"), "goals.preview", {{"text", {next}}});
  EXPECT_THAT(Column(second, "verdict"),
              ElementsAre("changed", "same", "refused", "refused", "refused", "refused", "refused"));
  EXPECT_THAT(Column(second, "line"), ElementsAre("2", "3", "4", "5", "6", "7", "8"));
  EXPECT_THAT(Column(second, "column"), ElementsAre("", "", "period", "metric", "target", "", ""));
  const auto refused = Act("goals.import", {{"text", {next}}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().ToString(), AllOf(HasSubstr("line 4"), HasSubstr("period")));
  EXPECT_THAT(List("goals"), Not(HasSubstr(",121,"))) << "nothing is taken by halves";
  EXPECT_FALSE(Act("goals.import", {{"text", {"a,b\n1,2\n"}}}));
  EXPECT_FALSE(Act("goals.import", {{"text", {"metric,period,target"}}}));

  ASSERT_TRUE(Act("decisions.undo", {{"decision_id", {Cell(*taken, 0)}}}));
  EXPECT_THAT(List("goals"), Not(HasSubstr("Ann; the first"))) << "one decision, taken back as one";
}

}  // namespace
}  // namespace weir::workspace
