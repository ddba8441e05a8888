// The records of one kind of entity (companies, people, colleagues) while it is found out which of them are one: how
// they are numbered, what they can be joined by, and what follows from that. Internal to the resolver.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "identity/entity_ids.h"
#include "identity/record_keys.h"
#include "model/record_copies.h"
#include "store/engine.h"

namespace weir::identity {

inline constexpr std::string_view kColleagueWords = "temp.weir_colleague_word";
// n, source, key, first_seen, is_reference, previous_id: the records of the kind at hand, by their numbers.
inline constexpr std::string_view kRecords = "temp.weir_record";

// Two records with one text are one.
struct Key {
  std::size_t record;
  std::string text;  // what kind of key it is, kPart, and the key
  std::string_view reason;
  bool names_key = false;  // the reason ends with the key
};

// Why a record is where it is, other than by rule.
struct Uncertain {
  std::string decided_by;  // model, or who decided it
  double probability = 1;
  std::string reason;
};

// All records of one kind of entity, numbered, and what they can be joined by.
struct Kind {
  std::string entity;
  std::vector<Record> records = {};
  std::vector<bool> is_reference = {};  // only named by others, never described
  std::vector<Key> keys = {};
  std::vector<std::string> reasons = {};
  // Of companies: what they were last called, and whether that is all that is known of them.
  std::vector<std::string> names = {};
  std::vector<bool> is_mention = {};
  // Of people: records that are named by a name which several bear (certain_keys.cc).
  std::set<std::size_t> of_several = {};
  // Of companies without a site of their own: the business domains of their contacts, in order.
  std::map<std::size_t, std::vector<std::string>> contact_domains = {};
  // By record; empty: by rule, certain.
  std::map<std::size_t, Uncertain> uncertain = {};
};

// Reads record tables through their copies.
struct Reader {
  store::Session& session;
  model::RecordCopies& records;

  Status Execute(std::string_view sql) const {
    WEIR_TRY(const std::string redirected, records.Redirect(sql));
    WEIR_TRY(session.Execute(redirected));
    return {};
  }
  Result<store::Rows> Query(std::string_view sql) const {
    WEIR_TRY(const std::string redirected, records.Redirect(sql));
    return session.Query(redirected);
  }
  // Gives each row to `take`, as a chunk and the row of it.
  template <typename Take>
  Status ForEach(std::string_view sql, const Take& take) const {
    WEIR_TRY(const std::string redirected, records.Redirect(sql));
    WEIR_TRY(const auto stream, session.Stream(redirected));
    while (true) {
      WEIR_TRY(const store::Chunk* chunk, stream->Next());
      if (chunk == nullptr) return {};
      for (std::size_t row = 0; row < chunk->size(); ++row) take(*chunk, row);
    }
  }
};

// Empty where the cell is.
inline std::string_view TextAt(const store::Chunk& chunk, std::size_t row, std::size_t column) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? std::string_view() : view.TextAt(row);
}

inline std::size_t NumberAt(const store::Chunk& chunk, std::size_t row, std::size_t column) {
  return static_cast<std::size_t>(chunk.Column(column).Integers()[row]);
}

// In words, why two records of the key are one.
std::string ReasonOf(const Key& key);

// What records of an entity are known by, a row an observation or, of colleagues, a row for each word said again and
// again: source, key, observation and the words.
std::string WordsOf(const std::string& entity);

// Numbers the records of the entity into kRecords, and reads them: described ones first, so that a reference never
// hides a description, last what only a merge names.
Status ReadRecords(const Reader& reader, Kind& kind);

// The number of its cluster for each record, and into `reasons` why it is in it: of what joins a record to others in
// several ways, the last by its text. O(keys * log keys).
std::vector<std::size_t> Cluster(Kind& kind);

}  // namespace weir::identity
