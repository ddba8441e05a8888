#include "diagnose/diagnose.h"

#include <algorithm>
#include <array>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "diagnose/baseline.h"
#include "diagnose/boards.h"
#include "diagnose/examine.h"
#include "diagnose/plan.h"

namespace weir::diagnose {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::NoParams;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr std::size_t kNamedSigns = 3;

TableSpec VerdictTable() {
  return {.name = "verdict",
          .title = {"Verdict", "Вывод"},
          .key = {"verdict"},
          .columns = {TextOf("verdict", "Verdict", "Вывод"), TextOf("said_en", "In words", "Словами"),
                      TextOf("said_ru", "In words (Russian)", "Словами (по-русски)"),
                      Of("confidence", ColumnType::kShare, "Confidence", "Уверенность", "share"),
                      Of("salesops", ColumnType::kShare, "For SalesOps", "За SalesOps", "share"),
                      Of("salesops_low", ColumnType::kShare, "At least (80 %)", "Не меньше (80 %)", "share"),
                      Of("salesops_high", ColumnType::kShare, "At most (80 %)", "Не больше (80 %)", "share"),
                      Of("revops", ColumnType::kShare, "For RevOps", "За RevOps", "share"),
                      Of("revops_low", ColumnType::kShare, "At least (80 %)", "Не меньше (80 %)", "share"),
                      Of("revops_high", ColumnType::kShare, "At most (80 %)", "Не больше (80 %)", "share"),
                      Of("need", ColumnType::kShare, "Needed from", "Нужен начиная с", "share"),
                      CountOf("signs", "Signs", "Признаков"),
                      CountOf("measured_signs", "Signs measured", "Измерено признаков"),
                      CountOf("lines", "Lines", "Строк"), CountOf("measured_lines", "Lines measured", "Измерено строк"),
                      CountOf("for", "Lines for the verdict", "Строк за вывод"),
                      CountOf("against", "Lines against it", "Строк против")}};
}

TableSpec ChancesTable() {
  return {.name = "chances",
          .title = {"What the data allow", "Что допускают данные"},
          .key = {"verdict"},
          .columns = {TextOf("verdict", "Verdict", "Вывод"),
                      Of("chance", ColumnType::kShare, "Share of the draws", "Доля вариантов", "share")}};
}

TableSpec SignsTable() {
  return {
      .name = "signs",
      .title = {"Signs", "Признаки"},
      .key = {"sign"},
      .columns = {
          TextOf("sign", "Sign", "Признак"), TextOf("side", "Speaks for", "Говорит за"), TextOf("kind", "Kind", "Вид"),
          TextOf("title_en", "Title", "Название"), TextOf("title_ru", "Title (Russian)", "Название (по-русски)"),
          TextOf("state", "State", "Состояние"), Of("strength", ColumnType::kShare, "Strength", "Сила", "share"),
          Of("measured", ColumnType::kShare, "Measured", "Измерено", "share"),
          Of("weight", ColumnType::kNumber, "Weight", "Вес"), CountOf("lines", "Lines", "Строк"),
          CountOf("measured_lines", "Lines measured", "Измерено строк"), TextOf("meaning_en", "Meaning", "Смысл"),
          TextOf("meaning_ru", "Meaning (Russian)", "Смысл (по-русски)"),
          TextOf("mend_en", "What mends it", "Что исправит"),
          TextOf("mend_ru", "What mends it (Russian)", "Что исправит (по-русски)")}};
}

TableSpec LinesTable(std::string name, Text title) {
  return {.name = std::move(name),
          .title = std::move(title),
          .key = {"line"},
          .columns = {TextOf("line", "Line", "Строка"),
                      TextOf("sign", "Sign", "Признак"),
                      TextOf("side", "Speaks for", "Говорит за"),
                      TextOf("title_en", "What is measured", "Что измерено"),
                      TextOf("title_ru", "What is measured (Russian)", "Что измерено (по-русски)"),
                      TextOf("state", "State", "Состояние"),
                      TextOf("pull", "For or against", "За или против"),
                      Of("value", ColumnType::kDecimal, "Value", "Значение"),
                      Of("value_low", ColumnType::kDecimal, "At least (80 %)", "Не меньше (80 %)"),
                      Of("value_high", ColumnType::kDecimal, "At most (80 %)", "Не больше (80 %)"),
                      TextOf("value_unit", "Unit", "Единица"),
                      CountOf("hits", "Cases that count", "Случаев за"),
                      CountOf("cases", "Cases", "Случаев"),
                      Of("clear_no", ColumnType::kNumber, "Clear no", "Точно нет"),
                      Of("clear_yes", ColumnType::kNumber, "Clear yes", "Точно да"),
                      Of("grade", ColumnType::kShare, "Grade", "Оценка", "share"),
                      Of("weight", ColumnType::kNumber, "Weight", "Вес"),
                      TextOf("note_en", "What it needs", "Чего не хватает"),
                      TextOf("note_ru", "What it needs (Russian)", "Чего не хватает (по-русски)"),
                      TextOf("analysis", "Measured by", "Чем измерено"),
                      TextOf("asked", "Asked with", "С какими параметрами"),
                      TextOf("page", "Rows", "Где записи")}};
}

bool IsMeasured(const Examined& one) { return one.facts.value.has_value(); }

std::vector<const Sign*> Strongest(const Made& made, const Examination& examination) {
  const Policy& policy = made.signs->policy;
  std::vector<std::pair<double, const Sign*>> strong;
  for (std::size_t i = 0; i < made.signs->signs.size(); ++i) {
    const Sign& sign = made.signs->signs[i];
    const SignScore& score = examination.judgement.signs[i];
    const Verdict verdict = examination.judgement.verdict;
    const Verdict own = sign.side == Side::kSalesOps ? Verdict::kSalesOps : Verdict::kRevOps;
    const bool is_needed = verdict == own || verdict == Verdict::kBoth;
    if (!is_needed || score.is_silent || score.strength.value_or(0) < policy.need) continue;
    strong.emplace_back(-*score.strength * sign.weight, &sign);
  }
  std::ranges::stable_sort(strong, {}, &std::pair<double, const Sign*>::first);
  std::vector<const Sign*> named;
  for (const auto& [order, sign] : strong) {
    if (named.size() < kNamedSigns) named.push_back(sign);
  }
  return named;
}

Text SaidOf(const Made& made, const Examination& examination) {
  const Judgement& judgement = examination.judgement;
  const auto listed = [&](std::string Text::* language) {
    std::vector<std::string> titles;
    for (const Sign* sign : Strongest(made, examination)) titles.push_back(sign->title.*language);
    return fmt::format("{}", fmt::join(titles, "; "));
  };
  switch (judgement.verdict) {
    case Verdict::kSalesOps:
      return {fmt::format("This company needs SalesOps. {}.", listed(&Text::en)),
              fmt::format("Компании нужен SalesOps. {}.", listed(&Text::ru))};
    case Verdict::kRevOps:
      return {fmt::format("This company needs RevOps. {}.", listed(&Text::en)),
              fmt::format("Компании нужен RevOps. {}.", listed(&Text::ru))};
    case Verdict::kBoth:
      return {fmt::format("This company needs both, SalesOps and RevOps. {}.", listed(&Text::en)),
              fmt::format("Компании нужны и SalesOps, и RevOps. {}.", listed(&Text::ru))};
    case Verdict::kNotYet:
      return {"Not yet: what is measured speaks for neither SalesOps nor RevOps.",
              "Пока не нужно: измеренное не говорит ни за SalesOps, ни за RevOps."};
    case Verdict::kNotKnown:
      break;
  }
  const Policy& policy = made.signs->policy;
  const std::int64_t measured = judgement.salesops.measured_signs + judgement.revops.measured_signs;
  return {
      fmt::format("Too little is measured for a verdict: {} signs; at least {} are wanted, of either side at least {}.",
                  measured, policy.least_signs, policy.least_of_side),
      fmt::format("Для вывода измерено слишком мало: признаков {}; нужно не меньше {}, с каждой стороны не меньше {}.",
                  measured, policy.least_signs, policy.least_of_side)};
}

Text TitleOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSalesOps:
      return {"SalesOps", "SalesOps"};
    case Verdict::kRevOps:
      return {"RevOps", "RevOps"};
    case Verdict::kBoth:
      return {"both", "оба"};
    case Verdict::kNotYet:
      return {"not yet", "пока не нужно"};
    case Verdict::kNotKnown:
      break;
  }
  return {};
}

