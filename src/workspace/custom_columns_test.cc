// Columns that no mapping names, from a file to a dimension and a filter: at once, with history, rights and any name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "simulate/simulate.h"
#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Lines = std::vector<std::string>;

struct Asked {
  std::string metric = "won_amount";
  std::string by = {};
  std::string where = {};
  std::string as_of = "2025-04-20";
  std::string grain = "none";
  analysis::Principal who = analysis::Principal::LocalOwner();
};

class CustomColumns : public FreshWorkspace {
 protected:
  void Import(const std::vector<std::pair<std::string, std::string>>& files, const std::string& exported_at = {}) {
    ImportRequest request{.inputs = {}, .exported_at = exported_at};
    for (const auto& [name, text] : files) {
      std::ofstream(root_ / name, std::ios::binary) << text;
      request.inputs.push_back({.path = root_ / name, .descriptor = -1, .name = name});
    }
    const auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
    for (const std::string& line : LinesOf(answer->output.tables.front())) {
      ASSERT_THAT(line, Not(HasSubstr("unrecognised")));
    }
  }

  Result<engine::Answer> Ask(const std::string& id, const analysis::RawParams& params, const std::string& as_of = {},
                             const analysis::Principal& who = analysis::Principal::LocalOwner(),
                             std::optional<engine::ExplainRequest> explain = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.as_of = as_of;
    question.explain = std::move(explain);
    return workspace_->engine().Ask(question, who);
  }

  static analysis::RawParams ParamsOf(const Asked& asked) {
    analysis::RawParams params{{"metrics", {asked.metric}}, {"grain", {asked.grain}}};
    if (!asked.by.empty()) params["by"] = {asked.by};
    if (!asked.where.empty()) params["where"] = {asked.where};
    return params;
  }

  // The rows of the answer as "period value number", or the error.
  Lines Answer(const Asked& asked) {
    const auto answer = Ask("metrics", ParamsOf(asked), asked.as_of, asked.who);
    if (!answer) return {answer.error().ToString()};
    return LinesOf(answer->output.tables.front());
  }

  static Lines LinesOf(const analysis::Table& table) {
    Lines lines;
    for (const auto& row : table.rows) {
      std::string& line = lines.emplace_back();
      for (const store::Value& value : row) {
        if (store::IsNull(value) && line.empty() && &value == &row.front()) continue;
        line += (line.empty() ? "" : " ") + (store::IsNull(value) ? std::string("-") : store::ToText(value));
      }
    }
    return lines;
  }

  Lines Columns(const std::string& metric, const analysis::Principal& who = analysis::Principal::LocalOwner()) {
    const auto answer = Ask("metrics.columns", {{"metric", {metric}}}, {}, who);
    EXPECT_TRUE(answer) << answer.error().ToString();
    Lines lines;
    for (const auto& row : answer->output.tables.front().rows) {
      lines.push_back(store::ToText(row[0]) + " " + store::ToText(row[6]));
    }
    return lines;
  }

  void Undo(const std::string& import_id) {
    const auto undone =
        workspace_->engine().Act("sources.undo", {{"import_id", {import_id}}}, "", analysis::Principal::LocalOwner());
    ASSERT_TRUE(undone) << undone.error().ToString();
  }
};

constexpr const char* kDeals =
    "key,name,stage_kind,amount,currency,created_at,close_date,account_key,Budget holder,Seats,Discount,Is strategic,"
    "Kick-off,Approved at\n"
    "d1,One,won,100,EUR,2025-01-01T00:00:00Z,2025-02-01,a1,CFO,10,0.5,true,2025-02-10,2025-01-05T10:00:00+02:00\n"
    "d2,Two,won,200,EUR,2025-01-01T00:00:00Z,2025-02-02,a1,CFO,250,12.25,false,2025-03-10,2025-01-06T10:00:00Z\n"
    "d3,Three,won,400,EUR,2025-01-01T00:00:00Z,2025-03-01,a2,IT,30,,true,,\n"
    "d4,Four,open,800,EUR,2025-01-01T00:00:00Z,2025-09-01,,,,,,,\n";
