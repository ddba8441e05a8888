#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include <xlsxwriter.h>

#include "delivery/report.h"

namespace weir::delivery {
namespace {

namespace fs = std::filesystem;
using analysis::ColumnType;
using analysis::Table;
using store::Value;

// A folder for one file, which goes with it.
class Workplace {
 public:
  static Result<std::unique_ptr<Workplace>> Make() {
    std::error_code error;
    std::string path = (fs::temp_directory_path(error) / "weir-report-XXXXXX").string();
    if (error || ::mkdtemp(path.data()) == nullptr) {
      return Fail(Unavailable("no folder for a workbook can be made: {}",
                              std::generic_category().message(error ? error.value() : errno)));
    }
    return std::unique_ptr<Workplace>(new Workplace(path));
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string File() const { return (path_ / "report.xlsx").string(); }

 private:
  explicit Workplace(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

struct Formats {
  lxw_format* head = nullptr;
  lxw_format* money = nullptr;
  lxw_format* whole = nullptr;
  lxw_format* share = nullptr;
  lxw_format* decimal = nullptr;
  lxw_format* date = nullptr;
  lxw_format* text = nullptr;
  lxw_format* title = nullptr;
};

Formats FormatsOf(lxw_workbook* book) {
  const auto with = [&](const char* number) {
    lxw_format* format = workbook_add_format(book);
    if (number != nullptr) format_set_num_format(format, number);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    return format;
  };
  Formats formats{.head = with(nullptr),
                  .money = with("#,##0.00"),
                  .whole = with("#,##0"),
                  .share = with("0.0%"),
                  .decimal = with("#,##0.##"),
                  .date = with("yyyy-mm-dd"),
                  .text = with("@"),
                  .title = with(nullptr)};
  format_set_bold(formats.head);
  format_set_text_wrap(formats.head);
  format_set_bold(formats.title);
  format_set_font_size(formats.title, 14);
  return formats;
}

class Book {
 public:
  Book(lxw_workbook* book, const Voice& voice) : book_(book), voice_(voice), formats_(FormatsOf(book)) {}

  lxw_worksheet* Sheet(const char* en, const char* ru) {
    return workbook_add_worksheet(book_, voice_.Pick(en, ru).c_str());
  }
  const Formats& formats() const { return formats_; }

  // The columns that people of the language read: of a pair, the one in theirs; no ids, no addresses of pages.
  std::vector<std::size_t> ColumnsOf(const Table& table) const {
    std::vector<std::size_t> columns;
    const std::string_view other = voice_.IsRussian() ? "_en" : "_ru";
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
      const std::string& name = table.columns[at].name;
      const bool is_formula = name == "formula" && voice_.IsRussian();
      if (name.ends_with(other) || is_formula || name == (voice_.IsRussian() ? "en" : "ru")) continue;
      if (name == "link" || name == "source_file" || name == "dimensions" || name == "rivals") continue;
      columns.push_back(at);
    }
    return columns;
  }

  // A table as it is, from a row on.
  void Write(const Table& table, lxw_worksheet* sheet) {
    const std::vector<std::size_t> columns = ColumnsOf(table);
    for (std::size_t at = 0; at < columns.size(); ++at) {
      const analysis::Column& column = table.columns[columns[at]];
      const std::string title = voice_.Pick(column.title.en, column.title.ru);
      const auto to = static_cast<lxw_col_t>(at);
      const bool has_unit = column.type == ColumnType::kMoney && !column.unit.empty();
      const std::string named = has_unit ? title + ", " + column.unit : title;
      worksheet_write_string(sheet, 0, to, named.c_str(), formats_.head);
      worksheet_set_column(sheet, to, to, WidthOf(column), nullptr);
    }
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      const auto unit_at = UnitColumn(table);
      for (std::size_t at = 0; at < columns.size(); ++at) {
        const std::string unit = unit_at ? store::ToText(table.rows[row][*unit_at]) : "";
        Put(sheet, static_cast<lxw_row_t>(row + 1), static_cast<lxw_col_t>(at), table.rows[row][columns[at]],
            table.columns[columns[at]].type, unit);
      }
    }
    worksheet_freeze_panes(sheet, 1, 0);
    if (!table.rows.empty() && !columns.empty()) {
      worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(table.rows.size()),
                           static_cast<lxw_col_t>(columns.size() - 1));
    }
  }

  // Every text is written as a text, whatever it begins with.
  void Put(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const Value& value, ColumnType type,
           std::string_view unit) {
    if (store::IsNull(value)) return;
    if (const auto* day = std::get_if<Date>(&value)) {
      const CivilDate civil = ToCivil(*day);
      lxw_datetime date{.year = civil.year, .month = civil.month, .day = civil.day, .hour = 0, .min = 0, .sec = 0};
      worksheet_write_datetime(sheet, row, column, &date, formats_.date);
      return;
    }
    const auto* whole = std::get_if<std::int64_t>(&value);
    const auto* decimal = std::get_if<Decimal>(&value);
    if (whole != nullptr || decimal != nullptr) {
      lxw_format* format = type == ColumnType::kMoney || unit == "money"   ? formats_.money
                           : type == ColumnType::kShare || unit == "share" ? formats_.share
                           : whole != nullptr                              ? formats_.whole
                                                                           : formats_.decimal;
      worksheet_write_number(sheet, row, column, whole != nullptr ? static_cast<double>(*whole) : ToDouble(*decimal),
                             format);
      return;
    }
    if (const auto* truth = std::get_if<bool>(&value)) {
      worksheet_write_string(sheet, row, column, voice_.Pick(*truth ? "yes" : "no", *truth ? "да" : "нет").c_str(),
                             formats_.text);
      return;
    }
    worksheet_write_string(sheet, row, column, Bounded(store::ToText(value)).c_str(), formats_.text);
  }

