// Numbers and dates: what is read is written in one form, which reads back as the same value, and evidence does not
// change what needs none.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "sources/date_text.h"
#include "sources/number_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::sources;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const ParsedNumber number = ParseNumber(text, 0);
  if (number.fault == NumberFault::kNone) {
    const std::string plain = weir::FormatDecimalFixed(number.value);
    const ParsedNumber again = ParseNumber(plain, '.');
    WEIR_CHECK(again.fault == NumberFault::kNone && again.value == number.value);
    WEIR_CHECK(ParseNumber(text, '.').value == number.value && ParseNumber(text, ',').value == number.value);
  }
  NumberEvidence numbers;
  NoteNumber(text, numbers);

  const ParsedDate date = ParseDate(text, nullptr);
  DateEvidence dates;
  dates.Note(text);
  if (date.fault == DateFault::kNone) {
    const ParsedDate again = ParseDate(weir::FormatDate(date.date), nullptr);
    WEIR_CHECK(again.fault == DateFault::kNone || weir::ToCivil(date.date).year < weir::kFirstYear ||
               weir::ToCivil(date.date).year > weir::kLastYear);
    WEIR_CHECK(again.fault != DateFault::kNone || again.date == date.date);
    WEIR_CHECK(ParseDate(text, &dates).date == date.date);
    WEIR_CHECK(date.micros_of_day >= 0 && date.micros_of_day < weir::kMicrosPerDay);
  }
  WEIR_CHECK(DateEvidence::FromText(dates.ToText()).ToText() == dates.ToText());
  (void)ParseDateAs(text, "%d.%m.%y %H:%M:%S");
  (void)ParseDateAs(text, "%b %d, %Y %I:%M %p %z");
  (void)ParseDateAs(text, "excel");
  (void)DateInName(text, weir::TimeZone::Utc());
  return 0;
}
