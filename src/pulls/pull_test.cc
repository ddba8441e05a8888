#include "pulls/pull.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pulls/json_path.h"
#include "pulls/test_service.h"

namespace weir::pulls {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A store that keeps the last state of each record; a whole table replaces.
struct Store {
  std::map<std::string, std::map<std::string, std::string>> rows;  // stream -> key -> record
  std::vector<std::string> imports;                                // "deal 2", "user whole 1"
  bool is_broken = false;

  Result<std::vector<bool>> Import(const std::vector<sources::FeedSegment>& segments, bool are_whole) {
    if (is_broken) return Fail(Unavailable("the disk is full"));
    for (const sources::FeedSegment& segment : segments) {
      auto& table = rows[segment.stream];
      if (are_whole) table.clear();
      std::ifstream file(segment.path);
      std::set<std::string> keys;
      for (std::string line; std::getline(file, line);) {
        const std::string field = ScalarAt(line, "name");
        const std::string key = ScalarAt(line, "id") + (field.empty() ? "" : field + ScalarAt(line, "at"));
        EXPECT_TRUE(keys.insert(key).second || table[key] == line) << "one key, two contents: " << line;
        table[key] = line;
      }
      imports.push_back(fmt::format("{}{} {}", segment.stream, are_whole ? " whole" : "", keys.size()));
    }
    return std::vector<bool>(segments.size(), true);
  }
};

class PullTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = FreshFolder(); }
  void TearDown() override { fs::remove_all(folder_); }

  void Describe(const std::string& objects, const std::string& more = "") {
    auto puller = ParsePuller(
        "source = 'shop'\ntitle = { en = 'Shop', ru = 'Shop' }\npage = 'x'\nbase = 'https://shop.example'\n"
        "rate = { requests = 1000, seconds = 1 }\n" +
            more + "\nauth = { kind = 'bearer' }\n" + objects,
        "shop.toml");
    ASSERT_TRUE(puller) << puller.error().ToString();
    puller_ = std::move(*puller);
  }

  Result<PullReport> Run() {
    WEIR_TRY(sources::FeedInbox inbox, sources::FeedInbox::Open(folder_ / "inbox"));
    client_.requests.clear();
    Requester requester(puller_, settings_, Credentials{.token = Secret("hush"), .parts = {}}, "https://shop.example",
                        client_, clock_, {.attempts = 2});
    const PullSinks sinks{
        .import = [this](const auto& segments, bool are_whole) { return store_.Import(segments, are_whole); },
        .tell = {}};
    return Pull(puller_, settings_, "https://shop.example", inbox, requester, clock_, sinks, limits_);
  }
  PullReport Runs() {
    auto report = Run();
    EXPECT_TRUE(report) << report.error().ToString();
    if (!report) return {};
    for (const ObjectReport& object : report->objects) {
      EXPECT_FALSE(object.error) << object.error->ToString();
    }
    return std::move(*report);
  }
  std::vector<std::string> Targets() const {
    std::vector<std::string> targets;
    targets.reserve(client_.requests.size());
    for (std::size_t i = 0; i < client_.requests.size(); ++i) targets.push_back(client_.Target(i));
    return targets;
  }
  std::vector<std::string> Keys(const std::string& stream) const {
    std::vector<std::string> keys;
    if (const auto found = store_.rows.find(stream); found != store_.rows.end()) {
      for (const auto& [key, row] : found->second) keys.push_back(key);
    }
    return keys;
  }

  fs::path folder_;
  Puller puller_;
  PullSettings settings_;
  PullLimits limits_;
  FakeClient client_;
  FakeClock clock_;
  Store store_;
};

constexpr const char* kDeal = R"(
[[object]]
name = 'deal'
maps = ['a/b']
key = ['id']
path = '/deals'
records = 'data'
)";

