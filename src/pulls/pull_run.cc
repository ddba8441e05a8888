#include "pulls/pull_run.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include <nlohmann/json.hpp>

#include "base/russian.h"
#include "base/whole_file.h"

namespace weir::pulls {
namespace {

using json = nlohmann::ordered_json;
constexpr std::string_view kFile = "run.json";

void Put(json& into, const char* name, const std::optional<Instant>& instant) {
  if (instant) into[name] = FormatInstant(*instant);
}
void Put(json& into, const char* name, const std::string& text) {
  if (!text.empty()) into[name] = text;
}

std::optional<Instant> InstantAt(const json& from, const char* name) {
  if (!from.contains(name)) return std::nullopt;
  return ParseIsoInstant(from.at(name).get<std::string>());
}

}  // namespace

bool PullRun::HasFailed() const {
  return !reason.empty() || std::ranges::any_of(objects, [](const RunObject& one) { return one.state == "failed"; });
}

void PullRun::Fails(const Error& error) {
  reason = error.ToString();
  reason_ru = InRussian(error.Whole());
}

std::string ToText(const PullRun& run) {
  json document{{"run", 1}};
  Put(document, "began", run.began);
  Put(document, "ended", run.ended);
  Put(document, "succeeded", run.succeeded);
  Put(document, "reason", run.reason);
  Put(document, "reason_ru", run.reason_ru);
  document["objects"] = json::array();
  for (const RunObject& object : run.objects) {
    json said{{"object", object.object}, {"state", object.state}, {"records", object.records}};
    Put(said, "reason", object.reason);
    Put(said, "reason_ru", object.reason_ru);
    document["objects"].push_back(std::move(said));
  }
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<PullRun> ReadPullRun(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  PullRun run;
  try {
    run.began = InstantAt(document, "began");
    run.ended = InstantAt(document, "ended");
    run.succeeded = InstantAt(document, "succeeded");
    run.reason = document.value("reason", std::string());
    run.reason_ru = document.value("reason_ru", std::string());
    for (const json& said : document.at("objects")) {
      run.objects.push_back({.object = said.at("object").get<std::string>(),
                             .state = said.at("state").get<std::string>(),
                             .records = said.value("records", std::int64_t{0}),
                             .reason = said.value("reason", std::string()),
                             .reason_ru = said.value("reason_ru", std::string())});
    }
  } catch (const json::exception&) {
    return std::nullopt;
  }
  return run;
}

std::optional<PullRun> LastRun(const std::filesystem::path& folder) {
  std::ifstream file(folder / kFile, std::ios::binary);
  if (!file) return std::nullopt;
  return ReadPullRun(std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>()));
}

Status SaveRun(const std::filesystem::path& folder, const PullRun& run) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Fail(Unavailable("the folder cannot be made: {}", error.message()).At(folder.string()));
  return WriteWholeFile(folder / kFile, ToText(run));
}

}  // namespace weir::pulls