constexpr const char* kAccounts =
    "key,name,domain,Tier,Rebate\n"
    "a1,Alfa,alfa.example,gold,5\n"
    "a2,Beta,beta.example,silver,7\n";

TEST_F(CustomColumns, SplitAndFilterAtOnceAndLeadToTheRowsBehind) {
  Import({{"weir-deal.csv", kDeals}, {"weir-account.csv", kAccounts}}, "2025-04-01");
  EXPECT_THAT(Answer({.by = "ext.generic.deal.budget_holder"}), ElementsAre("CFO 300", "IT 400"));
  EXPECT_THAT(Answer({.by = "ext.generic.deal.is_strategic"}), ElementsAre("false 200", "true 500"));
  EXPECT_THAT(Answer({.by = "ext.generic.deal.discount"}), ElementsAre("0.5 100", "12.25 200", "- 400"));
  EXPECT_THAT(Answer({.by = "ext.generic.deal.kick_off"}), ElementsAre("2025-02-10 100", "2025-03-10 200", "- 400"));
  EXPECT_THAT(Answer({.by = "ext.generic.deal.approved_at", .where = "ext.generic.deal.seats < 20"}),
              ElementsAre("2025-01-05T08:00:00Z 100"))
      << "an offset is part of the moment";
  EXPECT_THAT(Answer({.by = "ext.generic.account.tier"}), ElementsAre("gold 300", "silver 400"));
  EXPECT_THAT(Answer({.where = "ext.generic.deal.seats >= 30 and ext.generic.account.tier in ('gold', 'silver')"}),
              ElementsAre("600"));
  EXPECT_THAT(
      Answer({.where = "ext.generic.deal.budget_holder like 'C%' and not ext.generic.deal.is_strategic = true"}),
      ElementsAre("200"));
  EXPECT_THAT(Answer({.where = "ext.generic.deal.kick_off > '2025-03-01'"}), ElementsAre("200"));
  EXPECT_THAT(Answer({.metric = "win_rate", .by = "ext.generic.deal.budget_holder"}), ElementsAre("CFO 1", "IT 1"));
  EXPECT_THAT(Answer({.metric = "deals_open", .by = "ext.generic.deal.budget_holder"}), ElementsAre("- 1"));

  // Listed with their types, and suggested where mistyped.
  EXPECT_THAT(Columns("won_amount"), Contains("ext.generic.deal.seats integer"));
  EXPECT_THAT(Columns("won_amount"), Contains("ext.generic.account.rebate integer"));
  EXPECT_THAT(Columns("invoiced_amount"),
              ElementsAre("ext.generic.account.rebate integer", "ext.generic.account.tier text"))
      << "an invoice is of an account, not of a deal";
  EXPECT_THAT(Columns("spend"), IsEmpty());
  EXPECT_THAT(Answer({.by = "ext.generic.deal.budget_holdr"}).front(),
              HasSubstr("Did you mean 'ext.generic.deal.budget_holder'?"));
  EXPECT_THAT(Answer({.metric = "spend", .by = "ext.generic.deal.seats"}).front(), HasSubstr("cannot be split by"));
  EXPECT_THAT(Answer({.where = "ext.generic.deal.seats = 'ten'"}).front(), HasSubstr("expected a number"));

  // Lists.
  const auto names = [&](const std::string& list, const std::string& where) {
    const auto answer = Ask(list, {{"where", {where}}}, "2025-04-20");
    if (!answer) return Lines{answer.error().ToString()};
    const analysis::Table& table = answer->output.tables.front();
    Lines lines;
    for (const auto& row : table.rows) lines.push_back(store::ToText(row[table.IndexOf("name")]));
    return lines;
  };
  EXPECT_THAT(names("customers", "ext.generic.account.tier = 'gold'"), ElementsAre("Alfa"));
  EXPECT_THAT(names("customers", "ext.generic.account.rebate > 5 or ext.generic.account.tier is null"),
              ElementsAre("Beta"));
  EXPECT_THAT(
      names("customers.deals", "ext.generic.account.tier = 'gold' and not ext.generic.deal.is_strategic = true"),
      ElementsAre("Two"));
  EXPECT_THAT(names("customers", "ext.generic.deal.seats > 1").front(), HasSubstr("there is no column"));

  // The rows behind.
  const auto behind = [&](const std::string& by, const std::string& value) {
    engine::ExplainRequest request{.table = "metrics", .key = {"", value}};
    const auto answer = Ask("metrics", ParamsOf({.by = by}), "2025-04-20", analysis::Principal::LocalOwner(), request);
    return answer ? engine::ToJson(*answer) : answer.error().ToString();
  };
  EXPECT_THAT(behind("ext.generic.deal.budget_holder", "IT"), HasSubstr("generic:d3"));
  EXPECT_THAT(behind("ext.generic.deal.discount", "12.25"), HasSubstr("generic:d2"));
  EXPECT_THAT(behind("ext.generic.deal.discount", ""), HasSubstr("generic:d3"));
  EXPECT_THAT(behind("ext.generic.deal.approved_at", "2025-01-05T08:00:00Z"), HasSubstr("generic:d1"));
  EXPECT_THAT(behind("ext.generic.deal.is_strategic", "true"), HasSubstr("generic:d3"));
  EXPECT_THAT(behind("ext.generic.account.tier", "gold"), Not(HasSubstr("generic:d3")));
}

