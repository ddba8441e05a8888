#include "analysis/params.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace weir::analysis {

std::string_view NameOf(ParamType type) {
  static constexpr std::array<std::string_view, 6> kNames{"text", "integer", "decimal", "boolean", "date", "list"};
  return kNames.at(static_cast<std::size_t>(type));
}

void SpecCollector::Add(const ParamInfo& info, std::string& value) {
  specs_.push_back({info, ParamType::kText, value});
}
void SpecCollector::Add(const ParamInfo& info, std::int64_t& value) {
  specs_.push_back({info, ParamType::kInteger, fmt::format("{}", value)});
}
void SpecCollector::Add(const ParamInfo& info, double& value) {
  specs_.push_back({info, ParamType::kDecimal, fmt::format("{}", value)});
}
void SpecCollector::Add(const ParamInfo& info, bool& value) {
  specs_.push_back({info, ParamType::kBoolean, value ? "true" : "false"});
}
void SpecCollector::Add(const ParamInfo& info, std::optional<Date>& value) {
  specs_.push_back({info, ParamType::kDate, value ? FormatDate(*value) : ""});
}
void SpecCollector::Add(const ParamInfo& info, std::vector<std::string>& value) {
  specs_.push_back({info, ParamType::kList, fmt::format("{}", fmt::join(value, ","))});
}

const std::vector<std::string>* Binder::Take(const ParamInfo& info, bool is_list) {
  known_.push_back(info.name);
  const auto found = raw_.find(info.name);
  const bool is_empty =
      found == raw_.end() || found->second.empty() || (found->second.size() == 1 && found->second.front().empty());
  if (is_empty) {
    if (info.required && !first_error_) {
      first_error_ = BadUsage("parameter '{}' is missing", info.name).Field(info.name);
    }
    return nullptr;
  }
  if (!is_list && found->second.size() > 1) {
    if (!first_error_) first_error_ = BadUsage("parameter '{}' is given more than once", info.name).Field(info.name);
    return nullptr;
  }
  return &found->second;
}

void Binder::Refuse(const ParamInfo& info, std::string_view value, const Phrase& expected) {
  if (first_error_) return;
  first_error_ = BadUsage("'{}' is not {}", value, expected).Field(info.name);
}

void Binder::Add(const ParamInfo& info, std::string& value) {
  const auto* given = Take(info, false);
  if (given == nullptr) return;
  if (!info.allowed.empty() && std::ranges::find(info.allowed, given->front()) == info.allowed.end()) {
    Refuse(info, given->front(), MakePhrase("one of {}", fmt::join(info.allowed, ", ")));
    return;
  }
  value = given->front();
}

void Binder::Add(const ParamInfo& info, std::int64_t& value) {
  const auto* given = Take(info, false);
  if (given == nullptr) return;
  const std::string& text = given->front();
  std::int64_t parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (error != std::errc{} || end != text.data() + text.size()) return Refuse(info, text, MakePhrase("a whole number"));
  value = parsed;
}

void Binder::Add(const ParamInfo& info, double& value) {
  const auto* given = Take(info, false);
  if (given == nullptr) return;
  const std::string& text = given->front();
  double parsed = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (error != std::errc{} || end != text.data() + text.size()) return Refuse(info, text, MakePhrase("a number"));
  value = parsed;
}

void Binder::Add(const ParamInfo& info, bool& value) {
  const auto* given = Take(info, false);
  if (given == nullptr) return;
  const std::string& text = given->front();
  if (text == "true" || text == "1" || text == "yes") {
    value = true;
  } else if (text == "false" || text == "0" || text == "no") {
    value = false;
  } else {
    Refuse(info, text, MakePhrase("true or false"));
  }
}

void Binder::Add(const ParamInfo& info, std::optional<Date>& value) {
  const auto* given = Take(info, false);
  if (given == nullptr) return;
  const auto date = ParseIsoDate(given->front());
  if (!date) return Refuse(info, given->front(), MakePhrase("a date such as 2026-11-23"));
  const int year = ToCivil(*date).year;
  if (year < kFirstYear || year > kLastYear) {
    return Refuse(info, given->front(), MakePhrase("a date between the years {} and {}", kFirstYear, kLastYear));
  }
  value = date;
}

void Binder::Add(const ParamInfo& info, std::vector<std::string>& value) {
  const auto* given = Take(info, true);
  if (given == nullptr) return;
  value.clear();
  for (const std::string& text : *given) {
    std::size_t start = 0;
    while (start <= text.size()) {
      const std::size_t end = info.is_whole ? text.size() : std::min(text.find(',', start), text.size());
      std::string item = text.substr(start, end - start);
      start = end + 1;
      if (item.empty()) continue;
      if (!info.allowed.empty() && std::ranges::find(info.allowed, item) == info.allowed.end()) {
        return Refuse(info, item, MakePhrase("one of {}", fmt::join(info.allowed, ", ")));
      }
      value.push_back(std::move(item));
    }
  }
}

Status Binder::Finish() const {
  for (const auto& [name, values] : raw_) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    Error error = BadUsage("there is no parameter '{}'", name).Field(name);
    const auto near = NearestName(name, known_);
    return Fail(near ? std::move(error).Mend("Did you mean '{}'?", *near) : std::move(error));
  }
  if (first_error_) return Fail(*first_error_);
  return {};
}

std::optional<std::string> NearestName(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string_view near = weir::NearestName(name, candidates);
  if (near.empty()) return std::nullopt;
  return std::string(near);
}

}  // namespace weir::analysis
