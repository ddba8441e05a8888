#include "workspace/metric_agreement.h"

#include <algorithm>
#include <array>

namespace weir::workspace {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kMigrations{
    R"(CREATE TABLE meta.metric_proposal (
      proposal_id BIGINT NOT NULL, metric VARCHAR NOT NULL, version BIGINT NOT NULL, text VARCHAR NOT NULL, note VARCHAR NOT NULL,
      state VARCHAR NOT NULL, owners VARCHAR NOT NULL, approvals VARCHAR NOT NULL, proposed_by VARCHAR NOT NULL,
      proposed_at TIMESTAMP NOT NULL, reason VARCHAR NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL,
      data_version BIGINT NOT NULL))",
    "CREATE SEQUENCE meta.metric_proposal_number",
    // The number is kept as its digits: it is compared with that of another day in every one of them.
    R"(CREATE TABLE meta.metric_seal (
      metric VARCHAR NOT NULL, month DATE NOT NULL, is_sealed BOOLEAN NOT NULL, value VARCHAR NOT NULL, type VARCHAR NOT NULL,
      unit VARCHAR NOT NULL, definition_version BIGINT NOT NULL, known_at BIGINT NOT NULL, as_of TIMESTAMP NOT NULL,
      note VARCHAR NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL, data_version BIGINT NOT NULL))",
};

// A sealed number is of all rows: who sees a part of them is not told.
constexpr std::array<std::string_view, 2> kViews{
    R"(CREATE OR REPLACE VIEW scoped.metric_proposal AS
SELECT proposal_id, metric, version, text, note, state, owners, approvals, proposed_by, proposed_at, reason, changed_by,
  changed_at, data_version
FROM meta.metric_proposal)",
    R"(CREATE OR REPLACE VIEW scoped.metric_seal AS
SELECT metric, month, is_sealed, value, type, unit, definition_version, known_at, as_of, note, changed_by, changed_at,
  data_version
FROM meta.metric_seal
WHERE coalesce(getvariable('sees_all_rows'), FALSE))",
};

constexpr std::string_view kNewestProposals = R"(
SELECT proposal_id, metric, version, text, note, state, owners, approvals, proposed_by, proposed_at, reason
FROM (SELECT *, row_number() OVER (PARTITION BY proposal_id ORDER BY data_version DESC NULLS LAST) AS place
      FROM meta.metric_proposal) AS p
WHERE place = 1)";

json ToJson(const std::vector<Approval>& approvals) {
  json list = json::array();
  for (const Approval& one : approvals) {
    list.push_back({{"department", one.department}, {"who", one.who}, {"at", one.at}});
  }
  return list;
}

std::vector<Approval> ApprovalsFrom(const json& list) {
  std::vector<Approval> approvals;
  for (const json& one : list) {
    approvals.push_back(
        {.department = one.value("department", ""), .who = one.value("who", ""), .at = one.value("at", "")});
  }
  return approvals;
}

Instant InstantFrom(const std::string& text) { return ParseIsoInstant(text).value_or(Instant{}); }

Proposal ProposalAt(const store::Rows& rows, std::size_t row) {
  return {.id = rows.IntegerAt(row, 0),
          .metric = rows.TextAt(row, 1),
          .version = rows.IntegerAt(row, 2),
          .text = rows.TextAt(row, 3),
          .note = rows.TextAt(row, 4),
          .state = rows.TextAt(row, 5),
          .owners = json::parse(rows.TextAt(row, 6)).get<std::vector<std::string>>(),
          .approvals = ApprovalsFrom(json::parse(rows.TextAt(row, 7))),
          .proposed_by = rows.TextAt(row, 8),
          .proposed_at = std::get<Instant>(rows.rows[row][9]),
          .reason = rows.TextAt(row, 10)};
}

Result<std::optional<Proposal>> OnlyOne(store::Session& session, std::string_view condition,
                                        const store::Value& value) {
  const std::array<store::Value, 1> parameters{value};
  WEIR_TRY(
      const store::Rows rows,
      session.Query(fmt::format("{} AND {} ORDER BY proposal_id NULLS LAST", kNewestProposals, condition), parameters));
  if (rows.size() == 0) return std::optional<Proposal>();
  return std::optional(ProposalAt(rows, 0));
}

}  // namespace

std::span<const std::string_view> AgreementMigrations() { return kMigrations; }
std::span<const std::string_view> AgreementViews() { return kViews; }

std::vector<std::string> Proposal::Waiting() const {
  std::vector<std::string> waiting;
  for (const std::string& owner : owners) {
    if (std::ranges::find(approvals, owner, &Approval::department) == approvals.end()) waiting.push_back(owner);
  }
  return waiting;
}

json Proposal::Fields() const {
  return {{"proposal", id},
          {"metric", metric},
          {"version", version},
          {"text", text},
          {"note", note},
          {"state", state},
          {"owners", owners},
          {"approvals", ToJson(approvals)},
          {"proposed_by", proposed_by},
          {"proposed_at", FormatInstant(proposed_at)},
          {"reason", reason}};
}

