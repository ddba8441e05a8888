// Amounts in another currency than the reporting one: each at the rate of its own day, so that the total is the sum of
// the rows; what cannot be shown is refused rather than shown at a rate of one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using testing::HasSubstr;

constexpr const char* kDeals =
    "Id,Name,StageName,Amount,CurrencyIsoCode,CloseDate,CreatedDate,IsClosed,IsWon,OwnerId,SystemModstamp\n"
    "006A,Alpha,Closed Won,1000.00,EUR,2024-01-20,2024-01-01T09:00:00Z,true,true,005A,2024-01-20T09:00:00Z\n"
    "006B,Beta,Closed Won,333.33,USD,2024-02-20,2024-01-01T09:00:00Z,true,true,005A,2024-02-20T12:00:00Z\n"
    "006C,Gamma,Closed Won,70000,JPY,2024-03-20,2024-01-01T09:00:00Z,true,true,005A,2024-03-20T12:00:00Z\n"
    "006D,Delta,Closed Won,10.00,EUR,2024-03-20,2024-01-01T09:00:00Z,true,true,005A,2024-03-20T12:00:00Z\n";
constexpr const char* kRates =
    "currency,to_currency,day,rate\n"
    "USD,EUR,2024-01-01,0.80\n"
    "USD,EUR,2024-02-01,0.50\n"
    "JPY,EUR,2024-01-01,0.01\n";

class DisplayCurrency : public FreshWorkspace {
 protected:
  std::filesystem::path Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = root_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  void Import() {
    ImportRequest request;
    for (const auto& path : {Write("Opportunity.csv", kDeals), Write("weir-fx-rate.csv", kRates)})
      request.inputs.push_back({.path = path, .descriptor = -1, .name = path.filename().string()});
    const auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }
  void Set(const std::string& name, const std::string& value) {
    const auto done = workspace_->engine().Act("settings.set", {{"name", {name}}, {"value", {value}}}, "a test",
                                               analysis::Principal::LocalOwner());
    ASSERT_TRUE(done) << done.error().ToString();
  }
  Result<engine::Answer> Ask(const std::string& in_currency) {
    engine::Question question;
    question.id = "metrics";
    question.params["metrics"] = {"won_amount"};
    question.in_currency = in_currency;
    return workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
  }
  std::string Won(const std::string& in_currency) {
    const auto answer = Ask(in_currency);
    if (!answer) return answer.error().ToString();
    const analysis::Table* table = answer->output.Find("metrics");
    return store::ToText(table->rows.at(0)[table->IndexOf("won_amount")]) + " " + answer->currency;
  }
};

TEST_F(DisplayCurrency, EachAmountIsConvertedAtItsOwnDay) {
  Import();
  Set("currency", "EUR");
  Set("display_currencies", "USD; JPY");
  // 1000 + 333.33 * 0.50 (166.665, half to even) + 700 + 10
  EXPECT_EQ(Won(""), "1876.66 EUR");
  // 1000 / 0.80 + 333.33 as it is + 700 / 0.50 + 10 / 0.50
  EXPECT_EQ(Won("USD"), "3003.33 USD");
  // 100000 + 333.33 * 50 (16666.5, half to even) + 70000 as it is + 1000; a yen has no parts
  EXPECT_EQ(Won("JPY"), "187666 JPY");
  EXPECT_EQ(Won("EUR"), "1876.66 EUR") << "the answer before it is not taken for this one";
}

TEST_F(DisplayCurrency, TheQuestionsOfAPageMayHaveDifferentOnes) {
  Import();
  Set("currency", "EUR");
  Set("display_currencies", "USD");
  std::vector<engine::Question> page(3);
  for (engine::Question& question : page) {
    question.id = "metrics";
    question.params["metrics"] = {"won_amount"};
  }
  page[1].in_currency = "USD";
  const auto answers = workspace_->engine().AskAll(page, analysis::Principal::LocalOwner());
  ASSERT_TRUE(answers) << answers.error().ToString();
  ASSERT_TRUE(answers->at(0) && answers->at(1) && answers->at(2));
  EXPECT_EQ((*answers)[0]->currency, "EUR");
  EXPECT_EQ((*answers)[1]->currency, "USD");
  EXPECT_EQ((*answers)[2]->currency, "EUR");
  EXPECT_EQ(engine::ToJson(*(*answers)[0]), engine::ToJson(*(*answers)[2]));
}

TEST_F(DisplayCurrency, WhatCannotBeShownIsRefused) {
  Import();
  Set("currency", "EUR");
  EXPECT_THAT(Won("USD"), HasSubstr("numbers are not kept in USD"));
  Set("display_currencies", "GBP");
  EXPECT_THAT(Won("GBP"), HasSubstr("no exchange rate between EUR and GBP is known"));
}

TEST_F(DisplayCurrency, ThePlanIsShownAtTheNewestRate) {
  Import();
  Set("currency", "EUR");
  Set("display_currencies", "USD");
  Set("plan_won_amount", "2024=1000, 500");
  const auto snapshot = workspace_->Take(std::nullopt, {});
  ASSERT_TRUE(snapshot) << snapshot.error().ToString();
  ASSERT_TRUE((*snapshot)->ShowIn("USD"));
  EXPECT_EQ((*snapshot)->settings().plan_won_amount, "1000, 2024=2000");
  ASSERT_TRUE((*snapshot)->ShowIn(""));
  EXPECT_EQ((*snapshot)->settings().plan_won_amount, "2024=1000, 500");
}

}  // namespace
}  // namespace weir::workspace
