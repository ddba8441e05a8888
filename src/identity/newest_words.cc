#include "identity/newest_words.h"

#include <fmt/format.h>

#include "identity/entity_evidence.h"

namespace weir::identity {
namespace {

std::string NewestOf(bool is_account, std::string_view column) {
  if (is_account && column == "parent") return "max_by(source || '|' || parent_key, observation)";
  if (!is_account && column == "account") return "max_by(account_key, observation)";
  return fmt::format("max_by({}, observation)", column);
}

}  // namespace

std::string NewestWordsSql(bool is_account) {
  std::string sql = "SELECT source, key";
  for (const std::string_view column : ColumnsOf(is_account)) {
    fmt::format_to(std::back_inserter(sql), ", {} AS {}", NewestOf(is_account, column), column);
  }
  return sql + fmt::format(" FROM model.{}_word GROUP BY source, key", is_account ? "account" : "person");
}

}  // namespace weir::identity
