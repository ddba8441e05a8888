#include "identity/record_keys.h"

#include <fmt/format.h>

#include "base/text.h"
#include "identity/contact.h"

namespace weir::identity {

std::string KeyText(std::string_view kind, std::string_view key) { return fmt::format("{}{}{}", kind, kPart, key); }

std::vector<CertainKey> KeysOfPerson(std::string_view email, std::string_view phone, std::string_view name) {
  std::vector<CertainKey> keys;
  const bool is_role = !email.empty() && IsRoleAddress(email);
  const std::string name_key = is_role || !phone.empty() ? NameKey(name) : std::string();
  if (!email.empty() && !is_role) keys.push_back({KeyText("email", email), "same e-mail"});
  if (name_key.empty()) return keys;
  if (is_role) {
    keys.push_back({KeyText("role", fmt::format("{}{}{}", email, kPart, name_key)), "same shared mailbox and name"});
  }
  if (!phone.empty()) {
    keys.push_back({KeyText("phone", fmt::format("{}{}{}", phone, kPart, name_key)), "same phone and name"});
  }
  return keys;
}

std::vector<CertainKey> KeysOfAccount(std::string_view domain, std::string_view tax_id) {
  std::vector<CertainKey> keys;
  if (!domain.empty()) keys.push_back({KeyText("domain", domain), "same domain", true});
  if (!tax_id.empty()) keys.push_back({KeyText("tax_id", tax_id), "same tax id"});
  return keys;
}

}  // namespace weir::identity
