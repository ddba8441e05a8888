#include "buckets/bucket_state.h"

#include <nlohmann/json.hpp>

namespace weir::buckets {
namespace {

using json = nlohmann::ordered_json;

NLOHMANN_JSON_SERIALIZE_ENUM(ObjectFate, {{ObjectFate::kIn, "in"},
                                          {ObjectFate::kUnknown, "unknown"},
                                          {ObjectFate::kFailed, "failed"}})

std::optional<Instant> InstantAt(const json& from, const char* name) {
  if (!from.contains(name)) return std::nullopt;
  return ParseIsoInstant(from.at(name).get<std::string>());
}

}  // namespace

bool KnownObject::IsOf(const BucketObject& object) const {
  return etag == object.etag && bytes == object.bytes && modified == object.modified;
}

std::string ToText(const BucketState& state) {
  json document{{"bucket", 1}, {"account", state.account}, {"objects", json::object()}};
  if (state.pulled) document["pulled"] = FormatInstant(*state.pulled);
  for (const auto& [key, object] : state.objects) {
    json said{{"etag", object.etag}, {"bytes", object.bytes}, {"modified", FormatInstant(object.modified)}};
    if (object.fate != ObjectFate::kIn) {
      said["fate"] = object.fate;
      said["reason"] = object.reason;
      said["reason_ru"] = object.reason_ru;
      said["definitions"] = object.definitions;
    }
    if (object.gone) said["gone"] = FormatInstant(*object.gone);
    document["objects"][key] = std::move(said);
  }
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<BucketState> ReadBucketState(std::string_view text) {
  BucketState state;
  if (text.empty()) return state;
  const json document = json::parse(text, nullptr, false);
  const auto broken = [] {
    return Fail(
        BadInput("the state of the pull cannot be read").Mend("Move its folder in the inbox away: all is asked anew"));
  };
  if (!document.is_object()) return broken();
  try {
    if (document.value("bucket", 0) != 1) return broken();
    state.account = document.at("account").get<std::string>();
    state.pulled = InstantAt(document, "pulled");
    for (const auto& [key, said] : document.at("objects").items()) {
      const auto modified = InstantAt(said, "modified");
      if (!modified) return broken();
      state.objects[key] = {.etag = said.at("etag").get<std::string>(),
                            .bytes = said.at("bytes").get<std::uint64_t>(),
                            .modified = *modified,
                            .fate = said.value("fate", ObjectFate::kIn),
                            .reason = said.value("reason", std::string()),
                            .reason_ru = said.value("reason_ru", std::string()),
                            .definitions = said.value("definitions", std::string()),
                            .gone = InstantAt(said, "gone")};
    }
  } catch (const json::exception&) {
    return broken();
  }
  return state;
}

}  // namespace weir::buckets
