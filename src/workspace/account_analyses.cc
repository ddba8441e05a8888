#include "workspace/account_analyses.h"

#include <array>

#include "analysis/columns.h"
#include "store/database.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Info;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::ReadTable;
using analysis::TableSpec;
using analysis::Text;

const TableSpec& UsersTable() {
  static const TableSpec table{
      .name = "users",
      .title = {"Accounts", "Учётные записи"},
      .key = {"name"},
      .columns = {Of("name", ColumnType::kText, "Name", "Имя"),
                  Of("display_name", ColumnType::kText, "Shown as", "Показывать как"),
                  Of("email", ColumnType::kText, "E-mail", "Почта"), Of("role", ColumnType::kText, "Role", "Роль"),
                  Of("department", ColumnType::kText, "Department", "Отдел"),
                  Of("teams", ColumnType::kJson, "Teams", "Команды"),
                  Of("member", ColumnType::kText, "Is the member", "Сотрудник"),
                  Of("member_team", ColumnType::kText, "Team of the member", "Команда сотрудника"),
                  Of("sees_all_rows", ColumnType::kBoolean, "Sees all rows", "Видит все строки"),
                  Of("sees_personal_data", ColumnType::kBoolean, "Sees personal data", "Видит личные данные"),
                  Of("is_active", ColumnType::kBoolean, "Active", "Активна"),
                  Of("has_password", ColumnType::kBoolean, "Has a password", "Пароль задан"),
                  Of("created_at", ColumnType::kInstant, "Created", "Создана"),
                  Of("last_login_at", ColumnType::kInstant, "Last sign-in", "Последний вход")},
      .chart = {}};
  return table;
}

Result<Output> RunUsers(const NoParams& /*params*/, Context& context) {
  WEIR_TRY(analysis::Table table, ReadTable(UsersTable(), context.session(), R"(
    SELECT a.name, a.display_name, a.email, a.role, a.department, a.teams, m.name AS member, m.team AS member_team,
      a.sees_all_rows, a.sees_personal_data, a.is_active, a.password_hash <> '' AS has_password, a.created_at, a.last_login_at
    FROM access.account AS a
    LEFT JOIN (
      SELECT lower(email) AS email, min(member_id) AS member_id FROM scoped.member WHERE email IS NOT NULL GROUP BY lower(email)
    ) AS by_email ON by_email.email = a.email
    LEFT JOIN scoped.member AS m ON m.member_id = by_email.member_id
    WHERE NOT a.is_removed
    ORDER BY a.name NULLS LAST)"));
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

struct AuditParams {
  std::string who;
  std::string what;
  std::int64_t newest = 10'000;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "who", .help = {"Only this account", "Только эта учётная запись"}}, who);
    visitor.Add({.name = "what", .help = {"Only this event, such as login", "Только это событие, например login"}},
                what);
    visitor.Add({.name = "newest", .help = {"So many of the newest events", "Столько последних событий"}}, newest);
  }
};

const TableSpec& AuditTable() {
  static const TableSpec table{
      .name = "audit",
      .title = {"Audit log", "Журнал аудита"},
      .key = {"audit_id"},
      .columns = {Of("audit_id", ColumnType::kInteger, "Number", "Номер"),
                  Of("at", ColumnType::kInstant, "When", "Когда"), Of("who", ColumnType::kText, "Who", "Кто"),
                  Of("address", ColumnType::kText, "From where", "Откуда"),
                  Of("what", ColumnType::kText, "What", "Что"), Of("subject", ColumnType::kText, "Of what", "С чем"),
                  Of("outcome", ColumnType::kText, "Outcome", "Итог")},
      .chart = {}};
  return table;
}

Result<Output> RunAudit(const AuditParams& params, Context& context) {
  if (params.newest < 1) return Fail(BadUsage("'newest' is a number from 1").Field("newest"));
  const std::array<store::Value, 5> values{params.who, params.who, params.what, params.what, params.newest};
  WEIR_TRY(analysis::Table table, ReadTable(AuditTable(), context.session(), R"(
    SELECT audit_id, "at", who, address, what, subject, outcome
    FROM access.audit
    WHERE (? = '' OR who = ?) AND (? = '' OR what = ?)
    ORDER BY audit_id DESC NULLS LAST
    LIMIT ?)",
                                            values));
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

Info InfoOf(std::string id, std::string right, Text title, Text help, const TableSpec& table) {
  Info info;
  info.id = std::move(id);
  info.right = std::move(right);
  info.title = std::move(title);
  info.help = std::move(help);
  info.tables = {table};
  info.is_cacheable = false;  // it changes without a data version
  return info;
}

}  // namespace

std::vector<analysis::Analysis> AccountAnalyses() {
  std::vector<analysis::Analysis> all;
  all.push_back(analysis::Declare<NoParams>(
      InfoOf("user.list", "users", {"Accounts", "Учётные записи"},
             {"Who may sign in, and what each sees", "Кто может войти и что видит каждый"}, UsersTable()),
      &RunUsers));
  all.push_back(
      analysis::Declare<AuditParams>(InfoOf("audit", "audit", {"Audit log", "Журнал аудита"},
                                            {"Who did what, when and from where; ids, never values of customers",
                                             "Кто, что, когда и откуда сделал; идентификаторы, без данных клиентов"},
                                            AuditTable()),
                                     &RunAudit));
  return all;
}

}  // namespace weir::workspace
