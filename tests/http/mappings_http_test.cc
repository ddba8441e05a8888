// A mapping for a file that nothing recognises, over HTTP: proposed, tried, and refused to whoever may not import.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client.h"

namespace weir::server {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr const char* kBytes = "Content-Type: application/octet-stream\r\nX-File-Name: sold.csv\r\n";
constexpr const char* kSold =
    "order number;client;sum;sold on\n"
    "A-1;Alder;1200,50;31.01.2026\n"
    "A-2;Birch;80;28.02.2026\n"
    "A-3;Cedar;x;15.03.2026\n";

class MappingsHttpTest : public ::testing::Test {
 protected:
  std::string Send(const std::string& content, const std::string& headers = kBytes) {
    return server_.Post("/api/v1/uploads", content, headers).Json()["upload"].get<std::string>();
  }
  Answer Propose(const std::string& upload, const json& body = json::object()) {
    return server_.Post("/api/v1/uploads/" + upload + "/proposal", body.dump());
  }
  Answer Try(const std::string& upload, const json& draft) {
    return server_.Post("/api/v1/uploads/" + upload + "/trial", json{{"draft", draft}}.dump());
  }
  void ExpectRefused(const Answer& answer, int status, const std::string& field) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.Json().value("field", ""), field) << answer.body;
  }

  Server server_;
};

std::size_t ColumnOf(const json& draft, const std::string& header) {
  for (std::size_t i = 0; i < draft["columns"].size(); ++i) {
    if (draft["columns"][i]["header"] == header) return i;
  }
  ADD_FAILURE() << "no column " << header;
  return 0;
}

TEST_F(MappingsHttpTest, AMappingIsProposedAndTried) {
  const std::string upload = Send(kSold);
  const Answer proposed = Propose(upload, {{"table", "deal"}, {"source", "till"}});
  ASSERT_EQ(proposed.status, 200) << proposed.body;
  const json proposal = proposed.Json();
  EXPECT_EQ(proposal["file"], "sold.csv");
  EXPECT_EQ(proposal["rows"], 3);
  EXPECT_EQ(proposal["whole"], true);
  json draft = proposal["draft"];
  EXPECT_EQ(draft["table"], "deal");
  EXPECT_EQ(draft["source"], "till");
  EXPECT_EQ(proposal["reasons"].size(), draft["columns"].size());
  const auto amount = std::ranges::find(proposal["fields"], "amount", [](const json& offer) { return offer["field"]; });
  ASSERT_NE(amount, proposal["fields"].end());
  EXPECT_EQ((*amount)["title"], (json{{"en", "Amount"}, {"ru", "Сумма"}}));

  draft["columns"][ColumnOf(draft, "order number")]["field"] = "key";
  json& sum = draft["columns"][ColumnOf(draft, "sum")];
  sum["field"] = "amount";
  sum["type"] = "money";
  sum["decimal"] = ",";
  draft["key"] = {"key"};
  draft["constants"] = {{"currency", "EUR"}};
  const json trial = Try(upload, draft).Json();
  ASSERT_TRUE(trial["problem"].is_null()) << trial.dump();
  EXPECT_EQ(trial["counts"]["read"], 3);
  EXPECT_EQ(trial["counts"]["new"], 2);
  EXPECT_EQ(trial["counts"]["quarantined"], 1);
  ASSERT_EQ(trial["problems"].size(), 1U);
  EXPECT_EQ(trial["problems"][0]["line"], 4);
  EXPECT_EQ(trial["problems"][0]["column"], "sum");
  EXPECT_FALSE(trial["problems"][0]["reason"]["ru"].get<std::string>().empty());
  const json& deals = trial["records"][0];
  EXPECT_EQ(deals["table"], "deal");
  EXPECT_EQ(deals["total"], 2);
  const auto at = std::ranges::find(deals["fields"], "currency") - deals["fields"].begin();
  EXPECT_EQ(deals["rows"][0][static_cast<std::size_t>(at)], "EUR");
  EXPECT_THAT(trial["toml"].get<std::string>(), HasSubstr("source"));
  // Proposed and tried, the file still waits for its import.
  EXPECT_EQ(Propose(upload).status, 200);
}

