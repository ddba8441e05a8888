// hygiene.duplicate: one pair side by side.
#include <algorithm>
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "hygiene/duplicate_tables.h"
#include "hygiene/duplicates.h"
#include "hygiene/surviving_values.h"
#include "identity/fellegi_sunter.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

struct PairParams {
  std::string entity;
  std::string id;
  std::string other;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"What kind of record", "Какая это запись"},
                 .allowed = {"account", "person"},
                 .required = true,
                 .positional = true},
                entity);
    visitor.Add({.name = "id",
                 .help = {"One of the two, as source:id", "Одна из двух: источник:id"},
                 .required = true,
                 .positional = true},
                id);
    visitor.Add({.name = "other", .help = {"The other", "Другая"}, .required = true, .positional = true}, other);
  }
};

TableSpec PairTable() {
  TableSpec spec = QueueTable();
  spec.name = "pair";
  spec.title = {"The pair", "Пара"};
  return spec;
}

TableSpec FieldsTable() {
  return {.name = "fields",
          .title = {"Side by side", "Рядом"},
          .key = {"field"},
          .columns = {TextOf("field", "Field", "Поле"), TextOf("value_a", "The one says", "В первой"),
                      TextOf("value_b", "The other says", "Во второй"), TextOf("survives", "Would stay", "Останется"),
                      TextOf("origin", "From the record", "Из записи"),
                      TextOf("decided_by",
                             "Why: source_rank — its source counts more; most_recent — newer; longest; most_frequent; "
                             "nothing: all say so",
                             "Почему: source_rank — источник важнее; most_recent — новее; longest — длиннее; "
                             "most_frequent — чаще; пусто — все говорят одно"),
                      Of("agrees", ColumnType::kBoolean, "Both say the same", "Совпадает")}};
}

TableSpec WeightsTable() {
  return {
      .name = "weights",
      .title = {"What speaks for one and against", "Что за и что против"},
      .key = {"step"},
      .columns = {Of("step", ColumnType::kInteger, "Step", "Шаг"),
                  TextOf("field", "Field; prior: before anything is known; decisions: what decided pairs teach",
                         "Поле; prior — пока ничего не известно; decisions — чему учат решённые пары"),
                  TextOf("level", "How far it agrees", "Насколько совпадает"), TextOf("value_a", "The one", "Первая"),
                  TextOf("value_b", "The other", "Вторая"), Of("weight", ColumnType::kNumber, "Weight", "Вес", "bits"),
                  Of("total", ColumnType::kNumber, "Together so far", "Вместе", "bits"),
                  Of("probability", ColumnType::kShare, "Probability so far", "Вероятность на этом шаге", "share")},
      .chart = analysis::Chart{.kind = "waterfall", .x = "field", .y = "weight"}};
}

class Sides {
 public:
  Sides(const PairParams& params, Context& context) : params_(params), context_(context) {}

  Result<Output> Make() {
    WEIR_TRY(a_, Find(params_.id));
    WEIR_TRY(b_, Find(params_.other));
    Output output;
    WEIR_TRY(const DuplicatePair* pair, FindPair());
    Table queue = analysis::EmptyTable(PairTable(), context_.settings().currency);
    if (pair != nullptr) {
      WEIR_TRY(const DuplicateEffects effects, DuplicateEffects::Read(pairs_, context_));
      queue.rows.push_back(QueueRow(*pair, effects));
    }
    output.tables.push_back(std::move(queue));
    WEIR_TRY(Table fields, Fields());
    output.tables.push_back(std::move(fields));
    WEIR_TRY(Table weights, Weights(pair));
    output.tables.push_back(std::move(weights));
    return output;
  }

 private:
  Result<DuplicateSide> Find(const std::string& id) {
    const std::array<Value, 4> values{params_.entity, id, id, id};
    WEIR_TRY(const store::Rows rows,
             context_.session().Query(
                 "SELECT source, source_key, entity_id FROM scoped.record_link WHERE entity = ? AND (source || ':' || "
                 "source_key = ? OR entity_id = ?) ORDER BY source || ':' || source_key = ? DESC, source NULLS LAST, "
                 "source_key NULLS LAST LIMIT 1",
                 values));
    if (rows.size() == 0) return Fail(NotFound("there is no record '{}'", id).Field("id"));
    DuplicateSide side;
    side.source = rows.TextAt(0, 0);
    side.key = rows.TextAt(0, 1);
    side.entity_id = rows.TextAt(0, 2);
    return side;
  }

  // As the queue lists them; of two here any pair of their records.
  Result<const DuplicatePair*> FindPair() {
    WEIR_TRY(pairs_, ReadDuplicates({.entity = params_.entity, .source = {}, .text = a_.entity_id}, context_));
    for (DuplicatePair& pair : pairs_) {
      const bool is_same_way = Is(pair.a, a_, pair) && Is(pair.b, b_, pair);
      const bool is_other_way = Is(pair.a, b_, pair) && Is(pair.b, a_, pair);
      if (!is_same_way && !is_other_way) continue;
      if (!is_same_way) std::swap(a_, b_);
      return &pair;
    }
    return nullptr;
  }
  static bool Is(const DuplicateSide& side, const DuplicateSide& asked, const DuplicatePair& pair) {
    return pair.IsOne() ? side.Record() == asked.Record() : side.entity_id == asked.entity_id;
  }

