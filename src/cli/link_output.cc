#include "cli/link_output.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/russian.h"
#include "identity/compare.h"
#include "store/value.h"

namespace weir::cli {
namespace {

using analysis::ColumnType;
using identity::Field;
using Json = nlohmann::ordered_json;

std::string Shown(double number, int digits = 4) { return fmt::format("{:.{}f}", number, digits); }

Json FieldJson(const Field& field, const identity::FieldWeights* weights) {
  Json json{{"column", field.column}, {"kind", identity::NameOf(field.kind)}, {"filled", field.filled}};
  json["levels"] = Json::array();
  const auto levels = identity::LevelsOf(field.kind);
  for (std::size_t level = 1; weights != nullptr && level < levels.size(); ++level) {
    json["levels"].push_back({{"level", levels[level]},
                              {"m", weights->m[level]},
                              {"u", weights->u[level]},
                              {"weight", weights->weight[level]}});
  }
  return json;
}

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

store::Value Text(std::string text) { return {std::move(text)}; }
store::Value Count(std::uint64_t count) { return {static_cast<std::int64_t>(count)}; }

class SummaryTable {
 public:
  explicit SummaryTable(Language language) : language_(language) {
    table_.name = "summary";
    table_.key = {"figure"};
    table_.columns = {{"figure", ColumnType::kText, "", {"Figure", "Показатель"}},
                      {"value", ColumnType::kText, "", {"Value", "Значение"}}};
  }
  void Add(const char* english, const char* russian, std::string value) {
    table_.rows.push_back({Text(language_ == Language::kRussian ? russian : english), Text(std::move(value))});
  }
  void Add(const char* english, const char* russian, std::uint64_t count) {
    Add(english, russian, fmt::format("{}", count));
  }
  analysis::Table Take() { return std::move(table_); }

