#include "buckets/bucket_pull.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "buckets/test_bucket.h"

namespace weir::buckets {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

class BucketPullTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = pulls::FreshFolder();
    settings_.name = "lake";
    settings_.bucket = "acme-lake";
    settings_.endpoint = "https://s3.example";
    settings_.region = "eu-central-1";
    settings_.is_path_style = true;
    settings_.key_from = KeyFrom::kFile;
    settings_.key_file = "lake.key";
    settings_.only = {"*.csv", "*.parquet"};
    settings_.max_bytes = 1 << 20;
    settings_.rate = 1000;
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result<BucketReport> Run() {
    bucket_.asked.clear();
    imports_.clear();
    std::optional<AccessKey> key;
    if (settings_.key_from != KeyFrom::kNobody) {
      key = AccessKey{.id = "AKIDEXAMPLE", .secret = pulls::Secret(secret_), .session = {}};
    }
    BucketClient client(settings_, key, bucket_, clock_, {.attempts = 3});
    const BucketSinks sinks{.import = [&](const std::vector<FetchedObject>& objects) { return Import(objects); },
                            .tell = {},
                            .definitions = definitions_};
    return PullBucket(settings_, folder_ / "inbox", client, clock_, sinks, limits_);
  }
  BucketReport Runs() {
    auto report = Run();
    EXPECT_TRUE(report) << report.error().ToString();
    if (!report) return {};
    EXPECT_THAT(Errors(*report), IsEmpty());
    return std::move(*report);
  }
  static std::vector<std::string> Errors(const BucketReport& report) {
    std::vector<std::string> said;
    said.reserve(report.errors.size());
    for (const Error& error : report.errors) said.push_back(error.ToString());
    return said;
  }
  static std::string Notices(const BucketReport& report) {
    std::string said;
    for (const Phrase& notice : report.notices) said += notice.text + "\n";
    return said;
  }

