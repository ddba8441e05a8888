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

}  // namespace weir::hygiene
