#include "cli/mine_output.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "store/value.h"

namespace weir::cli {
namespace {

using analysis::ColumnType;
using journey::ActivityCount;
using journey::ArcTimes;
using Json = nlohmann::ordered_json;

constexpr double kSecond = 1e6;
constexpr std::size_t kMostShown = 500;  // rows of a table for people

const std::string& NameOf(const MineInput& input, journey::ActivityId id) {
  return input.reading.log.activity_names[id];
}

std::size_t ShownVariants(const Mined& mined) {
  return static_cast<std::size_t>(std::min<std::uint64_t>(mined.top, mined.variants.size()));
}

double ShareOf(const Mined& mined, std::size_t variant) {
  return static_cast<double>(mined.variants.cases[variant]) / static_cast<double>(mined.variants.variant_of.size());
}

// Most frequent first, of as many by name.
std::vector<ActivityCount> ByCount(const MineInput& input, std::vector<ActivityCount> counts) {
  std::sort(counts.begin(), counts.end(), [&](const ActivityCount& one, const ActivityCount& other) {
    if (one.count != other.count) return one.count > other.count;
    return NameOf(input, one.activity) < NameOf(input, other.activity);
  });
  return counts;
}

std::vector<std::size_t> ArcsByCount(const MineInput& input, const Mined& mined) {
  std::vector<std::size_t> order(mined.graph.arcs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto names = [&](const journey::Arc& arc) {
    return std::pair<std::string_view, std::string_view>(NameOf(input, arc.from), NameOf(input, arc.to));
  };
  std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    const journey::Arc& first = mined.graph.arcs[one];
    const journey::Arc& second = mined.graph.arcs[other];
    return first.count != second.count ? first.count > second.count : names(first) < names(second);
  });
  return order;
}

// How many different activities come.
std::uint64_t ActivitiesOf(const Mined& mined) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(mined.graph.events_of, [](std::uint64_t events) { return events > 0; }));
}

Json CountsJson(const MineInput& input, const std::vector<ActivityCount>& counts) {
  Json json = Json::array();
  for (const ActivityCount& each : ByCount(input, counts)) {
    json.push_back({{"activity", NameOf(input, each.activity)}, {"count", each.count}});
  }
  return json;
}

Json FollowsJson(const MineInput& input, const Mined& mined) {
  Json json = Json::array();
  for (const std::size_t i : ArcsByCount(input, mined)) {
    const journey::Arc& arc = mined.graph.arcs[i];
    const ArcTimes& times = mined.times[i];
    json.push_back({{"from", NameOf(input, arc.from)},
                    {"to", NameOf(input, arc.to)},
                    {"count", arc.count},
                    {"median_s", times.median / kSecond},
                    {"mean_s", times.mean / kSecond},
                    {"trimmed_mean_s", times.trimmed_mean / kSecond},
                    {"p90_s", times.p90 / kSecond}});
  }
  return json;
}

Json VariantsJson(const MineInput& input, const Mined& mined) {
  Json json = Json::array();
  for (std::size_t i = 0; i < ShownVariants(mined); ++i) {
    Json activities = Json::array();
    for (const journey::ActivityId step : mined.variants.StepsOf(i)) activities.push_back(NameOf(input, step));
    json.push_back(
        {{"activities", std::move(activities)}, {"count", mined.variants.cases[i]}, {"share", ShareOf(mined, i)}});
  }
  return json;
}

// What cases do otherwise than the model: most first.
Json DeviationsJson(const MineInput& input, const journey::LogAlignment& alignment) {
  Json json = Json::array();
  for (const journey::Deviation& each : alignment.deviations) {
    json.push_back({{"kind", each.kind == journey::MoveKind::kModel ? "left_out" : "put_in"},
                    {"activity", NameOf(input, each.activity)},
                    {"after", each.after == journey::kNoValue ? Json() : Json(NameOf(input, each.after))},
                    {"cases", each.cases},
                    {"times", each.times}});
  }
  return json;
}

