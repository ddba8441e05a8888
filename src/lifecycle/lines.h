// Which step a stage is: the lines of catalog/lifecycle.toml and of the workspace's lifecycle.toml.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/definitions.h"
#include "base/result.h"

namespace weir::lifecycle {

// A stage as a source has it. What does not apply is empty.
struct SourceStage {
  std::string kind = {};  // code of a kind
  std::string source = {};
  std::string pipeline = {};
  std::string name = {};
  std::string status = {};  // of deals: open, won, lost
  std::string type = {};    // of deals: renewal

  bool operator==(const SourceStage&) const = default;
};

// Under which name what somebody decided of the stage is kept among the settings.
std::string DecisionName(const SourceStage& stage);

// What is empty fits everything. Names and pipelines are folded, with * for anything.
struct Line {
  std::string kind = {};
  std::string source = {};
  std::vector<std::string> pipelines = {};
  std::string type = {};
  std::string status = {};
  std::vector<std::string> names = {};
  std::string step = {};
  std::string why = {};
  std::string file = {};
  std::uint64_t line = 0;
};

class LifecycleMap {
 public:
  // Lines of the workspace's own files come first. Errors name file, line, column and the mend.
  static Result<LifecycleMap> Load(std::span<const DefinitionFile> files);

  // The first line that fits; nullptr where the stage is not mapped. Cost: O(lines).
  const Line* Find(const SourceStage& stage) const;
  std::span<const Line> lines() const { return lines_; }

 private:
  std::vector<Line> lines_;
};

// Without case, accents and punctuation; a name of nothing but signs keeps them.
std::string Folded(std::string_view name);

}  // namespace weir::lifecycle
