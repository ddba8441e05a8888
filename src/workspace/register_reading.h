// The analyses of registers, as they are declared. Internal to the files of registers.
#pragma once

#include <string>
#include <utility>

#include "analysis/declaration.h"
#include "workspace/registers.h"

namespace weir::workspace {

template <typename P>
analysis::Analysis DeclaredFor(const RegisterKind& kind, analysis::Info info,
                               Result<analysis::Output> (*run)(const RegisterKind&, const P&, analysis::Context&)) {
  info.is_cacheable = false;
  return {std::move(info), analysis::SpecsOf<P>(),
          [&kind, run](const analysis::RawParams& raw, analysis::Context& context) -> Result<analysis::Output> {
            WEIR_TRY(const P params, analysis::Bind<P>(raw));
            return run(kind, params, context);
          },
          nullptr};
}

// Every version of one entry.
analysis::Analysis HistoryOfEntry(const RegisterKind& kind);
// What the lines of a sheet would do.
analysis::Analysis PreviewOfSheet(const RegisterKind& kind);

inline store::Value TextOrNull(std::string text) {
  return text.empty() ? store::Value() : store::Value(std::move(text));
}

}  // namespace weir::workspace