TEST_F(PullTest, TurnsPages) {
  const std::map<std::string, std::vector<std::string>> kinds{
      {"params = { p = '{cursor}' }\nnext = { page = 1 }", {"/deals?p=1", "/deals?p=2", "/deals?p=3"}},
      {"params = { o = '{cursor}' }\nnext = { offset = 0, full = 2 }", {"/deals", "/deals?o=2"}},
      {"params = { l = '{cursor}' }\nnext = { last = 'id', more = 'more' }", {"/deals", "/deals?l=2"}},
      {"params = { l = '>{cursor}' }\nnext = { last = 'id', begin = '0' }",
       {"/deals?l=%3E0", "/deals?l=%3E2", "/deals?l=%3E3"}},
      {"params = { t = '{cursor}' }\nnext = { token = 'next' }", {"/deals", "/deals?t=n1"}},
      {"params = { x = '1' }\nnext = { url = 'link', end = 'end' }", {"/deals?x=1", "/deals?page=n1"}},
      {"params = { x = '1' }", {"/deals?x=1"}},
  };
  for (const auto& [text, targets] : kinds) {
    Describe(kDeal + text);
    client_.answers.clear();
    client_.Say(200, R"({"data": [{"id": 1}, {"id": 2}], "more": true, "next": "n1", "end": false,
                     "link": "https://shop.example/deals?page=n1"})");
    client_.Say(200, R"({"data": [{"id": 3}], "more": false, "next": null, "end": true, "link": "/deals?page=n2"})");
    client_.Say(200, R"({"data": []})");
    Runs();
    EXPECT_EQ(Targets(), targets) << text;
    EXPECT_EQ(Keys("deal").size(), targets.size() == 1 ? 2U : 3U) << text;
    store_.rows.clear();
    fs::remove_all(folder_ / "inbox");
  }
}

TEST_F(PullTest, AsksForWhatIsNewer) {
  Describe(std::string(kDeal) + "params = { since = '{since}' }\nsince = { at = 'at', form = 'iso', overlap_s = 60 }");
  settings_.since = StartOf(FromCivil({2026, 1, 1}));
  client_.Say(200, R"({"data": [{"id": 1, "at": "2026-02-01T00:10:00Z"}, {"id": 2, "at": "2026-02-01T00:05:00Z"}]})");
  client_.Say(200, R"({"data": []})");
  Runs();
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals?since=2026-02-01T00%3A09%3A00Z"));
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals?since=2026-02-01T00%3A09%3A00Z"));
}

TEST_F(PullTest, AsksForChangesInAnotherWay) {
  Describe(std::string(kDeal) + R"(
[object.changes]
path = '/events'
params = { since = '{since}' }
records = 'data'
record = 'object'
where = { kind = 'deal' }
since = { at = 'at', form = 'unix', overlap_s = 0 }
newest_first = true
keeps_days = 30
)");
  client_.Say(200, R"({"data": [{"id": 1, "v": 1}, {"id": 2, "v": 1}]})", {{"date", "Sun, 01 Mar 2026 00:00:00 GMT"}});
  client_.Say(200, R"({"data": [{"at": 1772323300, "object": {"kind": "deal", "id": 1, "v": 3}},
                               {"at": 1772323250, "object": {"kind": "deal", "id": 1, "v": 2}},
                               {"at": 1772323240, "object": {"kind": "task", "id": 9}}]})");
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals"));
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/events?since=1772323200")) << "from when the list began";
  EXPECT_THAT(store_.rows["deal"]["1"], HasSubstr(R"("v":3)")) << "of a record the newest state counts";
  EXPECT_THAT(Keys("deal"), ElementsAre("1", "2"));
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/events?since=1772323300"));
  clock_.now.micros += 31 * kMicrosPerDay;
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals")) << "events do not reach back so far";
}

