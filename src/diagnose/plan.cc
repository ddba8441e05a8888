#include "diagnose/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "analysis/words.h"

namespace weir::diagnose {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr std::string_view kLeaks = "leaks";
constexpr int kQuarterDays = 91;
constexpr int kQuarters = 4;

struct PlanParams {
  double hire_cost = 0;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "hire_cost",
                 .help = {"What a hire costs a year, all told, in the currency of reports",
                          "Во сколько обходится сотрудник в год со всеми расходами, в валюте отчётов"}},
                hire_cost);
  }
};

TableSpec WaitingTable() {
  return {
      .name = "waiting",
      .title = {"What a quarter of waiting costs", "Во что обходится квартал ожидания"},
      .key = {"scope"},
      .columns = {
          TextOf("scope", "Scope", "Охват"), TextOf("said_en", "In words", "Словами"),
          TextOf("said_ru", "In words (Russian)", "Словами (по-русски)"),
          CountOf("began", "Leaks that began in 91 days", "Утечек, начавшихся за 91 день"),
          Of("amount", ColumnType::kMoney, "Lost or expected to be, a quarter", "Потеряно или ожидается за квартал"),
          Of("amount_low", ColumnType::kMoney, "At least (80 %)", "Не меньше (80 %)"),
          Of("amount_high", ColumnType::kMoney, "At most (80 %)", "Не больше (80 %)"),
          Of("won_back", ColumnType::kMoney, "Of it comes back once somebody acts",
             "Из них возвращается, если действовать"),
          Of("won_back_low", ColumnType::kMoney, "At least (80 %)", "Не меньше (80 %)"),
          Of("won_back_high", ColumnType::kMoney, "At most (80 %)", "Не больше (80 %)"),
          Of("hire_quarter", ColumnType::kMoney, "A hire, a quarter", "Сотрудник за квартал"),
          Of("share_needed", ColumnType::kShare, "Share of the leaking money that a hire has to save",
             "Какую долю утекающего должен сберечь сотрудник", "share"),
          Of("break_even", ColumnType::kMoney, "It pays up to this cost a year", "Окупается при стоимости в год до"),
          Of("break_even_low", ColumnType::kMoney, "At least (80 %)", "Не меньше (80 %)"),
          Of("break_even_high", ColumnType::kMoney, "At most (80 %)", "Не больше (80 %)"),
          TextOf("pays", "Does it pay", "Окупается ли")}};
}

TableSpec StagesTable() {
  return {.name = "stages",
          .title = {"Plan", "План"},
          .key = {"stage"},
          .columns = {TextOf("stage", "Step", "Шаг"),
                      CountOf("position", "Order", "Порядок"),
                      TextOf("title_en", "Title", "Название"),
                      TextOf("title_ru", "Title (Russian)", "Название (по-русски)"),
                      TextOf("when_en", "When", "Когда"),
                      TextOf("when_ru", "When (Russian)", "Когда (по-русски)"),
                      TextOf("role_en", "Who", "Кто"),
                      TextOf("role_ru", "Who (Russian)", "Кто (по-русски)"),
                      TextOf("reports_to_en", "Reports to", "Кому подчиняется"),
                      TextOf("reports_to_ru", "Reports to (Russian)", "Кому подчиняется (по-русски)"),
                      TextOf("tasks_en", "What is done", "Что делается"),
                      TextOf("tasks_ru", "What is done (Russian)", "Что делается (по-русски)"),
                      TextOf("signs", "Signs that it mends", "Какие признаки исправляет"),
                      TextOf("rules", "Leaks that it addresses", "Какие утечки закрывает"),
                      TextOf("leaks_en", "Their titles", "Их названия"),
                      TextOf("leaks_ru", "Their titles (Russian)", "Их названия (по-русски)"),
                      CountOf("leaks", "Leaks", "Утечек"),
                      Of("amount", ColumnType::kMoney, "Money that it addresses", "Деньги, которых касается"),
                      Of("amount_low", ColumnType::kMoney, "At least (80 %)", "Не меньше (80 %)"),
                      Of("amount_high", ColumnType::kMoney, "At most (80 %)", "Не больше (80 %)"),
                      Of("won_back", ColumnType::kMoney, "Can be won back", "Можно вернуть")}};
}

