#include "server/question.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "server/target.h"

namespace weir::server {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 12> kReserved{"as_of",  "cursor",      "data_version", "explain",
                                                     "export", "in_currency", "known_at",     "lang",
                                                     "limit",  "seed",        "sort",         "table"};

template <typename Integer>
Result<Integer> ReadInteger(std::string_view name, std::string_view text, Integer low, Integer high) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
    return Fail(BadUsage("'{}' is not a whole number from {} to {}", text, low, high).Field(std::string(name)));
  }
  return value;
}

constexpr std::int64_t kMaxVersion = std::int64_t{1} << 53;
constexpr std::int64_t kMaxLimit = 1'000'000;

// TABLE:KEY, where KEY is the values of the key columns joined by '|', each percent-encoded once more.
Result<engine::ExplainRequest> ReadExplain(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return Fail(BadUsage("'{}' does not name a row", text).Field("explain").Mend("Write TABLE:KEY"));
  }
  engine::ExplainRequest request;
  request.table = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 1);
  for (;;) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    // A value that was not encoded and holds a bare % stands for itself.
    const std::string_view part = rest.substr(0, bar);
    request.key.push_back(PercentDecode(part).value_or(std::string(part)));
    if (bar == rest.size()) break;
    rest.remove_prefix(bar + 1);
  }
  return request;
}

// Sets one of the reserved fields of a question.
Status SetReserved(std::string_view name, const std::string& value, engine::Question& question) {
  if (value.empty() || name == "lang") return {};
  if (name == "as_of") {
    question.as_of = value;
  } else if (name == "in_currency") {
    question.in_currency = value;
  } else if (name == "export") {
    if (value != "true" && value != "false") {
      return Fail(BadUsage("'{}' is neither true nor false", value).Field(std::string(name)));
    }
    question.is_export = value == "true";
  } else if (name == "known_at") {
    WEIR_TRY(question.known_at, ReadInteger<std::int64_t>(name, value, 0, kMaxVersion));
  } else if (name == "limit") {
    WEIR_TRY(question.page.limit, ReadInteger<std::int64_t>(name, value, 1, kMaxLimit));
  } else if (name == "seed") {
    WEIR_TRY(question.seed, ReadInteger<std::uint64_t>(name, value, 0, static_cast<std::uint64_t>(kMaxVersion)));
  } else if (name == "cursor") {
    question.page.cursor = value;
  } else if (name == "sort") {
    question.page.sort = value;
  } else if (name == "table") {
    question.page.table = value;
  } else if (name == "explain") {
    WEIR_TRY(engine::ExplainRequest request, ReadExplain(value));
    if (question.explain) request.data_version = question.explain->data_version;
    question.explain = std::move(request);
  } else if (name == "data_version") {
    // May come before `explain`, which keeps it.
    if (!question.explain) question.explain.emplace();
    WEIR_TRY(question.explain->data_version, ReadInteger<std::int64_t>(name, value, 0, kMaxVersion));
  }
  return {};
}

// After all fields were set.
Status CheckExplain(const engine::Question& question) {
  if (!question.explain || !question.explain->table.empty()) return {};
  return Fail(
      BadUsage("'data_version' goes with 'explain'; a past version is asked for by 'known_at'").Field("data_version"));
}

Result<json> ParseObject(std::string_view body) {
  json document = json::parse(body, nullptr, false);
  if (document.is_discarded()) return Fail(BadUsage("the body is not JSON"));
  if (!document.is_object()) return Fail(BadUsage("the body is not a JSON object"));
  return document;
}

Result<std::string> TextOf(const std::string& name, const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return std::string(value.get<bool>() ? "true" : "false");
  if (value.is_number()) return value.dump();
  return Fail(BadUsage("'{}' is neither a text, a number nor true or false", name).Field(name));
}

Result<analysis::RawParams> ParamsIn(const json& object) {
  analysis::RawParams params;
  for (const auto& [name, value] : object.items()) {
    if (value.is_null()) continue;
    std::vector<std::string>& texts = params[name];
    if (!value.is_array()) {
      WEIR_TRY(std::string text, TextOf(name, value));
      texts.push_back(std::move(text));
      continue;
    }
    for (const json& item : value) {
      WEIR_TRY(std::string text, TextOf(name, item));
      texts.push_back(std::move(text));
    }
  }
  return params;
}

