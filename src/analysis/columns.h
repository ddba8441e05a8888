// Declarations of columns and of questions without parameters, short.
#pragma once

#include <string>
#include <utility>

#include "analysis/params.h"
#include "analysis/result.h"

namespace weir::analysis {

inline Column Of(std::string name, ColumnType type, std::string en, std::string ru, std::string unit = "") {
  return {.name = std::move(name), .type = type, .unit = std::move(unit), .title = {std::move(en), std::move(ru)}};
}
inline Column TextOf(std::string name, std::string en, std::string ru) {
  return Of(std::move(name), ColumnType::kText, std::move(en), std::move(ru));
}
inline Column CountOf(std::string name, std::string en, std::string ru) {
  return Of(std::move(name), ColumnType::kInteger, std::move(en), std::move(ru), "count");
}

struct NoParams {
  void Describe(ParamVisitor& /*visitor*/) {}
};

}  // namespace weir::analysis
