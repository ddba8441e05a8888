#include "engine/engine.h"

#include <algorithm>
#include <optional>

#include "analysis/only_asks.h"
#include "engine/cache.h"
#include "engine/paging.h"
#include "engine/refusals.h"
#include "engine/run_context.h"
#include "engine/slow_questions.h"
#include "engine/standing.h"
#include "engine/stored_answers.h"
#include "engine/turns.h"
#include "store/database.h"

namespace weir::engine {
namespace {

using analysis::Analysis;
using analysis::Output;
using analysis::Principal;
using analysis::RawParams;

constexpr std::size_t kExplainedRows = 1000;
// Beyond this many cells a part of an answer is not cut out, nor a document made, on a thread that serves everybody.
constexpr std::size_t kQuickCells = 10'000;
constexpr std::size_t kQuickDocumentCells = 100'000;

using Clock = std::chrono::steady_clock;

analysis::ColumnType ColumnTypeOf(const store::ColumnHeader& header) {
  switch (header.type) {
    case store::Type::kBoolean:
      return analysis::ColumnType::kBoolean;
    case store::Type::kInteger:
      return analysis::ColumnType::kInteger;
    case store::Type::kDecimal:
      return analysis::ColumnType::kDecimal;
    case store::Type::kDouble:
      return analysis::ColumnType::kNumber;
    case store::Type::kDate:
      return analysis::ColumnType::kDate;
    case store::Type::kInstant:
      return analysis::ColumnType::kInstant;
    default:
      return analysis::ColumnType::kText;
  }
}

// The rows that the evidence names, as the caller may see them, in the order of the evidence.
Result<analysis::Table> CanonicalRows(const analysis::Evidence& evidence, store::Session& session) {
  WEIR_TRY(auto probe, session.Stream("SELECT * FROM scoped." + store::QuoteName(evidence.table) + " LIMIT 0"));
  const std::string id_column = store::QuoteName(probe->columns().front().name);
  probe.reset();
  analysis::Table table{.name = "canonical", .key = {}, .columns = {}, .rows = {}, .next_cursor = {}, .total_rows = {}};
  const std::size_t count = std::min(evidence.ids.size(), kExplainedRows);
  std::string list;
  std::vector<store::Value> parameters;
  for (std::size_t i = 0; i < count; ++i) {
    list += i == 0 ? "?" : ", ?";
    parameters.emplace_back(evidence.ids[i]);
  }
  const std::string sql =
      fmt::format("SELECT * FROM scoped.{} WHERE {} IN ({}) ORDER BY {} NULLS LAST", store::QuoteName(evidence.table),
                  id_column, list.empty() ? "NULL" : list, id_column);
  WEIR_TRY(store::Rows rows, session.Query(sql, parameters));
  // How the store finds rows again is nothing that people read.
  const auto is_shown = [](const store::ColumnHeader& header) { return !header.name.ends_with("_slot"); };
  for (const store::ColumnHeader& header : rows.columns) {
    if (is_shown(header)) table.columns.push_back({header.name, ColumnTypeOf(header), "", {}});
  }
  table.key = {rows.columns.front().name};
  for (auto& row : rows.rows) {
    std::vector<store::Value>& kept = table.rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (is_shown(rows.columns[i])) kept.push_back(std::move(row[i]));
    }
  }
  table.total_rows = evidence.total.value_or(static_cast<std::int64_t>(evidence.ids.size()));
  return table;
}

// An answer with another output: its tables are all that is large.
Answer WithOutput(const Answer& answer, Output output) {
  return {.analysis = answer.analysis,
          .definition_id = answer.definition_id,
          .definition_version = answer.definition_version,
          .params = answer.params,
          .scope = answer.scope,
          .as_of = answer.as_of,
          .known_at = answer.known_at,
          .data_version = answer.data_version,
          .currency = answer.currency,
          .seed = answer.seed,
          .output = std::move(output)};
}

}  // namespace

