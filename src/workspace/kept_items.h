// Things of people's own that are kept by name: queries, views, subscriptions. Saved, changed, removed and undone, each
// by a decision. None changes a number, so none raises the data version or waits for an import. Internal to workspace/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/staff.h"
#include "analysis/declaration.h"
#include "analysis/principal.h"
#include "base/decimal.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/ledger.h"

namespace weir::workspace {

struct KeptItem {
  std::int64_t id = 0;  // 0: a new one, numbered by its decision
  std::string name;
  std::vector<std::string> body;  // by KeptKind::body
  std::string owner;
  bool is_shared = false;
};

// One kind of them, each in a file of its own.
struct KeptKind {
  std::string_view noun;                       // "query": the subject of a decision is "query:12"
  std::string_view table;                      // "meta.saved_query": number, name, body, owner, is_shared, is_removed,
                                               // changed_by, changed_at, decision_id; the newest row of a number counts
  std::string_view number;                     // its first column
  std::vector<std::string_view> body;          // texts that are kept, as their columns and the decision name them
  std::string_view save;                       // "sql.save"
  std::string_view remove;                     // "sql.remove"
  std::vector<analysis::Action> (*actions)();  // the two, declared
  // What is to be saved, checked; the owner is left out.
  Result<KeptItem> (*read)(const analysis::RawParams& params);
  Error (*missing)(std::int64_t id);
  Error (*of_another)(const KeptItem& item);
};
const KeptKind& SavedQueries();
const KeptKind& SavedViews();
const KeptKind& Subscriptions();

// The parameter of removal.
struct RemoveKeptParams {
  std::int64_t id = 0;
  void Describe(analysis::ParamVisitor& visitor);
};

// SELECT of the newest word of each that is there: number, name, body, owner, is_shared, changed_by, changed_at.
std::string NewestKept(const KeptKind& kind);

// Those of the caller and those that are shared, as `table` lists them.
Result<analysis::Output> ListKept(const KeptKind& kind, const analysis::TableSpec& table, analysis::Context& context);

// A leak of the ledger, as far as what becomes of it needs to know.
struct SeenLeak {
  std::string name = {};
  std::string team_id = {};
  std::string counted_by = {};  // the rule that counts the same loss
  std::optional<Decimal> amount = {};
  Instant as_of = {};  // of the ledger in which it stands
};

// A figure of the baseline of the diagnosis, as decimals are written.
struct SealedFigure {
  std::string figure = {};
  std::string value = {};
  std::string low = {};
  std::string high = {};
  std::string sealed_on = {};  // ISO: the day that it is of
};

struct KeptSetup {
  const analysis::Principal& principal;
  std::string reason;
  Instant now;
  std::string department;                          // of the caller; empty: not known
  std::optional<access::StaffMember> member = {};  // whom the caller's account is tied to
  // Whether there is such an account.
  std::function<bool(const std::string& name)> is_account;
  // Whether the caller sees what is named as metric:ID, account:ID, person:ID or deal:ID. What is not there is not
  // seen.
  std::function<Result<bool>(const std::string& subject)> sees;
  // The newest model, as the caller sees it.
  std::function<Result<std::unique_ptr<engine::Snapshot>>()> seen = {};
  // The leaks that the caller sees, by their names in the ledger.
  std::function<Result<std::map<std::string, SeenLeak, std::less<>>>()> leaks;
  // The figures of diagnose.baseline that are measured, as the caller sees them.
  std::function<Result<std::vector<SealedFigure>>()> figures;
};

std::vector<analysis::Action> KeptActions();
std::vector<analysis::Analysis> KeptAnalyses();  // sql.queries, views.list
bool IsKeptAction(std::string_view action);

// The change and its decision in one transaction. Whose a thing is may change it; a shared one also who may change
// settings.
Result<analysis::Decision> PerformKeptAction(store::Connection& connection, std::string_view action,
                                             const analysis::RawParams& params, const KeptSetup& setup);
// Puts it back as it was before the decision.
Result<analysis::Decision> UndoKeptDecision(store::Connection& connection, const DecisionRow& decision,
                                            const KeptSetup& setup);

// Of one kind, each declared in its file.
analysis::Analysis QueriesAnalysis();
analysis::Analysis ViewsAnalysis();

}  // namespace weir::workspace
