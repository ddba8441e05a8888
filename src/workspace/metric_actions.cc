#include "workspace/metric_actions.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <toml++/toml.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "metrics/catalog.h"
#include "metrics/table_reader.h"
#include "metrics/versions.h"
#include "people/vocabulary.h"
#include "workspace/actions.h"
#include "workspace/metric_agreement.h"
#include "workspace/metric_parts.h"
#include "workspace/metric_seals.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::ParamVisitor;
using analysis::RawParams;
using nlohmann::json;

constexpr std::string_view kPropose = "metrics.propose";
constexpr std::string_view kApprove = "metrics.approve";
constexpr std::string_view kDecline = "metrics.decline";
constexpr std::string_view kWithdraw = "metrics.withdraw";
constexpr std::size_t kLongestDefinition = 20'000;      // bytes
constexpr std::string_view kProposalFile = "proposal";  // as errors name its text

struct ProposeParams {
  std::string text;
  std::string note;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "text",
                 .help = {"The whole definition as TOML, as in a file of metrics/ (docs/add-a-metric.md)",
                          "Всё определение в TOML, как в файле папки metrics/ (docs/add-a-metric.md)"},
                 .required = true,
                 .positional = true},
                text);
    visitor.Add({.name = "note",
                 .help = {"Why; may stand in the definition as note instead",
                          "Зачем; вместо этого в определении может быть note"}},
                note);
  }
};

struct ProposalParams {
  std::int64_t proposal = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "proposal",
                 .help = {"Number of the proposal", "Номер предложения"},
                 .required = true,
                 .positional = true},
                proposal);
  }
};

struct JudgeParams : ProposalParams {
  std::string department;
  void Describe(ParamVisitor& visitor) {
    ProposalParams::Describe(visitor);
    visitor.Add({.name = "department",
                 .help = {"For which of its owners; without it, for one's own department",
                          "За какое из подразделений-владельцев; без него — за своё"}},
                department);
  }
};

bool IsOwner(const MetricActionSetup& setup) { return setup.principal.role == "owner"; }

std::string PathOf(const Proposal& proposal) {
  return fmt::format("metrics/{}.v{}.toml", proposal.metric, proposal.version);
}

// The one metric that the text defines, before its meaning is read.
struct Draft {
  std::string id = {};
  std::int64_t version = 0;
  toml::source_position version_at = {};
};

Result<Draft> ReadDraft(const std::string& text) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(text, std::string(kProposalFile)));
  for (const auto& [key, node] : root) {
    if (key.str() == "metric") continue;
    const toml::source_position begin = key.source().begin;
    return Fail(BadInput("a proposal defines a metric and nothing else, and this text has '{}'", key.str())
                    .At(std::string(kProposalFile), begin.line, begin.column)
                    .Field("text"));
  }
  const toml::table* all = root["metric"].as_table();
  if (all == nullptr || all->size() != 1) {
    return Fail(BadInput("a proposal defines one metric, and this text has {}", all == nullptr ? 0 : all->size())
                    .Field("text")
                    .At(std::string(kProposalFile), 1, 1)
                    .Mend("Begin it with [metric.ID], and propose each metric by itself"));
  }
  Draft draft{.id = std::string(all->begin()->first.str())};
  const toml::table* fields = all->begin()->second.as_table();
  const toml::node* version = fields == nullptr ? nullptr : fields->get("version");
  if (version == nullptr) return draft;  // reading its meaning says so
  draft.version = version->value<std::int64_t>().value_or(0);
  draft.version_at = version->source().begin;
  return draft;
}

// A number is used once: what was meant under it is what old reports say.
Status CheckNumber(const Draft& draft, store::Session& session, std::int64_t newest) {
  WEIR_TRY(const metrics::Versions known, metrics::VersionsOf(draft.id, session, newest));
  std::int64_t highest = 0;
  for (const metrics::DefinitionVersion& one : known.versions) highest = std::max(highest, one.version);
  if (draft.version > highest || draft.version <= 0) return {};
  return Fail(BadInput("'{}' has had version {} already", draft.id, highest)
                  .Field("version")
                  .At(std::string(kProposalFile), draft.version_at.line, draft.version_at.column)
                  .Mend("Write: version = {}", highest + 1));
}