Engine::Engine(Catalog catalog, ModelHost& host, std::size_t cache_bytes)
    : catalog_(std::move(catalog)),
      host_(host),
      cache_(std::make_unique<AnswerCache>(cache_bytes)),
      turns_(std::make_unique<Turns>()),
      standings_(std::make_unique<Standings>()),
      slow_(std::make_unique<SlowQuestions>()) {}

Engine::~Engine() = default;

void Engine::StoreAnswersIn(const std::filesystem::path& folder) {
  stored_ = std::make_unique<StoredAnswers>(folder, ThisProgram());
}

void Engine::NoteVersion(std::int64_t version) {
  if (stored_) stored_->KeepOnly(version);
}

CacheFigures Engine::cache_figures() const { return cache_->Figures(); }

Result<Output> Engine::Explain(const Analysis& analysis, const Question& question, const RawParams& params,
                               Snapshot& snapshot, analysis::Context& context) const {
  const ExplainRequest& request = *question.explain;
  if (request.data_version != 0 && request.data_version != snapshot.known_at()) {
    return Fail(
        Conflict("the result is of data version {}, the model is now of {}", request.data_version, snapshot.known_at())
            .Field("data_version")
            .Mend("Ask for the result again, then for its rows"));
  }
  if (!analysis.explain) return Fail(NotFound("the rows of '{}' are not explained further", analysis.info.id));
  WEIR_TRY(analysis::Evidence evidence, analysis.explain(params, request.table, request.key, context));
  Output output;
  WEIR_TRY(analysis::Table canonical, CanonicalRows(evidence, snapshot.session()));
  if (question.is_export && (evidence.table == "person" || evidence.table == "lead")) {
    WEIR_TRY(LeaveOutRefused(canonical.key.front(), snapshot.session(), canonical, output.warnings));
  }
  std::vector<std::string> visible;
  visible.reserve(canonical.rows.size());
  for (const auto& row : canonical.rows) visible.push_back(store::ToText(row.front()));
  WEIR_TRY(analysis::Table records, snapshot.RecordsBehind(evidence.table, visible));
  output.tables.push_back(std::move(canonical));
  output.tables.push_back(std::move(records));
  output.warnings.push_back({"table", MakePhrase("rows of {}", evidence.table), {{"table", evidence.table}}});
  return output;
}

std::optional<Recalled> Engine::Recall(const Question& question, const Principal& principal) {
  if (question.known_at || question.explain) return std::nullopt;
  const std::optional<std::uint64_t> writes = host_.writes();
  if (!writes) return std::nullopt;
  const auto standing = standings_->After(*writes);
  if (!standing) return std::nullopt;
  if (!question.in_currency.empty() && question.in_currency != standing->settings.currency) return std::nullopt;
  const auto analysis = FindAsked(question, principal, standing->catalog ? *standing->catalog : catalog_);
  if (!analysis) return std::nullopt;
  const auto asked = ReadAsked(question, **analysis, *standing);
  if (!asked || !asked->is_cacheable || (asked->needs_imports && *writes % 2 == 1)) return std::nullopt;
  if (asked->needs_aside && standing->words_on_leaks != host_.words_on_leaks()) return std::nullopt;
  const std::string key = asked->Key(question, *standing, principal);
  auto kept = cache_->FindKept(key);
  if (!kept) return std::nullopt;
  Recalled recalled{.document = std::move(kept->document), .data_version = standing->known_at};
  if (!question.page.IsPart() && !recalled.document) {
    if (CellsOfPage({}, kept->answer->output) > kQuickDocumentCells) return std::nullopt;
    recalled.document = cache_->DocumentOf(key);
    if (!recalled.document) return std::nullopt;
  }
  if (question.page.IsPart()) {
    if (CellsOfPage(question.page, kept->answer->output) > kQuickCells) return std::nullopt;
    auto part = PageOf(question.page, kept->answer->output);
    if (!part) return std::nullopt;
    recalled.document = std::make_shared<const Document>(ToJson(WithOutput(*kept->answer, *std::move(part))));
  }
  slow_->Note(question, principal, kept->was_slow);
  if (listener_ && !question.is_own) listener_(question, *kept->answer, principal);
  return recalled;
}

