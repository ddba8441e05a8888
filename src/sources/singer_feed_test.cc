#include "sources/singer_feed.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "sources/singer_message.h"

namespace weir::sources {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> LinesOf(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// A store that knows records by the whole of their text.
struct Store {
  std::map<std::string, std::set<std::string>> rows = {};  // by stream
  std::vector<std::string> imports = {};                   // "deals 2" or "deals whole 2"
  std::vector<std::string> states = {};
  bool is_broken = false;
  std::set<std::string> unknown = {};  // streams that no mapping knows

  FeedSinks Sinks() {
    return {.import = [this](const auto& segments, bool are_whole) { return Import(segments, are_whole); },
            .tell_state = [this](std::string_view state) { states.emplace_back(state); }};
  }

  Result<std::vector<bool>> Import(const std::vector<FeedSegment>& segments, bool are_whole) {
    if (is_broken) return Fail(Unavailable("the disk is full"));
    std::vector<bool> done;
    for (const FeedSegment& segment : segments) {
      EXPECT_EQ(segment.is_whole, are_whole);
      done.push_back(!unknown.contains(segment.stream));
      if (!done.back()) continue;
      const std::vector<std::string> lines = LinesOf(segment.path);
      if (are_whole) rows[segment.stream].clear();
      rows[segment.stream].insert(lines.begin(), lines.end());
      imports.push_back(fmt::format("{}{} {}", segment.stream, are_whole ? " whole" : "", lines.size()));
    }
    return done;
  }
};

class SingerFeed : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "weir-feed-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  // A run of the feed over these lines, in an inbox opened anew.
  Result<FeedReport> Run(const std::string& text, const FeedLimits& limits = {.records = 1}) {
    auto inbox = FeedInbox::Open(folder_ / "inbox");
    if (!inbox) return Fail(inbox.error());
    int ends[2];
    if (::pipe(ends) != 0) return Fail(Unavailable("no pipe"));
    std::thread writer([&] {
      for (std::size_t at = 0; at < text.size();) {
        const ssize_t written = ::write(ends[1], text.data() + at, text.size() - at);
        if (written <= 0) break;
        at += static_cast<std::size_t>(written);
      }
      ::close(ends[1]);
    });
    auto report = TakeSinger(ends[0], *inbox, store_.Sinks(), limits);
    // Whatever is left unread, the writer must not wait for ever.
    char rest[4096];
    while (::read(ends[0], rest, sizeof rest) > 0) {
    }
    writer.join();
    ::close(ends[0]);
    return report;
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / "inbox")) {
      const std::string name = entry.path().filename().string();
      if (name != "lock" && name != "state.json") names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

  fs::path folder_;
  Store store_;
};

std::string Record(const std::string& stream, const std::string& record, int version = 0) {
  return fmt::format(R"({{"type": "RECORD", "stream": "{}", "record": {}{}}})", stream, record,
                     version == 0 ? "" : fmt::format(R"(, "version": {})", version)) +
         "\n";
}
std::string State(const std::string& value) { return fmt::format(R"({{"type": "STATE", "value": {}}})", value) + "\n"; }
std::string Activate(const std::string& stream, int version) {
  return fmt::format(R"({{"type": "ACTIVATE_VERSION", "stream": "{}", "version": {}}})", stream, version) + "\n";
}
const std::string kSchema =
    R"({"type": "SCHEMA", "stream": "deals", "schema": {"properties": {"id": {}}}, "key_properties": ["id"]})"
    "\n";

TEST(SingerMessage, IsReadAsItStands) {
  const auto record = ParseSingerMessage(
      R"({"type":"RECORD","stream":"de\u0061ls","time_extracted":"2026-01-01T00:00:00Z","version":17,"record":{"id":1,"amount":12345678901234567.10,"t":"a\"b"}})");
  ASSERT_TRUE(record) << record.error().ToString();
  EXPECT_EQ(record->kind, SingerKind::kRecord);
  EXPECT_EQ(record->stream, "deals");
  EXPECT_EQ(record->version, 17);
  EXPECT_EQ(record->body, R"({"id":1,"amount":12345678901234567.10,"t":"a\"b"})");
  const auto state = ParseSingerMessage(R"({"value": {"bookmarks": {"a": 1.50}}, "type": "STATE"})");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->body, R"({"bookmarks": {"a": 1.50}})");
  EXPECT_EQ(ParseSingerMessage(R"({"type":"ALIEN"})")->kind, SingerKind::kOther);
}

