#include "cli/forecast_output.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/russian.h"
#include "cli/text_file.h"
#include "store/value.h"

namespace weir::cli {
namespace {

using analysis::ColumnType;
using forecast::IntervalSource;
using forecast::SeriesForecast;
using Json = nlohmann::ordered_json;

constexpr int kDigits = 12;
constexpr std::size_t kMostShown = 2000;  // rows of the table for people

std::string_view NameOf(IntervalSource source) {
  switch (source) {
    case IntervalSource::kModel:
      return "model";
    case IntervalSource::kOwn:
      return "own";
    case IntervalSource::kFile:
      return "file";
  }
  return "";
}

// What is counted of all series, by its name.
template <typename Of>
std::map<std::string, std::uint64_t> CountBy(const std::vector<SeriesForecast>& forecasts, const Of& of) {
  std::map<std::string, std::uint64_t> counts;
  for (const SeriesForecast& each : forecasts) ++counts[of(each)];
  return counts;
}

// The models by their form, without the numbers of each.
std::string ModelOf(const SeriesForecast& forecast) { return forecast.mean.empty() ? "none" : forecast.model; }

std::string SeasonsOf(const SeriesForecast& forecast) {
  return forecast.seasons.empty() ? "1" : fmt::format("{}", fmt::join(forecast.seasons, " + "));
}

std::string TimeOf(const SeriesInput& input, std::size_t series, std::size_t ahead) {
  const std::int64_t step = input.LastStep(series) + 1 + static_cast<std::int64_t>(ahead);
  return forecast::FormatTime(input.axis.kind, input.axis.TimeOf(step));
}

std::vector<Phrase> NoticesOf(const SeriesInput& input, const std::vector<SeriesForecast>& forecasts) {
  std::vector<Phrase> notices;
  if (input.faulty > 0) {
    notices.push_back(MakePhrase("{}: {} rows cannot be read and are left out; the first: {}", input.title,
                                 input.faulty, input.first_fault->Whole()));
  }
  if (input.gaps > 0) {
    notices.push_back(
        MakePhrase("{} steps between others have no row: their values count as missing, not as 0", input.gaps));
  }
  std::uint64_t empty = 0;
  std::uint64_t tiny = 0;
  std::uint64_t by_model = 0;
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    const auto missing = [](double value) { return forecast::IsMissing(value); };
    const auto known =
        input.values[i].size() - static_cast<std::size_t>(std::ranges::count_if(input.values[i], missing));
    empty += known == 0 ? 1 : 0;
    tiny += known > 0 && known < 4 ? 1 : 0;
    by_model += forecasts[i].source == IntervalSource::kModel ? 1 : 0;
  }
  if (empty > 0) notices.push_back(MakePhrase("{} series have no value at all and no forecast", empty));
  if (tiny > 0)
    notices.push_back(MakePhrase("{} series have fewer than four values: what is said of them is a guess", tiny));
  if (by_model > 0) {
    notices.push_back(MakePhrase(
        "the intervals of {} series follow from their model alone: there is too little to check them against",
        by_model));
  }
  return notices;
}

store::Value Text(std::string text) { return {std::move(text)}; }
// As people read it: six digits that count. The file has them all.
store::Value Real(double number) {
  constexpr int kShown = 5;
  if (number == 0 || !std::isfinite(number)) return {number};
  const double scale = std::pow(10, kShown - std::floor(std::log10(std::abs(number))));
  return {std::round(number * scale) / scale};
}

analysis::Table SummaryOf(const SeriesInput& input, const std::vector<SeriesForecast>& forecasts,
                          const ForecastSummary& summary, Language language) {
  analysis::Table table{.name = "summary", .key = {"figure"}};
  table.columns = {{"figure", ColumnType::kText, "", {"Figure", "Показатель"}},
                   {"value", ColumnType::kText, "", {"Value", "Значение"}}};
  const bool is_russian = language == Language::kRussian;
  const auto add = [&](const char* english, const char* russian, std::string value) {
    table.rows.push_back({Text(is_russian ? russian : english), Text(std::move(value))});
  };
  add("Series", "Ряды", fmt::format("{}", forecasts.size()));
  add("Values", "Значения", fmt::format("{}", input.rows));
  add("Steps ahead", "Шагов вперёд", fmt::format("{}", summary.horizon));
  add("Method", "Метод", summary.method);
  for (const auto& [seasons, count] : CountBy(forecasts, SeasonsOf)) {
    const std::string of = fmt::format(fmt::runtime(is_russian ? "сезон {}" : "season {}"), seasons);
    add(is_russian ? "" : of.c_str(), of.c_str(), fmt::format("{}", count));
  }
  add("Seconds", "Секунды", fmt::format("{:.2f}", summary.seconds));
  if (!summary.out.empty()) add("File", "Файл", summary.out);
  return table;
}

analysis::Table ModelsOf(const SeriesInput& input, const std::vector<SeriesForecast>& forecasts, std::size_t shown) {
  analysis::Table table{.name = "models", .key = {"series"}};
  table.columns = {{"series", ColumnType::kText, "", {"Series", "Ряд"}},
                   {"values", ColumnType::kInteger, "count", {"Values", "Значений"}},
                   {"season", ColumnType::kText, "", {"Season", "Сезон"}},
                   {"model", ColumnType::kText, "", {"Model", "Модель"}},
                   {"intervals", ColumnType::kText, "", {"Intervals from", "Интервалы по"}}};
  for (std::size_t i = 0; i < shown; ++i) {
    table.rows.push_back({Text(input.names[i]),
                          {static_cast<std::int64_t>(input.values[i].size())},
                          Text(SeasonsOf(forecasts[i])),
                          Text(ModelOf(forecasts[i])),
                          Text(std::string(NameOf(forecasts[i].source)))});
  }
  return table;
}

analysis::Table ForecastsOf(const SeriesInput& input, const std::vector<SeriesForecast>& forecasts,
                            const ForecastSummary& summary, std::size_t shown) {
  analysis::Table table{.name = "forecast", .key = {"unique_id", "ds"}};
  table.columns = {{"unique_id", ColumnType::kText, "", {"Series", "Ряд"}},
                   {"ds", ColumnType::kText, "", {"Time", "Время"}},
                   {"mean", ColumnType::kNumber, "", {"Forecast", "Прогноз"}}};
  for (const std::string& level : summary.levels) {
    table.columns.push_back({"lo-" + level, ColumnType::kNumber, "", {level + " % low", level + " % низ"}});
    table.columns.push_back({"hi-" + level, ColumnType::kNumber, "", {level + " % high", level + " % верх"}});
  }
  for (std::size_t i = 0; i < shown; ++i) {
    for (std::size_t h = 0; h < forecasts[i].mean.size(); ++h) {
      std::vector<store::Value> row{Text(input.names[i]), Text(TimeOf(input, i, h)), Real(forecasts[i].mean[h])};
      for (const forecast::Interval& interval : forecasts[i].intervals) {
        row.push_back(Real(interval.low[h]));
        row.push_back(Real(interval.high[h]));
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace

Status WriteForecasts(const std::string& path, const SeriesInput& input, const std::vector<SeriesForecast>& forecasts,
                      const ForecastSummary& summary) {
  const std::string unfinished = path + ".unfinished";
  {
    WEIR_TRY(TextFile file, TextFile::Create(unfinished));
    file.Add("unique_id,ds,mean");
    for (const std::string& level : summary.levels) file.Add(fmt::format(",lo-{0},hi-{0}", level));
    WEIR_TRY(file.EndRow());
    for (std::size_t i = 0; i < forecasts.size(); ++i) {
      for (std::size_t h = 0; h < forecasts[i].mean.size(); ++h) {
        file.AddCell(input.names[i]);
        file.Add(",");
        file.Add(TimeOf(input, i, h));
        file.Add(",");
        file.AddReal(forecasts[i].mean[h], kDigits);
        for (const forecast::Interval& interval : forecasts[i].intervals) {
          file.Add(",");
          file.AddReal(interval.low[h], kDigits);
          file.Add(",");
          file.AddReal(interval.high[h], kDigits);
        }
        WEIR_TRY(file.EndRow());
      }
    }
    WEIR_TRY(file.Finish());
  }
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  if (error) return Fail(CannotWrite(path, error.message()));
  return {};
}

std::string ForecastJson(const SeriesInput& input, const std::vector<SeriesForecast>& forecasts,
                         const ForecastSummary& summary) {
  Json json;
  json["series"] = forecasts.size();
  json["values"] = input.rows;
  json["horizon"] = summary.horizon;
  json["method"] = summary.method;
  json["levels"] = Json::array();
  for (const std::string& level : summary.levels) json["levels"].push_back(Json::parse(level, nullptr, false));
  json["seconds"] = summary.seconds;
  json["method_counts"] = CountBy(forecasts, ModelOf);
  json["season_counts"] = CountBy(forecasts, SeasonsOf);
  json["interval_counts"] =
      CountBy(forecasts, [](const SeriesForecast& each) { return std::string(NameOf(each.source)); });
  json["gaps"] = input.gaps;
  json["columns"] = {{"unique_id", input.id_column.empty() ? Json() : Json(input.id_column)},
                     {"ds", input.time_column},
                     {"y", input.value_column}};
  json["warnings"] = Json::array();
  for (const Phrase& notice : NoticesOf(input, forecasts)) json["warnings"].push_back(notice.text);
  if (!summary.out.empty()) json["out"] = summary.out;
  json["read_seconds"] = summary.read_seconds;
  json["write_seconds"] = summary.write_seconds;
  // Names of foreign files: what is no UTF-8 becomes U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Status CheckForecastTable(const std::string& name) {
  static constexpr std::array<std::string_view, 3> kTables{"summary", "models", "forecast"};
  if (name.empty() || std::ranges::find(kTables, name) != kTables.end()) return {};
  return Fail(NotFound("the result has no table '{}'", name)
                  .Field("table")
                  .Mend("The tables are: {}", fmt::join(kTables, ", ")));
}

engine::Answer ForecastAnswer(const SeriesInput& input, const std::vector<SeriesForecast>& forecasts,
                              const ForecastSummary& summary, Language language) {
  engine::Answer answer;
  answer.analysis = "forecast";
  const auto steps = static_cast<std::size_t>(std::max(summary.horizon, 1));
  const std::size_t shown = std::min(forecasts.size(), std::max<std::size_t>(kMostShown / steps, 1));
  answer.output.tables = {SummaryOf(input, forecasts, summary, language), ModelsOf(input, forecasts, shown),
                          ForecastsOf(input, forecasts, summary, shown)};
  for (Phrase& notice : NoticesOf(input, forecasts)) {
    answer.output.warnings.push_back({.code = "forecast", .message = std::move(notice)});
  }
  if (shown < forecasts.size()) {
    answer.output.warnings.push_back(
        {.code = "forecast",
         .message = MakePhrase("the first {} of {} series are shown; --out writes them all to a file", shown,
                               forecasts.size())});
  }
  return answer;
}

}  // namespace weir::cli