  Result<Table> Fields() {
    WEIR_TRY(const Settled settled, ReadSettled(context_.session()));
    WEIR_TRY(const std::vector<Field> fields, FieldsOf(params_.entity, context_.session()));
    const std::array<Value, 2> ids{a_.entity_id, b_.entity_id};
    WEIR_TRY(const std::vector<Told> told,
             ReadTold(params_.entity, fields, fmt::format("{}_id IN (?, ?)", params_.entity), ids, context_.session()));
    WEIR_TRY(const SourceRanks ranks, ReadSourceRanks(context_.session()));
    std::vector<const Told*> all;
    all.reserve(told.size());
    for (const Told& one : told) all.push_back(&one);
    const model::RecordTable& table = *model::FindRecordTable(params_.entity);
    const bool is_one = a_.entity_id == b_.entity_id;
    Table rows = analysis::EmptyTable(FieldsTable());
    for (std::size_t field = 0; field < fields.size(); ++field) {
      const model::FieldRule* rule = settled.rules.Find(table, fields[field].column);
      // Of two here each side is all of its records, of one the record itself.
      const auto of_side = [&](const DuplicateSide& side) {
        std::vector<const Told*> of;
        for (const Told& one : told) {
          if (is_one ? one.Record() == side.Record() : one.entity_id == side.entity_id) of.push_back(&one);
        }
        return Surviving(of, field, rule, ranks);
      };
      const SurvivingValue a = of_side(a_);
      const SurvivingValue b = of_side(b_);
      const SurvivingValue both = Surviving(all, field, rule, ranks);
      if (a.value.empty() && b.value.empty()) continue;
      rows.rows.push_back({fields[field].name, OrNull(a.value), OrNull(b.value), OrNull(both.value),
                           OrNull(both.origin), OrNull(both.decided_by), a.value == b.value});
    }
    return rows;
  }

  Result<Table> Weights(const DuplicatePair* pair) {
    if (pair == nullptr || pair->evidence.empty()) return Explained();
    Table table = analysis::EmptyTable(WeightsTable());
    double total = 0;
    std::int64_t step = 0;
    for (const auto& bar : nlohmann::json::parse(pair->evidence)) {
      const auto text = [&](const char* name) { return bar.at(name).get<std::string>(); };
      const double weight = bar.at("weight").get<double>();
      total += weight;
      std::string a = text("a");
      std::string b = text("b");
      // Of a person's company the evidence has our ids.
      if (text("field") == "company") {
        WEIR_TRY(a, NameOfCompany(a));
        WEIR_TRY(b, NameOfCompany(b));
      }
      table.rows.push_back({++step, text("field"), OrNull(text("level")), OrNull(a), OrNull(b), weight, total,
                            identity::Probability(total)});
    }
    AddDecisions(*pair, total, table);
    return table;
  }

  // What pairs that were decided teach of such a weight: from where the bars end to the probability of the pair.
  static void AddDecisions(const DuplicatePair& pair, double total, Table& table) {
    constexpr double kNothing = 0.005;  // bits
    const double probability = pair.probability.value_or(0);
    if (!(probability > 0 && probability < 1)) return;
    const double beyond = std::log2(probability / (1 - probability)) - total;
    if (std::abs(beyond) < kNothing) return;
    table.rows.push_back({static_cast<std::int64_t>(table.rows.size()) + 1, std::string("decisions"), Value(), Value(),
                          Value(), beyond, total + beyond, probability});
  }

  // What nobody weighed is weighed now: keys or people made the two one, or a person asks for any two.
  Result<Table> Explained() {
    Table table = analysis::EmptyTable(WeightsTable());
    WEIR_TRY(const Output explained,
             context_.Run("identity.explain",
                          {{"entity", {params_.entity}}, {"id", {a_.Record()}}, {"other", {b_.Record()}}}));
    const Table& weights = *explained.Find("weights");
    for (const auto& row : weights.rows) {
      if (store::ToText(row[weights.IndexOf("field")]) == "total") continue;
      table.rows.push_back({});
      for (const char* name : {"step", "field", "level", "a", "b", "weight", "total", "probability"}) {
        table.rows.back().push_back(row[weights.IndexOf(name)]);
      }
    }
    return table;
  }

  Result<std::string> NameOfCompany(const std::string& id) {
    const std::array<Value, 1> values{id};
    WEIR_TRY(const store::Rows rows,
             context_.session().Query("SELECT name FROM scoped.account WHERE account_id = ?", values));
    return rows.size() == 0 ? std::string() : rows.TextAt(0, 0);
  }

  const PairParams& params_;
  Context& context_;
  DuplicateSide a_;
  DuplicateSide b_;
  std::vector<DuplicatePair> pairs_;
};

Result<Output> RunDuplicate(const PairParams& params, Context& context) { return Sides(params, context).Make(); }

}  // namespace

analysis::Analysis DuplicateAnalysis() {
  return analysis::Declare<PairParams>(
      {.id = "hygiene.duplicate",
       .title = {"Two records side by side", "Две записи рядом"},
       .help = {"What two records of companies or people say field by field, what would stay by the rules of "
                "survivorship and from where, and what speaks for their being one",
                "Что говорят две записи о компаниях или людях по полям, что останется по правилам выживания и откуда, "
                "и что говорит за то, что это одно"},
       .asks = {"identity.explain"},
       .needs = {"account", "person", "account_record", "person_record", "account_version", "person_version", "deal",
                 "setting", "subscription_mrr"},
       .tables = {PairTable(), FieldsTable(), WeightsTable()}},
      &RunDuplicate);
}

}  // namespace weir::hygiene
