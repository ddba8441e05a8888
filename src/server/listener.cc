#include "server/listener.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <boost/asio/ip/v6_only.hpp>

namespace weir::server {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

// The addresses of this machine's interfaces, as they stand in an address bar.
std::vector<std::string> OwnAddresses() {
  std::vector<std::string> own;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return own;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (each->ifa_addr->sa_family == AF_INET) {
      const auto* address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
      if (::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr) own.emplace_back(text.data());
    } else if (each->ifa_addr->sa_family == AF_INET6) {
      const auto* address = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
      if (::inet_ntop(AF_INET6, &address->sin6_addr, text.data(), text.size()) != nullptr) {
        own.push_back(fmt::format("[{}]", text.data()));
      }
    }
  }
  ::freeifaddrs(list);
  return own;
}

std::string LowerAscii(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

bool HasPort(std::string_view name) {
  const std::size_t bracket = name.rfind(']');
  return name.find(':', bracket == std::string_view::npos ? 0 : bracket) != std::string_view::npos;
}

}  // namespace

Result<asio::ip::address> ServedAddress(const std::string& text, bool must_sign_in) {
  if (text == "localhost") return asio::ip::make_address("127.0.0.1");
  ErrorCode error;
  asio::ip::address address = asio::ip::make_address(text, error);
  if (error) return Fail(BadUsage("'{}' is not an address", text).Field("address").Mend("Use 127.0.0.1 or ::1"));
  if (address.is_loopback() || must_sign_in) return address;
  return Fail(Forbidden("{} can be reached from other machines, and there is no account to keep others out", text)
                  .Field("address")
                  .Mend("Add an owner with 'weir user add NAME', or listen on 127.0.0.1 and use "
                        "ssh -L 7979:127.0.0.1:7979 MACHINE from elsewhere"));
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
    return Fail((last > port ? Unavailable("ports {} to {} are in use on {}", port, last, address.to_string())
                             : Unavailable("port {} is in use on {}", port, address.to_string()))
                    .Field("port")
                    .Mend("Choose another with --port, or --port 0 for any that is free"));
  }
  if (error == asio::error::access_denied) {
    return Fail(
        Unavailable("port {} needs more rights than this user has", port).Field("port").Mend("Choose one above 1023"));
  }
  return Fail(Unavailable("cannot listen on {} port {}: {}", address.to_string(), port, error.message()));
}

std::string PeerOf(const tcp::socket& socket) {
  ErrorCode error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  const asio::ip::address address = endpoint.address();
  const bool is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  return is_mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string() : address.to_string();
}

std::string AuthorityOf(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

tcp::endpoint ReachableFrom(const tcp::endpoint& endpoint) {
  if (!endpoint.address().is_unspecified()) return endpoint;
  if (endpoint.address().is_v6()) return {asio::ip::address_v6::loopback(), endpoint.port()};
  return {asio::ip::address_v4::loopback(), endpoint.port()};
}

std::vector<std::string> HostsOf(const tcp::endpoint& endpoint, const std::vector<std::string>& names) {
  std::vector<std::string> hosts{AuthorityOf(endpoint)};
  std::vector<std::string> own{"localhost", "127.0.0.1", "[::1]"};
  if (endpoint.address().is_unspecified()) std::ranges::copy(OwnAddresses(), std::back_inserter(own));
  for (const std::string& name : own) {
    // A browser leaves out the port that http has by default.
    hosts.push_back(fmt::format("{}:{}", name, endpoint.port()));
    if (endpoint.port() == 80) hosts.push_back(name);
  }
  for (const std::string& name : names) {
    hosts.push_back(LowerAscii(name));
    if (!HasPort(name)) hosts.push_back(fmt::format("{}:{}", LowerAscii(name), endpoint.port()));
  }
  std::ranges::sort(hosts);
  hosts.erase(std::ranges::unique(hosts).begin(), hosts.end());
  return hosts;
}

}  // namespace weir::server
