#include "workspace/import_run.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>

#include "sources/demo_manifest.h"
#include "sources/recognise.h"
#include "sources/rejects.h"
#include "workspace/demo_data.h"
#include "workspace/ledger.h"

namespace weir::workspace {
namespace {

using store::Value;

// The mapping to read the file with, or nothing with the reason in `outcome`.
Result<const sources::Mapping*> Choose(const MeantFile& meant, const ImportRequest& request, const ImportSetup& setup,
                                       FileOutcome& outcome) {
  if (!meant.mapping.empty()) {
    WEIR_TRY(const sources::Mapping* mapping, FindMapping(setup.mappings, meant.mapping));
    outcome.score = 1.0;
    outcome.reason = request.mapping.empty() ? MakePhrase("as it was asked for") : MakePhrase("chosen by you");
    return mapping;
  }
  const sources::FileInput& file = meant.file;
  WEIR_TRY(sources::Sample sample, sources::TakeSample(file));
  const std::vector<sources::Candidate> candidates = sources::Recognise(setup.mappings, sample);
  if (candidates.empty()) {
    outcome.columns = sources::DescribeSample(sample);
    outcome.reason = MakePhrase(
        "no mapping knows these headers; 'weir propose' proposes a mapping, or name the columns as the generic form "
        "does");
    return nullptr;
  }
  const sources::Candidate& best = candidates.front();
  outcome.source = best.mapping->source;
  outcome.object = best.mapping->object;
  outcome.score = best.score;
  outcome.reason = best.reason;
  if (best.IsAccepted()) return best.mapping;
  outcome.columns = sources::DescribeSample(sample);
  outcome.reason = MakePhrase("nearest: {}", best.reason);
  constexpr double kLikely = 0.8;  // below that the advice would do more harm than good
  if (best.missing.empty() && best.score >= kLikely) {
    Extend(outcome.reason, MakePhrase("; to read it so all the same: --mapping {}/{}", outcome.source, outcome.object));
  } else {
    Extend(outcome.reason, MakePhrase("; 'weir propose' proposes a mapping"));
  }
  return nullptr;
}

Phrase StageOf(const std::string& file, const sources::ImportProgress& at) {
  switch (at.stage) {
    case sources::ImportStage::kLook:
      return MakePhrase("{}: look at {} rows", file, at.rows);
    case sources::ImportStage::kRead:
      return MakePhrase("{}: read {} rows", file, at.rows);
    case sources::ImportStage::kCompare:
      return MakePhrase("{}: compare {} rows", file, at.rows);
    case sources::ImportStage::kAppend:
      break;
  }
  return MakePhrase("{}: append {} rows", file, at.rows);
}

sources::ImportContext ContextFor(const ImportSetup& setup, double score) {
  sources::ImportContext context;
  context.exported_at = setup.exported_at;
  context.is_whole = setup.is_whole;
  if (auto zone = TimeZone::Find(setup.settings.time_zone)) context.reporting_zone = *zone;
  context.default_region = setup.settings.default_region;
  context.default_currency = setup.settings.currency == kNoCurrency ? "" : setup.settings.currency;
  context.score = score;
  context.now = setup.now;
  return context;
}

// A file without a new row is news all the same where it is newer than all that is known of its object: things still
// stood as they did.
Result<bool> ChangesAnything(store::Connection& connection, const sources::ImportReport& report,
                             std::int64_t new_rejects) {
  if (report.added + report.updated + report.deleted > 0 || new_rejects > 0) return true;
  const std::array<store::Value, 4> file{report.source, report.object, report.file_id, report.observed_at};
  WEIR_TRY(const std::int64_t as_new, connection.QueryInteger(R"(
    SELECT count(*) FROM meta.import_file
    WHERE state = 'committed' AND source = ? AND object = ? AND file_id <> ? AND observed_at >= ?)",
                                                              file));
  return as_new == 0;
}

// What stays the same for all files.
struct Shared {
  const store::Database& database;
  const ImportRequest& request;
  const ImportSetup& setup;
  const sources::KnownFiles& known;
  sources::FileDigests& digests;
  sources::DemoFiles& demo;
  const std::stop_token& stop;
};

// One file, from its bytes to its rows in the store. Both steps may run on different threads, one after the other.
class FileRun {
 public:
  FileRun(const Shared& shared, const MeantFile& meant, analysis::Progress progress)
      : shared_(shared), meant_(meant), progress_(std::move(progress)) {
    outcome_.file = meant.file.Title();
  }

  // Finds out what it is and reads it as that, unless it is in already.
  void Read() { Note(TryRead()); }
  // Puts it in, if there is anything to put in.
  void Commit() {
    if (staged_) Note(TryCommit());
    staged_.reset();
    interrupt_.reset();
    connection_.reset();
  }

  FileOutcome& outcome() { return outcome_; }

