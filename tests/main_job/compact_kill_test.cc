// Kills the process while it writes the store anew: afterwards the old file is there or the new one, whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include <fmt/core.h>

#include "base/random.h"
#include "killed.h"
#include "workspace/compaction.h"
#include "workspace/workspace.h"

namespace weir::main_job {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using workspace::Access;
using workspace::Workspace;

constexpr const char* kHomeVariable = "WEIR_COMPACT_KILL_HOME";
constexpr int kRows = 400;
constexpr char kBegun = 'b';
constexpr char kDone = 'd';

// Runs in the process that is killed; by itself it has nothing to do.
TEST(CompactKillTarget, Compacts) {
  const char* home = std::getenv(kHomeVariable);
  if (home == nullptr) GTEST_SKIP() << "only run by CompactKill.AtAnyMoment";
  ASSERT_TRUE(Mark(kBegun));
  ASSERT_TRUE(workspace::Compact({.home = home}));
  ASSERT_TRUE(Mark(kDone));
}

std::unique_ptr<Workspace> OpenAt(const fs::path& home) {
  auto opened = Workspace::Open({.home = home, .access = Access::kWrite, .create = true});
  if (!opened) throw Bug(opened.error().ToString());
  return std::move(*opened);
}

void Fill(const fs::path& folder, const fs::path& home) {
  const fs::path path = folder / "Opportunity.csv";
  WriteDeals(path, kRows);
  workspace::ImportRequest request;
  request.inputs.push_back({.path = path, .descriptor = -1, .name = "Opportunity.csv"});
  const auto workspace = OpenAt(home);
  ASSERT_TRUE(workspace->Import(request, analysis::Principal::LocalOwner(), {}, {}));
}

std::string Deals(const fs::path& home) {
  engine::Question question;
  question.id = "sql";
  question.params["query"] = {"SELECT count(*) || ' of ' || sum(amount) FROM scoped.deal"};
  const auto answer = OpenAt(home)->engine().Ask(question, analysis::Principal::LocalOwner());
  if (!answer) throw Bug(answer.error().ToString());
  return store::ToText(answer->output.tables.at(0).rows.at(0).at(0));
}

TEST(CompactKill, AtAnyMoment) {
  const fs::path folder = fs::path(testing::TempDir()) / "weir-compact-kill";
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path kept = folder / "kept";
  ASSERT_NO_FATAL_FAILURE(Fill(folder, kept));
  const std::string deals = Deals(kept);
  const fs::path home = folder / "home";
  fs::copy(kept, home, fs::copy_options::recursive);
  std::int64_t longest =
      TimeBetween(kBegun, kDone, "CompactKillTarget.Compacts", {{kHomeVariable, home.string()}}).count() * 11 / 10;
  ASSERT_EQ(Deals(home), deals);

  RandomStream random(12, "compact kill", 0);
  const int rounds = std::max(5, KillRounds() / 4);
  int within = 0;
  int halves = 0;
  for (int round = 0; round < rounds; ++round) {
    fs::remove_all(home);
    fs::copy(kept, home, fs::copy_options::recursive);
    MarkedProcess process("CompactKillTarget.Compacts", {{kHomeVariable, home.string()}});
    process.WaitFor(kBegun);
    std::this_thread::sleep_for(microseconds(random.Integer(0, longest)));
    const bool is_within = process.Kill() == kBegun;
    within += is_within ? 1 : 0;
    // How long it takes changes with what else the machine does: the moments follow it.
    longest = is_within ? longest * 11 / 10 : longest * 8 / 10;
    halves += fs::exists(home / "weir.duckdb.new") ? 1 : 0;
    ASSERT_EQ(Deals(home), deals) << "round " << round;
    ASSERT_FALSE(fs::exists(home / "weir.duckdb.new")) << "round " << round;
  }
  fmt::print("killed {} times, {} of them within it; {} left half a new store\n", rounds, within, halves);
  EXPECT_GE(within, rounds / 5) << "few kills fell inside";
  EXPECT_GE(halves, 1);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace weir::main_job
