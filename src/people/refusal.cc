#include "people/refusal.h"

namespace weir::people {

Error ErrorOf(const Refusal& refusal) {
  Error error = Error(refusal.code, InBoth(refusal.reason.en, refusal.reason.ru))
                    .Field(refusal.field)
                    .Mend(InBoth(refusal.mend.en, refusal.mend.ru));
  if (refusal.line == 0) return error;
  return std::move(error).At("the pasted table", refusal.line, refusal.column);
}

}  // namespace weir::people