Result<analysis::RawParams> ParamsOf(const json& document) {
  const auto found = document.find("params");
  if (found == document.end() || found->is_null()) return analysis::RawParams();
  if (!found->is_object()) return Fail(BadUsage("'params' is not an object").Field("params"));
  return ParamsIn(*found);
}

// Fields of a JSON object that a query would have as reserved names.
Status SetReservedFrom(const json& document, engine::Question& question) {
  for (const std::string_view name : kReserved) {
    const auto found = document.find(name);
    if (found == document.end() || found->is_null()) continue;
    WEIR_TRY(const std::string text, TextOf(std::string(name), *found));
    WEIR_TRY(SetReserved(name, text, question));
  }
  return {};
}

// Reserved names among the parameters mean what they mean in a query.
Status TakeReserved(engine::Question& question) {
  for (const std::string_view name : kReserved) {
    const auto found = question.params.find(name);
    if (found == question.params.end()) continue;
    const std::vector<std::string> values = found->second;
    question.params.erase(found);
    if (values.size() > 1) return Fail(BadUsage("'{}' is given more than once", name).Field(std::string(name)));
    if (!values.empty()) WEIR_TRY(SetReserved(name, values.front(), question));
  }
  return {};
}

Status CheckNames(const json& document, std::initializer_list<std::string_view> own) {
  for (const auto& [name, value] : document.items()) {
    if (std::ranges::find(own, name) == own.end() && !IsReservedName(name)) {
      return Fail(BadUsage("there is no field '{}' here", name).Field(name));
    }
  }
  return {};
}

Result<bool> FlagOf(const analysis::RawParams& params, const std::string& name) {
  const auto found = params.find(name);
  if (found == params.end() || found->second.empty() || found->second.front().empty()) return false;
  const std::string& text = found->second.front();
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return Fail(BadUsage("'{}' is not true or false", text).Field(name));
}

std::string FirstOf(const analysis::RawParams& params, std::string_view name) {
  const auto found = params.find(name);
  return found == params.end() || found->second.empty() ? std::string() : found->second.front();
}

}  // namespace

bool IsReservedName(std::string_view name) { return std::ranges::find(kReserved, name) != kReserved.end(); }

Result<engine::Question> ReadQuestion(std::string_view id,
                                      const std::vector<std::pair<std::string, std::string>>& query) {
  engine::Question question;
  question.id = id;
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : query) {
    if (!IsReservedName(name)) {
      question.params[name].push_back(value);
      continue;
    }
    if (std::ranges::find(seen, name) != seen.end()) {
      return Fail(BadUsage("'{}' is given more than once", name).Field(name));
    }
    seen.push_back(name);
    WEIR_TRY(SetReserved(name, value, question));
  }
  WEIR_TRY(CheckExplain(question));
  return question;
}

Result<std::vector<engine::Question>> ReadBatch(std::string_view body) {
  WEIR_TRY(const json document, ParseObject(body));
  WEIR_TRY(CheckNames(document, {"requests"}));
  const auto requests = document.find("requests");
  if (requests == document.end() || !requests->is_array() || requests->empty()) {
    return Fail(BadUsage("'requests' is not a list of questions").Field("requests"));
  }
  if (requests->size() > kMaxBatch) {
    return Fail(TooLarge("a batch has at most {} questions", kMaxBatch).Field("requests"));
  }
  std::vector<engine::Question> questions;
  for (const json& request : *requests) {
    if (!request.is_object() || !request.contains("id") || !request["id"].is_string()) {
      return Fail(BadUsage("a question has no 'id'").Field("requests"));
    }
    WEIR_TRY(CheckNames(request, {"id", "params"}));
    engine::Question question;
    question.id = request["id"].get<std::string>();
    WEIR_TRY(question.params, ParamsOf(request));
    WEIR_TRY(SetReservedFrom(document, question));
    WEIR_TRY(SetReservedFrom(request, question));
    WEIR_TRY(TakeReserved(question));
    WEIR_TRY(CheckExplain(question));
    questions.push_back(std::move(question));
  }
  return questions;
}

