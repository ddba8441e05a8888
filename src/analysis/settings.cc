#include "analysis/settings.h"

#include <charconv>

#include <fmt/format.h>

namespace weir::analysis {

std::string Settings::Fingerprint() const {
  return fmt::format("{};{};{};{};{}", currency, time_zone, fiscal_year_start_month, default_region, plan_won_amount);
}

namespace {

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<int> YearOf(std::string_view text) {
  int year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (error != std::errc{} || end != text.data() + text.size() || year < 1900 || year > 2200) return std::nullopt;
  return year;
}

}  // namespace

std::optional<YearPlan> ParsePlan(std::string_view text) {
  YearPlan plan;
  text = Trimmed(text);
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view entry = Trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t equals = entry.find('=');
    int year = 0;
    if (equals != std::string_view::npos) {
      const auto named = YearOf(Trimmed(entry.substr(0, equals)));
      if (!named) return std::nullopt;
      year = *named;
    }
    const auto amount = ParsePlainDecimal(Trimmed(equals == std::string_view::npos ? entry : entry.substr(equals + 1)));
    const auto ledger = amount ? Rescale(*amount, kAmountScale) : std::nullopt;
    constexpr std::int64_t kMost = 1'000'000'000'000'000;
    if (!ledger || ledger->units <= 0 || ledger->units / 10'000 > kMost) return std::nullopt;
    if (!plan.emplace(year, *ledger).second) return std::nullopt;
  }
  return plan;
}

std::string FormatPlan(const YearPlan& plan) {
  std::string text;
  for (const auto& [year, amount] : plan) {
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", year == 0 ? "" : fmt::format("{}=", year),
                        FormatDecimal(amount));
  }
  return text;
}

}  // namespace weir::analysis
