#include "workspace/use_count.h"

#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "workspace/ledger.h"
#include "workspace/setting_values.h"
#include "workspace/use_pending.h"

namespace weir::workspace {

Status FollowUse(const store::Database& database, access::Access& access) {
  WEIR_TRY(store::Connection connection, database.Connect());
  WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
  WEIR_TRY(const SettingValues values, ValuesAt(connection, newest));
  access.uses().Switch(values.at("record_use") == "on");
  return {};
}

void NoteUse(access::Access& access, const Things& things, const analysis::Principal& principal,
             const std::string& department) {
  const Instant now = access.Now();
  std::vector<access::Use> uses;
  uses.reserve(things.size());
  for (const Thing& thing : things) {
    uses.push_back(
        {.day = DateOf(now), .who = principal.user, .department = department, .kind = thing.kind, .thing = thing.name});
  }
  access.uses().Note(std::move(uses), now);
}

void KeepUse(access::Access& access, const OpenOptions& options) {
  if (options.access != Access::kWrite) return LeaveUses(options.home, access.uses().TakeNoted());
  access.uses().Add(TakeUses(options.home));
  if (const Status kept = access.uses().Maintain(access.Now()); !kept) {
    spdlog::warn("use is not counted: {}", kept.error().message());
  }
}

void EndUse(access::Access& access, const OpenOptions& options) {
  if (access.uses().HasNoted()) KeepUse(access, options);
}

}  // namespace weir::workspace
