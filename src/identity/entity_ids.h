// Who is joined with whom, and under which id: the part of entity resolution that is the same whatever found the pairs.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

// Disjoint sets with path halving; the smaller index is the root, so that the result does not depend on order.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size);
  std::size_t Find(std::size_t item);
  void Join(std::size_t a, std::size_t b);

 private:
  std::vector<std::size_t> parents_;
};

struct Record {
  std::string source;
  std::string key;
  std::int64_t first_seen = 0;               // order of sight
  std::string previous_id;                   // entity id of the last decision; empty: none
  std::vector<std::string> former_ids = {};  // others that it had before, the newest first
};

struct Assignment {
  std::vector<std::string> ids;                // entity id of each record
  std::map<std::string, std::string> aliases;  // id that no longer stands -> id of the cluster that took its members
};

// Mints and keeps ids: a cluster keeps the earlier id that most of its records carry (ties: the smallest); an id
// claimed by two clusters stays with the one that holds more of its records (ties: the one whose id it was before the
// two met); what is left without one takes back
// the id that most of its records had before, if that is free; a new id is "<source>:<key>" of the first record.
// `roots[i]` names the cluster of record i.
Assignment AssignIds(std::span<const Record> records, std::span<const std::size_t> roots);

}  // namespace weir::identity
