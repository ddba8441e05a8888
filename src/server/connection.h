// Speaks HTTP/1.1 on one socket: reads a request through the guard, has its body read by Beast, carries out the reply
// of the Api, and again, until either side ends. Each phase has its time. All of it runs on the one thread of the
// io_context; work and files are for other threads.
#pragma once

#include <utility>  // Boost 1.74's coroutine headers need it first

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>

#include "engine/jobs.h"
#include "server/api.h"
#include "server/live.h"
#include "server/metrics.h"
#include "server/request_guard.h"
#include "server/uploads.h"

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

// What all connections share. All of it outlives them.
struct ConnectionShared {
  std::shared_ptr<boost::asio::io_context> io;
  boost::asio::thread_pool& disk;  // writes uploads
  const RequestGuard& guard;
  const Api& api;
  engine::JobRunner& jobs;
  Uploads& uploads;
  LiveHub& live;
  Metrics& metrics;
  ConnectionLimits limits;
  std::function<std::string()> next_request_id;
};

class Connection {
 public:
  virtual ~Connection() = default;
  // Ends after the request that is being answered, or now if there is none.
  virtual void Drain() = 0;
  // Ends now.
  virtual void Abort() = 0;
};

// Starts serving the socket; `ended` is called once, when it is over.
std::shared_ptr<Connection> StartConnection(boost::asio::ip::tcp::socket socket, ConnectionShared& shared,
                                            std::function<void()> ended);

}  // namespace weir::server