  Result<std::vector<ImportedObject>> Import(const std::vector<FetchedObject>& objects) {
    if (is_broken_) return Fail(Unavailable("the disk is full"));
    imports_.push_back(objects.size());
    std::vector<ImportedObject> fates;
    for (const FetchedObject& object : objects) {
      std::ifstream file(object.path, std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      struct stat about{};
      EXPECT_EQ(::stat(object.path.c_str(), &about), 0);
      EXPECT_EQ(about.st_mtim.tv_sec * kMicrosPerSecond, object.object.modified.micros) << "as of when it was stored";
      EXPECT_EQ(object.name, "pull/lake/" + object.object.key);
      ImportedObject fate{.fate = ObjectFate::kIn, .records = text.size(), .reason = "", .reason_ru = ""};
      if (text == "unknown") fate = {.fate = ObjectFate::kUnknown, .records = 0, .reason = "who", .reason_ru = "кто"};
      if (text == "broken") fate = {.fate = ObjectFate::kFailed, .records = 0, .reason = "how", .reason_ru = "как"};
      if (fate.fate == ObjectFate::kIn) store_[object.object.key] = text;
      fates.push_back(fate);
    }
    return fates;
  }

  // Once, for what matches.
  void Fault(const std::string& what, const std::function<Result<pulls::HttpAnswer>(const pulls::HttpRequest&)>& does,
             int times = 1) {
    bucket_.fault = [what, does, times](
                        const std::string& asked,
                        const pulls::HttpRequest& request) mutable -> std::optional<Result<pulls::HttpAnswer>> {
      if (times == 0 || asked.find(what) == std::string::npos) return std::nullopt;
      --times;
      return does(request);
    };
  }
  void Refuse(const std::string& what, int status, const std::string& code, int times = 1,
              const std::string& more = "") {
    Fault(what, [=](const auto&) { return FakeBucket::Refusing(status, code, more); }, times);
  }

  fs::path folder_;
  BucketSettings settings_;
  BucketLimits limits_;
  FakeBucket bucket_;
  pulls::FakeClock clock_;
  std::string secret_ = bucket_.secret;
  std::string definitions_ = "1";
  bool is_broken_ = false;
  std::map<std::string, std::string> store_;
  std::vector<std::size_t> imports_;
};

TEST_F(BucketPullTest, FetchesWhatIsNewAndNothingTwice) {
  const std::vector<std::string> keys{"a.csv", "crm/deals/day=1/part-0.parquet", "crm/deals/day=2/part-1.parquet",
                                      "crm/зима 1/x+&=%'(y)~.csv", "z//b.csv"};
  for (const std::string& key : keys) bucket_.objects[key] = {.body = "body of " + key};
  BucketReport report = Runs();
  EXPECT_EQ(bucket_.Fetched(), keys);
  EXPECT_THAT(std::vector(bucket_.asked.begin(), bucket_.asked.begin() + 3), ElementsAre("LIST ", "LIST ", "LIST "));
  EXPECT_EQ(store_.size(), 5U);
  EXPECT_EQ(store_["crm/зима 1/x+&=%'(y)~.csv"], "body of crm/зима 1/x+&=%'(y)~.csv");
  EXPECT_EQ(report.tables.at("crm/deals.parquet").fetched, 2U);
  EXPECT_EQ(report.tables.at("a.csv").records, 13U);
  EXPECT_TRUE(fs::is_empty(folder_ / "inbox" / "objects"));

  report = Runs();
  EXPECT_THAT(bucket_.Fetched(), IsEmpty());
  EXPECT_THAT(imports_, IsEmpty());
  EXPECT_EQ(report.tables.at("crm/deals.parquet").unchanged, 2U);

  bucket_.objects["a.csv"] = {.body = "newer", .modified = "2026-02-01T00:00:00Z"};
  bucket_.objects.erase("z//b.csv");
  report = Runs();
  EXPECT_THAT(bucket_.Fetched(), ElementsAre("a.csv"));
  EXPECT_EQ(store_["a.csv"], "newer");
  EXPECT_EQ(report.tables.at("z//b.csv").gone, 1U);
  EXPECT_THAT(Notices(report), HasSubstr("1 objects are gone; what came from them stays: z//b.csv"));
  report = Runs();
  EXPECT_EQ(report.tables.at("z//b.csv").gone, 1U);
  EXPECT_EQ(Notices(report), "") << "that it is gone is said once";
  bucket_.objects["z//b.csv"] = {.body = "body of z//b.csv"};
  report = Runs();
  EXPECT_THAT(bucket_.Fetched(), IsEmpty()) << "it is back as it was";
  EXPECT_EQ(report.tables.at("z//b.csv").gone, 0U);
}

TEST_F(BucketPullTest, CountsByTable) {
  for (const char* key : {"un/load/crm/deals/day=1/x.parquet", "un/load/crm/deals/day=2/y.parquet",
                          "un/load/crm/deals/part-0.parquet", "un/load/crm/leads-000000000000.csv",
                          "un/load/crm/leads-000000000001.csv", "un/load/crm/a.csv", "part-0.parquet"}) {
    bucket_.objects[key] = {.body = key};
  }
  std::map<std::string, std::uint64_t> fetched;
  for (const auto& [name, table] : Runs().tables) fetched[name] = table.fetched;
  EXPECT_THAT(fetched, ElementsAre(Pair("part-0.parquet", 1U), Pair("un/load/crm/a.csv", 1U),
                                   Pair("un/load/crm/deals.parquet", 3U), Pair("un/load/crm/leads.csv", 2U)));
}

TEST_F(BucketPullTest, KeepsToThePrefixAndTheHost) {
  settings_.is_path_style = false;
  settings_.prefix = "crm/";
  bucket_.objects = {{"crm/a.csv", {.body = "1"}}, {"other/b.csv", {.body = "2"}}};
  Runs();
  EXPECT_THAT(bucket_.asked, ElementsAre("LIST crm/", "GET crm/a.csv"));
  EXPECT_EQ(bucket_.headers["host"], "acme-lake.s3.example");
  settings_.key_from = KeyFrom::kNobody;
  settings_.name = "lake";
  fs::remove_all(folder_ / "inbox");
  bucket_.key_id = "";
  Runs();
  EXPECT_FALSE(bucket_.headers.contains("authorization"));
}

TEST_F(BucketPullTest, LeavesOutWhatIsNoTable) {
  for (const char* key : {"t/_SUCCESS.csv", "t/_temporary/0/a.csv", ".hidden.csv", "t/.a.csv", "logo.png", "folder/",
                          "delta/_delta_log/0.csv", "delta/part-0.parquet", "ice/metadata/v1.metadata.json",
                          "ice/data/x.parquet", "../up.csv", "a/../b.csv", "a\nb.csv", "a\x1b.csv"}) {
    bucket_.objects[key] = {.body = "x"};
  }
  bucket_.objects["t/_day=1/a.csv"] = {.body = "y"};
  const BucketReport report = Runs();
  EXPECT_THAT(bucket_.Fetched(), ElementsAre("t/_day=1/a.csv"));
  EXPECT_EQ(report.left_out, 14U);
  EXPECT_THAT(Notices(report), AllOf(HasSubstr("4 objects have names that are not taken"), HasSubstr("lake: delta/ is"),
                                     HasSubstr("lake: ice/ is"), Not(HasSubstr("\x1b"))));
}

TEST_F(BucketPullTest, TriesAgainAndGoesOnWhereItWasCut) {
  bucket_.objects["a.csv"] = {.body = "0123456789"};
  Refuse("LIST", 503, "SlowDown", 2);
  Runs();
  EXPECT_THAT(bucket_.asked, ElementsAre("LIST ", "LIST ", "LIST ", "GET a.csv"));
  EXPECT_EQ(clock_.slept.size(), 2U);

  bucket_.objects["b.csv"] = {.body = "0123456789"};
  Fault("GET b.csv", [&](const auto& request) { return bucket_.Get(request, "b.csv", 3); }, 2);
  Runs();
  EXPECT_THAT(bucket_.Fetched(), ElementsAre("b.csv", "b.csv bytes=7-", "b.csv bytes=7-"));
  EXPECT_EQ(store_["b.csv"], "0123456789");

  // A server that knows no ranges gives all of it again.
  bucket_.objects["c.csv"] = {.body = "abcdefghij"};
  int asked = 0;
  bucket_.fault = [&](const std::string& what,
                      const pulls::HttpRequest& request) -> std::optional<Result<pulls::HttpAnswer>> {
    if (!what.starts_with("GET c.csv")) return std::nullopt;
    bucket_.headers.erase("range");
    return bucket_.Get(request, "c.csv", ++asked == 1 ? 4 : 0);
  };
  Runs();
  EXPECT_EQ(store_["c.csv"], "abcdefghij");

  bucket_.objects["d.csv"] = {.body = "0123456789"};
  Fault("GET d.csv", [&](const auto& request) { return bucket_.Get(request, "d.csv", 10); }, 100);
  const auto report = Run();
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().ToString(), HasSubstr("lake: acme-lake/d.csv does not answer: the transfer was cut"));
  EXPECT_FALSE(store_.contains("d.csv")) << "nothing is imported by half";
  EXPECT_EQ(bucket_.Fetched().size(), 3U);
}

