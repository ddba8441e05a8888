// Setup of a simulated company by the proposed answers only: how many proposals are right against the simulator's
// truth, and how long the questions take. `right` of `asked` are the questions that truth/setup.csv answers; every
// wrong one is named on the terminal. `accepted` of `proposed` are the answers that stand after all are accepted at
// once. Argument: accounts in the market, of which every 200 have a territory of ten
// people; 11,600 make a company of about 600. WEIR_SETUP_ACCOUNTS sets another size.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include "base/working_hours.h"
#include "simulate/simulate.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;
using Answers = std::map<std::string, std::string>;

int Accounts() {
  const char* set = std::getenv("WEIR_SETUP_ACCOUNTS");
  return set == nullptr ? 11'600 : std::atoi(set);
}

// truth/setup.csv as settings: the names and forms that the setup proposes.
Answers TruthOf(const fs::path& folder) {
  Answers truth;
  std::ifstream file(folder / "truth" / "setup.csv");
  for (std::string line; std::getline(file, line);) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    std::string name = line.substr(0, line.find(','));
    std::string value = line.substr(line.find(',') + 1);
    if (value.size() > 1 && value.front() == '"') value = value.substr(1, value.size() - 2);
    if (name == "fiscal_year_starts") {
      name = "fiscal_year_start_month";
      value = std::to_string(std::atoi(value.c_str()));
    }
    truth[name] = value;
  }
  return truth;
}

// The last export of the company, imported into a workspace of its own.
std::unique_ptr<Workspace> Import(const fs::path& root, const fs::path& folder) {
  auto workspace = Workspace::Open({.home = root / "home", .access = Access::kWrite, .create = true});
  if (!workspace) return nullptr;
  ImportRequest request;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("export-")) {
      request.inputs.push_back({.path = entry.path(), .descriptor = -1, .name = entry.path().filename().string()});
    }
  }
  if (!(*workspace)->Import(request, analysis::Principal::LocalOwner(), {}, {})) return nullptr;
  return std::move(*workspace);
}

void Compare(const analysis::Table& questions, const Answers& truth, benchmark::State& state) {
  double asked = 0;
  double right = 0;
  for (const auto& row : questions.rows) {
    const std::string setting = store::ToText(row[questions.IndexOf("setting")]);
    const auto answer = truth.find(setting);
    if (answer == truth.end()) continue;
    ++asked;
    const std::string proposed = store::ToText(row[questions.IndexOf("proposal")]);
    if (proposed == answer->second) {
      ++right;
    } else {
      fmt::print(stderr, "{}: proposed '{}', true is '{}'\n", setting, proposed, answer->second);
    }
  }
  state.counters["asked"] = asked;
  state.counters["right"] = right;
  state.counters["share"] = asked == 0 ? 0 : right / asked;
}

std::size_t CountOf(const analysis::Table& questions, std::string_view state) {
  const std::size_t column = questions.IndexOf("state");
  return static_cast<std::size_t>(
      std::ranges::count_if(questions.rows, [&](const auto& row) { return store::ToText(row[column]) == state; }));
}

// All that is proposed, in one decision.
Status AcceptAll(Workspace& workspace, benchmark::State& state) {
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  engine::Question question;
  question.id = "setup.questions";
  WEIR_TRY(const engine::Answer before, workspace.engine().Ask(question, owner));
  state.counters["proposed"] = static_cast<double>(CountOf(*before.output.Find("questions"), "proposed"));
  WEIR_TRY(workspace.engine().Act("setup.accept", {}, "", owner));
  WEIR_TRY(const engine::Answer after, workspace.engine().Ask(question, owner));
  state.counters["accepted"] = static_cast<double>(CountOf(*after.output.Find("questions"), "accepted"));
  return {};
}

// Departments as truth/members.csv has them, in the words of the analysis people.
std::string CodeOf(const std::string& department) {
  static const Answers kCodes{{"Marketing", "marketing"},
                              {"Sales Development", "sales_development"},
                              {"Sales", "sales"},
                              {"Customer Success", "success"},
                              {"Support", "support"},
                              {"Finance", "finance"},
                              {"Revenue Operations", "operations"},
                              {"Management", "management"}};
  const auto found = kCodes.find(department);
  return found == kCodes.end() ? department : found->second;
}

// Departments of those who work here: said by a source or guessed, before anybody decided anything.
void CompareDepartments(Workspace& workspace, const fs::path& folder, benchmark::State& state) {
  Answers truth;  // by name
  std::ifstream file(folder / "truth" / "members.csv");
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else if (c != '"' && c != '\r') {
        cells.back() += c;
      }
    }
    if (cells.size() > 4) truth[cells[2]] = CodeOf(cells[4]);
  }
  engine::Question question;
  question.id = "people";
  question.params["state"] = {"active"};
  const auto answer = workspace.engine().Ask(question, analysis::Principal::LocalOwner());
  if (!answer) return;
  const analysis::Table& people = *answer->output.Find("people");
  double asked = 0;
  double right = 0;
  for (const auto& row : people.rows) {
    const auto found = truth.find(store::ToText(row[people.IndexOf("name")]));
    if (found == truth.end()) continue;
    ++asked;
    right += store::ToText(row[people.IndexOf("department")]) == found->second ? 1 : 0;
  }
  state.counters["members"] = asked;
  state.counters["departments_right"] = asked == 0 ? 0 : right / asked;
}

void Setup(benchmark::State& state, const std::string& locale, const std::string& crm) {
  const fs::path root = fs::temp_directory_path() / ("weir-setup-bench-" + crm);
  fs::remove_all(root);
  simulate::SimulateParams params;
  params.directory = root / "company";
  params.accounts = Accounts();
  params.months = 24;  // two years of plan
  params.exports = 1;
  params.locale = locale;
  params.crm = crm;
  const auto simulated = simulate::Simulate(params);
  const auto workspace = simulated ? Import(root, params.directory) : nullptr;
  if (workspace == nullptr) {
    state.SkipWithError("the company was not imported");
    return;
  }
  state.counters["people"] = static_cast<double>(simulated->members);
  engine::Question question;
  question.id = "setup.questions";
  CompareDepartments(*workspace, params.directory, state);
  for (auto _ : state) {
    const auto answer = workspace->engine().Ask(question, analysis::Principal::LocalOwner());
    if (!answer) {
      state.SkipWithError(answer.error().ToString().c_str());
      return;
    }
    Compare(*answer->output.Find("questions"), TruthOf(params.directory), state);
  }
  if (const Status accepted = AcceptAll(*workspace, state); !accepted) {
    state.SkipWithError(accepted.error().ToString().c_str());
    return;
  }
  fs::remove_all(root);
}

BENCHMARK_CAPTURE(Setup, salesforce_en, "en", "salesforce")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(Setup, amocrm_ru, "ru", "amocrm")->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(Setup, bitrix24_ru, "ru", "bitrix24")->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace weir::workspace
