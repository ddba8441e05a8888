// Files on their way from the page into an import. Each is an open file without a name below the workspace, so that
// nothing is left behind whatever happens. Safe from any thread; one Incoming belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "workspace/descriptor.h"

namespace weir::server {

struct UploadLimits {
  std::uint64_t file_bytes = std::uint64_t{8} << 30;
  std::uint64_t total_bytes = std::uint64_t{32} << 30;
  std::size_t files = 256;
  std::int64_t kept_micros = 24 * 3600 * kMicrosPerSecond;
};

struct Upload {
  std::string id;
  std::string name;
  std::uint64_t bytes = 0;
};

// An upload opened for reading from its beginning.
struct OpenUpload {
  std::string name;
  workspace::Descriptor descriptor;
};

class Uploads {
 public:
  // A file that is being received. Dropped without Finish, it is gone.
  class Incoming {
   public:
    Incoming(Uploads& owner, std::string name, workspace::Descriptor file);
    ~Incoming();
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;
    Status Write(std::string_view bytes);
    Result<Upload> Finish();

   private:
    Uploads& owner_;
    std::string name_;
    workspace::Descriptor file_;
    std::uint64_t bytes_ = 0;
    bool is_counted_ = true;  // its bytes stand in the owner's total
  };

  Uploads(std::filesystem::path folder, UploadLimits limits, std::function<Instant()> clock = WallClockNow);

  // `name` as the sender calls it; folders before it are cut off. `bytes` if known, to refuse early.
  Result<std::unique_ptr<Incoming>> Begin(std::string_view name, std::uint64_t bytes = 0);
  Result<OpenUpload> Open(const std::string& id) const;
  void Remove(const std::string& id);
  // Drops what nobody imported in time.
  void Sweep();

  std::uint64_t bytes() const;

 private:
  struct Kept {
    Upload upload;
    workspace::Descriptor file;
    Instant at;
  };
  Status Reserve(std::uint64_t bytes);
  void Release(std::uint64_t bytes);

  const std::filesystem::path folder_;
  const UploadLimits limits_;
  const std::function<Instant()> clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::uint64_t total_bytes_ = 0;
};

}  // namespace weir::server
