// The stages of opportunities as Salesforce names them, in the order of Stage.
#pragma once

#include <array>
#include <string_view>

namespace weir::simulate {

inline constexpr std::array<std::string_view, 7> kStageNames = {
    "Qualification",      "Needs Analysis", "Value Proposition", "Proposal/Price Quote",
    "Negotiation/Review", "Closed Won",     "Closed Lost"};
inline constexpr std::array<int, 7> kStageProbability = {10, 20, 50, 75, 90, 100, 0};

}  // namespace weir::simulate