TEST(SingerMessage, SaysWhatItLacks) {
  const auto wrong = [](const char* line) {
    const auto message = ParseSingerMessage(line);
    return message ? std::string("accepted") : message.error().ToString();
  };
  EXPECT_THAT(wrong("INFO starting the tap"), HasSubstr("no message of the Singer protocol"));
  EXPECT_THAT(wrong("[1]"), HasSubstr("no message of the Singer protocol"));
  EXPECT_THAT(wrong(R"({"stream":"a"})"), HasSubstr("'type'"));
  EXPECT_THAT(wrong(R"({"type":"RECORD","stream":"a"})"), HasSubstr("'record'"));
  EXPECT_THAT(wrong(R"({"type":"RECORD","stream":"a","record":[1]})"), HasSubstr("'record'"));
  EXPECT_THAT(wrong(R"({"type":"RECORD","record":{}})"), HasSubstr("'stream'"));
  EXPECT_THAT(wrong(R"({"type":"STATE"})"), HasSubstr("'value'"));
  EXPECT_THAT(wrong(R"({"type":"ACTIVATE_VERSION","stream":"a"})"), HasSubstr("'version'"));
  EXPECT_THAT(wrong(R"({"type":"RECORD","stream":"a","record":{},"version":"x"})"), HasSubstr("no whole number"));
  EXPECT_THAT(wrong(R"({"type":"BATCH","stream":"a","manifest":[]})"), HasSubstr("BATCH"));
}

