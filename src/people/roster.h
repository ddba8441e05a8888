// A list of people as somebody pastes it: a table with a header, commas, semicolons or tabs, of names or addresses and
// what is to hold of them. Headers may be in English or Russian; an empty cell says nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.h"
#include "base/result.h"
#include "base/time.h"
#include "people/refusal.h"

namespace weir::people {

// What can be decided about a member, as `meta.member_change` and the parameters of `people.set` call it.
inline constexpr std::string_view kFields[] = {"department", "function", "team", "manager", "started_on", "ended_on"};

struct RosterCell {
  std::string text;
  std::uint64_t column = 0;  // from 1
};

struct RosterRow {
  std::uint64_t line = 0;
  RosterCell who;                                        // address, name or id
  RosterCell since;                                      // empty: as the whole list says
  std::map<std::string, RosterCell, std::less<>> cells;  // by field
};

struct Roster {
  std::vector<RosterRow> rows;
  std::vector<std::string> unknown;  // headers that say nothing to us
  // With line and column: no header that names people, nothing to change, cells that do not fit the header.
  std::vector<Refusal> refused;
  std::size_t refused_rows = 0;
};

// Fails where the text is no table.
Result<Roster> ReadRoster(const std::string& text);

// 2026-11-23, or 23.11.2026.
std::optional<Date> ReadDay(std::string_view text);

}  // namespace weir::people
