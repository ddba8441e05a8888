#include "server/uploads.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/text.h"

namespace weir::server {
namespace {

using workspace::Descriptor;

Error SystemError(const Phrase& what, int number) {
  Error error = Unavailable("{}: {}", what, std::generic_category().message(number));
  if (number == ENOSPC || number == EDQUOT) return std::move(error).Mend("Make room on the disk of the workspace.");
  return error;
}

std::string RandomId() {
  std::array<unsigned char, 12> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, 25> hex{};
  return sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
}

// A file without a name where the file system can, else one whose name is taken away at once.
Result<Descriptor> OpenNameless(const std::filesystem::path& folder) {
  const int nameless = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (nameless >= 0) return Descriptor(nameless);
  const std::filesystem::path path = folder / ("upload-" + RandomId());
  Descriptor named(::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!named.is_open()) return Fail(SystemError(MakePhrase("cannot make a file for the upload"), errno));
  if (::unlink(path.c_str()) != 0) return Fail(SystemError(MakePhrase("cannot make a file for the upload"), errno));
  return named;
}

Result<std::string> CheckName(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  if (name.empty() || name == "." || name == "..") {
    return Fail(BadUsage("the upload has no file name").Field("x-file-name").Mend("Send the header X-File-Name."));
  }
  bool has_control = false;
  for (const char c : name) has_control = has_control || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  if (name.size() > 255 || has_control || !IsValidUtf8(name)) {
    return Fail(BadUsage("the file name is not a name: text of at most 255 bytes is asked for").Field("x-file-name"));
  }
  return std::string(name);
}

}  // namespace

Uploads::Incoming::Incoming(Uploads& owner, std::string name, Descriptor file)
    : owner_(owner), name_(std::move(name)), file_(std::move(file)) {}

Uploads::Incoming::~Incoming() {
  if (is_counted_) owner_.Release(bytes_);
}

Status Uploads::Incoming::Write(std::string_view bytes) {
  if (bytes_ + bytes.size() > owner_.limits_.file_bytes) {
    return Fail(TooLarge("the file is larger than {} bytes", owner_.limits_.file_bytes)
                    .Mend("Import it from the command line: weir import FILE."));
  }
  WEIR_TRY(owner_.Reserve(bytes.size()));
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Fail(SystemError(MakePhrase("the upload cannot be written"), errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<Upload> Uploads::Incoming::Finish() {
  const std::lock_guard lock(owner_.mutex_);
  if (owner_.kept_.size() >= owner_.limits_.files) {
    return Fail(Busy("{} uploads wait to be imported already", owner_.kept_.size()));
  }
  Upload upload{RandomId(), name_, bytes_};
  owner_.kept_.emplace(upload.id, Kept{upload, std::move(file_), owner_.clock_()});
  is_counted_ = false;
  return upload;
}

Uploads::Uploads(std::filesystem::path folder, UploadLimits limits, std::function<Instant()> clock)
    : folder_(std::move(folder)), limits_(limits), clock_(std::move(clock)) {}

Result<std::unique_ptr<Uploads::Incoming>> Uploads::Begin(std::string_view name, std::uint64_t bytes) {
  WEIR_TRY(std::string checked, CheckName(name));
  if (bytes > limits_.file_bytes) {
    return Fail(TooLarge("the file is larger than {} bytes", limits_.file_bytes)
                    .Mend("Import it from the command line: weir import FILE."));
  }
  WEIR_TRY(Reserve(bytes));
  Release(bytes);
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return Fail(SystemError(MakePhrase("cannot make the folder for uploads"), error.value()));
  WEIR_TRY(Descriptor file, OpenNameless(folder_));
  return std::make_unique<Incoming>(*this, std::move(checked), std::move(file));
}

Result<OpenUpload> Uploads::Open(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(id);
  if (found == kept_.end()) {
    return Fail(NotFound("there is no upload {}", id).Field("uploads").Mend("Send the file again."));
  }
  // Opened anew and not duplicated: each reader has a position of its own.
  const std::string path = fmt::format("/proc/self/fd/{}", found->second.file.get());
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return Fail(SystemError(MakePhrase("the upload cannot be opened"), errno));
  return OpenUpload{found->second.upload.name, std::move(file)};
}

void Uploads::Remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(id);
  if (found == kept_.end()) return;
  total_bytes_ -= found->second.upload.bytes;
  kept_.erase(found);
}

void Uploads::Sweep() {
  const std::lock_guard lock(mutex_);
  const Instant now = clock_();
  std::erase_if(kept_, [&](const auto& entry) {
    const bool is_old = now.micros - entry.second.at.micros > limits_.kept_micros;
    if (is_old) total_bytes_ -= entry.second.upload.bytes;
    return is_old;
  });
}

std::uint64_t Uploads::bytes() const {
  const std::lock_guard lock(mutex_);
  return total_bytes_;
}

Status Uploads::Reserve(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (total_bytes_ + bytes > limits_.total_bytes) {
    return Fail(TooLarge("the uploads that wait to be imported are larger than {} bytes", limits_.total_bytes)
                    .Mend("Import or drop what is waiting."));
  }
  total_bytes_ += bytes;
  return {};
}

void Uploads::Release(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  total_bytes_ -= bytes;
}

}  // namespace weir::server
