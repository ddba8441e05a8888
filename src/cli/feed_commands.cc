// What other programs stream into Weir, from standard input.
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "cli/backend.h"
#include "cli/commands.h"
#include "cli/feed_importer.h"
#include "cli/progress.h"
#include "sources/feed_inbox.h"
#include "sources/postgres.h"
#include "sources/singer_feed.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

bool IsFeedName(const std::string& name) {
  constexpr std::size_t kLongest = 40;
  return !name.empty() && name.size() <= kLongest &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

Status CheckName(const std::string& name) {
  if (IsFeedName(name)) return {};
  return Fail(BadUsage("'{}' is no name of a feed", name)
                  .Field("name")
                  .Mend("Use up to 40 of a to z, digits, - and _, such as the product: pipedrive"));
}

void SayReport(const Globals& globals, const sources::FeedReport& report) {
  for (const std::string& stream : report.waiting) {
    Say(globals, fmt::format("{}: the new version of the table is not complete yet, its records wait", stream),
        fmt::format("{}: новая версия таблицы ещё не полна, её записи ждут", stream));
  }
  for (const std::string& stream : report.not_emptied) {
    Warn(globals, fmt::format("{}: a new version of the table came without a record; nothing was deleted", stream),
         fmt::format("{}: новая версия таблицы пришла без записей; ничего не удалено", stream));
  }
}

}  // namespace

int RunFeedSinger(const Globals& globals, const std::string& name) {
  if (const auto named = CheckName(name); !named) return PrintError(globals, named.error());
  const workspace::OpenOptions open = globals.Open(workspace::Access::kWrite, true);
  const auto backend = OpenBackend({.open = open, .writes = true});
  if (!backend) return PrintError(globals, backend.error());
  auto inbox = sources::FeedInbox::Open(open.home / "inbox" / name);
  if (!inbox) return PrintError(globals, inbox.error());
  FeedImporter importer(globals, **backend, {.product = name});
  const sources::FeedSinks sinks{
      .import = [&](const auto& segments, bool are_whole) { return importer.Import(segments, are_whole); },
      .tell_state =
          [](std::string_view state) {
            fmt::print("{}\n", state);
            std::fflush(stdout);
          }};
  const auto report = sources::TakeSinger(STDIN_FILENO, *inbox, sinks);
  if (!report) return PrintError(globals, report.error());
  SayReport(globals, *report);
  return importer.failed() == 0 ? 0 : InfoOf(Code::kBadInput).exit_status;
}

int RunFeedPostgres(const Globals& globals, const std::string& file) {
  const auto source = sources::ReadPostgresSource(file);
  if (!source) return PrintError(globals, source.error());
  if (const auto named = CheckName(source->name); !named) return PrintError(globals, named.error());
  const workspace::OpenOptions open = globals.Open(workspace::Access::kWrite, true);
  const auto backend = OpenBackend({.open = open, .writes = true});
  if (!backend) return PrintError(globals, backend.error());
  const fs::path folder = open.home / "inbox" / source->name;
  const auto inbox = sources::FeedInbox::Open(folder);  // one feed of a name at a time
  if (!inbox) return PrintError(globals, inbox.error());
  ProgressLine progress(globals);
  const auto files = sources::CopyFromPostgres(*source, folder, [&](const auto& read, std::uint64_t bytes) {
    constexpr std::uint64_t kMegabyte = 1'000'000;
    progress.Callback()(MakePhrase("{}: {} MB from the database", read.name, bytes / kMegabyte), -1);
  });
  progress.Clear();
  std::vector<sources::FeedSegment> whole;
  std::vector<sources::FeedSegment> parts;
  for (std::size_t i = 0; files && i < files->size(); ++i) {
    const sources::PostgresRead& read = source->reads[i];
    (read.is_whole ? whole : parts).push_back({read.name, (*files)[i], read.is_whole});
  }
  FeedImporter importer(globals, **backend, {.product = source->name, .keeps = false});
  std::optional<Error> failure;
  if (!files) failure = files.error();
  for (const auto* segments : {&whole, &parts}) {
    if (segments->empty() || failure) continue;
    if (const auto done = importer.Import(*segments, segments == &whole); !done) failure = done.error();
  }
  // They can be read again at any time: nothing of them is kept.
  for (const sources::PostgresRead& read : source->reads) {
    std::error_code ignored;
    fs::remove(folder / (read.name + ".csv"), ignored);
  }
  if (failure) return PrintError(globals, *failure);
  return importer.failed() == 0 ? 0 : InfoOf(Code::kBadInput).exit_status;
}

int RunFeedState(const Globals& globals, const std::string& name) {
  if (const auto named = CheckName(name); !named) return PrintError(globals, named.error());
  const fs::path folder = workspace::DefaultHome(globals.home) / "inbox" / name;
  if (!fs::exists(folder / "state.json")) {
    return PrintError(globals, NotFound("the feed '{}' has no state yet", name)
                                   .Field("name")
                                   .Mend("Start the tap without a state the first time"));
  }
  const auto inbox = sources::FeedInbox::Open(folder);
  if (!inbox) return PrintError(globals, inbox.error());
  fmt::print("{}\n", inbox->state());
  return 0;
}

}  // namespace weir::cli
