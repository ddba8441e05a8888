#include "access/tables.h"

#include <array>

namespace weir::access {
namespace {

constexpr std::array<std::string_view, 6> kMigrations{
    "CREATE SCHEMA IF NOT EXISTS access",
    // teams: a JSON list. A name is never given twice, so that the audit log means one person by it.
    R"(CREATE TABLE access.account (
      name VARCHAR NOT NULL, email VARCHAR NOT NULL, display_name VARCHAR NOT NULL, role VARCHAR NOT NULL,
      department VARCHAR NOT NULL, teams VARCHAR NOT NULL, sees_all_rows BOOLEAN NOT NULL,
      sees_personal_data BOOLEAN NOT NULL, is_active BOOLEAN NOT NULL, is_removed BOOLEAN NOT NULL,
      password_hash VARCHAR NOT NULL, language VARCHAR NOT NULL, theme VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL,
      last_login_at TIMESTAMP))",
    // A session is known by a hash of its cookie: whoever reads the file cannot use one.
    R"(CREATE TABLE access.session (
      hash VARCHAR NOT NULL, account VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL, last_used_at TIMESTAMP NOT NULL,
      address VARCHAR NOT NULL, agent VARCHAR NOT NULL))",
    // Append-only: no statement of the program changes or deletes a row.
    R"(CREATE TABLE access.audit (
      audit_id BIGINT NOT NULL, "at" TIMESTAMP NOT NULL, who VARCHAR NOT NULL, address VARCHAR NOT NULL,
      what VARCHAR NOT NULL, subject VARCHAR NOT NULL, outcome VARCHAR NOT NULL))",
    // How often who asked for what on a day: several rows of a use add up.
    R"(CREATE TABLE access.use (
      day DATE NOT NULL, who VARCHAR NOT NULL, department VARCHAR NOT NULL, kind VARCHAR NOT NULL,
      thing VARCHAR NOT NULL, asks BIGINT NOT NULL))",
    // The times in which that was written down without a gap.
    R"(CREATE TABLE access.use_span (
      number BIGINT NOT NULL, began_on DATE NOT NULL, kept_until DATE NOT NULL, is_on BOOLEAN NOT NULL))",
};

}  // namespace

std::span<const std::string_view> Migrations() { return kMigrations; }

Status Tables::Write(const std::function<Status(store::Session&)>& change) {
  const std::lock_guard lock(mutex_);
  if (!is_writable_) return Fail(Forbidden("the workspace is open for reading only"));
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection_));
  WEIR_TRY(change(connection_));
  return transaction.Commit();
}

Result<store::Rows> Tables::Read(std::string_view sql, std::span<const store::Value> parameters) {
  const std::lock_guard lock(mutex_);
  return connection_.Query(sql, parameters);
}

}  // namespace weir::access
