// A definition file of the workspace that comes or goes together with a transaction: what is not kept is put back.
// Internal to workspace/.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::workspace {

class OwnFileChange {
 public:
  OwnFileChange() = default;
  OwnFileChange(const OwnFileChange&) = delete;
  OwnFileChange& operator=(const OwnFileChange&) = delete;
  ~OwnFileChange();

  // Writes a file that was not there. One with another text in its place is a conflict.
  Status Put(const std::filesystem::path& path, std::string_view text);
  // Takes a file away; one that is gone already is no fault.
  Status Take(const std::filesystem::path& path);
  // The transaction is in.
  void Keep();

 private:
  std::filesystem::path put_;
  std::filesystem::path taken_;
};

}  // namespace weir::workspace
