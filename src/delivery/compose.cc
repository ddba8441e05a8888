#include "delivery/compose.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "analysis/words.h"

namespace weir::delivery {
namespace {

std::string Foot(const Voice& voice) {
  return voice.Pick("Sent by Weir, because somebody subscribed to it; Settings, Delivery ends it.",
                    "Отправлено Weir, потому что кто-то подписался; отменить: «Настройки», «Рассылка».");
}

Letter LetterOf(const Page& page, std::string data) {
  return {.subject = page.title, .text = PlainText(page), .html = HtmlText(page), .data = std::move(data)};
}

std::optional<Decimal> AmountOf(const analysis::Table& table, std::size_t row) {
  const auto* amount = std::get_if<Decimal>(&table.rows[row][table.IndexOf("won_back")]);
  return amount == nullptr ? std::nullopt : std::optional(*amount);
}

}  // namespace

Composed BriefLetter(const engine::Answer& brief, const Voice& voice) {
  const analysis::Table& summary = *brief.output.Find("summary");
  const std::string day = summary.rows.empty() ? "" : Reader(summary, 0).Day("day", voice);
  Page page{.title = fmt::format(fmt::runtime(voice.Pick("Brief of {}", "Сводка на {}")), day),
            .lead = SentencesOf(brief, voice),
            .sections = {NumbersSection(brief, voice), DealsSection(brief, voice), LeaksSection(brief, voice),
                         OpeningsSection(brief, voice), MissingSection(brief, voice)},
            .foot = Foot(voice)};
  Composed composed{.letter = LetterOf(page, engine::ToJson(brief))};
  for (const auto& [name, key] : {std::pair("leaks", "leak"), std::pair("openings", "opening")}) {
    const analysis::Table& lines = *brief.output.Find(name);
    for (std::size_t row = 0; row < lines.rows.size(); ++row) {
      composed.told.push_back({store::ToText(lines.rows[row][lines.IndexOf(key)]), AmountOf(lines, row)});
    }
  }
  return composed;
}

std::vector<std::string> NotToRepeat(const engine::Answer& list, const Heard& heard) {
  const analysis::Table* leaks = list.output.Find("leaks");
  const analysis::Table& lines = leaks == nullptr ? *list.output.Find("openings") : *leaks;
  const std::size_t name = lines.IndexOf(leaks == nullptr ? "opening" : "leak");
  std::vector<std::string> known;
  for (std::size_t row = 0; row < lines.rows.size(); ++row) {
    const std::string line = store::ToText(lines.rows[row][name]);
    if (heard.contains(line) && !IsNews(heard, line, AmountOf(lines, row))) known.push_back(line);
  }
  return known;
}

std::optional<Composed> LeaksLetter(const engine::Answer& list, const Heard& heard, const std::string& department,
                                    const std::string& seller, const Voice& voice) {
  constexpr std::size_t kNamed = 10;
  const analysis::Table& leaks = *list.output.Find("leaks");
  Composed composed;
  Section section{.title = voice.Pick("New leaks", "Новые утечки")};
  nlohmann::json data = nlohmann::json::array();
  Decimal sum{0, kAmountScale};
  // The list comes with what brings most back first.
  for (std::size_t i = 0; i < leaks.rows.size(); ++i) {
    const Reader row(leaks, i);
    const std::string leak = row.Text("leak");
    if (!row.Text("counted_by").empty()) continue;
    if (!department.empty() && row.Text("department") != department) continue;
    if (!seller.empty() && row.Text("owner") != seller && row.Text("assignee") != seller) continue;
    const std::optional<Decimal> amount = AmountOf(leaks, i);
    if (!IsNews(heard, leak, amount)) continue;
    composed.told.push_back({leak, amount});
    if (const auto scaled = amount ? Rescale(*amount, kAmountScale) : std::nullopt) sum.units += scaled->units;
    data.push_back({{"leak", leak},
                    {"title", row.Both("title", voice)},
                    {"name", row.Text("name")},
                    {"account", row.Text("account")},
                    {"won_back", row.Text("won_back")},
                    {"department", row.Text("department")},
                    {"owner", row.Text("owner")},
                    {"why", row.Both("detail", voice)}});
    if (section.lines.size() == kNamed) continue;
    const bool is_grown = heard.contains(leak);
    section.lines.push_back(
        {.head = row.Both("title", voice),
         .figure = MoneyText(amount, list.currency, voice),
         .detail =
             fmt::format("{}{}: {}", is_grown ? voice.Pick("It grew. ", "Выросла. ") : "",
                         row.Text("name").empty() ? row.Text("account") : row.Text("name"), row.Both("detail", voice)),
         .small = fmt::format(
             "{} · {}", row.Text("owner").empty() ? voice.Pick("nobody named", "никто не назначен") : row.Text("owner"),
             DepartmentText(row.Text("department"), voice)),
         .link = voice.address.empty() ? "" : fmt::format("{}/leaks?leak={}", voice.address, AddressPart(leak))});
  }
  if (composed.told.empty()) return std::nullopt;
  const auto count = static_cast<std::int64_t>(composed.told.size());
  Page page{.title = voice.IsRussian()
                         ? fmt::format("{} {}", analysis::GroupedRu(count),
                                       analysis::RussianForm(count, "новая утечка", "новые утечки", "новых утечек"))
                         : fmt::format("{} new {}", analysis::GroupedEn(count), count == 1 ? "leak" : "leaks"),
            .foot = Foot(voice)};
  page.lead.push_back(fmt::format(fmt::runtime(voice.Pick("{} can be won back from them.", "По ним можно вернуть {}.")),
                                  MoneyText(sum, list.currency, voice)));
  if (composed.told.size() > kNamed) {
    page.lead.push_back(fmt::format(fmt::runtime(voice.Pick("The {} largest are named.", "Названы {} самых крупных.")),
                                    section.lines.size()));
  }
  page.sections.push_back(std::move(section));
  composed.letter = LetterOf(
      page, nlohmann::json{{"currency", list.currency}, {"data_version", list.data_version}, {"leaks", data}}.dump(
                -1, ' ', false, nlohmann::json::error_handler_t::replace));
  return composed;
}

Letter TestLetter(std::string_view channel, Instant now, const Voice& voice) {
  const Page page{.title = voice.Pick("Weir: a test", "Weir: проверка"),
                  .lead = {fmt::format(fmt::runtime(voice.Pick("This came over the channel {}, made at {}.",
                                                               "Это пришло по каналу {}, создано {}.")),
                                       channel, FormatInstant(now))},
                  .foot = voice.Pick("Somebody asked for it in Weir.", "Об этом попросили в Weir.")};
  return LetterOf(page, "null");
}

}  // namespace weir::delivery
