// How long each phase of a connection may take, and how much it may bring.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace weir::server {

struct ConnectionLimits {
  std::chrono::milliseconds idle{75'000};       // between requests
  std::chrono::milliseconds head{15'000};       // from the first byte of a request to the end of its head
  std::chrono::milliseconds body{30'000};       // for a JSON body, and for each 64 KiB of an upload
  std::chrono::milliseconds write{30'000};      // for each 256 KiB of an answer
  std::chrono::milliseconds linger{2'000};      // to let the other side read the last answer
  std::chrono::milliseconds heartbeat{15'000};  // of live events
  std::size_t requests = 10'000;                // on one connection
  std::uint64_t json_bytes = std::uint64_t{1} << 20;
};

}  // namespace weir::server
