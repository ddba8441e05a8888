#include "lifecycle/vocabulary.h"

#include <array>

namespace weir::lifecycle {
namespace {

constexpr std::array<Word, 8> kSteps{{{"lead", "Lead", "Лид"},
                                      {"qualified", "Qualified", "Квалифицирован"},
                                      {"opportunity", "Opportunity", "Сделка"},
                                      {"customer", "Customer", "Клиент"},
                                      {"renewal_due", "Renewal due", "Пора продлевать"},
                                      {"renewed", "Renewed", "Продлён"},
                                      {"churned", "Churned", "Ушёл"},
                                      {kOutside, "Outside the lifecycle", "Вне жизненного цикла"}}};

constexpr std::array<Word, 5> kKinds{{{"deal", "Deals", "Сделки"},
                                      {"lead", "Leads", "Лиды"},
                                      {"person", "Contacts", "Контакты"},
                                      {"subscription", "Subscriptions", "Подписки"},
                                      {"contract", "Contracts", "Договоры"}}};

}  // namespace

std::span<const Word> Steps() { return kSteps; }
std::span<const Word> Kinds() { return kKinds; }

std::vector<std::string> CodesOf(std::span<const Word> words) {
  std::vector<std::string> codes;
  for (const Word& word : words) codes.emplace_back(word.code);
  return codes;
}

}  // namespace weir::lifecycle