void AddModel(const MineInput& input, const Mined& mined, Json& json) {
  const MinedModel& model = *mined.model;
  json["model"] = {{"miner", mined.asked->miner},
                   {"noise", mined.asked->noise},
                   {"tree", model.tree ? Json(journey::TextOf(*model.tree, input.reading.log.activity_names)) : Json()},
                   {"places", model.net.places},
                   {"transitions", model.net.transitions.size()},
                   {"arcs", model.net.arcs()},
                   {"seconds", model.seconds}};
  if (!mined.asked->out.empty()) json["out"] = mined.asked->out;
  if (!model.conformance) return;
  const MinedConformance& conformance = *model.conformance;
  json["fitness"] = conformance.alignment.fitness;
  json["precision"] = conformance.precision.precision;
  json["replay_fitness"] = conformance.replay.fitness;
  json["fitting_share"] = conformance.alignment.fitting_share;
  json["mean_fitness"] = conformance.alignment.mean_fitness;
  json["bounded_cases"] = conformance.alignment.bounded_cases;
  json["conformance_seconds"] = conformance.seconds;
  json["deviations"] = DeviationsJson(input, conformance.alignment);
}

std::vector<Phrase> NoticesOf(const MineInput& input, const Mined& mined) {
  std::vector<Phrase> notices;
  notices.reserve(input.reading.set_aside.size());
  for (const journey::SetAside& aside : input.reading.set_aside) {
    notices.push_back(MakePhrase("{}: set aside are {}, the first in line {}: {}", input.title, aside.count,
                                 aside.first_line, aside.reason));
  }
  notices.insert(notices.end(), mined.doubts.begin(), mined.doubts.end());
  if (!mined.model) return notices;
  if (mined.model->searches_left_out > 0) {
    notices.push_back(
        MakePhrase("so many activities follow one another that {} searches for one that goes beside all "
                   "others were left out: the model may allow more than it has to",
                   mined.model->searches_left_out));
  }
  if (mined.model->conformance && mined.model->conformance->alignment.bounded_cases > 0) {
    notices.push_back(
        MakePhrase("the search for the best alignment of {} cases was ended: they may fit better than is said",
                   mined.model->conformance->alignment.bounded_cases));
  }
  if (mined.model->conformance && mined.model->conformance->precision.is_cut) {
    notices.push_back(MakePhrase("not all that the model allows could be searched: the precision is a guess"));
  }
  return notices;
}

// "3 d 4 h", "12 min", "5.2 s": as people say how long something takes.
std::string Duration(double micros, bool is_russian) {
  struct Unit {
    double seconds;
    const char* english;
    const char* russian;
  };
  static constexpr std::array<Unit, 4> kUnits{
      {{86'400, "d", "д"}, {3'600, "h", "ч"}, {60, "min", "мин"}, {1, "s", "с"}}};
  const double seconds = micros / kSecond;
  for (const Unit& unit : kUnits) {
    if (std::abs(seconds) < unit.seconds && unit.seconds > 1) continue;
    return fmt::format("{:.1f} {}", seconds / unit.seconds, is_russian ? unit.russian : unit.english);
  }
  return {};
}

store::Value Text(std::string text) { return {std::move(text)}; }
store::Value Count(std::uint64_t count) { return {static_cast<std::int64_t>(count)}; }

analysis::Table SummaryOf(const MineInput& input, const Mined& mined, bool is_russian) {
  analysis::Table table{.name = "summary", .key = {"figure"}};
  table.columns = {{"figure", ColumnType::kText, "", {"Figure", "Показатель"}},
                   {"value", ColumnType::kText, "", {"Value", "Значение"}}};
  const auto add = [&](const char* english, const char* russian, std::string value) {
    table.rows.push_back({Text(is_russian ? russian : english), Text(std::move(value))});
  };
  add("Cases", "Случаи", fmt::format("{}", mined.variants.variant_of.size()));
  add("Events", "События", fmt::format("{}", input.reading.log.size()));
  add("Activities", "Действия", fmt::format("{}", ActivitiesOf(mined)));
  add("Variants", "Варианты", fmt::format("{}", mined.variants.size()));
  add("Arcs", "Переходы", fmt::format("{}", mined.graph.arcs.size()));
  add("Case duration, median", "Длительность случая, медиана", Duration(mined.durations.median, is_russian));
  add("Case duration, 90 % at most", "Длительность случая, 90 % не дольше", Duration(mined.durations.p90, is_russian));
  if (mined.model) {
    add("Model", "Модель",
        fmt::format(
            fmt::runtime(is_russian ? "мест: {}, переходов: {}, дуг: {}" : "{} places, {} transitions, {} arcs"),
            mined.model->net.places, mined.model->net.transitions.size(), mined.model->net.arcs()));
  }
  if (mined.model && mined.model->conformance) {
    const MinedConformance& conformance = *mined.model->conformance;
    add("Fitness", "Соответствие", fmt::format("{:.4f}", conformance.alignment.fitness));
    add("Precision", "Точность", fmt::format("{:.4f}", conformance.precision.precision));
    add("Cases that fit", "Случаи без отклонений", fmt::format("{:.2f} %", conformance.alignment.fitting_share * 100));
  }
  if (mined.asked && !mined.asked->out.empty()) add("Folder", "Папка", mined.asked->out);
  add("Seconds", "Секунды", fmt::format("{:.2f}", mined.read_seconds + mined.seconds));
  return table;
}

