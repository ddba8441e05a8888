// The tables that linking by the model reads and keeps. Internal to model_links.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "identity/resolver_records.h"
#include "store/database.h"

namespace weir::identity {

inline constexpr std::string_view kEntityWords = "temp.weir_entity_word";

inline std::int64_t Signed(std::uint64_t bits) { return static_cast<std::int64_t>(bits); }

// model.identity_profile, identity_key, identity_pair and identity_calibration, where they are not there.
Status MakeLinkTables(store::Session& session);

// A table of one column, in the memory of the connection.
Status LayDown(store::Connection& connection, std::string_view table, std::string_view column,
               std::span<const std::uint64_t> values);

// kEntityWords: n, and the words: the newest of each that is not empty. What is only named is left out.
Status LayWordsDown(const Reader& reader, const Kind& kind);

}  // namespace weir::identity