TEST_F(MappingsHttpTest, ADraftThatIsNoneSaysWhy) {
  const std::string upload = Send(kSold);
  json draft = Propose(upload, {{"table", "deal"}}).Json()["draft"];
  const auto problem = [&](const json& changed) {
    const Answer answer = Try(upload, changed);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const json trial = answer.Json();
    EXPECT_TRUE(trial["counts"].is_null());
    return trial["problem"].is_null() ? json::object() : trial["problem"];
  };
  json twice = draft;
  for (json& column : twice["columns"]) column["field"] = "name";
  EXPECT_EQ(problem(twice)["field"], "name");
  json unknown = draft;
  unknown["table"] = "nothing";
  EXPECT_EQ(problem(unknown)["field"], "table");
  // An expression reads its row and nothing else, and is refused before anything looks at the file that it names.
  for (const char* sql :
       {"(SELECT max(content) FROM read_text('/etc/passwd'))", "read_text('/etc/passwd')", "1); DROP TABLE x; --"}) {
    json hostile = draft;
    hostile["formulas"] = {{"name", sql}};
    EXPECT_THAT(problem(hostile)["text"]["en"].get<std::string>(), ::testing::Not(HasSubstr("root:"))) << sql;
  }
}

TEST_F(MappingsHttpTest, AnUploadIsReadAsASheet) {
  // As a spreadsheet of Windows writes it: \xD1\xF3\xEC\xEC\xE0 is a Russian word.
  const std::string upload = Send("month;\xD1\xF3\xEC\xEC\xE0\n2026-01;1 200,50\n");
  const Answer answer = server_.Post("/api/v1/uploads/" + upload + "/sheet", "");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json()["sheet"], "\"month\"\t\"Сумма\"\n\"2026-01\"\t\"1 200,50\"\n");
  ExpectRefused(server_.Post("/api/v1/uploads/" + upload + "/sheet", R"({"part":"March"})"), 404, "part");
  ExpectRefused(server_.Post("/api/v1/uploads/" + upload + "/sheet", R"({"sheet":"March"})"), 400, "sheet");
  EXPECT_EQ(server_.Post("/api/v1/uploads/" + Send(std::string("\0\1\2\3\0\0", 6)) + "/sheet", "").status, 422);
}

TEST_F(MappingsHttpTest, BadRequestsNameTheirField) {
  const std::string upload = Send(kSold);
  ExpectRefused(Propose("0123"), 404, "uploads");
  ExpectRefused(Propose(upload, {{"tabel", "deal"}}), 400, "tabel");
  ExpectRefused(Propose(upload, {{"table", 7}}), 400, "table");
  ExpectRefused(Propose(upload, {{"table", "nothing"}}), 400, "table");
  ExpectRefused(Propose(upload, {{"part", "book.xlsx/March"}}), 404, "part");
  ExpectRefused(server_.Post("/api/v1/uploads/" + upload + "/trial", "{}"), 400, "draft");
  ExpectRefused(Try(upload, {{"columns", "all"}}), 400, "columns");
  ExpectRefused(Try(upload, {{"columns", json::array({{{"header", "sum"}, {"type", "dollars"}}})}}), 400, "type");
  ExpectRefused(Try("0123", {{"columns", json::array()}}), 404, "uploads");
  EXPECT_EQ(Try(upload, {{"columns", json(std::vector<json>(5000, json::object()))}}).status, 400);
  EXPECT_EQ(server_.Post("/api/v1/uploads/" + upload + "/trial", "[").status, 400);
  EXPECT_EQ(server_.Post("/api/v1/uploads/" + upload + "/trial", std::string(2 << 20, ' ')).status, 413);
  EXPECT_EQ(server_.Get("/api/v1/uploads/" + upload + "/proposal").status, 405);
}

TEST_F(MappingsHttpTest, WhatIsNoTableIsRefused) {
  for (const std::string& content :
       {std::string(), std::string("\0\1\2\3\0\0", 6), std::string("%PDF-1.7\n%\xE2\xE3")}) {
    const Answer answer = Propose(Send(content));
    EXPECT_EQ(answer.status, 422) << answer.body;
    EXPECT_EQ(answer.Json()["code"], "bad_input");
  }
}

}  // namespace
}  // namespace weir::server
