// Runs what the catalogue declares: binds parameters, resolves as-of, gives the analysis its context inside one read
// transaction, caches answers, explains rows, pages and sorts tables. It knows the analyses only by their declarations.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "analysis/principal.h"
#include "analysis/producer.h"
#include "analysis/settings.h"
#include "base/result.h"
#include "base/russian.h"
#include "base/time.h"
#include "store/engine.h"

namespace weir::engine {

struct Page {
  std::string table;       // only this table; empty: all
  std::int64_t limit = 0;  // rows a table; 0: no limit
  std::string cursor;      // as given by the page before
  std::string sort;        // "column" or "-column"; ties by key

  // Not the whole answer in its own order.
  bool IsPart() const { return !table.empty() || limit != 0 || !cursor.empty() || !sort.empty(); }
};

struct ExplainRequest {
  std::string table;
  std::vector<std::string> key;   // values of the key columns, as text
  std::int64_t data_version = 0;  // of the result that is explained
};

struct Question {
  std::string id;
  analysis::RawParams params;
  std::string as_of;                     // instant or date; empty: the newest moment in the data
  std::optional<std::int64_t> known_at;  // data version; empty: the newest
  std::string in_currency;               // how amounts are shown; empty: in the reporting currency
  std::uint64_t seed = 0;
  Page page;
  std::optional<ExplainRequest> explain;
  bool is_export = false;  // to be saved as a list: without people who refused to be written to or called
  bool is_own = false;     // the program asks for itself, in the middle of what it was told to do: nobody's use
};

struct Answer {
  std::string analysis;
  std::string definition_id;
  std::int64_t definition_version = 0;
  analysis::RawParams params;  // canonical: defaults left out
  std::string scope;           // fingerprint of row and column rules, readable
  Instant as_of;
  std::int64_t known_at = 0;
  std::int64_t data_version = 0;
  std::string currency;
  std::uint64_t seed = 0;
  analysis::Output output;
};

// The whole answer as the result form of the contracts: one JSON document, the same bytes for the same answer.
std::string ToJson(const Answer& answer);
// RFC 9457 problem document: title, detail and hint in the language that was asked for, and in `words` in both.
std::string ProblemJson(const Error& error, std::string_view request_id = {}, Language language = Language::kEnglish);

// Every declared analysis, action and producer. Built once from the explicit lists in everything.cc.
class Catalog {
 public:
  Catalog(std::vector<analysis::Analysis> analyses, std::vector<analysis::Action> actions,
          std::vector<analysis::Producer> producers = {});
  const std::vector<analysis::Analysis>& analyses() const { return analyses_; }  // sorted by id
  const std::vector<analysis::Action>& actions() const { return actions_; }
  const std::vector<analysis::Producer>& producers() const { return producers_; }  // in the order of needs
  const analysis::Analysis* FindAnalysis(std::string_view id) const;
  const analysis::Action* FindAction(std::string_view id) const;
  // The catalogue as /api/v1/catalog gives it.
  std::string Json() const;

 private:
  std::vector<analysis::Analysis> analyses_;
  std::vector<analysis::Action> actions_;
  std::vector<analysis::Producer> producers_;
};

// A read transaction over the model of one data version, with the scoped variables set for one principal and moment.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual store::Session& session() = 0;
  virtual std::int64_t data_version() const = 0;  // newest committed when the snapshot began
  virtual std::int64_t known_at() const = 0;      // the version whose model is read
  virtual const analysis::Settings& settings() const = 0;
  virtual std::string_view definitions_fingerprint() const = 0;
  // What was declared over the definitions of that version; null: the engine's own catalogue.
  virtual std::shared_ptr<const Catalog> catalog() const { return nullptr; }
  // What the caller must know of every answer of this snapshot.
  virtual std::vector<analysis::Warning> warnings() const { return {}; }
  virtual Instant newest() const = 0;  // newest moment in the data: the default as-of
  // Whether others see it too. Of a model that is about to be committed only this one moment can be read.
  virtual bool is_committed() const { return true; }
  // Whether no statement failed for want of memory or time. What an analysis makes of such a failure is not what
  // stands.
  virtual bool is_sound() const { return true; }
  // Amounts are shown in this currency from now on, each converted at its own day; empty: in the reporting currency.
  // Fails where the currency is not among those in which numbers may be shown, or no rates are known.
  virtual Status ShowIn(std::string_view currency) = 0;
  // Sets the variables that scoped.* read.
  virtual Status Scope(const analysis::Principal& principal, Instant as_of) = 0;
  // The records of sources behind canonical rows that the caller may see: table `records` of an explanation.
  virtual Result<analysis::Table> RecordsBehind(std::string_view table, const std::vector<std::string>& ids) = 0;
};

