// What people decided about who is who: that two records are one, or that they are not. It outranks certain keys and
// the model. Of decisions that contradict each other the newest holds. Internal to the resolver.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "identity/resolver_records.h"
#include "store/database.h"

namespace weir::identity {

struct Decided {
  std::size_t a = 0;  // records, by their numbers
  std::size_t b = 0;
  bool is_same = false;
  std::string who;
  std::int64_t data_version = 0;
};

// Those of the kind that stand and whose records are there, the newest first. Of two records the newest word alone.
Result<std::vector<Decided>> ReadDecided(const Reader& reader, const Kind& kind);

// Those that hold beside the newer ones: what newer decisions make one is not parted, what they part is not made one.
// The others go into `fallen`.
std::vector<Decided> ThatHold(std::vector<Decided> newest_first, std::size_t records,
                              std::vector<Decided>* fallen = nullptr);

// Into model.identity_fallen (entity, source_a, key_a, source_b, key_b, data_version), which is there.
Status KeepFallen(store::Connection& connection, const Kind& kind, const std::vector<Decided>& fallen);

// The groups by certain keys (Cluster), changed as was decided; into `uncertain` who decided it. In a group that holds
// two records that are apart its keys are taken one after the other, the surest first, each only as far as it brings no
// two such records together.
std::vector<std::size_t> ClusterAsDecided(Kind& kind, const std::vector<Decided>& decided);

}  // namespace weir::identity
