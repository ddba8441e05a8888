#include "diagnose/survey.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <boost/math/special_functions/beta.hpp>

#include "base/random.h"
#include "metrics/table_reader.h"

namespace weir::diagnose {
namespace {

using metrics::TableReader;

constexpr int kShuffles = 2000;

Result<std::vector<double>> ReadPublished(TableReader& reader, std::size_t columns) {
  std::vector<double> shares;
  const toml::node* node = reader.Find("published");
  const toml::array* array = node == nullptr ? nullptr : node->as_array();
  if (node != nullptr && array == nullptr) return Fail(reader.At(BadInput("'published' is not a list"), *node));
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const auto share = array->get(i)->value<double>();
    if (!share || !(*share >= 0 && *share <= 1)) {
      return Fail(reader.At(BadInput("a published share is not a number from 0 to 1"), *array->get(i)));
    }
    shares.push_back(*share);
  }
  if (shares.size() != columns) {
    return Fail(
        reader.At(BadInput("the option has {} published shares, the survey {} columns", shares.size(), columns), "id"));
  }
  return shares;
}

Result<analysis::Text> ReadColumn(TableReader& reader) {
  analysis::Text text;
  WEIR_TRY(text.en, reader.Text("en"));
  WEIR_TRY(text.ru, reader.Text("ru"));
  WEIR_TRY(reader.Finish());
  return text;
}

Result<SurveyOption> ReadOption(TableReader& reader, std::size_t columns) {
  SurveyOption option;
  WEIR_TRY(option.id, reader.Text("id"));
  WEIR_TRY(option.text, reader.BothLanguages("text"));
  WEIR_TRY(option.published, ReadPublished(reader, columns));
  WEIR_TRY(reader.Finish());
  return option;
}

Result<std::int64_t> IntegerOr(TableReader& reader, std::string_view name) {
  if (reader.Find(name) == nullptr) return 0;
  return reader.Integer(name);
}

// Tables under a name, each read by `read`.
template <typename T, typename Read>
Status ReadList(TableReader& reader, std::string_view name, std::vector<T>& into, const Read& read) {
  const toml::node* node = reader.Find(name);
  if (node == nullptr) return {};
  const toml::array* array = node->as_array();
  if (array == nullptr) return Fail(reader.At(BadInput("'{}' is not a list of tables", name), *node));
  for (const toml::node& item : *array) {
    if (!item.is_table()) return Fail(reader.At(BadInput("'{}' is not a list of tables", name), item));
    TableReader one(*item.as_table(), reader.path());
    WEIR_TRY(T made, read(one));
    into.push_back(std::move(made));
  }
  return {};
}

Result<Survey> ReadSurvey(const DefinitionFile& file) {
  WEIR_TRY(const toml::table table, metrics::ParseToml(file.text, file.path));
  TableReader reader(table, file.path);
  Survey survey{.id = std::filesystem::path(file.path).stem().string()};
  WEIR_TRY(survey.position, reader.Integer("position"));
  WEIR_TRY(survey.title, reader.BothLanguages("title"));
  WEIR_TRY(survey.question, reader.BothLanguages("question"));
  WEIR_TRY(survey.source, reader.BothLanguages("source"));
  WEIR_TRY(survey.sample, IntegerOr(reader, "sample"));
  WEIR_TRY(survey.year, IntegerOr(reader, "year"));
  WEIR_TRY(survey.most, IntegerOr(reader, "most"));
  WEIR_TRY(survey.none, reader.TextOr("none", ""));
  WEIR_TRY(survey.is_philosophy, reader.BooleanOr("philosophy", false));
  WEIR_TRY(ReadList(reader, "columns", survey.columns, &ReadColumn));
  const auto read_option = [&](TableReader& one) { return ReadOption(one, survey.columns.size()); };
  WEIR_TRY(ReadList(reader, "options", survey.options, read_option));
  WEIR_TRY(reader.Finish());
  std::set<std::string_view> ids;
  for (const SurveyOption& option : survey.options) {
    if (!ids.insert(option.id).second) {
      return Fail(reader.At(BadInput("the option '{}' stands there twice", option.id), "options"));
    }
  }
  if (survey.options.size() < 2) return Fail(reader.At(BadInput("a survey has at least two options"), "options"));
  if (!survey.none.empty() && !ids.contains(survey.none)) {
    return Fail(reader.At(BadInput("there is no option '{}'", survey.none), "none"));
  }
  return survey;
}

double ExplainedOf(std::span<const SurveyCount> counts, std::span<const double> all) {
  double between = 0;
  double total = 0;
  double people = 0;
  for (const SurveyCount& count : counts) people += static_cast<double>(count.respondents);
  for (std::size_t option = 0; option < all.size(); ++option) {
    const double share = all[option] / people;
    total += people * share * (1 - share);
    for (const SurveyCount& count : counts) {
      const auto of = static_cast<double>(count.respondents);
      const double own = static_cast<double>(count.chosen[option]) / of;
      between += of * (own - share) * (own - share);
    }
  }
  return total > 0 ? between / total : 0;
}

// Deals the choices of each option out again, as if nobody's department mattered.
void Shuffle(std::span<const double> all, RandomStream& stream, std::vector<SurveyCount>& counts) {
  std::int64_t people = 0;
  for (const SurveyCount& count : counts) people += count.respondents;
  for (std::size_t option = 0; option < all.size(); ++option) {
    auto left = static_cast<std::int64_t>(all[option]);
    std::int64_t seats = people;
    for (SurveyCount& count : counts) {
      count.chosen[option] = 0;
      for (std::int64_t i = 0; i < count.respondents; ++i, --seats) {
        if (stream.Integer(1, seats) > left) continue;
        ++count.chosen[option];
        --left;
      }
    }
  }
}

}  // namespace