TEST_F(PullTest, AsksInWindowsAndStretches) {
  Describe(std::string(kDeal) +
           "params = { a = '{since}', b = '{until}' }\nwindow_days = 20\n"
           "since = { at = 'at', form = 'unix' }");
  settings_.since = StartOf(FromCivil({2026, 1, 25}));
  client_.Say(200, R"({"data": []})", {{"date", "Sun, 01 Mar 2026 00:00:00 GMT"}});
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals?a=1769299200&b=1771027200", "/deals?a=1771027200&b=1772755200"));

  fs::remove_all(folder_ / "inbox");
  Describe(std::string(kDeal) +
           "params = { a = '{since}', t = '{cursor}' }\nnext = { token = 'next', most = 2 }\n"
           "since = { at = 'at', form = 'unix' }");
  client_.answers.clear();
  client_.Say(200, R"({"data": [{"id": 1, "at": 1770000000}, {"id": 2, "at": 1770000100}], "next": "2"})");
  client_.Say(200, R"({"data": [{"id": 2, "at": 1770000100}, {"id": 3, "at": 1770000200}]})");
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals?a=1769299200", "/deals?a=1770000100"));
  EXPECT_THAT(Keys("deal"), ElementsAre("1", "2", "3"));
}

TEST_F(PullTest, AsksForEachAndUnfolds) {
  Describe(std::string(kDeal) + R"(
[[object]]
name = 'line'
maps = ['a/b']
key = ['id']
of = 'deal'
within = 'first'
when = 'more'
with = 'deal'
path = '/deals/{id}/lines'
records = 'data'
[[object]]
name = 'history'
maps = ['a/b']
key = ['deal_id', 'name', 'at']
of = 'deal'
batch = 2
post = true
path = '/history/read'
body = '{"ids": [{"id": "{id}"}]}'
records = 'data'
unfold = { at = 'fields', parent = 'deal_id', name = 'name' }
)",
           "posts = ['/history/read']");
  client_.answer = [](const HttpRequest& request) -> Result<HttpAnswer> {
    if (request.url.ends_with("/deals")) {
      return HttpAnswer{
          200, {}, R"({"data": [{"id": 1, "more": true}, {"id": 2, "first": [{"id": 21}]}, {"id": 3, "more": true}]})"};
    }
    if (request.url.ends_with("/1/lines")) return HttpAnswer{200, {}, R"({"data": [{"id": 11}]})"};
    if (request.url.ends_with("/3/lines")) return HttpAnswer{404, {}, "{}"};
    return HttpAnswer{
        200, {}, R"({"data": [{"id": 1, "fields": {"stage": [{"value": "b", "at": 2}, {"value": "a", "at": 1}],
                                                       "amount": [{"value": 1.50, "at": 1}]}}]})"};
  };
  const PullReport report = Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals", "/deals/1/lines", "/deals/3/lines", "/history/read", "/history/read"));
  EXPECT_EQ(client_.requests[3].body, R"({"ids":[{"id":"1"},{"id":"2"}]})");
  EXPECT_EQ(client_.requests[4].body, R"({"ids":[{"id":"3"}]})");
  EXPECT_EQ(store_.rows["line"]["11"], R"({"deal":"1","id":11})");
  EXPECT_EQ(store_.rows["line"]["21"], R"({"deal":"2","id":21})");
  EXPECT_EQ(report.objects[1].records, 2U);
  EXPECT_EQ(report.objects[1].missing, 1U);
  EXPECT_EQ(report.objects[2].records, 3U);
  EXPECT_EQ(store_.rows["history"]["amount1"], R"({"deal_id":"1","name":"amount","value":1.50,"at":1})");
}