analysis::Table ActivitiesTable(const MineInput& input, const Mined& mined) {
  analysis::Table table{.name = "activities", .key = {"activity"}};
  table.columns = {{"activity", ColumnType::kText, "", {"Activity", "Действие"}},
                   {"events", ColumnType::kInteger, "count", {"Events", "События"}},
                   {"starts", ColumnType::kInteger, "count", {"Begins cases", "Начинает случаи"}},
                   {"ends", ColumnType::kInteger, "count", {"Ends cases", "Завершает случаи"}}};
  const std::size_t all = mined.graph.events_of.size();
  std::vector<std::uint64_t> starts(all, 0);
  std::vector<std::uint64_t> ends(all, 0);
  for (const ActivityCount& each : mined.graph.starts) starts[each.activity] = each.count;
  for (const ActivityCount& each : mined.graph.ends) ends[each.activity] = each.count;
  std::vector<ActivityCount> counts;
  for (journey::ActivityId id = 0; id < all; ++id) {
    if (mined.graph.events_of[id] > 0) counts.push_back({.activity = id, .count = mined.graph.events_of[id]});
  }
  counts = ByCount(input, std::move(counts));
  for (std::size_t i = 0; i < std::min(counts.size(), kMostShown); ++i) {
    const journey::ActivityId id = counts[i].activity;
    table.rows.push_back({Text(NameOf(input, id)), Count(counts[i].count), Count(starts[id]), Count(ends[id])});
  }
  return table;
}

analysis::Table FollowsTable(const MineInput& input, const Mined& mined, bool is_russian) {
  analysis::Table table{.name = "follows", .key = {"from", "to"}};
  table.columns = {{"from", ColumnType::kText, "", {"From", "Откуда"}},
                   {"to", ColumnType::kText, "", {"To", "Куда"}},
                   {"count", ColumnType::kInteger, "count", {"Times", "Раз"}},
                   {"median", ColumnType::kText, "", {"Median wait", "Медиана ожидания"}},
                   {"p90", ColumnType::kText, "", {"90 % at most", "90 % не дольше"}}};
  const std::vector<std::size_t> order = ArcsByCount(input, mined);
  for (std::size_t i = 0; i < std::min(order.size(), kMostShown); ++i) {
    const journey::Arc& arc = mined.graph.arcs[order[i]];
    table.rows.push_back({Text(NameOf(input, arc.from)), Text(NameOf(input, arc.to)), Count(arc.count),
                          Text(Duration(mined.times[order[i]].median, is_russian)),
                          Text(Duration(mined.times[order[i]].p90, is_russian))});
  }
  return table;
}

analysis::Table VariantsTable(const MineInput& input, const Mined& mined) {
  analysis::Table table{.name = "variants", .key = {"variant"}};
  table.columns = {{"variant", ColumnType::kInteger, "", {"Variant", "Вариант"}},
                   {"cases", ColumnType::kInteger, "count", {"Cases", "Случаи"}},
                   {"share", ColumnType::kShare, "share", {"Share", "Доля"}},
                   {"steps", ColumnType::kText, "", {"Steps", "Шаги"}}};
  constexpr std::size_t kMostSteps = 30;
  for (std::size_t i = 0; i < ShownVariants(mined); ++i) {
    const auto steps = mined.variants.StepsOf(i);
    std::string text;
    for (const journey::ActivityId step : steps.first(std::min(steps.size(), kMostSteps))) {
      text.append(text.empty() ? "" : " → ").append(NameOf(input, step));
    }
    if (steps.size() > kMostSteps) text += fmt::format(" → … +{}", steps.size() - kMostSteps);
    table.rows.push_back({Count(i + 1), Count(mined.variants.cases[i]), {ShareOf(mined, i)}, Text(std::move(text))});
  }
  return table;
}

