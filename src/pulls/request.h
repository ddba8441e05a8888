// What is asked, as an address and a body, out of the words of a puller.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pulls/puller.h"

namespace weir::pulls {

// What stands for {since}, {cursor} and the others.
struct Fill {
  std::optional<Instant> since;
  std::optional<Instant> until;
  std::string cursor;            // empty: the first page, and what holds {cursor} alone is left out
  std::vector<std::string> ids;  // {id} of the only one, {ids} of several with commas
  std::string add;               // fields that are asked for besides
  std::map<std::string, std::string> settings;
};

// {name} by the values; a name that is none of them stays.
std::string FilledIn(std::string_view text, const std::map<std::string, std::string>& values);
std::string FormatStamp(Instant instant, StampForm form);
// A stamp of an answer: seconds or milliseconds since 1970, or an ISO form, an offset without colon as well.
std::optional<Instant> ParseStamp(std::string_view text);

// The path and the parameters, encoded; begins with a slash.
std::string TargetOf(const Ask& ask, const Fill& fill);
// The JSON of a POST. A list that holds {id} in its only element has one for each id.
std::string BodyOf(const Ask& ask, const Fill& fill);

}  // namespace weir::pulls
