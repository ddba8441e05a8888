#include "sources/known_files.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/random.h"
#include "sources/partition.h"
#include "sources/row_hash.h"

namespace weir::sources {
namespace {

constexpr std::size_t kPiece = 1 << 20;
// Raised when the same file would be read otherwise although no mapping changes.
constexpr std::string_view kReader = "1";

// Four lanes that do not wait for one another, each step of 64 bytes.
class Digester {
 public:
  void Add(std::string_view bytes) {
    size_ += bytes.size();
    while (bytes.size() >= kStep) {
      for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        std::array<std::uint64_t, 2> words;
        std::memcpy(words.data(), bytes.data() + lane * sizeof words, sizeof words);
        lanes_[lane] = MixHash(words[0] ^ lanes_[lane], words[1] + lane);
      }
      bytes.remove_prefix(kStep);
    }
    rest_ = HashBytes(bytes, rest_);
  }
  std::uint64_t size() const { return size_; }
  std::string Text() const {
    const std::uint64_t first = MixHash(MixHash(lanes_[0], lanes_[1]), MixHash(lanes_[2], rest_ ^ size_));
    const std::uint64_t second = MixHash(MixHash(lanes_[2], lanes_[3]), MixHash(lanes_[0], rest_ + size_));
    return fmt::format("{:016x}{:016x}", first, second);
  }

 private:
  static constexpr std::size_t kStep = 64;
  std::array<std::uint64_t, 4> lanes_{1, 2, 3, 4};
  std::uint64_t rest_ = 0;
  std::uint64_t size_ = 0;
};

ObservedFrom ObservedFromNamed(std::string_view name) {
  for (const ObservedFrom from : {ObservedFrom::kGiven, ObservedFrom::kModified, ObservedFrom::kFileName}) {
    if (NameOf(from) == name) return from;
  }
  return ObservedFrom::kFileTime;
}

// Digests begin with it, so that those of one size stand together.
std::string SizePrefix(std::uint64_t bytes) { return fmt::format("{:x}:", bytes); }

}  // namespace

Result<std::string> DigestOfFile(const FileInput& whole) {
  WEIR_TRY(const std::unique_ptr<ByteSource> source, OpenRawBytes(whole));
  std::vector<char> buffer(kPiece);
  Digester digester;
  while (true) {
    std::size_t size = 0;
    while (size < buffer.size()) {
      WEIR_TRY(const std::size_t got, source->Read(std::span(buffer).subspan(size)));
      if (got == 0) break;
      size += got;
    }
    digester.Add({buffer.data(), size});
    if (size < buffer.size()) break;
  }
  return SizePrefix(digester.size()) + digester.Text();
}

Result<std::string> FileDigests::Of(const FileInput& file) {
  FileInput whole = file;
  whole.member.clear();
  WEIR_TRY(const FileStamp stamp, StampOf(whole));
  std::string digest;
  {
    const std::lock_guard guard(mutex_);
    if (file.path == path_ && file.descriptor == descriptor_ && stamp == stamp_) digest = digest_;
  }
  if (digest.empty()) {
    WEIR_TRY(digest, DigestOfFile(whole));
    const std::lock_guard guard(mutex_);
    path_ = file.path;
    descriptor_ = file.descriptor;
    stamp_ = stamp;
    digest_ = digest;
  }
  const std::string sheet = file.sheet.empty() ? "" : "!" + file.sheet;
  // The same bytes in another partition are other rows.
  std::string folders;
  for (const Partition& partition : PartitionsOf(file)) {
    folders += fmt::format("/{}={}", partition.key, partition.value.value_or(""));
  }
  return fmt::format("{}/{}{}#{}{}", digest, file.member, sheet, file.records, folders);
}

