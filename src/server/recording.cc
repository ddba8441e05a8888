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

namespace {

constexpr std::int64_t kRecordedMicros = 30 * kMicrosPerSecond;
constexpr std::size_t kMostCallers = 1000;

std::string NameOf(const analysis::Principal& principal) { return principal.user + "\n" + principal.address; }

}  // namespace

bool RecordedCallers::Has(const analysis::Principal& principal, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto found = at_.find(NameOf(principal));
  return found != at_.end() && now.micros - found->second.micros < kRecordedMicros;
}

void RecordedCallers::Note(const analysis::Principal& principal, Instant now) {
  const std::lock_guard lock(mutex_);
  if (at_.size() >= kMostCallers) at_.clear();
  at_[NameOf(principal)] = now;
}

}  // namespace weir::server
