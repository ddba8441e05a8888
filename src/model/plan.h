// The order in which models/*.sql are built, and which of them must be built again.
//
// A file holds statements that make one table of the same name in schema `model`, and says in comments
//   -- needs: rec.deal, model.stage, setting.currency
//   -- generate: facts activity          (statements written by expand.h, before those of the file)
//   -- before identity: REASON           (who is who is found by it: it is built first, and of rec tables alone)
//   -- can wait: REASON                  (the first screen of a large import does without it; one statement)
//
// A table of one statement whose rows fall into parts that are made of nothing but what belongs to them (the versions
// of a deal: of what is said of that deal) is brought up to date part by part. The file then says by which column of
// its own the rows fall apart, and of which expression of each input:
//   -- parts: deal_id
//   -- part of model.deal_change: deal_id
//   -- part of rec.field_change: _source || ':' || record_key
// An input that is looked up by something else says instead which parts a change of its rows, `changed`, touches, and,
// where the parts are made of few of its rows, of which. Of who is who, `moved` are the keys that were known before and
// have another id now: whatever record names a key makes it known, so that these are all that older records can tell
// of.
//   -- touched by model.phone_holder: SELECT source_key FROM model.call WHERE from_number IN (SELECT number FROM
//   changed)
//   -- within rec.link: SELECT * FROM rec.link WHERE record_key IN (SELECT part FROM temp.weir_parts)
// What is made of all records of an entity, by its id, says so in one line (expand.h knows the inputs that means):
//   -- parts of entity: deal
// Where each row of rec tables makes its own rows and nothing else, new rows are added; or, of rows that agree in some
// columns, the first alone stands:
//   -- adds up: all
//   -- adds up: entity, source, source_key
// A change of any other input has the table built whole. A line that begins with "--   " goes on with the one before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/field_rules.h"

namespace weir::model {

// How a change of an input reaches the parts of a table.
struct PartInput {
  std::string name;               // "rec.deal", "model.deal_change"
  std::string touched = {};       // a SELECT of the parts that a change touches; kChanged and kMoved stand for the rows
  std::string within = {};        // a SELECT of the rows that the parts in kParts are made of; empty: all rows
  std::string moved_entity = {};  // `touched` asks for moved keys of it alone; empty: of any
};
inline constexpr std::string_view kChanged = "changed";
inline constexpr std::string_view kMoved = "moved";            // entity, source, source_key
inline constexpr std::string_view kParts = "temp.weir_parts";  // one column, `part`

struct Parts {
  std::string key;                // a column of the table, never null; empty: the table is built whole
  std::vector<PartInput> inputs;  // several of one input touch together

  std::vector<PartInput> Touching(std::string_view input) const;  // each touches some; none: any part may be
  std::string Within(std::string_view input) const;
};

// The same table by less work, where a SELECT of one truth value says that it is the same.
struct Shortcut {
  std::string holds;
  std::string sql;
};

struct ModelFile {
  std::string name;                // "deal_version"
  std::vector<std::string> needs;  // "rec.deal", "model.stage", "setting.currency"
  std::string sql;                 // generated and own statements
  bool can_wait = false;
  Parts parts = {};
  // The same table where every observation of its records is the first of its key; empty where it is all one. Rows of
  // new observations are then rows more, and nothing else.
  std::string sql_of_firsts = {};
  std::string appended_to = {};          // the input whose new observations these are, "rec.touch"
  std::vector<Shortcut> shortcuts = {};  // the first that holds, where the table is made whole
  bool is_before_identity = false;
  bool adds_up = false;
  std::string first_of = {};  // of what adds up: the columns in which no two rows agree; empty: rows may agree in all
};

Result<ModelFile> ParseModelFile(std::string_view name, std::string_view text, const FieldRules& rules = {});

// All embedded model files, each after what it needs, otherwise by name. A cycle or an unknown need is an error.
Result<std::vector<ModelFile>> OrderModels(std::vector<ModelFile> files);
// By the rules that people set for single fields.
Result<std::vector<ModelFile>> EmbeddedModels(const FieldRules& rules = {});

}  // namespace weir::model