// Where another verdict is about as likely, the sentence that names one says so.
Text DoubtOf(const Judgement& judgement) {
  constexpr double kAbout = 0.1;  // of the draws
  if (judgement.verdict == Verdict::kNotKnown) return {};
  std::size_t other = 0;
  for (std::size_t i = 0; i < judgement.chances.size(); ++i) {
    if (static_cast<Verdict>(i) != judgement.verdict && judgement.chances[i] > judgement.chances[other]) other = i;
  }
  if (static_cast<Verdict>(other) == judgement.verdict || judgement.chances[other] < judgement.confidence - kAbout) {
    return {};
  }
  const Text title = TitleOf(static_cast<Verdict>(other));
  const auto percent = [](double share) { return fmt::format("{:.0f} %", share * 100); };
  return {fmt::format(" In doubt: {} of what the data allow says this, {} says {}.", percent(judgement.confidence),
                      percent(judgement.chances[other]), title.en),
          fmt::format(" Под сомнением: так выходит в {} случаев, которые допускают данные, а в {} — {}.",
                      percent(judgement.confidence), percent(judgement.chances[other]), title.ru)};
}

Value ShareOf(double value) { return *DecimalOf(value); }

void AddVerdict(const Made& made, const Examination& examination, Table& table) {
  const Judgement& judgement = examination.judgement;
  const bool is_known = judgement.verdict != Verdict::kNotKnown;
  std::int64_t measured = 0;
  std::int64_t supporting = 0;
  std::int64_t against = 0;
  for (const Examined& one : examination.lines) {
    const std::string_view pull = PullOf(one, judgement, made.signs->policy, IsSilent(made, examination, *one.sign));
    measured += IsMeasured(one) ? 1 : 0;
    supporting += pull == "for" ? 1 : 0;
    against += pull == "against" ? 1 : 0;
  }
  const auto side = [&](const SideScore& score, std::vector<Value>& row) {
    row.push_back(score.score ? ShareOf(*score.score) : Value());
    row.push_back(score.score ? ShareOf(std::min(*score.score, score.range.low)) : Value());
    row.push_back(score.score ? ShareOf(std::max(*score.score, score.range.high)) : Value());
  };
  Text said = SaidOf(made, examination);
  const Text doubt = DoubtOf(judgement);
  said.en += doubt.en;
  said.ru += doubt.ru;
  std::vector<Value> row{std::string(NameOf(judgement.verdict)), said.en, said.ru,
                         is_known ? ShareOf(judgement.confidence) : Value()};
  side(judgement.salesops, row);
  side(judgement.revops, row);
  row.insert(row.end(), {ShareOf(made.signs->policy.need), judgement.salesops.signs + judgement.revops.signs,
                         judgement.salesops.measured_signs + judgement.revops.measured_signs,
                         static_cast<std::int64_t>(examination.lines.size()), measured,
                         is_known ? Value(supporting) : Value(), is_known ? Value(against) : Value()});
  table.rows.push_back(std::move(row));
}

