#include "hygiene/duplicates.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "hygiene/duplicate_effect.h"
#include "hygiene/duplicate_tables.h"
#include "hygiene/known_sources.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMostListed = 5000;
constexpr double kLikely = 0.5;

struct DuplicatesParams {
  DuplicateFilter filter;
  std::string state;
  std::int64_t limit = 200;
  void Describe(analysis::ParamVisitor& visitor) {
    filter.Describe(visitor);
    visitor.Add({.name = "state",
                 .help = {"review: may be one; linked: made one by the model within a source; certain: one by keys, "
                          "twice in a source; decided: by people; without it all but those",
                          "review — возможно, одно; linked — объединены моделью внутри источника; certain — одно по "
                          "ключам, но дважды в источнике; decided — решено людьми; без указания — все, кроме решённых"},
                 .allowed = {"review", "linked", "certain", "decided"}},
                state);
    visitor.Add(
        {.name = "limit", .help = {"How many pairs to list, at most 5000", "Сколько пар показать, не больше 5000"}},
        limit);
  }
  bool Lists(const DuplicatePair& pair) const { return state.empty() ? pair.state != "decided" : pair.state == state; }
};

TableSpec EffectTable() {
  return {
      .name = "effect",
      .title = {"What merging does", "Что даст объединение"},
      .key = {"entity", "step"},
      .columns = {
          TextOf("entity", "Of", "Чего"),
          TextOf("step", "Merged: known — what is one here already; likely — and pairs from 50 % on; all — all pairs",
                 "Объединить: known — то, что здесь уже одно; likely — и пары от 50 %; all — все пары"),
          CountOf("pairs", "Pairs", "Пар"), CountOf("records_before", "Companies or people", "Компаний или людей"),
          CountOf("records_after", "After it", "Станет"), CountOf("customers_before", "Customers", "Клиентов"),
          CountOf("customers_after", "Customers after it", "Клиентов станет"),
          Of("pipeline_before", ColumnType::kMoney, "Open pipeline", "Открытая воронка"),
          Of("pipeline_after", ColumnType::kMoney, "Open pipeline after it", "Воронка станет"),
          Of("twice", ColumnType::kMoney, "Counted twice", "Посчитано дважды"),
          CountOf("deals_twice", "Deals counted twice", "Сделок посчитано дважды")}};
}

TableSpec StatesTable() {
  return {.name = "states",
          .title = {"How many there are", "Сколько их"},
          .key = {"entity", "state"},
          .columns = {TextOf("entity", "Of", "Чего"), TextOf("state", "State", "Состояние"),
                      CountOf("pairs", "Pairs", "Пар"),
                      Of("affected", ColumnType::kMoney, "Money of the pairs together", "Деньги пар вместе")}};
}

// State: unchecked, too few are decided; checked, they fit as they are; drawn, they fit better when drawn to the
// decisions. Lost are bits a decision, by the model alone and by what was fitted without it.
TableSpec CalibrationTable() {
  return {
      .name = "calibration",
      .title = {"What decisions say of the probabilities", "Что решения говорят о вероятностях"},
      .key = {"entity"},
      .columns = {TextOf("entity", "Of", "Чего"), CountOf("decided", "Pairs decided", "Решено пар"),
                  CountOf("same", "Of them one", "Из них одно"), TextOf("state", "Probabilities", "Вероятности"),
                  Of("loss_before", ColumnType::kNumber, "Lost a decision before", "Потеря на решение до", "bits"),
                  Of("loss_after", ColumnType::kNumber, "Lost a decision after", "Потеря на решение после", "bits")}};
}

Result<Table> Calibrations(const DuplicatesParams& params, Context& context) {
  WEIR_TRY(const store::Rows rows,
           context.session().Query(
               "SELECT entity, labels, same, CASE WHEN is_used THEN 'drawn' WHEN is_checked THEN "
               "'checked' ELSE 'unchecked' END, CASE WHEN is_checked THEN round(loss_before, 3) END, CASE "
               "WHEN is_checked THEN round(loss_after, 3) END FROM scoped.identity_calibration ORDER BY entity"));
  Table table = analysis::EmptyTable(CalibrationTable());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (params.filter.entity.empty() || rows.TextAt(row, 0) == params.filter.entity)
      table.rows.push_back(rows.rows[row]);
  }
  return table;
}

// The pairs of a step of the effect, of one entity.
std::vector<const DuplicatePair*> PairsOfStep(const std::vector<DuplicatePair>& pairs, const std::string& entity,
                                              std::string_view step) {
  std::vector<const DuplicatePair*> of;
  for (const DuplicatePair& pair : pairs) {
    if (pair.entity != entity) continue;
    const bool is_review = pair.state == "review";
    const bool is_likely = is_review && pair.probability.value_or(0) >= kLikely;
    const bool is_in = pair.IsOfOneSource() || (step == "likely" && is_likely) || (step == "all" && is_review);
    if (is_in) of.push_back(&pair);
  }
  return of;
}

