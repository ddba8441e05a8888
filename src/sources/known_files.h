// Files that are in already. The same bytes, read by the same mappings and settings for the same moment, can say
// nothing new, so that importing them again costs no more than reading them once, and a file of a size that never came
// in costs nothing.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "sources/bytes.h"
#include "sources/import.h"
#include "sources/mapping.h"
#include "sources/reader.h"
#include "store/database.h"

namespace weir::sources {

// Digests of files one after another: 128 bits of the bytes as they lie on disk, after their number and before the part
// of the file that is meant, as text. Not meant against an adversary. Cost O(bytes), several GB a second; a zip is read
// once for all its members that are asked for one after another. Safe for any number of threads.
class FileDigests {
 public:
  Result<std::string> Of(const FileInput& file);
  // Of the bytes alone, whatever part of the file is meant.
  static std::string_view OfBytes(std::string_view digest) { return digest.substr(0, digest.find('/')); }

 private:
  std::mutex mutex_;
  std::string path_;
  int descriptor_ = -1;
  FileStamp stamp_;
  std::string digest_;
};

// The digest of the bytes of a whole file.
Result<std::string> DigestOfFile(const FileInput& whole);

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

  // Whether a file of so many bytes is in: only then its digest is worth its cost.
  bool HasSize(std::uint64_t bytes) const;
  // The file with this digest and basis, unless its moment would be another one now.
  const KnownFile* Find(const FileInput& file, const std::string& digest, const Basis& basis,
                        std::optional<Instant> exported_at) const;

 private:
  std::multimap<std::string, KnownFile, std::less<>> files_;  // by digest
};

}  // namespace weir::sources
