// What it costs to bring one value into the form in which it is compared, and to compare two that are ready: `time` is
// of one value or one pair. Names of 20 letters in Latin, with accents, in Cyrillic and in Chinese; full names,
// companies, addresses, e-mails, phones, dates.
#include <array>
#include <cstddef>
#include <string_view>

#include <benchmark/benchmark.h>

#include "identity/address.h"
#include "identity/company_name.h"
#include "identity/contact.h"
#include "identity/date.h"
#include "identity/fold.h"
#include "identity/person_name.h"
#include "identity/spelling.h"

namespace weir::identity {
namespace {

template <typename Normalise>
void Each(benchmark::State& state, std::string_view text, Normalise normalise) {
  for (auto _ : state) benchmark::DoNotOptimize(normalise(text));
}

template <typename Ready>
void Pairs(benchmark::State& state, const Ready& a, const Ready& b) {
  for (auto _ : state) benchmark::DoNotOptimize(Compare(a, b));
}

const auto kFold = [](std::string_view text) { return FoldText(text); };
const auto kFoldSlowly = [](std::string_view text) { return FoldTextByIcu(text); };
const auto kKey = [](std::string_view text) { return TransliterationKey(text); };
const auto kPerson = [](std::string_view text) { return Prepare(text); };
const auto kCompany = [](std::string_view text) { return PrepareCompanyName(text); };
const auto kAddress = [](std::string_view text) { return ParseAddress(text); };
const auto kEmail = [](std::string_view text) { return ReadEmail(text); };
const auto kPhone = [](std::string_view text) { return ReadPhone(text, ""); };
const auto kDate = [](std::string_view text) { return ReadRecordedDate(text); };

BENCHMARK_CAPTURE(Each, fold_latin, "Konstantinopolsky Jr", kFold);
BENCHMARK_CAPTURE(Each, fold_accents, "Müller-Lüdenscheidté", kFold);
BENCHMARK_CAPTURE(Each, fold_cyrillic, "Константинопольский А", kFold);
BENCHMARK_CAPTURE(Each, fold_cyrillic_by_icu, "Константинопольский А", kFoldSlowly);
BENCHMARK_CAPTURE(Each, fold_chinese, "习近平", kFold);
BENCHMARK_CAPTURE(Each, transliteration_key, "konstantinopolskiy", kKey);
BENCHMARK_CAPTURE(Each, person_latin, "Dr. Ann B. Smith-Jones", kPerson);
BENCHMARK_CAPTURE(Each, person_cyrillic, "Иванов Иван Иванович", kPerson);
BENCHMARK_CAPTURE(Each, company_latin, "Samsung Electronics Co., Ltd.", kCompany);
BENCHMARK_CAPTURE(Each, company_cyrillic, "Общество с ограниченной ответственностью \"Ромашка\"", kCompany);
BENCHMARK_CAPTURE(Each, address_latin, "12b N. Main St, Apt 7, Springfield, IL 62704", kAddress);
BENCHMARK_CAPTURE(Each, address_cyrillic, "119019, г. Москва, ул. Ленина, д. 5, корп. 2, кв. 7", kAddress);
BENCHMARK_CAPTURE(Each, email, "Ann.Smith+news@mail.acme.co.uk", kEmail);
BENCHMARK_CAPTURE(Each, phone, "+49 911 2121352", kPhone);
BENCHMARK_CAPTURE(Each, date, "31.03.2020", kDate);

BENCHMARK_CAPTURE(Pairs, persons_alike, Prepare("Иванов Иван Иванович"), Prepare("Ivan Ivanovich Ivanow"));
BENCHMARK_CAPTURE(Pairs, persons_other, Prepare("Ann B. Smith"), Prepare("Robert Jones"));
BENCHMARK_CAPTURE(Pairs, companies_alike, PrepareCompanyName("Wolmart Stores Inc."),
                  PrepareCompanyName("Walmart Stores"));
BENCHMARK_CAPTURE(Pairs, companies_other, PrepareCompanyName("Siemens AG"), PrepareCompanyName("Volkswagen AG"));
BENCHMARK_CAPTURE(Pairs, addresses, PrepareAddress(ParseAddress("12 Main St, Springfield")),
                  PrepareAddress(ParseAddress("12 Mian Street, Springfield")));

}  // namespace
}  // namespace weir::identity
