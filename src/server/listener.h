// Opens the port that the server answers on.
#pragma once

#include <utility>  // Boost 1.74's coroutine headers need it first

#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"

namespace weir::server {

// The address if it belongs to this machine alone; "localhost" is 127.0.0.1. Any other is refused.
Result<boost::asio::ip::address> LoopbackAddress(const std::string& text);

// Listens on the port, or on one of the `tries - 1` after it where it is in use.
Result<boost::asio::ip::tcp::acceptor> Listen(boost::asio::io_context& io, const boost::asio::ip::address& address,
                                              int port, int tries);

// "127.0.0.1:7979" or "[::1]:7979"
std::string AuthorityOf(const boost::asio::ip::tcp::endpoint& endpoint);
// Every value of Host that means this server.
std::vector<std::string> HostsOf(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace weir::server
