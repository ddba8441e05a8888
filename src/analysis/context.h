// All that an analysis may know of the world. It reads only scoped.* views through `session`, whose rows are already
// those that the principal may see as of `as_of`; it asks others by id through Run, with the same principal, as-of and
// data version; it never reads the clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "analysis/params.h"
#include "analysis/principal.h"
#include "analysis/result.h"
#include "analysis/settings.h"
#include "base/phrase.h"
#include "base/time.h"
#include "store/engine.h"

namespace weir::analysis {

// How far a long task is; fraction below 0 means unknown.
using Progress = std::function<void(const Phrase& stage, double fraction)>;

class Context {
 public:
  virtual ~Context() = default;

  virtual const Principal& principal() const = 0;
  virtual const Settings& settings() const = 0;
  virtual Instant as_of() const = 0;  // business time, inclusive
  virtual std::int64_t data_version() const = 0;
  virtual std::int64_t known_at() const = 0;  // equals data_version unless a past one was asked for
  virtual std::uint64_t seed() const = 0;
  virtual store::Session& session() = 0;
  virtual std::stop_token stop() const = 0;
  virtual void Report(const Phrase& stage, double fraction) = 0;

  // Another analysis, as the same caller at the same moment. Its id must be in `asks` of the declaration.
  virtual Result<Output> Run(std::string_view id, const RawParams& params) = 0;

  // The same caller at another moment of business time, or by another data version, with a session of its own; what is
  // absent stays as it is here. Ends before this context does.
  virtual Result<std::unique_ptr<Context>> Elsewhere(std::optional<Instant> as_of,
                                                     std::optional<std::int64_t> known_at) = 0;
  // The same caller at the same moment with a session of its own, for work at the same time in another thread; null
  // where the model can be read once only. Ends before this context does.
  virtual Result<std::unique_ptr<Context>> Beside() = 0;

  // Last day, in the reporting zone, that as_of reaches into.
  Date LocalAsOfDate() const;
};

}  // namespace weir::analysis
