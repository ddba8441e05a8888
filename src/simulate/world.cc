#include "simulate/world.h"

#include "simulate/simulate.h"

namespace weir::simulate {

Result<World> MakeWorld(const SimulateParams& params) {
  const Lexicon& lexicon = params.locale == "ru" ? RussianLexicon() : EnglishLexicon();
  WEIR_TRY(Scenario scenario, MakeScenario(params.scenario, params.difficulty, params.seed));
  const Date start = AddMonths(params.until + 1, -params.months);
  WEIR_TRY(Calendar calendar, Calendar::Make(lexicon.time_zone, lexicon.cyrillic, start, params.until));
  const int pods = (params.accounts + kAccountsPerPod - 1) / kAccountsPerPod;
  Company company(params.seed, lexicon, calendar, start, params.until, pods);
  std::vector<Date> clean_ups;
  for (int year = ToCivil(start).year; year <= ToCivil(params.until).year; ++year) {
    for (const int month : {2, 9}) {
      const Date day = calendar.NextWorkday(FromCivil({year, month, 16}));
      if (day >= start && day <= params.until) clean_ups.push_back(day);
    }
  }
  return World{params.seed,
               &lexicon,
               scenario,
               params.accounts,
               start,
               params.until,
               std::move(calendar),
               std::move(company),
               std::move(clean_ups),
               params.crm == "amocrm"     ? Crm::kAmo
               : params.crm == "bitrix24" ? Crm::kBitrix
                                          : Crm::kSalesforce};
}

}  // namespace weir::simulate