Table Effects(const std::vector<DuplicatePair>& pairs, const DuplicatesParams& params, const DuplicateEffects& effects,
              const std::string& currency) {
  Table table = analysis::EmptyTable(EffectTable(), currency);
  for (const char* entity : {"account", "person"}) {
    if (!params.filter.entity.empty() && params.filter.entity != entity) continue;
    const bool is_account = std::string_view(entity) == "account";
    for (const char* step : {"known", "likely", "all"}) {
      const DuplicateEffect effect = effects.Of(entity, PairsOfStep(pairs, entity, step));
      const auto only = [&](Value value) { return is_account ? std::move(value) : Value(); };
      table.rows.push_back({std::string(entity), std::string(step), effect.pairs, effect.records_before,
                            effect.records_after, only(effect.customers_before), only(effect.customers_after),
                            only(effect.pipeline_before), only(effect.pipeline_after),
                            only(effects.AmountOf(effect.deals)),
                            only(static_cast<std::int64_t>(effect.deals.size()))});
    }
  }
  return table;
}

Table States(const std::vector<DuplicatePair>& pairs, const std::string& currency) {
  Table table = analysis::EmptyTable(StatesTable(), currency);
  for (const char* entity : {"account", "person"}) {
    for (const char* state : {"review", "linked", "certain", "decided"}) {
      std::int64_t count = 0;
      Decimal affected{.units = 0, .scale = kAmountScale};
      for (const DuplicatePair& pair : pairs) {
        if (pair.entity != entity || pair.state != state) continue;
        ++count;
        affected.units += pair.affected.units;
      }
      if (count > 0) table.rows.push_back({std::string(entity), std::string(state), count, affected});
    }
  }
  return table;
}

Result<Output> RunDuplicates(const DuplicatesParams& params, Context& context) {
  if (params.limit < 1 || params.limit > kMostListed) {
    return Fail(BadUsage("a number from 1 to {} is needed", kMostListed).Field("limit"));
  }
  WEIR_TRY(CheckSource(params.filter.source, context.session()));
  WEIR_TRY(const std::vector<DuplicatePair> pairs, ReadDuplicates(params.filter, context));
  WEIR_TRY(const DuplicateEffects effects, DuplicateEffects::Read(pairs, context));
  Table queue = analysis::EmptyTable(QueueTable(), context.settings().currency);
  std::int64_t total = 0;
  for (const DuplicatePair& pair : pairs) {
    if (!params.Lists(pair)) continue;
    if (++total <= params.limit) queue.rows.push_back(QueueRow(pair, effects));
  }
  Output output;
  if (total > params.limit) {
    output.warnings.push_back(
        {.code = "cut", .message = MakePhrase("the first {} of {} records are listed", params.limit, total)});
  }
  WEIR_TRY(Table calibrations, Calibrations(params, context));
  output.tables = {std::move(queue), Effects(pairs, params, effects, context.settings().currency),
                   States(pairs, context.settings().currency), std::move(calibrations)};
  return output;
}

// Of a pair its companies or people, of a step of the effect the deals that are counted twice.
Result<Evidence> ExplainDuplicates(const DuplicatesParams& params, const std::string& table,
                                   const std::vector<std::string>& key, Context& context) {
  WEIR_TRY(const std::vector<DuplicatePair> pairs, ReadDuplicates(params.filter, context));
  if (table == "queue" && key.size() == 3) {
    for (const DuplicatePair& pair : pairs) {
      if (pair.entity != key[0] || pair.a.Record() != key[1] || pair.b.Record() != key[2]) continue;
      Evidence evidence{.table = pair.entity, .ids = {pair.a.entity_id}};
      if (!pair.IsOne()) evidence.ids.push_back(pair.b.entity_id);
      return evidence;
    }
    return Fail(NotFound("there is no pair of '{}' and '{}'", key[1], key[2]));
  }
  if (table == "effect" && key.size() == 2 && key[0] == "account") {
    WEIR_TRY(const DuplicateEffects effects, DuplicateEffects::Read(pairs, context));
    const DuplicateEffect effect = effects.Of(key[0], PairsOfStep(pairs, key[0], key[1]));
    return Evidence{.table = "deal", .ids = {effect.deals.begin(), effect.deals.end()}};
  }
  return Fail(BadUsage("table '{}' has no rows behind it", table).Mend("Ask for rows of the table {}", "queue"));
}

}  // namespace

