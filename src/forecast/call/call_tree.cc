#include "forecast/call/call_tree.h"

#include <algorithm>
#include <array>

#include "forecast/call/call_words.h"
#include "metrics/analyses.h"
#include "store/engine.h"

namespace weir::forecast {
namespace {

using analysis::Context;

struct TeamRow {
  std::string id = {};
  std::string name = {};
  std::string above = {};
  bool is_kept = false;
};

struct MemberRow {
  std::string id = {};
  std::string name = {};
  std::string team_id = {};
  bool is_expected = false;
};

constexpr std::string_view kTeamsSql =
    "SELECT team_id, name, parent_team_id FROM scoped.team ORDER BY name NULLS LAST, team_id NULLS LAST";
constexpr std::string_view kMembersSql = R"(
SELECT m.member_id, m.name, m.team_id, coalesce(m.is_active, TRUE) AS is_active, s.seller_id IS NOT NULL AS is_seller,
  h.manager_id IS NOT NULL AS is_manager, d.seller_id IS NOT NULL AS has_deals
FROM scoped.member AS m
LEFT JOIN (SELECT DISTINCT manager_id FROM scoped.member WHERE is_active) AS h ON h.manager_id = m.member_id
LEFT JOIN (SELECT DISTINCT seller_id FROM scoped.deal WHERE seller_id IS NOT NULL) AS d ON d.seller_id = m.member_id
LEFT JOIN (SELECT DISTINCT seller_id FROM scoped.seller WHERE valid_to IS NULL OR valid_to > ?) AS s ON s.seller_id = m.member_id
ORDER BY m.name NULLS LAST, m.member_id NULLS LAST)";

Result<std::vector<MemberRow>> ReadMembers(const CallPresent& present, Context& context) {
  const std::array<store::Value, 1> now{context.as_of()};
  WEIR_TRY(const store::Rows rows, context.session().Query(kMembersSql, now));
  const auto is_so = [&](std::size_t row, std::size_t column) { return std::get<bool>(rows.rows[row][column]); };
  // Who sells and has ever had a deal: others call for those who close. Where nobody is known to, all who sell; where
  // it is not known who sells, everybody.
  enum Rank : std::uint8_t { kWorks, kSells, kCloses };
  const auto rank = [&](std::size_t row) { return !is_so(row, 4) ? kWorks : is_so(row, 6) ? kCloses : kSells; };
  Rank asked = kWorks;
  for (std::size_t i = 0; i < rows.size(); ++i) asked = std::max(asked, rank(i));
  std::vector<MemberRow> members;
  members.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    MemberRow member{.id = rows.TextAt(i, 0),
                     .name = rows.TextAt(i, 1),
                     .team_id = rows.TextAt(i, 2),
                     // Who leads others speaks on the line of the team.
                     .is_expected = is_so(i, 3) && rank(i) >= asked && !is_so(i, 5)};
    if (member.is_expected || present.members.contains(member.id)) members.push_back(std::move(member));
  }
  return members;
}

// Every line that the team needs above it.
void Keep(const std::string& team_id, std::map<std::string, TeamRow*, std::less<>>& by_id) {
  std::string next = team_id;
  while (true) {
    const auto found = by_id.find(next);
    if (found == by_id.end() || found->second->is_kept) return;
    found->second->is_kept = true;
    next = found->second->above;
  }
}

class Planter {
 public:
  Planter(std::vector<TeamRow>& teams, std::vector<MemberRow> members) : teams_(teams), members_(std::move(members)) {
    for (TeamRow& team : teams_) by_id_.emplace(team.id, &team);
  }

  void Prune(const CallPresent& present) {
    for (const MemberRow& member : members_) Keep(member.team_id, by_id_);
    for (const std::string& team : present.teams) Keep(team, by_id_);
    if (std::ranges::any_of(teams_, &TeamRow::is_kept)) return;
    for (TeamRow& team : teams_) team.is_kept = true;
  }