 private:
  // A cell of a workbook holds 32,767 characters.
  static std::string Bounded(std::string text) {
    constexpr std::size_t kMost = 32'000;
    if (text.size() <= kMost) return text;
    std::size_t size = kMost;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
    text.resize(size);
    return text;
  }

  static double WidthOf(const analysis::Column& column) {
    constexpr double kText = 30;
    constexpr double kLong = 60;
    constexpr double kFigure = 16;
    if (column.type != ColumnType::kText) return kFigure;
    const bool is_long = column.name.starts_with("note") || column.name.starts_with("why") ||
                         column.name.starts_with("detail") || column.name.starts_with("meaning") ||
                         column.name.starts_with("description") || column.name.starts_with("formula") ||
                         column.name == "en" || column.name == "ru";
    return is_long ? kLong : kText;
  }

  // The five numbers have units of their own.
  static std::optional<std::size_t> UnitColumn(const Table& table) {
    if (table.name != "numbers") return std::nullopt;
    return table.IndexOf("unit");
  }

  lxw_workbook* book_;
  const Voice& voice_;
  Formats formats_;
};

void WriteSummary(const ReportAnswers& answers, const Voice& voice, Book& book) {
  lxw_worksheet* sheet = book.Sheet("Summary", "Главное");
  worksheet_set_column(sheet, 0, 0, 110, nullptr);
  lxw_row_t row = 0;
  worksheet_write_string(sheet, row++, 0, voice.Pick("Weekly report", "Недельный отчёт").c_str(), book.formats().title);
  const std::string about =
      fmt::format(fmt::runtime(voice.Pick("As of {}, data version {}, {}", "На {}, версия данных {}, {}")),
                  FormatInstant(answers.brief.as_of), answers.brief.data_version, answers.brief.currency);
  worksheet_write_string(sheet, row++, 0, about.c_str(), book.formats().text);
  for (const std::string& sentence : SentencesOf(answers.brief, voice)) {
    worksheet_write_string(sheet, row++, 0, sentence.c_str(), book.formats().text);
  }
}

}  // namespace

Result<std::string> ReportXlsx(const ReportAnswers& answers, const Voice& voice) {
  WEIR_TRY(const std::unique_ptr<Workplace> place, Workplace::Make());
  const std::string path = place->File();
  lxw_workbook* book = workbook_new(path.c_str());
  if (book == nullptr) return Fail(Unavailable("a workbook cannot be made"));
  // The same figures make the same bytes.
  lxw_doc_properties properties{};
  std::string title = voice.Pick("Weekly report", "Недельный отчёт");
  std::string author = "Weir";
  properties.title = title.data();
  properties.author = author.data();
  properties.created = answers.brief.as_of.micros / kMicrosPerSecond;
  workbook_set_properties(book, &properties);
  Book to(book, voice);
  WriteSummary(answers, voice, to);
  struct Part {
    const engine::Answer* answer;
    const char* table;
    const char* en;
    const char* ru;
  };
  const std::array<Part, 11> parts{{{&answers.brief, "numbers", "Numbers", "Числа"},
                                    {&answers.brief, "deals", "Deals", "Сделки"},
                                    {&answers.brief, "leaks", "Leaks", "Утечки"},
                                    {&answers.brief, "openings", "Openings", "Возможности"},
                                    {&answers.pulse, "funnel", "Funnel", "Воронка"},
                                    {&answers.recurring, "metrics", "By month", "По месяцам"},
                                    {&answers.leaks, "rules", "Leak rules", "Правила утечек"},
                                    {&answers.openings, "rules", "Rules of openings", "Правила возможностей"},
                                    {&answers.trend, "months", "Leaks by month", "Утечки по месяцам"},
                                    {&answers.record, "rules", "Recovered", "Возвращено"},
                                    {&answers.brief, "missing", "Missing", "Не хватает"}}};
  for (const Part& part : parts) to.Write(*part.answer->output.Find(part.table), to.Sheet(part.en, part.ru));
  to.Write(*answers.definitions.output.Find("definitions"), to.Sheet("Definitions", "Определения"));
  const lxw_error closed = workbook_close(book);
  if (closed != LXW_NO_ERROR) return Fail(Unavailable("the workbook cannot be written: {}", lxw_strerror(closed)));
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.empty()) return Fail(Unavailable("the workbook cannot be written: {}", "empty"));
  return bytes;
}

}  // namespace weir::delivery
