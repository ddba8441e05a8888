// What a letter says, before it is written as text, as HTML or as a report: titles, lines, where each leads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.h"
#include "base/russian.h"
#include "engine/engine.h"

namespace weir::delivery {

struct Line {
  std::string head = {};
  std::string figure = {};  // at the right
  std::string detail = {};
  std::string small = {};  // who, where
  std::string link = {};   // a whole address, or empty
};

struct Section {
  std::string title = {};
  std::string caption = {};
  std::vector<Line> lines = {};
  std::string nothing = {};  // said where there are no lines
};

struct Page {
  std::string title = {};
  std::vector<std::string> lead = {};
  std::vector<Section> sections = {};
  std::string foot = {};
};

// How a page speaks, and where its links lead.
struct Voice {
  Language language = Language::kEnglish;
  std::string address = {};  // of the page; empty: no links

  bool IsRussian() const { return language == Language::kRussian; }
  const std::string& Pick(const std::string& en, const std::string& ru) const { return IsRussian() ? ru : en; }
  std::string_view Pick(std::string_view en, std::string_view ru) const { return IsRussian() ? ru : en; }
  std::string Pick(const char* en, const char* ru) const { return IsRussian() ? ru : en; }
};

std::string PlainText(const Page& page);
std::string HtmlText(const Page& page);
// Nothing in it is a mark of HTML.
std::string Escaped(std::string_view text);

// A text as a part of an address.
std::string AddressPart(std::string_view text);

// Rows of a table by the names of its columns.
class Reader {
 public:
  Reader(const analysis::Table& table, std::size_t row) : table_(table), row_(table.rows.at(row)) {}
  std::string Text(std::string_view column) const { return store::ToText(row_[table_.IndexOf(column)]); }
  // "title" of "title_en" and "title_ru".
  std::string Both(std::string_view column, const Voice& voice) const;
  std::optional<Decimal> Number(std::string_view column) const;
  bool IsTrue(std::string_view column) const;
  std::string Day(std::string_view column, const Voice& voice) const;  // "20 November 2026"

 private:
  const analysis::Table& table_;
  const std::vector<store::Value>& row_;
};

// Figures as people of the language read them; "–" for what is not known.
std::string MoneyText(const std::optional<Decimal>& amount, std::string_view currency, const Voice& voice);
// By the unit of a metric: money, count, share, days, hours.
std::string FigureText(const std::optional<Decimal>& value, std::string_view unit, std::string_view currency,
                       const Voice& voice);
// The same with its sign: "+€12.4K".
std::string ChangeText(const std::optional<Decimal>& value, std::string_view unit, std::string_view currency,
                       const Voice& voice);
std::string DepartmentText(std::string_view code, const Voice& voice);
std::string CertaintyText(std::string_view code, const Voice& voice);

// The lists of an answer of the analysis `brief`.
Section NumbersSection(const engine::Answer& brief, const Voice& voice);
Section DealsSection(const engine::Answer& brief, const Voice& voice);
Section LeaksSection(const engine::Answer& brief, const Voice& voice);
Section OpeningsSection(const engine::Answer& brief, const Voice& voice);
Section MissingSection(const engine::Answer& brief, const Voice& voice);
std::vector<std::string> SentencesOf(const engine::Answer& brief, const Voice& voice);

}  // namespace weir::delivery