// Money with its range. Ranges of several are added end to end, which is wider than the range of their sum.
struct Money {
  std::int64_t count = 0;
  Int128 amount = 0;  // with the digits of ledgers
  Int128 won_back = 0;
  double low = 0;
  double high = 0;
  double won_low = 0;
  double won_high = 0;
  bool is_known = false;
  bool has_range = true;
};

Int128 UnitsOf(const Value& value) {
  const auto* decimal = std::get_if<Decimal>(&value);
  const auto scaled = decimal == nullptr ? std::nullopt : Rescale(*decimal, kAmountScale);
  return scaled ? scaled->units : Int128{0};
}

double UnitsToDouble(Int128 units) { return ToDouble(Decimal{units, kAmountScale}); }

// What a rule of the ledger counts, and how wide its range is beside its amount.
struct OfRule {
  Text title = {};
  Money all;
  Money began;  // since less than a quarter
  double low_ratio = 1;
  double high_ratio = 1;
  bool has_range = false;
};

class Ledger {
 public:
  static Result<std::optional<Ledger>> Read(Context& context) {
    auto output = context.Run(kLeaks, {});
    if (!output && output.error().code() == Code::kNotFound) return std::optional<Ledger>();
    if (!output) return Fail(std::move(output).error());
    Ledger ledger;
    const Table* rules = output->Find("rules");
    const Table* leaks = output->Find("leaks");
    if (rules == nullptr || leaks == nullptr) return std::optional<Ledger>();
    for (const auto& row : rules->rows) ledger.AddRule(*rules, row);
    for (const auto& row : leaks->rows) ledger.AddLeak(*leaks, row, context.LocalAsOfDate());
    return std::optional(std::move(ledger));
  }

  bool is_measured() const { return is_measured_; }
  Text TitleOf(const std::string& rule) const {
    const auto found = rules_.find(rule);
    return found == rules_.end() ? Text{rule, rule} : found->second.title;
  }
  // Takes what the rule counts, once: the first who asks has it.
  void Take(const std::string& rule, Money OfRule::* which, Money& into) {
    const auto found = rules_.find(rule);
    if (found == rules_.end()) return;
    const Money& money = found->second.*which;
    into.count += money.count;
    into.amount += money.amount;
    into.won_back += money.won_back;
    into.is_known = into.is_known || money.is_known;
    if (money.is_known && !found->second.has_range) into.has_range = false;
    const double amount = UnitsToDouble(money.amount);
    const double won = UnitsToDouble(money.won_back);
    into.low += amount * found->second.low_ratio;
    into.high += amount * found->second.high_ratio;
    into.won_low += won * found->second.low_ratio;
    into.won_high += won * found->second.high_ratio;
  }
  Money Began() {
    Money all;
    for (const auto& [rule, of] : rules_) Take(rule, &OfRule::began, all);
    return all;
  }

 private:
  void AddRule(const Table& table, const std::vector<Value>& row) {
    const auto cell = [&](std::string_view name) -> const Value& { return row[table.IndexOf(name)]; };
    OfRule& of = rules_[store::ToText(cell("rule"))];
    of.title = {store::ToText(cell("title_en")), store::ToText(cell("title_ru"))};
    const std::string state = store::ToText(cell("state"));
    is_measured_ = is_measured_ || state == "found" || state == "none_found";
    const double amount = UnitsToDouble(UnitsOf(cell("amount")));
    of.has_range = !store::IsNull(cell("amount_low")) && !store::IsNull(cell("amount_high"));
    if (!of.has_range || amount <= 0) return;
    of.low_ratio = UnitsToDouble(UnitsOf(cell("amount_low"))) / amount;
    of.high_ratio = UnitsToDouble(UnitsOf(cell("amount_high"))) / amount;
  }

  void AddLeak(const Table& table, const std::vector<Value>& row, Date today) {
    const auto cell = [&](std::string_view name) -> const Value& { return row[table.IndexOf(name)]; };
    if (!store::IsNull(cell("counted_by"))) return;
    OfRule& of = rules_[store::ToText(cell("rule"))];
    const auto* since = std::get_if<Date>(&cell("since"));
    const auto add = [&](Money& money) {
      ++money.count;
      if (store::IsNull(cell("amount"))) return;
      money.is_known = true;
      money.amount += UnitsOf(cell("amount"));
      money.won_back += UnitsOf(cell("won_back"));
    };
    add(of.all);
    if (since != nullptr && since->days > today.days - kQuarterDays) add(of.began);
  }

