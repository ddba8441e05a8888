// What a workspace knew, it knew by the definitions of that day: later edits of mappings and metrics change no answer
// of an earlier data version.
#include "workspace/definitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "workspace/lock.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

using testing::HasSubstr;

// A mapping and a metric of the workspace's own; the type of `note`, the amount of a deal and the filter are what the
// tests edit.
std::string Mapping(const std::string& note_type, const std::string& amount) {
  return "source = \"own\"\nobject = \"deal\"\nversion = 1\ntitle = { en = \"Deals\", ru = \"Сделки\" }\n"
         "extent = \"delta\"\n[recognise]\nrequire = [\"number\", \"sum\"]\n[key]\ncolumns = [\"number\"]\n[columns]\n"
         "number = { type = \"id\", names = [\"Number\"], required = true }\n"
         "sum = { type = \"decimal\", names = [\"Sum\"] }\n"
         "won_on = { type = \"date\", names = [\"Won On\"] }\n"
         "note = { type = \"" +
         note_type +
         "\", names = [\"Note\"] }\n"
         "[[emit]]\ntable = \"deal\"\n[emit.set]\nkey = \"number\"\nname = \"number\"\namount = \"" +
         amount +
         "\"\ncurrency = \"'EUR'\"\nstage = \"'Won'\"\nstage_kind = \"'won'\"\nclose_date = \"won_on\"\n"
         "next_step = \"CAST(note AS VARCHAR)\"\n";
}

std::string Metric(int version, const std::string& filter) {
  return fmt::format(
      "[metric.own_sum]\nversion = {}\ntitle = {{ en = \"Own sum\", ru = \"Своя сумма\" }}\n"
      "description = {{ en = \"Of won deals.\", ru = \"По выигранным сделкам.\" }}\nowner = \"sales\"\n"
      "formula = {{ en = \"see measure\", ru = \"см. меру\" }}\nunit = \"count\"\nbetter = \"up\"\nview = \"deal\"\n"
      "measure = \"count()\"\nfilter = \"{}\"\ntime = \"close_date\"\nadditivity = \"additive\"\n",
      version, filter);
}

constexpr const char* kWon = "status = 'won'";
constexpr const char* kLargeWon = "status = 'won' and amount > 30";

class DefinitionsTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            (std::string("weir-definitions-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    Write("home/sources/own-deal.toml", Mapping("text", "sum"));
    Write("home/metrics/own.toml", Metric(1, kWon));
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::filesystem::path Write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::unique_ptr<Workspace> Open(Access access = Access::kWrite) const {
    auto workspace = Workspace::Open(
        {.home = root_ / "home", .access = access, .create = true, .lock_wait = std::chrono::seconds(0)});
    EXPECT_TRUE(workspace) << workspace.error().ToString();
    return workspace ? std::move(*workspace) : nullptr;
  }

  engine::Answer Import(Workspace& workspace, const std::string& text, const std::string& mapping = "own/deal") const {
    const std::filesystem::path path = Write("deals.csv", text);
    const auto answer = workspace.Import({.inputs = {{.path = path, .descriptor = -1, .name = "deals.csv"}},
                                          .dry_run = false,
                                          .recursive = false,
                                          .mapping = mapping,
                                          .exported_at = "2024-05-01"},
                                         analysis::Principal::LocalOwner(), {}, {});
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? *answer : engine::Answer{};
  }

  static engine::Answer Ask(Workspace& workspace, const std::string& id, const analysis::RawParams& params,
                            std::optional<std::int64_t> known_at = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.as_of = "2024-06-30";
    question.known_at = known_at;
    const auto answer = workspace.engine().Ask(question, analysis::Principal::LocalOwner());
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? *answer : engine::Answer{};
  }

  // Answers that rest on mappings, on metrics, and on both.
  static std::string AnswersAt(Workspace& workspace, std::optional<std::int64_t> known_at) {
    std::string text;
    for (const char* metric : {"own_sum", "won_amount"}) {
      text += engine::ToJson(Ask(workspace, "metrics", {{"metrics", {metric}}}, known_at)) + "\n";
    }
    text += engine::ToJson(Ask(workspace, "metrics.catalog", {}, known_at)) + "\n";
    text += engine::ToJson(Ask(workspace, "pulse", {}, known_at)) + "\n";
    text += engine::ToJson(Ask(workspace, "sources", {}, known_at)) + "\n";
    text += engine::ToJson(Ask(workspace, "decisions", {}, known_at)) + "\n";
    const std::string query = "SELECT deal_id, next_step, amount FROM scoped.deal ORDER BY deal_id";
    return text + engine::ToJson(Ask(workspace, "sql", {{"query", {query}}}, known_at)) + "\n";
  }

  static std::string OwnSum(const engine::Answer& answer) {
    const analysis::Table& table = answer.output.tables.front();
    return store::ToText(table.rows.at(0).at(table.IndexOf("own_sum")));
  }

  static std::int64_t NewestVersionOf(Workspace& workspace) { return Ask(workspace, "status", {}).data_version; }

  std::filesystem::path root_;
};

constexpr const char* kFirst = "Number,Sum,Won On,Note\nA,10.5,2024-04-01,007\nB,20,2024-04-02,8\n";
constexpr const char* kSecond = "Number,Sum,Won On,Note\nC,30,2024-04-03,9\n";

TEST_F(DefinitionsTest, ALaterEditLeavesPastAnswersAsTheyWere) {
  std::string then;
  {
    const auto workspace = Open();
    Import(*workspace, kFirst);
    ASSERT_EQ(NewestVersionOf(*workspace), 1);
    then = AnswersAt(*workspace, 1);
    EXPECT_THAT(then, HasSubstr("\"definition\":{\"id\":\"own_sum\",\"version\":1}"));
    EXPECT_THAT(then, HasSubstr("007"));
  }
  // The column gets another type, the amount another meaning, the metric a second version.
  Write("home/sources/own-deal.toml", Mapping("integer", "sum * 2"));
  Write("home/metrics/own.toml", Metric(2, kLargeWon));
  {
    const auto workspace = Open();
    EXPECT_EQ(NewestVersionOf(*workspace), 2) << "the definitions are a version of their own";
    EXPECT_EQ(AnswersAt(*workspace, 1), then);
    Import(*workspace, kSecond);
    EXPECT_EQ(AnswersAt(*workspace, 1), then);
    const engine::Answer now = Ask(*workspace, "metrics", {{"metrics", {"own_sum"}}});
    EXPECT_EQ(now.definition_version, 2);
    EXPECT_EQ(OwnSum(now), "2");
    EXPECT_EQ(OwnSum(Ask(*workspace, "metrics", {{"metrics", {"own_sum"}}}, 2)), "1")
        << "before the second import, by the new definitions";
  }
  EXPECT_EQ(AnswersAt(*Open(), 1), then) << "in another process";
  EXPECT_EQ(AnswersAt(*Open(Access::kRead), 1), then) << "for a reader, in memory";
  // A mapping and a metric that are taken away still hold for what was known by them.
  std::filesystem::remove(root_ / "home/sources/own-deal.toml");
  std::filesystem::remove(root_ / "home/metrics/own.toml");
  const auto workspace = Open();
  EXPECT_EQ(AnswersAt(*workspace, 1), then);
  engine::Question question;
  question.id = "metrics";
  question.params["metrics"] = {"own_sum"};
  EXPECT_FALSE(workspace->engine().Ask(question, analysis::Principal::LocalOwner())) << "there is none any more";
}

// Each line a version, the newest first: number, state, author is known, origin, note, what changed, value of the last
// closed month.
std::vector<std::string> HistoryOf(const engine::Answer& answer) {
  const analysis::Table& table = *answer.output.Find("versions");
  std::vector<std::string> lines;
  for (const auto& row : table.rows) {
    std::string line;
    for (const char* column : {"version", "state", "origin", "note", "changed_en", "from", "value", "data_version"}) {
      line += (line.empty() ? "" : "|") + store::ToText(row[table.IndexOf(column)]);
    }
    EXPECT_FALSE(store::ToText(row[table.IndexOf("author")]).empty());
    EXPECT_FALSE(store::IsNull(row[table.IndexOf("recorded_at")]));
    lines.push_back(line);
  }
  return lines;
}

TEST_F(DefinitionsTest, EachMeaningOfAMetricIsAVersionThatCanBeAskedAgain) {
  std::string then;
  {
    const auto workspace = Open();
    Import(*workspace, "Number,Sum,Won On,Note\nA,10.5,2024-05-01,1\nB,40,2024-05-31,2\nC,50,2024-06-02,3\n");
    then = OwnSum(Ask(*workspace, "metrics", {{"metrics", {"own_sum"}}}));
    EXPECT_EQ(then, "3");
  }
  Write("home/metrics/own.toml", "# A remark is no version.\n" + Metric(1, kWon));
  Open();
  Write("home/metrics/own.toml", Metric(2, kLargeWon) + "note = \"Small deals are not worth a call\"\n");
  const auto workspace = Open();
  const engine::Answer history = Ask(*workspace, "metrics.history", {{"metric", {"own_sum"}}, {"with_text", {"true"}}});
  // June is not over on its last day but one; at the end of the 30th it is.
  EXPECT_THAT(HistoryOf(history),
              testing::ElementsAre("2|in_force|file|Small deals are not worth a call|Now counts only where amount > "
                                   "30|2024-06-01|1|3",
                                   "1|replaced|file||The first definition|2024-06-01|1|0"));
  const analysis::Table& changes = *history.output.Find("changes");
  ASSERT_EQ(changes.rows.size(), 1U);
  EXPECT_EQ(store::ToText(changes.rows[0][changes.IndexOf("before")]), kWon);
  EXPECT_EQ(store::ToText(changes.rows[0][changes.IndexOf("after")]), kLargeWon);
  EXPECT_THAT(store::ToText(changes.rows[0][changes.IndexOf("ru")]), HasSubstr("Теперь считается только то, где"));
  EXPECT_EQ(OwnSum(Ask(*workspace, "metrics", {{"metrics", {"own_sum"}}})), "2");
  const engine::Answer old = Ask(*workspace, "metrics", {{"metrics", {"own_sum"}}, {"definition_version", {"1"}}});
  EXPECT_EQ(OwnSum(old), then) << "the old report, by the old definition";
  EXPECT_EQ(old.definition_version, 1);
  const engine::Answer bridge =
      Ask(*workspace, "metrics.explain", {{"metrics", {"own_sum"}}, {"start_definition_version", {"1"}}});
  const analysis::Table& parts = *bridge.output.Find("bridge");
  ASSERT_EQ(parts.rows.size(), 3U);
  EXPECT_EQ(store::ToText(parts.rows[0][parts.IndexOf("title_en")]), "Own sum, version 1");
  EXPECT_EQ(store::ToText(parts.rows[0][parts.IndexOf("value")]), "3");
  EXPECT_EQ(store::ToText(parts.rows[1][parts.IndexOf("value")]), "-1");
  EXPECT_EQ(store::ToText(parts.rows[2][parts.IndexOf("value")]), "2");
  const engine::Answer built_in =
      Ask(*workspace, "metrics.history", {{"metric", {"won_amount"}}, {"with_text", {"true"}}});
  EXPECT_THAT(HistoryOf(built_in), testing::ElementsAre(HasSubstr("1|in_force|release||The first definition|")));
  const analysis::Table& texts = *history.output.Find("texts");
  EXPECT_EQ(store::ToText(texts.rows[1][texts.IndexOf("text")]), Metric(1, kWon));
  const analysis::Table& release = *built_in.output.Find("versions");
  EXPECT_THAT(store::ToText(release.rows[0][release.IndexOf("author")]), testing::MatchesRegex("Weir [0-9.]+"));
  // One of many in its file: its own lines and nothing of its neighbours.
  const analysis::Table& sections = *built_in.output.Find("texts");
  const std::string section = store::ToText(sections.rows[0][sections.IndexOf("text")]);
  EXPECT_TRUE(section.starts_with("[metric.won_amount]\nversion")) << section;
  EXPECT_EQ(section.find("[metric.", 1), std::string::npos) << section;
  EXPECT_THAT(HistoryOf(Ask(*workspace, "metrics.history", {{"metric", {"own_sum"}}}, 1)),
              testing::ElementsAre("1|in_force|file||The first definition|2024-06-01|1|0"))
      << "as it was known";
}

TEST_F(DefinitionsTest, AVersionThatNeverWasIsRefused) {
  const auto workspace = Open();
  const auto refused = [&](const std::string& id, const analysis::RawParams& params) {
    engine::Question question;
    question.id = id;
    question.params = params;
    const auto answer = workspace->engine().Ask(question, analysis::Principal::LocalOwner());
    return answer ? "answered" : answer.error().ToString();
  };
  EXPECT_THAT(refused("metrics", {{"metrics", {"own_sum"}}, {"definition_version", {"7"}}}),
              testing::AllOf(HasSubstr("'own_sum' has no version 7"), HasSubstr("Its versions: 1")));
  EXPECT_THAT(refused("metrics", {{"metrics", {"own_sum,won_amount"}}, {"definition_version", {"1"}}}),
              HasSubstr("a version is of one metric"));
  EXPECT_THAT(refused("metrics", {{"metrics", {"own_sum"}}, {"definition_version", {"-1"}}}), HasSubstr("no version"));
  EXPECT_THAT(refused("metrics", {{"metrics", {"nothing'; --"}}, {"definition_version", {"1"}}}),
              HasSubstr("has no version 1"));
  EXPECT_THAT(refused("metrics.history", {{"metric", {"own_sun"}}}), HasSubstr("Did you mean 'own_sum'?"));
  EXPECT_THAT(refused("metrics.explain", {{"metrics", {"own_sum"}}, {"start_definition_version", {"1"}}}),
              HasSubstr("there is nothing to compare with"));
}

TEST_F(DefinitionsTest, OpeningMakesNoVersionWhereNothingDiffers) {
  EXPECT_EQ(NewestVersionOf(*Open()), 0);
  EXPECT_EQ(NewestVersionOf(*Open()), 0);
  Write("home/metrics/own.toml", Metric(2, kLargeWon));
  {
    const auto workspace = Open();
    EXPECT_EQ(NewestVersionOf(*workspace), 0) << "nothing was committed that could have been asked";
    Import(*workspace, kFirst);
    EXPECT_EQ(OwnSum(Ask(*workspace, "metrics", {{"metrics", {"own_sum"}}}, 0)), "0") << "an empty workspace";
  }
  EXPECT_EQ(NewestVersionOf(*Open()), 1);
}

TEST_F(DefinitionsTest, AReaderThatMayWriteRecordsAnEdit) {
  Import(*Open(), kFirst);
  Write("home/metrics/own.toml", Metric(2, kLargeWon));
  const auto reader = Open(Access::kRead);
  const engine::Answer answer = Ask(*reader, "metrics", {{"metrics", {"own_sum"}}});
  EXPECT_EQ(answer.definition_version, 2);
  EXPECT_EQ(answer.data_version, 2);
  EXPECT_TRUE(answer.output.warnings.empty());
}

TEST_F(DefinitionsTest, ADryRunLeavesTheTypesOfColumnsAsTheyWere) {
  Import(*Open(), kFirst);
  Write("home/sources/own-deal.toml", Mapping("integer", "sum"));
  const auto columns = [&] {
    auto database = store::Database::Open(root_ / "home" / "weir.duckdb");
    const auto value = database->Connect()->QueryValue(
        "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_name) FROM duckdb_columns() WHERE "
        "schema_name = 'obs' AND column_name LIKE '%note%'");
    return value ? store::ToText(*value) : value.error().ToString();
  };
  const std::filesystem::path path = Write("deals.csv", kSecond);
  const auto import = [&](bool dry_run) {
    const auto answer = Open()->Import({.inputs = {{.path = path, .descriptor = -1, .name = "deals.csv"}},
                                        .dry_run = dry_run,
                                        .recursive = false,
                                        .mapping = "own/deal",
                                        .exported_at = "2024-05-02"},
                                       analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
    const analysis::Table& files = *answer->output.Find("files");
    EXPECT_EQ(store::ToText(files.rows.at(0).at(files.IndexOf("new"))), "1");
  };
  import(true);
  EXPECT_EQ(columns(), "note VARCHAR");
  import(false);
  EXPECT_EQ(columns(), "_was_3_note VARCHAR, note BIGINT");
}

TEST_F(DefinitionsTest, AReaderThatMayNotWriteAnswersByWhatIsOnRecordAndSaysSo) {
  Import(*Open(), kFirst);
  Write("home/metrics/own.toml", Metric(2, kLargeWon));
  const auto held = WorkspaceLock::Take(root_ / "home", std::chrono::seconds(0));
  ASSERT_TRUE(held);
  const auto reader = Open(Access::kRead);
  const engine::Answer answer = Ask(*reader, "metrics", {{"metrics", {"own_sum"}}});
  EXPECT_EQ(answer.definition_version, 1);
  EXPECT_EQ(OwnSum(answer), "2");
  ASSERT_EQ(answer.output.warnings.size(), 1U);
  EXPECT_EQ(answer.output.warnings[0].code, "definitions_not_in_force");
}

TEST_F(DefinitionsTest, AMappingWhoseSqlDoesNotRunIsLeftOutAndSaid) {
  Write("home/sources/own-deal.toml", Mapping("text", "summ"));
  const auto workspace = Open();
  ASSERT_NE(workspace, nullptr);
  const engine::Answer answer = Import(*workspace, kFirst, "");
  ASSERT_EQ(answer.output.warnings.size(), 1U);
  EXPECT_EQ(answer.output.warnings[0].code, "mapping_left_out");
  EXPECT_THAT(answer.output.warnings[0].message.text, HasSubstr("sources/own-deal.toml:"));
}

TEST_F(DefinitionsTest, ABrokenMetricIsNotRecorded) {
  Import(*Open(), kFirst);
  Write("home/metrics/own.toml", "[metric.own_sum]\nversion = ");
  const auto broken = Workspace::Open({.home = root_ / "home", .lock_wait = std::chrono::seconds(0)});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().ToString(), HasSubstr("metrics/own.toml:"));
  Write("home/metrics/own.toml", Metric(1, kWon));
  EXPECT_EQ(NewestVersionOf(*Open()), 1);
}

}  // namespace
}  // namespace weir::workspace
