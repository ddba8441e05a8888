#include "server/listener.h"

#include <algorithm>

#include <boost/asio/ip/v6_only.hpp>

namespace weir::server {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

Result<asio::ip::address> LoopbackAddress(const std::string& text) {
  if (text == "localhost") return asio::ip::make_address("127.0.0.1");
  ErrorCode error;
  const asio::ip::address address = asio::ip::make_address(text, error);
  if (error) return Fail(BadUsage("'{}' is not an address", text).Field("address").Mend("Use 127.0.0.1 or ::1"));
  if (address.is_loopback()) return address;
  return Fail(Forbidden("{} can be reached from other machines, and there are no accounts yet to keep others out", text)
                  .Field("address")
                  .Mend("Listen on 127.0.0.1; from elsewhere use ssh -L 7979:127.0.0.1:7979 MACHINE"));
}

Result<tcp::acceptor> Listen(asio::io_context& io, const asio::ip::address& address, int port, int tries) {
  if (port < 0 || port > 65535)
    return Fail(BadUsage("{} is not a port", port).Field("port").Mend("Use 1 to 65535, or 0 for any"));
  const int last = std::min(port + std::max(tries, 1) - 1, 65535);
  ErrorCode error;
  for (int at = port; at <= last; ++at) {
    const tcp::endpoint endpoint(address, static_cast<unsigned short>(at));
    tcp::acceptor acceptor(io);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && address.is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return acceptor;
    if (error != asio::error::address_in_use || port == 0) break;
  }
  if (error == asio::error::address_in_use) {
    const std::string which =
        last > port ? fmt::format("ports {} to {} are", port, last) : fmt::format("port {} is", port);
    return Fail(Unavailable("{} in use on {}", which, address.to_string())
                    .Field("port")
                    .Mend("Choose another with --port, or --port 0 for any that is free"));
  }
  if (error == asio::error::access_denied) {
    return Fail(
        Unavailable("port {} needs more rights than this user has", port).Field("port").Mend("Choose one above 1023"));
  }
  return Fail(Unavailable("cannot listen on {} port {}: {}", address.to_string(), port, error.message()));
}

std::string AuthorityOf(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

std::vector<std::string> HostsOf(const tcp::endpoint& endpoint) {
  std::vector<std::string> hosts{AuthorityOf(endpoint)};
  const std::vector<std::string> names{"localhost", "127.0.0.1", "[::1]"};
  for (const std::string& name : names) {
    // A browser leaves out the port that http has by default.
    hosts.push_back(fmt::format("{}:{}", name, endpoint.port()));
    if (endpoint.port() == 80) hosts.push_back(name);
  }
  std::ranges::sort(hosts);
  hosts.erase(std::ranges::unique(hosts).begin(), hosts.end());
  return hosts;
}

}  // namespace weir::server
