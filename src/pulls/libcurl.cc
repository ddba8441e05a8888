#include "pulls/libcurl.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <dlfcn.h>

namespace weir::pulls {
namespace {

template <typename F>
bool Find(void* library, const char* name, F& function) {
  function = reinterpret_cast<F>(::dlsym(library, name));  // NOLINT(*-reinterpret-cast): how POSIX gives functions
  return function != nullptr;
}

bool FindAll(const char* name, Libcurl& curl, std::string& problem) {
  void* library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  const bool is_whole =
      library != nullptr && Find(library, "curl_global_init", curl.global_init) &&
      Find(library, "curl_easy_init", curl.init) && Find(library, "curl_easy_setopt", curl.set) &&
      Find(library, "curl_easy_perform", curl.perform) && Find(library, "curl_easy_getinfo", curl.info) &&
      Find(library, "curl_easy_reset", curl.reset) && Find(library, "curl_easy_cleanup", curl.cleanup) &&
      Find(library, "curl_easy_strerror", curl.error) && Find(library, "curl_slist_append", curl.append) &&
      Find(library, "curl_slist_free_all", curl.free_list);
  if (is_whole) return true;
  if (const char* said = ::dlerror(); said != nullptr && problem.empty()) problem = said;
  return false;
}

}  // namespace

Result<const Libcurl*> LoadLibcurl() {
  static Libcurl curl;
  static std::string problem;
  static const bool is_there =
      (FindAll("libcurl.so.4", curl, problem) || FindAll("libcurl-gnutls.so.4", curl, problem)) &&
      curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!is_there) {
    return Fail(Unavailable("libcurl, which speaks HTTP, cannot be used here: {}", problem)
                    .Mend("Install it: the package libcurl4 on Debian and Ubuntu"));
  }
  return &curl;
}

// A libcurl that was built on another system than it runs on looks for certificates where they are not.
std::string SystemCertificates() {
  if (const char* named = std::getenv("SSL_CERT_FILE"); named != nullptr && *named != '\0') return named;
  static constexpr std::array<const char*, 4> kPlaces{
      "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch
      "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, RHEL
      "/etc/ssl/ca-bundle.pem",              // openSUSE
      "/etc/ssl/cert.pem",                   // Alpine
  };
  for (const char* place : kPlaces) {
    std::error_code ignored;
    if (std::filesystem::exists(place, ignored)) return place;
  }
  return {};
}

}  // namespace weir::pulls
