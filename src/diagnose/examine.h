// All lines measured and judged, for the answers that show it in different ways. Internal to diagnose/.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "diagnose/reading.h"
#include "diagnose/sign.h"
#include "diagnose/verdict.h"
#include "metrics/catalog.h"

namespace weir::diagnose {

// What the analyses are made of.
struct Made {
  std::shared_ptr<const Signs> signs;
  std::shared_ptr<const metrics::MetricCatalog> catalog;
};

struct Examined {
  const Sign* sign = nullptr;
  const Line* line = nullptr;
  Reading reading = {};
  LineFacts facts = {};
};

struct Examination {
  std::vector<Examined> lines = {};  // in the order of the signs
  Judgement judgement = {};          // its signs in that order too
};

// Answers of other analyses, each asked once.
class Answers {
 public:
  explicit Answers(analysis::Context& context) : context_(context) {}

  // What refuses or is not there is told by the reading; a stop, or trouble with the store, is an error.
  Result<Reading> Read(const Line& line);

 private:
  struct Asked {
    std::optional<analysis::Output> output;
    std::optional<Error> refusal;
  };
  analysis::Context& context_;
  std::map<std::string, Asked> asked_;
};

// The readings of lines of SQL, by name: those of signs, and "board.ID" of boards.
Result<std::map<std::string, Reading>> KeptReadings(analysis::Context& context);

Result<Examination> Examine(const Made& made, analysis::Context& context);

// "for" or "against" the verdict; empty where the line is not measured, its sign is silent, or there is no verdict.
std::string_view PullOf(const Examined& one, const Judgement& judgement, const Policy& policy, bool is_silent);

// Whether the sign waits for the other side to be in order.
bool IsSilent(const Made& made, const Examination& examination, const Sign& sign);

analysis::Analysis ReadingsAnalysis(const Made& made);
inline constexpr std::string_view kReadings = "diagnose.readings";
// The parameters of a question as an address has them: "from=2026-08-30&metrics=grr". Nothing where none is asked.
std::string AskedWith(const Ask* ask, Date today);

inline constexpr std::string_view kBoardPrefix = "board.";
// What lines of signs and boards ask, the ledger of leaks among it, as declarations name what may be missing: "?leaks".
std::vector<std::string> AskedBy(const Signs& signs);
// The line of that name, of signs and of boards.
const Line* FindLine(const Signs& signs, std::string_view name);
// The rows behind a line: none where another analysis answers it.
Result<analysis::Evidence> ExplainLine(const Made& made, std::string_view name, analysis::Context& context);

}  // namespace weir::diagnose
