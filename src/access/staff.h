// The people of the model, as far as accounts are tied to them: by e-mail address. Whoever builds the model says who
// they are; from then on the team and department of an account are those of its member, at once, in running sessions
// too.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace weir::access {

struct StaffMember {
  std::string member_id;
  std::string name;
  std::string team_id;  // empty: in no team
  std::string department;
  bool is_active = true;  // works here
};

// By address in lower case. Safe from any thread.
class Staff {
 public:
  using Members = std::map<std::string, StaffMember, std::less<>>;

  void Set(Members members);
  std::optional<StaffMember> Find(std::string_view email) const;

 private:
  mutable std::mutex holding_;
  std::shared_ptr<const Members> members_ = std::make_shared<const Members>();
};

}  // namespace weir::access
