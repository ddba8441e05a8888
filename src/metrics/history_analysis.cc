// metrics.history: what a metric has meant, and what each meaning says of the last closed month.
#include <algorithm>
#include <array>
#include <map>

#include "analysis/columns.h"
#include "analysis/params.h"
#include "metrics/bridge.h"
#include "metrics/definition_changes.h"
#include "metrics/left_out.h"
#include "metrics/metrics_analysis.h"
#include "metrics/question.h"
#include "metrics/versions.h"

namespace weir::metrics {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::Table;
using analysis::Text;
using analysis::TextOf;

struct HistoryParams {
  std::string metric = {};
  bool with_text = false;

  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "metric", .help = {"Which metric", "Какой показатель"}, .required = true, .positional = true},
                metric);
    visitor.Add({.name = "with_text", .help = {"The text of each definition as well", "И текст каждого определения"}},
                with_text);
  }
};

analysis::TableSpec VersionsSpec() {
  return {.name = "versions",
          .title = {"Versions", "Версии"},
          .key = {"data_version"},
          .columns = {Of("version", ColumnType::kInteger, "Version", "Версия"),
                      TextOf("state", "State: in_force, replaced, removed",
                             "Состояние: in_force — действует, replaced — заменена, removed — убрана"),
                      Of("recorded_at", ColumnType::kInstant, "Date", "Дата"), TextOf("author", "Author", "Автор"),
                      TextOf("origin", "Origin: release, file, agreement",
                             "Откуда: release — выпуск Weir, file — файл, agreement — согласовано"),
                      TextOf("note", "Note", "Пояснение"), TextOf("changed_en", "What changed", "Что изменилось"),
                      TextOf("changed_ru", "What changed", "Что изменилось"),
                      Of("from", ColumnType::kDate, "First day of the month", "Первый день месяца"),
                      Of("value", ColumnType::kDecimal, "That month by this version", "Этот месяц по этой версии"),
                      Of("data_version", ColumnType::kInteger, "From data version", "С версии данных"),
                      Of("until_data_version", ColumnType::kInteger, "Until data version", "До версии данных"),
                      TextOf("source_file", "File", "Файл")}};
}

analysis::TableSpec TextsSpec() {
  return {.name = "texts",
          .title = {"Texts", "Тексты"},
          .key = {"data_version"},
          .columns = {Of("version", ColumnType::kInteger, "Version", "Версия"),
                      Of("data_version", ColumnType::kInteger, "From data version", "С версии данных"),
                      TextOf("text", "Definition as TOML", "Определение в TOML")}};
}

analysis::TableSpec ChangesSpec() {
  return {.name = "changes",
          .title = {"What changed, field by field", "Что изменилось, по полям"},
          .key = {"data_version", "field"},
          .columns = {Of("version", ColumnType::kInteger, "Version", "Версия"),
                      Of("data_version", ColumnType::kInteger, "From data version", "С версии данных"),
                      TextOf("field", "Field", "Поле"), TextOf("en", "In words", "Словами"),
                      TextOf("ru", "In words", "Словами"), TextOf("before", "Before", "Было"),
                      TextOf("after", "After", "Стало")}};
}

// The number of the last closed month by the definition; null where it is not known, or where the model of today has
// not got what the definition reads.
std::optional<Number> ValueOf(const std::string& metric, const DefinitionVersion& version, const Query& month,
                              Context& context) {
  Side side{.catalog = version.catalog.get(),
            .metric = version.catalog->FindMetric(metric),
            .query = month,
            .session = &context.session()};
  side.query.metrics = {metric};
  Result<Number> number = NumberOf(side);
  return number ? std::optional(std::move(*number)) : std::nullopt;
}

// Who proposed the text that an agreement put in force, and why.
struct Agreed {
  std::string author;
  std::string note;
};
Result<std::map<std::int64_t, Agreed>> AgreedVersions(const std::string& metric, Context& context) {
  const std::array<store::Value, 2> parameters{metric, context.known_at()};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query("SELECT data_version, proposed_by, note FROM scoped.metric_proposal WHERE metric = ? "
                              "AND data_version <= ? AND state = 'in_force' ORDER BY data_version NULLS LAST",
                              parameters));
  std::map<std::int64_t, Agreed> agreed;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    agreed[rows.IntegerAt(i, 0)] = {.author = rows.TextAt(i, 1), .note = rows.TextAt(i, 2)};
  }
  return agreed;
}

std::string AuthorOf(const DefinitionVersion& version) {
  if (IsOwnDefinition(version.source_file)) return version.who;
  return version.program.empty() ? "Weir" : "Weir " + version.program;
}

// Nothing is on record in a workspace that nobody has written to: what is in force is all there is.
DefinitionVersion InForce(const std::shared_ptr<const MetricCatalog>& catalog, const Metric& metric) {
  return {.version = metric.version, .catalog = catalog, .source_file = metric.source_file};
}

