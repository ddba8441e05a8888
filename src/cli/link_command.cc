#include "cli/link_command.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

#include <fmt/core.h>
#include <sys/resource.h>

#include "base/executor.h"
#include "base/plain_line.h"
#include "base/text.h"
#include "cli/link_input.h"
#include "cli/link_output.h"
#include "cli/progress.h"

namespace weir::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Seconds of each step; one that comes again goes on.
class Steps {
 public:
  void Begin(std::string_view step) {
    End();
    current_ = step;
    since_ = Clock::now();
  }
  void End() {
    if (!current_.empty()) seconds_[current_] += std::chrono::duration<double>(Clock::now() - since_).count();
    current_.clear();
  }
  std::map<std::string, double> Seconds() const {
    std::map<std::string, double> seconds = seconds_;
    if (seconds.contains("compare")) seconds["score"] = seconds["compare"];
    return seconds;
  }

 private:
  std::map<std::string, double> seconds_;
  std::string current_;
  Clock::time_point since_;
};

Phrase TitleOf(std::string_view step) {
  if (step == "prepare") return MakePhrase("preparing the columns");
  if (step == "block") return MakePhrase("finding pairs to compare");
  if (step == "learn") return MakePhrase("learning what agreement is worth");
  if (step == "compare") return MakePhrase("comparing pairs");
  if (step == "cluster") return MakePhrase("putting together what belongs together");
  return MakePhrase("writing the files");
}

std::uint64_t PeakMemory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

Result<std::string> TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Fail(
        NotFound("there is no such file").At(path).Mend("weir link FILE --print-spec prints one to begin with"));
  }
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return Fail(Unavailable("cannot read the file").At(path));
  return text;
}

// The column that a specification means: by its header, or by its normalised header.
Status NameColumn(std::string& column, const identity::Table& table, const std::string& file) {
  const std::string normal = NormaliseHeader(column);
  std::vector<std::string> names;
  std::string all;
  for (const identity::TextColumn& each : table.columns) {
    if (each.name() == column) return {};
    names.push_back(NormaliseHeader(each.name()));
    all += (all.empty() ? "" : ", ") + each.name();
  }
  const auto found = std::ranges::find(names, normal);
  if (!normal.empty() && found != names.end()) {
    column = table.columns[static_cast<std::size_t>(found - names.begin())].name();
    return {};
  }
  auto error =
      BadInput("the specification names column '{}', which is not there to be compared", column).At(file).Field(column);
  const std::string_view near = NearestName(normal, names);
  if (near.empty()) return Fail(std::move(error).Mend("The columns are: {}", all));
  const auto meant = static_cast<std::size_t>(std::ranges::find(names, near) - names.begin());
  return Fail(std::move(error).Mend("Did you mean '{}'? The columns are: {}", table.columns[meant].name(), all));
}

Result<identity::LinkSpec> SpecOf(const LinkCommandOptions& options, const identity::Table& table,
                                  const Executor& executor) {
  if (options.spec.empty()) return identity::ChooseSpec(table, executor);
  WEIR_TRY(const std::string text, TextOf(options.spec));
  WEIR_TRY(identity::LinkSpec spec, identity::ReadSpec(text, options.spec));
  for (identity::FieldSpec& field : spec.fields) WEIR_TRY(NameColumn(field.column, table, options.spec));
  for (auto& rule : spec.rules) {
    for (identity::KeyPartSpec& part : rule) WEIR_TRY(NameColumn(part.column, table, options.spec));
  }
  return spec;
}

class Command {
 public:
  Command(const Globals& globals, const LinkCommandOptions& options)
      : globals_(globals), options_(options), executor_(globals.threads), line_(globals), show_(line_.Callback()) {}

