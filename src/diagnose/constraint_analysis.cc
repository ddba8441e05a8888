#include "diagnose/constraint_analysis.h"

#include <cmath>

#include <fmt/format.h>

#include "analysis/columns.h"
#include "diagnose/constraint_read.h"
#include "diagnose/constraint_rows.h"

namespace weir::diagnose {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

struct ConstraintParams {
  std::string by = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "by",
                 .help = {"What is compared: team, owner or half (half-years); without it teams where two have deals "
                          "enough, else owners, else half-years",
                          "Что сравнивается: team (команды), owner (ответственные) или half (полугодия); без него "
                          "команды, если сделок хватает у двух, иначе ответственные, иначе полугодия"},
                 .allowed = {"", "team", "owner", "half"}},
                by);
  }
};

TableSpec ConstraintsTable() {
  return {.name = "constraints",
          .title = {"Constraints, the greatest first", "Ограничения, наибольшее первым"},
          .key = {"constraint"},
          .columns = {Of("rank", ColumnType::kInteger, "Place", "Место", "count"),
                      TextOf("constraint", "Constraint", "Ограничение"), TextOf("kind", "Kind", "Вид"),
                      TextOf("step", "Step", "Шаг"), TextOf("concerns", "Concerns", "Касается"),
                      TextOf("title_en", "What holds back", "Что сдерживает"),
                      TextOf("title_ru", "What holds back (Russian)", "Что сдерживает (по-русски)"),
                      TextOf("state", "State", "Состояние"),
                      Of("gain", ColumnType::kMoney, "Revenue a year if relieved", "Выручка за год, если снять"),
                      Of("gain_low", ColumnType::kMoney, "At least (80 %)", "Не меньше (80 %)"),
                      Of("gain_high", ColumnType::kMoney, "At most (80 %)", "Не больше (80 %)"),
                      Of("is_alike", ColumnType::kBoolean, "Cannot be told from the first", "Не отличить от первого"),
                      TextOf("measure", "Measured in", "Единица"), Of("now", ColumnType::kNumber, "Now", "Сейчас"),
                      Of("attainable", ColumnType::kNumber, "Attainable", "Достижимо"),
                      TextOf("best_part", "Measure is set by", "Мерило"), CountOf("cases", "Cases", "Случаев"),
                      TextOf("lacks_en", "What is missing", "Чего не хватает"),
                      TextOf("lacks_ru", "What is missing (Russian)", "Чего не хватает (по-русски)")},
          .chart = analysis::Chart{.kind = "bar", .x = "title_en", .y = "gain"}};
}

TableSpec PartsTable() {
  return {.name = "parts",
          .title = {"Where each stands", "Кто где стоит"},
          .key = {"constraint", "part"},
          .columns = {TextOf("constraint", "Constraint", "Ограничение"), TextOf("part", "Part", "Часть"),
                      CountOf("cases", "Cases", "Случаев"), Of("measured", ColumnType::kNumber, "Counted", "Посчитано"),
                      Of("likely", ColumnType::kNumber, "Likely, without luck", "Вероятно, без везения"),
                      Of("attainable", ColumnType::kNumber, "Attainable with its cases", "Достижимо на её случаях"),
                      Of("gain", ColumnType::kMoney, "Revenue a year if relieved", "Выручка за год, если снять"),
                      Of("is_best", ColumnType::kBoolean, "Sets the measure", "Задаёт мерило")}};
}

TableSpec PairsTable() {
  return {.name = "pairs",
          .title = {"Can the first be told from the others", "Отличимо ли первое от остальных"},
          .key = {"first", "other"},
          .columns = {TextOf("first", "First", "Первое"), TextOf("other", "Other", "Другое"),
                      Of("chance_above", ColumnType::kShare, "Chance that the first is greater",
                         "Вероятность, что первое больше"),
                      Of("is_apart", ColumnType::kBoolean, "Told apart", "Отличимы")}};
}

std::string_view NameOf(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::kConversion:
      return "conversion";
    case ConstraintKind::kWait:
      return "wait";
    case ConstraintKind::kCapacity:
      return "capacity";
    case ConstraintKind::kRetention:
      break;
  }
  return "retention";
}

std::string IdOf(const Constraint& constraint) { return std::string(NameOf(constraint.kind)) + ":" + constraint.step; }

// "stage:Sales/Proposal" is shown as "Proposal"; the pipeline stands along where there are several.
std::string StageOf(std::string_view step) {
  step.remove_prefix(step.find(':') + 1);
  return step.starts_with("-/") ? std::string(step.substr(2)) : std::string(step);
}

