// What `weir mine LOG` says: of a log its counts, what follows what and the ways that cases take; for programs and for
// people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "base/russian.h"
#include "cli/mine_input.h"
#include "engine/engine.h"
#include "journey/log/directly_follows.h"
#include "journey/log/variants.h"

namespace weir::cli {

struct Mined {
  journey::DirectlyFollows graph;
  std::vector<journey::ArcTimes> times;  // of each arc
  journey::ArcTimes durations;           // of cases that have an event
  journey::Variants variants;
  std::vector<Phrase> doubts;
  std::uint64_t top = 20;  // variants to be told
  double read_seconds = 0;
  double seconds = 0;  // of all but reading
};

// One JSON document.
std::string MineJson(const MineInput& input, const Mined& mined);

// Whether MineAnswer will have a table of that name; empty means all. Errors: kNotFound with those that it has.
Status CheckMineTable(const std::string& name);

// Tables summary, activities, follows and variants, in the language.
engine::Answer MineAnswer(const MineInput& input, const Mined& mined, Language language);

}  // namespace weir::cli