TableSpec QueueTable() {
  return {.name = "queue",
          .title = {"Pairs, the most worth an answer first", "Пары, сначала самые важные"},
          .key = {"entity", "id_a", "id_b"},
          .columns = {
              TextOf("entity", "Of", "Чего"),
              TextOf("state", "State", "Состояние"),
              TextOf("id_a", "Record", "Запись"),
              TextOf("id_b", "Other record", "Другая запись"),
              TextOf("name_a", "Name", "Название"),
              TextOf("name_b", "Other name", "Другое название"),
              TextOf("source_a", "Source", "Источник"),
              TextOf("source_b", "Source of the other", "Источник другой"),
              TextOf("entity_id_a", "Id here", "Id здесь"),
              TextOf("entity_id_b", "Id of the other here", "Id другой здесь"),
              Of("probability", ColumnType::kShare, "Probability of being one", "Вероятность, что это одно", "share"),
              TextOf("shared", "What agrees", "Что совпадает"),
              TextOf("differs", "What differs", "Что расходится"),
              Of("affected", ColumnType::kMoney, "Money affected", "Затронутые деньги"),
              Of("open", ColumnType::kMoney, "Open deals", "Открытые сделки"),
              Of("won", ColumnType::kMoney, "Won deals", "Выигранные сделки"),
              Of("mrr", ColumnType::kMoney, "Recurring a month", "Регулярно в месяц"),
              Of("twice", ColumnType::kMoney, "Counted twice in the pipeline", "Посчитано в воронке дважды"),
              CountOf("deals_twice", "Deals counted twice", "Сделок посчитано дважды"),
              TextOf("owners", "Owners", "Ответственные"),
              Of("in_source", ColumnType::kBoolean, "To merge in the source", "Объединить в источнике"),
              Of("bits", ColumnType::kDecimal, "Uncertainty", "Неопределённость", "bits"),
              Of("value", ColumnType::kMoney, "Worth of an answer: uncertainty x money",
                 "Цена ответа: неопределённость × деньги"),
              TextOf("verdict", "Said: same, apart", "Сказано: same — одно, apart — разные"),
              TextOf("who", "By whom", "Кем"),
              Of("decided_at", ColumnType::kInstant, "When", "Когда"),
              Of("decision_id", ColumnType::kInteger, "Decision", "Решение"),
              TextOf("reason", "Why they are one", "Почему это одно")}};
}

std::vector<Value> QueueRow(const DuplicatePair& pair, const DuplicateEffects& effects) {
  std::array<std::string, 2> fields;  // that agree, that differ
  if (!pair.evidence.empty()) {
    for (const auto& bar : nlohmann::json::parse(pair.evidence)) {
      const auto field = bar.at("field").get<std::string>();
      const double weight = bar.at("weight").get<double>();
      if (field == "prior" || weight == 0) continue;
      std::string& of = fields[weight > 0 ? 0 : 1];
      if (!of.empty()) of += ", ";
      of += field;
    }
  }
  const std::array<const DuplicatePair*, 1> alone{&pair};
  const std::set<std::string> twice =
      pair.entity == "account" ? effects.Of(pair.entity, alone).deals : std::set<std::string>();
  std::string owners = pair.a.owner;
  if (!pair.b.owner.empty() && pair.b.owner != pair.a.owner) owners += (owners.empty() ? "" : ", ") + pair.b.owner;
  return {pair.entity,
          pair.state,
          pair.a.Record(),
          pair.b.Record(),
          OrNull(pair.a.name),
          OrNull(pair.b.name),
          pair.a.source,
          pair.b.source,
          pair.a.entity_id,
          pair.b.entity_id,
          analysis::Maybe(pair.probability),
          OrNull(fields[0]),
          OrNull(fields[1]),
          pair.affected,
          pair.open,
          pair.won,
          pair.mrr,
          effects.AmountOf(twice),
          static_cast<std::int64_t>(twice.size()),
          OrNull(owners),
          pair.IsOfOneSource(),
          pair.bits,
          pair.value,
          OrNull(pair.verdict),
          OrNull(pair.who),
          analysis::Maybe(pair.decided_at),
          analysis::Maybe(pair.decision_id),
          OrNull(pair.reason)};
}

analysis::Analysis DuplicatesAnalysis() {
  return analysis::Declare<DuplicatesParams>(
      {.id = "hygiene.duplicates",
       .title = {"Duplicates", "Дубли"},
       .help =
           {"Companies and people that may be one, or are one and stand twice in a source, the most worth an answer "
            "first: uncertainty of the answer times the money behind; and what merging does to the number of "
            "companies, of customers and to the open pipeline",
            "Компании и люди, которые, возможно, одно и то же или стоят в источнике дважды, сначала те, где ответ "
            "важнее: неопределённость, умноженная на деньги; и что объединение даст для числа компаний, клиентов и "
            "открытой воронки"},
       .needs = {"account", "person", "deal", "account_record", "person_record", "subscription_mrr"},
       .tables = {QueueTable(), EffectTable(), StatesTable(), CalibrationTable()}},
      &RunDuplicates, &ExplainDuplicates);
}

}  // namespace weir::hygiene
