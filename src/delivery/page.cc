#include "delivery/page.h"

#include <algorithm>
#include <array>

#include "analysis/words.h"

namespace weir::delivery {
namespace {

constexpr std::string_view kUnknown = "–";

// Of one line, whatever a name holds.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return line;
}

std::string Paragraph(std::string_view style, std::string_view text) {
  return fmt::format("<p style=\"{}\">{}</p>\n", style, Escaped(text));
}

std::string HtmlLine(const Line& line) {
  const std::string head = line.link.empty() ? fmt::format("<b>{}</b>", Escaped(line.head))
                                             : fmt::format("<a href=\"{}\" style=\"color:#1f6f8b\"><b>{}</b></a>",
                                                           Escaped(line.link), Escaped(line.head));
  std::string html =
      fmt::format("<tr><td style=\"padding:8px 0;border-top:1px solid #cbd2da;vertical-align:top\">{}", head);
  if (!line.detail.empty()) html += fmt::format("<br>{}", Escaped(line.detail));
  if (!line.small.empty()) html += fmt::format("<br><span style=\"color:#687484\">{}</span>", Escaped(line.small));
  html += fmt::format(
      "</td><td style=\"padding:8px 0 8px 16px;border-top:1px solid "
      "#cbd2da;vertical-align:top;text-align:right;white-space:nowrap\"><b>{}</b></td></tr>\n",
      Escaped(line.figure));
  return html;
}

std::optional<Decimal> AsDecimal(const store::Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  return std::nullopt;
}

struct Named {
  std::string_view code, en, ru;
};

std::string NameIn(std::span<const Named> names, std::string_view code, const Voice& voice) {
  const auto found = std::ranges::find(names, code, &Named::code);
  return std::string(found == names.end() ? code : voice.Pick(found->en, found->ru));
}

// One digit after the point, in the way of the language.
std::string OneDigit(Decimal value, const Voice& voice) {
  std::string text = FormatDecimal(Rescale(value, 1).value_or(value));
  if (voice.IsRussian()) std::ranges::replace(text, '.', ',');
  return text;
}

std::string Joined(std::initializer_list<std::string> parts) {
  std::string whole;
  for (const std::string& part : parts) {
    if (!part.empty()) whole += (whole.empty() ? "" : " · ") + part;
  }
  return whole;
}

std::string LinkOf(const Reader& row, const Voice& voice) {
  return voice.address.empty() ? std::string() : voice.address + row.Text("link");
}

std::string MarkNew(const Reader& row, const std::string& text, const Voice& voice) {
  return row.IsTrue("is_new") ? voice.Pick("New: ", "Новое: ") + text : text;
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    switch (c) {
      case '&':
        plain += "&amp;";
        break;
      case '<':
        plain += "&lt;";
        break;
      case '>':
        plain += "&gt;";
        break;
      case '"':
        plain += "&quot;";
        break;
      case '\'':
        plain += "&#39;";
        break;
      default:
        plain += c;
    }
  }
  return plain;
}

