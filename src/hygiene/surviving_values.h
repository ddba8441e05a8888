// Which value of a field stays where records are one, by the rules that were settled (model/field_rules.h). Internal to
// Weir's desks.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hygiene/ruled_fields.h"

namespace weir::hygiene {

// What one record says, each field by its last word.
struct Told {
  std::string source;
  std::string key;
  std::string entity_id;
  std::int64_t turn = 0;           // among the records, by when they were last seen, then by their rows
  std::vector<std::string> words;  // by field

  std::string Record() const { return source + ":" + key; }
};

// Of the rows of scoped.<entity>_record that the condition keeps; the first word holds for all the time before it.
Result<std::vector<Told>> ReadTold(std::string_view entity, const std::vector<Field>& fields,
                                   std::string_view condition, std::span<const store::Value> values,
                                   store::Session& session);

using SourceRanks = std::map<std::string, std::uint32_t>;
Result<SourceRanks> ReadSourceRanks(store::Session& session);

struct SurvivingValue {
  std::string value;
  std::string origin;      // source:key
  std::string decided_by;  // rule after which one value was left (identity/golden.h)
};
// `field` is its place in Told::words, a null rule the default.
SurvivingValue Surviving(const std::vector<const Told*>& records, std::size_t field, const model::FieldRule* rule,
                         const SourceRanks& ranks);

// The name of a company whose records become one in their source: `records` are those of that source, the one that
// stays first, `all` what every source says of the company, its name the only word. A record that is merely younger is
// no reason to rename the one that stays: its name gives way to that of a source whose word was settled to count more,
// and to one that more records say, however they write it; to any other where a rule for the field asks for it.
std::string SurvivingName(const std::vector<const Told*>& records, std::size_t field,
                          const std::vector<const Told*>& all, const model::FieldRule* rule, const SourceRanks& ranks);

}  // namespace weir::hygiene
