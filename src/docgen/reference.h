// The reference pages: one for each analysis and action, and one that lists them. English, GitHub Markdown.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/engine.h"

namespace weir::docgen {

// Text of every page by its file name: "README.md", "pulse.md", "openapi.json".
std::map<std::string, std::string> ReferencePages(const engine::Catalog& catalog, std::string_view version);

// Writes the pages into the folder, and takes away pages of analyses that are no more.
Status WriteReference(const engine::Catalog& catalog, std::string_view version, const std::filesystem::path& folder);

}  // namespace weir::docgen