const SurveyOption* Survey::Find(std::string_view option) const {
  const auto found = std::ranges::find(options, option, &SurveyOption::id);
  return found == options.end() ? nullptr : &*found;
}

Result<std::vector<Survey>> LoadSurveys(std::span<const DefinitionFile> files) {
  std::vector<Survey> surveys;
  for (const DefinitionFile& file : files) {
    WEIR_TRY(Survey survey, ReadSurvey(file));
    surveys.push_back(std::move(survey));
  }
  std::ranges::sort(surveys, {}, [](const Survey& one) { return std::pair(one.position, std::string_view(one.id)); });
  return surveys;
}

const std::vector<Survey>& BuiltInSurveys() {
  static const std::vector<Survey> kSurveys = [] {
    auto loaded = LoadSurveys(BuiltInDefinitions("surveys"));
    if (!loaded) throw Bug(loaded.error().ToString());
    return std::move(*loaded);
  }();
  return kSurveys;
}

Status CheckAnswer(const Survey& survey, std::span<const std::string> options) {
  std::set<std::string_view> seen;
  for (const std::string& option : options) {
    if (survey.Find(option) == nullptr) {
      return Fail(BadUsage("there is no answer '{}' to this question", option.substr(0, 40)).Field(survey.id));
    }
    if (!seen.insert(option).second) return Fail(BadUsage("the answer '{}' is given twice", option).Field(survey.id));
  }
  if (survey.most > 0 && options.size() > static_cast<std::size_t>(survey.most)) {
    return Fail(BadUsage("{} answers are given; at most {}", options.size(), survey.most).Field(survey.id));
  }
  if (!survey.none.empty() && options.size() > 1 && seen.contains(survey.none)) {
    return Fail(BadUsage("'{}' goes with no other answer", survey.none).Field(survey.id));
  }
  return {};
}

ShareRange ShareOf(std::int64_t chosen, std::int64_t of) {
  if (of <= 0) return {0, 0, 1};
  constexpr double kJeffreys = 0.5;
  constexpr double kLow = 0.1;
  constexpr double kHigh = 0.9;
  const double good = static_cast<double>(chosen) + kJeffreys;
  const double bad = static_cast<double>(of - chosen) + kJeffreys;
  return {.share = static_cast<double>(chosen) / static_cast<double>(of),
          .low = chosen == 0 ? 0 : boost::math::ibeta_inv(good, bad, kLow),
          .high = chosen == of ? 1 : boost::math::ibeta_inv(good, bad, kHigh)};
}

std::optional<Divergence> DivergenceOf(std::span<const SurveyCount> counts, std::uint64_t seed) {
  std::vector<SurveyCount> compared;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i].respondents < kLeastShown) continue;
    compared.push_back(counts[i]);
    places.push_back(i);
  }
  if (compared.size() < 2) return std::nullopt;
  const std::size_t options = compared.front().chosen.size();
  std::vector<double> all(options, 0.0);
  double people = 0;
  for (const SurveyCount& count : compared) {
    people += static_cast<double>(count.respondents);
    for (std::size_t option = 0; option < options; ++option) all[option] += static_cast<double>(count.chosen[option]);
  }
  Divergence made;
  const double measured = ExplainedOf(compared, all);
  const double by_chance = (static_cast<double>(compared.size()) - 1) / (people - 1);
  made.explained = std::max(0.0, (measured - by_chance) / (1 - by_chance));
  double widest = -1;
  for (std::size_t option = 0; option < options; ++option) {
    const auto share = [&](const SurveyCount& count) {
      return static_cast<double>(count.chosen[option]) / static_cast<double>(count.respondents);
    };
    const auto [least, most] = std::ranges::minmax_element(compared, {}, share);
    if (share(*most) - share(*least) <= widest) continue;
    widest = share(*most) - share(*least);
    made.widest = option;
    made.most = places[static_cast<std::size_t>(most - compared.begin())];
    made.least = places[static_cast<std::size_t>(least - compared.begin())];
  }
  RandomStream stream(seed, "diagnose.survey");
  int as_much = 1;  // what was measured is one of the ways to deal them out
  for (int i = 0; i < kShuffles; ++i) {
    Shuffle(all, stream, compared);
    as_much += ExplainedOf(compared, all) >= measured - 1e-12 ? 1 : 0;
  }
  made.chance = static_cast<double>(as_much) / (kShuffles + 1);
  return made;
}

}  // namespace weir::diagnose
