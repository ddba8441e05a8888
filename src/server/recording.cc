#include "server/recording.h"

#include <algorithm>
#include <array>

namespace weir::server {

bool IsReadingRecorded(const analysis::Principal& principal, const engine::Question& question) {
  static constexpr std::array<std::string_view, 3> kPersonal{"lineage", "sources.rejects", "sql"};
  const bool is_personal = question.explain || std::ranges::find(kPersonal, question.id) != kPersonal.end();
  return is_personal && principal.sees_personal_data;
}

void RecordReading(access::Access& access, const analysis::Principal& principal, const engine::Question& question) {
  if (!IsReadingRecorded(principal, question)) return;
  access.RecordReading(principal, "read", question.explain ? "rows:" + question.id : question.id);
}

}  // namespace weir::server