  Status Run() {
    const Clock::time_point began = Clock::now();
    std::optional<LinkFiles> files;
    if (!options_.out.empty() && !options_.prints_spec) {
      WEIR_TRY(LinkFiles made, LinkFiles::In(options_.out));
      files.emplace(std::move(made));
    }
    steps_.Begin("read");
    WEIR_TRY(input_, ReadLinkInput(options_.paths, options_.id_columns, show_));
    std::vector<identity::RecordPair> truth;
    if (!options_.truth.empty()) {
      WEIR_TRY(truth, ReadTruth(options_.truth, input_));
    }
    identity::Decisions decisions;
    if (!options_.labels.empty()) {
      WEIR_TRY(decisions, ReadLabels(options_.labels, input_));
      summary_.judged = decisions.same.size() + decisions.apart.size();
    }
    Begin("prepare");
    WEIR_TRY(summary_.spec, SpecOf(options_, input_.table, executor_));
    if (options_.prints_spec) {
      WEIR_TRY(summary_.spec, identity::CompleteSpec(input_.table, summary_.spec, executor_));
      return PrintSpec();
    }
    auto linked = identity::Link(input_.table, summary_.spec, decisions, executor_, {},
                                 [&](std::string_view step) { Begin(step); });
    // The engine knows no files.
    if (!linked) return Fail(std::move(linked).error().At(input_.files.front().name));
    result_ = std::move(*linked);
    summary_.spec = result_.spec;
    Begin("write");
    Summarise(truth);
    if (files) {
      std::optional<identity::GoldenTable> golden;
      if (options_.makes_golden) {
        WEIR_TRY(golden, identity::GoldenRecords(input_.table, result_.clusters, {}, {}, executor_, {}));
      }
      WEIR_TRY(files->Write(input_, result_, summary_.links, golden ? &*golden : nullptr, executor_));
      summary_.has_golden = options_.makes_golden;
      summary_.out = options_.out;
    }
    steps_.End();
    summary_.steps = steps_.Seconds();
    summary_.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    summary_.peak_memory_bytes = PeakMemory();
    line_.Clear();
    return {};
  }

  int Show() const {
    if (options_.prints_spec) return 0;
    if (globals_.format == "json") {
      fmt::print("{}\n", LinkJson(input_, result_, summary_));
      return 0;
    }
    return Print(globals_, LinkAnswer(input_, result_, summary_, LanguageNamed(globals_.Language())));
  }

 private:
  void Begin(std::string_view step) {
    steps_.Begin(step);
    show_(TitleOf(step), -1);
  }

  Status PrintSpec() {
    line_.Clear();
    const Language language = LanguageNamed(globals_.Language());
    for (const Phrase& notice : NoticesOf(input_, nullptr)) {
      if (!globals_.is_quiet) fmt::print(stderr, "! {}\n", PlainLine(SayIn(language, notice)));
    }
    fmt::print("{}", identity::ToToml(summary_.spec));
    return {};
  }

  void Summarise(std::span<const identity::RecordPair> truth) {
    const std::vector<std::uint32_t>& clusters = result_.clusters;
    const std::size_t second = input_.table.IsTwo() ? input_.table.second_begins : SIZE_MAX;
    summary_.links = identity::PairsWithin(clusters, second);
    std::vector<bool> is_joined(clusters.size(), false);
    for (std::uint32_t record = 0; record < clusters.size(); ++record) {
      if (clusters[record] != record) {
        is_joined[clusters[record]] = true;
      } else {
        ++summary_.clusters;
      }
    }
    summary_.joined = static_cast<std::uint64_t>(std::ranges::count(is_joined, true));
    if (options_.truth.empty()) return;
    summary_.pairs = identity::EvaluatePairs(clusters, truth, second);
    summary_.b_cubed = identity::EvaluateClusters(clusters, truth);
  }

  const Globals& globals_;
  const LinkCommandOptions& options_;
  Executor executor_;
  ProgressLine line_;
  analysis::Progress show_;
  Steps steps_;
  LinkInput input_;
  identity::LinkResult result_;
  LinkSummary summary_;
};

}  // namespace

int RunLink(const Globals& globals, const LinkCommandOptions& options) {
  // Said before minutes of work are done for nothing.
  if (const Status known = CheckLinkTable(globals.table); !known) return PrintError(globals, known.error());
  Command command(globals, options);
  if (const Status done = command.Run(); !done) return PrintError(globals, done.error());
  return command.Show();
}

}  // namespace weir::cli
