// What a connection's coroutine waits for: work on the pool, and whatever others wake it for.
#pragma once

#include <utility>  // Boost 1.74's coroutine headers need it first

#include <functional>
#include <optional>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "engine/jobs.h"

namespace weir::server {

// GCC 12 destroys some temporaries of an expression with co_await in it twice (its bug 101367 and kin). So coroutines
// take references to named objects, pointers and numbers only, and a co_await stands in a statement of its own.

// Runs the work on the pool; the coroutine goes on here when it is done.
inline boost::asio::awaitable<void> OnPool(boost::asio::thread_pool& pool, const std::function<void()>& work) {
  auto initiation = [&pool, &work](auto handler) {
    boost::asio::post(pool, [&work, handler = std::move(handler)]() mutable {
      work();
      const auto executor = boost::asio::get_associated_executor(handler);
      boost::asio::post(executor, std::move(handler));
    });
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(initiation,
                                                                                      boost::asio::use_awaitable);
}

// Something that the coroutine waits for while others may wake it: a job, an event, the client's going.
struct Waiting {
  explicit Waiting(boost::asio::io_context& io) : timer(io) {}
  boost::asio::steady_timer timer;
  bool is_woken = false;
  bool is_gone = false;  // the client is
  std::optional<engine::JobView> job;

  void Wake() {
    is_woken = true;
    timer.cancel();
  }
};

}  // namespace weir::server