Text TitleOf(const Constraint& constraint) {
  const bool is_lead = constraint.step == "lead";
  const bool is_stage = constraint.step.starts_with("stage:");
  const std::string stage = is_stage ? StageOf(constraint.step) : std::string();
  switch (constraint.kind) {
    case ConstraintKind::kConversion:
      if (is_lead) return {"Leads that become deals", "Лиды, которые становятся сделками"};
      if (!is_stage) return {"Deals that are won", "Сделки, которые выигрывают"};
      return {fmt::format("Going on from “{}”", stage), fmt::format("Переход дальше с этапа «{}»", stage)};
    case ConstraintKind::kWait:
      if (is_lead) return {"Wait for the first answer to a lead", "Ожидание первого ответа лиду"};
      if (!is_stage) return {"Time from deal to win", "Время от сделки до победы"};
      return {fmt::format("Time in “{}”", stage), fmt::format("Время на этапе «{}»", stage)};
    case ConstraintKind::kCapacity:
      if (is_lead) return {"Load of those who answer leads", "Загрузка тех, кто отвечает лидам"};
      return {"Open deals that each owner carries", "Открытые сделки на ответственном"};
    case ConstraintKind::kRetention:
      break;
  }
  return {"Recurring revenue that leaves", "Регулярная выручка, которая уходит"};
}

Text LackOf(const Constraint& constraint) {
  switch (constraint.lack) {
    case Lack::kNone:
      return {};
    case Lack::kCases:
      if (constraint.kind == ConstraintKind::kRetention) {
        return {
            fmt::format("needs customers who pay month by month, {} months of them, and some who left; there are {}",
                        12 * kLeastCases, constraint.cases),
            fmt::format("нужны клиенты с ежемесячной выручкой, {} клиенто-месяцев, и хотя бы один ушедший; есть {}",
                        12 * kLeastCases, constraint.cases)};
      }
      return {fmt::format("needs {} cases that came to an end; there are {}", kLeastCases, constraint.cases),
              fmt::format("нужно {} завершённых случаев; есть {}", kLeastCases, constraint.cases)};
    case Lack::kParts:
      return {fmt::format("needs two teams, owners or half-years with {} cases each to compare", kLeastOfPart),
              fmt::format("нужны две команды, двое ответственных или два полугодия по {} случаев для сравнения",
                          kLeastOfPart)};
    case Lack::kWorth:
      return {"needs won deals with an amount: nobody knows what one more is worth",
              "нужны выигранные сделки с суммой: неизвестно, чего стоит ещё одна"};
    case Lack::kTimes:
      if (constraint.step == "lead") {
        return {"needs calls, e-mails or tasks linked to leads, which say when a lead was answered",
                "нужны звонки, письма или задачи, связанные с лидами: по ним видно, когда лиду ответили"};
      }
      return {fmt::format("needs {} cases whose entry into the step and exit are known", kLeastCases),
              fmt::format("нужно {} случаев, где известны начало и конец шага", kLeastCases)};
    case Lack::kLoads:
      break;
  }
  return {"needs owners who carry different loads", "нужны ответственные с разной загрузкой"};
}

bool IsInDays(const Constraint& constraint) {
  return constraint.kind == ConstraintKind::kWait && constraint.step != "lead";
}

Value MoneyOf(double amount) {
  constexpr double kCents = 100;
  constexpr double kMost = 1e15;
  if (!(std::abs(amount) < kMost)) return {};
  return Decimal{static_cast<Int128>(std::llround(amount * kCents)), 2};
}

Value RoundedOf(double number) {
  constexpr double kParts = 1e4;
  return Decimal{static_cast<Int128>(std::llround(number * kParts)), 4};
}

Table EmptyOf(const TableSpec& spec, const std::string& currency) {
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (analysis::Column& column : table.columns) {
    if (column.type == ColumnType::kMoney) column.unit = currency;
  }
  return table;
}

void AddConstraint(const Constraint& constraint, std::int64_t rank, bool is_alike, Table& table) {
  const Text title = TitleOf(constraint);
  const Text lacks = LackOf(constraint);
  const bool is_measured = constraint.lack == Lack::kNone;
  const auto known = [&](Value value) { return is_measured ? std::move(value) : Value(); };
  table.rows.push_back(
      {is_measured ? Value(rank) : Value(), IdOf(constraint), std::string(NameOf(constraint.kind)), constraint.step,
       constraint.kind == ConstraintKind::kRetention ? "customers" : "new_business", title.en, title.ru,
       is_measured ? "measured" : "not_measured", known(MoneyOf(constraint.median)), known(MoneyOf(constraint.low)),
       known(MoneyOf(constraint.high)), known(is_alike), IsInDays(constraint) ? "days" : "share",
       known(RoundedOf(constraint.now)), known(RoundedOf(constraint.attainable)), known(constraint.best_part),
       constraint.cases, is_measured ? Value() : Value(lacks.en), is_measured ? Value() : Value(lacks.ru)});
}

