// Letters out of answers. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "delivery/letter.h"
#include "delivery/outbox.h"
#include "delivery/page.h"
#include "engine/engine.h"

namespace weir::delivery {

// What a subscription has heard of leaks and openings.
using Heard = std::map<std::string, std::optional<Decimal>>;

struct Composed {
  Letter letter = {};
  std::vector<ToldLeak> told = {};
};

// Of an answer of `brief`, which leaves out what was told.
Composed BriefLetter(const engine::Answer& brief, const Voice& voice);
// The leaks of an answer of `leaks.list` that are news; nothing where none is. The ten that bring most back are named,
// the others counted.
std::optional<Composed> LeaksLetter(const engine::Answer& list, const Heard& heard, const std::string& department,
                                    const std::string& seller, const Voice& voice);
Letter TestLetter(std::string_view channel, Instant now, const Voice& voice);

// Lines of `leaks.list` or `openings.list` that the subscription has heard of, and that are no news again.
std::vector<std::string> NotToRepeat(const engine::Answer& list, const Heard& heard);

}  // namespace weir::delivery
