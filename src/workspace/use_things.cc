#include "workspace/use_things.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "explore/views.h"

namespace weir::workspace {
namespace {

using metrics::MetricCatalog;
using nlohmann::json;
using Words = std::set<std::string, std::less<>>;

constexpr std::string_view kExternal = "ext.";  // columns that no mapping names

bool IsPart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

void AddMetric(const MetricCatalog& catalog, const std::string& id, Things& things) {
  if (catalog.FindMetric(id) != nullptr) things.insert({"metric", id});
}

// "ext.salesforce.opportunity.budget_holder" as a question names it.
void AddExternal(std::string_view text, Things& things) {
  for (std::size_t at = text.find(kExternal); at != std::string_view::npos; at = text.find(kExternal, at + 1)) {
    if (at > 0 && (IsPart(text[at - 1]) || text[at - 1] == '.')) continue;
    std::size_t end = at;
    while (end < text.size() && (IsPart(text[end]) || text[end] == '.')) ++end;
    things.insert({"column", std::string(text.substr(at, end - at))});
  }
}

void AddColumn(const MetricCatalog& catalog, const metrics::View& view, const metrics::ColumnRef& column,
               Things& things) {
  const metrics::Lookup* lookup = column.lookup.empty() ? nullptr : view.FindLookup(column.lookup);
  if (!column.lookup.empty() && lookup == nullptr) return;
  const metrics::View* of = lookup == nullptr ? &view : catalog.FindView(lookup->view);
  if (of != nullptr) things.insert({"column", of->name + "." + column.column});
}

// Dimensions and columns by the names that questions give them.
void AddNamed(const MetricCatalog& catalog, const metrics::View& view, const Words& words, Things& things) {
  for (const metrics::Dimension& dimension : view.dimensions) {
    if (words.contains(dimension.id)) AddColumn(catalog, view, dimension.column, things);
  }
  for (const metrics::ColumnRef& column : view.columns) {
    // A dimension of that name goes before the column.
    if (words.contains(column.column) && view.FindDimension(column.column) == nullptr) {
      AddColumn(catalog, view, column, things);
    }
  }
}

void AddOfSql(std::string_view query, Things& things) {
  static const Result<explore::Offer> offer = explore::Offer::BuiltIn();
  if (!offer) return;
  const Words words = WordsIn(query);
  for (const explore::View& view : offer->views()) {
    if (!words.contains(view.name)) continue;
    things.insert({"object", view.name});
    for (const analysis::Column& column : view.columns) {
      if (words.contains(column.name)) things.insert({"column", view.name + "." + column.name});
    }
  }
}

// "won_amount,deals_won" is a list as well as two values are.
std::vector<std::string> ValuesOf(const analysis::RawParams& params, std::string_view name) {
  std::vector<std::string> values;
  const auto found = params.find(std::string(name));
  if (found == params.end()) return values;
  for (const std::string& value : found->second) {
    for (std::size_t begin = 0; begin <= value.size();) {
      const std::size_t end = std::min(value.find(',', begin), value.size());
      values.push_back(value.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return values;
}

void AddAskedMetrics(const MetricCatalog& catalog, const engine::Question& question, Things& things) {
  Things named;
  for (const std::string_view name : {"metric", "metrics", "against"}) {
    for (const std::string& value : ValuesOf(question.params, name)) AddMetric(catalog, value, named);
  }
  Words words;
  for (const std::string_view name : {"by", "where"}) {
    for (const std::string& value : ValuesOf(question.params, name)) {
      words.merge(WordsIn(value));
      AddExternal(value, things);
    }
  }
  for (const Thing& metric : named) {
    for (const metrics::Metric* base : catalog.BasesOf(*catalog.FindMetric(metric.name))) {
      if (const metrics::View* view = catalog.FindView(base->view)) AddNamed(catalog, *view, words, things);
    }
  }
  things.merge(named);
}

// Wherever a decision says "metric": goals, agreements, proposals, seals, with what they hold.
void AddDecidedMetrics(const MetricCatalog& catalog, const json& said, Things& things) {
  if (said.is_array()) {
    for (const json& one : said) AddDecidedMetrics(catalog, one, things);
  }
  if (!said.is_object()) return;
  for (const auto& [name, value] : said.items()) {
    if (name == "metric" && value.is_string()) AddMetric(catalog, value.get<std::string>(), things);
    if (name == "metrics" && value.is_array()) {
      for (const json& one : value) {
        if (one.is_string()) AddMetric(catalog, one.get<std::string>(), things);
      }
    }
    AddDecidedMetrics(catalog, value, things);
  }
}

std::string TextIn(const json& said, const char* name) {
  const auto found = said.is_object() ? said.find(name) : said.end();
  return found != said.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void AddOfPlace(const MetricCatalog& catalog, const std::string& place, Things& things) {
  if (!place.starts_with("/catalog") && !place.starts_with("/metrics")) return;
  for (const std::string& word : WordsIn(place)) AddMetric(catalog, word, things);
}

// The one field of a corrected record, as the columns of its view name it.
void AddCorrected(std::string_view subject, const json& said, Things& things) {
  static constexpr std::array<std::string_view, 2> kAside{"source", "record"};
  const std::string entity(subject.substr(0, subject.find(':')));
  if (!said.is_object()) return;
  for (const auto& [field, value] : said.items()) {
    if (std::ranges::find(kAside, field) != kAside.end()) continue;
    things.insert({"column", fmt::format("{}.{}", entity, field == "owner" ? "owner_id" : field)});
  }
}

void AddExcluded(const MetricCatalog& catalog, const json& said, Things& things) {
  if (!said.is_object()) return;
  for (const auto& [setting, rule] : said.items()) {
    const metrics::View* view = catalog.FindView(TextIn(rule, "entity"));
    const std::string condition = TextIn(rule, "condition");
    AddExternal(condition, things);
    if (view != nullptr) AddNamed(catalog, *view, WordsIn(condition), things);
  }
}

}  // namespace

std::set<std::string, std::less<>> WordsIn(std::string_view text) {
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    if (!IsPart(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && IsPart(text[at])) ++at;
    words.insert(explore::Lowered(text.substr(begin, at - begin)));
  }
  return words;
}

Things ThingsAsked(const MetricCatalog& catalog, const engine::Question& question, const engine::Answer& answer) {
  Things things{{"analysis", question.id}};
  AddAskedMetrics(catalog, question, things);
  const auto query = question.params.find("query");
  if (question.id == "sql" && query != question.params.end()) {
    AddOfSql(fmt::format("{}", fmt::join(query->second, ",")), things);
  }
  if (const analysis::Table* shown = question.id == "pulse" ? answer.output.Find("headline") : nullptr) {
    for (const auto& row : shown->rows) AddMetric(catalog, store::ToText(row[shown->IndexOf("metric")]), things);
  }
  // The page of one record, or a list of them.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPages{{
      {"customers.account", "account"},
      {"customers.accounts", "account"},
      {"customers.person", "person"},
      {"customers.people", "person"},
      {"customers.deal", "deal"},
      {"customers.deals", "deal"},
  }};
  for (const auto& [page, object] : kPages) {
    if (question.id == page) things.insert({"object", std::string(object)});
  }
  Things objects;
  for (const Thing& thing : things) {
    if (thing.kind != "metric") continue;
    for (const metrics::Metric* base : catalog.BasesOf(*catalog.FindMetric(thing.name))) {
      objects.insert({"object", base->view});
    }
  }
  things.merge(objects);
  return things;
}

Things ThingsDecided(const MetricCatalog& catalog, std::string_view action, std::string_view subject,
                     const std::string& after) {
  Things things;
  const json said = json::parse(after, nullptr, false);
  if (said.is_discarded()) return things;
  AddDecidedMetrics(catalog, said, things);
  const std::string about = TextIn(said, "subject");  // of a comment
  if (about.starts_with("metric:")) AddMetric(catalog, about.substr(about.find(':') + 1), things);
  if (action == "sql.save") AddOfSql(TextIn(said, "query"), things);
  if (action == "views.save") AddOfPlace(catalog, TextIn(said, "place"), things);
  if (action == "records.correct") AddCorrected(subject, said, things);
  if (action.starts_with("exclusions.")) AddExcluded(catalog, said, things);
  return things;
}

Things ColumnsOf(const MetricCatalog& catalog, const metrics::Metric& metric) {
  Things things;
  for (const metrics::Metric* base : catalog.BasesOf(metric)) {
    const metrics::View* view = catalog.FindView(base->view);
    if (view == nullptr) continue;
    Words words = WordsIn(base->measure_text);
    words.merge(WordsIn(base->filter_text));
    for (const metrics::ColumnRef& column : view->columns) {
      if (words.contains(column.column)) AddColumn(catalog, *view, column, things);
    }
    if (base->time) AddColumn(catalog, *view, *base->time, things);
  }
  return things;
}

}  // namespace weir::workspace