analysis::Table DeviationsTable(const MineInput& input, const journey::LogAlignment& alignment, bool is_russian) {
  analysis::Table table{.name = "deviations", .key = {"what", "activity", "after"}};
  table.columns = {{"what", ColumnType::kText, "", {"What", "Что"}},
                   {"activity", ColumnType::kText, "", {"Activity", "Действие"}},
                   {"after", ColumnType::kText, "", {"After", "После"}},
                   {"cases", ColumnType::kInteger, "count", {"Cases", "Случаи"}},
                   {"times", ColumnType::kInteger, "count", {"Times", "Раз"}}};
  for (std::size_t i = 0; i < std::min(alignment.deviations.size(), kMostShown); ++i) {
    const journey::Deviation& each = alignment.deviations[i];
    const bool is_left_out = each.kind == journey::MoveKind::kModel;
    const char* english = is_left_out ? "left out" : "put in";
    const char* russian = is_left_out ? "пропущено" : "добавлено";
    table.rows.push_back({Text(is_russian ? russian : english), Text(NameOf(input, each.activity)),
                          Text(each.after == journey::kNoValue ? "" : NameOf(input, each.after)), Count(each.cases),
                          Count(each.times)});
  }
  return table;
}

}  // namespace

std::string MineJson(const MineInput& input, const Mined& mined) {
  Json json;
  json["cases"] = mined.variants.variant_of.size();
  json["events"] = input.reading.log.size();
  json["activities"] = ActivitiesOf(mined);
  json["variants"] = mined.variants.size();
  json["start"] = CountsJson(input, mined.graph.starts);
  json["end"] = CountsJson(input, mined.graph.ends);
  json["dfg"] = FollowsJson(input, mined);
  json["top_variants"] = VariantsJson(input, mined);
  json["case_duration"] = {{"median_s", mined.durations.median / kSecond},
                           {"mean_s", mined.durations.mean / kSecond},
                           {"p90_s", mined.durations.p90 / kSecond}};
  if (mined.model) AddModel(input, mined, json);
  json["set_aside"] = Json::array();
  for (const journey::SetAside& aside : input.reading.set_aside) {
    json["set_aside"].push_back({{"code", aside.code},
                                 {"reason", aside.reason.text},
                                 {"count", aside.count},
                                 {"first_line", aside.first_line}});
  }
  if (input.form == LogForm::kTable) {
    json["columns"] = {
        {"case", input.columns.case_id}, {"activity", input.columns.activity}, {"time", input.columns.time}};
  }
  json["warnings"] = Json::array();
  for (const Phrase& notice : NoticesOf(input, mined)) json["warnings"].push_back(notice.text);
  json["read_seconds"] = mined.read_seconds;
  json["seconds"] = mined.seconds;
  json["timings"] = {{"sort_seconds", mined.timings.sort},
                     {"follows_seconds", mined.timings.follows},
                     {"times_seconds", mined.timings.times},
                     {"variants_seconds", mined.timings.variants}};
  // Names of foreign files: what is no UTF-8 becomes U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Status CheckMineTable(const std::string& name) {
  static constexpr std::array<std::string_view, 5> kTables{"summary", "activities", "follows", "variants",
                                                           "deviations"};
  if (name.empty() || std::ranges::find(kTables, name) != kTables.end()) return {};
  return Fail(NotFound("the result has no table '{}'", name)
                  .Field("table")
                  .Mend("The tables are: {}", fmt::join(kTables, ", ")));
}

engine::Answer MineAnswer(const MineInput& input, const Mined& mined, Language language) {
  engine::Answer answer;
  answer.analysis = "mine";
  const bool is_russian = language == Language::kRussian;
  answer.output.tables = {SummaryOf(input, mined, is_russian), ActivitiesTable(input, mined),
                          FollowsTable(input, mined, is_russian), VariantsTable(input, mined)};
  if (mined.model && mined.model->conformance) {
    answer.output.tables.push_back(DeviationsTable(input, mined.model->conformance->alignment, is_russian));
  }
  const auto warn = [&](Phrase message) {
    answer.output.warnings.push_back({.code = "mine", .message = std::move(message)});
  };
  for (Phrase& notice : NoticesOf(input, mined)) warn(std::move(notice));
  if (mined.graph.arcs.size() > kMostShown || ActivitiesOf(mined) > kMostShown) {
    warn(MakePhrase("of activities and arcs the {} most frequent are shown; --format json has them all", kMostShown));
  }
  return answer;
}

}  // namespace weir::cli
