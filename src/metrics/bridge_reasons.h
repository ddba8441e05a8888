// Why one side counts a row and the other does not, as the part of a bridge that the row stands in. Internal to
// metrics/.
#pragma once

#include <string>

#include "metrics/bridge_parts.h"

namespace weir::metrics {

struct Reason {
  std::string key = {};
  int rank = 0;
  analysis::Text title = {};
};

// `counted` is the row on the side that counts it, `other` the same row on the other side: null where it is not there
// at all. `is_start`: the start counts it.
Reason ReasonOf(const Comparison& comparison, bool is_start, const Fact& counted, const Fact* other);

// The same over different kinds of rows: `other` is the row of the other side that comes nearest to being counted among
// those of the same customer or deal (`entity`); null: there is none. `has_counted`: there are others that are counted.
Reason ReasonAcross(const Comparison& comparison, bool is_start, std::string_view entity, const Fact* other,
                    bool has_counted);

// "for the same deal", by the kind of record that rows of both sides belong to.
analysis::Text EntityInWords(std::string_view entity);

}  // namespace weir::metrics