TEST_F(CustomColumns, SplitWhatIsSpent) {
  Import({{"weir-deal.csv", kDeals},
          {"generic-spend.csv",
           "channel,day,cost,currency,Bureau\nads,2025-02-01,100,EUR,North\nads,2025-02-02,30,EUR,South\n"
           "post,2025-02-03,7,EUR,North\n"}});
  EXPECT_THAT(Columns("spend"), ElementsAre("ext.generic.spend.bureau text"));
  EXPECT_THAT(Answer({.metric = "spend", .by = "ext.generic.spend.bureau"}), ElementsAre("North 107", "South 30"));
}

TEST_F(CustomColumns, AreAsTheyWereAtTheMoment) {
  const auto deals = [](const std::string& first, const std::string& second) {
    return "key,name,stage_kind,amount,currency,created_at,close_date,Risk\n"
           "d1,One,open,100,EUR,2025-01-01T00:00:00Z,2025-12-01," +
           first + "\nd2,Two,open,200,EUR,2025-01-01T00:00:00Z,2025-12-01," + second + "\n";
  };
  Import({{"weir-deal-1.csv", deals("high", "low")}}, "2025-03-10");
  Import({{"weir-deal-2.csv", deals("low", "")}}, "2025-04-10");
  const std::string by = "ext.generic.deal.risk";
  EXPECT_THAT(Answer({.metric = "pipeline_amount", .by = by}), ElementsAre("low 300"))
      << "an empty cell does not erase what is known";
  EXPECT_THAT(Answer({.metric = "pipeline_amount", .by = by, .as_of = "2025-03-20"}),
              ElementsAre("high 100", "low 200"));
  EXPECT_THAT(Answer({.metric = "pipeline_amount", .by = by, .as_of = "2025-02-01"}),
              ElementsAre("high 100", "low 200"))
      << "what was first seen is taken as true since the record was created";
  EXPECT_THAT(Answer({.metric = "pipeline_amount", .by = by, .grain = "month"}),
              ElementsAre("2025-01-01 high 100", "2025-01-01 low 200", "2025-02-01 high 100", "2025-02-01 low 200",
                          "2025-03-01 high 100", "2025-03-01 low 200", "2025-04-01 high 0", "2025-04-01 low 300"))
      << "a stock of the past has the value of its day";
}

