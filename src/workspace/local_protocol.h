// How a command speaks to the server that owns its workspace: over <home>/server.sock, one request a connection. The
// request is one line of JSON, and the open files of an import travel beside it. The answer is lines of JSON: any
// number of {"progress":{"stage","stage_ru","fraction"}}, then one {"result":...} or {"problem":...}.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "workspace/descriptor.h"
#include "workspace/workspace.h"

namespace weir::workspace {

// Raised when one side would not understand the other.
inline constexpr int kLocalProtocol = 3;
inline constexpr std::size_t kMaxRequestBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxDescriptors = 2048;

enum class LocalOperation : std::uint8_t { kAsk, kAct, kImport, kBuild, kStatus, kStop, kPassword };
std::string_view NameOf(LocalOperation operation);

struct LocalRequest {
  LocalOperation operation = LocalOperation::kStatus;
  engine::Question question = {};  // ask
  std::string action = {};         // act
  analysis::RawParams params = {};
  std::string reason = {};
  std::string user = {};      // password: whose
  std::string password = {};  // goes over the socket and nowhere else
  ImportRequest import = {};  // import; its inputs have names, and descriptors in the order of the names
};

std::string EncodeRequest(const LocalRequest& request);
// Without the descriptors, which come beside the text.
Result<LocalRequest> DecodeRequest(std::string_view line);

// The socket of the workspace.
std::filesystem::path LocalSocketPath(const std::filesystem::path& home);

// A stream socket that listens there, for the owner of the workspace only, or that is connected to it. Paths of any
// length. ListenLocal takes the place of a socket that a dead server left.
Result<Descriptor> ListenLocal(const std::filesystem::path& home);
// Fails with kNotFound where nobody listens.
Result<Descriptor> ConnectLocal(const std::filesystem::path& home);

Status SendAll(int socket, std::string_view bytes);
// The descriptors go before the line that tells of them.
Status SendRequest(int socket, std::string_view line, std::span<const int> descriptors);

struct ReceivedRequest {
  std::string line;  // without its end; empty if the other side said nothing
  std::vector<Descriptor> descriptors;
};
Result<ReceivedRequest> ReceiveRequest(int socket, std::chrono::milliseconds time);

}  // namespace weir::workspace
