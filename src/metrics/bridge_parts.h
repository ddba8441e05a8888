// What the difference of two sums is made of: every row that one side counts and the other does not, or counts for
// more, stands in one part, or in several whose shares add up to its change. Internal to metrics/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/text.h"
#include "metrics/bridge_facts.h"

namespace weir::metrics {

enum class Compared : std::uint8_t {
  kDefinitions,  // two meanings of one period at one moment
  kPeriods,      // one meaning of two periods
  kMoments,      // one meaning and period as it was known at two moments, or by two data versions
};

struct Comparison {
  Compared what = Compared::kDefinitions;
  Side start = {};
  Side end = {};
  std::string by = {};  // a dimension: parts are its values instead of reasons
};

// A row of one side, or the same row on both.
struct PartRow {
  std::string entity = {};
  std::string id = {};
  std::string name = {};
  std::optional<Int128> start = {};  // what it adds; nothing where that side does not count it
  std::optional<Int128> end = {};
  Int128 change = 0;  // the share of it that is in this part
};

struct SumPart {
  std::string key = {};
  int rank = 0;  // parts of the same kind stand together
  analysis::Text title = {};
  std::string group = {};  // the value of the dimension
  Int128 change = 0;       // of all its rows
  std::vector<PartRow> rows = {};
};

// What both sides count of one value of the dimension.
struct GroupSum {
  Int128 start = 0;
  Int128 end = 0;
};

struct SumBridge {
  std::uint8_t scale = 0;  // of all numbers here
  std::int64_t per_unit = 1;
  Int128 start = 0;
  Int128 end = 0;  // start and all changes
  std::vector<SumPart> parts = {};
  std::map<std::string, GroupSum> groups = {};  // with a dimension
};

// Of metrics that are sums or counts of rows. Parts come in the order of their rank, the greatest change first.
Result<SumBridge> BridgeSums(const Comparison& comparison);

// Collects shares by the key of their part.
class PartList {
 public:
  void Add(const std::string& key, int rank, const analysis::Text& title, PartRow row, const std::string& group = {});
  std::vector<SumPart> Take();

 private:
  std::vector<SumPart> parts_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace weir::metrics
