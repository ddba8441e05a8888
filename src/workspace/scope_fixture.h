// For tests of rights: a workspace in which a secret is planted in every table in the rows of each team. Whoever is of
// another team must not find it.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/account.h"
#include "workspace/workspace.h"

namespace weir::workspace {

// What belongs to the company and not to a team.
inline const std::set<std::string>& ForEverybody() {
  static const std::set<std::string> views{"agreement",
                                           "calendar",
                                           "campaign",
                                           "campaign_twin",
                                           "content",
                                           "goal",
                                           "history_coverage",
                                           "custom_column",
                                           "initiative",
                                           "process",
                                           "identity_size",
                                           "product",
                                           "rate",
                                           "spend",
                                           "stage",
                                           "setting",
                                           "source_freshness",
                                           "stage_sighting",
                                           "tool",
                                           "metric_file",
                                           "metric_proposal",
                                           "survey_count",
                                           "data_moment",
                                           "recipe_version",
                                           "source_rank",
                                           "identity_source",
                                           "identity_calibration"};
  return views;
}

// Ids and words that lead to rows: what reads them joins them with a view that asks, and tells nothing else.
inline const std::set<std::string>& LeadingToRows() {
  static const std::set<std::string> views{"emptied_field", "entity_source", "excluded",   "record_alias",
                                           "record_place",  "search_term",   "search_word"};
  return views;
}

inline bool IsOpen(const std::string& view) { return ForEverybody().contains(view) || LeadingToRows().contains(view); }

// One row of each table for the team; `w` stands in each text, `k` in each key.
inline std::vector<std::pair<std::string, std::string>> RowsOf(const std::string& k, const std::string& w) {
  const std::string mail = w + "@" + w + ".example";
  return {
      {"member", fmt::format("m{0},{1} member,{2},t{0}", k, w, mail)},
      {"account", fmt::format("a{0},{1} account,{1}.example,m{0},2025-01-01,{1} tier", k, w)},
      {"person", fmt::format("p{0},a{0},{1} person,{2},+4930123456{3}", k, w, mail, k.size())},
      {"lead", fmt::format("l{0},{1} lead,{2},{1} company,m{0},2025-01-02", k, w, mail)},
      {"deal",
       fmt::format("d{0},{1} deal,a{0},p{0},Won,won,100,EUR,2025-01-03,2025-02-01,m{0},t{0},{1} step,{1} colour", k,
                   w)},
      {"deal-line", fmt::format("dl{0},d{0},{1} line,1,100,100,EUR", k, w)},
      {"deal-contact", fmt::format("d{0},p{0},{1} role", k, w)},
      {"activity", fmt::format("ac{0},call,out,{1} subject,m{0},p{0},a{0},d{0},2025-01-04T10:00:00Z", k, w)},
      {"touch", fmt::format("to{0},p{0},a{0},{1} channel,visit,2025-01-02T10:00:00Z", k, w)},
      {"ticket", fmt::format("ti{0},a{0},p{0},{1} ticket,open,2025-01-05T10:00:00Z", k, w)},
      {"contract", fmt::format("c{0},a{0},d{0},active,100,EUR,2025-02-01,2026-02-01", k)},
      {"subscription", fmt::format("s{0},a{0},active,1,100,month,EUR,2025-02-01T00:00:00Z,2025-02-01T00:00:00Z", k)},
      {"invoice", fmt::format("i{0},{1} number,a{0},s{0},paid,2025-02-02T00:00:00Z,100,100,EUR", k, w)},
      {"invoice-line", fmt::format("il{0},i{0},s{0},{1} description,1,100,EUR", k, w)},
      {"payment", fmt::format("pa{0},i{0},a{0},2025-02-03T00:00:00Z,100,EUR,{1} status", k, w)},
      {"call",
       fmt::format("ca{0},2025-01-04T11:00:00Z,in,+4930765432{2},600,{1} queue,m{0},a{0},answered", k, w, k.size())},
      {"message", fmt::format("me{0},a{0},p{0},{1} channel,in,2025-01-06T10:00:00Z", k, w)},
      {"forecast-submission",
       fmt::format("f{0},m{0},2025-01-01,2025-03-31,commit,100,EUR,2025-01-10T10:00:00Z,{1} said", k, w)},
      {"survey-answer", fmt::format("sa{0},a{0},p{0},nps,9,{1} comment,2025-02-02T00:00:00Z", k, w)},
  };
}

inline const std::map<std::string, std::string>& Headers() {
  static const std::map<std::string, std::string> headers{
      {"member", "key,name,email,team_key"},
      {"account", "key,name,domain,owner_key,created_at,Tier"},
      {"person", "key,account_key,full_name,email,phone"},
      {"lead", "key,full_name,email,company,owner_key,created_at"},
      {"deal",
       "key,name,account_key,person_key,stage,stage_kind,amount,currency,created_at,close_date,owner_key,team_key,next_"
       "step,Colour"},
      {"deal-line", "key,deal_key,product_name,quantity,unit_price,amount,currency"},
      {"deal-contact", "deal_key,person_key,role"},
      {"activity", "key,kind,direction,subject,owner_key,person_key,account_key,deal_key,at"},
      {"touch", "key,person_key,account_key,channel,kind,at"},
      {"ticket", "key,account_key,person_key,subject,status,created_at"},
      {"contract", "key,account_key,deal_key,status,amount,currency,start_date,end_date"},
      {"subscription", "key,account_key,status,quantity,unit_price,interval,currency,created_at,started_at"},
      {"invoice", "key,number,account_key,subscription_key,status,issued_at,total,amount_paid,currency"},
      {"invoice-line", "key,invoice_key,subscription_key,description,quantity,amount,currency"},
      {"payment", "key,invoice_key,account_key,at,amount,currency,status"},
      {"call", "key,at,direction,from_number,to_number,queue,member_key,account_key,outcome"},
      {"message", "key,account_key,person_key,channel,direction,at"},
      {"forecast-submission", "key,member_key,period_start,period_end,category,amount,currency,at,comment"},
      {"survey-answer", "key,account_key,person_key,kind,score,comment,at"},
  };
  return headers;
}

class ScopeFixture : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    root_ = std::filesystem::path(testing::TempDir()) / "weir-scope";
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "in");
    // Berlin has Spree below it; Paris is beside them.
    std::ofstream(root_ / "in" / "weir-team.csv") << "key,name,parent_key\ntberlin,berlinword team,\n"
                                                     "tspree,spreeword team,tberlin\ntparis,parisword team,\n";
    std::map<std::string, std::string> files;
    for (const char* team : {"berlin", "spree", "paris"}) {
      for (const auto& [table, row] : RowsOf(team, std::string(team) + "word")) files[table] += row + "\n";
    }
    ImportRequest request;
    request.inputs.push_back({.path = root_ / "in", .descriptor = -1, .name = "in"});
    for (const auto& [table, rows] : files) {
      std::ofstream(root_ / "in" / ("weir-" + table + ".csv")) << Headers().at(table) << "\n" << rows;
    }
    auto opened = Workspace::Open(
        {.home = root_ / "home", .create = true, .threads = 1, .accounts = {.cost = access::PasswordCost::Least()}});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
    const auto imported = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(imported) << imported.error().ToString();
    ASSERT_THAT(engine::ToJson(*imported), ::testing::Not(::testing::HasSubstr("\"unrecognised\"")));
  }
  static void TearDownTestSuite() {
    workspace_.reset();
    std::filesystem::remove_all(root_);
  }

  static std::string TeamId(const std::string& team) {
    auto snapshot = *workspace_->Take(std::nullopt, {});
    return store::ToText(*snapshot->session().QueryValue(
        "SELECT max(team_id) FROM model.team_version WHERE name LIKE '" + team + "word%'"));
  }

  static analysis::Principal Of(const std::string& role, const std::vector<std::string>& teams = {},
                                const std::string& rows = {}) {
    access::AccountFields fields{.role = role};
    std::vector<std::string> ids;
    ids.reserve(teams.size());
    for (const std::string& team : teams) ids.push_back(TeamId(team));
    if (!ids.empty()) fields.teams = ids;
    if (!rows.empty()) fields.rows = rows;
    const auto account = access::WithFields({.name = role}, fields, true);
    EXPECT_TRUE(account) << (account ? "" : account.error().ToString());
    return access::PrincipalOf(*account, "test");
  }

  // The rows of a view as one text.
  static std::string Read(const analysis::Principal& principal, const std::string& view) {
    const auto snapshot = *workspace_->Take(std::nullopt, {});
    EXPECT_TRUE(snapshot->Scope(principal, snapshot->newest()));
    const auto rows = snapshot->session().Query("SELECT * FROM scoped." + store::QuoteName(view));
    EXPECT_TRUE(rows) << view << ": " << (rows ? "" : rows.error().ToString());
    std::string text;
    for (const auto& row : rows->rows) {
      for (const store::Value& value : row) text += store::ToText(value) + "|";
    }
    return text;
  }

  static std::vector<std::string> Views() {
    auto snapshot = *workspace_->Take(std::nullopt, {});
    const auto rows = snapshot->session().Query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'scoped' ORDER BY 1");
    std::vector<std::string> names;
    names.reserve(rows->size());
    for (std::size_t i = 0; i < rows->size(); ++i) names.push_back(rows->TextAt(i, 0));
    return names;
  }

  static Result<engine::Answer> Ask(const analysis::Principal& principal, const std::string& id,
                                    const analysis::RawParams& params = {},
                                    std::optional<engine::ExplainRequest> explain = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.explain = std::move(explain);
    return workspace_->engine().Ask(question, principal);
  }

  static Result<engine::Answer> Sql(const analysis::Principal& principal, const std::string& query) {
    return Ask(principal, "sql", {{"query", {query}}});
  }

  // The rows of a query, or what it was refused with.
  static std::string Told(const analysis::Principal& principal, const std::string& query) {
    const auto answer = Sql(principal, query);
    if (!answer) return "refused: " + answer.error().ToString();
    std::string text;
    for (const auto& row : answer->output.tables.front().rows) {
      for (const store::Value& value : row) text += store::ToText(value) + "|";
    }
    return text;
  }

  static std::vector<std::string> OfferedViews() {
    const auto answer = *Ask(analysis::Principal::LocalOwner(), "sql.views");
    std::vector<std::string> names;
    for (const auto& row : answer.output.Find("views")->rows) names.push_back(store::ToText(row.front()));
    return names;
  }

  static inline std::filesystem::path root_;
  static inline std::unique_ptr<Workspace> workspace_;
};

}  // namespace weir::workspace
