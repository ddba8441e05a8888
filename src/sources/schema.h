// The ledger of imports: who brought what, which rows were refused, which columns a source has.
#pragma once

#include <span>
#include <string_view>

namespace weir::sources {

// Statements in their order, each once: append only. They make schemas meta, obs and rec, and in meta:
// import_run, import_file, reject, sighting, source_object, source_column, free_mail, public_suffix, file_digest,
// reject_sighting, wall_clock, correction, correction_undo.
std::span<const std::string_view> SourceMigrations();

}  // namespace weir::sources
