// Do we know this person, or this company? All that the known ones are called by, in memory, so that a form can ask
// before it makes a duplicate. What decides is what decides in a build: the keys that say so for certain
// (record_keys.h), and the evidence of entity_evidence.h among those who share a blocking key with the record.
//
// Memory: the words themselves, 8 bytes an entity, 12 bytes a key and 4 an entity that has it: some 300 bytes a person.
// Building takes 24 bytes more a key for a while. Cost of building: some 15 us an entity, shared among the threads.
//
// Work of one question is bounded, whatever it says: of each key a binary search, then at most kMostWeighed entities
// are weighed. Keys are followed the certain ones first, then the rarest first; one that leads to more than are left to
// be weighed is not followed at all, and the answer says so. Nothing is lost by that as a rule: what so many share,
// alone, makes nobody likely.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "identity/entity_evidence.h"

namespace weir::identity {

inline constexpr std::size_t kMostWeighed = 128;
// Of what an entity is called, kMostValues different values a column are kept, of each so many bytes; of a question
// likewise.
inline constexpr std::size_t kLongestValue = 256;

// What is asked: words by column (ColumnsOf), in the form in which sources are read: addresses in lower case, phones in
// E.164 where the country is known, domains registrable. Of a person `account` is the id of the company.
struct MatchQuery {
  EntityWords words;
  std::vector<std::string> contact_domains = {};  // of a company: business domains of its people's addresses
};

struct EntityMatch {
  std::uint32_t entity = 0;
  bool is_certain = false;
  std::string reason = {};  // of what is certain: "same e-mail"
  double probability = 0;   // 1 where it is certain
  EntityEvidence evidence = {};
};

struct MatchAnswer {
  std::vector<EntityMatch> matches;  // from kLeastUnsure on; certain ones first, then the likeliest, then by number
  std::size_t weighed = 0;
  bool is_comparable = false;  // whether the words lead anywhere at all
  bool is_cut = false;         // whether a key was not followed because too many have it
};

class MatchIndex {
 public:
  MatchIndex() = default;
  MatchIndex(MatchIndex&&) = default;
  MatchIndex& operator=(MatchIndex&&) = default;
  MatchIndex(const MatchIndex&) = delete;
  MatchIndex& operator=(const MatchIndex&) = delete;

  // Safe from any thread.
  MatchAnswer Find(const MatchQuery& query) const;

  // Entities are numbered in the order of their ids.
  std::size_t size() const { return places_.size(); }
  std::string_view IdOf(std::uint32_t entity) const;
  std::optional<std::uint32_t> NumberOf(std::string_view id) const;
  // Its different values by column, in the order in which they were added.
  std::array<std::vector<std::string>, kMostEntityColumns> ValuesOf(std::uint32_t entity) const;
  std::size_t bytes() const;

 private:
  friend class MatchIndexBuilder;
  EntityProfile ProfileAt(std::uint32_t entity) const;
  std::span<const std::uint32_t> HoldersOf(std::uint64_t key, bool& is_shared_by_too_many) const;

  bool is_account_ = false;
  double entities_ = 0;
  std::vector<std::string> blocks_;     // packed words
  std::vector<std::uint64_t> places_;   // of an entity's words: block and offset
  std::vector<std::uint64_t> keys_;     // sorted
  std::vector<std::uint32_t> begins_;   // of a key's holders; one more than keys. Empty: too many have it
  std::vector<std::uint32_t> holders_;  // sorted within a key
};

// Takes the entities in any order: the same index comes of each.
class MatchIndexBuilder {
 public:
  explicit MatchIndexBuilder(bool is_account) { index_.is_account_ = is_account; }

  // Each id once, with the records of the entity: the words of each as MatchQuery has them.
  void Add(std::string_view id, std::span<const EntityWords> records,
           std::span<const std::string> contact_domains = {});
  // Kept where it was stopped is nothing of use.
  MatchIndex Build(const Executor& executor, const std::stop_token& stop = {}) &&;

 private:
  MatchIndex index_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> certain_;
};

}  // namespace weir::identity
