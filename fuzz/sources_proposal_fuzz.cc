// Any bytes as a file that nothing recognises: what is proposed for it speaks of its columns, and can be written as a
// mapping that is read again, or says why not. Drafts come back from JSON as they went.
#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "base/result.h"
#include "sources/file_profile.h"
#include "sources/mapping.h"
#include "sources/propose_mapping.h"

namespace {

using weir::sources::DraftFromJson;
using weir::sources::FileInput;
using weir::sources::FileProfile;
using weir::sources::LoadMappings;
using weir::sources::MappingCatalog;
using weir::sources::MappingDraft;
using weir::sources::ParseMapping;
using weir::sources::ProfiledColumn;
using weir::sources::ProfileFile;
using weir::sources::ProfileOptions;

const MappingCatalog& Mappings() {
  static const MappingCatalog mappings = *LoadMappings({});
  return mappings;
}

void ProposeFor(const FileInput& file) {
  ProfileOptions options;
  options.rows = 500;
  options.cells = 20'000;
  options.reading.limits.record_bytes = 1 << 16;
  options.reading.limits.unpacked_bytes = 1 << 20;
  const auto profile = ProfileFile(file, options);
  if (!profile) return;
  for (const ProfiledColumn& column : profile->columns) {
    WEIR_CHECK(column.filled <= profile->rows && column.distinct <= column.filled);
    WEIR_CHECK(column.samples.size() <= options.samples && column.values.size() <= options.values);
  }
  const auto proposal =
      ProposeMapping(Mappings(), *profile, {.table = {}, .source = {}, .file_name = "f", .records = {}});
  WEIR_CHECK(proposal.has_value());
  const MappingDraft& draft = proposal->draft;
  WEIR_CHECK(draft.columns.size() == profile->columns.size() && proposal->reasons.size() == draft.columns.size());
  const std::string json = ToJson(draft);
  const auto again = DraftFromJson(json);
  WEIR_CHECK(again.has_value() && ToJson(*again) == json);
  const auto toml = ToToml(draft);
  if (!toml) return;
  const auto mapping = ParseMapping(*toml, "proposal.toml");

  WEIR_CHECK(mapping.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FileInput file;
  file.name = "fuzz";
  file.descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  WEIR_CHECK(file.descriptor >= 0);
  WEIR_CHECK(size == 0 || write(file.descriptor, bytes, size) == static_cast<ssize_t>(size));
  // Parquet is the store's to read.
  if (size < 4 || bytes[0] != 'P' || bytes[1] != 'A') ProposeFor(file);
  close(file.descriptor);
  return 0;
}