std::string_view StateOf(const SignScore& score, double need) {
  if (!score.strength) return "not_measured";
  if (score.is_silent) return "silent";
  return *score.strength >= need ? "yes" : "no";
}

void AddSigns(const Made& made, const Examination& examination, Table& table) {
  for (std::size_t i = 0; i < made.signs->signs.size(); ++i) {
    const Sign& sign = made.signs->signs[i];
    const SignScore& score = examination.judgement.signs[i];
    const auto measured = std::ranges::count_if(
        examination.lines, [&](const Examined& one) { return one.sign == &sign && IsMeasured(one); });
    table.rows.push_back({sign.id, std::string(NameOf(sign.side)), std::string(sign.is_profile ? "profile" : "sign"),
                          sign.title.en, sign.title.ru, std::string(StateOf(score, made.signs->policy.need)),
                          score.strength ? ShareOf(*score.strength) : Value(), ShareOf(score.measured), sign.weight,
                          static_cast<std::int64_t>(sign.lines.size()), static_cast<std::int64_t>(measured),
                          sign.meaning.en, sign.meaning.ru, sign.mend.en, sign.mend.ru});
  }
}

std::vector<Value> LineRow(const Made& made, const Examination& examination, const Examined& one, Date today) {
  const Line& line = *one.line;
  const auto maybe = [](const std::optional<double>& value) -> Value {
    const auto decimal = value ? DecimalOf(*value) : std::nullopt;
    return decimal ? Value(*decimal) : Value();
  };
  const std::optional<Interval> range = IsMeasured(one) ? IntervalOf(one.facts) : std::nullopt;
  const auto* ask = std::get_if<Ask>(&line.source);
  const std::string_view pull =
      PullOf(one, examination.judgement, made.signs->policy, IsSilent(made, examination, *one.sign));
  return {NameOf(*one.sign, line),
          one.sign->id,
          std::string(NameOf(one.sign->side)),
          line.title.en,
          line.title.ru,
          std::string(NameOf(one.reading.state)),
          OrNull(std::string(pull)),
          IsMeasured(one) ? Value(*one.reading.value) : Value(),
          range ? maybe(range->low) : Value(),
          range ? maybe(range->high) : Value(),
          line.unit,
          IsMeasured(one) ? Value(one.reading.hits) : Value(),
          IsMeasured(one) ? Value(one.reading.cases) : Value(),
          line.clear_no,
          line.clear_yes,
          IsMeasured(one) ? ShareOf(GradeOf(one.facts, *one.facts.value)) : Value(),
          line.weight,
          OrNull(one.reading.note.en),
          OrNull(one.reading.note.ru),
          ask == nullptr ? std::string(kReadings) : ask->analysis,
          OrNull(AskedWith(ask, today)),
          OrNull(line.page)};
}

