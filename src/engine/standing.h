// On what answers rest beside the question and who asks: the model that is read, its settings and definitions, and what
// was imported. Kept in memory for the newest model, so that an answer that was computed before is found without the
// store.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "analysis/declaration.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "engine/engine.h"

namespace weir::engine {

struct Standing {
  std::int64_t known_at = 0;
  Instant newest = {};
  analysis::Settings settings = {};
  std::string definitions = {};                       // their fingerprint
  std::string warnings = {};                          // what every answer of now says, such as that files are to come
  std::shared_ptr<const Catalog> catalog = {};        // null: the engine's own
  std::optional<std::string> imports = std::nullopt;  // what was imported; asked for where an answer needs it
  std::optional<std::string> aside = std::nullopt;    // which leaks people set aside; asked for likewise
  std::uint64_t words_on_leaks = 0;                   // the host's, before that was looked at
};

Standing StandingOf(const Snapshot& snapshot);
// Changes with each import, undoing and replay of rejects, whether it makes a data version or not.
Result<std::string> ImportStamp(store::Session& session);
// Changes with each leak that is said to be tolerated or a false alarm, or to be so no more: sums leave these out.
Result<std::string> AsideStamp(store::Session& session);

// A question as the engine reads it.
struct Asked {
  const analysis::Analysis* analysis = nullptr;
  Instant as_of = {};
  analysis::RawParams params = {};  // canonical
  bool is_cacheable = false;
  bool needs_imports = false;
  bool needs_aside = false;

  // Of its answer: equal for questions whose answers are.
  std::string Key(const Question& question, const Standing& standing, const analysis::Principal& principal) const;
};
// Fails where there is no such analysis, or the principal may not ask it.
Result<const analysis::Analysis*> FindAsked(const Question& question, const analysis::Principal& principal,
                                            const Catalog& catalog);
Result<Asked> ReadAsked(const Question& question, const analysis::Analysis& analysis, const Standing& standing);

Error UnknownId(std::string_view id, const Catalog& catalog);

// The newest model as it stands. Safe from any thread.
class Standings {
 public:
  // Nothing where something was written since it was looked at. While a write is under way it is what it was, but for
  // imports.
  std::shared_ptr<const Standing> After(std::uint64_t writes) const;
  // Looks at a snapshot of the newest model that was taken when so much was written and said.
  Status Keep(std::uint64_t writes, std::uint64_t words_on_leaks, Snapshot& snapshot);

 private:
  mutable std::mutex mutex_;
  std::uint64_t writes_ = 0;
  std::shared_ptr<const Standing> newest_;
};

}  // namespace weir::engine
