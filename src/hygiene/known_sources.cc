#include "hygiene/known_sources.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace weir::hygiene {

Status CheckSource(const std::string& source, store::Session& session) {
  if (source.empty()) return {};
  WEIR_TRY(const store::Rows rows, session.Query("SELECT source FROM scoped.identity_source ORDER BY source"));
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) names.push_back(rows.TextAt(i, 0));
  if (names.empty() || std::ranges::find(names, source) != names.end()) return {};
  const std::string all = fmt::format("{}", fmt::join(names, ", "));
  auto error = NotFound("no source '{}' tells of companies or people here", source).Field("source");
  const std::string_view near = NearestName(source, names);
  if (near.empty()) return Fail(std::move(error).Mend("The sources are: {}", all));
  return Fail(std::move(error).Mend("Did you mean '{}'? The sources are: {}", near, all));
}

}  // namespace weir::hygiene
