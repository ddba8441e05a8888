#include "lifecycle/lifecycle.h"

#include <map>

#include "analysis/columns.h"
#include "lifecycle/notices.h"
#include "lifecycle/stages.h"
#include "lifecycle/vocabulary.h"

namespace weir::lifecycle {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

std::vector<TableSpec> Tables() {
  return {{.name = "stages",
           .title = {"Stages of the sources", "Этапы источников"},
           .key = {"of", "source", "pipeline", "stage", "status", "type"},
           .columns = {TextOf("of", "Of", "Чего"), TextOf("source", "Source", "Источник"),
                       TextOf("pipeline", "Pipeline", "Воронка"), TextOf("stage", "Stage", "Этап"),
                       TextOf("status", "Open, won, lost", "Открыта, выиграна, проиграна"),
                       TextOf("type", "Type of deal", "Тип сделки"), CountOf("rows", "Rows", "Строк"),
                       TextOf("step", "Step", "Шаг"), TextOf("said_by", "Said by", "Кем сказано"),
                       TextOf("place", "Line or decision", "Строка или решение"), TextOf("why", "Why", "Почему"),
                       Of("decision_id", ColumnType::kInteger, "Decision", "Решение"),
                       Of("first_seen_at", ColumnType::kInstant, "First seen", "Впервые замечен"),
                       Of("is_new", ColumnType::kBoolean, "Not in the first export", "Не было в первой выгрузке")}},
          {.name = "steps",
           .title = {"Steps of the lifecycle", "Шаги жизненного цикла"},
           .key = {"step", "of"},
           .columns = {TextOf("step", "Step", "Шаг"), TextOf("title_en", "Title", "Название"),
                       TextOf("title_ru", "Title (Russian)", "Название по-русски"), TextOf("of", "Of", "Чего"),
                       CountOf("stages", "Stages", "Этапов"), CountOf("rows", "Rows", "Строк")}},
          NoticesTable()};
}

Value Shown(const std::string& text) { return text.empty() ? Value() : Value(text); }

void AddStages(const std::vector<StageRow>& stages, analysis::Table& table) {
  for (const StageRow& row : stages) {
    table.rows.push_back({row.stage.kind, row.stage.source, row.stage.pipeline, row.stage.name, row.stage.status,
                          row.stage.type, row.rows, Shown(row.step), Shown(std::string(NameOf(row.origin))),
                          Shown(row.place), Shown(row.why), row.decision_id ? Value(*row.decision_id) : Value(),
                          row.first_seen_at ? Value(*row.first_seen_at) : Value(), row.is_new});
  }
}

// Every step, and what is unmapped before them; one row a kind of which there are stages.
void AddSteps(const std::vector<StageRow>& stages, analysis::Table& table) {
  std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::int64_t>> sums;
  for (const StageRow& row : stages) {
    auto& [count, rows] = sums[{row.step, row.stage.kind}];
    ++count;
    rows += row.rows;
  }
  const auto add = [&](std::string_view step, std::string_view en, std::string_view ru) {
    for (const Word& kind : Kinds()) {
      const auto sum = sums.find({std::string(step), std::string(kind.code)});
      if (sum == sums.end()) continue;
      table.rows.push_back({std::string(step), std::string(en), std::string(ru), std::string(kind.code),
                            sum->second.first, sum->second.second});
    }
  };
  add("", "Unmapped", "Не отнесены");
  for (const Word& step : Steps()) add(step.code, step.en, step.ru);
}

Result<Output> Run(const LifecycleMap& map, Context& context) {
  WEIR_TRY(const std::vector<StageRow> stages, ReadStages(map, context));
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  Output output;
  for (TableSpec& spec : Tables()) {
    output.tables.push_back({.name = spec.name, .key = spec.key, .columns = spec.columns});
  }
  AddStages(stages, output.tables[0]);
  AddSteps(stages, output.tables[1]);
  for (const Notice& notice : NoticesOf(stages, zone)) {
    const auto position = static_cast<std::int64_t>(output.tables[2].rows.size() + 1);
    output.tables[2].rows.push_back({position, notice.code, notice.text.en, notice.text.ru});
  }
  return output;
}

Result<analysis::Evidence> Explain(const std::string& table, const std::vector<std::string>& key, Context& context) {
  constexpr std::int64_t kMaxEvidence = 1000;
  constexpr std::size_t kKey = 6;
  if (table != "stages") return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  if (key.size() != kKey) {
    return Fail(BadUsage("the key is not of, source, pipeline, stage, status, type").Field("explain"));
  }
  return RowsOf(
      {.kind = key[0], .source = key[1], .pipeline = key[2], .name = key[3], .status = key[4], .type = key[5]},
      kMaxEvidence, context);
}

}  // namespace

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const LifecycleMap> map) {
  analysis::Analysis declared{
      .info = {.id = "lifecycle",
               .title = {"Stages and the lifecycle", "Этапы и жизненный цикл"},
               .help = {"Every stage of every source with its rows, and which step of one lifecycle it is: lead, "
                        "qualified, opportunity, customer, renewal due, renewed, churned. Unmapped stages come first.",
                        "Все этапы всех источников с числом строк и шаг единого жизненного цикла, к которому отнесён "
                        "каждый: лид, квалифицирован, сделка, клиент, пора продлевать, продлён, ушёл. Неотнесённые — "
                        "первыми."},
               .needs = {"deal", "lead", "person", "person_record", "subscription", "contract", "stage_sighting"},
               .tables = Tables()},
      .params = analysis::SpecsOf<NoParams>()};
  declared.run = [map = std::move(map)](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(analysis::Bind<NoParams>(raw));
    return Run(*map, context);
  };
  declared.explain = [](const analysis::RawParams& /*raw*/, const std::string& table,
                        const std::vector<std::string>& key, Context& context) { return Explain(table, key, context); };
  return {std::move(declared)};
}

}  // namespace weir::lifecycle