TEST_F(BucketPullTest, TakesAnObjectAsItIsNow) {
  bucket_.objects["a.csv"] = {.body = "old"};
  Fault("GET a.csv", [&](const auto& request) {
    bucket_.objects["a.csv"] = {.body = "new and longer", .modified = "2026-01-02T00:00:00Z"};
    return bucket_.Get(request, "a.csv");
  });
  Runs();
  EXPECT_EQ(store_["a.csv"], "new and longer");
  Runs();
  EXPECT_THAT(bucket_.Fetched(), IsEmpty());

  // Between two parts of it, and from a server that does not look at If-Match.
  bucket_.objects["b.csv"] = {.body = "0123456789"};
  int asked = 0;
  bucket_.fault = [&](const std::string& what,
                      const pulls::HttpRequest& request) -> std::optional<Result<pulls::HttpAnswer>> {
    if (!what.starts_with("GET b.csv") || ++asked > 2) return std::nullopt;
    if (asked == 2) bucket_.objects["b.csv"] = {.body = "abcdefghijkl"};
    bucket_.headers.erase("if-match");
    return bucket_.Get(request, "b.csv", asked == 1 ? 5 : 0);
  };
  Runs();
  EXPECT_EQ(store_["b.csv"], "abcdefghijkl");

  bucket_.objects["c.csv"] = {.body = "soon gone"};
  Fault("GET c.csv", [&](const auto& request) {
    bucket_.objects.erase("c.csv");
    return bucket_.Get(request, "c.csv");
  });
  const BucketReport report = Runs();
  EXPECT_EQ(report.tables.at("c.csv").gone, 1U);
  EXPECT_FALSE(store_.contains("c.csv"));
}