// What weighs most against the verdict comes first.
void AddAgainst(const Made& made, const Examination& examination, Date today, Table& table) {
  std::vector<std::pair<double, const Examined*>> found;
  for (const Examined& one : examination.lines) {
    const bool is_silent = IsSilent(made, examination, *one.sign);
    if (PullOf(one, examination.judgement, made.signs->policy, is_silent) != "against") continue;
    const double distance = std::abs(GradeOf(one.facts, *one.facts.value) - made.signs->policy.need);
    found.emplace_back(-distance * one.facts.weight * one.sign->weight, &one);
  }
  std::ranges::stable_sort(found, {}, &std::pair<double, const Examined*>::first);
  for (const auto& [order, one] : found) table.rows.push_back(LineRow(made, examination, *one, today));
}

// The likeliest first.
void AddChances(const Judgement& judgement, Table& table) {
  if (judgement.verdict == Verdict::kNotKnown) return;
  std::vector<Verdict> verdicts{Verdict::kNotYet, Verdict::kSalesOps, Verdict::kRevOps, Verdict::kBoth};
  const auto chance = [&](Verdict verdict) { return judgement.chances.at(static_cast<std::size_t>(verdict)); };
  std::ranges::stable_sort(verdicts, [&](Verdict a, Verdict b) { return chance(a) > chance(b); });
  for (const Verdict verdict : verdicts) {
    table.rows.push_back({std::string(NameOf(verdict)), ShareOf(chance(verdict))});
  }
}

void WarnOfScope(const Context& context, Output& output) {
  if (context.principal().sees_all_rows) return;
  output.warnings.push_back(
      {.code = "partial_scope",
       .message = MakePhrase("the diagnosis speaks of the rows that you may see, not of the whole company")});
}

