// The main job on a simulated company: first import and build, the same files once more, and the later of two exports
// after the earlier one. The figures that count are the seconds of processor time and that the second run costs next to
// nothing.
#include <filesystem>
#include <map>
#include <string>

#include <benchmark/benchmark.h>

#include "simulate/simulate.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

fs::path Root() { return fs::temp_directory_path() / "weir-main-job-bench"; }

// Exports of a company with so many accounts, written once a process.
const fs::path& Exports(int accounts) {
  static std::map<int, fs::path> written;
  const auto [found, is_new] = written.try_emplace(accounts, Root() / fmt::format("exports-{}", accounts));
  if (is_new) {
    simulate::SimulateParams params;
    params.directory = found->second;
    params.accounts = accounts;
    if (!simulate::Simulate(params)) std::abort();
  }
  return found->second;
}

std::unique_ptr<Workspace> OpenHome(const std::string& name, bool is_new) {
  const fs::path home = Root() / name;
  if (is_new) fs::remove_all(home);
  auto opened = Workspace::Open({.home = home, .access = Access::kWrite, .create = true});
  if (!opened) std::abort();
  return std::move(*opened);
}

void Import(benchmark::State& state, Workspace& workspace, const fs::path& path) {
  ImportRequest request;
  request.inputs.push_back({.path = path, .descriptor = -1, .name = path.filename().string()});
  request.recursive = true;
  const auto answer = workspace.Import(request, analysis::Principal::LocalOwner(), {}, {});
  if (!answer) state.SkipWithError(answer.error().ToString().c_str());
}

void FirstTime(benchmark::State& state) {
  const fs::path& exports = Exports(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const auto workspace = OpenHome("first", true);
    Import(state, *workspace, exports);
  }
}

void NothingNew(benchmark::State& state) {
  const fs::path& exports = Exports(static_cast<int>(state.range(0)));
  Import(state, *OpenHome("again", true), exports);
  for (auto _ : state) Import(state, *OpenHome("again", false), exports);
}

void OpenAlone(benchmark::State& state) {
  const fs::path& exports = Exports(static_cast<int>(state.range(0)));
  Import(state, *OpenHome("open", true), exports);
  for (auto _ : state) OpenHome("open", false);
}

BENCHMARK(FirstTime)->Arg(400)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(NothingNew)->Arg(400)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(OpenAlone)->Arg(400)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace weir::workspace
