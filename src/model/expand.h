// Writes the statements that differ only by their columns: versions of an entity, sightings of its records, and facts
// with their references. A model file asks for one with `-- generate: entity_versions account`, `-- generate: sightings
// account` or `-- generate: facts activity`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/field_rules.h"
#include "model/plan.h"
#include "model/records.h"

namespace weir::model {

// A statement, and how its table is brought up to date (plan.h).
struct Generated {
  std::string sql;
  Parts parts = {};
  std::string sql_of_firsts = {};
  std::string appended_to = {};
  std::vector<Shortcut> shortcuts = {};
};

// CREATE OR REPLACE TABLE model.<entity>_version: what the entity was, moment by moment, over all its records.
// Columns: <entity>_id, version, valid_from, valid_to, recorded_at, origin, is_deleted, source, then the record
// table's columns, each *_key replaced by the *_id that it refers to. An empty cell never erases a known value; the
// sources of model.source_rank with rank 1 are believed before the others.
// `rules` say where another word counts.
Generated EntityVersions(const RecordTable& table, const FieldRules& rules = {});

// CREATE OR REPLACE TABLE model.<table>: the newest observation of each fact, references resolved. Columns:
// <table>_id, source, object, source_key, recorded_at, then the columns as above.
Generated Facts(const RecordTable& table);

// CREATE OR REPLACE TABLE model.<entity>_sighting: which observations speak of the entity, and from when. Columns:
// <entity>_id, source, object, emit, observation, valid_from, place. Within the records that one object has of an
// entity the word of the greatest place counts most; the first word of a record holds for all the time before it, too.
Generated Sightings(const RecordTable& table);

// CREATE OR REPLACE TABLE model.named_record: the records of companies, people and colleagues that any record of their
// source refers to, and the first observation that does: entity, source, source_key, first_seen.
std::string NamedRecords();

Result<Generated> Generate(std::string_view directive, const FieldRules& rules = {});

}  // namespace weir::model
