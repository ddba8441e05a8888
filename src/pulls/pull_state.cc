#include "pulls/pull_state.h"

#include <nlohmann/json.hpp>

namespace weir::pulls {
namespace {

using json = nlohmann::ordered_json;

void Put(json& into, const char* name, const std::optional<Instant>& instant) {
  if (instant) into[name] = FormatInstant(*instant);
}

std::optional<Instant> InstantAt(const json& from, const char* name) {
  if (!from.contains(name)) return std::nullopt;
  return ParseIsoInstant(from.at(name).get<std::string>());
}

json ToJson(const Listing& listing) {
  json text{{"changes", listing.is_changes}, {"cursor", listing.cursor}, {"taken", listing.taken}};
  Put(text, "since", listing.since);
  Put(text, "until", listing.until);
  Put(text, "began", listing.began);
  Put(text, "newest", listing.newest);
  return text;
}

Listing ListingFrom(const json& text) {
  return {.is_changes = text.value("changes", false),
          .since = InstantAt(text, "since"),
          .until = InstantAt(text, "until"),
          .began = InstantAt(text, "began"),
          .newest = InstantAt(text, "newest"),
          .cursor = text.value("cursor", std::string()),
          .taken = text.value("taken", std::int64_t{0})};
}

}  // namespace

std::string ToText(const PullState& state) {
  json document{{"pull", 1}, {"account", state.account}, {"objects", json::object()}};
  for (const auto& [name, object] : state.objects) {
    json said = json::object();
    Put(said, "since", object.since);
    Put(said, "asked", object.asked);
    if (!object.kept.empty()) said["kept"] = object.kept;
    if (object.listing) said["listing"] = ToJson(*object.listing);
    if (object.version != 1) said["version"] = object.version;
    if (!object.queue.empty()) said["queue"] = object.queue;
    document["objects"][name] = std::move(said);
  }
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<PullState> ReadPullState(std::string_view text) {
  PullState state;
  if (text.empty()) return state;
  const json document = json::parse(text, nullptr, false);
  const auto broken = [] {
    return Fail(
        BadInput("the state of the pull cannot be read").Mend("Move its folder in the inbox away: all is asked anew"));
  };
  if (!document.is_object() || document.value("pull", 0) != 1) return broken();
  try {
    state.account = document.at("account").get<std::string>();
    for (const auto& [name, said] : document.at("objects").items()) {
      ObjectState& object = state.objects[name];
      object.since = InstantAt(said, "since");
      object.asked = InstantAt(said, "asked");
      object.kept = said.value("kept", std::string());
      if (said.contains("listing")) object.listing = ListingFrom(said.at("listing"));
      object.version = said.value("version", std::int64_t{1});
      if (said.contains("queue")) object.queue = said.at("queue").get<std::deque<std::string>>();
    }
  } catch (const json::exception&) {
    return broken();
  }
  return state;
}

}  // namespace weir::pulls