  std::map<std::string, OfRule> rules_;
  bool is_measured_ = false;
};

Value MoneyOf(double value) {
  constexpr std::uint8_t kCents = 2;
  const auto decimal = DecimalOf(value);
  const auto cents = decimal ? Rescale(*decimal, kCents) : std::nullopt;
  return cents ? Value(*cents) : Value();
}
Value ExactOf(const Money& money, Int128 units) {
  return money.is_known ? Value(Decimal{units, kAmountScale}) : Value();
}
Value RangeOf(const Money& money, double bound) { return money.is_known && money.has_range ? MoneyOf(bound) : Value(); }

Text Short(double value, const Context& context) {
  return analysis::ShortMoney(DecimalOf(value).value_or(Decimal{}), context.settings().currency);
}

Text SaidOfWaiting(const Money& began, double hire_quarter, std::string_view pays, const Context& context) {
  const Text amount = Short(UnitsToDouble(began.amount), context);
  const Text back = Short(UnitsToDouble(began.won_back), context);
  Text said{
      fmt::format("In a quarter {} begin to leak, of which {} come back once somebody acts.", amount.en, back.en),
      fmt::format("За квартал начинает утекать {}, из них {} возвращается, если действовать.", amount.ru, back.ru)};
  if (hire_quarter <= 0) return said;
  const Text hire = Short(hire_quarter, context);
  if (pays == "yes") {
    said.en += fmt::format(" A hire costs {} a quarter: waiting costs more.", hire.en);
    said.ru += fmt::format(" Сотрудник стоит {} за квартал: ждать дороже.", hire.ru);
  } else if (pays == "no") {
    said.en += fmt::format(" A hire costs {} a quarter: by these leaks alone waiting is cheaper.", hire.en);
    said.ru += fmt::format(" Сотрудник стоит {} за квартал: по одним этим утечкам ждать дешевле.", hire.ru);
  } else {
    said.en += fmt::format(" A hire costs {} a quarter: which is cheaper cannot be told from these data.", hire.en);
    said.ru += fmt::format(" Сотрудник стоит {} за квартал: что дешевле, по этим данным не сказать.", hire.ru);
  }
  return said;
}

// Compared by the range where there is one.
std::string_view Pays(const Money& began, double hire_quarter) {
  const double won = UnitsToDouble(began.won_back);
  const double low = began.has_range ? began.won_low : won;
  const double high = began.has_range ? began.won_high : won;
  if (low >= hire_quarter) return "yes";
  return high < hire_quarter ? "no" : "unsure";
}

void AddWaiting(Ledger& ledger, double hire_cost, const Context& context, Table& table) {
  const Money began = ledger.Began();
  const double hire_quarter = hire_cost / kQuarters;
  const bool has_hire = hire_cost > 0 && began.is_known;
  const double won = UnitsToDouble(began.won_back);
  const std::string_view pays = has_hire ? Pays(began, hire_quarter) : "";
  const Text said = began.is_known ? SaidOfWaiting(began, hire_quarter, pays, context)
                                   : Text{"Nothing that began in the last quarter has a known amount.",
                                          "Ни у чего начавшегося за последний квартал сумма не известна."};
  table.rows.push_back({std::string("all"), said.en, said.ru, began.count, ExactOf(began, began.amount),
                        RangeOf(began, began.low), RangeOf(began, began.high), ExactOf(began, began.won_back),
                        RangeOf(began, began.won_low), RangeOf(began, began.won_high),
                        hire_cost > 0 ? MoneyOf(hire_quarter) : Value(),
                        has_hire && won > 0 ? Maybe(DecimalOf(hire_quarter / won)) : Value(),
                        began.is_known ? MoneyOf(won * kQuarters) : Value(), RangeOf(began, began.won_low * kQuarters),
                        RangeOf(began, began.won_high * kQuarters), OrNull(std::string(pays))});
}