Result<Answer> Engine::AskWithin(const Question& question, const Principal& principal, Snapshot& snapshot,
                                 const analysis::Progress& progress, const std::stop_token& stop) {
  const std::shared_ptr<const Catalog> declared = snapshot.catalog();
  const Catalog& catalog = declared ? *declared : catalog_;
  WEIR_TRY(const Analysis* analysis, FindAsked(question, principal, catalog));
  WEIR_TRY(snapshot.ShowIn(question.in_currency));
  Standing standing = StandingOf(snapshot);
  WEIR_TRY(const Asked asked, ReadAsked(question, *analysis, standing));
  const RawParams& params = asked.params;
  const Instant as_of = asked.as_of;
  const bool is_cacheable = asked.is_cacheable;
  if (asked.needs_imports) {
    WEIR_TRY(standing.imports, ImportStamp(snapshot.session()));
  }
  if (asked.needs_aside) {
    WEIR_TRY(standing.aside, AsideStamp(snapshot.session()));
  }
  const std::string key = is_cacheable ? asked.Key(question, standing, principal) : "";
  const StoredAnswers* stored = question.known_at ? nullptr : stored_.get();
  std::optional<Turns::Turn> turn;
  if (is_cacheable) {
    auto cached = cache_->Find(key);
    if (!cached) {
      WEIR_TRY(Turns::Turn taken, turns_->Take(key, stop));
      turn.emplace(std::move(taken));
      if (turn->has_waited()) cached = cache_->Find(key);
    }
    if (!cached && stored != nullptr) {
      cached = stored->Find(asked, question, standing, principal, snapshot);
      if (cached) cache_->Put(key, cached, true);
    }
    if (cached) {
      slow_->Note(question, principal, cache_->WasSlow(key));
      // What Recall leaves to this thread: the next who asks for all of it is served at once.
      const bool is_long = CellsOfPage({}, cached->output) > kQuickDocumentCells;
      if (is_long && !question.page.IsPart() && !question.is_own) std::ignore = cache_->DocumentOf(key);
      WEIR_TRY(Output part, PageOf(question.page, cached->output));
      Answer answer = WithOutput(*cached, std::move(part));
      answer.data_version = snapshot.data_version();
      return answer;
    }
  }
  WEIR_TRY(snapshot.Scope(principal, as_of));
  RunContext context(host_, catalog, snapshot, principal, as_of, question.seed, progress, stop,
                     {*cache_, *turns_, stored, slow_from_});
  if (question.explain) {
    context.Enter(*analysis);
    WEIR_TRY(Output explained, Explain(*analysis, question, params, snapshot, context));
    Answer answer = MakeAnswer(*analysis, params, question, as_of, snapshot, principal, std::move(explained));
    answer.analysis = "explain";
    return answer;
  }
  const auto began = Clock::now();
  WEIR_TRY(Output output, context.RunAnalysis(*analysis, params));
  if (question.is_export) WEIR_TRY(LeaveOutRefused(*analysis, snapshot.session(), output));
  const bool was_slow = Clock::now() - began >= slow_from_;
  const bool is_kept = is_cacheable && !context.is_spoiled();
  slow_->Note(question, principal, is_kept && was_slow);
  for (analysis::Warning& warning : snapshot.warnings()) output.warnings.push_back(std::move(warning));
  auto answer =
      std::make_shared<Answer>(MakeAnswer(*analysis, params, question, as_of, snapshot, principal, std::move(output)));
  if (is_kept && was_slow && stored) stored->Put(asked, question, standing, principal, snapshot, *answer);
  if (is_kept) cache_->Put(key, answer, was_slow);
  WEIR_TRY(Output part, PageOf(question.page, answer->output));
  return WithOutput(*answer, std::move(part));
}

