// Simulated companies in the forms of three CRMs: every stage that they write is a step of the lifecycle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "main_job.h"
#include "simulate/simulate.h"

namespace weir::main_job {
namespace {

// The files of a simulated company in which stages stand.
std::vector<std::filesystem::path> FilesWithStages(const std::string& locale, const std::string& crm) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / ("weir-lifecycle-" + crm);
  std::filesystem::remove_all(folder);
  simulate::SimulateParams params;
  params.directory = folder.string();
  params.seed = 5;
  params.accounts = 30;
  params.months = 12;
  params.locale = locale;
  params.crm = crm;
  params.exports = 1;
  const auto made = simulate::Simulate(params, {}, {});
  if (!made) throw Bug(made.error().ToString());
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_truth = entry.path().parent_path().filename() == "truth";
    for (const char* part :
         {"Opportunity.", "OpportunityHistory", "OpportunityStage", "Lead.", "Contract.", "contract-", "all-contacts",
          "subscription.", "export_leads", "_DEAL_", "_LEAD_", "stagehistory"}) {
      if (is_truth || !entry.is_regular_file() || name.find(part) == std::string::npos) continue;
      files.push_back(entry.path());
      break;
    }
  }
  std::ranges::sort(files);
  return files;
}

TEST(SimulatedLifecycle, EveryStageOfEveryCompanyIsAStep) {
  std::vector<std::filesystem::path> files;
  for (const auto& [locale, crm] : {std::pair{"en", "salesforce"}, {"ru", "amocrm"}, {"ru", "bitrix24"}}) {
    for (std::filesystem::path& file : FilesWithStages(locale, crm)) files.push_back(std::move(file));
  }
  Job job("lifecycle");
  job.Import(files);
  const engine::Answer answer = job.Ask("lifecycle");
  const std::size_t stages = answer.output.Find("stages")->rows.size();
  std::vector<std::string> sources;
  for (std::size_t row = 0; row < stages; ++row) {
    EXPECT_NE(Cell(answer, "stages", "step", row), "")
        << Cell(answer, "stages", "of", row) << ' ' << Cell(answer, "stages", "source", row) << ' '
        << Cell(answer, "stages", "stage", row);
    sources.push_back(Cell(answer, "stages", "source", row));
  }
  for (const char* source : {"salesforce", "hubspot", "stripe", "amocrm", "bitrix24", "generic"}) {
    EXPECT_THAT(sources, testing::Contains(source));
  }
  EXPECT_TRUE(answer.output.Find("notices")->rows.empty());
}

}  // namespace
}  // namespace weir::main_job