TEST_F(SingerFeed, ImportsAtStatesAndTellsThem) {
  const auto report =
      Run(kSchema + Record("deals", R"({"id": 1})") + Record("people", R"({"id": 7})") + State(R"({"at": 1})") + "\n" +
          Record("deals", R"({"id": 2})") + State(R"({"at": 2})") + Record("deals", R"({"id": 3})"));
  ASSERT_TRUE(report) << report.error().ToString();
  EXPECT_THAT(store_.imports, ElementsAre("deals 1", "people 1", "deals 1", "deals 1"));
  EXPECT_THAT(store_.states, ElementsAre(R"({"at": 1})", R"({"at": 2})"));
  EXPECT_THAT(store_.rows["deals"], ElementsAre(R"({"id": 1})", R"({"id": 2})", R"({"id": 3})"));
  EXPECT_EQ(report->records.at("deals"), 3U);
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(SingerFeed, WaitsUntilAnImportIsWorthIt) {
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += Record("deals", fmt::format(R"({{"id": {}}})", i)) + State(fmt::format(R"({{"at": {}}})", i));
  ASSERT_TRUE(Run(text, {.records = 4}));
  EXPECT_THAT(store_.imports, ElementsAre("deals 4", "deals 4", "deals 2"));
  EXPECT_THAT(store_.states, ElementsAre(R"({"at": 3})", R"({"at": 7})", R"({"at": 9})"));
}

TEST_F(SingerFeed, OffersAgainWhatWasNotImported) {
  store_.is_broken = true;
  const auto failed = Run(Record("deals", R"({"id": 1})") + State(R"({"at": 1})"));
  ASSERT_FALSE(failed);
  EXPECT_THAT(store_.states, IsEmpty());
  EXPECT_THAT(Files(), ElementsAre("deals.1.jsonl"));
  store_.is_broken = false;
  ASSERT_TRUE(Run(Record("deals", R"({"id": 2})") + State(R"({"at": 2})")));
  EXPECT_THAT(store_.rows["deals"], ElementsAre(R"({"id": 1})", R"({"id": 2})"));
  EXPECT_THAT(store_.states, ElementsAre(R"({"at": 2})"));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(SingerFeed, KeepsAStreamThatNothingKnows) {
  store_.unknown = {"stages"};
  ASSERT_TRUE(Run(Record("stages", R"({"id": 1})") + State(R"({"at": 1})") + Record("deals", R"({"id": 1})") +
                  State(R"({"at": 2})")));
  EXPECT_THAT(store_.states, ElementsAre(R"({"at": 1})", R"({"at": 2})"));
  EXPECT_THAT(store_.imports, ElementsAre("deals 1"));
  EXPECT_THAT(Files(), ElementsAre("stages.1.jsonl"));
  store_.unknown.clear();
  ASSERT_TRUE(Run(""));
  EXPECT_THAT(store_.rows["stages"], ElementsAre(R"({"id": 1})"));
}

TEST_F(SingerFeed, ReplacesATableWhenItsNewVersionIsComplete) {
  ASSERT_TRUE(Run(Activate("deals", 1) + Record("deals", R"({"id": 1})", 1) + Record("deals", R"({"id": 2})", 1) +
                  Activate("deals", 1) + State(R"({"at": 1})")));
  EXPECT_THAT(store_.imports, ElementsAre("deals 2"));
  ASSERT_TRUE(Run(Record("deals", R"({"id": 2})", 2) + State(R"({"at": 2})") + Record("deals", R"({"id": 3})", 2) +
                  Activate("deals", 2) + Record("deals", R"({"id": 4})", 2) + State(R"({"at": 3})")));
  EXPECT_THAT(store_.imports, ElementsAre("deals 2", "deals whole 2", "deals 1"));
  EXPECT_THAT(store_.rows["deals"], ElementsAre(R"({"id": 2})", R"({"id": 3})", R"({"id": 4})"));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(SingerFeed, CollectsATableOverSeveralRuns) {
  ASSERT_TRUE(Run(Record("deals", R"({"id": 1})", 1) + State(R"({"at": 1})")));
  const auto half =
      Run(Record("deals", R"({"id": 2})", 2) + State(R"({"at": 2})") + Record("deals", R"({"id": 99})", 2));
  ASSERT_TRUE(half);
  EXPECT_THAT(half->waiting, ElementsAre("deals"));
  EXPECT_THAT(store_.rows["deals"], ElementsAre(R"({"id": 1})")) << "not before the table is complete";
  // What came after the last state is sent again, or not at all.
  ASSERT_TRUE(Run(Record("deals", R"({"id": 3})", 2) + Activate("deals", 2) + State(R"({"at": 3})")));
  EXPECT_THAT(store_.rows["deals"], ElementsAre(R"({"id": 2})", R"({"id": 3})"));
}

TEST_F(SingerFeed, GivesUpATableThatANewerOneReplaces) {
  ASSERT_TRUE(Run(Record("deals", R"({"id": 1})", 1) + Record("deals", R"({"id": 2})", 2) + State(R"({"at": 1})")));
  ASSERT_TRUE(Run(Record("deals", R"({"id": 3})", 3) + Activate("deals", 3) + State(R"({"at": 2})")));
  EXPECT_THAT(store_.rows["deals"], ElementsAre(R"({"id": 3})"));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(SingerFeed, DeletesNothingForATableWithoutARecord) {
  ASSERT_TRUE(Run(Record("deals", R"({"id": 1})", 1) + State(R"({"at": 1})")));
  const auto report = Run(Activate("deals", 2) + State(R"({"at": 2})"));
  ASSERT_TRUE(report);
  EXPECT_THAT(report->not_emptied, ElementsAre("deals"));
  EXPECT_THAT(store_.rows["deals"], ElementsAre(R"({"id": 1})"));
}

TEST_F(SingerFeed, TakesAnyNameOfAStream) {
  const std::vector<std::string> names{"a/../b", "a%2Fb", "сделки", "A.b", "a_b", "..", "a b"};
  std::string text;
  for (const std::string& name : names) text += Record(name, R"({"id": 1})");
  ASSERT_TRUE(Run(text + State("{}")));
  for (const std::string& name : names) EXPECT_THAT(store_.rows[name], ElementsAre(R"({"id": 1})")) << name;
}

TEST_F(SingerFeed, NamesTheLineOfWhatIsNoMessage) {
  const auto report =
      Run(Record("deals", R"({"id": 1})") + State(R"({"at": 1})") + Record("deals", R"({"id": 2})") + "Traceback\n");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().place().line, 4U);
  EXPECT_EQ(report.error().place().file, "standard input");
  EXPECT_THAT(store_.states, ElementsAre(R"({"at": 1})"));
  ASSERT_TRUE(Run(Record("deals", R"({"id": 2})")));
  EXPECT_THAT(store_.rows["deals"], ElementsAre(R"({"id": 1})", R"({"id": 2})"));
}

TEST_F(SingerFeed, RefusesAMessageWithoutEnd) {
  const auto report = Run(Record("deals", fmt::format(R"({{"id": "{}"}})", std::string(1 << 21, 'x'))) + State("{}"),
                          {.records = 1, .line_bytes = 1 << 20});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), Code::kTooLarge) << report.error().ToString();
}

TEST_F(SingerFeed, HasOneFeedAtATime) {
  const auto first = FeedInbox::Open(folder_ / "inbox");
  ASSERT_TRUE(first);
  const auto second = FeedInbox::Open(folder_ / "inbox");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kConflict);
}

