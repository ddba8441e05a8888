// The pipelines of amoCRM and their stages: the lists of deals show titles, its interface for programs numbers.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "simulate/records.h"

namespace weir::simulate {

enum class AmoPipeline : std::uint8_t { kSales, kRenewals, kRequests };

// Of a request; the last two are closed.
enum class AmoRequest : std::uint8_t { kUnsorted, kWorked, kConverted, kRefused };

struct AmoStage {
  int id;
  std::string_view title;
};

// Won and lost have one number in every pipeline of every account.
inline constexpr AmoStage kAmoWon{142, "Успешно реализовано"};
inline constexpr AmoStage kAmoLost{143, "Закрыто и не реализовано"};

constexpr int AmoPipelineId(AmoPipeline pipeline) { return 3'177'727 + static_cast<int>(pipeline); }

constexpr std::string_view AmoPipelineName(AmoPipeline pipeline) {
  constexpr std::array<std::string_view, 3> kNames = {"Продажи", "Продления", "Заявки"};
  return kNames[static_cast<std::size_t>(pipeline)];
}

constexpr AmoPipeline PipelineOf(const Deal& deal) {
  return deal.kind == DealKind::kRenewal ? AmoPipeline::kRenewals : AmoPipeline::kSales;
}

constexpr AmoStage AmoStatus(AmoPipeline pipeline, Stage stage) {
  constexpr std::array<std::string_view, 5> kTitles = {"Первичный контакт", "Выявление потребностей", "Презентация",
                                                       "Коммерческое предложение", "Согласование договора"};
  if (stage == Stage::kWon) return kAmoWon;
  if (stage == Stage::kLost) return kAmoLost;
  const int place = static_cast<int>(stage);
  return {32'392'100 + 100 * static_cast<int>(pipeline) + 3 * place, kTitles[static_cast<std::size_t>(place)]};
}

constexpr AmoStage AmoRequestStatus(AmoRequest status) {
  if (status == AmoRequest::kConverted) return kAmoWon;
  if (status == AmoRequest::kRefused) return kAmoLost;
  return status == AmoRequest::kUnsorted ? AmoStage{32'392'300, "Неразобранное"} : AmoStage{32'392'303, "В работе"};
}

}  // namespace weir::simulate