TEST_F(CustomColumns, LeaveNoTraceOfAnUndoneImport) {
  Import({{"weir-deal.csv", kDeals}}, "2025-03-10");
  const Lines columns = Columns("won_amount");
  const Lines seats = Answer({.by = "ext.generic.deal.seats"});
  std::string later = kDeals;
  later.replace(later.find("a1,CFO,10,"), 10, "a1,CTO,many,");
  later.replace(later.find("Approved at"), 11, "Signed at");
  Import({{"weir-deal-2.csv", later}}, "2025-04-10");
  EXPECT_THAT(Columns("won_amount"), Contains("ext.generic.deal.seats text"));
  EXPECT_THAT(Answer({.by = "ext.generic.deal.budget_holder"}), ElementsAre("CFO 200", "CTO 100", "IT 400"));
  Undo("2");
  EXPECT_EQ(Columns("won_amount"), columns);
  EXPECT_EQ(Answer({.by = "ext.generic.deal.seats"}), seats);
  EXPECT_THAT(Answer({.by = "ext.generic.deal.budget_holder"}), ElementsAre("CFO 300", "IT 400"));
  EXPECT_THAT(Answer({.by = "ext.generic.deal.signed_at"}).front(), HasSubstr("there is no column"));
  Undo("1");
  EXPECT_THAT(Columns("won_amount"), IsEmpty());
}

TEST_F(CustomColumns, OfWhoMayNotSeePersonalDataAreThoseThatHoldNone) {
  std::string deals =
      "key,name,stage_kind,amount,currency,created_at,close_date,team_key,Budget,Contact,Number,Score,Hot,Kick-off\n";
  std::string leads = "key,company,status,created_at,Persona,Opted out\n";
  for (int i = 0; i < 20; ++i) {
    deals += fmt::format(
        "d{0},Deal {0},won,10,EUR,2025-01-01T00:00:00Z,2025-02-01,t{1},{2},Person "
        "{0},49301234{0:02},{0},true,2025-02-10\n",
        i, i % 2, i % 4 == 0 ? "CFO" : "IT");
    leads += fmt::format("l{0},Company {0},new,2025-01-01T00:00:00Z,{1},false\n", i, i % 2 == 0 ? "user" : "buyer");
  }
  Import({{"weir-deal.csv", deals},
          {"weir-lead.csv", leads},
          {"weir-team.csv", "key,name,parent_key\nt0,North,\nt1,South,\n"}},
         "2025-04-01");
  analysis::Principal viewer = analysis::Principal::LocalOwner();
  viewer.sees_personal_data = false;
  EXPECT_THAT(Columns("won_amount", viewer),
              ::testing::UnorderedElementsAre("ext.generic.deal.budget text", "ext.generic.deal.score integer",
                                              "ext.generic.deal.hot boolean", "ext.generic.deal.kick_off date"));
  EXPECT_THAT(Columns("leads", viewer), ElementsAre("ext.generic.lead.opted_out boolean"));
  EXPECT_THAT(Answer({.by = "ext.generic.deal.budget", .who = viewer}), ElementsAre("CFO 50", "IT 150"));
  for (const char* personal : {"ext.generic.deal.contact", "ext.generic.deal.number"}) {
    EXPECT_THAT(Answer({.by = personal, .who = viewer}).front(), HasSubstr("that you may see")) << personal;
    EXPECT_THAT(Answer({.where = std::string(personal) + " is not null", .who = viewer}).front(),
                HasSubstr("that you may see"));
  }
  EXPECT_EQ(Answer({.by = "ext.generic.deal.contact"}).size(), 20U);

  analysis::Principal member = analysis::Principal::LocalOwner();
  member.sees_all_rows = false;
  member.teams = {"generic:t0"};
  EXPECT_THAT(Answer({.by = "ext.generic.deal.budget", .who = member}), ElementsAre("CFO 50", "IT 50"));
  const auto snapshot = *workspace_->Take(std::nullopt, {});
  ASSERT_TRUE(snapshot->Scope(member, snapshot->newest()));
  EXPECT_EQ(*snapshot->session().QueryInteger("SELECT count(*) FROM scoped.ext_generic__deal__deal"), 10);
  ASSERT_TRUE(snapshot->Scope(viewer, snapshot->newest()));
  EXPECT_EQ(*snapshot->session().QueryInteger(
                "SELECT count(x_budget) - count(x_contact) - count(x_number) FROM scoped.ext_generic__deal__deal"),
            20)
      << "the view itself shows none of it";
}

