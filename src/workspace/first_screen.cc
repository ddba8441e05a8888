#include "workspace/first_screen.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

#include "sources/recognise.h"
#include "workspace/builder.h"

namespace weir::workspace {
namespace {

// Kinds of records without which Pulse is whole but for the steps and sentences that it then says are not known.
constexpr std::array<std::string_view, 18> kCanWait{
    "activity",      "calendar",   "call",        "content",    "field_change", "licence",
    "link",          "message",    "queue_event", "ticket",     "ticket_event", "product_usage",
    "survey_answer", "time_entry", "tool",        "tool_usage", "touch",        "training"};

constexpr std::uint64_t kMostOfADay = std::uint64_t{200} << 20U;

// What such records name on their way: whom a call was with, who answered.
constexpr std::array<std::string_view, 5> kNamed{"account", "campaign", "member", "merge", "person"};

template <std::size_t Size>
bool IsAmong(const std::array<std::string_view, Size>& tables, std::string_view table) {
  return std::ranges::find(tables, table) != tables.end();
}

// By what a row is first of all, and only names besides.
bool CanWait(const sources::Mapping& mapping) {
  return !mapping.emits.empty() && IsAmong(kCanWait, mapping.emits.front().table) &&
         std::ranges::all_of(mapping.emits, [](const sources::Emit& emit) {
           return IsAmong(kCanWait, emit.table) || IsAmong(kNamed, emit.table);
         });
}

// Nothing where the import will say why it cannot be read, or as what.
Result<const sources::Mapping*> MappingOf(const MeantFile& meant, const sources::MappingCatalog& mappings) {
  if (!meant.mapping.empty()) return FindMapping(mappings, meant.mapping);
  const auto sample = sources::TakeSample(meant.file);
  if (!sample) return nullptr;
  const std::vector<sources::Candidate> candidates = sources::Recognise(mappings, *sample);
  return candidates.empty() || !candidates.front().IsAccepted() ? nullptr : candidates.front().mapping;
}

}  // namespace

Result<bool> HasLargeModel(store::Session& session, const Definitions& definitions, std::int64_t least_observations) {
  WEIR_TRY(const bool is_behind, IsModelBehind(session, definitions));
  if (is_behind) return false;
  WEIR_TRY(const std::int64_t observations,
           session.QueryInteger("SELECT coalesce(max(last_obs), 0) FROM meta.import_file"));
  return observations > 0 && observations >= least_observations;
}

Result<FilesByNeed> DivideByNeed(std::vector<MeantFile> files, const sources::KnownFiles& known,
                                 const sources::MappingCatalog& mappings, std::uint64_t least_bytes_behind,
                                 bool has_model) {
  // New by its size alone: this decides on the order only, and the import looks closer.
  std::vector<std::uint64_t> new_bytes(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto stamp = sources::StampOf(files[i].file);
    if (stamp && !known.HasSize(stamp->bytes)) new_bytes[i] = stamp->bytes;
  }
  // Most imports are small, or are in already: what their files are is found out once, by the import itself.
  const std::uint64_t all_new = std::accumulate(new_bytes.begin(), new_bytes.end(), std::uint64_t{0});
  if (all_new > 0 && all_new <= kMostOfADay && has_model) {
    FilesByNeed divided;
    for (const bool is_new : {true, false}) {
      for (std::size_t i = 0; i < files.size(); ++i) {
        if ((new_bytes[i] > 0) == is_new) divided.behind.push_back(files[i]);
      }
    }
    return divided;
  }
  if (all_new == 0 || all_new < least_bytes_behind) return FilesByNeed{.first = std::move(files), .behind = {}};
  std::vector<bool> waits(files.size());
  std::uint64_t bytes_behind = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    WEIR_TRY(const sources::Mapping* mapping, MappingOf(files[i], mappings));
    waits[i] = mapping != nullptr && CanWait(*mapping);
    if (waits[i]) bytes_behind += new_bytes[i];
  }
  const bool is_any_first_new = bytes_behind < all_new;
  FilesByNeed divided;
  const bool is_worth_it = is_any_first_new && bytes_behind > 0 && bytes_behind >= least_bytes_behind;
  for (std::size_t i = 0; i < files.size(); ++i) {
    (is_worth_it && waits[i] ? divided.behind : divided.first).push_back(std::move(files[i]));
  }
  return divided;
}

void FilesToCome::Set(std::vector<MeantFile> files, bool has_model) {
  const std::lock_guard guard(mutex_);
  files_ = std::move(files);
  has_model_ = has_model;
}

std::vector<MeantFile> FilesToCome::Files() const {
  const std::lock_guard guard(mutex_);
  return files_;
}

std::vector<std::string> FilesToCome::Titles() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> titles;
  titles.reserve(files_.size());
  for (const MeantFile& meant : files_) titles.push_back(meant.file.Title());
  return titles;
}

std::optional<analysis::Warning> FilesToCome::Warning() const {
  const std::lock_guard guard(mutex_);
  if (files_.empty()) return std::nullopt;
  const std::size_t count = files_.size();
  const std::string first = files_.front().file.Title();
  return analysis::Warning{
      .code = "files_to_come",
      .message = has_model_
                     ? MakePhrase("new files are being read, {} first: until they are in, everything here is as of the "
                                  "import before",
                                  first)
                     : MakePhrase("{} more files are being read ({} and others): what they tell of, the search and the "
                                  "histories of single records are not complete yet",
                                  count, first),
      .params = {{"files", fmt::format("{}", count)}}};
}

}  // namespace weir::workspace
