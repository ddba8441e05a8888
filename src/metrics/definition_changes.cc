#include "metrics/definition_changes.h"

#include <algorithm>
#include <iterator>

#include "metrics/bridge_facts.h"
#include "metrics/bridge_words.h"

namespace weir::metrics {
namespace {

struct Told {
  const Metric& metric;
  const MetricCatalog& catalog;

  const View* view() const { return metric.IsRatio() ? nullptr : catalog.FindView(metric.view); }
};

std::string Quoted(const Text& text) { return text.en + " / " + text.ru; }

std::string Joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

std::string TimeOf(const Metric& metric) {
  if (metric.IsRatio()) return {};
  if (metric.time) return metric.time->Path();
  return metric.is_of_opening ? "opening" : "as_of";
}

Text TimeInWords(const Told& side) {
  if (side.metric.time) return ColumnInWords(*side.metric.time, *side.view(), side.catalog);
  return side.metric.is_of_opening ? Text{"the opening of the period", "начало периода"}
                                   : Text{"the day of the report", "день отчёта"};
}

std::string RivalsOf(const Metric& metric) {
  std::vector<std::string> names;
  names.reserve(metric.rivals.size());
  for (const Rival& rival : metric.rivals) {
    names.push_back(rival.id.empty() ? fmt::format("{}: {} ({})", rival.name.en, rival.formula.en, rival.used_by)
                                     : rival.id);
  }
  return Joined(names);
}

class Differences {
 public:
  Differences(const Told& before, const Told& after) : before_(before), after_(after) {}

  // Titles and texts for people say it themselves.
  void Compare(const char* field, const Text& name, const std::string& before, const std::string& after,
               const Text& before_said, const Text& after_said) {
    if (before == after) return;
    const auto said = [](const Text& text) { return text.en.empty() ? Text{"nothing", "ничего"} : text; };
    changes.push_back(
        {.field = field,
         .what = Fill({"{}: {} instead of {}", "{}: {} вместо {}"}, {name, said(after_said), said(before_said)}),
         .before = before,
         .after = after});
  }
  void Compare(const char* field, const Text& name, const std::string& before, const std::string& after) {
    Compare(field, name, before, after, {before, before}, {after, after});
  }
  void Compare(const char* field, const Text& name, const Text& before, const Text& after) {
    const auto quoted = [](const Text& text) { return Text{"“" + text.en + "”", "«" + text.ru + "»"}; };
    Compare(field, name, Quoted(before), Quoted(after), quoted(before), quoted(after));
  }

  // Conditions that all have to hold are told one by one.
  void CompareFilters() {
    if (before_.metric.filter_text == after_.metric.filter_text) return;
    const std::vector<Text> before = ConditionsInWords(before_);
    const std::vector<Text> after = ConditionsInWords(after_);
    Text what;
    const auto add = [&](const Text& pattern, const Text& condition) {
      const Text said = Fill(pattern, {condition});
      what.en += (what.en.empty() ? "" : ". ") + said.en;
      what.ru += (what.ru.empty() ? "" : ". ") + said.ru;
    };
    const auto has = [](const std::vector<Text>& all, const Text& one) {
      return std::ranges::find(all, one.en, &Text::en) != all.end();
    };
    for (const Text& one : after) {
      if (!has(before, one)) add({"Now counts only where {}", "Теперь считается только то, где {}"}, one);
    }
    for (const Text& one : before) {
      if (!has(after, one)) add({"No longer asks that {}", "Больше не требуется, чтобы было так: {}"}, one);
    }
    if (what.en.empty()) {
      what = {"The same conditions, written in another way", "Те же условия, записанные иначе"};
    }
    changes.push_back({.field = "filter",
                       .what = std::move(what),
                       .before = before_.metric.filter_text,
                       .after = after_.metric.filter_text});
  }

  std::vector<DefinitionChange> changes;

 private:
  static std::vector<Text> ConditionsInWords(const Told& side) {
    std::vector<Text> said;
    if (side.view() == nullptr) return said;
    for (const Condition* condition : ConditionsOf(side.metric)) {
      said.push_back(InWords(*condition, *side.view(), side.catalog));
    }
    return said;
  }

  const Told& before_;
  const Told& after_;
};

}  // namespace

std::vector<DefinitionChange> ChangesBetween(const Metric& before, const MetricCatalog& before_in, const Metric& after,
                                             const MetricCatalog& after_in) {
  const Told from{.metric = before, .catalog = before_in};
  const Told to{.metric = after, .catalog = after_in};
  Differences differ(from, to);
  differ.Compare("title", {"Title", "Название"}, before.title, after.title);
  differ.Compare("description", {"Description", "Описание"}, before.description, after.description);
  differ.Compare("owner", {"Owner", "Владелец"}, before.owner, after.owner);
  differ.Compare("formula", {"Formula", "Формула"}, before.formula, after.formula);
  differ.Compare("unit", {"Unit", "Единица"}, std::string(NameOf(before.unit)), std::string(NameOf(after.unit)));
  const auto better = [](const Metric& metric) { return std::string(metric.is_up_better ? "up" : "down"); };
  differ.Compare("better", {"Better", "Лучше"}, better(before), better(after));
  differ.Compare("view", {"Rows of", "Строки"}, before.view, after.view);
  differ.Compare("measure", {"Measured as", "Мера"}, before.measure_text, after.measure_text);
  differ.CompareFilters();
  if (!before.IsRatio() && !after.IsRatio()) {
    differ.Compare("time", {"Counted by", "Считается по"}, TimeOf(before), TimeOf(after), TimeInWords(from),
                   TimeInWords(to));
  } else {
    differ.Compare("time", {"Counted by", "Считается по"}, TimeOf(before), TimeOf(after));
  }
  differ.Compare("additivity", {"Additivity", "Суммируемость"}, std::string(NameOf(before.additivity)),
                 std::string(NameOf(after.additivity)));
  differ.Compare("numerator", {"Numerator", "Числитель"}, Joined(before.numerator), Joined(after.numerator));
  differ.Compare("denominator", {"Denominator", "Знаменатель"}, Joined(before.denominator), Joined(after.denominator));
  differ.Compare("unknown", {"Left out as unknown", "Не учтено как неизвестное"}, before.unknown, after.unknown);
  differ.Compare("dimensions", {"Dimensions", "Разрезы"}, Joined(before.dimensions), Joined(after.dimensions));
  differ.Compare("rivals", {"Rivals", "Другие определения"}, RivalsOf(before), RivalsOf(after));
  const auto part = [](const Metric& metric) { return std::string(metric.is_part ? "true" : "false"); };
  differ.Compare("part", {"Part of others", "Часть других"}, part(before), part(after));
  return std::move(differ.changes);
}

Text InOneSentence(const std::vector<DefinitionChange>& changes) {
  if (changes.empty()) return {"A new number, the same meaning", "Новый номер, тот же смысл"};
  Text all;
  for (const DefinitionChange& change : changes) {
    all.en += (all.en.empty() ? "" : ". ") + change.what.en;
    all.ru += (all.ru.empty() ? "" : ". ") + change.what.ru;
  }
  return all;
}

bool IsSameDefinition(const Metric& one, const MetricCatalog& one_in, const Metric& other,
                      const MetricCatalog& other_in) {
  return one.version == other.version && ChangesBetween(one, one_in, other, other_in).empty();
}

}  // namespace weir::metrics
