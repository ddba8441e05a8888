#include "engine/refusals.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

#include "base/text.h"

namespace weir::engine {
namespace {

using analysis::Table;

struct Channel {
  std::string_view name;
  std::array<std::string_view, 2> columns;
};
constexpr std::array<Channel, 2> kChannels{{{"email", {"email", "email"}}, {"phone", {"phone", "mobile"}}}};

bool HasColumn(const Table& table, std::string_view name) {
  return std::ranges::find(table.columns, name, &analysis::Column::name) != table.columns.end();
}

// In which columns of the table an address of the channel may stand.
std::vector<std::size_t> PlacesOf(const Table& table, const Channel& channel, bool is_anywhere) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool is_named = std::ranges::find(channel.columns, table.columns[i].name) != channel.columns.end();
    if (is_anywhere ? table.columns[i].type == analysis::ColumnType::kText : is_named) places.push_back(i);
  }
  return places;
}

using Names = std::unordered_set<std::string>;

Result<Names> ReadRefused(store::Session& session, std::string_view kind, std::string_view channel) {
  const std::array<store::Value, 3> values{std::string(kind), std::string(channel), std::string(channel)};
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT DISTINCT id FROM scoped.refusal WHERE kind = ? AND (? = '' OR channel = ?)", values));
  Names names;
  names.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) names.insert(rows.TextAt(i, 0));
  return names;
}

void Erase(Table& table, const std::vector<std::size_t>& places, const Names& refused) {
  if (refused.empty()) return;
  std::erase_if(table.rows, [&](const std::vector<store::Value>& row) {
    return std::ranges::any_of(places, [&](std::size_t at) {
      const auto* text = std::get_if<std::string>(&row[at]);
      return text != nullptr && (refused.contains(*text) || refused.contains(FoldCase(TrimBlanks(*text))));
    });
  });
}

}  // namespace

bool HasContacts(const analysis::Analysis& analysis) {
  return std::ranges::any_of(analysis.info.tables,
                             [](const analysis::TableSpec& spec) { return !spec.contacts.empty(); });
}

Status LeaveOutRefused(const std::string& contacts, store::Session& session, Table& table,
                       std::vector<analysis::Warning>& warnings) {
  const bool is_anywhere = contacts == analysis::kAnyAddress;
  const std::size_t before = table.rows.size();
  if (before == 0) return {};
  const bool has_channel =
      std::ranges::any_of(kChannels, [&](const Channel& channel) { return !PlacesOf(table, channel, false).empty(); });
  for (const Channel& channel : kChannels) {
    const std::vector<std::size_t> places = PlacesOf(table, channel, is_anywhere);
    if (has_channel && places.empty()) continue;
    WEIR_TRY(const Names addresses, ReadRefused(session, "address", channel.name));
    Erase(table, places, addresses);
    if (has_channel && PlacesOf(table, channel, false).empty()) continue;
    for (const std::string_view kind : {"person", "lead"}) {
      const std::string id = is_anywhere ? std::string(kind) + "_id" : contacts;
      if (!id.starts_with(kind) || !HasColumn(table, id)) continue;
      // A query that says who somebody is, and how old, is no list to write to.
      if (is_anywhere && !has_channel) continue;
      WEIR_TRY(const Names ids, ReadRefused(session, kind, channel.name));
      Erase(table, {table.IndexOf(id)}, ids);
    }
  }
  const std::size_t gone = before - table.rows.size();
  if (gone == 0) return {};
  if (table.total_rows) *table.total_rows -= static_cast<std::int64_t>(gone);
  warnings.push_back(
      {.code = "no_consent",
       .message =
           MakePhrase("left out of '{}': {} rows of people who refused to be written to or called", table.name, gone),
       .params = {{"table", table.name}, {"rows", fmt::format("{}", gone)}}});
  return {};
}

Status LeaveOutRefused(const analysis::Analysis& analysis, store::Session& session, analysis::Output& output) {
  for (const analysis::TableSpec& spec : analysis.info.tables) {
    if (spec.contacts.empty()) continue;
    for (Table& table : output.tables) {
      if (table.name == spec.name) WEIR_TRY(LeaveOutRefused(spec.contacts, session, table, output.warnings));
    }
  }
  return {};
}

}  // namespace weir::engine
