// The money that leaks in a story, by the rules that docs/simulator.md states for truth/leaks.csv.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/exporter.h"

namespace weir::simulate {

struct Leak {
  std::string_view kind;
  bool is_certain = false;  // by arithmetic from a contract
  std::string_view source;  // vendor whose record it is
  std::string_view object;
  std::string record_id;
  Date since;
  Date until = kFarDate;          // when it was mended
  std::int64_t amount_minor = 0;  // up to the moment of the view; of probable ones, the expectation
  Department department = Department::kSales;
  int member = -1;  // who must act, by the seat at that moment
};

std::vector<Leak> FindLeaks(const View& view, const Account& account);

}  // namespace weir::simulate