TEST_F(PullTest, UnfoldsAListAndAddsMembers) {
  Describe(std::string(kDeal) + R"(
[[object]]
name = 'closed'
maps = ['a/b']
key = ['id']
path = '/closed'
records = 'data'
[[object]]
name = 'link'
maps = ['a/b']
key = ['deal', 'contact']
of = ['deal', 'closed']
batch = 10
path = '/links'
params = { ids = '{ids}' }
records = 'data'
unfold = { at = 'to', id = 'from.id', parent = 'deal' }
members = { contact = 'object.id' }
)");
  client_.Say(200, R"({"data": [{"id": 1}]})");
  client_.Say(200, R"({"data": [{"id": 2}]})");
  client_.Say(200, R"({"data": [{"from": {"id": 1}, "to": [{"object": {"id": 8}, "id": 5}, {"id": 6}]},
                               {"from": {"id": 2}, "to": []}, {"from": {"id": 3}}]})");
  const PullReport report = Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals", "/closed", "/links?ids=1%2C2"));
  EXPECT_EQ(report.objects[2].records, 2U);
  EXPECT_EQ(store_.rows["link"]["5"], R"({"contact":"8","deal":"1","object":{"id":8},"id":5})");
  EXPECT_EQ(store_.rows["link"]["6"], R"({"deal":"1","id":6})");
}

TEST_F(PullTest, LeavesOutWhatTheAccountHasNot) {
  Describe(
      std::string(kDeal) + "[[object]]\nname = 'user'\nmaps = ['a/b']\nkey = ['id']\npath = '/users'\nrecords = 'data'",
      "absent = [{ status = 400, says = 'NO_TYPE' }]");
  client_.Say(400, "NO_TYPE");
  client_.Say(200, R"({"data": [{"id": 5}]})");
  const PullReport report = Runs();
  EXPECT_TRUE(report.objects[0].is_absent);
  EXPECT_FALSE(report.objects[1].is_absent);
  EXPECT_THAT(Keys("user"), ElementsAre("5"));
}

TEST_F(PullTest, AsksForEachOnceItMayBeRead) {
  Describe(std::string(kDeal) +
               "[[object]]\nname = 'line'\nmaps = ['a/b']\nkey = ['id']\nof = 'deal'\npath = '/lines/{id}'\n"
               "records = 'data'",
           "absent = [{ status = 403, says = 'NO_RIGHT' }]");
  bool may_read = false;
  client_.answer = [&](const HttpRequest& request) -> Result<HttpAnswer> {
    if (request.url.ends_with("/deals")) return HttpAnswer{200, {}, R"({"data": [{"id": 1}, {"id": 2}]})"};
    if (!may_read) return HttpAnswer{403, {}, "NO_RIGHT"};
    return HttpAnswer{200, {}, fmt::format(R"({{"data": [{{"id": 1{}}}]}})", request.url.back())};
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(Runs().objects[1].is_absent);
    EXPECT_THAT(Targets(), ElementsAre("/deals", "/lines/1")) << "one refusal is enough";
  }
  may_read = true;
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals", "/lines/1", "/lines/2")) << "each once, whenever it was put off";
  EXPECT_THAT(Keys("line"), ElementsAre("11", "12"));
}

TEST_F(PullTest, KnowsWhatIsGoneFromAListOfAll) {
  Describe(std::string(kDeal) + "whole = true");
  client_.Say(200, R"({"data": [{"id": 1}, {"id": 2}]})");
  client_.Say(200, R"({"data": [{"id": 2}]})");
  client_.Say(200, R"({"data": []})");
  Runs();
  Runs();
  EXPECT_THAT(Keys("deal"), ElementsAre("2"));
  EXPECT_TRUE(Runs().objects[0].is_not_emptied);
  EXPECT_THAT(Keys("deal"), ElementsAre("2")) << "nothing at all deletes nothing";
}

TEST_F(PullTest, GoesOnWhereItWasStopped) {
  Describe(std::string(kDeal) + "params = { t = '{cursor}' }\nnext = { token = 'next' }");
  limits_.seal_records = 1;
  client_.Say(200, R"({"data": [{"id": 1}], "next": "n1"})");
  client_.Say(200, R"({"data": [{"id": 2}], "next": "n2"})");
  client_.answers.emplace_back(Fail(Unavailable("the network is down")));
  auto report = Run();
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->objects[0].error);
  EXPECT_THAT(Keys("deal"), ElementsAre("1", "2")) << "what came is kept";
  client_.answers.clear();
  client_.Say(200, R"({"data": [{"id": 3}]})");
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals?t=n2"));
  EXPECT_THAT(Keys("deal"), ElementsAre("1", "2", "3"));
}

