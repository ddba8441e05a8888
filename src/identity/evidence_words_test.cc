// Whatever level of agreement the evidence of two records may tell has its Russian words.
#include <gtest/gtest.h>

#include "base/russian_evidence.h"
#include "identity/company_name.h"
#include "identity/contact.h"
#include "identity/person_name.h"
#include "identity/record_keys.h"

namespace weir::identity {
namespace {

template <typename Level>
void ExpectWords(Level last) {
  for (int level = 0; level <= static_cast<int>(last); ++level) {
    const std::string words(ReasonOf(static_cast<Level>(level)));
    EXPECT_NE(EvidenceInRussian(words), words);
  }
}

TEST(EvidenceWords, EveryLevelHasItsOwn) {
  ExpectWords(CompanyNameLevel::kExact);
  ExpectWords(PersonNameLevel::kExact);
  ExpectWords(EmailLevel::kExact);
  ExpectWords(PhoneLevel::kExact);
}

TEST(EvidenceWords, AReasonKeepsItsKey) {
  EXPECT_EQ(EvidenceInRussian("same domain elbeflow.de"), "тот же домен elbeflow.de");
  EXPECT_EQ(EvidenceInRussian("said by Anna"), "said by Anna");
  for (const CertainKey& key : KeysOfPerson("anna@elbeflow.de", "+4930123456", "Anna Weber")) {
    EXPECT_NE(EvidenceInRussian(key.reason), key.reason);
  }
}

}  // namespace
}  // namespace weir::identity