TEST_F(BucketPullTest, SaysWhatTheBucketSaysAndWhatHelps) {
  bucket_.objects["a.csv"] = {.body = "1"};
  struct Case {
    int status;
    const char* code;
    const char* more;
    Code kind;
    const char* mend;
  };
  for (const Case& each : std::vector<Case>{
           {403, "AccessDenied", "", Code::kForbidden, "Allow this key s3:ListBucket on acme-lake"},
           {403, "InvalidAccessKeyId", "", Code::kUnauthenticated, "Check access_key_id: lake.key"},
           {403, "SignatureDoesNotMatch", "", Code::kUnauthenticated, "Check secret_access_key and region: lake.key"},
           {403, "RequestTimeTooSkewed", "", Code::kUnauthenticated, "Set the clock"},
           {400, "ExpiredToken", "", Code::kUnauthenticated, "new session_token"},
           {404, "NoSuchBucket", "", Code::kBadInput, "Check bucket and endpoint"},
           {400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>", Code::kBadInput,
            "write region = \"eu-west-1\""},
           {301, "PermanentRedirect", "", Code::kForbidden, "Nothing is asked of another host"},
           {501, "NotImplemented", "", Code::kBusy, "Pull again later"},
       }) {
    Refuse("LIST", each.status, each.code, 100, each.more);
    const auto report = Run();
    ASSERT_FALSE(report) << each.code;
    EXPECT_EQ(report.error().code(), each.kind) << each.code;
    EXPECT_THAT(
        report.error().ToString(),
        AllOf(HasSubstr(fmt::format("lake: acme-lake/ answers {} {}: no, {}", each.status, each.code, each.code)),
              HasSubstr(each.mend)));
  }
  bucket_.fault = {};
  secret_ = "another";
  EXPECT_THAT(Run().error().ToString(), HasSubstr("403 SignatureDoesNotMatch"));
  secret_ = bucket_.secret;
  Fault("LIST",
        [&](const auto&) { return FakeBucket::Refusing(403, "X", "<Message>" + bucket_.secret + "</Message>"); });
  EXPECT_THAT(Run().error().ToString(), AllOf(HasSubstr("***"), Not(HasSubstr(bucket_.secret))));
  Fault("LIST",
        [](const auto&) { return pulls::HttpAnswer{.status = 403, .headers = {}, .body = "<html>proxy</html>"}; });
  EXPECT_THAT(Run().error().ToString(), HasSubstr("answers 403: <html>proxy</html>"));
  Fault("LIST", [](const auto&) { return pulls::HttpAnswer{.status = 200, .headers = {}, .body = "<html/>"}; }, 2);
  EXPECT_THAT(Run().error().ToString(), HasSubstr("it must speak the S3 protocol"));
  Fault("LIST", [](const auto&) {
    return pulls::HttpAnswer{
        .status = 503, .headers = {{"retry-after", "86400"}}, .body = "<Error><Code>SlowDown</Code></Error>"};
  });
  EXPECT_THAT(Run().error().ToString(), HasSubstr("asks to come again in 1440 minutes"));
}