 private:
  void Note(Status done) {
    if (done) return;
    staged_.reset();
    outcome_.state = "error";
    outcome_.report.reset();
    outcome_.error = std::move(done).error();
  }

  Status TryRead() {
    if (!shared_.request.dry_run) {
      WEIR_TRY(const bool is_known, IsKnown());
      if (is_known) return {};
    }
    WEIR_TRY(const sources::Mapping* mapping, Choose(meant_, shared_.request, shared_.setup, outcome_));
    if (mapping == nullptr) {
      outcome_.state = "unrecognised";
      return {};
    }
    outcome_.source = mapping->source;
    outcome_.object = mapping->object;
    WEIR_TRY(store::Connection connection, shared_.database.Connect());
    connection_ = std::make_unique<store::Connection>(std::move(connection));
    interrupt_.emplace(shared_.stop, [here = connection_.get()] { here->Interrupt(); });
    sources::ImportContext context = ContextFor(shared_.setup, outcome_.score);
    context.stop = shared_.stop;
    context.is_dry_run = shared_.request.dry_run;
    context.progress = [this](const sources::ImportProgress& at) {
      if (progress_) progress_(StageOf(outcome_.file, at), at.fraction);
    };
    WEIR_TRY(sources::StagedFile staged, sources::StagedFile::Read(*connection_, *mapping, meant_.file, context));
    // What somebody wrote to meanwhile may not be what was read: it stays unknown.
    if (!shared_.request.dry_run) {
      WEIR_TRY(digest_, shared_.digests.Of(meant_.file));
      WEIR_TRY(const sources::FileStamp stamp, sources::StampOf(meant_.file));
      if (stamp != stamp_) digest_.clear();
      is_demo_ = shared_.demo.Holds(meant_.file, sources::FileDigests::OfBytes(digest_));
    }
    staged_.emplace(std::move(staged));
    return {};
  }

  // True if the file is in already, as it is and read as it would be now: then nothing is to be done.
  Result<bool> IsKnown() {
    const sources::FileInput& file = meant_.file;
    WEIR_TRY(stamp_, sources::StampOf(file));
    basis_ = sources::BasisOf(shared_.setup.mappings, ContextFor(shared_.setup, 0), meant_.mapping);
    if (!shared_.known.HasSize(stamp_.bytes)) return false;
    WEIR_TRY(const std::string digest, shared_.digests.Of(file));
    const sources::KnownFile* found = shared_.known.Find(file, digest, basis_, shared_.setup.exported_at);
    if (found == nullptr) return false;
    outcome_.state = "imported";
    outcome_.source = found->report.source;
    outcome_.object = found->report.object;
    outcome_.score = found->score;
    outcome_.reason = MakePhrase("the same file is in already, by import {}", found->import_id);
    outcome_.import_id = found->import_id;
    outcome_.report = found->report;
    return true;
  }

  Status TryCommit() {
    store::Connection& connection = *connection_;
    const ImportSetup& setup = shared_.setup;
    WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
    WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
    WEIR_TRY(const std::int64_t import_id, sources::BeginImport(connection, "import", newest + 1, setup.now));
    WEIR_TRY(sources::ImportReport report, staged_->Append(import_id, newest + 1));
    outcome_.report = std::move(report);
    outcome_.import_id = import_id;
    if (outcome_.report->read == 0) Extend(outcome_.reason, MakePhrase("; below its header the file holds no rows"));
    if (shared_.request.dry_run) {
      outcome_.state = "recognised";
      return {};  // the transaction rolls back: nothing has happened
    }
    WEIR_TRY(sources::FinishImport(connection, import_id, WallClockNow()));
    if (!digest_.empty()) WEIR_TRY(sources::NoteDigest(connection, *outcome_.report, digest_, basis_));
    if (is_demo_) WEIR_TRY(NoteDemoImport(connection, import_id));
    std::int64_t new_rejects = 0;
    if (outcome_.report->quarantined > 0) {
      WEIR_TRY(new_rejects, sources::KeepNewRejects(connection, import_id));
    }
    WEIR_TRY(const bool changes, ChangesAnything(connection, *outcome_.report, new_rejects));
    if (changes) {
      WEIR_TRY(CommitVersion(connection, newest + 1, "import", outcome_.file, setup.who, setup.now));
    }
    if (progress_) progress_(MakePhrase("{}: commit", outcome_.file), 1.0);
    WEIR_TRY(transaction.Commit());
    outcome_.state = "imported";
    return {};
  }

