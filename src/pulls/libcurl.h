// libcurl, found when something is first sent or asked over a network. For pulls/ and delivery/.
#pragma once

#include <string>

#include <curl/curl.h>

#include "base/result.h"

namespace weir::pulls {

// The functions of libcurl that are used, found when they are needed: who never pulls needs no libcurl.
struct Libcurl {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) init = nullptr;
  decltype(&curl_easy_setopt) set = nullptr;
  decltype(&curl_easy_perform) perform = nullptr;
  decltype(&curl_easy_getinfo) info = nullptr;
  decltype(&curl_easy_reset) reset = nullptr;
  decltype(&curl_easy_cleanup) cleanup = nullptr;
  decltype(&curl_easy_strerror) error = nullptr;
  decltype(&curl_slist_append) append = nullptr;
  decltype(&curl_slist_free_all) free_list = nullptr;
};

// Looked for once; an error where it is not there.
Result<const Libcurl*> LoadLibcurl();

// The file of the authorities that this system trusts; empty: libcurl knows a better one.
std::string SystemCertificates();

}  // namespace weir::pulls