TEST_F(SingerFeed, SaysThatItsStateIsBroken) {
  ASSERT_TRUE(Run(Record("deals", R"({"id": 1})") + State("{}")));
  for (const char* text :
       {"", "{", "[]", R"({"state": 5})", R"({"streams": {"a": 1}})", R"({"streams": [{"active": "x"}]})"}) {
    std::ofstream(folder_ / "inbox" / "state.json", std::ios::trunc) << text;
    const auto report = Run("");
    ASSERT_FALSE(report) << text;
    EXPECT_EQ(report.error().code(), Code::kBadInput);
  }
}

// A tap that is cut off anywhere and started again from the last state that it was told: in the end the store holds
// what it would hold had nothing happened.
TEST_F(SingerFeed, LosesNothingWhereverItIsCutOff) {
  std::mt19937 random(7);
  const auto below = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  for (int round = 0; round < 12; ++round) {
    // The whole story, message by message; a state is the number of messages before it.
    std::vector<std::string> story;
    int version = 1;
    int id = 0;
    for (int i = 0; i < 40; ++i) {
      const int what = below(10);
      if (what < 6) {
        story.push_back(Record("deals", fmt::format(R"({{"id": {}}})", ++id), version));
      } else if (what < 8) {
        story.push_back(State(fmt::format(R"({{"at": {}}})", story.size() + 1)));
      } else if (what == 8) {
        story.push_back(Record("people", fmt::format(R"({{"id": {}}})", below(5))));
      } else {
        // A table that is read anew, with some of the old rows.
        ++version;
        for (int k = 1; k <= 1 + below(4); ++k)
          story.push_back(Record("deals", fmt::format(R"({{"id": {}}})", k), version));
        story.push_back(Activate("deals", version));
      }
    }
    story.push_back(State(fmt::format(R"({{"at": {}}})", story.size() + 1)));
    const auto join = [&](std::size_t begin, std::size_t end) {
      std::string text;
      for (std::size_t i = begin; i < end; ++i) text += story[i];
      return text;
    };
    const FeedLimits limits{.records = static_cast<std::uint64_t>(1 + below(4))};
    store_ = {};
    fs::remove_all(folder_ / "inbox");
    ASSERT_TRUE(Run(join(0, story.size()), limits));
    const auto wanted = store_.rows;

    store_ = {};
    fs::remove_all(folder_ / "inbox");
    for (int tries = 0; tries < 50; ++tries) {
      std::size_t begin = 0;
      if (!store_.states.empty()) begin = std::stoul(store_.states.back().substr(7));
      if (begin == story.size()) break;
      const bool is_last = tries == 49;
      const std::size_t end =
          is_last ? story.size() : begin + static_cast<std::size_t>(below(static_cast<int>(story.size() - begin) + 1));
      // Cut off in the middle of a message, or by a store that fails.
      store_.is_broken = !is_last && below(3) == 0;
      std::ignore = Run(join(begin, end) + (end < story.size() ? R"({"type": "REC)" : ""), limits);
      store_.is_broken = false;
    }
    EXPECT_EQ(store_.rows, wanted) << "round " << round;
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace weir::sources