 private:
  Language language_;
  analysis::Table table_;
};

// What judged pairs say of the probabilities.
void AddCalibration(const identity::Calibration& calibration, std::size_t judged, Language language,
                    SummaryTable& table) {
  const bool is_russian = language == Language::kRussian;
  table.Add("Judged pairs", "Размеченные пары",
            fmt::format(fmt::runtime(is_russian ? "{}, из них сравнивались {}, из тех одно и то же {}"
                                                : "{}, of which {} were compared, of those {} are one"),
                        judged, calibration.labels, calibration.same));
  const char* const said =
      calibration.is_used ? (is_russian ? "проверены по ним и поправлены" : "checked against them, and drawn to them")
      : calibration.IsChecked()
          ? (is_russian ? "проверены по ним и оставлены: поправка не лучше"
                        : "checked against them, and left: a correction does no better")
          : (is_russian ? "не проверены: размеченных пар слишком мало" : "not checked: too few pairs were judged");
  table.Add("Probabilities", "Вероятности", said);
  if (!calibration.IsChecked()) return;
  table.Add("Bits lost a judged pair", "Потеря, бит на размеченную пару",
            calibration.is_used
                ? fmt::format("{} -> {}", Shown(calibration.loss_before, 3), Shown(calibration.loss_after, 3))
                : Shown(calibration.loss_before, 3));
}

Json CalibrationJson(const identity::Calibration& calibration, std::size_t judged) {
  Json json{{"judged", judged},
            {"labels", calibration.labels},
            {"same", calibration.same},
            {"is_used", calibration.is_used},
            {"offset", calibration.offset},
            {"slope", calibration.slope}};
  const bool is_checked = calibration.IsChecked();
  json["loss_before"] = is_checked ? Json(calibration.loss_before) : Json();
  json["loss_after"] = is_checked ? Json(calibration.loss_after) : Json();
  json["parts"] = Json::array();
  for (const identity::SaidAndTrue& part : calibration.parts) {
    json["parts"].push_back(
        {{"from", part.from}, {"to", part.to}, {"pairs", part.pairs}, {"said", part.said}, {"true", part.is_true}});
  }
  return json;
}

analysis::Table SummaryOf(const LinkInput& input, const identity::LinkResult& result, const LinkSummary& summary,
                          Language language) {
  SummaryTable table(language);
  for (const LinkFile& file : input.files) {
    const bool is_russian = language == Language::kRussian;
    const std::string ids = !file.id_column.empty() ? file.id_column
                            : is_russian            ? "номер строки"
                                                    : "number of the row";
    table.Add("Records", "Записи",
              fmt::format(fmt::runtime(is_russian ? "{}: {}, id: {}" : "{}: {}, ids: {}"), file.name, file.rows, ids));
  }
  table.Add("Pairs compared", "Сравнено пар", result.pairs_compared);
  table.Add("Threshold (probability of a link)", "Порог (вероятность связи)",
            fmt::format("{}", summary.spec.least_probability));
  table.Add("Links", "Связи", summary.links);
  table.Add("Clusters", "Группы", summary.clusters);
  table.Add("Clusters of more than one record", "Группы больше чем из одной записи", summary.joined);
  table.Add("Expected precision", "Ожидаемая точность", Shown(result.expected_precision));
  table.Add("Expected recall", "Ожидаемая полнота", Shown(result.expected_recall));
  if (summary.judged) AddCalibration(result.calibration, *summary.judged, language, table);
  if (summary.pairs) {
    table.Add("Precision by the truth", "Точность по верным ответам", Shown(summary.pairs->precision));
    table.Add("Recall by the truth", "Полнота по верным ответам", Shown(summary.pairs->recall));
    table.Add("F1 by the truth", "F1 по верным ответам", Shown(summary.pairs->f1));
    table.Add("B-cubed F1", "F1 по B-cubed", Shown(summary.b_cubed->f1));
  }
  table.Add("Seconds", "Секунды", Shown(summary.seconds, 2));
  if (!summary.out.empty()) {
    std::string files = fmt::format("{0}/links.csv, {0}/clusters.csv", summary.out);
    if (summary.has_golden) files += fmt::format(", {0}/golden.csv, {0}/golden_sources.csv", summary.out);
    table.Add("Files", "Файлы", std::move(files));
  }
  return table.Take();
}

analysis::Table FieldsOf(const LinkInput& input, const identity::LinkResult& result) {
  analysis::Table table{.name = "fields", .key = {"column", "kind"}};
  table.columns = {{"column", ColumnType::kText, "", {"Column", "Столбец"}},
                   {"kind", ColumnType::kText, "", {"Compared as", "Сравнивается как"}},
                   {"filled", ColumnType::kInteger, "count", {"Filled", "Заполнено"}},
                   {"agree", ColumnType::kText, "", {"Weight if equal", "Вес при равенстве"}},
                   {"differ", ColumnType::kText, "", {"Weight if different", "Вес при различии"}}};
  for (std::size_t i = 0; i < result.fields.size(); ++i) {
    const Field& field = result.fields[i];
    std::vector<store::Value> row{Text(field.column), Text(std::string(identity::NameOf(field.kind))),
                                  Count(field.filled)};
    if (i < result.model.fields.size()) {
      const identity::FieldWeights& weights = result.model.fields[i];
      row.push_back(Text(fmt::format("{:+.1f}", weights.weight[identity::TopLevel(field.kind)])));
      row.push_back(Text(fmt::format("{:+.1f}", weights.weight[1])));
    } else {
      row.insert(row.end(), 2, Text(""));
    }
    table.rows.push_back(std::move(row));
  }
  (void)input;
  return table;
}

analysis::Table RulesOf(const identity::LinkResult& result) {
  analysis::Table table{.name = "rules", .key = {"rule"}};
  table.columns = {{"rule", ColumnType::kText, "", {"Pairs that share", "Пары, у которых общее"}},
                   {"groups", ColumnType::kInteger, "count", {"Groups", "Группы"}},
                   {"largest", ColumnType::kInteger, "count", {"Largest", "Наибольшая"}},
                   {"divided", ColumnType::kInteger, "count", {"Divided", "Разделено"}},
                   {"pairs", ColumnType::kInteger, "count", {"Pairs", "Пары"}}};
  for (const identity::RuleReport& rule : result.rules) {
    table.rows.push_back(
        {Text(rule.rule), Count(rule.groups), Count(rule.largest), Count(rule.divided), Count(rule.pairs)});
  }
  return table;
}

// Why records have the numbers of their rows.
Phrase NumberedNotice(const LinkFile& file) {
  if (!file.no_ids)
    return MakePhrase("{}: no column holds ids, so that records have the numbers of their rows", file.name);
  const NoIds& no_ids = *file.no_ids;
  if (no_ids.id.empty()) {
    return MakePhrase("{}: column '{}' holds no ids, as it is empty in line {}: records have the numbers of their rows",
                      file.name, no_ids.column, no_ids.line);
  }
  return MakePhrase(
      "{}: column '{}' holds no ids, as '{}' is there twice (lines {} and {}): records have the numbers of their rows",
      file.name, no_ids.column, no_ids.id, no_ids.first_line, no_ids.line);
}

}  // namespace

std::vector<Phrase> NoticesOf(const LinkInput& input, const identity::LinkResult* result) {
  std::vector<Phrase> notices;
  for (const LinkFile& file : input.files) {
    if (file.id_column.empty()) {
      notices.push_back(NumberedNotice(file));
    }
    if (file.faulty > 0) {
      notices.push_back(MakePhrase("{}: {} rows cannot be read and are left out; the first: {}", file.name, file.faulty,
                                   file.first_fault->Whole()));
    }
    if (!file.left_out.empty()) {
      notices.push_back(
          MakePhrase("{}: columns that only this file has are left out: {}", file.name, Listed(file.left_out)));
    }
  }
  if (result == nullptr) return notices;
  std::vector<std::string> unused;
  for (const identity::TextColumn& column : input.table.columns) {
    const auto uses = [&](const Field& field) { return field.column == column.name(); };
    if (!std::ranges::any_of(result->fields, uses)) unused.push_back(column.name());
  }
  if (!unused.empty()) {
    const bool is_full = result->spec.fields.size() == identity::kMostFields;
    notices.push_back(
        is_full ? MakePhrase("at most {} columns are compared, those that tell most; not these: {}",
                             identity::kMostFields, Listed(unused))
                : MakePhrase("columns that are not compared, as they hold nothing, say nothing or are not in the "
                             "specification: {}",
                             Listed(unused)));
  }
  return notices;
}

std::string LinkJson(const LinkInput& input, const identity::LinkResult& result, const LinkSummary& summary) {
  Json json;
  json["records"] = input.table.rows;
  json["files"] = Json::array();
  for (const LinkFile& file : input.files) {
    json["files"].push_back({{"source", file.name},
                             {"records", file.rows},
                             {"faulty", file.faulty},
                             {"id", file.id_column.empty() ? Json() : Json(file.id_column)},
                             {"left_out", file.left_out}});
  }
  json["pairs_compared"] = result.pairs_compared;
  json["links"] = summary.links;
  json["clusters"] = summary.clusters;
  json["clusters_of_several"] = summary.joined;
  json["threshold"] = summary.spec.least_probability;
  json["expected_precision"] = result.expected_precision;
  json["expected_recall"] = result.expected_recall;
  if (summary.pairs) {
    const identity::PairQuality& pairs = *summary.pairs;
    json["precision"] = pairs.precision;
    json["recall"] = pairs.recall;
    json["f1"] = pairs.f1;
    json["true_pairs"] = pairs.truth;
    json["b_cubed"] = {
        {"precision", summary.b_cubed->precision}, {"recall", summary.b_cubed->recall}, {"f1", summary.b_cubed->f1}};
  }
  if (summary.judged) json["calibration"] = CalibrationJson(result.calibration, *summary.judged);
  json["fields"] = Json::array();
  for (std::size_t i = 0; i < result.fields.size(); ++i) {
    json["fields"].push_back(
        FieldJson(result.fields[i], i < result.model.fields.size() ? &result.model.fields[i] : nullptr));
  }
  json["rules"] = Json::array();
  for (const identity::RuleReport& rule : result.rules) {
    json["rules"].push_back({{"rule", rule.rule},
                             {"groups", rule.groups},
                             {"largest", rule.largest},
                             {"divided", rule.divided},
                             {"pairs", rule.pairs}});
  }
  json["spec"] = identity::ToToml(summary.spec);
  json["warnings"] = Json::array();
  for (const Phrase& notice : NoticesOf(input, &result)) json["warnings"].push_back(notice.text);
  if (!summary.out.empty()) json["out"] = summary.out;
  json["seconds"] = summary.seconds;
  json["steps"] = summary.steps;
  json["peak_memory_bytes"] = summary.peak_memory_bytes;
  // Cells of foreign files may be in names: what is no UTF-8 becomes U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Status CheckLinkTable(const std::string& name) {
  static constexpr std::array<std::string_view, 3> kTables{"summary", "fields", "rules"};
  if (name.empty() || std::ranges::find(kTables, name) != kTables.end()) return {};
  return Fail(NotFound("the result has no table '{}'", name)
                  .Field("table")
                  .Mend("The tables are: {}", fmt::join(kTables, ", ")));
}

engine::Answer LinkAnswer(const LinkInput& input, const identity::LinkResult& result, const LinkSummary& summary,
                          Language language) {
  engine::Answer answer;
  answer.analysis = "link";
  answer.output.tables = {SummaryOf(input, result, summary, language), FieldsOf(input, result), RulesOf(result)};
  for (Phrase& notice : NoticesOf(input, &result)) {
    answer.output.warnings.push_back({.code = "link", .message = std::move(notice)});
  }
  return answer;
}

}  // namespace weir::cli
