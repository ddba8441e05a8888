// By what a record of a company or a person is one with others for certain, as a text: two records with one text are
// one. What takes more than the record itself (names within a source, merges, contacts) is in certain_keys.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

// Stands between the kind of a key and the key.
inline constexpr char kPart = '\x1f';
std::string KeyText(std::string_view kind, std::string_view key);

struct CertainKey {
  std::string text;
  std::string_view reason;  // "same e-mail"
  bool names_key = false;   // the reason ends with the key
};

// An address of one's own, a shared mailbox together with the name, a phone together with the name. `email` in lower
// case, `phone` in E.164 where its country is known; empty where the record has none.
std::vector<CertainKey> KeysOfPerson(std::string_view email, std::string_view phone, std::string_view name);
// A domain, in lower case, and a tax id.
std::vector<CertainKey> KeysOfAccount(std::string_view domain, std::string_view tax_id);

}  // namespace weir::identity
