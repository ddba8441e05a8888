#include "store/clock_functions.h"

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/wall_clock.h"

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

std::string_view TextOf(const duckdb_string_t& text) {
  duckdb_string_t copy = text;
  const char* data = text.value.inlined.length <= sizeof(text.value.inlined.inlined) ? text.value.inlined.inlined
                                                                                     : duckdb_string_t_data(&copy);
  return {data, text.value.inlined.length};
}

template <std::int64_t (*Turn)(WallClock&, std::int64_t)>
void Run(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  duckdb_vector moments = duckdb_data_chunk_get_vector(input, 0);
  duckdb_vector zones = duckdb_data_chunk_get_vector(input, 1);
  const auto* moment = static_cast<const std::int64_t*>(duckdb_vector_get_data(moments));
  const auto* zone = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(zones));
  std::uint64_t* const has_moment = duckdb_vector_get_validity(moments);
  std::uint64_t* const has_zone = duckdb_vector_get_validity(zones);
  auto* turned = static_cast<std::int64_t*>(duckdb_vector_get_data(output));
  duckdb_vector_ensure_validity_writable(output);
  std::uint64_t* const is_valid = duckdb_vector_get_validity(output);
  const auto holds = [](std::uint64_t* mask, idx_t row) {
    return mask == nullptr || duckdb_validity_row_is_valid(mask, row);
  };
  std::string_view name;
  WallClock* clock = nullptr;
  for (idx_t row = 0; row < rows; ++row) {
    const bool is_known = holds(has_moment, row) && holds(has_zone, row);
    duckdb_validity_set_row_validity(is_valid, row, is_known);
    if (!is_known) continue;
    if (const std::string_view said = TextOf(zone[row]); clock == nullptr || said != name) {
      name = said;
      clock = ClockOf(said);
      if (clock == nullptr) {
        return duckdb_scalar_function_set_error(info, fmt::format("there is no time zone '{}'", said).c_str());
      }
    }
    const bool is_endless = moment[row] == kInfinity || moment[row] == -kInfinity;
    turned[row] = is_endless ? moment[row] : Turn(*clock, moment[row]);
  }
}

struct Function {
  const char* name;
  duckdb_scalar_function_t run;
};
constexpr std::array<Function, 3> kFunctions{
    {{"wall_clock", Run<Show>}, {"first_passing", Run<FirstPassing>}, {"second_passing", Run<SecondPassing>}}};

}  // namespace

void RegisterClockFunctions(duckdb_database database) {
  duckdb_connection connection = nullptr;
  bool is_done = duckdb_connect(database, &connection) == DuckDBSuccess;
  duckdb_logical_type moment = duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP);
  duckdb_logical_type zone = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  for (const Function& one : kFunctions) {
    duckdb_scalar_function function = duckdb_create_scalar_function();
    duckdb_scalar_function_set_name(function, one.name);
    duckdb_scalar_function_add_parameter(function, moment);
    duckdb_scalar_function_add_parameter(function, zone);
    duckdb_scalar_function_set_return_type(function, moment);
    duckdb_scalar_function_set_special_handling(function);
    duckdb_scalar_function_set_function(function, one.run);
    is_done = is_done && duckdb_register_scalar_function(connection, function) == DuckDBSuccess;
    duckdb_destroy_scalar_function(&function);
  }
  duckdb_destroy_logical_type(&moment);
  duckdb_destroy_logical_type(&zone);
  duckdb_disconnect(&connection);
  WEIR_CHECK(is_done);
}

}  // namespace weir::store
