#include "people/reasons.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "analysis/words.h"

namespace weir::people {
namespace {

constexpr char kSeparator = '\x1f';
constexpr int kShown = 3;

struct Form {
  std::string_view kind;
  std::string_view en;
  std::string_view ru;
};

constexpr std::array<Form, 12> kForms{{
    {"title", "title “{}”", "должность «{}»"},
    {"department", "department “{}”", "отдел «{}»"},
    {"team", "team “{}”", "команда «{}»"},
    {"deals", "owns deals ({})", "ведёт сделки ({})"},
    {"leads", "works leads ({})", "обрабатывает лиды ({})"},
    {"tickets", "answers tickets ({})", "отвечает на обращения ({})"},
    {"campaigns", "runs campaigns ({})", "ведёт кампании ({})"},
    {"content", "keeps content ({})", "ведёт материалы ({})"},
    {"talks", "talks with customers ({}), owns no deals", "общается с клиентами ({}), сделок не ведёт"},
    {"forecasts", "submits forecasts ({})", "подаёт прогнозы ({})"},
    {"managers", "manages managers ({})", "руководит руководителями ({})"},
    {"bulk_edits", "edits CRM records in bulk ({})", "массово правит записи CRM ({})"},
}};

// A count as people write it, anything else as it is.
analysis::Text Shown(std::string_view detail) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(detail.data(), detail.data() + detail.size(), count);
  if (error != std::errc{} || end != detail.data() + detail.size()) return {std::string(detail), std::string(detail)};
  return {analysis::GroupedEn(count), analysis::GroupedRu(count)};
}

analysis::Text Say(std::string_view reason) {
  const std::size_t equals = reason.find('=');
  if (equals == std::string_view::npos) return {};
  const std::string_view kind = reason.substr(0, equals);
  const std::string_view detail = reason.substr(equals + 1);
  if (kind == "tool") return {fmt::format("works in {}", detail), fmt::format("работает в {}", detail)};
  for (const Form& form : kForms) {
    if (form.kind != kind) continue;
    const analysis::Text shown = Shown(detail);
    return {fmt::format(fmt::runtime(form.en), shown.en), fmt::format(fmt::runtime(form.ru), shown.ru)};
  }
  return {};
}

}  // namespace

analysis::Text WordsOf(std::string_view reasons) {
  analysis::Text words;
  for (int shown = 0; !reasons.empty() && shown < kShown; ++shown) {
    const std::size_t end = std::min(reasons.find(kSeparator), reasons.size());
    const analysis::Text said = Say(reasons.substr(0, end));
    reasons.remove_prefix(std::min(end + 1, reasons.size()));
    if (said.en.empty()) continue;
    words.en += (words.en.empty() ? "" : "; ") + said.en;
    words.ru += (words.ru.empty() ? "" : "; ") + said.ru;
  }
  return words;
}

}  // namespace weir::people
