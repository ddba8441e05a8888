// The weekly report: one file that needs nothing beside it, a workbook without a formula, letters that cannot be
// broken.
#include "delivery/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include "delivery/compose.h"
#include "delivery/delivery_story.h"
#include "delivery/svg.h"

namespace weir::delivery {
namespace {

using testing::Brief;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::LeaksList;
using testing::Need;
using ::testing::Not;
using testing::Report;

// What a browser would fetch or run for a page.
void ExpectSelfContained(const std::string& html) {
  for (const char* what :
       {"<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "href=\"http", "<object"}) {
    EXPECT_THAT(html, Not(HasSubstr(what)));
  }
}

TEST(Report, IsOneFileInBothLanguagesWithChartsThatNameThemselves) {
  for (const Language language : {Language::kEnglish, Language::kRussian}) {
    const std::string html = ReportHtml(Report(), {.language = language, .address = "https://weir.acme.example"});
    ExpectSelfContained(html);
    EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)"));
    EXPECT_THAT(html, HasSubstr("Content-Security-Policy"));
    // Each chart has a title that is read aloud, and says its unit.
    std::size_t charts = 0;
    for (std::size_t at = html.find("<svg"); at != std::string::npos; at = html.find("<svg", at + 1)) {
      EXPECT_EQ(html.substr(html.find('\n', at) + 1, 10), "<title id=");
      ++charts;
    }
    EXPECT_EQ(charts, 5U);
    EXPECT_THAT(html, HasSubstr("EUR"));
    EXPECT_THAT(html, HasSubstr(language == Language::kRussian ? "80-процентный интервал" : "80 % range"));
    EXPECT_THAT(html, HasSubstr(language == Language::kRussian ? "Возвращённые деньги" : "Recovered money"));
    EXPECT_THAT(html, HasSubstr(language == Language::kRussian ? "Терпимы и сюда не входят: 2" : "not in it: 2, €70."));
    EXPECT_THAT(html, HasSubstr(language == Language::kRussian ? "занято 95 %" : "95 % used"));
  }
}

TEST(Report, SaysWhatIsNotThere) {
  ReportAnswers answers = Report();
  answers.pulse.output.tables[1].rows.clear();
  answers.recurring.output.tables[0].rows.clear();
  answers.trend.output.tables[0].rows.clear();
  answers.record.output.tables[0].rows.clear();
  answers.leaks.output.tables[0].rows.clear();
  answers.leaks.output.tables[1].rows.clear();
  const std::string html = ReportHtml(answers, {});
  EXPECT_THAT(html, Not(HasSubstr("<svg")));
  EXPECT_THAT(html, HasSubstr("No subscriptions are known"));
  EXPECT_THAT(html, HasSubstr("Nobody has worked on a leak yet."));
}

// The texts of a part of a workbook.
std::string PartOf(const std::string& bytes, const char* name) {
  zip_error_t error;
  zip_source_t* source = ::zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = ::zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr) throw std::runtime_error("no archive");
  std::string text;
  if (zip_file_t* file = ::zip_fopen(archive, name, 0)) {
    std::array<char, 4096> piece{};
    for (zip_int64_t got = 0; (got = ::zip_fread(file, piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    ::zip_fclose(file);
  }
  ::zip_discard(archive);
  return text;
}

TEST(Report, IsAWorkbookWithFiguresAsFiguresAndNoFormula) {
  const std::string bytes = Need(ReportXlsx(Report(), {}));
  EXPECT_THAT(PartOf(bytes, "xl/workbook.xml"), HasSubstr("name=\"Leaks by month\""));
  EXPECT_THAT(PartOf(bytes, "xl/workbook.xml"), HasSubstr("name=\"Openings\""));
  EXPECT_THAT(PartOf(bytes, "xl/sharedStrings.xml"), HasSubstr("=HYPERLINK("));
  for (int sheet = 1; sheet <= 13; ++sheet) {
    const std::string text = PartOf(bytes, fmt::format("xl/worksheets/sheet{}.xml", sheet).c_str());
    EXPECT_THAT(text, HasSubstr("<sheetData"));
    EXPECT_THAT(text, Not(HasSubstr("<f>")));
    EXPECT_THAT(text, Not(HasSubstr("hyperlink")));
  }
  EXPECT_THAT(PartOf(bytes, "xl/worksheets/sheet2.xml"), HasSubstr("<v>1250000.5</v>"));
  EXPECT_EQ(bytes, Need(ReportXlsx(Report(), {})));
}

TEST(Report, IsNotMadeOfTwoDataVersions) {
  const ReportAnswers answers = Report();
  const auto ask = [&](const engine::Question& question) -> Result<engine::Answer> {
    if (question.id == "brief") return answers.brief;
    engine::Answer other = question.id == "pulse" ? answers.pulse : answers.definitions;
    if (question.id == "leaks.trend") other.data_version = 8;
    return other;
  };
  const auto made = AskForReport({}, ask);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), Code::kBusy);
}

TEST(Report, AxesHaveRoundStepsAndHoldTheirEnds) {
  EXPECT_THAT(RoundTicks(0, 100), ElementsAre(0, 25, 50, 75, 100));
  EXPECT_THAT(RoundTicks(-30, 70), ElementsAre(-50, -25, 0, 25, 50, 75));
  EXPECT_EQ(RoundTicks(0, 0).front(), 0);
}

TEST(Letters, ABriefSaysItsListsAndLeadsThere) {
  const Composed composed = BriefLetter(Brief(), {.address = "https://weir.acme.example"});
  EXPECT_EQ(composed.letter.subject, "Brief of 23 November 2026");
  EXPECT_THAT(composed.letter.text, HasSubstr("1. Won amount: €1.25M\n   +\u2060€12K since yesterday"));
  EXPECT_THAT(composed.letter.text, HasSubstr("https://weir.acme.example/leaks?leak=under_billing%3As1"));
  EXPECT_THAT(composed.letter.text, HasSubstr("nobody named"));
  EXPECT_THAT(composed.letter.html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(composed.letter.html, Not(HasSubstr("<script>")));
  ASSERT_EQ(composed.told.size(), 2U);
  EXPECT_EQ(composed.told[0].leak, "under_billing:s1");
  EXPECT_EQ(composed.told[1].leak, "outgrown_plan:a1");
  EXPECT_THAT(composed.letter.text, HasSubstr("https://weir.acme.example/leaks/openings?leak=outgrown_plan%3Aa1"));
  const Composed russian = BriefLetter(Brief(), {.language = Language::kRussian});
  EXPECT_EQ(russian.letter.subject, "Сводка на 23 ноября 2026 года");
  EXPECT_THAT(russian.letter.text, HasSubstr("никто не назначен"));
  EXPECT_THAT(russian.letter.text, Not(HasSubstr("https://")));
}

TEST(Letters, OnlyNewsOfLeaksIsTold) {
  const engine::Answer list = LeaksList({{"a:1", "100"}, {"a:2", "50"}, {"a:3", ""}});
  const auto first = LeaksLetter(list, {}, "", "", {});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->letter.subject, "3 new leaks");
  Heard heard;
  for (const ToldLeak& told : first->told) heard[told.leak] = told.amount;
  EXPECT_FALSE(LeaksLetter(list, heard, "", "", {}));
  EXPECT_THAT(NotToRepeat(list, heard), ElementsAre("a:1", "a:2", "a:3"));
  // A quarter more is news; less is not; an amount that was not known is.
  const engine::Answer later = LeaksList({{"a:1", "125"}, {"a:2", "62.49"}, {"a:3", "5"}});
  const auto second = LeaksLetter(later, heard, "", "", {});
  ASSERT_TRUE(second);
  EXPECT_THAT(second->letter.text, HasSubstr("It grew."));
  std::vector<std::string> told;
  for (const ToldLeak& one : second->told) told.push_back(one.leak);
  EXPECT_THAT(told, ElementsAre("a:1", "a:3"));
  EXPECT_FALSE(LeaksLetter(later, {}, "sales", "", {}));
  EXPECT_FALSE(LeaksLetter(later, {}, "", "Bob", {}));
}

TEST(Letters, TheWeeklyReportIsAttachedTwice) {
  const Letter letter = Need(WeeklyLetter(Report(), {}));
  ASSERT_EQ(letter.attachments.size(), 2U);
  EXPECT_EQ(letter.attachments[0].name, "weir-week-2026-11-23.html");
  EXPECT_EQ(letter.attachments[1].bytes.substr(0, 2), "PK");
  // What is kept comes back as it was.
  const Letter again = Need(LetterFrom(KeptText(letter)));
  EXPECT_EQ(again.attachments[1].bytes, letter.attachments[1].bytes);
  EXPECT_EQ(again.text, letter.text);
}

}  // namespace
}  // namespace weir::delivery
