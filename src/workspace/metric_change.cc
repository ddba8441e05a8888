#include "workspace/metric_change.h"

#include <algorithm>

#include "workspace/actions.h"
#include "workspace/own_file.h"

namespace weir::workspace {
namespace {

Result<MetricEffect> Apply(store::Connection& connection, std::string_view action, const analysis::RawParams& params,
                           const MetricActionSetup& setup) {
  if (action != kUndoDecision) return ApplyMetricAction(connection, action, params, setup);
  WEIR_TRY(const DecisionRow undone, FindUndone(connection, params));
  WEIR_TRY(MetricEffect changed, UndoMetricDecision(connection, undone, setup));
  changed.effect.undoes = undone.id;
  return changed;
}

}  // namespace

Result<MetricChange> ChangeMetric(store::Connection& connection, const std::filesystem::path& home,
                                  std::string_view action, const analysis::RawParams& params, MetricActionSetup setup) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
  setup.version = newest + 1;
  WEIR_TRY(MetricEffect changed, Apply(connection, action, params, setup));
  MetricChange change;
  OwnFileChange file;
  if (changed.put || !changed.take.empty()) {
    WEIR_TRY(const std::optional<DefinitionSet> before, DefinitionsAt(connection, newest));
    WEIR_CHECK(before.has_value());
    DefinitionSet after = *before;
    std::erase_if(after.files, [&](const DefinitionFile& one) { return one.path == changed.take; });
    if (changed.put) after.files.push_back(*changed.put);
    std::ranges::sort(after.files, {}, &DefinitionFile::path);
    WEIR_TRY(change.in_force, Understand(after));
    WEIR_TRY(RecordChange(connection, *before, after, setup.version, setup.principal.user, setup.now));
    if (changed.put) WEIR_TRY(file.Put(home / changed.put->path, changed.put->text));
    if (!changed.take.empty()) WEIR_TRY(file.Take(home / changed.take));
  }
  WEIR_TRY(change.decision, Decide(connection, action, std::move(changed.effect), setup.version,
                                   {.who = setup.principal.user, .reason = setup.reason, .now = setup.now}));
  WEIR_TRY(transaction.Commit());
  file.Keep();
  return change;
}

}  // namespace weir::workspace