// The catalogue with the proposed text in it. Errors name its line and column.
Result<metrics::MetricCatalog> CatalogWith(const std::string& text, store::Session& session, std::int64_t newest) {
  WEIR_TRY(std::vector<DefinitionFile> files, metrics::MetricFilesAt(session, newest));
  files.push_back({.path = std::string(kProposalFile), .text = text, .is_own = true});
  return metrics::MetricCatalog::Load(files);
}

Result<Proposal> Drafted(store::Connection& connection, const ProposeParams& params, const MetricActionSetup& setup) {
  WEIR_TRY(CheckLength("text", params.text, kLongestDefinition));
  WEIR_TRY(CheckLength("note", params.note, kLongestNote));
  WEIR_TRY(const Draft draft, ReadDraft(params.text));
  const std::int64_t newest = setup.version - 1;
  WEIR_TRY(CheckNumber(draft, connection, newest));
  WEIR_TRY(const metrics::MetricCatalog with, CatalogWith(params.text, connection, newest));
  const metrics::Metric& proposed = *with.FindMetric(draft.id);
  const std::string note = std::string(TrimBlanks(params.note.empty() ? proposed.note : params.note));
  if (note.empty()) {
    return Fail(BadUsage("the proposal does not say why").Field("note").Mend("Give a note, or write note = \"...\""));
  }
  WEIR_TRY(const std::optional<Proposal> open, FindOpenProposal(connection, draft.id));
  if (open) {
    return Fail(Conflict("proposal {} of '{}' is still open", open->id, draft.id)
                    .Field("text")
                    .Mend("Approve, decline or withdraw it first"));
  }
  Proposal proposal{.metric = draft.id,
                    .version = proposed.version,
                    .text = params.text,
                    .note = note,
                    .proposed_by = setup.principal.user,
                    .proposed_at = setup.now};
  // Nobody takes a metric away from its owners: those of the text in force and of the new one.
  WEIR_TRY(const std::vector<DefinitionFile> files, metrics::MetricFilesAt(connection, newest));
  WEIR_TRY(const metrics::MetricCatalog now, metrics::MetricCatalog::Load(files));
  if (const metrics::Metric* current = now.FindMetric(draft.id)) proposal.owners = current->owners;
  for (const std::string& owner : proposed.owners) {
    if (!Holds(proposal.owners, owner)) proposal.owners.push_back(owner);
  }
  WEIR_TRY(proposal.id, NextProposal(connection));
  return proposal;
}

// Writes the new state of a proposal over the old one.
Result<MetricEffect> Change(store::Connection& connection, const std::optional<Proposal>& before, Proposal after,
                            const MetricActionSetup& setup) {
  WEIR_TRY(WriteProposal(connection, after, StampOf(setup)));
  MetricEffect changed{.effect = {.kind = "decision",
                                  .subject = fmt::format("proposal:{}", after.id),
                                  .before = before ? before->Fields() : json(nullptr),
                                  .after = after.Fields()}};
  const bool was_in_force = before && before->state == kInForce;
  if (after.state == kInForce && !was_in_force) {
    changed.effect.kind = "definitions";
    changed.put = DefinitionFile{.path = PathOf(after), .text = std::move(after.text), .is_own = true};
  } else if (was_in_force && after.state != kInForce) {
    changed.effect.kind = "definitions";
    changed.take = PathOf(after);
  }
  return changed;
}

Result<Proposal> RequireOpen(store::Session& session, std::int64_t id) {
  WEIR_TRY(std::optional<Proposal> found, FindProposal(session, id));
  if (!found || found->state == kUndone) return Fail(NotFound("there is no proposal {}", id).Field("proposal"));
  if (found->state != kProposed) {
    return Fail(Conflict("proposal {} is closed: {}", id, found->state).Field("proposal").Mend("Make a new one"));
  }
  return std::move(*found);
}