Result<Output> RunDiagnose(const Made& made, const NoParams&, Context& context) {
  WEIR_TRY(const Examination examination, Examine(made, context));
  const std::string& currency = context.settings().currency;
  Output output;
  output.tables = {EmptyTable(VerdictTable(), currency), EmptyTable(SignsTable(), currency),
                   EmptyTable(LinesTable("against", {"Against the verdict", "Против вывода"}), currency),
                   EmptyTable(LinesTable("missing", {"Not measured", "Не измерено"}), currency),
                   EmptyTable(ChancesTable(), currency)};
  AddVerdict(made, examination, output.tables[0]);
  AddSigns(made, examination, output.tables[1]);
  AddAgainst(made, examination, context.LocalAsOfDate(), output.tables[2]);
  AddChances(examination.judgement, output.tables[4]);
  for (const Examined& one : examination.lines) {
    if (!IsMeasured(one)) output.tables[3].rows.push_back(LineRow(made, examination, one, context.LocalAsOfDate()));
  }
  WarnOfScope(context, output);
  return output;
}

Result<Output> RunEvidence(const Made& made, const NoParams&, Context& context) {
  WEIR_TRY(const Examination examination, Examine(made, context));
  const std::string& currency = context.settings().currency;
  Output output;
  output.tables = {EmptyTable(LinesTable("lines", {"Measured lines", "Измеренные строки"}), currency),
                   EmptyTable(SignsTable(), currency)};
  for (const Examined& one : examination.lines)
    output.tables[0].rows.push_back(LineRow(made, examination, one, context.LocalAsOfDate()));
  AddSigns(made, examination, output.tables[1]);
  WarnOfScope(context, output);
  return output;
}

Result<analysis::Evidence> ExplainEvidence(const Made& made, const NoParams&, const std::string& table,
                                           const std::vector<std::string>& key, Context& context) {
  if (table != "lines" && table != "against") {
    return Fail(BadUsage("rows stand behind lines alone").Field("explain").Mend("Write lines:LINE"));
  }
  return ExplainLine(made, key.empty() ? std::string_view() : std::string_view(key.front()), context);
}

analysis::Info DiagnoseInfo() {
  return {
      .id = "diagnose",
      .title = {"Diagnosis", "Диагноз"},
      .help =
          {"Whether this company needs SalesOps, RevOps, both, or not yet: the verdict with its confidence, the signs "
           "behind it, what speaks against it and what is not measured.",
           "Нужен ли компании SalesOps, RevOps, оба или пока не нужно: вывод с уверенностью, признаки за ним, "
           "что говорит против и что не измерено."},
      .asks = {std::string(kReadings)},
      .tables = {VerdictTable(), SignsTable(), LinesTable("against", {"Against the verdict", "Против вывода"}),
                 LinesTable("missing", {"Not measured", "Не измерено"}), ChancesTable()},
      .is_cacheable = false};
}

analysis::Info EvidenceInfo() {
  return {
      .id = "diagnose.evidence",
      .title = {"Evidence of the diagnosis", "Доказательства диагноза"},
      .help =
          {"Every line of every sign: what was measured, of how many cases, between which thresholds it lies, and the "
           "rows behind it.",
           "Каждая строка каждого признака: что измерено, по скольким случаям, между какими порогами лежит и какие "
           "записи за этим стоят."},
      .asks = {std::string(kReadings)},
      .tables = {LinesTable("lines", {"Measured lines", "Измеренные строки"}), SignsTable()},
      .is_cacheable = false};
}

}  // namespace

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const Signs> signs,
                                         std::shared_ptr<const metrics::MetricCatalog> catalog) {
  const Made made{.signs = std::move(signs), .catalog = std::move(catalog)};
  const auto shared = std::make_shared<const Made>(made);
  analysis::Info verdict = DiagnoseInfo();
  analysis::Info evidence = EvidenceInfo();
  for (const std::string& id : AskedBy(*made.signs)) {
    verdict.asks.push_back(id);
    evidence.asks.push_back(id);
  }
  std::vector<analysis::Analysis> all{
      ReadingsAnalysis(made),
      analysis::DeclareOver<NoParams, Made>(shared, std::move(verdict), &RunDiagnose, &ExplainEvidence),
      analysis::DeclareOver<NoParams, Made>(shared, std::move(evidence), &RunEvidence, &ExplainEvidence)};
  all.push_back(PlanAnalysis(made));
  all.push_back(BoardsAnalysis(made));
  all.push_back(BaselineAnalysis(made));
  return all;
}

}  // namespace weir::diagnose