TEST_F(CustomColumns, MayBeCalledAnything) {
  std::string header = "key,name,stage_kind,amount,currency,created_at,close_date";
  std::string first = "d1,One,won,100,EUR,2025-01-01T00:00:00Z,2025-02-01";
  std::string second = "d2,Two,won,200,EUR,2025-01-01T00:00:00Z,2025-02-02";
  for (const char* name : {R"("x""); DROP TABLE model.deal; --")", R"("it's 1=1")", R"("Ответственный ""за"" бюджет")",
                           "select", "日本 語", "deal_id", "place", "valid from", "💰", R"("{0} %s ?")", "a.b.c",
                           "\"c\x01\"", "ext.generic.deal.q"}) {
    header += std::string(",") + name;
    first += ",'); --";
    second += ",\"\"\"\"";
  }
  for (int i = 0; i < 300; ++i) {
    header += fmt::format(",Field {}", i);
    first += fmt::format(",{}", i);
    second += ",1000";
  }
  Import({{"weir-deal.csv", header + "\n" + first + "\n" + second + "\n"}}, "2025-04-01");
  const Lines columns = Columns("won_amount");
  EXPECT_GE(columns.size(), 311U);
  EXPECT_THAT(columns, Contains("ext.generic.deal.ответственный_за_бюджет text"));
  for (std::size_t i = 0; i < columns.size(); i += columns[i].ends_with(" text") ? 1 : 60) {
    const std::string id = columns[i].substr(0, columns[i].find(' '));
    if (columns[i].ends_with(" text")) {
      EXPECT_THAT(Answer({.by = id}), ElementsAre("\" 200", "'); -- 100")) << id;
      EXPECT_THAT(Answer({.where = id + " = '''); --'"}), ElementsAre("100")) << id;
    } else {
      EXPECT_EQ(Answer({.by = id}).size(), 2U) << id;
    }
  }
  EXPECT_THAT(Answer({.where = "ext.generic.deal.x\"); DROP TABLE model.deal; -- is null"}).front(),
              HasSubstr("of the condition"));
  EXPECT_THAT(Answer({}), ElementsAre("300"));
}

// The deals and accounts of a simulated company: whatever splits a number that adds up, the parts are the whole.
TEST_F(CustomColumns, SplitIntoPartsThatAddUpToTheWhole) {
  const std::filesystem::path exports = root_ / "exports";
  const auto made = simulate::Simulate({.directory = exports, .seed = 5, .accounts = 40, .months = 6}, {}, {});
  ASSERT_TRUE(made) << made.error().ToString();
  ImportRequest request;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(exports)) {
    const std::string name = entry.path().filename().string();
    if (name == "Opportunity.csv" || name == "Account.csv") {
      request.inputs.push_back({.path = entry.path(), .descriptor = -1, .name = name});
    }
  }
  ASSERT_EQ(request.inputs.size(), 4U);
  const auto imported = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
  ASSERT_TRUE(imported) << imported.error().ToString();
  for (const std::string metric : {"won_amount"}) {
    const auto total = Answer({.metric = metric, .as_of = ""});
    ASSERT_EQ(total.size(), 1U);
    const Lines columns = Columns(metric);
    ASSERT_GT(columns.size(), 15U);
    for (const std::string& column : columns) {
      const std::string id = column.substr(0, column.find(' '));
      const auto answer = Ask("metrics", ParamsOf({.metric = metric, .by = id}));
      ASSERT_TRUE(answer) << id << answer.error().ToString();
      Decimal sum{0, 4};
      for (const auto& row : answer->output.tables.front().rows) {
        if (store::IsNull(row.back())) continue;  // amounts without an exchange rate
        sum.units += Rescale(*ParsePlainDecimal(store::ToText(row.back())), 4)->units;
      }
      EXPECT_EQ(FormatDecimal(sum), total.front()) << metric << " by " << id;
    }
  }
}

}  // namespace
}  // namespace weir::workspace
