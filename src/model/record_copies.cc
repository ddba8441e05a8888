#include "model/record_copies.h"

#include <algorithm>

namespace weir::model {
namespace {

constexpr std::int64_t kMostCopiedRows = 300'000;
constexpr std::string_view kSchema = "rec.";

bool IsWordPart(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

std::string NameOfCopy(std::string_view table) { return fmt::format("temp.weir_rec_{}", table); }

}  // namespace

RecordCopies::RecordCopies(store::Session& session, std::map<std::string, std::int64_t, std::less<>> rows)
    : session_(session), rows_(std::move(rows)) {}

bool RecordCopies::IsSmall(std::string_view table) const {
  const auto found = rows_.find(table);
  return found != rows_.end() && found->second <= kMostCopiedRows;
}

Status RecordCopies::Copy(const std::string& table) {
  if (!copied_.insert(table).second) return {};
  WEIR_TRY(session_.Execute(fmt::format("CREATE TEMP TABLE weir_rec_{0} AS SELECT * FROM rec.{0}", table)));
  return {};
}

Result<std::string> RecordCopies::Redirect(std::string_view sql) {
  std::string redirected;
  std::size_t done = 0;
  for (std::size_t at = sql.find(kSchema); at != std::string_view::npos; at = sql.find(kSchema, at + 1)) {
    if (at > 0 && (IsWordPart(sql[at - 1]) || sql[at - 1] == '.')) continue;
    const std::string_view rest = sql.substr(at + kSchema.size());
    const std::string table(rest.begin(), std::ranges::find_if_not(rest, IsWordPart));
    if (!IsSmall(table)) continue;
    WEIR_TRY(Copy(table));
    redirected += sql.substr(done, at - done);
    redirected += NameOfCopy(table);
    done = at + kSchema.size() + table.size();
  }
  redirected += sql.substr(done);
  return redirected;
}

Status RecordCopies::Drop() {
  for (const std::string& table : copied_) WEIR_TRY(session_.Execute("DROP TABLE " + NameOfCopy(table)));
  copied_.clear();
  return {};
}

}  // namespace weir::model
