// The grammar of catalog/pulls/*.toml.
#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "pulls/puller.h"
#include "sources/toml_reader.h"

namespace weir::pulls {
namespace {

using sources::TomlReader;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::array<std::string_view, 5> kAuthNames{"bearer", "basic", "header", "address", "oauth"};
constexpr std::array<std::string_view, 4> kFormNames{"unix", "unix_ms", "iso", "sql"};

class PullerReader {
 public:
  explicit PullerReader(const TomlReader& toml) : toml_(toml) {}

  Result<Puller> Read() {
    const toml::table& root = toml_.root();
    WEIR_TRY(toml_.OnlyKeys(root, {"source", "title", "page", "base", "settings", "auth", "headers", "rate", "waits",
                                   "busy", "expired", "absent", "budget", "pace", "posts", "object"}));
    WEIR_TRY(puller_.source, toml_.RequiredText(root, "source"));
    WEIR_TRY(ReadTitle(root));
    WEIR_TRY(puller_.page, toml_.RequiredText(root, "page"));
    WEIR_TRY(puller_.base, toml_.RequiredText(root, "base"));
    WEIR_TRY(ReadSettings(root));
    WEIR_TRY(ReadAuth(root));
    if (const toml::node* headers = root.get("headers")) {
      WEIR_TRY(puller_.headers, ReadPairs(*headers));
    }
    WEIR_TRY(const auto rate, ReadRate(root));
    if (rate) puller_.rate = *rate;
    WEIR_TRY(puller_.waits, toml_.TextsOr(root, "waits"));
    WEIR_TRY(puller_.busy, ReadSayings(root, "busy"));
    WEIR_TRY(puller_.expired, ReadSayings(root, "expired"));
    WEIR_TRY(puller_.absent, ReadSayings(root, "absent"));
    WEIR_TRY(puller_.budget, ReadBudget(root));
    WEIR_TRY(puller_.pace, ReadPace(root));
    WEIR_TRY(puller_.posts, toml_.TextsOr(root, "posts"));
    WEIR_TRY(CheckBase(root));
    const toml::array* objects = root.get_as<toml::array>("object");
    if (objects == nullptr || objects->empty()) return Fail(toml_.At(root, BadInput("there is no [[object]]")));
    for (const toml::node& node : *objects) {
      WEIR_TRY(const toml::table* table, toml_.Table(node));
      WEIR_TRY(PullObject object, ReadObject(*table));
      puller_.objects.push_back(std::move(object));
    }
    return std::move(puller_);
  }

 private:
  Status ReadTitle(const toml::table& root) {
    const toml::node* node = root.get("title");
    if (node == nullptr) return Fail(toml_.At(root, BadInput("'{}' is missing", "title")));
    WEIR_TRY(const toml::table* title, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*title, {"en", "ru"}));
    WEIR_TRY(puller_.title_en, toml_.RequiredText(*title, "en"));
    WEIR_TRY(puller_.title_ru, toml_.RequiredText(*title, "ru"));
    return {};
  }

  Result<std::int64_t> NumberOr(const toml::table& table, std::string_view key, std::int64_t otherwise) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return otherwise;
    const auto* number = node->as_integer();
    if (number == nullptr || number->get() < 0) {
      return Fail(toml_.At(*node, BadInput("a whole number is expected here")));
    }
    return number->get();
  }

  Status ReadSettings(const toml::table& root) {
    const toml::node* node = root.get("settings");
    if (node == nullptr) return {};
    WEIR_TRY(const toml::table* settings, toml_.Table(*node));
    for (const auto& [name, value] : TomlReader::InOrder(*settings)) {
      WEIR_TRY(const toml::table* table, toml_.Table(*value));
      WEIR_TRY(toml_.OnlyKeys(*table, {"example", "host", "text", "ends"}));
      PullSetting setting;
      setting.name = name;
      WEIR_TRY(setting.example, toml_.RequiredText(*table, "example"));
      WEIR_TRY(setting.is_host, toml_.BooleanOr(*table, "host", false));
      WEIR_TRY(setting.is_text, toml_.BooleanOr(*table, "text", false));
      WEIR_TRY(setting.ends, toml_.TextsOr(*table, "ends"));
      puller_.settings.push_back(std::move(setting));
    }
    return {};
  }

