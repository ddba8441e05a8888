// Opens the port that the server answers on.
#pragma once

#include <utility>  // Boost 1.74's coroutine headers need it first

#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"

namespace weir::server {

// The address to listen on; "localhost" is 127.0.0.1. One that other machines reach is refused unless people sign in.
Result<boost::asio::ip::address> ServedAddress(const std::string& text, bool must_sign_in);

// Listens on the port, or on one of the `tries - 1` after it where it is in use.
Result<boost::asio::ip::tcp::acceptor> Listen(boost::asio::io_context& io, const boost::asio::ip::address& address,
                                              int port, int tries);

// The address at the other end; an IPv4 one as such, also where it came in over IPv6. Empty once it is gone.
std::string PeerOf(const boost::asio::ip::tcp::socket& socket);

// "127.0.0.1:7979" or "[::1]:7979"
std::string AuthorityOf(const boost::asio::ip::tcp::endpoint& endpoint);
// Where this machine reaches it: the loopback address in the place of "all addresses".
boost::asio::ip::tcp::endpoint ReachableFrom(const boost::asio::ip::tcp::endpoint& endpoint);
// Every value of Host that means this server. `names`: what else it is called, with a port or without; behind a proxy
// the port that the browser sees is the proxy's.
std::vector<std::string> HostsOf(const boost::asio::ip::tcp::endpoint& endpoint, const std::vector<std::string>& names);

}  // namespace weir::server