  CallTree Company() {
    const std::size_t root = Add({.node = std::string(kCompanyNode), .kind = std::string(kCompanyNode)}, -1);
    for (TeamRow& team : teams_) {
      if (!by_id_.contains(team.above)) AddTeam(team, static_cast<std::int32_t>(root));
    }
    AddHomeless(static_cast<std::int32_t>(root));
    return std::move(tree_);
  }

  // Teams that the caller sees without seeing what is above them.
  CallTree Own() {
    for (TeamRow& team : teams_) {
      if (!by_id_.contains(team.above)) AddTeam(team, -1);
    }
    return std::move(tree_);
  }

  CallTree OfTeam(const std::string& id) {
    by_id_.at(id)->is_kept = true;
    AddTeam(*by_id_.at(id), -1);
    return std::move(tree_);
  }

 private:
  std::size_t Add(CallLine line, std::int32_t parent) {
    line.parent = parent;
    line.depth = parent < 0 ? 0 : tree_.lines[static_cast<std::size_t>(parent)].depth + 1;
    tree_.places.emplace(line.node, tree_.lines.size());
    tree_.lines.push_back(std::move(line));
    return tree_.lines.size() - 1;
  }

  void AddMember(const MemberRow& member, std::int32_t parent) {
    Add({.node = MemberNode(member.id),
         .kind = "member",
         .id = member.id,
         .name = member.name,
         .team_id = member.team_id,
         .is_expected = member.is_expected},
        parent);
  }

  void AddTeam(TeamRow& team, std::int32_t parent) {
    if (tree_.team_lines.contains(team.id)) return;
    const auto above = static_cast<std::size_t>(parent);
    if (!team.is_kept) {
      if (parent >= 0) tree_.team_lines.emplace(team.id, above);
    } else {
      const std::size_t place = Add(
          {.node = TeamNode(team.id), .kind = "team", .id = team.id, .name = team.name, .team_id = team.id}, parent);
      tree_.team_lines.emplace(team.id, place);
      parent = static_cast<std::int32_t>(place);
      for (const MemberRow& member : members_) {
        if (member.team_id == team.id) AddMember(member, parent);
      }
    }
    for (TeamRow& below : teams_) {
      if (below.above == team.id) AddTeam(below, parent);
    }
  }

  void AddHomeless(std::int32_t root) {
    std::int32_t place = -1;
    for (const MemberRow& member : members_) {
      if (by_id_.contains(member.team_id)) continue;
      if (place < 0) {
        place =
            static_cast<std::int32_t>(Add({.node = std::string(kNoTeamNode), .kind = std::string(kNoTeamNode)}, root));
      }
      AddMember(member, place);
    }
  }

  std::vector<TeamRow>& teams_;
  std::vector<MemberRow> members_;
  std::map<std::string, TeamRow*, std::less<>> by_id_;
  CallTree tree_;
};

}  // namespace

std::vector<CallNode> CallTree::Nodes() const {
  std::vector<CallNode> nodes;
  nodes.reserve(lines.size());
  for (const CallLine& line : lines) nodes.push_back({line.parent, line.is_expected});
  return nodes;
}

std::size_t CallTree::LineOfTeam(const std::string& team_id) const {
  const auto found = team_lines.find(team_id);
  return found == team_lines.end() ? lines.size() : found->second;
}

Result<CallTree> ReadCallTree(const std::string& team, const CallPresent& present, Context& context) {
  WEIR_TRY(const store::Rows rows, context.session().Query(kTeamsSql));
  std::vector<TeamRow> teams;
  teams.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    teams.push_back({.id = rows.TextAt(i, 0), .name = rows.TextAt(i, 1), .above = rows.TextAt(i, 2)});
  }
  WEIR_TRY(std::vector<MemberRow> members, ReadMembers(present, context));
  Planter planter(teams, std::move(members));
  planter.Prune(present);
  if (!team.empty()) {
    WEIR_TRY(const std::string id, metrics::TeamMeant(team, context.session()));
    return planter.OfTeam(id);
  }
  return context.principal().sees_all_rows ? planter.Company() : planter.Own();
}

}  // namespace weir::forecast
