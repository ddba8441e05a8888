// Do we know this person, this company? What a form or a CRM asks before it makes a duplicate (`identity.match`), and
// what it is told. What is asked is personal data: it comes in a body, and is in no address, log, cache or decision.
// Internal to workspace/.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "identity/known_entities.h"

namespace weir::workspace {

inline constexpr std::string_view kMatch = "identity.match";

analysis::Action MatchAction();

// A person where a name, an e-mail, a mobile or a title is given, or nothing of a company is; a company where something
// of one is. Phone, country and city are the person's where there is one.
struct MatchForm {
  std::optional<identity::MatchQuery> person = {};
  std::optional<identity::MatchQuery> company = {};
  std::int64_t limit = 0;
};

// Brings the fields into the form in which sources are read; `region` is that of phones without a country code. Errors
// name the field and never tell its value.
Result<MatchForm> ReadMatchForm(const analysis::RawParams& params, std::string_view region);

// Of each company and person, by number, whether it is among those.
struct KnownSet {
  std::vector<bool> companies = {};
  std::vector<bool> people = {};
};

struct MatchScope {
  const KnownSet& there;  // those who are not deleted
  const KnownSet& seen;   // by the caller
  bool sees_personal_data = false;
};

// Looks them up and tells of those whom the caller may see; of others only that there is somebody, where that is as
// good as certain. Who sees no personal data is told which fields agree, and neither values nor how they agree. An
// address or a number by which nobody can be told is an answer, with the reason; nothing of either fails.
Result<analysis::Output> AnswerMatch(const MatchForm& form, const identity::KnownEntities& known,
                                     const MatchScope& scope, std::int64_t data_version);

}  // namespace weir::workspace
