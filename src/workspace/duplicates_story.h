// For tests: the accounts and deals of a small CRM in which companies stand twice.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {

class DuplicatesStory : public FreshWorkspace {
 protected:
  void Import(const std::string& name, const std::string& text, const std::string& exported_at = "2024-06-01") {
    std::ofstream(root_ / name, std::ios::binary) << text;
    const auto answer = workspace_->Import(
        {.inputs = {{.path = root_ / name, .descriptor = -1, .name = name}}, .exported_at = exported_at},
        analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }
  engine::Answer Ask(const std::string& id, const analysis::RawParams& params = {},
                     const analysis::Principal& who = analysis::Principal::LocalOwner()) {
    engine::Question question;
    question.id = id;
    question.params = params;
    const auto answer = workspace_->engine().Ask(question, who);
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? *answer : engine::Answer{};
  }
  static std::string Lines(const analysis::Table& table, const std::vector<std::string>& columns) {
    std::string lines;
    for (const auto& row : table.rows) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string text = store::ToText(row[table.IndexOf(columns[i])]);
        lines += (i == 0 ? "" : "|") + (text.empty() ? "-" : text);
      }
      lines += '\n';
    }
    return lines;
  }
  std::string Queue(const std::vector<std::string>& columns = {"state", "id_a", "id_b"},
                    const analysis::RawParams& params = {}) {
    return Lines(*Ask("hygiene.duplicates", params).output.Find("queue"), columns);
  }
  std::string Effect(const std::string& entity = "account") {
    return Lines(*Ask("hygiene.duplicates", {{"entity", {entity}}}).output.Find("effect"),
                 {"step", "pairs", "records_before", "records_after", "customers_before", "customers_after",
                  "pipeline_before", "pipeline_after", "deals_twice"});
  }
  std::string Do(const std::string& action, const analysis::RawParams& params,
                 const analysis::Principal& who = analysis::Principal::LocalOwner()) {
    const auto done = workspace_->engine().Act(action, params, "looked at", who, {}, {});
    return done ? "" : done.error().ToString();
  }
  std::string Pair(const std::string& action, const std::string& id, const std::string& other) {
    return Do(action, {{"entity", {"account"}}, {"id", {id}}, {"other", {other}}});
  }
};

// Alpha and Beta agree in name and country alone; Delta in the city as well, which is enough; Gamma has one site.
inline const char* const kTwiceAccounts =
    "Id,Name,Website,Phone,BillingCity,BillingCountry,Industry,OwnerId,CreatedDate\n"
    "0011,Alpha Handel GmbH,https://alpha.example,+49 30 1234567,Berlin,Germany,Trade,0051,2024-01-02T00:00:00Z\n"
    "0012,Alpha Handel GmbH,,,,Germany,Retail,0051,2024-02-02T00:00:00Z\n"
    "0013,Beta Werke GmbH,,,Munich,Germany,Metal,0051,2024-01-02T00:00:00Z\n"
    "0014,Beta Werke GmbH,,,,Germany,,0051,2024-01-03T00:00:00Z\n"
    "0015,Gamma,https://gamma.example,,Bonn,Germany,Metal,0051,2024-01-02T00:00:00Z\n"
    "0016,GAMMA,https://gamma.example,,,Germany,Wood,0051,2024-03-02T00:00:00Z\n"
    "0017,Delta Bau GmbH,,,Ulm,Germany,Building,0051,2024-01-02T00:00:00Z\n"
    "0018,Delta Bau GmbH,,,Ulm,Germany,=1+2,0051,2024-04-02T00:00:00Z\n";
inline const char* const kTwiceDeals =
    "Id,Name,AccountId,StageName,Amount,CloseDate,IsClosed,IsWon,CreatedDate,OwnerId\n"
    "0061,Alpha,0011,Proposal,1000,2024-09-01,false,false,2024-05-01T00:00:00Z,0051\n"
    "0062,Alpha again,0012,Proposal,1000,2024-09-01,false,false,2024-05-01T00:00:00Z,0051\n"
    "0063,Beta,0013,Proposal,50,2024-09-01,false,false,2024-05-01T00:00:00Z,0051\n"
    "0064,Beta more,0014,Qualified,50,2024-09-01,false,false,2024-05-01T00:00:00Z,0051\n"
    "0065,Gamma,0015,Proposal,500,2024-09-01,false,false,2024-05-01T00:00:00Z,0051\n"
    "0066,Gamma again,0016,Proposal,500,2024-09-01,false,false,2024-05-01T00:00:00Z,0051\n"
    "0067,Gamma old,0016,Closed Won,300,2024-03-01,true,true,2024-02-01T00:00:00Z,0051\n"
    "0068,Delta,0017,Proposal,400,2024-09-01,false,false,2024-05-01T00:00:00Z,0051\n"
    "0069,Delta old,0018,Closed Won,10,2024-03-01,true,true,2024-02-01T00:00:00Z,0051\n";

}  // namespace weir::workspace
