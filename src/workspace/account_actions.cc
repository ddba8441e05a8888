#include "workspace/account_actions.h"

#include <algorithm>
#include <array>
#include <optional>

#include "access/account.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using access::AccountChange;
using access::AccountFields;
using analysis::Action;
using analysis::Decision;
using analysis::ParamVisitor;
using analysis::RawParams;
using analysis::Text;

constexpr std::string_view kAdd = "user.add";
constexpr std::string_view kSet = "user.set";
constexpr std::string_view kDisable = "user.disable";
constexpr std::string_view kEnable = "user.enable";
constexpr std::string_view kRemove = "user.remove";

void DescribeName(ParamVisitor& visitor, std::string& name) {
  visitor.Add(
      {.name = "name", .help = {"Name of the account", "Имя учётной записи"}, .required = true, .positional = true},
      name);
}

struct NameParams {
  std::string name;
  void Describe(ParamVisitor& visitor) { DescribeName(visitor, name); }
};

struct FieldParams {
  std::string name, email, display_name, role, department, rows, personal;
  std::vector<std::string> teams;
  void Describe(ParamVisitor& visitor) {
    DescribeName(visitor, name);
    visitor.Add(
        {.name = "role", .help = {"What the person may do", "Что может человек"}, .allowed = access::RoleNames()},
        role);
    visitor.Add({.name = "email", .help = {"E-mail address, good for signing in", "Почта, годится для входа"}}, email);
    visitor.Add({.name = "display_name", .help = {"Name as it is shown", "Имя, как его показывать"}}, display_name);
    visitor.Add({.name = "department", .help = {"Department", "Отдел"}}, department);
    visitor.Add({.name = "teams", .help = {"Ids of teams", "Идентификаторы команд"}}, teams);
    visitor.Add({.name = "rows",
                 .help = {"Which rows a viewer sees: all, or those of the teams",
                          "Какие строки видит наблюдатель: все или строки своих команд"},
                 .allowed = {"all", "teams"}},
                rows);
    visitor.Add({.name = "personal",
                 .help = {"Names, addresses and phones of customers' people: shown or masked; default by the role",
                          "Имена, адреса и телефоны людей клиентов: показывать или скрыть; по умолчанию по роли"},
                 .allowed = {"shown", "masked"}},
                personal);
  }
};

std::optional<std::string> FieldOf(const RawParams& params, std::string_view name) {
  const auto found = params.find(name);
  if (found == params.end()) return std::nullopt;
  return found->second.empty() ? std::string() : found->second.front();
}

// What was not named stays as it is; what was named empty is emptied.
Result<AccountFields> FieldsOf(const RawParams& raw) {
  WEIR_TRY(const FieldParams params, analysis::Bind<FieldParams>(raw));
  AccountFields fields{.email = FieldOf(raw, "email"),
                       .display_name = FieldOf(raw, "display_name"),
                       .role = FieldOf(raw, "role"),
                       .department = FieldOf(raw, "department"),
                       .teams = {},
                       .rows = FieldOf(raw, "rows"),
                       .personal = FieldOf(raw, "personal")};
  if (raw.contains("teams")) fields.teams = params.teams;
  for (auto* field : {&fields.role, &fields.rows, &fields.personal}) {
    if (*field && (*field)->empty()) field->reset();
  }
  return fields;
}

// Writes the decision beside the change, and keeps it for the answer.
class Recorder {
 public:
  Recorder(std::string_view action, const AccountActionSetup& setup, std::optional<std::int64_t> undoes = {})
      : action_(action), setup_(setup), undoes_(undoes) {}

  Status Record(store::Session& session, const AccountChange& change) {
    row_ = {.id = 0,
            .data_version = 0,
            .action = action_,
            .subject = "user:" + change.after.name,
            .before = change.before ? access::FieldsJson(*change.before) : std::string("null"),
            .after = access::FieldsJson(change.after),
            .undone_by = {}};
    WEIR_TRY(row_.data_version, NewestVersion(session));
    WEIR_TRY(row_.id, AppendDecision(session, row_, setup_.principal.user, setup_.reason, setup_.now, undoes_));
    return {};
  }

  access::Witness AsWitness() {
    return [this](store::Session& session, const AccountChange& change) { return Record(session, change); };
  }

