#include "model/record_copies.h"

#include "model/relations.h"

namespace weir::model {
namespace {

constexpr std::int64_t kMostCopiedRows = 300'000;
constexpr std::string_view kSchema = "rec.";

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
  return ReplaceTables(sql, [this](std::string_view name) -> Result<std::optional<std::string>> {
    if (!name.starts_with(kSchema)) return std::nullopt;
    const std::string table(name.substr(kSchema.size()));
    if (!IsSmall(table)) return std::nullopt;
    WEIR_TRY(Copy(table));
    return NameOfCopy(table);
  });
}

Status RecordCopies::Drop() {
  for (const std::string& table : copied_) WEIR_TRY(session_.Execute("DROP TABLE " + NameOfCopy(table)));
  copied_.clear();
  return {};
}

}  // namespace weir::model