std::optional<Proposal> Proposal::FromFields(const json& fields) {
  if (!fields.is_object()) return std::nullopt;
  return Proposal{.id = fields.value("proposal", std::int64_t{0}),
                  .metric = fields.value("metric", ""),
                  .version = fields.value("version", std::int64_t{0}),
                  .text = fields.value("text", ""),
                  .note = fields.value("note", ""),
                  .state = fields.value("state", ""),
                  .owners = fields.value("owners", std::vector<std::string>{}),
                  .approvals = ApprovalsFrom(fields.value("approvals", json::array())),
                  .proposed_by = fields.value("proposed_by", ""),
                  .proposed_at = InstantFrom(fields.value("proposed_at", "")),
                  .reason = fields.value("reason", "")};
}

std::string Seal::Subject() const { return fmt::format("seal:{}:{}", metric, FormatDate(month).substr(0, 7)); }

json Seal::Fields() const {
  return {{"metric", metric},
          {"month", FormatDate(month)},
          {"sealed", is_sealed},
          {"value", FormatDecimalFixed(value)},
          {"type", type},
          {"unit", unit},
          {"definition_version", definition_version},
          {"known_at", known_at},
          {"as_of", FormatInstant(as_of)},
          {"note", note}};
}

std::optional<Seal> Seal::FromFields(const json& fields) {
  if (!fields.is_object()) return std::nullopt;
  return Seal{.metric = fields.value("metric", ""),
              .month = ParseIsoDate(fields.value("month", "")).value_or(Date{}),
              .is_sealed = fields.value("sealed", false),
              .value = ParsePlainDecimal(fields.value("value", "")).value_or(Decimal{}),
              .type = fields.value("type", ""),
              .unit = fields.value("unit", ""),
              .definition_version = fields.value("definition_version", std::int64_t{0}),
              .known_at = fields.value("known_at", std::int64_t{0}),
              .as_of = InstantFrom(fields.value("as_of", "")),
              .note = fields.value("note", "")};
}

Result<std::optional<Proposal>> FindProposal(store::Session& session, std::int64_t id) {
  return OnlyOne(session, "proposal_id = ?", id);
}

Result<std::optional<Proposal>> FindOpenProposal(store::Session& session, std::string_view metric) {
  return OnlyOne(session, "state = 'proposed' AND metric = ?", std::string(metric));
}

Result<std::int64_t> NextProposal(store::Session& session) {
  return session.QueryInteger("SELECT nextval('meta.metric_proposal_number')");
}

Status WriteProposal(store::Session& session, const Proposal& proposal, const Stamp& stamp) {
  const std::array<store::Value, 14> cells{proposal.id,
                                           proposal.metric,
                                           proposal.version,
                                           proposal.text,
                                           proposal.note,
                                           proposal.state,
                                           json(proposal.owners).dump(),
                                           ToJson(proposal.approvals).dump(),
                                           proposal.proposed_by,
                                           proposal.proposed_at,
                                           proposal.reason,
                                           stamp.who,
                                           stamp.at,
                                           stamp.data_version};
  WEIR_TRY(
      session.Execute("INSERT INTO meta.metric_proposal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", cells));
  return {};
}

Result<std::optional<Seal>> FindSeal(store::Session& session, std::string_view metric, Date month) {
  const std::array<store::Value, 2> key{std::string(metric), month};
  WEIR_TRY(
      const store::Rows rows,
      session.Query("SELECT is_sealed, value, type, unit, definition_version, known_at, as_of, note FROM "
                    "meta.metric_seal WHERE metric = ? AND month = ? ORDER BY data_version DESC NULLS LAST LIMIT 1",
                    key));
  if (rows.size() == 0) return std::optional<Seal>();
  return std::optional(Seal{.metric = std::string(metric),
                            .month = month,
                            .is_sealed = std::get<bool>(rows.rows[0][0]),
                            .value = ParsePlainDecimal(rows.TextAt(0, 1)).value_or(Decimal{}),
                            .type = rows.TextAt(0, 2),
                            .unit = rows.TextAt(0, 3),
                            .definition_version = rows.IntegerAt(0, 4),
                            .known_at = rows.IntegerAt(0, 5),
                            .as_of = std::get<Instant>(rows.rows[0][6]),
                            .note = rows.TextAt(0, 7)});
}

Status WriteSeal(store::Session& session, const Seal& seal, const Stamp& stamp) {
  const std::array<store::Value, 13> cells{seal.metric,
                                           seal.month,
                                           seal.is_sealed,
                                           FormatDecimalFixed(seal.value),
                                           seal.type,
                                           seal.unit,
                                           seal.definition_version,
                                           seal.known_at,
                                           seal.as_of,
                                           seal.note,
                                           stamp.who,
                                           stamp.at,
                                           stamp.data_version};
  WEIR_TRY(session.Execute("INSERT INTO meta.metric_seal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", cells));
  return {};
}

}  // namespace weir::workspace