  Decision Take() const { return DecisionOf(row_); }

 private:
  std::string action_;
  const AccountActionSetup& setup_;
  std::optional<std::int64_t> undoes_;
  DecisionRow row_;
};

template <typename P>
Action Declared(std::string_view id, Text title, Text help) {
  analysis::Info info;
  info.id = std::string(id);
  info.title = std::move(title);
  info.help = std::move(help);
  info.right = "users";
  info.tables = {DecisionTable()};
  return {.info = std::move(info), .params = analysis::SpecsOf<P>(), .inverse = {}, .changes_model = false};
}

Status Apply(std::string_view action, const RawParams& params, const AccountActionSetup& setup, Recorder& recorder) {
  const access::Witness witness = recorder.AsWitness();
  if (action == kAdd || action == kSet) {
    WEIR_TRY(const AccountFields fields, FieldsOf(params));
    const std::string name = FieldOf(params, "name").value_or("");
    if (action == kAdd) {
      WEIR_TRY(setup.access.Add(name, fields, setup.principal, witness));
    } else {
      WEIR_TRY(setup.access.Set(name, fields, setup.principal, witness));
    }
    return {};
  }
  WEIR_TRY(const NameParams named, analysis::Bind<NameParams>(params));
  if (action == kRemove) {
    WEIR_TRY(setup.access.SetRemoved(named.name, true, setup.principal, witness));
  } else {
    WEIR_TRY(setup.access.SetActive(named.name, action == kEnable, setup.principal, witness));
  }
  return {};
}

}  // namespace

std::vector<Action> AccountActions() {
  std::vector<Action> all;
  all.push_back(Declared<FieldParams>(kAdd, {"Add an account", "Добавить учётную запись"},
                                      {"The person can sign in once a password is set; the first account is an owner",
                                       "Человек сможет войти, когда задан пароль; первая запись — владелец"}));
  all.push_back(Declared<FieldParams>(kSet, {"Change an account", "Изменить учётную запись"},
                                      {"What is not named stays as it is", "Что не названо, остаётся как есть"}));
  all.push_back(Declared<NameParams>(
      kDisable, {"Disable an account", "Отключить учётную запись"},
      {"Nobody signs in with it, and its sessions end", "Войти с ней нельзя, её сеансы завершаются"}));
  all.push_back(Declared<NameParams>(kEnable, {"Enable an account", "Включить учётную запись"},
                                     {"It may sign in again", "С ней снова можно войти"}));
  all.push_back(Declared<NameParams>(
      kRemove, {"Remove an account", "Удалить учётную запись"},
      {"Its password is forgotten and its sessions end; its name stays in the audit log and is not given again",
       "Пароль забывается, сеансы завершаются; имя остаётся в журнале и больше не выдаётся"}));
  return all;
}

bool IsAccountAction(std::string_view action) {
  static constexpr std::array<std::string_view, 5> kAll{kAdd, kSet, kDisable, kEnable, kRemove};
  return std::ranges::find(kAll, action) != kAll.end();
}

Result<Decision> PerformAccountAction(std::string_view action, const RawParams& params,
                                      const AccountActionSetup& setup) {
  Recorder recorder(action, setup);
  WEIR_TRY(Apply(action, params, setup, recorder));
  return recorder.Take();
}

Result<Decision> UndoAccountDecision(const DecisionRow& decision, const AccountActionSetup& setup) {
  Recorder recorder(kUndoDecision, setup, decision.id);
  const access::Witness witness = recorder.AsWitness();
  const std::string name = decision.subject.substr(decision.subject.find(':') + 1);
  if (decision.action == kAdd) {
    WEIR_TRY(setup.access.SetRemoved(name, true, setup.principal, witness));
  } else if (decision.action == kRemove) {
    WEIR_TRY(setup.access.SetRemoved(name, false, setup.principal, witness));
  } else if (decision.action == kSet) {
    WEIR_TRY(const AccountFields fields, access::FieldsFromJson(decision.before));
    WEIR_TRY(setup.access.Set(name, fields, setup.principal, witness));
  } else {
    WEIR_TRY(setup.access.SetActive(name, decision.action == kDisable, setup.principal, witness));
  }
  return recorder.Take();
}

}  // namespace weir::workspace
