#include "access/staff.h"

#include <utility>

namespace weir::access {

void Staff::Set(Members members) {
  auto held = std::make_shared<const Members>(std::move(members));
  const std::lock_guard lock(holding_);
  members_ = std::move(held);
}

std::optional<StaffMember> Staff::Find(std::string_view email) const {
  if (email.empty()) return std::nullopt;
  std::shared_ptr<const Members> members;
  {
    const std::lock_guard lock(holding_);
    members = members_;
  }
  const auto found = members->find(email);
  return found == members->end() ? std::nullopt : std::optional(found->second);
}

}  // namespace weir::access
