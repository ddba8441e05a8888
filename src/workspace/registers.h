// Registers: processes and their owners, agreements between departments, goals. Each entry is written, changed, retired
// and restored by a decision; every version is kept with its author, moment and note. None changes a number, so none
// raises the data version or waits for an import. Internal to workspace/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "analysis/declaration.h"
#include "base/result.h"
#include "store/database.h"
#include "workspace/kept_items.h"
#include "workspace/ledger.h"
#include "workspace/register_kinds.h"

namespace weir::workspace {

std::span<const std::string_view> RegisterMigrations();

std::vector<analysis::Action> RegisterActions();
bool IsRegisterAction(std::string_view action);

// The change and its decision in one transaction. Owners and administrators change every entry, a manager those of the
// own department: of an agreement, of either side.
Result<analysis::Decision> PerformRegisterAction(store::Connection& connection, std::string_view action,
                                                 const analysis::RawParams& params, const KeptSetup& setup);
// Puts the entries back as they were before the decision.
Result<analysis::Decision> UndoRegisterDecision(store::Connection& connection, const DecisionRow& decision,
                                                const KeptSetup& setup);

// processes, agreements, goals; the history of an entry of each; what an import of a sheet would do.
std::vector<analysis::Analysis> RegisterAnalyses();

// The rest is for the files of registers alone.

struct RegisterEntry {
  std::int64_t number = 0;  // 0: not numbered yet
  nlohmann::json fields = nlohmann::json::object();
  bool is_retired = false;

  std::string Text(std::string_view field) const;
  bool operator==(const RegisterEntry&) const = default;
};

// The newest version of each entry, by number.
Result<std::vector<RegisterEntry>> ReadEntries(store::Session& session, const RegisterKind& kind);

MetricFinder MetricsOf(store::Session& session, std::int64_t data_version);
Result<std::string> ReportCurrency(store::Session& session, std::int64_t data_version);

// The fields that are given, as text or as a list of texts.
struct EntryParams {
  explicit EntryParams(const RegisterKind& register_kind) : kind(&register_kind) {}
  const RegisterKind* kind;
  std::int64_t id = 0;
  nlohmann::json fields = nlohmann::json::object();  // of those that somebody gave
  std::string period;
  static std::vector<analysis::ParamSpec> Specs(const RegisterKind& kind);
  static Result<EntryParams> Read(const RegisterKind& kind, const analysis::RawParams& raw);
};

// A goal that is a part of itself, or of one that is not there.
Status CheckParent(const RegisterEntry& entry, const std::vector<RegisterEntry>& all);

}  // namespace weir::workspace
