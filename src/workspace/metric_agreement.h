// What departments agree on of metrics, as rows of the workspace: proposed definitions with their approvals, and sealed
// months. Each change is a row more, the newest of a proposal or of a month counts. Internal to workspace/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/decimal.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace weir::workspace {

std::span<const std::string_view> AgreementMigrations();
// Views of schema scoped over them.
std::span<const std::string_view> AgreementViews();

struct Approval {
  std::string department = {};
  std::string who = {};
  std::string at = {};  // an instant, as text
};

// States: proposed, in_force (once approved by all owners), declined, withdrawn, undone.
inline constexpr std::string_view kProposed = "proposed";
inline constexpr std::string_view kInForce = "in_force";
inline constexpr std::string_view kDeclined = "declined";
inline constexpr std::string_view kWithdrawn = "withdrawn";
inline constexpr std::string_view kUndone = "undone";

struct Proposal {
  std::int64_t id = 0;
  std::string metric = {};
  std::int64_t version = 0;
  std::string text = {};  // the definition as TOML
  std::string note = {};
  std::string state = std::string(kProposed);
  std::vector<std::string> owners = {};  // departments that have to approve
  std::vector<Approval> approvals = {};
  std::string proposed_by = {};
  Instant proposed_at = {};
  std::string reason = {};  // of a proposal that was declined or withdrawn

  std::vector<std::string> Waiting() const;  // owners that have not approved
  nlohmann::json Fields() const;
  static std::optional<Proposal> FromFields(const nlohmann::json& fields);
};

struct Seal {
  std::string metric = {};
  Date month = {};  // its first day
  bool is_sealed = true;
  Decimal value = {};
  std::string type = {};  // of the column of the number: "money", "integer", ...
  std::string unit = {};
  std::int64_t definition_version = 0;
  std::int64_t known_at = 0;  // what the number rests on
  Instant as_of = {};
  std::string note = {};

  std::string Subject() const;
  nlohmann::json Fields() const;
  static std::optional<Seal> FromFields(const nlohmann::json& fields);
};

// Who wrote a row, and with which decision.
struct Stamp {
  std::string who = {};
  Instant at = {};
  std::int64_t data_version = 0;
};

Result<std::optional<Proposal>> FindProposal(store::Session& session, std::int64_t id);
// The one of the metric that waits for approvals.
Result<std::optional<Proposal>> FindOpenProposal(store::Session& session, std::string_view metric);
Result<std::int64_t> NextProposal(store::Session& session);
Status WriteProposal(store::Session& session, const Proposal& proposal, const Stamp& stamp);

// Sealed or unsealed; nothing where the month never was.
Result<std::optional<Seal>> FindSeal(store::Session& session, std::string_view metric, Date month);
Status WriteSeal(store::Session& session, const Seal& seal, const Stamp& stamp);

}  // namespace weir::workspace
