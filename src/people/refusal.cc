#include "people/refusal.h"

namespace weir::people {

Error ErrorOf(const Refusal& refusal) {
  Error error = MakeError(refusal.code, "{}", refusal.reason.en).Field(refusal.field).Mend(refusal.mend.en);
  if (refusal.line == 0) return error;
  return std::move(error).At("the pasted table", refusal.line, refusal.column);
}

}  // namespace weir::people