Result<Output> RunHistory(const std::shared_ptr<const MetricCatalog>& catalog, const HistoryParams& params,
                          Context& context) {
  WEIR_TRY(Versions found, VersionsOf(params.metric, context.session(), context.known_at()));
  if (found.versions.empty()) {
    WEIR_TRY(const Metric* metric, catalog->Require(params.metric));
    found.versions.push_back(InForce(catalog, *metric));
  }
  WEIR_TRY(Query month, QueryOf({}, context));
  const DayRange days = LastClosedMonth(context.as_of(), month.zone);
  month.from = days.first;
  month.to = days.last;
  WEIR_TRY(const auto agreed, AgreedVersions(params.metric, context));
  const analysis::TableSpec versions = VersionsSpec();
  const analysis::TableSpec changes = ChangesSpec();
  Table told{.name = versions.name, .key = versions.key, .columns = versions.columns};
  const analysis::TableSpec all_texts = TextsSpec();
  Table texts{.name = all_texts.name, .key = all_texts.key, .columns = all_texts.columns};
  Table fields{.name = changes.name, .key = changes.key, .columns = changes.columns};
  for (std::size_t i = 0; i < found.versions.size(); ++i) {
    const DefinitionVersion& version = found.versions[i];
    const Metric& metric = version.Of(params.metric);
    Text changed{"The first definition", "Первое определение"};
    if (i > 0) {
      const DefinitionVersion& before = found.versions[i - 1];
      const auto all = ChangesBetween(before.Of(params.metric), *before.catalog, metric, *version.catalog);
      changed = InOneSentence(all);
      for (const DefinitionChange& change : all) {
        fields.rows.push_back({version.version, version.data_version, change.field, change.what.en, change.what.ru,
                               change.before, change.after});
      }
    }
    const bool is_last = i + 1 == found.versions.size();
    const char* state = !version.until ? "in_force" : is_last ? "removed" : "replaced";
    const std::optional<Number> number = ValueOf(params.metric, version, month, context);
    if (number) {
      analysis::Column& value = told.columns[told.IndexOf("value")];
      value.type = number->column.type;
      value.unit = number->column.unit;
    }
    const auto agreement = agreed.find(version.data_version);
    const bool is_agreed = agreement != agreed.end();
    const char* origin = is_agreed ? "agreement" : IsOwnDefinition(version.source_file) ? "file" : "release";
    told.rows.push_back({version.version, std::string(state),
                         version.recorded_at ? store::Value(*version.recorded_at) : store::Value(),
                         is_agreed ? agreement->second.author : AuthorOf(version), std::string(origin),
                         is_agreed ? agreement->second.note : metric.note, changed.en, changed.ru, days.first,
                         number ? Cell(number->units, *number) : store::Value(), version.data_version,
                         version.until ? store::Value(*version.until) : store::Value(), version.source_file});
    texts.rows.push_back({version.version, version.data_version, version.text});
  }
  std::ranges::reverse(told.rows);  // the newest first
  std::ranges::reverse(fields.rows);
  std::ranges::reverse(texts.rows);
  Output output;
  if (found.unread > 0) {
    output.warnings.push_back(
        {.code = "definitions_unread",
         .message = MakePhrase("{} earlier states of the catalogue cannot be read by this program and are passed over",
                               found.unread),
         .params = {{"count", fmt::format("{}", found.unread)}}});
  }
  output.definition = {params.metric, found.versions.back().version};
  output.tables = {std::move(told), std::move(fields)};
  if (params.with_text) output.tables.push_back(std::move(texts));
  return output;
}

}  // namespace

analysis::Analysis HistoryAnalysis(std::shared_ptr<const MetricCatalog> catalog) {
  analysis::Analysis declared{
      .info = {.id = "metrics.history",
               .title = {"Versions of a definition", "Версии определения"},
               .help = {"What a metric has meant: each version with its date, author and note, what changed in words, "
                        "and what it says of the last closed month. 'weir metrics ID --definition-version N' "
                        "reproduces a report by an old version.",
                        "Что означал показатель: каждая версия с датой, автором и пояснением, что изменилось — словами "
                        "— и что она даёт за последний закрытый месяц. «weir metrics ID --definition-version N» "
                        "воспроизводит отчёт по старой версии."},
               .needs = NeedsOf(*catalog),
               .tables = {VersionsSpec(), ChangesSpec(), TextsSpec()}},
      .params = analysis::SpecsOf<HistoryParams>()};
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const HistoryParams params, analysis::Bind<HistoryParams>(raw));
    return RunHistory(catalog, params, context);
  };
  return declared;
}

}  // namespace weir::metrics
