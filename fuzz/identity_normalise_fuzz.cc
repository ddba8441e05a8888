// The common form of a text is reached in one step, by the quick way and by the slow one; comparing names, addresses,
// e-mails, phones and dates gives the same both ways round, and each is as good as itself. Two values, a line end
// between.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "identity/address.h"
#include "identity/company_name.h"
#include "identity/contact.h"
#include "identity/date.h"
#include "identity/fold.h"
#include "identity/person_name.h"
#include "identity/spelling.h"

namespace weir::identity {
namespace {

void CheckFold(std::string_view text) {
  const std::string folded = FoldText(text);
  WEIR_CHECK(folded == FoldTextByIcu(text));
  WEIR_CHECK(FoldText(folded) == folded);
  WEIR_CHECK(folded.size() <= kFoldGrowth * text.size());
  WEIR_CHECK(TransliterationKey(folded).size() <= 2 * folded.size());
}

void CheckNames(std::string_view a, std::string_view b) {
  const PreparedPersonName person_a = Prepare(a);
  const PreparedPersonName person_b = Prepare(b);
  const PersonNameSimilarity there = Compare(person_a, person_b);
  const PersonNameSimilarity back = Compare(person_b, person_a);
  WEIR_CHECK(there.level == back.level && there.share == back.share && there.share >= 0 && there.share <= 1);
  WEIR_CHECK(person_a.words.size() <= kMostWords);
  WEIR_CHECK(person_a.words.empty() || Compare(person_a, person_a).level == PersonNameLevel::kExact);
  const PreparedCompanyName company_a = PrepareCompanyName(a);
  const PreparedCompanyName company_b = PrepareCompanyName(b);
  const CompanyNameSimilarity one_way = Compare(company_a, company_b);
  const CompanyNameSimilarity other_way = Compare(company_b, company_a);
  WEIR_CHECK(one_way.level == other_way.level && one_way.share == other_way.share);
  WEIR_CHECK(one_way.share >= 0 && one_way.share <= 1 && company_a.words.size() <= kMostWords);
  WEIR_CHECK(company_a.words.empty() || Compare(company_a, company_a).level == CompanyNameLevel::kExact);
}

void CheckContacts(std::string_view a, std::string_view b) {
  WEIR_CHECK(CompareAddresses(a, b) == CompareAddresses(b, a));
  WEIR_CHECK(CompareEmails(a, b) == CompareEmails(b, a));
  const auto phone_a = ReadPhone(a, "US");
  const auto phone_b = ReadPhone(b, "");
  if (phone_a && phone_b) WEIR_CHECK(Compare(*phone_a, *phone_b) == Compare(*phone_b, *phone_a));
  const auto date_a = ReadRecordedDate(a);
  const auto date_b = ReadRecordedDate(b);
  if (date_a && date_b) WEIR_CHECK(Compare(*date_a, *date_b) == Compare(*date_b, *date_a));
}

}  // namespace
}  // namespace weir::identity

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t end = text.find('\n');
  const std::string_view a = text.substr(0, end);
  const std::string_view b = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  weir::identity::CheckFold(a);
  weir::identity::CheckNames(a, b);
  weir::identity::CheckContacts(a, b);
  return 0;
}
