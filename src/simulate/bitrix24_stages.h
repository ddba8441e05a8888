// The stages that a new account of Bitrix24 has: titles as its lists show them, and the codes of its interface.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "simulate/records.h"

namespace weir::simulate {

struct BitrixStage {
  std::string_view code;
  std::string_view title;
};

constexpr BitrixStage BitrixStageOf(Stage stage) {
  constexpr std::array<BitrixStage, 7> kStages = {{{"NEW", "Новая"},
                                                   {"PREPARATION", "Подготовка документов"},
                                                   {"PREPAYMENT_INVOICE", "Счёт на предоплату"},
                                                   {"EXECUTING", "В работе"},
                                                   {"FINAL_INVOICE", "Финальный счёт"},
                                                   {"WON", "Сделка успешна"},
                                                   {"LOSE", "Сделка провалена"}}};
  return kStages[static_cast<std::size_t>(stage)];
}

enum class BitrixLead : std::uint8_t { kNew, kWorked, kConverted, kJunk };

constexpr BitrixStage BitrixStatusOf(BitrixLead status) {
  constexpr std::array<BitrixStage, 4> kStatuses = {{{"NEW", "Не обработан"},
                                                     {"IN_PROCESS", "В работе"},
                                                     {"CONVERTED", "Качественный лид"},
                                                     {"JUNK", "Некачественный лид"}}};
  return kStatuses[static_cast<std::size_t>(status)];
}

}  // namespace weir::simulate
