#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/words.h"
#include "delivery/report.h"
#include "delivery/svg.h"

namespace weir::delivery {
namespace {

using analysis::Table;

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ground:light-dark(#fff,#161d26);--ink:light-dark(#16202e,#e7ecf2);--soft:light-dark(#525e6e,#9fabba);
--line:light-dark(#d9dee5,#2c3744);--c0:light-dark(#1f6f8b,#5bb6d0);--c1:light-dark(#2fa4a0,#4cc9b8);--c2:light-dark(#94600f,#e0b04c);
--c3:light-dark(#b93b35,#f0776e);--c4:light-dark(#6b5ca5,#a99be0);--c5:light-dark(#8a94a1,#6f7b89)}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:860px;margin:0 auto;padding:28px 20px 48px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 4px}h3{font-size:15px;margin:20px 0 4px}
p{margin:0 0 6px}.small,figcaption,th,li.small{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:14px 0}
.card{border:1px solid var(--line);border-radius:8px;padding:10px 12px}.card b{display:block;font-size:20px}
table{width:100%;border-collapse:collapse;margin:8px 0;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:6px 10px 6px 0;border-top:1px solid var(--line);overflow-wrap:break-word}td:first-child{min-width:130px}
th{font-weight:400;border-top:0}td.n,th.n{text-align:right;white-space:nowrap}
.wide{overflow-x:auto}
figure{margin:14px 0}figcaption{margin-bottom:4px}
svg{display:block;width:100%;height:auto}
svg text{font:12px system-ui,Arial,sans-serif;fill:var(--ink)}svg .end{text-anchor:end}svg .mid{text-anchor:middle}
.grid{stroke:var(--line);stroke-width:1}.range{stroke:var(--ink);stroke-width:1.5;fill:none}
.line{fill:none;stroke-width:2}
.c0{fill:var(--c0);background:var(--c0)}.c1{fill:var(--c1);background:var(--c1)}.c2{fill:var(--c2);background:var(--c2)}
.c3{fill:var(--c3);background:var(--c3)}.c4{fill:var(--c4);background:var(--c4)}.c5{fill:var(--c5);background:var(--c5)}
.s0{stroke:var(--c0)}.s1{stroke:var(--c1)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:0 0 6px;padding:0;font-size:12px}
.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
.legend .whisker{height:2px;width:16px;background:var(--ink);vertical-align:middle}
@media print{:root{color-scheme:light}main{max-width:none;padding:0}h2{break-after:avoid}tr,figure,.card{break-inside:avoid}}
)";

// A cell of a table: its text, and whether it is a figure.
struct Cell {
  std::string text = {};
  bool is_figure = false;
};

std::string HtmlTable(const std::vector<Cell>& head, const std::vector<std::vector<Cell>>& rows) {
  std::string html = "<div class=\"wide\"><table>\n<thead><tr>";
  for (const Cell& cell : head) {
    html += fmt::format("<th{}>{}</th>", cell.is_figure ? " class=\"n\"" : "", Escaped(cell.text));
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    html += "<tr>";
    for (const Cell& cell : row) {
      html += fmt::format("<td{}>{}</td>", cell.is_figure ? " class=\"n\"" : "", Escaped(cell.text));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string Heading(std::string_view title, std::string_view caption = {}) {
  std::string html = fmt::format("<h2>{}</h2>\n", Escaped(title));
  if (!caption.empty()) html += fmt::format("<p class=\"small\">{}</p>\n", Escaped(caption));
  return html;
}

double Real(const std::optional<Decimal>& value) { return value ? ToDouble(*value) : 0; }
std::optional<double> MaybeReal(const std::optional<Decimal>& value) {
  return value ? std::optional(ToDouble(*value)) : std::nullopt;
}

Axis AxisOf(std::vector<std::string> names, double low, double high, std::string_view currency, const Voice& voice) {
  Axis axis{.names = std::move(names)};
  for (const double tick : RoundTicks(low, high)) {
    const Decimal whole{static_cast<Int128>(std::llround(tick * 100)), 2};
    axis.ticks.emplace_back(tick, MoneyText(whole, currency, voice));
  }
  return axis;
}

// "10/26" for a month.
std::string MonthText(const Reader& row) {
  return row.Text("period").substr(5, 2) + "/" + row.Text("period").substr(2, 2);
}

class HtmlReport {
 public:
  HtmlReport(const ReportAnswers& answers, const Voice& voice) : answers_(answers), voice_(voice) {}

  std::string Whole() {
    const std::string title = Say("Weekly report", "Недельный отчёт");
    std::string html = fmt::format(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{} · "
        "Weir</title>\n<style>{}</style></head>\n"
        "<body><main>\n<h1>{}</h1>\n",
        voice_.IsRussian() ? "ru" : "en", Escaped(title), kStyle, Escaped(title));
    html += fmt::format("<p class=\"small\">{}</p>\n",
                        Escaped(fmt::format(fmt::runtime(Say("As of {}, data version {}, {}. Made by Weir.",
                                                             "На {}, версия данных {}, {}. Создано в Weir.")),
                                            FormatInstant(answers_.brief.as_of), answers_.brief.data_version,
                                            answers_.brief.currency)));
    for (const std::string& sentence : Lead()) html += fmt::format("<p>{}</p>\n", Escaped(sentence));
    html += Numbers() + Lists() + Funnel() + Recurring() + Leaks() + Trend() + Recovered() + Openings() + Missing() +
            Definitions();
    return html + "</main></body></html>\n";
  }

 private:
  std::string Say(const char* en, const char* ru) const { return voice_.Pick(en, ru); }
  std::string Money(const std::optional<Decimal>& amount) const {
    return MoneyText(amount, answers_.brief.currency, voice_);
  }

  std::vector<std::string> Lead() const {
    const Table& sentences = *answers_.pulse.output.Find("sentences");
    std::vector<std::string> lead;
    if (!sentences.rows.empty()) lead.push_back(Reader(sentences, 0).Text(voice_.IsRussian() ? "ru" : "en"));
    for (std::string& one : SentencesOf(answers_.brief, voice_)) lead.push_back(std::move(one));
    return lead;
  }

  std::string Numbers() const {
    const Section section = NumbersSection(answers_.brief, voice_);
    std::string html = Heading(section.title, section.caption);
    if (section.lines.empty()) return html + fmt::format("<p class=\"small\">{}</p>\n", Escaped(section.nothing));
    html += "<div class=\"cards\">\n";
    for (const Line& line : section.lines) {
      html += fmt::format("<div class=\"card\">{}<b>{}</b><span class=\"small\">{}</span></div>\n", Escaped(line.head),
                          Escaped(line.figure), Escaped(line.detail));
    }
    return html + "</div>\n";
  }

  std::string Lists() const {
    std::string html;
    for (const Section& section : {DealsSection(answers_.brief, voice_), LeaksSection(answers_.brief, voice_),
                                   OpeningsSection(answers_.brief, voice_)}) {
      html += Heading(section.title);
      if (section.lines.empty()) {
        html += fmt::format("<p class=\"small\">{}</p>\n", Escaped(section.nothing));
        continue;
      }
      std::vector<std::vector<Cell>> rows;
      rows.reserve(section.lines.size());
      for (const Line& line : section.lines) {
        rows.push_back({{line.head}, {line.detail}, {line.small}, {line.figure, true}});
      }
      html += HtmlTable(
          {{Say("What", "Что")}, {Say("Why", "Почему")}, {Say("Whose", "Чьё")}, {answers_.brief.currency, true}}, rows);
    }
    return html;
  }

  std::string Funnel() const {
    static const std::map<std::string, std::pair<const char*, const char*>> kSteps{
        {"leads", {"Leads", "Лиды"}},
        {"qualified", {"Qualified", "Квалифицированы"}},
        {"opportunities", {"Opportunities", "Сделки"}},
        {"won", {"Won", "Выиграны"}},
        {"paid", {"Paid", "Оплачены"}}};
    const Table& funnel = *answers_.pulse.output.Find("funnel");
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < funnel.rows.size(); ++i) {
      const Reader row(funnel, i);
      const auto count = row.Number("count");
      if (!count) continue;
      const auto name = kSteps.find(row.Text("step"));
      std::string figure = FigureText(count, "count", "", voice_);
      if (const auto share = row.Number("share_of_previous")) {
        figure += " · " + FigureText(share, "share", "", voice_);
      }
      bars.push_back({.name = name == kSteps.end() ? row.Text("step") : Say(name->second.first, name->second.second),
                      .value = Real(count),
                      .figure = std::move(figure)});
    }
    return Heading(Say("From lead to cash", "От лида до денег"),
                   Say("What entered each step since the quarter began, and the share of those very records that went "
                       "on to it.",
                       "Сколько вошло в каждый шаг с начала квартала и какая доля этих же записей до него дошла.")) +
           LyingBars({.id = "funnel",
                      .title = Say("Records", "Записей"),
                      .nothing = Say("Nothing entered the funnel.", "В воронку никто не вошёл.")},
                     bars, "");
  }

  std::string Recurring() const {
    const Table& months = *answers_.recurring.output.Find("metrics");
    std::vector<std::string> names;
    std::vector<std::string> ids = RecurringMetrics();
    std::vector<Series> series;
    for (const std::string& id : ids) {
      const analysis::Column& column = months.columns[months.IndexOf(id)];
      series.push_back({.name = voice_.Pick(column.title.en, column.title.ru)});
    }
    for (std::size_t i = 0; i < months.rows.size(); ++i) {
      const Reader row(months, i);
      names.push_back(MonthText(row));
      for (std::size_t at = 0; at < ids.size(); ++at) {
        // What was lost is kept as a positive amount; it hangs below the others.
        const bool is_lost = ids[at] == "mrr_contraction" || ids[at] == "mrr_churned";
        const auto value = MaybeReal(row.Number(ids[at]));
        series[at].values.push_back(value && is_lost ? std::optional(-*value) : value);
      }
    }
    const std::string currency = answers_.brief.currency;
    double most = 0;
    for (const auto& value : series[0].values) most = std::max(most, value.value_or(0));
    std::string html = Heading(Say("Recurring revenue", "Регулярная выручка"),
                               Say("Of a month, by its end; below, what moved it in each month.",
                                   "За месяц, на его конец; ниже — что её меняло в каждом месяце."));
    const std::string nothing = Say("No subscriptions are known: bring them from your billing.",
                                    "Подписки неизвестны: загрузите их из биллинга.");
    html += Lines({.id = "mrr", .title = fmt::format("{}, {}", series[0].name, currency), .nothing = nothing},
                  AxisOf(names, 0, most, currency, voice_), {series[0]});
    const std::vector<Series> parts(series.begin() + 1, series.end());
    const auto [low, high] = Reach(parts, names.size());
    html += StackedColumns(
        {.id = "moves",
         .title = fmt::format(fmt::runtime(Say("Movements of a month, {}", "Движения за месяц, {}")), currency),
         .nothing = nothing},
        AxisOf(names, low, high, currency, voice_), parts);
    return html;
  }

  // How far columns of these parts reach down and up.
  static std::pair<double, double> Reach(const std::vector<Series>& parts, std::size_t columns) {
    double low = 0;
    double high = 0;
    for (std::size_t column = 0; column < columns; ++column) {
      double above = 0;
      double below = 0;
      for (const Series& part : parts) {
        const double value = column < part.values.size() ? part.values[column].value_or(0) : 0;
        (value > 0 ? above : below) += value;
      }
      low = std::min(low, below);
      high = std::max(high, above);
    }
    return {low, high};
  }

  std::string HeadlineText(const Reader& row) const {
    std::string text = fmt::format(fmt::runtime(Say("{} is lost or expected to be", "Потеряно или ожидается {}")),
                                   Money(row.Number("amount")));
    if (row.Number("amount_low") && row.Number("amount_high")) {
      text += fmt::format(fmt::runtime(Say(" (80 %: {} to {})", " (80 %: от {} до {})")),
                          Money(row.Number("amount_low")), Money(row.Number("amount_high")));
    }
    text += fmt::format(
        fmt::runtime(Say(", {} of it certain; {} can be won back.", ", из них точно {}; можно вернуть {}.")),
        Money(row.Number("certain")), Money(row.Number("won_back")));
    if (const auto share = row.Number("share_of_recurring")) {
      text += fmt::format(
          fmt::runtime(Say(" It is {} of the recurring revenue of a year.", " Это {} регулярной выручки за год.")),
          FigureText(share, "share", "", voice_));
    }
    if (const auto share = row.Number("share_of_bookings")) {
      text += fmt::format(fmt::runtime(Say(" It is {} of what was won in twelve months.",
                                           " Это {} выигранного за двенадцать месяцев.")),
                          FigureText(share, "share", "", voice_));
    }
    const auto aside = [&](std::string_view count, std::string_view amount, const std::string& text_of) {
      const auto many = row.Number(count);
      if (!many || many->units == 0) return;
      text += fmt::format(fmt::runtime(text_of), FigureText(many, "count", "", voice_), Money(row.Number(amount)));
    };
    aside("tolerated", "tolerated_amount",
          Say(" Tolerated and not in it: {}, {}.", " Терпимы и сюда не входят: {}, {}."));
    aside("false_alarms", "false_alarms_amount",
          Say(" False alarms, not in it: {}, {}.", " Ложные тревоги сюда не входят: {}, {}."));
    return text;
  }

  std::string Leaks() const {
    const Table& rules = *answers_.leaks.output.Find("rules");
    const Table& headline = *answers_.leaks.output.Find("headline");
    std::string html = Heading(Say("Where money leaks", "Где утекают деньги"));
    if (!headline.rows.empty()) html += fmt::format("<p>{}</p>\n", Escaped(HeadlineText(Reader(headline, 0))));
    std::vector<Bar> bars;
    std::vector<std::vector<Cell>> rows;
    for (std::size_t i = 0; i < rules.rows.size(); ++i) {
      const Reader row(rules, i);
      if (row.Text("state") != "found") continue;
      const auto amount = row.Number("amount");
      if (amount) {
        bars.push_back({.name = row.Both("title", voice_),
                        .value = Real(amount),
                        .figure = Money(amount),
                        .low = MaybeReal(row.Number("amount_low")),
                        .high = MaybeReal(row.Number("amount_high"))});
      }
      rows.push_back({{row.Both("title", voice_)},
                      {DepartmentText(row.Text("department"), voice_)},
                      {FigureText(row.Number("count"), "count", "", voice_), true},
                      {Money(amount), true},
                      {fmt::format("{} – {}", Money(row.Number("amount_low")), Money(row.Number("amount_high"))), true},
                      {Money(row.Number("won_back")), true},
                      {CertaintyText(row.Text("certainty"), voice_)}});
    }
    html +=
        LyingBars({.id = "leaks",
                   .title = fmt::format(fmt::runtime(Say("Lost or expected to be, {}", "Потеряно или ожидается, {}")),
                                        answers_.leaks.currency),
                   .nothing = Say("No rule finds a leak.", "Ни одно правило ничего не находит.")},
                  bars, Say("80 % range", "80-процентный интервал"));
    if (rows.empty()) return html;
    return html + HtmlTable({{Say("Rule", "Правило")},
                             {Say("Department", "Отдел")},
                             {Say("Leaks", "Утечек"), true},
                             {Say("Lost", "Потеряно"), true},
                             {"80 %", true},
                             {Say("Can be won back", "Можно вернуть"), true},
                             {Say("Certainty", "Достоверность")}},
                            rows);
  }

  // The four rules that leak most now, and the others together.
  std::string Trend() const {
    constexpr std::size_t kNamed = 5;
    const Table& months = *answers_.trend.output.Find("months");
    std::vector<std::string> names;
    std::vector<std::string> periods;
    std::map<std::string, std::map<std::string, double>> amounts;  // by rule and period
    std::map<std::string, std::string> titles;
    for (std::size_t i = 0; i < months.rows.size(); ++i) {
      const Reader row(months, i);
      const std::string period = row.Text("period");
      if (periods.empty() || periods.back() != period) {
        periods.push_back(period);
        names.push_back(row.Text("period").substr(8, 2) + "." + row.Text("period").substr(5, 2));
      }
      titles[row.Text("rule")] = row.Both("title", voice_);
      if (const auto amount = row.Number("amount")) amounts[row.Text("rule")][period] = Real(amount);
    }
    std::vector<std::pair<double, std::string>> order;
    for (const auto& [rule, by_period] : amounts) {
      const auto last = periods.empty() ? by_period.end() : by_period.find(periods.back());
      order.emplace_back(last == by_period.end() ? 0 : -last->second, rule);
    }
    std::ranges::sort(order);
    std::vector<Series> series;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i < kNamed) series.push_back({.name = titles[order[i].second]});
      if (i == kNamed) series.push_back({.name = Say("All others", "Остальные")});
      Series& to = series.back();
      to.values.resize(periods.size());
      for (std::size_t at = 0; at < periods.size(); ++at) {
        const auto& by_period = amounts[order[i].second];
        const auto found = by_period.find(periods[at]);
        if (found != by_period.end()) to.values[at] = to.values[at].value_or(0) + found->second;
      }
    }
    const auto [low, high] = Reach(series, periods.size());
    return Heading(Say("How it went", "Как менялось"),
                   Say("The same rules over what was true at the end of each month, and now.",
                       "Те же правила по тому, что было верно на конец каждого месяца и сейчас.")) +
           StackedColumns(
               {.id = "trend",
                .title = fmt::format(fmt::runtime(Say("Leaking, {}", "Утекает, {}")), answers_.trend.currency),
                .nothing = Say("Nothing leaked.", "Ничего не утекало.")},
               AxisOf(names, low, high, answers_.trend.currency, voice_), series);
  }

  std::string Recovered() const {
    const Table& rules = *answers_.record.output.Find("rules");
    std::vector<std::vector<Cell>> rows;
    for (std::size_t i = 0; i < rules.rows.size(); ++i) {
      const Reader row(rules, i);
      const auto decided = row.Number("decided");
      if (!decided || decided->units == 0) continue;
      rows.push_back({{row.Both("title", voice_)},
                      {FigureText(decided, "count", "", voice_), true},
                      {FigureText(row.Number("acted"), "count", "", voice_), true},
                      {FigureText(row.Number("recovered"), "count", "", voice_), true},
                      {Money(row.Number("recovered_amount")), true},
                      {FigureText(row.Number("false_alarms"), "count", "", voice_), true}});
    }
    std::string html = Heading(Say("Recovered money", "Возвращённые деньги"),
                               Say("Of leaks that somebody worked on and that leak no more, measured from later data.",
                                   "По утечкам, которыми занимались и которых больше нет: по дальнейшим данным."));
    if (rows.empty()) {
      return html + fmt::format("<p class=\"small\">{}</p>\n",
                                Escaped(Say("Nobody has worked on a leak yet.", "Утечками пока никто не занимался.")));
    }
    return html + HtmlTable({{Say("Rule", "Правило")},
                             {Say("Spoken of", "Рассмотрено"), true},
                             {Say("Acted on", "С действием"), true},
                             {Say("Recovered", "Возвращено"), true},
                             {Say("Money", "Деньги"), true},
                             {Say("False alarms", "Ложных тревог"), true}},
                            rows);
  }

  std::string Openings() const {
    const Table& rules = *answers_.openings.output.Find("rules");
    std::string html = Heading(Say("What could be won", "Что можно получить"),
                               Say("By rule; what usually comes of acting is the part that past cases brought.",
                                   "По правилам; обычно удаётся получить ту часть, которую принесли прошлые случаи."));
    std::vector<std::vector<Cell>> rows;
    for (std::size_t i = 0; i < rules.rows.size(); ++i) {
      const Reader row(rules, i);
      if (row.Text("state") != "found") continue;
      rows.push_back({{row.Both("title", voice_)},
                      {DepartmentText(row.Text("department"), voice_)},
                      {FigureText(row.Number("count"), "count", "", voice_), true},
                      {Money(row.Number("amount")), true},
                      {fmt::format("{} – {}", Money(row.Number("amount_low")), Money(row.Number("amount_high"))), true},
                      {Money(row.Number("won_back")), true}});
    }
    if (rows.empty()) {
      return html + fmt::format("<p class=\"small\">{}</p>\n",
                                Escaped(Say("No rule finds an opening.", "Ни одно правило не находит возможностей.")));
    }
    return html + HtmlTable({{Say("Rule", "Правило")},
                             {Say("Department", "Отдел")},
                             {Say("Openings", "Возможностей"), true},
                             {Say("Could be won", "Можно получить"), true},
                             {"80 %", true},
                             {Say("Usually comes", "Обычно удаётся"), true}},
                            rows);
  }

  std::string Missing() const {
    const Section section = MissingSection(answers_.brief, voice_);
    if (section.lines.empty()) return {};
    std::string html = Heading(section.title) + "<ul>\n";
    for (const Line& line : section.lines) html += fmt::format("<li class=\"small\">{}</li>\n", Escaped(line.head));
    return html + "</ul>\n";
  }

  std::string Definitions() const {
    std::vector<std::vector<Cell>> rows;
    const Table& definitions = *answers_.definitions.output.Find("definitions");
    for (std::size_t i = 0; i < definitions.rows.size(); ++i) {
      const Reader row(definitions, i);
      rows.push_back({{row.Both("title", voice_)},
                      {row.Both("description", voice_)},
                      {row.Text(voice_.IsRussian() ? "formula_ru" : "formula")},
                      {row.Text("version"), true}});
    }
    for (const engine::Answer* ledger : {&answers_.leaks, &answers_.openings}) {
      const Table& rules = *ledger->output.Find("rules");
      for (std::size_t i = 0; i < rules.rows.size(); ++i) {
        const Reader row(rules, i);
        if (row.Text("state") != "found") continue;
        rows.push_back({{row.Both("title", voice_)},
                        {row.Both("meaning", voice_)},
                        {row.Both("formula", voice_)},
                        {row.Text("definition_version"), true}});
      }
    }
    return Heading(Say("Definitions used", "Определения")) + HtmlTable({{Say("Name", "Название")},
                                                                        {Say("Meaning", "Смысл")},
                                                                        {Say("Formula", "Формула")},
                                                                        {Say("Version", "Версия"), true}},
                                                                       rows);
  }

  const ReportAnswers& answers_;
  const Voice& voice_;
};

}  // namespace

std::string ReportHtml(const ReportAnswers& answers, const Voice& voice) { return HtmlReport(answers, voice).Whole(); }

}  // namespace weir::delivery
