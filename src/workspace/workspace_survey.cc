// What people without an account may do in a workspace: answer the survey of departments by a link.
#include <mutex>

#include "workspace/survey_links.h"
#include "workspace/workspace.h"

namespace weir::workspace {

Result<std::string> Workspace::SurveyForm(std::string_view token) {
  WEIR_TRY(store::Connection connection, Connect());
  return SurveyFormOf(connection, token, WallClockNow());
}

Status Workspace::TakeSurveyReply(const SurveyReply& reply) {
  // One reply at a time: of two that come at once from one browser the second is refused.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  WEIR_TRY(store::Connection connection, Connect());
  return TakeReply(connection, reply, WallClockNow());
}

}  // namespace weir::workspace
