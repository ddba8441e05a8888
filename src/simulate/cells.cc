#include "simulate/cells.h"

#include <iterator>

#include <fmt/format.h>

namespace weir::simulate {
namespace {

void PutTwo(std::string& cell, std::int64_t value) {
  cell.push_back(static_cast<char>('0' + value / 10 % 10));
  cell.push_back(static_cast<char>('0' + value % 10));
}

// "10:12:13" after the date and a separator; without the seconds if not asked for.
void PutDayAndTime(std::string& cell, std::int64_t micros, char separator, bool seconds) {
  const Date day = DateOf(Instant{micros});
  const std::int64_t second = (micros - StartOf(day).micros) / kMicrosPerSecond;
  PutDate(cell, day);
  cell.push_back(separator);
  PutTwo(cell, second / 3600);
  cell.push_back(':');
  PutTwo(cell, second / 60 % 60);
  if (!seconds) return;
  cell.push_back(':');
  PutTwo(cell, second % 60);
}

}  // namespace

void PutInteger(std::string& cell, std::int64_t value) { fmt::format_to(std::back_inserter(cell), "{}", value); }

void PutDate(std::string& cell, Date date) {
  const CivilDate civil = ToCivil(date);
  PutTwo(cell, civil.year / 100);
  PutTwo(cell, civil.year % 100);
  cell.push_back('-');
  PutTwo(cell, civil.month);
  cell.push_back('-');
  PutTwo(cell, civil.day);
}

void PutAmount(std::string& cell, std::int64_t minor) {
  if (minor < 0) cell.push_back('-');
  const std::int64_t size = minor < 0 ? -minor : minor;
  PutInteger(cell, size / 100);
  cell.push_back('.');
  PutTwo(cell, size % 100);
}

void PutSalesforceAmount(std::string& cell, std::int64_t minor) {
  PutAmount(cell, minor);
  if (cell.back() == '0') cell.pop_back();
}

void PutSalesforceTime(std::string& cell, Instant at) {
  PutDayAndTime(cell, at.micros, 'T', true);
  cell.append(".000Z");
}

std::string DottedDay(Date date) {
  const CivilDate civil = ToCivil(date);
  return fmt::format("{:02}.{:02}.{:04}", civil.day, civil.month, civil.year);
}

void PutUtcTime(std::string& cell, Instant at) { PutDayAndTime(cell, at.micros, ' ', true); }

void PutLocalMinute(std::string& cell, std::int64_t local_micros) { PutDayAndTime(cell, local_micros, ' ', false); }

}  // namespace weir::simulate