  Status ReadAuth(const toml::table& root) {
    const toml::node* node = root.get("auth");
    if (node == nullptr) return Fail(toml_.At(root, BadInput("'{}' is missing", "auth")));
    WEIR_TRY(const toml::table* auth, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*auth, {"kind", "user", "header", "path", "grant", "json"}));
    WEIR_TRY(const std::string kind, toml_.RequiredText(*auth, "kind"));
    const auto* const found = std::ranges::find(kAuthNames, kind);
    if (found == kAuthNames.end()) {
      const std::vector<std::string> names(kAuthNames.begin(), kAuthNames.end());
      return Fail(toml_.At(*auth, sources::UnknownName(MakePhrase("kind"), kind, names)));
    }
    puller_.auth = static_cast<AuthKind>(found - kAuthNames.begin());
    WEIR_TRY(puller_.user, toml_.TextOr(*auth, "user", ""));
    WEIR_TRY(puller_.header, toml_.TextOr(*auth, "header", ""));
    WEIR_TRY(puller_.oauth.path, toml_.TextOr(*auth, "path", ""));
    WEIR_TRY(puller_.oauth.grant, toml_.TextOr(*auth, "grant", ""));
    WEIR_TRY(puller_.oauth.is_json, toml_.BooleanOr(*auth, "json", false));
    const bool is_complete = (puller_.auth != AuthKind::kBasic || !puller_.user.empty()) &&
                             (puller_.auth != AuthKind::kHeader || !puller_.header.empty()) &&
                             (puller_.auth != AuthKind::kOAuth || puller_.oauth.path.starts_with('/'));
    if (!is_complete) return Fail(toml_.At(*auth, BadInput("[auth] lacks what its kind needs")));
    return {};
  }

  // With the token goes nothing that is not encrypted.
  Status CheckBase(const toml::table& root) const {
    const toml::node& node = *root.get("base");
    if (puller_.auth == AuthKind::kAddress) {
      if (puller_.base == "{token}") return {};
      return Fail(toml_.At(node, BadInput("where the token is the address, 'base' is {{token}}")));
    }
    if (!puller_.base.starts_with("https://") || puller_.base.ends_with('/')) {
      return Fail(toml_.At(node, BadInput("'base' begins with https:// and has no slash at its end")));
    }
    for (const PullSetting& setting : puller_.settings) {
      const bool is_in_address = puller_.base.find("{" + setting.name + "}") != std::string::npos;
      if (is_in_address && setting.is_text) {
        return Fail(
            toml_.At(node, BadInput("the setting '{}' is free text and cannot be part of an address", setting.name)));
      }
    }
    return {};
  }

  Result<std::optional<std::pair<int, int>>> ReadRate(const toml::table& table) const {
    const toml::node* node = table.get("rate");
    if (node == nullptr) return std::optional<std::pair<int, int>>();
    WEIR_TRY(const toml::table* rate, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*rate, {"requests", "seconds"}));
    WEIR_TRY(const std::int64_t requests, NumberOr(*rate, "requests", 0));
    WEIR_TRY(const std::int64_t seconds, NumberOr(*rate, "seconds", 1));
    if (requests < 1 || requests > 1000 || seconds < 1 || seconds > 3600) {
      return Fail(toml_.At(*rate, BadInput("a rate is 1 to 1000 requests in 1 to 3600 seconds")));
    }
    return std::optional(std::pair(static_cast<int>(requests), static_cast<int>(seconds)));
  }

  Result<std::vector<Saying>> ReadSayings(const toml::table& root, std::string_view key) const {
    std::vector<Saying> sayings;
    const toml::node* node = root.get(key);
    if (node == nullptr) return sayings;
    const toml::array* list = node->as_array();
    if (list == nullptr) return Fail(toml_.At(*node, BadInput("a list is expected here")));
    for (const toml::node& element : *list) {
      WEIR_TRY(const toml::table* table, toml_.Table(element));
      WEIR_TRY(toml_.OnlyKeys(*table, {"status", "says", "stops"}));
      Saying saying;
      WEIR_TRY(saying.stops, toml_.BooleanOr(*table, "stops", false));
      WEIR_TRY(const std::int64_t status, NumberOr(*table, "status", 0));
      saying.status = static_cast<int>(status);
      WEIR_TRY(saying.says, toml_.TextOr(*table, "says", ""));
      sayings.push_back(std::move(saying));
    }
    return sayings;
  }

  Result<std::optional<Budget>> ReadBudget(const toml::table& root) const {
    const toml::node* node = root.get("budget");
    if (node == nullptr) return std::optional<Budget>();
    WEIR_TRY(const toml::table* table, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*table, {"used", "left", "of", "percent"}));
    Budget budget;
    WEIR_TRY(budget.used, toml_.TextOr(*table, "used", ""));
    WEIR_TRY(budget.left, toml_.TextOr(*table, "left", ""));
    WEIR_TRY(budget.of, toml_.TextOr(*table, "of", ""));
    WEIR_TRY(const std::int64_t percent, NumberOr(*table, "percent", budget.percent));
    if (budget.used.empty() == budget.left.empty() || budget.left.empty() != budget.of.empty() || percent < 1 ||
        percent > 100) {
      return Fail(
          toml_.At(*table, BadInput("a budget names the header 'used', or 'left' and 'of', and 1 to 100 percent")));
    }
    budget.percent = static_cast<int>(percent);
    return std::optional(std::move(budget));
  }

  Result<std::optional<Pace>> ReadPace(const toml::table& root) const {
    const toml::node* node = root.get("pace");
    if (node == nullptr) return std::optional<Pace>();
    WEIR_TRY(const toml::table* table, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*table, {"used", "most", "until"}));
    Pace pace;
    WEIR_TRY(pace.used, toml_.RequiredText(*table, "used"));
    WEIR_TRY(const std::int64_t most, NumberOr(*table, "most", 0));
    pace.most = static_cast<double>(most);
    WEIR_TRY(pace.until, toml_.RequiredText(*table, "until"));
    return std::optional(std::move(pace));
  }

  // Values that are lists give several pairs of one name.
  Result<Pairs> ReadPairs(const toml::node& node) const {
    WEIR_TRY(const toml::table* table, toml_.Table(node));
    Pairs pairs;
    for (const auto& [name, value] : TomlReader::InOrder(*table)) {
      WEIR_TRY(const std::vector<std::string> texts, toml_.Texts(*value));
      for (const std::string& text : texts) pairs.emplace_back(name, text);
    }
    return pairs;
  }

  Result<Paging> ReadPaging(const toml::table& table) const {
    Paging paging;
    const toml::node* node = table.get("next");
    if (node == nullptr) return paging;
    WEIR_TRY(const toml::table* next, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(
        *next, {"url", "token", "last", "page", "offset", "more", "end", "full", "most", "keeps", "begin"}));
    int kinds = 0;
    const auto is = [&](std::string_view key, PagingKind kind) {
      if (next->get(key) == nullptr) return false;
      paging.kind = kind;
      ++kinds;
      return true;
    };
    if (is("url", PagingKind::kUrl)) {
      WEIR_TRY(paging.at, toml_.RequiredText(*next, "url"));
    }
    if (is("token", PagingKind::kToken)) {
      WEIR_TRY(paging.at, toml_.RequiredText(*next, "token"));
    }
    if (is("last", PagingKind::kLast)) {
      WEIR_TRY(paging.at, toml_.RequiredText(*next, "last"));
      WEIR_TRY(paging.begin, toml_.TextOr(*next, "begin", ""));
    }
    if (is("page", PagingKind::kPage)) {
      WEIR_TRY(paging.first, NumberOr(*next, "page", 1));
    }
    if (is("offset", PagingKind::kOffset)) {
      WEIR_TRY(paging.first, NumberOr(*next, "offset", 0));
    }
    if (kinds != 1) {
      return Fail(toml_.At(*next, BadInput("'next' names one of url, token, last, page, offset")));
    }
    WEIR_TRY(paging.more, toml_.TextOr(*next, "more", ""));
    WEIR_TRY(paging.end, toml_.TextOr(*next, "end", ""));
    WEIR_TRY(paging.full, NumberOr(*next, "full", 0));
    WEIR_TRY(paging.most, NumberOr(*next, "most", 0));
    WEIR_TRY(paging.keeps, toml_.BooleanOr(*next, "keeps", false));
    return paging;
  }

  Result<std::optional<Since>> ReadSince(const toml::table& table) const {
    const toml::node* node = table.get("since");
    if (node == nullptr) return std::optional<Since>();
    WEIR_TRY(const toml::table* said, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*said, {"at", "form", "overlap_s"}));
    Since since;
    WEIR_TRY(const std::string form, toml_.RequiredText(*said, "form"));
    const auto* const found = std::ranges::find(kFormNames, form);
    if (found == kFormNames.end()) {
      const std::vector<std::string> names(kFormNames.begin(), kFormNames.end());
      return Fail(toml_.At(*said, sources::UnknownName(MakePhrase("form"), form, names)));
    }
    since.form = static_cast<StampForm>(found - kFormNames.begin());
    WEIR_TRY(since.at, toml_.TextOr(*said, "at", ""));
    WEIR_TRY(since.overlap_s, NumberOr(*said, "overlap_s", since.overlap_s));
    return std::optional(std::move(since));
  }

  Result<Ask> ReadAsk(const toml::table& table) const {
    Ask ask;
    WEIR_TRY(ask.is_post, toml_.BooleanOr(table, "post", false));
    WEIR_TRY(ask.path, toml_.RequiredText(table, "path"));
    if (const toml::node* params = table.get("params")) {
      WEIR_TRY(ask.params, ReadPairs(*params));
    }
    WEIR_TRY(ask.body, toml_.TextOr(table, "body", ""));
    WEIR_TRY(ask.records, toml_.TextOr(table, "records", ""));
    WEIR_TRY(ask.record, toml_.TextOr(table, "record", ""));
    if (const toml::node* where = table.get("where")) {
      WEIR_TRY(ask.where, ReadPairs(*where));
    }
    WEIR_TRY(ask.paging, ReadPaging(table));
    WEIR_TRY(ask.since, ReadSince(table));
    WEIR_TRY(ask.is_newest_first, toml_.BooleanOr(table, "newest_first", false));
    WEIR_TRY(ask.keeps_days, NumberOr(table, "keeps_days", 0));
    WEIR_TRY(ask.window_days, NumberOr(table, "window_days", 0));
    WEIR_TRY(CheckAsk(table, ask));
    return ask;
  }

  // What is sent can read alone, and what is written in it is what will be filled in.
  Status CheckAsk(const toml::table& table, const Ask& ask) const {
    if (!ask.path.starts_with('/') || ask.path.find("..") != std::string::npos ||
        ask.path.find('?') != std::string::npos) {
      return Fail(toml_.At(table, BadInput("a path begins with a slash and has no dots or parameters")));
    }
    if (ask.is_post != !ask.body.empty()) {
      return Fail(toml_.At(table, BadInput("a POST has a body, and a GET has none")));
    }
    if (ask.is_post) {
      const bool is_listed =
          std::ranges::any_of(puller_.posts, [&](const std::string& glob) { return MatchesGlob(glob, ask.path); });
      if (!is_listed) {
        return Fail(toml_.At(table, BadInput("'{}' is not among the addresses that are read by POST", ask.path))
                        .Mend("Ask by GET, or list it in 'posts' if the vendor documents it as a read"));
      }
      if (nlohmann::json::parse(ask.body, nullptr, false).is_discarded()) {
        return Fail(toml_.At(table, BadInput("the body is no JSON")));
      }
    }
    std::string all = ask.path + ask.body;
    for (const auto& [name, value] : ask.params) all += value;
    const auto holds = [&](std::string_view mark) { return all.find(mark) != std::string::npos; };
    const PagingKind kind = ask.paging.kind;
    if ((kind != PagingKind::kNone && kind != PagingKind::kUrl) != holds("{cursor}")) {
      return Fail(toml_.At(table, BadInput("{{cursor}} stands where 'next' needs it, and nowhere else")));
    }
    if (holds("{since}") && !ask.since) {
      return Fail(toml_.At(table, BadInput("{{since}} needs the table 'since'")));
    }
    if ((ask.window_days > 0) != holds("{until}")) {
      return Fail(toml_.At(table, BadInput("{{until}} goes with 'window_days'")));
    }
    if ((ask.window_days > 0 || ask.paging.most > 0) && !ask.since) {
      return Fail(toml_.At(table, BadInput("{{since}} needs the table 'since'")));
    }
    return {};
  }

  Result<PullObject> ReadObject(const toml::table& table) {
    WEIR_TRY(toml_.OnlyKeys(
        table, {"name",  "maps", "key",   "path",         "post",       "params",      "body",    "records", "record",
                "where", "next", "since", "newest_first", "keeps_days", "window_days", "changes", "unfold",  "members",
                "whole", "of",   "batch", "when",         "within",     "with",        "rate",    "optional"}));
    PullObject object;
    WEIR_TRY(object.name, toml_.RequiredText(table, "name"));
    WEIR_TRY(object.maps, toml_.TextsOr(table, "maps"));
    WEIR_TRY(object.key, toml_.TextsOr(table, "key"));
    WEIR_TRY(object.all, ReadAsk(table));
    if (const toml::node* node = table.get("changes")) {
      WEIR_TRY(const toml::table* changes, toml_.Table(*node));
      WEIR_TRY(toml_.OnlyKeys(*changes, {"path", "post", "params", "body", "records", "record", "where", "next",
                                         "since", "newest_first", "keeps_days"}));
      WEIR_TRY(object.changes, ReadAsk(*changes));
    }
    if (const toml::node* node = table.get("unfold")) {
      WEIR_TRY(const toml::table* unfold, toml_.Table(*node));
      WEIR_TRY(toml_.OnlyKeys(*unfold, {"at", "id", "parent", "name"}));
      object.unfold.emplace();
      WEIR_TRY(object.unfold->at, toml_.RequiredText(*unfold, "at"));
      WEIR_TRY(object.unfold->id, toml_.TextOr(*unfold, "id", object.unfold->id));
      WEIR_TRY(object.unfold->parent, toml_.RequiredText(*unfold, "parent"));
      WEIR_TRY(object.unfold->name, toml_.TextOr(*unfold, "name", ""));
    }
    if (const toml::node* members = table.get("members")) {
      WEIR_TRY(object.members, ReadPairs(*members));
    }
    WEIR_TRY(object.is_whole, toml_.BooleanOr(table, "whole", false));
    WEIR_TRY(object.of, toml_.TextsOr(table, "of"));
    WEIR_TRY(const std::int64_t batch, NumberOr(table, "batch", 0));
    object.batch = static_cast<int>(std::min<std::int64_t>(batch, 1000));
    WEIR_TRY(object.when, toml_.TextOr(table, "when", ""));
    WEIR_TRY(object.within, toml_.TextOr(table, "within", ""));
    WEIR_TRY(object.with, toml_.TextOr(table, "with", ""));
    WEIR_TRY(object.rate, ReadRate(table));
    WEIR_TRY(object.is_optional, toml_.BooleanOr(table, "optional", false));
    WEIR_TRY(CheckObject(table, object));
    return object;
  }

  Status CheckObject(const toml::table& table, const PullObject& object) {
    if (!names_.insert(object.name).second) {
      return Fail(toml_.At(table, BadInput("two objects are called '{}'", object.name)));
    }
    if (object.maps.empty()) return Fail(toml_.At(table, BadInput("'{}' is missing", "maps")));
    if (object.key.empty()) return Fail(toml_.At(table, BadInput("'{}' is missing", "key")));
    for (const std::string& above : object.of) {
      if (above != object.name && names_.contains(above)) continue;
      return Fail(toml_.At(table, BadInput("'of' names no object that stands before it: '{}'", above)));
    }
    std::string all = object.all.path + object.all.body;
    for (const auto& [name, value] : object.all.params) all += value;
    const bool has_id = all.find("{id}") != std::string::npos || all.find("{ids}") != std::string::npos;
    if (has_id != !object.of.empty()) {
      return Fail(toml_.At(table, BadInput("{{id}} or {{ids}} goes with 'of'")));
    }
    if (object.of.empty() && (!object.when.empty() || !object.within.empty() || !object.with.empty())) {
      return Fail(toml_.At(table, BadInput("'when', 'within' and 'with' go with 'of'")));
    }
    const bool is_plain = !object.of.empty() && (object.is_whole || object.changes || object.all.window_days > 0);
    if (is_plain || (object.is_whole && object.changes)) {
      return Fail(toml_.At(table, BadInput("what is asked for each record is neither whole nor asked by changes")));
    }
    if (object.changes && !object.changes->since) {
      return Fail(toml_.At(table, BadInput("{{since}} needs the table 'since'")));
    }
    return {};
  }

  const TomlReader& toml_;
  Puller puller_;
  std::set<std::string> names_;
};

}  // namespace

std::string_view NameOf(AuthKind kind) { return kAuthNames.at(static_cast<std::size_t>(kind)); }

Result<Puller> ParsePuller(std::string_view text, std::string_view file_name) {
  WEIR_TRY(const TomlReader toml, TomlReader::Parse(text, file_name));
  WEIR_TRY(Puller puller, PullerReader(toml).Read());
  puller.file_name = file_name;
  return puller;
}

}  // namespace weir::pulls
