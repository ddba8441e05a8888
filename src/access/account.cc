#include "access/account.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace weir::access {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestText = 200;

Status CheckText(std::string_view text, std::string_view field) {
  const bool has_control = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (text.size() <= kLongestText && !has_control && IsValidUtf8(text)) return {};
  return Fail(BadUsage("'{}' is not a line of at most {} bytes", field, kLongestText).Field(std::string(field)));
}

Status CheckEmail(std::string_view email) {
  WEIR_TRY(CheckText(email, "email"));
  const std::size_t at = email.find('@');
  const bool is_plain = email.find_first_of(" ,;<>\"") == std::string_view::npos;
  const bool is_whole = at != std::string_view::npos && at > 0 && at + 1 < email.size() &&
                        email.find('@', at + 1) == std::string_view::npos;
  if (email.empty() || (is_plain && is_whole)) return {};
  return Fail(BadUsage("'{}' is not an e-mail address", email).Field("email"));
}

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

Status SetRows(Account& account, const AccountFields& fields, bool is_new) {
  const Sight sight = SightOf(account.role);
  if (fields.rows && *fields.rows != "all" && *fields.rows != "teams") {
    return Fail(BadUsage("'{}' is neither all nor teams", *fields.rows).Field("rows"));
  }
  const bool wants_all = fields.rows && *fields.rows == "all";
  if (sight == Sight::kAllRows && fields.rows && !wants_all) {
    return Fail(BadUsage("the role {} sees all rows", NameOf(account.role)).Field("rows").Mend("Choose another role"));
  }
  if (sight == Sight::kTeams && wants_all) {
    return Fail(
        BadUsage("the role {} sees the rows of its teams", NameOf(account.role)).Field("rows").Mend("Name the teams"));
  }
  if (sight == Sight::kAsSet && !fields.rows && (is_new || fields.role) && account.teams.empty()) {
    return Fail(BadUsage("it is not said what the viewer sees")
                    .Field("rows")
                    .Mend("Say that all rows are seen (rows: all), or name teams"));
  }
  if (sight == Sight::kAllRows) account.sees_all_rows = true;
  if (sight == Sight::kTeams) account.sees_all_rows = false;
  if (sight == Sight::kAsSet && (fields.rows || is_new || fields.role)) account.sees_all_rows = wants_all;
  return {};
}

template <typename T>
std::optional<T> MemberOf(const ordered_json& document, const char* name) {
  const auto found = document.find(name);
  return found == document.end() ? std::nullopt : std::optional<T>(found->get<T>());
}

}  // namespace

Result<std::string> CheckName(std::string_view name) {
  std::string lower = LowerAscii(name);
  const bool is_good = std::ranges::all_of(lower, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
  // "local" is the user of the machine itself.
  if (!lower.empty() && lower.size() <= kLongestName && is_good && lower != "local") return lower;
  return Fail(BadUsage("'{}' is no name for an account", name)
                  .Field("name")
                  .Mend("Use Latin letters, digits, dot, dash and underscore; 'local' is taken"));
}

Result<Account> WithFields(Account account, const AccountFields& fields, bool is_new) {
  if (fields.email) {
    WEIR_TRY(CheckEmail(*fields.email));
    account.email = LowerAscii(*fields.email);
  }
  if (fields.display_name) {
    WEIR_TRY(CheckText(*fields.display_name, "display_name"));
    account.display_name = *fields.display_name;
  }
  if (fields.department) {
    WEIR_TRY(CheckText(*fields.department, "department"));
    account.department = *fields.department;
  }
  if (fields.teams) {
    for (const std::string& team : *fields.teams) WEIR_TRY(CheckText(team, "teams"));
    account.teams = *fields.teams;
    std::erase(account.teams, std::string());
  }
  if (fields.role) {
    WEIR_TRY(account.role, RoleFrom(*fields.role));
  }
  if (account.role == Role::kMember && account.teams.size() > 1 && (fields.role || fields.teams || is_new)) {
    return Fail(BadUsage("a member sees one team, not {}", account.teams.size())
                    .Field("teams")
                    .Mend("Name one team, or choose the role manager"));
  }
  WEIR_TRY(SetRows(account, fields, is_new));
  if (is_new || fields.role) account.sees_personal_data = SeesPersonalData(account.role);
  if (fields.personal) {
    if (*fields.personal != "shown" && *fields.personal != "masked") {
      return Fail(BadUsage("'{}' is neither shown nor masked", *fields.personal).Field("personal"));
    }
    account.sees_personal_data = *fields.personal == "shown";
  }
  return account;
}

std::string FieldsJson(const Account& account) {
  return ordered_json{{"email", account.email},
                      {"display_name", account.display_name},
                      {"role", NameOf(account.role)},
                      {"department", account.department},
                      {"teams", account.teams},
                      {"rows", account.sees_all_rows ? "all" : "teams"},
                      {"personal", account.sees_personal_data ? "shown" : "masked"},
                      {"active", account.is_active},
                      {"removed", account.is_removed}}
      .dump();
}

Result<AccountFields> FieldsFromJson(std::string_view text) {
  const ordered_json document = ordered_json::parse(text, nullptr, false);
  if (!document.is_object()) return Fail(BadUsage("the decision does not hold an account"));
  return AccountFields{.email = MemberOf<std::string>(document, "email"),
                       .display_name = MemberOf<std::string>(document, "display_name"),
                       .role = MemberOf<std::string>(document, "role"),
                       .department = MemberOf<std::string>(document, "department"),
                       .teams = MemberOf<std::vector<std::string>>(document, "teams"),
                       .rows = MemberOf<std::string>(document, "rows"),
                       .personal = MemberOf<std::string>(document, "personal")};
}

namespace {

std::vector<std::string> TeamsOf(const Account& account, const std::optional<StaffMember>& tied) {
  if (account.sees_all_rows) return {};
  const bool is_tied = tied && (account.role == Role::kMember || account.teams.empty());
  if (!is_tied) return account.teams;
  if (!tied->is_active || tied->team_id.empty()) return {};
  return {tied->team_id};
}

}  // namespace

analysis::Principal PrincipalOf(const Account& account, std::string address, const std::optional<StaffMember>& tied) {
  return {.user = account.name,
          .role = std::string(NameOf(account.role)),
          .sees_all_rows = account.sees_all_rows,
          .teams = TeamsOf(account, tied),
          .sees_subteams = SeesSubteams(account.role),
          .sees_personal_data = account.sees_personal_data,
          .rights = RightsOf(account.role),
          .address = std::move(address)};
}

}  // namespace weir::access
