#include "workspace/diagnosis_seal.h"

#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::Decision;
using analysis::RawParams;
using nlohmann::json;

constexpr std::string_view kSeal = "diagnose.seal";
constexpr std::string_view kBaseline = "diagnose.baseline";
constexpr std::string_view kFigure = "figure";

// Figures of the whole company: who may not see all of it does not see them.
constexpr std::string_view kView = R"(CREATE OR REPLACE VIEW scoped.diagnosis_seal AS
SELECT figure, value, low, high, sealed_on, changed_by, changed_at, decision_id FROM meta.diagnosis_seal
WHERE coalesce(getvariable('sees_all_rows'), FALSE))";

constexpr std::array<std::string_view, 2> kMigrations{
    // Each seal is a row a figure, that of the newest decision counts. A row without a figure: nothing is sealed.
    R"(CREATE TABLE meta.diagnosis_seal (
      figure VARCHAR, value DECIMAL(38,6), low DECIMAL(38,6), high DECIMAL(38,6), sealed_on DATE,
      changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL, decision_id BIGINT NOT NULL))",
    kView,  // for a model that an earlier program built
};

struct SealParams {
  bool again = false;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "again", .help = {"In place of the seal that holds now", "Вместо той, что действует сейчас"}},
                again);
  }
};

json FieldsOf(const std::vector<SealedFigure>& figures) {
  json all = json::array();
  for (const SealedFigure& figure : figures) {
    all.push_back({{kFigure, figure.figure},
                   {"value", figure.value},
                   {"low", figure.low},
                   {"high", figure.high},
                   {"sealed_on", figure.sealed_on}});
  }
  return all;
}

std::vector<SealedFigure> FromFields(const std::string& text) {
  std::vector<SealedFigure> figures;
  const json all = json::parse(text, nullptr, false);
  if (!all.is_array()) return figures;
  for (const json& fields : all) {
    figures.push_back({.figure = fields.value(kFigure, ""),
                       .value = fields.value("value", ""),
                       .low = fields.value("low", ""),
                       .high = fields.value("high", ""),
                       .sealed_on = fields.value("sealed_on", "")});
  }
  return figures;
}

Result<std::vector<SealedFigure>> Newest(store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query(R"(
    SELECT figure, value, low, high, sealed_on FROM meta.diagnosis_seal
    WHERE decision_id = (SELECT max(decision_id) FROM meta.diagnosis_seal) AND figure IS NOT NULL
    ORDER BY figure NULLS LAST)"));
  std::vector<SealedFigure> figures;
  figures.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    figures.push_back({.figure = rows.TextAt(i, 0),
                       .value = rows.TextAt(i, 1),
                       .low = rows.TextAt(i, 2),
                       .high = rows.TextAt(i, 3),
                       .sealed_on = rows.TextAt(i, 4)});
  }
  return figures;
}

Result<Decision> Write(store::Connection& connection, std::string_view action, const std::vector<SealedFigure>& before,
                       std::vector<SealedFigure> after, const KeptSetup& setup, std::optional<std::int64_t> undoes) {
  DecisionRow row{.action = std::string(action),
                  .subject = "baseline",
                  .before = FieldsOf(before).dump(),
                  .after = FieldsOf(after).dump(),
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  WEIR_TRY(row.id, AppendDecision(connection, row, setup.principal.user, setup.reason, setup.now, undoes));
  if (after.empty()) after.emplace_back();
  for (const SealedFigure& figure : after) {
    const auto or_null = [](const std::string& text) { return text.empty() ? store::Value() : store::Value(text); };
    const std::array<store::Value, 8> cells{
        or_null(figure.figure),    or_null(figure.value), or_null(figure.low), or_null(figure.high),
        or_null(figure.sealed_on), setup.principal.user,  setup.now,           row.id};
    WEIR_TRY(connection.Execute(
        "INSERT INTO meta.diagnosis_seal VALUES (?, CAST(? AS DECIMAL(38,6)), CAST(? AS DECIMAL(38,6)), CAST(? AS "
        "DECIMAL(38,6)), CAST(? AS DATE), ?, ?, ?)",
        cells));
  }
  return DecisionOf(row);
}

}  // namespace

std::span<const std::string_view> DiagnosisSealMigrations() { return kMigrations; }
std::string_view DiagnosisSealView() { return kView; }

std::vector<Action> DiagnosisSealActions() {
  return {
      {.info =
           {.id = std::string(kSeal),
            .title = {"Seal the baseline", "Зафиксировать точку отсчёта"},
            .help =
                {"Keeps sales productivity, return on digital marketing, marketing cost and recurring revenue lost as "
                 "they are now: later figures are compared with them",
                 "Сохраняет производительность продаж, отдачу цифрового маркетинга, его стоимость и потерянную "
                 "регулярную выручку такими, какие они сейчас: с ними сравниваются последующие"},
            .right = "decide",
            .tables = {DecisionTable()}},
       .params = analysis::SpecsOf<SealParams>(),
       .inverse = {},
       .changes_model = false}};
}

bool IsDiagnosisSealAction(std::string_view action) { return action == kSeal; }

Result<Decision> PerformDiagnosisSeal(store::Connection& connection, const RawParams& raw, const KeptSetup& setup) {
  WEIR_TRY(const SealParams params, analysis::Bind<SealParams>(raw));
  if (!setup.principal.sees_all_rows) {
    return Fail(Forbidden("the baseline is of the whole company, and you see a part of it"));
  }
  WEIR_TRY(const std::vector<SealedFigure> figures, setup.figures());
  if (figures.empty()) {
    return Fail(NotEnoughData("none of the four figures can be measured yet")
                    .Mend("'weir diagnose baseline' says what each needs"));
  }
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const std::vector<SealedFigure> before, Newest(connection));
  if (!before.empty() && !params.again) {
    return Fail(Conflict("the baseline was sealed already, as of {}", before.front().sealed_on)
                    .Mend("Write --again to seal the figures of now in its place"));
  }
  WEIR_TRY(Decision decision, Write(connection, kSeal, before, figures, setup, std::nullopt));
  WEIR_TRY(transaction.Commit());
  return decision;
}

Result<Decision> UndoDiagnosisSeal(store::Connection& connection, const DecisionRow& decision, const KeptSetup& setup) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const std::vector<SealedFigure> now, Newest(connection));
  if (FieldsOf(now) != FieldsOf(FromFields(decision.after))) {
    return Fail(Conflict("everything that decision {} set has been changed since", decision.id).Field("decision_id"));
  }
  WEIR_TRY(Decision undone, Write(connection, kUndoDecision, now, FromFields(decision.before), setup, decision.id));
  WEIR_TRY(transaction.Commit());
  return undone;
}

Result<std::vector<SealedFigure>> FiguresSeenBy(engine::Engine& engine, const analysis::Principal& principal) {
  engine::Question question;
  question.id = std::string(kBaseline);
  question.is_own = true;
  WEIR_TRY(const engine::Answer answer, engine.Ask(question, principal));
  const analysis::Table& table = *answer.output.Find("figures");
  std::vector<SealedFigure> figures;
  for (const auto& row : table.rows) {
    const auto cell = [&](std::string_view name) { return store::ToText(row[table.IndexOf(name)]); };
    if (cell("value").empty()) continue;
    figures.push_back({.figure = cell(kFigure),
                       .value = cell("value"),
                       .low = cell("value_low"),
                       .high = cell("value_high"),
                       .sealed_on = FormatDate(DateOf(answer.as_of))});
  }
  return figures;
}

}  // namespace weir::workspace