// For which of the owners the caller speaks. A person speaks for the own department; who has the role owner, for any.
Result<std::string> DepartmentOf(const Proposal& proposal, const std::string& written, const MetricActionSetup& setup) {
  std::string named = people::CodeOf(people::Departments(), written).value_or(written);
  const std::string owners = fmt::format("{}", fmt::join(proposal.owners, ", "));
  if (!named.empty()) {
    if (!Holds(proposal.owners, named)) {
      return Fail(BadUsage("'{}' does not own '{}'", named, proposal.metric)
                      .Field("department")
                      .Mend("Its owners: {}", owners));
    }
    if (named != setup.department && !IsOwner(setup)) {
      return Fail(Forbidden("nobody speaks for '{}' but its own people", named).Field("department"));
    }
    return named;
  }
  if (Holds(proposal.owners, setup.department)) return setup.department;
  const std::vector<std::string> waiting = proposal.Waiting();
  if (!IsOwner(setup)) {
    return Fail(Forbidden("'{}' is decided on by {}, and you are of none of them", proposal.metric, owners)
                    .Field("department"));
  }
  if (waiting.size() == 1) return waiting.front();
  return Fail(BadUsage("it is not clear for which department").Field("department").Mend("Name one of: {}", owners));
}

Result<MetricEffect> Approve(store::Connection& connection, const JudgeParams& params, const MetricActionSetup& setup) {
  WEIR_TRY(const Proposal before, RequireOpen(connection, params.proposal));
  WEIR_TRY(const std::string department, DepartmentOf(before, params.department, setup));
  if (!Holds(before.Waiting(), department)) {
    return Fail(Conflict("'{}' has approved proposal {} already", department, before.id).Field("department"));
  }
  Proposal after = before;
  after.approvals.push_back({.department = department, .who = setup.principal.user, .at = FormatInstant(setup.now)});
  if (after.Waiting().empty()) {
    // What it was checked against may have changed since.
    const std::int64_t newest = setup.version - 1;
    WEIR_TRY(const Draft draft, ReadDraft(after.text));
    WEIR_TRY(CheckNumber(draft, connection, newest));
    WEIR_TRY(CatalogWith(after.text, connection, newest));
    after.state = kInForce;
  }
  return Change(connection, before, std::move(after), setup);
}

Result<MetricEffect> Decline(store::Connection& connection, const JudgeParams& params, const MetricActionSetup& setup) {
  WEIR_TRY(RequireReason(setup));
  WEIR_TRY(const Proposal before, RequireOpen(connection, params.proposal));
  WEIR_TRY(DepartmentOf(before, params.department, setup));
  Proposal after = before;
  after.state = kDeclined;
  after.reason = setup.reason;
  return Change(connection, before, std::move(after), setup);
}

Result<MetricEffect> Withdraw(store::Connection& connection, const ProposalParams& params,
                              const MetricActionSetup& setup) {
  WEIR_TRY(const Proposal before, RequireOpen(connection, params.proposal));
  if (before.proposed_by != setup.principal.user && !IsOwner(setup)) {
    return Fail(Forbidden("proposal {} was made by {}", before.id, before.proposed_by)
                    .Field("proposal")
                    .Mend("Its owners may decline it"));
  }
  Proposal after = before;
  after.state = kWithdrawn;
  after.reason = setup.reason;
  return Change(connection, before, std::move(after), setup);
}

// Who may take back what: of an approval, who could give it; else who may withdraw or decide.
Status CheckMayUndo(const Proposal& before, const Proposal& after, const MetricActionSetup& setup) {
  if (IsOwner(setup)) return {};
  if (after.approvals.size() > before.approvals.size()) {
    return DepartmentOf(after, after.approvals.back().department, setup).map([](const std::string&) {});
  }
  if (after.proposed_by == setup.principal.user && after.state != kDeclined) return {};
  return DepartmentOf(after, "", setup).map([](const std::string&) {});
}

