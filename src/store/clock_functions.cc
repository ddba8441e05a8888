#include "store/clock_functions.h"

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/wall_clock.h"
#include "store/scalar_function.h"

namespace weir::store {
namespace {

constexpr std::int64_t kInfinity = INT64_MAX;  // and its negative, as the store writes them

std::int64_t Show(WallClock& clock, std::int64_t micros) { return clock.Show({micros}); }
std::int64_t FirstPassing(WallClock& clock, std::int64_t micros) { return clock.At(micros).instant.micros; }
std::int64_t SecondPassing(WallClock& clock, std::int64_t micros) { return clock.At(micros).second.micros; }

// The clock of a zone; null where there is no such zone. A statement names one zone, but who writes it may name many.
WallClock* ClockOf(std::string_view zone) {
  constexpr std::size_t kMostClocks = 16;
  thread_local std::map<std::string, WallClock, std::less<>> clocks;
  const auto known = clocks.find(zone);
  if (known != clocks.end()) return &known->second;
  const auto found = TimeZone::Find(zone);
  if (!found) return nullptr;
  if (clocks.size() == kMostClocks) clocks.clear();
  return &clocks.try_emplace(std::string(zone), *found).first->second;
}

template <std::int64_t (*Turn)(WallClock&, std::int64_t)>
void Run(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const Argument<std::int64_t> moments(input, 0);
  const Argument<duckdb_string_t> zones(input, 1);
  Answers<std::int64_t> answers(output, rows);
  std::string_view name;
  WallClock* clock = nullptr;
  for (idx_t row = 0; row < rows; ++row) {
    if (moments.IsNull(row) || zones.IsNull(row)) continue;
    if (const std::string_view said = TextOf(zones[row]); clock == nullptr || said != name) {
      name = said;
      clock = ClockOf(said);
      if (clock == nullptr) {
        return duckdb_scalar_function_set_error(info, fmt::format("there is no time zone '{}'", said).c_str());
      }
    }
    const std::int64_t moment = moments[row];
    const bool is_endless = moment == kInfinity || moment == -kInfinity;
    answers.Set(row, is_endless ? moment : Turn(*clock, moment));
  }
}

struct Function {
  const char* name;
  duckdb_scalar_function_t run;
};
constexpr std::array<Function, 3> kFunctions{
    {{"wall_clock", Run<Show>}, {"first_passing", Run<FirstPassing>}, {"second_passing", Run<SecondPassing>}}};

}  // namespace

void RegisterClockFunctions(duckdb_connection connection) {
  for (const Function& one : kFunctions) {
    std::vector<LogicalType> parameters;
    parameters.push_back(LogicalType::Of(DUCKDB_TYPE_TIMESTAMP));
    parameters.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
    RegisterScalarFunction(connection, one.name, parameters, LogicalType::Of(DUCKDB_TYPE_TIMESTAMP), one.run);
  }
}

}  // namespace weir::store
