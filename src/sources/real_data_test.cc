// Whole folders of exports through recognition and import with the program's own mappings, twice: counts add up and
// the second time changes nothing. Runs where WEIR_EXPORTS names folders (parted by ':'), and prints one line a file.
#include <cstdlib>
#include <iostream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/records.h"
#include "sources/discover.h"
#include "sources/import.h"
#include "sources/recognise.h"
#include "sources/records.h"
#include "sources/schema.h"
#include "store/database.h"

namespace weir::sources {
namespace {

class RealDataTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* folders = std::getenv("WEIR_EXPORTS");
    if (folders == nullptr) GTEST_SKIP() << "set WEIR_EXPORTS to folders of exports";
    std::string_view rest = folders;
    while (!rest.empty()) {
      folders_.emplace_back(rest.substr(0, rest.find(':')));
      rest = rest.find(':') == std::string_view::npos ? "" : rest.substr(rest.find(':') + 1);
    }
    for (const std::string_view statement : SourceMigrations()) ASSERT_TRUE(connection_.Execute(statement));
    ASSERT_TRUE(CreateSourceFunctions(connection_).has_value());
    auto catalog = LoadMappings("catalog/sources");
    ASSERT_TRUE(catalog.has_value()) << catalog.error().ToString();
    for (const Error& problem : catalog->problems) ADD_FAILURE() << problem.ToString();
    catalog_ = std::move(*catalog);
    context_.now = *ParseIsoInstant("2026-01-01T00:00:00Z");
    context_.default_region = "US";
  }

  void ImportFolder(const std::string& folder, bool is_again) {
    DiscoverOptions options;
    options.is_recursive = true;
    const auto found = Discover(folder, options);
    ASSERT_TRUE(found.has_value()) << found.error().ToString();
    for (const Error& problem : found->problems) std::cout << "problem    " << problem.ToString() << "\n";
    ++context_.data_version;
    context_.import_id = *BeginImport(connection_, "import", context_.data_version, context_.now);
    auto transaction = store::Transaction::Begin(connection_);
    ASSERT_TRUE(transaction.has_value());
    for (const FileInput& file : found->files) ImportOne(file, is_again);
    ASSERT_TRUE(transaction->Commit().has_value());
  }

  void ImportOne(const FileInput& file, bool is_again) {
    const auto sample = TakeSample(file);
    if (!sample) {
      std::cout << "unread     " << sample.error().ToString() << "\n";
      return;
    }
    const auto candidates = Recognise(catalog_, *sample);
    if (candidates.empty() || !candidates[0].IsAccepted()) {
      if (!is_again) {
        std::cout << "skipped    " << file.Title() << ": "
                  << (candidates.empty() ? std::string("unknown")
                                         : candidates[0].mapping->object + ": " + candidates[0].reason.text)
                  << "\n";
      }
      return;
    }
    context_.score = candidates[0].score;
    const Mapping& mapping = *candidates[0].mapping;
    const auto report = ImportFile(connection_, mapping, file, context_);
    ASSERT_TRUE(report.has_value()) << report.error().ToString();
    EXPECT_EQ(report->read, report->added + report->updated + report->unchanged + report->quarantined);
    if (is_again) {
      EXPECT_EQ(report->added + report->updated + report->deleted, 0U) << report->file;
      return;
    }
    std::cout << fmt::format(
        "{:<10} {} {} {}: read {} new {} updated {} unchanged {} quarantined {} softened {} deleted {} ({} {})\n",
        report->quarantined > 0 ? "quarantine" : "ok", report->file, mapping.source, mapping.object, report->read,
        report->added, report->updated, report->unchanged, report->quarantined, report->softened, report->deleted,
        NameOf(report->observed_from), FormatInstant(report->observed_at));
    std::map<std::string, int> shown;
    for (const Problem& problem : report->problems) {
      if (++shown[problem.code + problem.header] > 2) continue;
      std::cout << fmt::format("             line {} column {} ({}) {}: {}\n", problem.line, problem.column,
                               problem.header, problem.code, problem.reason.text);
    }
  }

  store::Database database_ = *store::Database::Open({});
  store::Connection connection_ = *database_.Connect();
  std::vector<std::string> folders_;
  MappingCatalog catalog_;
  ImportContext context_;
};

TEST_F(RealDataTest, ImportsOnceAndChangesNothingTheSecondTime) {
  for (const std::string& folder : folders_) ImportFolder(folder, false);
  for (const std::string& folder : folders_) ImportFolder(folder, true);
  const auto statements = RecordViewStatements(connection_, catalog_, "UTC");
  ASSERT_TRUE(statements.has_value()) << statements.error().ToString();
  for (std::size_t i = 0; i < statements->size(); ++i) {
    ASSERT_TRUE(connection_.Execute(statements->at(i)).has_value());
    const std::string view = "rec." + store::QuoteName(model::RecordTables()[i].name);
    const auto rows = connection_.Query("SELECT count(*), count(DISTINCT _obs) FROM " + view);
    ASSERT_TRUE(rows.has_value()) << rows.error().ToString();
    if (rows->IntegerAt(0, 0) > 0) std::cout << "view       " << view << " " << rows->IntegerAt(0, 0) << "\n";
  }
}

}  // namespace
}  // namespace weir::sources
