// A puller: what the API of a product is like, and which of its lists bring which records. It is data, a file of
// catalog/pulls or of the workspace's folder pulls; docs/design/pulls.md is the grammar. What it can do is read: GET,
// and POST only to the addresses that the file itself lists as reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/definitions.h"
#include "base/result.h"
#include "base/time.h"
#include "sources/mapping.h"

namespace weir::pulls {

// How a request proves who asks.
enum class AuthKind : std::uint8_t {
  kBearer,   // Authorization: Bearer TOKEN
  kBasic,    // the user, made of settings, and the token as the password
  kHeader,   // the token alone in a header of its own
  kAddress,  // the token is the address itself, as of a webhook
  kOAuth,    // a token that is fetched anew with what the file of the token holds
};

// What {since} and the like look like.
enum class StampForm : std::uint8_t { kUnix, kUnixMs, kIso, kSql };

enum class PagingKind : std::uint8_t {
  kNone,    // one answer holds all
  kUrl,     // the answer holds the address of the next page
  kToken,   // the answer holds what {cursor} is to be
  kLast,    // {cursor} is the key of the last record
  kPage,    // {cursor} counts pages
  kOffset,  // {cursor} counts records
};

struct Paging {
  PagingKind kind = PagingKind::kNone;
  std::string at;          // path of the address or token in the answer, of the key in a record
  std::string more;        // path of a flag in the answer: false there is the end
  std::string end;         // the same: true there is the end
  std::int64_t full = 0;   // records of a full page: fewer are the end; 0: only none are
  std::int64_t first = 1;  // page
  std::string begin;       // kLast: {cursor} of the first page; empty: there is none
  std::int64_t most = 0;   // records that one question gives at most, in the order of their stamps; 0: no such limit
  bool keeps = false;      // the last address goes on at the next pull
};

struct Since {
  StampForm form = StampForm::kIso;
  std::string at;  // path of the stamp in a record; empty: when the pull began, by the clock of the service
  std::int64_t overlap_s = 300;
};

// One way to ask for a list.
struct Ask {
  bool is_post = false;
  std::string path;
  std::vector<std::pair<std::string, std::string>> params;  // in the order of the file; values with placeholders
  std::string body;                                         // of a POST: JSON with placeholders
  std::string records;                                      // path of the list in the answer
  std::string record;                                       // path of the record within its element
  std::vector<std::pair<std::string, std::string>> where;   // of a record: path and the text that must stand there
  Paging paging;
  std::optional<Since> since;
  bool is_newest_first = false;  // of a record that comes twice the first state counts
  std::int64_t keeps_days = 0;   // how far back it knows; 0: to the beginning
  std::int64_t window_days = 0;  // asked from {since} to {until} in windows of so many days; 0: at once
};

// A list within each record, or lists under the names of fields such as the versions of properties: each element
// becomes a record of its own.
struct Unfold {
  std::string at;
  std::string id = "id";  // path of the key of the record
  std::string parent;     // members that are added: the key of the record, and the name of the field
  std::string name;
};

struct PullObject {
  std::string name;
  std::vector<std::string> maps;  // source/object of the mappings that read it
  std::vector<std::string> key;   // paths in a record
  Ask all;
  std::optional<Ask> changes;  // what changed since, where that is asked in another way
  std::optional<Unfold> unfold;
  std::vector<std::pair<std::string, std::string>> members;  // that are added: name, and the path of their text
  bool is_whole = false;                                     // the list is all there is: what is absent is gone
  std::vector<std::string> of;              // asked once for each record of these objects, with {id} ...
  int batch = 0;                            // ... or for so many at once, with {ids}
  std::string when;                         // only for those in which this flag is true
  std::string within;                       // and the records at this path of such a record are taken as they are
  std::string with;                         // member that is added to each record: the {id} that was asked for
  std::optional<std::pair<int, int>> rate;  // a rate of its own: requests, seconds
  bool is_optional = false;                 // not asked unless `only` names it
};

struct PullSetting {
  std::string name;
  std::string example;
  bool is_host = false;  // a name with dots; else one word of it, or a text where it is no part of the address
  bool is_text = false;
  std::vector<std::string> ends;  // a host must end with one of these
};

struct OAuth {
  std::string path;      // of the token, on the same host
  std::string grant;     // refresh_token or client_credentials
  bool is_json = false;  // what is sent; else a form
};

// An answer that is not what its status says: {403, "REQUEST_LIMIT_EXCEEDED"}.
struct Saying {
  int status = 0;
  std::string says;    // within the answer; empty: any
  bool stops = false;  // of those that mean "come again later": not before the pull has ended
};

// Headers that tell how many requests of a day are used up: "api-usage=18/5000" in one, or what is left in one and of
// how many in another. Beyond the share the pull ends, so that others may still ask.
struct Budget {
  std::string used;
  std::string left;
  std::string of;
  int percent = 80;
};

// Answers that tell how much of an allowance is used: from so much on, nothing is asked until the moment that they
// name.
struct Pace {
  std::string used;
  double most = 0;
  std::string until;  // path of the moment, Unix seconds
};

struct Puller {
  std::string source;
  std::string title_en;
  std::string title_ru;
  std::string page;  // where the vendor describes it
  std::string base;  // "https://{subdomain}.example.com"
  std::vector<PullSetting> settings;
  AuthKind auth = AuthKind::kBearer;
  std::string user;    // of kBasic, with {settings}
  std::string header;  // of kHeader
  OAuth oauth;
  std::vector<std::pair<std::string, std::string>> headers;
  std::pair<int, int> rate{5, 1};  // requests, seconds
  std::vector<std::string> waits;  // headers that say how many seconds to wait, besides Retry-After
  std::vector<Saying> busy;        // come again later, besides 429 and 5xx
  std::vector<Saying> expired;     // the cursor is not known any more
  std::vector<Saying> absent;      // this account has no such object
  std::optional<Budget> budget;
  std::optional<Pace> pace;
  std::vector<std::string> posts;  // paths (globs) that are read by POST
  std::vector<PullObject> objects;
  std::string file_name;

  const PullObject* Find(std::string_view object) const;
};

std::string_view NameOf(AuthKind kind);

// Errors name file, line and column.
Result<Puller> ParsePuller(std::string_view toml, std::string_view file_name);

struct PullerCatalog {
  std::vector<Puller> pullers;  // by source
  std::vector<Error> problems;  // of files of the workspace that were left out
  const Puller* Find(std::string_view source) const;
};

// Those of the program and of the folder pulls of the workspace, which go before; all of their mappings must be there.
Result<PullerCatalog> LoadPullers(const std::filesystem::path& home, const sources::MappingCatalog& mappings);
Result<PullerCatalog> ParsePullers(std::span<const DefinitionFile> files, const sources::MappingCatalog& mappings);

}  // namespace weir::pulls