// Who keeps the models: the workspace.
class ModelHost {
 public:
  virtual ~ModelHost() = default;
  virtual Result<std::unique_ptr<Snapshot>> Take(std::optional<std::int64_t> known_at, std::stop_token stop) = 0;
  // Rises when a write begins that could change what the newest model, its settings, definitions or imports are, and
  // when it has ended: odd while one is under way. It changes the model with its last step and imports with any.
  // Nothing: they are not counted, and answers are never recalled.
  virtual std::optional<std::uint64_t> writes() const { return std::nullopt; }
  // Rises after each word on a leak, which waits for no write and changes no model: sums leave out what was set aside.
  virtual std::uint64_t words_on_leaks() const { return 0; }
  // Runs an action: checks are done by the engine, the effect and its decision row in one transaction.
  virtual Result<analysis::Decision> Perform(std::string_view action, const analysis::RawParams& params,
                                             std::string_view reason, const analysis::Principal& principal,
                                             const analysis::Progress& progress, std::stop_token stop) = 0;
};

class AnswerCache;
class Document;
class SlowQuestions;
class Standings;
class StoredAnswers;
class Turns;

// An answer that was computed before, as it is sent.
struct Recalled {
  std::shared_ptr<const Document> document;
  std::int64_t data_version = 0;
};

// How well the cache of answers serves.
struct CacheFigures {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::size_t answers = 0;
  std::size_t bytes = 0;
};

class Engine {
 public:
  Engine(Catalog catalog, ModelHost& host, std::size_t cache_bytes = std::size_t{256} << 20);
  ~Engine();

  const Catalog& catalog() const { return catalog_; }
  CacheFigures cache_figures() const;

  // Told of every question that somebody asked and that was answered, in the thread that answers: to be quick, and safe
  // from any thread. To be set before the first question.
  using Listener = std::function<void(const Question&, const Answer&, const analysis::Principal&)>;
  void OnAnswered(Listener listener) { listener_ = std::move(listener); }
  // From which time of computing on a question of the newest data is remembered for AskAhead, and its answer stored. To
  // be set likewise.
  void RememberFrom(std::chrono::milliseconds slow) { slow_from_ = slow; }
  // Where answers outlive the process; nowhere unless this is called. To be set likewise.
  void StoreAnswersIn(const std::filesystem::path& folder);
  // Tells that the data version rose: what is stored of others goes.
  void NoteVersion(std::int64_t version);

  Result<Answer> Ask(const Question& question, const analysis::Principal& principal,
                     const analysis::Progress& progress = {}, std::stop_token stop = {});
  // What was computed before and still stands: neither a transaction nor a lock that work holds is waited for, so that
  // a thread that serves everybody may ask. Nothing where it has to be computed, or where telling it would take long.
  std::optional<Recalled> Recall(const Question& question, const analysis::Principal& principal);
  // A page's questions in one read transaction; each has its own answer or error.
  Result<std::vector<Result<Answer>>> AskAll(const std::vector<Question>& questions,
                                             const analysis::Principal& principal, std::stop_token stop = {});
  // Asks what took long before once more, for whoever asked it, where something was imported since the last time; what
  // is written meanwhile ends it. To be called after each new data version, in a thread that has the time.
  Status AskAhead(std::stop_token stop);
  // Asks the same, and `also` for whoever makes the model, of a model that is about to be committed, so that the
  // answers are there when people see it; queries of people's own, and what there is no time for, are left to AskAhead.
  // Nothing is kept of a question that reads other moments or fails; fails where the transaction broke over one.
  Status AskBefore(Snapshot& snapshot, const std::vector<std::string>& also, const analysis::Principal& principal,
                   const analysis::Progress& progress, std::stop_token stop);
  Result<Answer> Act(std::string_view action, const analysis::RawParams& params, std::string_view reason,
                     const analysis::Principal& principal, const analysis::Progress& progress = {},
                     std::stop_token stop = {});

 private:
  Result<std::unique_ptr<Snapshot>> TakeFor(const std::optional<std::int64_t>& known_at, const std::stop_token& stop);
  Result<Answer> AnswerOne(const Question& question, const analysis::Principal& principal, Snapshot& snapshot,
                           const analysis::Progress& progress, const std::stop_token& stop);
  Result<Answer> AskWithin(const Question& question, const analysis::Principal& principal, Snapshot& snapshot,
                           const analysis::Progress& progress, const std::stop_token& stop);
  Result<analysis::Output> Explain(const analysis::Analysis& analysis, const Question& question,
                                   const analysis::RawParams& params, Snapshot& snapshot,
                                   analysis::Context& context) const;

  Catalog catalog_;
  ModelHost& host_;
  std::unique_ptr<AnswerCache> cache_;
  std::unique_ptr<Turns> turns_;
  std::unique_ptr<Standings> standings_;
  std::unique_ptr<SlowQuestions> slow_;
  std::unique_ptr<StoredAnswers> stored_;  // null: nowhere
  std::chrono::milliseconds slow_from_{500};
  std::string asked_ahead_of_;  // the imports that AskAhead saw last; of the thread that calls it
  Listener listener_;
};

}  // namespace weir::engine