Result<ActionBody> ReadAction(std::string_view body) {
  ActionBody action;
  if (body.empty()) return action;
  WEIR_TRY(const json document, ParseObject(body));
  for (const auto& [name, value] : document.items()) {
    if (name != "params" && name != "reason") {
      return Fail(BadUsage("there is no field '{}' here", name).Field(name).Mend("Put parameters into 'params'"));
    }
  }
  WEIR_TRY(action.params, ParamsOf(document));
  if (document.contains("reason") && !document["reason"].is_null()) {
    WEIR_TRY(action.reason, TextOf("reason", document["reason"]));
  }
  return action;
}

Result<analysis::RawParams> ReadPlainParams(std::string_view body, const std::vector<analysis::ParamSpec>& specs) {
  WEIR_TRY(const json document, ParseObject(body));
  for (const analysis::ParamSpec& spec : specs) {
    const auto found = document.find(spec.info.name);
    if (spec.type != analysis::ParamType::kText || found == document.end()) continue;
    if (found->is_string() || found->is_null()) continue;
    return Fail(BadUsage("'{}' is not a text", spec.info.name).Field(spec.info.name).Mend("Put it into quotes"));
  }
  return ParamsIn(document);
}

Result<ImportBody> ReadImport(const analysis::RawParams& params) {
  ImportBody body;
  for (const auto& [name, values] : params) {
    static constexpr std::array<std::string_view, 4> kNames{"dry_run", "exported_at", "mapping", "uploads"};
    if (std::ranges::find(kNames, name) == kNames.end()) {
      return Fail(BadUsage("there is no parameter '{}'", name).Field(name));
    }
  }
  if (const auto found = params.find("uploads"); found != params.end()) body.uploads = found->second;
  if (body.uploads.empty()) {
    return Fail(BadUsage("'uploads' names no file").Field("uploads").Mend("Send the files to /api/v1/uploads first"));
  }
  WEIR_TRY(body.request.dry_run, FlagOf(params, "dry_run"));
  body.request.mapping = FirstOf(params, "mapping");
  body.request.exported_at = FirstOf(params, "exported_at");
  return body;
}

namespace {

Result<std::string> OwnText(const json& document, const std::string& name) {
  const auto found = document.find(name);
  if (found == document.end() || found->is_null()) return std::string();
  if (!found->is_string()) return Fail(BadUsage("'{}' is not a text", name).Field(name));
  return found->get<std::string>();
}

Status CheckOwn(const json& document, std::initializer_list<std::string_view> own) {
  for (const auto& [name, value] : document.items()) {
    if (std::ranges::find(own, name) == own.end()) {
      return Fail(BadUsage("there is no field '{}' here", name).Field(name));
    }
  }
  return {};
}

}  // namespace

Result<workspace::ProposalRequest> ReadProposal(std::string_view body) {
  workspace::ProposalRequest request;
  if (body.empty()) return request;
  WEIR_TRY(const json document, ParseObject(body));
  WEIR_TRY(CheckOwn(document, {"part", "table", "source"}));
  WEIR_TRY(request.part, OwnText(document, "part"));
  WEIR_TRY(request.table, OwnText(document, "table"));
  WEIR_TRY(request.source, OwnText(document, "source"));
  return request;
}

Result<std::string> ReadSheetPart(std::string_view body) {
  if (body.empty()) return std::string();
  WEIR_TRY(const json document, ParseObject(body));
  WEIR_TRY(CheckOwn(document, {"part"}));
  return OwnText(document, "part");
}

Result<TrialBody> ReadTrial(std::string_view body) {
  TrialBody trial;
  WEIR_TRY(const json document, ParseObject(body));
  WEIR_TRY(CheckOwn(document, {"part", "draft"}));
  WEIR_TRY(trial.part, OwnText(document, "part"));
  const auto draft = document.find("draft");
  if (draft == document.end()) return Fail(BadUsage("'draft' is missing").Field("draft"));
  WEIR_TRY(trial.draft, sources::DraftFromJson(draft->dump(-1, ' ', false, json::error_handler_t::replace)));
  return trial;
}

}  // namespace weir::server