Result<Answer> Engine::AnswerOne(const Question& question, const Principal& principal, Snapshot& snapshot,
                                 const analysis::Progress& progress, const std::stop_token& stop) {
  Result<Answer> answer = AskWithin(question, principal, snapshot, progress, stop);
  if (answer && listener_ && !question.is_own) listener_(question, *answer, principal);
  return answer;
}

// What was written is looked at before the transaction begins: what comes later is told by the next look.
Result<std::unique_ptr<Snapshot>> Engine::TakeFor(const std::optional<std::int64_t>& known_at,
                                                  const std::stop_token& stop) {
  const std::optional<std::uint64_t> writes = host_.writes();
  const std::uint64_t words_on_leaks = host_.words_on_leaks();
  WEIR_TRY(std::unique_ptr<Snapshot> snapshot, host_.Take(known_at, stop));
  if (writes && !known_at) WEIR_TRY(standings_->Keep(*writes, words_on_leaks, *snapshot));
  return snapshot;
}

Result<Answer> Engine::Ask(const Question& question, const Principal& principal, const analysis::Progress& progress,
                           std::stop_token stop) {
  WEIR_TRY(std::unique_ptr<Snapshot> snapshot, TakeFor(question.known_at, stop));
  const store::StopGuard interrupt(stop, [&] { snapshot->session().Interrupt(); });
  return AnswerOne(question, principal, *snapshot, progress, stop);
}

Result<std::vector<Result<Answer>>> Engine::AskAll(const std::vector<Question>& questions, const Principal& principal,
                                                   std::stop_token stop) {
  std::vector<Result<Answer>> answers;
  if (questions.empty()) return answers;
  const bool is_same_version = std::ranges::all_of(
      questions, [&](const Question& question) { return question.known_at == questions.front().known_at; });
  if (!is_same_version) {
    return Fail(BadUsage("all questions of a page are asked of one data version").Field("known_at"));
  }
  WEIR_TRY(std::unique_ptr<Snapshot> snapshot, TakeFor(questions.front().known_at, stop));
  const store::StopGuard interrupt(stop, [&] { snapshot->session().Interrupt(); });
  for (const Question& question : questions) answers.push_back(AnswerOne(question, principal, *snapshot, {}, stop));
  return answers;
}

Result<Answer> Engine::Act(std::string_view id, const RawParams& params, std::string_view reason,
                           const Principal& principal, const analysis::Progress& progress, std::stop_token stop) {
  const analysis::Action* action = catalog_.FindAction(id);
  if (action == nullptr) return Fail(UnknownId(id, catalog_));
  if (!principal.Has(action->info.right)) return Fail(Forbidden("'{}' needs the right '{}'", id, action->info.right));
  for (const auto& [name, values] : params) {
    const bool is_known = std::ranges::any_of(action->params, [&](const auto& spec) { return spec.info.name == name; });
    if (!is_known) return Fail(BadUsage("'{}' takes no parameter '{}'", id, name).Field(name));
  }
  for (const analysis::ParamSpec& spec : action->params) {
    if (spec.info.required && !params.contains(spec.info.name)) {
      return Fail(BadUsage("parameter '{}' is missing", spec.info.name).Field(spec.info.name));
    }
  }
  WEIR_TRY(analysis::Decision decision, host_.Perform(id, params, reason, principal, progress, stop));
  WEIR_TRY(std::unique_ptr<Snapshot> snapshot, host_.Take(std::nullopt, stop));
  return Answer{.analysis = std::string(id),
                .definition_id = action->info.id,
                .definition_version = action->info.version,
                .params = analysis::OnlyAsks(*action) ? RawParams() : params,
                .scope = principal.Fingerprint(),
                .as_of = snapshot->newest(),
                .known_at = snapshot->known_at(),
                .data_version = snapshot->data_version(),
                .currency = snapshot->settings().currency,
                .seed = 0,
                .output = std::move(decision.output)};
}

}  // namespace weir::engine