TEST_F(PullTest, KeepsWhatCouldNotBeImported) {
  Describe(kDeal);
  client_.Say(200, R"({"data": [{"id": 1}]})");
  store_.is_broken = true;
  EXPECT_FALSE(Run());
  store_.is_broken = false;
  client_.answers.clear();
  client_.Say(200, R"({"data": []})");
  Runs();
  EXPECT_THAT(Keys("deal"), ElementsAre("1"));
}

TEST_F(PullTest, BeginsAnewWhereACursorHasExpired) {
  Describe(std::string(kDeal) + "params = { t = '{cursor}' }\nnext = { token = 'next' }",
           "expired = [{ status = 410 }]");
  client_.Say(200, R"({"data": [{"id": 1}], "next": "n1"})");
  client_.Say(410, "{}");
  client_.Say(200, R"({"data": [{"id": 1}], "next": "n3"})");
  client_.Say(200, R"({"data": [{"id": 2}]})");
  Runs();
  EXPECT_THAT(Targets(), ElementsAre("/deals", "/deals?t=n1", "/deals", "/deals?t=n3"));
  EXPECT_THAT(Keys("deal"), ElementsAre("1", "2"));
}

TEST_F(PullTest, SeesThatPagesRepeat) {
  Describe(std::string(kDeal) +
           "params = { t = '{cursor}' }\nnext = { token = 'next' }\n[[object]]\nname = 'user'\n"
           "maps = ['a/b']\nkey = ['id']\npath = '/users'\nrecords = 'data'");
  client_.Say(200, R"({"data": [{"id": 1}], "next": "n1"})");
  client_.Say(200, R"({"data": [{"id": 1}], "next": "n1"})");
  client_.Say(200, R"({"data": [{"id": 5}]})");
  const auto report = Run();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->objects[0].error->ToString(), HasSubstr("same page again and again"));
  EXPECT_FALSE(report->objects[1].error) << "others are asked all the same";
  EXPECT_THAT(Keys("user"), ElementsAre("5"));
}

TEST_F(PullTest, KeepsTwoStatesOfARecordApart) {
  Describe(std::string(kDeal) + "params = { t = '{cursor}' }\nnext = { token = 'next' }");
  client_.Say(200, R"({"data": [{"id": 1, "v": 1}, {"id": 2, "v": 1}], "next": "n1"})");
  client_.Say(200, R"({"data": [{"id": 2, "v": 1}, {"id": 1, "v": 2}]})");
  Runs();
  EXPECT_THAT(store_.imports, ElementsAre("deal 2", "deal 1"));
  EXPECT_THAT(store_.rows["deal"]["1"], HasSubstr(R"("v":2)"));
}

TEST_F(PullTest, StopsWhereTheTokenIsRefused) {
  Describe(std::string(kDeal) +
           "[[object]]\nname = 'user'\nmaps = ['a/b']\nkey = ['id']\npath = '/users'\nrecords = 'data'");
  client_.Say(401, R"({"error": "who are you"})");
  const auto report = Run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->objects.size(), 1U);
  EXPECT_EQ(report->objects[0].error->code(), Code::kUnauthenticated);
  EXPECT_EQ(client_.requests.size(), 1U);
}

TEST_F(PullTest, RefusesAnAnswerWithoutTheList) {
  Describe(kDeal);
  client_.Say(200, R"({"errors": ["x"]})");
  EXPECT_THAT(Run()->objects[0].error->ToString(), HasSubstr("the answer has no list 'data'"));
}

}  // namespace
}  // namespace weir::pulls