std::vector<const Stage*> StagesOf(const Policy& policy, const Judgement& judgement) {
  std::vector<const Stage*> stages;
  const std::string verdict(NameOf(judgement.verdict));
  for (const Stage& stage : policy.stages) {
    if (std::ranges::find(stage.verdicts, verdict) != stage.verdicts.end()) stages.push_back(&stage);
  }
  if (judgement.verdict != Verdict::kBoth) return stages;
  const bool is_sales_first = judgement.salesops.score.value_or(0) >= judgement.revops.score.value_or(0);
  const std::string_view first = NameOf(is_sales_first ? Side::kSalesOps : Side::kRevOps);
  std::ranges::stable_sort(stages, {}, [&](const Stage* stage) { return stage->side == first ? 0 : 1; });
  return stages;
}

void AddStages(const Made& made, const Judgement& judgement, std::optional<Ledger>& ledger, Table& table) {
  std::set<std::string> taken;
  std::int64_t position = 0;
  for (const Stage* stage : StagesOf(made.signs->policy, judgement)) {
    Money money;
    Text titles;
    for (const std::string& rule : stage->leaks) {
      const Text title = ledger ? ledger->TitleOf(rule) : Text{rule, rule};
      titles.en += (titles.en.empty() ? "" : "; ") + title.en;
      titles.ru += (titles.ru.empty() ? "" : "; ") + title.ru;
      if (ledger && taken.insert(rule).second) ledger->Take(rule, &OfRule::all, money);
    }
    table.rows.push_back({stage->id,
                          ++position,
                          stage->title.en,
                          stage->title.ru,
                          stage->when.en,
                          stage->when.ru,
                          stage->role.en,
                          stage->role.ru,
                          stage->reports_to.en,
                          stage->reports_to.ru,
                          stage->tasks.en,
                          stage->tasks.ru,
                          OrNull(fmt::format("{}", fmt::join(stage->signs, ", "))),
                          OrNull(fmt::format("{}", fmt::join(stage->leaks, ", "))),
                          OrNull(titles.en),
                          OrNull(titles.ru),
                          money.count,
                          ExactOf(money, money.amount),
                          RangeOf(money, money.low),
                          RangeOf(money, money.high),
                          ExactOf(money, money.won_back)});
  }
}

Result<Output> RunPlan(const Made& made, const PlanParams& params, Context& context) {
  constexpr double kMost = 1e12;
  if (!(params.hire_cost >= 0 && params.hire_cost < kMost)) {
    return Fail(BadUsage("the cost of a hire is no amount of money").Field("hire_cost").Mend("Write 90000"));
  }
  WEIR_TRY(const Examination examination, Examine(made, context));
  WEIR_TRY(std::optional<Ledger> ledger, Ledger::Read(context));
  const std::string& currency = context.settings().currency;
  Output output;
  output.tables = {EmptyTable(StagesTable(), currency), EmptyTable(WaitingTable(), currency)};
  AddStages(made, examination.judgement, ledger, output.tables[0]);
  if (ledger && ledger->is_measured()) {
    AddWaiting(*ledger, params.hire_cost, context, output.tables[1]);
  } else {
    output.warnings.push_back(
        {.code = "no_leaks",
         .message = MakePhrase("what waiting costs is not measured: no rule of leaks has the data that it needs")});
  }
  if (examination.judgement.verdict == Verdict::kNotKnown) {
    output.warnings.push_back({.code = "no_verdict", .message = MakePhrase("without a verdict there is no plan")});
  }
  return output;
}

}  // namespace

analysis::Analysis PlanAnalysis(const Made& made) {
  analysis::Info info{
      .id = "diagnose.plan",
      .title = {"Plan of the diagnosis", "План по диагнозу"},
      .help = {"What a quarter of waiting costs beside the cost of a hire, and what to do first: role, whom it "
               "reports to, the first ninety days, with the money that each step addresses.",
               "Во что обходится квартал ожидания рядом со стоимостью сотрудника и что делать сначала: роль, кому "
               "подчиняется, первые девяносто дней и деньги, которых касается каждый шаг."},
      .asks = {std::string(kReadings)},
      .tables = {StagesTable(), WaitingTable()},
      .is_cacheable = false};
  for (const std::string& id : AskedBy(*made.signs)) info.asks.push_back(id);
  return analysis::DeclareOver<PlanParams, Made>(std::make_shared<const Made>(made), std::move(info), &RunPlan);
}

}  // namespace weir::diagnose
