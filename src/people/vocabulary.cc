#include "people/vocabulary.h"

#include <array>

#include "base/text.h"

namespace weir::people {
namespace {

constexpr std::array<Word, 12> kDepartments{{{"management", "Management", "Руководство"},
                                             {"marketing", "Marketing", "Маркетинг"},
                                             {"sales_development", "Sales development", "Обработка заявок"},
                                             {"sales", "Sales", "Продажи"},
                                             {"success", "Customer success", "Работа с клиентами"},
                                             {"support", "Support", "Поддержка"},
                                             {"finance", "Finance", "Финансы"},
                                             {"operations", "Operations", "Операции"},
                                             {"product", "Product and engineering", "Продукт и разработка"},
                                             {"people", "Human resources", "Персонал"},
                                             {"legal", "Legal", "Юристы"},
                                             {"it", "IT", "ИТ"}}};

constexpr std::array<Word, 9> kFunctions{{{"seller", "Seller", "Продавец"},
                                          {"sales_operations", "SalesOps", "SalesOps"},
                                          {"revenue_operations", "RevOps", "RevOps"},
                                          {"marketing", "Marketing", "Маркетинг"},
                                          {"success", "Customer success", "Работа с клиентами"},
                                          {"support", "Support", "Поддержка"},
                                          {"finance", "Finance", "Финансы"},
                                          {"management", "Management", "Руководство"},
                                          {"other", "Other", "Другое"}}};

}  // namespace

std::span<const Word> Departments() { return kDepartments; }
std::span<const Word> Functions() { return kFunctions; }

std::optional<std::string> CodeOf(std::span<const Word> words, std::string_view written) {
  const std::string name = NameKey(written);
  for (const Word& word : words) {
    for (const std::string_view form : {word.code, word.en, word.ru}) {
      if (NameKey(form) == name) return std::string(word.code);
    }
  }
  return std::nullopt;
}

}  // namespace weir::people
