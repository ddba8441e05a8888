// Files that are in already. The same bytes, read by the same mappings and settings for the same moment, can say
// nothing new, so that importing them again costs no more than reading them once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sources/import.h"
#include "sources/mapping.h"
#include "sources/reader.h"
#include "store/database.h"

namespace weir::sources {

// 128 bits of the bytes as they lie on disk, with the part of the file that is meant, as text. Not meant against an
// adversary. Cost O(bytes), several GB a second.
Result<std::string> DigestOf(const FileInput& file);

// All that the meaning of a file rests on beyond its bytes. The currency of the data is part of it only for files that
// have amounts in minor units of no currency: it is found in the data itself and so changes with the first import.
struct Basis {
  std::string plain;
  std::string with_currency;
};
Basis BasisOf(const MappingCatalog& mappings, const ImportContext& context, std::string_view forced_mapping);

Status NoteDigest(store::Connection& connection, const ImportReport& report, const std::string& digest,
                  const Basis& basis);

struct KnownFile {
  std::int64_t import_id = 0;
  double score = 0;
  std::string basis;
  ImportReport report;  // what importing it again would say: all unchanged, without columns and problems
};

class KnownFiles {
 public:
  // Files of imports that stand.
  static Result<KnownFiles> Read(store::Connection& connection);

  // The file with this digest and basis, unless its moment would be another one now.
  const KnownFile* Find(const FileInput& file, const std::string& digest, const Basis& basis,
                        std::optional<Instant> exported_at) const;

 private:
  std::multimap<std::string, KnownFile, std::less<>> files_;  // by digest
};

}  // namespace weir::sources