  const Shared& shared_;
  const MeantFile& meant_;
  analysis::Progress progress_;
  FileOutcome outcome_;
  sources::FileStamp stamp_;
  sources::Basis basis_;
  std::string digest_;  // empty: not to be noted
  bool is_demo_ = false;
  std::unique_ptr<store::Connection> connection_;
  std::optional<store::StopGuard> interrupt_;
  std::optional<sources::StagedFile> staged_;
};

// What is not of this file but of the store, the disk or the question: the next file would fare no better.
bool ConcernsAll(const Error& error) {
  const bool is_of_the_store = error.code() == Code::kUnavailable && error.place().file.empty();
  return is_of_the_store || error.code() == Code::kCancelled || error.code() == Code::kBug ||
         error.code() == Code::kConflict || (error.code() == Code::kNotFound && error.field() == "mapping");
}

// Threads take what is to be done next: the file whose turn it is to come in, else the next one to be read.
class Queue {
 public:
  Queue(const Shared& shared, const std::vector<MeantFile>& files, const analysis::Progress& progress)
      : shared_(shared),
        files_(files),
        progress_(progress),
        runs_(files.size()),
        is_read_(files.size()),
        fractions_(files.size()) {}

  void Work() {
    std::unique_lock lock(mutex_);
    while (!failure_ && committed_ < files_.size()) {
      if (shared_.stop.stop_requested()) {
        failure_ = Cancelled("the import was stopped after {} of {} files", committed_, files_.size());
      } else if (!is_committing_ && is_read_[committed_]) {
        CommitOne(lock);
      } else if (begun_ < files_.size() && begun_ < committed_ + kMostAhead) {
        ReadOne(lock);
      } else {
        changed_.wait(lock);
        continue;
      }
      changed_.notify_all();
    }
  }

  Result<std::vector<FileOutcome>> Outcomes() {
    if (failure_) return Fail(std::move(*failure_));
    return std::move(outcomes_);
  }

 private:
  // Files that lie in temporary tables or are on their way there.
  static constexpr std::size_t kMostAhead = 4;

  void ReadOne(std::unique_lock<std::mutex>& lock) {
    const std::size_t file = begun_++;
    runs_[file] = std::make_unique<FileRun>(
        shared_, files_[file], [this, file](const Phrase& stage, double fraction) { Tell(file, stage, fraction); });
    FileRun& run = *runs_[file];
    lock.unlock();
    run.Read();
    lock.lock();
    is_read_[file] = true;
  }

  void CommitOne(std::unique_lock<std::mutex>& lock) {
    is_committing_ = true;
    const std::unique_ptr<FileRun> run = std::move(runs_[committed_]);
    lock.unlock();
    run->Commit();
    FileOutcome& outcome = run->outcome();
    lock.lock();
    if (outcome.error && ConcernsAll(*outcome.error)) failure_ = std::move(*outcome.error);
    outcomes_.push_back(std::move(outcome));
    fractions_[committed_] = 1;
    is_committing_ = false;
    ++committed_;
  }

  // In words only of the file whose turn it is: those that are read meanwhile would go to and fro.
  void Tell(std::size_t file, const Phrase& stage, double fraction) {
    if (!progress_) return;
    const std::lock_guard guard(mutex_);
    fractions_[file] = std::max(fractions_[file], fraction);
    if (file != committed_) return;
    progress_(stage, std::accumulate(fractions_.begin(), fractions_.end(), 0.0) / static_cast<double>(files_.size()));
  }

  const Shared& shared_;
  const std::vector<MeantFile>& files_;
  const analysis::Progress& progress_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<FileRun>> runs_;  // those in hand
  std::vector<bool> is_read_;
  std::vector<double> fractions_;
  std::vector<FileOutcome> outcomes_;
  std::size_t begun_ = 0;
  std::size_t committed_ = 0;
  bool is_committing_ = false;
  std::optional<Error> failure_;
};

}  // namespace

Result<const sources::Mapping*> FindMapping(const sources::MappingCatalog& mappings, const std::string& name) {
  const std::size_t slash = name.find('/');
  const sources::Mapping* mapping =
      slash == std::string::npos ? nullptr : mappings.Find(name.substr(0, slash), name.substr(slash + 1));
  if (mapping != nullptr) return mapping;
  return Fail(NotFound("there is no mapping '{}'", name)
                  .Field("mapping")
                  .Mend("Write source/object, such as salesforce/opportunity"));
}

Result<std::vector<FileOutcome>> ImportFiles(const store::Database& database, const std::vector<MeantFile>& files,
                                             const sources::KnownFiles& known, const ImportRequest& request,
                                             const ImportSetup& setup, const analysis::Progress& progress,
                                             std::stop_token stop) {
  sources::FileDigests digests;
  sources::DemoFiles demo;
  const Shared shared{.database = database,
                      .request = request,
                      .setup = setup,
                      .known = known,
                      .digests = digests,
                      .demo = demo,
                      .stop = stop};
  Queue queue(shared, files, progress);
  {
    constexpr std::size_t kMostThreads = 4;
    const std::size_t cores =
        std::max(1U, setup.threads > 0 ? static_cast<unsigned>(setup.threads) : std::thread::hardware_concurrency());
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min({kMostThreads, cores, files.size()}); ++i) {
      others.emplace_back([&queue] { queue.Work(); });
    }
    queue.Work();
  }
  return queue.Outcomes();
}

}  // namespace weir::workspace