TEST_F(BucketPullTest, LetsOneObjectFailAlone) {
  bucket_.objects = {{"a.csv", {.body = "1"}},
                     {"b.csv", {.body = "2"}},
                     {"c.csv", {.body = "broken"}},
                     {"d.csv", {.body = "unknown"}}};
  Refuse("GET a.csv", 403, "InvalidObjectState");
  auto report = Run();
  ASSERT_TRUE(report) << report.error().ToString();
  EXPECT_THAT(Errors(*report),
              ElementsAre(AllOf(HasSubstr("acme-lake/a.csv answers 403 InvalidObjectState"), HasSubstr("restore it")),
                          "lake: c.csv: how"));
  EXPECT_EQ(Notices(*report), "lake: d.csv: who\n");
  EXPECT_EQ(store_.size(), 1U);
  report = Run();
  ASSERT_TRUE(report);
  EXPECT_THAT(bucket_.Fetched(), ElementsAre("a.csv")) << "what failed as it is, is not fetched again";
  EXPECT_THAT(Errors(*report), ElementsAre("lake: c.csv: how")) << "and is said again";
  EXPECT_EQ(report->tables.at("d.csv").unknown, 1U);
  definitions_ = "2";
  report = Run();
  EXPECT_THAT(bucket_.Fetched(), ElementsAre("c.csv", "d.csv")) << "others may know them";

  for (int i = 0; i < 30; ++i) bucket_.objects[fmt::format("n{:02}.csv", i)] = {.body = "1"};
  Refuse("GET n", 403, "AccessDenied", 100);
  EXPECT_FALSE(Run()) << "a bucket that gives nothing is not asked for all";
  EXPECT_EQ(bucket_.Fetched().size(), 21U);
}

TEST_F(BucketPullTest, KeepsWhatWasImportedBeforeItEnded) {
  for (int i = 0; i < 5; ++i) bucket_.objects[fmt::format("{}.csv", i)] = {.body = fmt::format("body {}", i)};
  limits_.batch_objects = 2;
  Refuse("GET 3.csv", 500, "InternalError", 100);
  EXPECT_FALSE(Run());
  EXPECT_THAT(imports_, ElementsAre(2U, 1U)) << "what had come is imported";
  bucket_.fault = {};
  Runs();
  EXPECT_THAT(bucket_.Fetched(), ElementsAre("3.csv", "4.csv"));

  bucket_.objects["6.csv"] = {.body = "body 6"};
  is_broken_ = true;
  EXPECT_FALSE(Run());
  EXPECT_TRUE(fs::is_empty(folder_ / "inbox" / "objects"));
  is_broken_ = false;
  Runs();
  EXPECT_THAT(bucket_.Fetched(), ElementsAre("6.csv"));
}

TEST_F(BucketPullTest, HasLimits) {
  bucket_.objects = {{"a.csv", {.body = "1"}},
                     {"b.csv", {.body = std::string(600 << 10, 'x')}},
                     {"c.csv", {.body = std::string(600 << 10, 'x')}}};
  EXPECT_THAT(Run().error().ToString(), HasSubstr("raise max_gib"));
  EXPECT_THAT(bucket_.Fetched(), IsEmpty());
  settings_.max_bytes <<= 1;
  settings_.max_objects = 2;
  EXPECT_THAT(Run().error().ToString(), HasSubstr("there are more than 2 objects"));
  settings_.max_objects = 10;
  Fault("GET a.csv", [](const auto& request) { return FakeBucket::Answered(request, 200, "more than one byte"); });
  const auto report = Run();
  ASSERT_TRUE(report);
  EXPECT_THAT(Errors(*report), ElementsAre(HasSubstr("the object is larger than the list says")));
  Fault(
      "LIST",
      [](const auto& request) {
        return FakeBucket::Answered(request, 200,
                                    "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t"
                                    "</NextContinuationToken></ListBucketResult>");
      },
      100);
  EXPECT_THAT(Run().error().ToString(), HasSubstr("same page again and again"));
}

TEST_F(BucketPullTest, BeginsAnewInAnotherBucket) {
  bucket_.objects["a.csv"] = {.body = "1"};
  Runs();
  settings_.endpoint = "https://s3.other.example";
  Runs();
  EXPECT_THAT(bucket_.Fetched(), ElementsAre("a.csv"));
  std::ofstream(folder_ / "inbox" / "state.json") << R"({"state": "{\"bucket\": 7}"})";
  EXPECT_THAT(Run().error().ToString(), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace weir::buckets