std::string AddressPart(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '~';
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string PlainText(const Page& page) {
  std::string text;
  for (const std::string& sentence : page.lead) text += OneLine(sentence) + "\n";
  for (const Section& section : page.sections) {
    if (section.lines.empty() && section.nothing.empty()) continue;
    text +=
        fmt::format("\n{}{}\n", OneLine(section.title), section.caption.empty() ? "" : " (" + section.caption + ")");
    if (section.lines.empty()) text += OneLine(section.nothing) + "\n";
    for (std::size_t i = 0; i < section.lines.size(); ++i) {
      const Line& line = section.lines[i];
      text +=
          fmt::format("{}. {}{}{}\n", i + 1, OneLine(line.head), line.figure.empty() ? "" : ": ", OneLine(line.figure));
      for (const std::string& more : {line.detail, line.small, line.link}) {
        if (!more.empty()) text += "   " + OneLine(more) + "\n";
      }
    }
  }
  if (!page.foot.empty()) text += "\n" + OneLine(page.foot) + "\n";
  return text;
}

std::string HtmlText(const Page& page) {
  std::string html = fmt::format(
      "<!doctype html>\n<html><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">"
      "<title>{0}</title></head>\n<body style=\"font:14px/1.5 system-ui,sans-serif;margin:0;padding:16px\">\n"
      "<div style=\"max-width:640px;margin:0 auto\">\n<h1 style=\"font-size:20px\">{0}</h1>\n",
      Escaped(page.title));
  for (const std::string& sentence : page.lead) html += Paragraph("margin:0 0 4px", sentence);
  for (const Section& section : page.sections) {
    if (section.lines.empty() && section.nothing.empty()) continue;
    html += fmt::format("<h2 style=\"font-size:16px;margin:24px 0 4px\">{}</h2>\n", Escaped(section.title));
    if (!section.caption.empty()) html += Paragraph("color:#687484;margin:0 0 8px", section.caption);
    if (section.lines.empty()) {
      html += Paragraph("color:#687484;margin:0", section.nothing);
      continue;
    }
    html += "<table style=\"width:100%;border-collapse:collapse\">\n";
    for (const Line& line : section.lines) html += HtmlLine(line);
    html += "</table>\n";
  }
  if (!page.foot.empty()) html += Paragraph("color:#687484;margin:24px 0 0;font-size:12px", page.foot);
  return html + "</div>\n</body></html>\n";
}

std::string Reader::Both(std::string_view column, const Voice& voice) const {
  return Text(std::string(column) + (voice.IsRussian() ? "_ru" : "_en"));
}

std::optional<Decimal> Reader::Number(std::string_view column) const { return AsDecimal(row_[table_.IndexOf(column)]); }

bool Reader::IsTrue(std::string_view column) const {
  const auto* value = std::get_if<bool>(&row_[table_.IndexOf(column)]);
  return value != nullptr && *value;
}

std::string Reader::Day(std::string_view column, const Voice& voice) const {
  const auto* day = std::get_if<Date>(&row_[table_.IndexOf(column)]);
  if (day == nullptr) return {};
  const analysis::Text name = analysis::DayName(*day);
  return voice.Pick(name.en, name.ru);
}

std::string MoneyText(const std::optional<Decimal>& amount, std::string_view currency, const Voice& voice) {
  if (!amount) return std::string(kUnknown);
  const analysis::Text text = analysis::ShortMoney(*amount, currency);
  return voice.Pick(text.en, text.ru);
}

std::string FigureText(const std::optional<Decimal>& value, std::string_view unit, std::string_view currency,
                       const Voice& voice) {
  if (!value) return std::string(kUnknown);
  if (unit == "money") return MoneyText(value, currency, voice);
  if (unit == "share") {
    const analysis::Text text = analysis::PercentOf(*value);
    return voice.Pick(text.en, text.ru);
  }
  if (unit == "days") return OneDigit(*value, voice) + voice.Pick(" days", " дн.");
  if (unit == "hours") return OneDigit(*value, voice) + voice.Pick(" h", " ч");
  return voice.IsRussian() ? analysis::GroupedRu(*value) : analysis::GroupedEn(*value);
}

std::string ChangeText(const std::optional<Decimal>& value, std::string_view unit, std::string_view currency,
                       const Voice& voice) {
  if (!value) return std::string(kUnknown);
  const Decimal magnitude{value->units < 0 ? -value->units : value->units, value->scale};
  std::string text = FigureText(magnitude, unit, currency, voice);
  if (unit == "share") {
    // A difference of shares is one of points.
    const Decimal points{magnitude.units * 100, magnitude.scale};
    text = OneDigit(points, voice) + voice.Pick(" pt", " п. п.");
  }
  if (value->units == 0) return text;
  // The sign and the figure stay on one line.
  return (value->units < 0 ? "−\u2060" : "+\u2060") + text;
}

std::string DepartmentText(std::string_view code, const Voice& voice) {
  static constexpr std::array<Named, 5> kNames{{{"marketing", "Marketing", "Маркетинг"},
                                                {"sales", "Sales", "Продажи"},
                                                {"success", "Customer success", "Успех клиентов"},
                                                {"finance", "Finance", "Финансы"},
                                                {"operations", "Operations", "Операции"}}};
  return NameIn(kNames, code, voice);
}

std::string CertaintyText(std::string_view code, const Voice& voice) {
  static constexpr std::array<Named, 2> kNames{
      {{"certain", "certain", "точно"}, {"probable", "expected", "ожидается"}}};
  return NameIn(kNames, code, voice);
}

Section NumbersSection(const engine::Answer& brief, const Voice& voice) {
  const analysis::Table& table = *brief.output.Find("numbers");
  const analysis::Table& summary = *brief.output.Find("summary");
  Section section{.title = voice.Pick("Five numbers", "Пять чисел")};
  if (!summary.rows.empty()) {
    const Reader row(summary, 0);
    section.caption = fmt::format(fmt::runtime(voice.Pick("from {} to {}", "с {} по {}")), row.Day("first", voice),
                                  row.Day("day", voice));
  }
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const Reader row(table, i);
    const std::string unit = row.Text("unit");
    const std::string currency = row.Text("currency");
    section.lines.push_back({.head = row.Both("title", voice),
                             .figure = FigureText(row.Number("value"), unit, currency, voice),
                             .detail = fmt::format(fmt::runtime(voice.Pick("{} since yesterday, {} in seven days",
                                                                           "{} со вчерашнего дня, {} за семь дней")),
                                                   ChangeText(row.Number("since_day"), unit, currency, voice),
                                                   ChangeText(row.Number("since_week"), unit, currency, voice)),
                             .link = LinkOf(row, voice)});
  }
  section.nothing = voice.Pick("There are no records yet to count.", "Пока нет записей, чтобы считать.");
  return section;
}

