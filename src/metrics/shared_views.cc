#include "metrics/shared_views.h"

#include <algorithm>
#include <array>

#include "metrics/rule_text.h"
#include "store/database.h"

namespace weir::metrics {
namespace {

constexpr std::string_view kSchema = "scoped.";
constexpr std::size_t kSharedFrom = 2;  // statements
// Large, and each statement reads a few of their columns of a few of their rows: quicker where they lie than copied
// (a ledger on 10 million events took 17 seconds so, and 20 with copies of them).
constexpr std::array<std::string_view, 3> kReadInPlace{"account_record", "activity", "call"};

std::string TableOf(std::string_view view) { return "shared_" + std::string(view); }

// Calls `plain` with each piece of text and `view` with the name of each view of scoped.* that is read there.
void Walk(std::string_view sql, const auto& plain, const auto& view) {
  std::size_t begin = 0;  // of the piece under way
  for (std::size_t at = 0; at < sql.size();) {
    const bool is_schema = sql.substr(at).starts_with(kSchema) &&
                           (at == 0 || (!IsNameByte(sql[at - 1]) && sql[at - 1] != '.' && sql[at - 1] != '"'));
    if (!is_schema) {
      at = std::max(at + 1, EndOfOpaque(sql, at));
      continue;
    }
    plain(sql.substr(begin, at - begin));
    at += kSchema.size();
    const bool is_quoted = at < sql.size() && sql[at] == '"';
    const std::size_t end = is_quoted ? EndOfOpaque(sql, at) : EndOfName(sql, at);
    view(is_quoted ? sql.substr(at + 1, end - at - 2) : sql.substr(at, end - at));
    at = begin = end;
  }
  plain(sql.substr(begin));
}

}  // namespace

SharedViews::SharedViews(store::Session& session, std::span<const std::string> statements,
                         std::span<const std::string> glances)
    : session_(session) {
  std::map<std::string, std::size_t, std::less<>> readers;
  const auto add = [&](const std::string& statement, std::size_t weight) {
    for (const auto& [view, read] : ColumnsReadBy(statement)) {
      readers[view] += weight;
      columns_[view].Add(read);
    }
  };
  for (const std::string& statement : statements) add(statement, 1);
  for (const std::string& glance : glances) add(glance, 0);
  std::erase_if(columns_, [&](const auto& shared) {
    return readers[shared.first] < kSharedFrom || std::ranges::find(kReadInPlace, shared.first) != kReadInPlace.end();
  });
}

SharedViews::~SharedViews() {
  for (const std::string& view : made_) {
    // What cannot be dropped any more is gone with the session.
    std::ignore = session_.Execute("DROP TABLE IF EXISTS temp." + store::QuoteName(TableOf(view)));
  }
}

Status SharedViews::Make(const std::string& view) {
  if (made_.contains(view)) return {};
  WEIR_TRY(const store::Rows none,
           session_.Query(fmt::format("SELECT * FROM scoped.{} LIMIT 0", store::QuoteName(view))));
  std::string columns;
  const ColumnsRead& read = columns_.at(view);
  for (const store::ColumnHeader& column : none.columns) {
    if (read.Has(column.name)) columns += (columns.empty() ? "" : ", ") + store::QuoteName(column.name);
  }
  if (columns.empty()) columns = store::QuoteName(none.columns.front().name);
  WEIR_TRY(session_.Execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} AS SELECT {} FROM scoped.{}",
                                        store::QuoteName(TableOf(view)), columns, store::QuoteName(view))));
  made_.insert(view);
  return {};
}

Result<std::string> SharedViews::InPlace(std::string_view statement) {
  std::string text;
  Status made;
  Walk(
      statement, [&](std::string_view plain) { text += plain; },
      [&](std::string_view view) {
        const bool is_shared = columns_.contains(view);
        if (is_shared && made) made = Make(std::string(view));
        text += is_shared ? "temp." + store::QuoteName(TableOf(view))
                          : std::string(kSchema) + store::QuoteName(std::string(view));
      });
  if (!made) return Fail(std::move(made).error());
  return text;
}

}  // namespace weir::metrics
