// Reads what HTTP clients write into what the engine asks: queries, batches and actions. Every error names its field.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "sources/mapping_draft.h"
#include "workspace/workspace.h"

namespace weir::server {

// Names in a query that mean the same for every analysis.
bool IsReservedName(std::string_view name);

Result<engine::Question> ReadQuestion(std::string_view id,
                                      const std::vector<std::pair<std::string, std::string>>& query);

// {"requests":[{"id","params":{},"limit",...}],"as_of","known_at"}
Result<std::vector<engine::Question>> ReadBatch(std::string_view body);

// {"params":{},"reason":""}; an empty body is one without either.
struct ActionBody {
  analysis::RawParams params;
  std::string reason;
};
Result<ActionBody> ReadAction(std::string_view body);

// {"name": value, ...}: the parameters themselves, of what only asks. What is a text is one in JSON as well: of 5
// nobody knows whether it was 5, 05 or a mistake.
Result<analysis::RawParams> ReadPlainParams(std::string_view body, const std::vector<analysis::ParamSpec>& specs);

// The parameters of sources.import: the uploads it names, and the rest of the request.
struct ImportBody {
  std::vector<std::string> uploads;
  workspace::ImportRequest request;
};
Result<ImportBody> ReadImport(const analysis::RawParams& params);

// {"part":"","table":"","source":""}; an empty body leaves all of it to Weir.
Result<workspace::ProposalRequest> ReadProposal(std::string_view body);

// {"part":"","draft":{}}
struct TrialBody {
  std::string part;
  sources::MappingDraft draft;
};
Result<TrialBody> ReadTrial(std::string_view body);
// {"part"} of /api/v1/uploads/ID/sheet; nothing at all means the only table.
Result<std::string> ReadSheetPart(std::string_view body);

inline constexpr std::size_t kMaxBatch = 64;

}  // namespace weir::server