Section DealsSection(const engine::Answer& brief, const Voice& voice) {
  const analysis::Table& table = *brief.output.Find("deals");
  Section section{.title = voice.Pick("Deals to decide on", "Сделки для решения"),
                  .nothing = voice.Pick("No open deal wants a decision today.",
                                        "Сегодня ни одна открытая сделка не требует решения.")};
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const Reader row(table, i);
    const std::string name = row.Text("name").empty() ? row.Text("deal_id") : row.Text("name");
    section.lines.push_back(
        {.head = name,
         .figure = MoneyText(row.Number("amount"), brief.currency, voice),
         .detail = MarkNew(row, row.Both("why", voice), voice),
         .small =
             Joined({row.Text("account"), row.Text("stage"),
                     row.Text("owner").empty() ? voice.Pick("nobody named", "никто не назначен") : row.Text("owner")}),
         .link = LinkOf(row, voice)});
  }
  return section;
}

// Leaks and openings alike: what it is, the money, whose it is and, where that differs by row, how sure it is.
Section MoneySection(const engine::Answer& brief, const std::string& name, Section section, bool says_certainty,
                     const Voice& voice) {
  const analysis::Table& table = *brief.output.Find(name);
  section.lines.reserve(table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const Reader row(table, i);
    const std::string account = row.Text("account") == row.Text("name") ? "" : row.Text("account");
    const std::string owner =
        row.Text("owner").empty() ? voice.Pick("nobody named", "никто не назначен") : row.Text("owner");
    section.lines.push_back(
        {.head = row.Both("title", voice),
         .figure = MoneyText(row.Number("won_back"), brief.currency, voice),
         .detail = MarkNew(row, Joined({row.Text("name"), account, row.Both("detail", voice)}), voice),
         .small = Joined({owner, DepartmentText(row.Text("department"), voice),
                          says_certainty ? CertaintyText(row.Text("certainty"), voice) : ""}),
         .link = LinkOf(row, voice)});
  }
  return section;
}

Section LeaksSection(const engine::Answer& brief, const Voice& voice) {
  return MoneySection(brief, "leaks",
                      {.title = voice.Pick("Money to win back", "Деньги, которые можно вернуть"),
                       .nothing = voice.Pick("No leak to be told today.", "Сегодня сказать об утечках нечего.")},
                      true, voice);
}

Section OpeningsSection(const engine::Answer& brief, const Voice& voice) {
  return MoneySection(brief, "openings",
                      {.title = voice.Pick("Openings to take", "Возможности"),
                       .nothing = voice.Pick("No opening with money to be told today.",
                                             "Сегодня возможностей с известными деньгами нет.")},
                      false, voice);
}

Section MissingSection(const engine::Answer& brief, const Voice& voice) {
  const analysis::Table& table = *brief.output.Find("missing");
  Section section{.title = voice.Pick("What is missing", "Чего не хватает")};
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    section.lines.push_back({.head = Reader(table, i).Text(voice.IsRussian() ? "ru" : "en")});
  }
  return section;
}

std::vector<std::string> SentencesOf(const engine::Answer& brief, const Voice& voice) {
  const analysis::Table& table = *brief.output.Find("sentences");
  std::vector<std::string> sentences;
  sentences.reserve(table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    sentences.push_back(Reader(table, i).Text(voice.IsRussian() ? "ru" : "en"));
  }
  return sentences;
}

}  // namespace weir::delivery