Result<MetricEffect> UndoProposal(store::Connection& connection, const DecisionRow& decision,
                                  const MetricActionSetup& setup) {
  const std::optional<Proposal> after = Proposal::FromFields(json::parse(decision.after, nullptr, false));
  WEIR_CHECK(after.has_value());
  WEIR_TRY(const std::optional<Proposal> now, FindProposal(connection, after->id));
  if (!now || now->Fields() != after->Fields()) return Fail(ChangedSince(decision));
  std::optional<Proposal> back = Proposal::FromFields(json::parse(decision.before, nullptr, false));
  if (!back) {
    back = *now;
    back->state = kUndone;
  }
  WEIR_TRY(CheckMayUndo(*back, *now, setup));
  if (back->state == kProposed) {
    WEIR_TRY(const std::optional<Proposal> open, FindOpenProposal(connection, back->metric));
    if (open && open->id != back->id) {
      return Fail(Conflict("proposal {} of '{}' is still open", open->id, back->metric)
                      .Field("decision_id")
                      .Mend("Approve, decline or withdraw it first"));
    }
  }
  if (now->state == kInForce) {
    WEIR_TRY(const std::vector<DefinitionFile> files, metrics::MetricFilesAt(connection, setup.version - 1));
    WEIR_TRY(const metrics::MetricCatalog catalog, metrics::MetricCatalog::Load(files));
    const metrics::Metric* metric = catalog.FindMetric(now->metric);
    if (metric == nullptr || metric->version != now->version) return Fail(ChangedSince(decision));
  }
  return Change(connection, now, std::move(*back), setup);
}

}  // namespace

std::vector<Action> MetricActions() {
  std::vector<Action> all;
  all.push_back(DeclareMetricAction<ProposeParams>(
      kPropose, {"Propose a definition", "Предложить определение"},
      {"A new metric, or a new version of one. It is checked as a file would be, and comes into force once every "
       "department that owns the metric has approved.",
       "Новый показатель или новая версия. Проверяется так же, как файл, и вступает в силу, когда её одобрят все "
       "подразделения-владельцы."}));
  all.push_back(DeclareMetricAction<JudgeParams>(
      kApprove, {"Approve a proposed definition", "Одобрить определение"},
      {"For one's own department; who has the role owner, for any. With the last approval it is in force.",
       "За своё подразделение; с ролью owner — за любое. С последним одобрением определение вступает в силу."}));
  all.push_back(DeclareMetricAction<JudgeParams>(kDecline, {"Decline a proposed definition", "Отклонить определение"},
                                                 {"For a department that owns the metric, with a reason",
                                                  "От имени подразделения-владельца, с указанием причины"}));
  all.push_back(DeclareMetricAction<ProposalParams>(kWithdraw, {"Withdraw a proposal", "Отозвать предложение"},
                                                    {"One's own, while it is open", "Своё, пока оно открыто"}));
  for (Action& action : SealActions()) all.push_back(std::move(action));
  return all;
}

bool IsMetricAction(std::string_view action) {
  static constexpr std::array<std::string_view, 6> kAll{kPropose,  kApprove,    kDecline,
                                                        kWithdraw, kSealMetric, kUnsealMetric};
  return std::ranges::find(kAll, action) != kAll.end();
}

Result<MetricEffect> ApplyMetricAction(store::Connection& connection, std::string_view action, const RawParams& raw,
                                       const MetricActionSetup& setup) {
  if (action == kPropose) {
    WEIR_TRY(const ProposeParams params, analysis::Bind<ProposeParams>(raw));
    WEIR_TRY(Proposal proposal, Drafted(connection, params, setup));
    return Change(connection, std::nullopt, std::move(proposal), setup);
  }
  if (action == kSealMetric) return SealMonth(connection, raw, setup);
  if (action == kUnsealMetric) return UnsealMonth(connection, raw, setup);
  if (action == kWithdraw) {
    WEIR_TRY(const ProposalParams params, analysis::Bind<ProposalParams>(raw));
    return Withdraw(connection, params, setup);
  }
  WEIR_TRY(const JudgeParams params, analysis::Bind<JudgeParams>(raw));
  return action == kApprove ? Approve(connection, params, setup) : Decline(connection, params, setup);
}

Result<MetricEffect> UndoMetricDecision(store::Connection& connection, const DecisionRow& decision,
                                        const MetricActionSetup& setup) {
  return decision.subject.starts_with("seal:") ? UndoSeal(connection, decision, setup)
                                               : UndoProposal(connection, decision, setup);
}

}  // namespace weir::workspace
