#include "store/packing.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "store/large.h"
#include "store/memory_limit.h"

namespace weir::store {
namespace {

// Half of the time of a checkpoint of a small store goes into trying these on columns of text and on floats, which the
// store has none of. As a statement: the library takes it as an option and forgets it.
constexpr const char* kLittle =
    "SET GLOBAL disabled_compression_methods = 'fsst,dict_fsst,zstd,roaring,chimp,patas,alp,alprd'";
// In a large store that time is won back by what need not be written: keys that are not packed are a third of it.
constexpr const char* kTexts =
    "SET GLOBAL disabled_compression_methods = 'dict_fsst,zstd,roaring,chimp,patas,alp,alprd'";
constexpr std::uintmax_t kLargeBytes = std::uintmax_t{48} << 20U;

}  // namespace

Status PackLittle(Connection& connection) {
  WEIR_TRY(connection.Execute(kLittle));
  // Older libraries do not know it: there a large store is packed as a small one.
  [[maybe_unused]] const auto allowed =
      connection.Execute("SET GLOBAL allowed_configs = ['disabled_compression_methods']");
  return {};
}

Status GatherChanges(Connection& connection) {
  constexpr double kLeast = 16.0 * (1U << 20U);  // as the library has it: bringing up to date wants memory, too
  constexpr double kMost = 512.0 * (1U << 20U);
  constexpr double kShareOfMemory = 1.0 / 16;
  WEIR_TRY(const double memory, MemoryLimit(connection));
  const auto bytes = static_cast<std::int64_t>(std::clamp(memory * kShareOfMemory, kLeast, kMost));
  WEIR_TRY(connection.Execute(fmt::format("SET GLOBAL checkpoint_threshold = '{} bytes'", bytes)));
  return {};
}

void PackAsLarge(Connection& connection) { [[maybe_unused]] const auto set = connection.Execute(kTexts); }

void PackWhatIsLarge(Database::Handle& database, Connection& connection) {
  if (database.path.empty() || database.packs_texts) return;
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(database.path, error);
  if (error || bytes < kLargeBytes || database.packs_texts.exchange(true)) return;
  PackAsLarge(connection);
}

}  // namespace weir::store
