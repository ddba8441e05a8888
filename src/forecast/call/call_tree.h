// The lines of the call: the company, its teams with those below them, and the people in them. Internal to call/.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "forecast/call/roll_up.h"

namespace weir::forecast {

struct CallLine {
  std::string node = {};  // company, team:ID, member:ID, no_team
  std::string kind = {};  // company, team, member, no_team
  std::string id = {};
  std::string name = {};
  std::string team_id = {};  // of a team its own, of a member where he is; empty elsewhere
  std::int32_t parent = -1;  // place of the line above
  std::int64_t depth = 0;
  bool is_expected = false;  // a seller who works here: a word is expected of him
};

struct CallTree {
  std::vector<CallLine> lines = {};  // each before those below it; teams and people by name
  std::map<std::string, std::size_t, std::less<>> places = {};
  std::map<std::string, std::size_t, std::less<>> team_lines = {};  // of every team, that of its line or the one above

  std::vector<CallNode> Nodes() const;
  // Of a team that has no line the one above; nodes.size() where there is none.
  std::size_t LineOfTeam(const std::string& team_id) const;
};

// Lines that have to be there: people and teams that said something or have deals in the period.
struct CallPresent {
  std::set<std::string, std::less<>> members = {};
  std::set<std::string, std::less<>> teams = {};
};

// Of what the caller sees; of the team alone, by name or id, where one is asked about. Teams in which nobody sells and
// nothing was said are left out, unless that are all. Members who sell and have ever had a deal, and those present, are
// lines; where nobody has, all who sell.
Result<CallTree> ReadCallTree(const std::string& team, const CallPresent& present, analysis::Context& context);

}  // namespace weir::forecast
