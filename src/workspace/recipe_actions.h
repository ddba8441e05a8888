// What people decide about cleaning recipes. A recipe is a setting whose name is made of its number, so that data
// versions, undo and the past are those of settings, and its earlier versions are those that the setting had.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "hygiene/recipe.h"
#include "store/database.h"
#include "workspace/effect.h"
#include "workspace/setting_values.h"

namespace weir::workspace {

inline constexpr std::string_view kSetRecipe = "hygiene.recipes.set";
inline constexpr std::string_view kRemoveRecipe = "hygiene.recipes.remove";

std::vector<analysis::Action> RecipeActions();
bool IsRecipeAction(std::string_view action);
Result<Effect> ApplyRecipe(store::Connection& connection, std::string_view action, const analysis::RawParams& params,
                           std::int64_t version);

// Those in force, in the order in which they are applied.
std::vector<hygiene::Recipe> RecipesOf(const SettingValues& values);

}  // namespace weir::workspace