Result<Output> RunConstraints(const metrics::MetricCatalog& catalog, const ConstraintParams& params, Context& context) {
  WEIR_TRY(const ConstraintSource source, ReadConstraints(params.by, catalog, context));
  const WeakestLink found = FindWeakestLink(source.input, context.seed());
  const std::string& currency = context.settings().currency;
  Table constraints = EmptyOf(ConstraintsTable(), currency);
  Table parts = EmptyOf(PartsTable(), currency);
  Table pairs = EmptyOf(PairsTable(), currency);
  std::vector<bool> is_alike(found.constraints.size(), false);
  for (const Against& against : found.against) {
    is_alike[against.other] = against.chance_above < kApart;
    pairs.rows.push_back({IdOf(found.constraints.front()), IdOf(found.constraints[against.other]),
                          RoundedOf(against.chance_above), against.chance_above >= kApart});
  }
  std::int64_t rank = 0;
  Output output;
  for (std::size_t i = 0; i < found.constraints.size(); ++i) {
    const Constraint& constraint = found.constraints[i];
    AddConstraint(constraint, ++rank, is_alike[i], constraints);
    for (const PartShare& part : constraint.parts) {
      parts.rows.push_back({IdOf(constraint), part.part, part.cases, RoundedOf(part.measured), RoundedOf(part.likely),
                            RoundedOf(part.attainable), MoneyOf(part.gain), part.is_best});
    }
  }
  const Constraint& first = found.constraints.front();
  if (first.lack != Lack::kNone) {
    output.warnings.push_back(
        {.code = "not_measured",
         .message = MakePhrase("no step has cases enough to name a weakest link: {} that came to an end are the least",
                               kLeastCases)});
  } else if (is_alike.size() > 1 && is_alike[1]) {
    const Text one = TitleOf(first);
    const Text other = TitleOf(found.constraints[1]);
    output.warnings.push_back({.code = "not_apart",
                               .message = MakePhrase("“{}” and “{}” cannot be told apart by these data",
                                                     InBoth(one.en, one.ru), InBoth(other.en, other.ru))});
  }
  if (!source.has_stages) {
    output.history = analysis::History::kPartial;
    output.warnings.push_back(
        {.code = "no_stages",
         .message = MakePhrase("no history of stages with {} deals that came to an end: deals are told as one step",
                               kLeastCases)});
  }
  output.tables = {std::move(constraints), std::move(parts), std::move(pairs)};
  return output;
}

Result<analysis::Evidence> ExplainConstraints(const metrics::MetricCatalog& catalog, const ConstraintParams&,
                                              const std::string& table, const std::vector<std::string>& key,
                                              Context& context) {
  if (table != "constraints" || key.empty()) {
    return Fail(BadUsage("rows stand behind constraints alone").Field("explain").Mend("Write constraints:CONSTRAINT"));
  }
  return RowsOfConstraint(key.front(), catalog, context);
}

}  // namespace

std::vector<analysis::Analysis> ConstraintAnalyses(std::shared_ptr<const metrics::MetricCatalog> catalog) {
  std::vector<analysis::Analysis> all;
  all.push_back(analysis::DeclareOver<ConstraintParams>(
      std::move(catalog),
      {.id = "diagnose.constraints",
       .title = {"The weakest link", "Самое слабое звено"},
       .help =
           {"What a year would bring if each constraint were relieved: the conversion of each step, the wait in it, "
            "the load of its owners, and what is not kept, each brought to what the best comparable part of the "
            "company reaches. With an 80 % interval; which cannot be told from the first is said.",
            "Что дал бы год, если снять каждое ограничение: переход на каждом шаге, ожидание на нём, загрузка "
            "ответственных и то, что не удержано, — довести до того, чего достигает лучшая сравнимая часть "
            "компании. С интервалом 80 %; сказано, что не отличить от первого."},
       .needs = {"deal", "deal_version", "lead", "account", "subscription_mrr", "subscription_mrr_version",
                 "mrr_movement", "team", "excluded"},
       .tables = {ConstraintsTable(), PartsTable(), PairsTable()}},
      &RunConstraints, &ExplainConstraints));
  return all;
}

}  // namespace weir::diagnose
