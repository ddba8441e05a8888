// Speaks HTTP/1.1 on one socket: reads a request through the guard, has its body read by Beast, carries out the reply
// of the Api, and again, until either side ends. Each phase has its time. All of it runs on the one thread of the
// io_context; work and files are for other threads.
#pragma once

#include <utility>  // Boost 1.74's coroutine headers need it first

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>

#include "engine/jobs.h"
#include "server/api.h"
#include "server/limits.h"
#include "server/live.h"
#include "server/metrics.h"
#include "server/request_guard.h"
#include "server/uploads.h"

namespace weir::server {

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
