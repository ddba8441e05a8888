#include <fmt/core.h>

#include "cli/commands.h"
#include "docgen/reference.h"

namespace weir::cli {

int RunDocgen(const Globals& globals, const engine::Catalog& catalog, const std::string& directory) {
  const Status written = docgen::WriteReference(catalog, WEIR_VERSION, directory);
  if (!written) return PrintError(globals, written.error());
  if (!globals.is_quiet)
    fmt::print(stderr, "{} pages in {}\n", docgen::ReferencePages(catalog, WEIR_VERSION).size(), directory);
  return 0;
}

}  // namespace weir::cli
