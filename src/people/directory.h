// The members and what holds of them, to find people by what somebody wrote and to check what is to change.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "people/refusal.h"
#include "people/roster.h"
#include "store/engine.h"
#include "store/value.h"

namespace weir::people {

struct Known {
  std::string value;   // as kept: a code, an id, a date
  std::string origin;  // decision, source, guess; empty: nothing is known
};

struct Member {
  std::string id;
  std::string name;
  std::string email;
  std::map<std::string, Known, std::less<>> known;  // by field
};

// One value that is to hold of one member from a day on; 1900-01-01 is always. An empty value gives the word back to
// the sources.
struct Change {
  const Member* member = nullptr;
  std::string field;
  std::string value;
  Date since;
  std::uint64_t line = 0;  // of a table
};

// When somebody came and went holds always, not from a day on.
bool IsDay(std::string_view field);

inline constexpr Date kAlways{-25567};  // 1900-01-01
inline constexpr std::string_view kNewTeam = "weir:";

class Directory {
 public:
  // Columns of `members`: member_id, name, email, then value and origin of each of kFields in their order; of `teams`:
  // team_id, name.
  Directory(const store::Rows& members, const store::Rows& teams);
  // `standings` is what follows FROM: one row a member, as in member_standing; `teams` selects team_id and name, of
  // which a team may have several.
  static Result<Directory> Read(store::Session& session, std::string_view standings, std::string_view teams);
  // What holds as of the moment asked for, as the caller sees it.
  static Result<Directory> ReadVisible(store::Session& session);

  const std::vector<Member>& members() const { return members_; }
  // By id, address or name. The error says whether nobody or several are meant.
  Result<const Member*> Find(std::string_view who) const;
  // What is kept for what somebody wrote: the code of a department or function, the id of a team or member, a date.
  Result<std::string> ValueOf(std::string_view field, std::string_view written) const;
  bool HasTeam(std::string_view id) const { return teams_.contains(id); }
  // What the value is called: the name of a team or member; other values are called what they are.
  std::string NameOf(std::string_view field, const std::string& value) const;
  // What the row says, without what holds already and is no guess. `since` is for rows without a day of their own.
  Checked<std::vector<Change>> ChangesOf(const RosterRow& row, Date since) const;

 private:
  Checked<const Member*> Meant(std::string_view who) const;
  Checked<std::string> Kept(std::string_view field, std::string_view written) const;
  Checked<std::string> TeamOf(std::string_view written) const;

  std::vector<Member> members_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_word_;  // address or name
  std::map<std::string, std::string, std::less<>> teams_;                 // id -> name
};

// That a member does not leave before having come, and is not his own manager: why not, if not.
std::optional<Refusal> CheckTogether(const std::vector<Change>& changes);

}  // namespace weir::people