Basis BasisOf(const MappingCatalog& mappings, const ImportContext& context, std::string_view forced_mapping) {
  std::string text =
      fmt::format("{};{};{};{}", kReader, forced_mapping, context.reporting_zone.name(), context.default_region);
  if (context.is_whole) text += ";whole";
  for (const Mapping& mapping : mappings.mappings) text += fmt::format(";{:x}", mapping.fingerprint);
  Basis basis;
  basis.plain = fmt::format("{:016x}", HashText(text));
  basis.with_currency = fmt::format("{:016x}", HashText(text + ";" + context.default_currency));
  return basis;
}

Status NoteDigest(store::Connection& connection, const ImportReport& report, const std::string& digest,
                  const Basis& basis) {
  const std::array<store::Value, 3> row{report.file_id, digest,
                                        report.rests_on_currency ? basis.with_currency : basis.plain};
  WEIR_TRY(connection.Execute("INSERT INTO meta.file_digest VALUES (?, ?, ?)", row));
  return {};
}

Result<KnownFiles> KnownFiles::Read(store::Connection& connection) {
  WEIR_TRY(
      const store::Rows rows,
      connection.Query("SELECT d.digest, d.basis, f.import_id, f.file_id, f.name, f.source, f.object, f.rows_read, "
                       "f.rows_quarantined, f.rows_skipped, f.observed_at, f.observed_from, f.key_kind, "
                       "f.encoding, f.format, CAST(f.score * 10000 AS BIGINT) FROM meta.file_digest AS d JOIN "
                       "meta.import_file AS f ON f.file_id = d.file_id WHERE f.state = 'committed' ORDER BY "
                       "f.file_id NULLS LAST"));
  KnownFiles known;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    KnownFile file;
    constexpr double kScoreUnits = 10'000;
    file.basis = rows.TextAt(i, 1);
    file.import_id = rows.IntegerAt(i, 2);
    file.score = static_cast<double>(rows.IntegerAt(i, 15)) / kScoreUnits;
    ImportReport& report = file.report;
    report.file_id = rows.IntegerAt(i, 3);
    report.file = rows.TextAt(i, 4);
    report.source = rows.TextAt(i, 5);
    report.object = rows.TextAt(i, 6);
    report.read = static_cast<std::uint64_t>(rows.IntegerAt(i, 7));
    report.quarantined = static_cast<std::uint64_t>(rows.IntegerAt(i, 8));
    report.unchanged = report.read - report.quarantined;
    report.skipped = static_cast<std::uint64_t>(rows.IntegerAt(i, 9));
    report.observed_at = std::get<Instant>(rows.rows[i][10]);
    report.observed_from = ObservedFromNamed(rows.TextAt(i, 11));
    report.key_kind = rows.TextAt(i, 12);
    report.encoding = rows.TextAt(i, 13);
    report.format = rows.TextAt(i, 14);
    known.files_.emplace(rows.TextAt(i, 0), std::move(file));
  }
  return known;
}

bool KnownFiles::HasSize(std::uint64_t bytes) const {
  const std::string prefix = SizePrefix(bytes);
  const auto at = files_.lower_bound(prefix);
  return at != files_.end() && at->first.starts_with(prefix);
}

const KnownFile* KnownFiles::Find(const FileInput& file, const std::string& digest, const Basis& basis,
                                  std::optional<Instant> exported_at) const {
  const auto [first, last] = files_.equal_range(digest);
  for (auto at = first; at != last; ++at) {
    const ImportReport& report = at->second.report;
    if (at->second.basis != basis.plain && at->second.basis != basis.with_currency) continue;
    if (exported_at.has_value() != (report.observed_from == ObservedFrom::kGiven)) continue;
    if (exported_at && *exported_at != report.observed_at) continue;
    if (report.observed_from == ObservedFrom::kFileName && report.file != file.Title()) continue;
    if (report.observed_from == ObservedFrom::kFileTime && report.observed_at != TimeOf(file)) continue;
    return &at->second;
  }
  return nullptr;
}

}  // namespace weir::sources
