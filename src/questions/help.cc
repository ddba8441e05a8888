#include "questions/help.h"

#include <algorithm>

#include "analysis/columns.h"
#include "questions/help_sellers.h"

namespace weir::questions {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

struct HelpParams {
  YearParams days = {};
  ScopeParams scope = {};

  void Describe(analysis::ParamVisitor& visitor) {
    days.Describe(visitor);
    scope.Describe(visitor);
  }
};

Result<Scope> ScopeOf(const metrics::MetricCatalog& catalog, const HelpParams& params, Context& context) {
  WEIR_TRY(Scope scope, MakeScope(catalog, params.scope, context));
  WEIR_TRY(scope.now, params.days.Days(scope));
  scope.before = YearBefore(scope.now);
  return scope;
}

// What the ledger of leaks says of deals, and whether it can say which are stuck.
struct Stuck {
  std::vector<std::string> deals = {};
  bool is_known = false;
  Text missing = {};
};

Result<Stuck> ReadStuck(const Scope& scope, Context& context) {
  analysis::RawParams asked{{"rule", {"stuck_deal"}}};
  if (!scope.team.empty()) asked["team"] = {scope.team};
  if (!scope.segment.empty()) asked["segment"] = {scope.segment};
  WEIR_TRY(const Output ledger, context.Run("leaks", asked));
  Stuck stuck;
  const Table& leaks = *ledger.Find("leaks");
  for (const auto& row : leaks.rows) stuck.deals.push_back(store::ToText(row[leaks.IndexOf("record_id")]));
  const Table& rules = *ledger.Find("rules");
  for (const auto& row : rules.rows) {
    const std::string state = store::ToText(row[rules.IndexOf("state")]);
    stuck.is_known = state == "found" || state == "none_found";
    stuck.missing = {store::ToText(row[rules.IndexOf("note_en")]), store::ToText(row[rules.IndexOf("note_ru")])};
  }
  return stuck;
}

// --- Tables ---------------------------------------------------------------------------------------------------------

TableSpec PeopleSpec() {
  return {.name = "people",
          .title = {"Who lags by more than chance", "Кто отстаёт не случайно"},
          .key = {"seller_id", "figure", "basis"},
          .columns = {TextOf("seller_id", "Seller id", "Код продавца"), TextOf("seller", "Seller", "Продавец"),
                      TextOf("figure", "Figure", "Показатель"), TextOf("title_en", "What lags", "Что отстаёт"),
                      TextOf("title_ru", "What lags (Russian)", "Что отстаёт (по-русски)"),
                      TextOf("basis", "Compared with: team, all or past", "С кем: team, all или past"),
                      Of("own", ColumnType::kShare, "Own share", "Своя доля", "share"),
                      Of("others", ColumnType::kShare, "Share compared with", "Доля для сравнения", "share"),
                      CountOf("cases", "Own cases", "Своих случаев"),
                      Of("money", ColumnType::kMoney, "Costs about", "Стоит примерно"),
                      Of("chance", ColumnType::kDecimal, "Chance of noise", "Вероятность случайности")}};
}

TableSpec MembersSpec() {
  return {.name = "members",
          .title = {"Sellers side by side", "Продавцы рядом"},
          .key = {"seller_id"},
          .columns = {TextOf("seller_id", "Seller id", "Код продавца"), TextOf("seller", "Seller", "Продавец"),
                      TextOf("team", "Team", "Команда"), Of("won", ColumnType::kMoney, "Won", "Выиграно"),
                      CountOf("decided", "Decided deals", "Закрытых сделок"),
                      Of("lost", ColumnType::kShare, "Lost of them", "Из них проиграно", "share"),
                      Of("lost_before", ColumnType::kShare, "Lost a year before", "Проиграно год назад", "share"),
                      Of("slow", ColumnType::kShare, "Leads answered late", "Поздних ответов на лиды", "share"),
                      CountOf("open", "Open deals", "Открытых сделок"),
                      Of("stuck", ColumnType::kShare, "Stuck of them", "Из них застряло", "share"),
                      Of("silent", ColumnType::kShare, "Silent of them", "Из них без действий", "share")}};
}

TableSpec TestedSpec() {
  return {.name = "tested",
          .title = {"What was compared", "Что сравнивалось"},
          .key = {"figure"},
          .columns = {TextOf("figure", "Figure", "Показатель"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      CountOf("sellers", "Sellers with any case", "Продавцов с такими случаями"),
                      CountOf("enough", "With enough cases", "Случаев достаточно"), CountOf("lag", "Lag", "Отстают")}};
}

std::string_view BasisOf(const Compared& one) { return one.is_with_past ? "past" : one.is_in_team ? "team" : "all"; }

Table PeopleTable(const std::vector<Compared>& compared, const Scope& scope) {
  Table table = Empty(PeopleSpec(), scope.currency);
  for (const Compared& one : compared) {
    if (!one.lags) continue;
    const Text title = TitleOf(one.figure);
    table.rows.push_back({one.seller->id, one.seller->name, std::string(NameOf(one.figure)), title.en, title.ru,
                          std::string(BasisOf(one)), Maybe(ShareOf(one.own.bad, one.own.all)),
                          Maybe(ShareOf(one.others.bad, one.others.all)), one.own.all, Maybe(one.money),
                          Rounded(one.chance, 4)});
  }
  return table;
}

Table MembersTable(const Sellers& sellers, const Scope& scope) {
  Table table = Empty(MembersSpec(), scope.currency);
  const auto share = [](Cases cases) { return Maybe(ShareOf(cases.bad, cases.all)); };
  for (const Seller& one : sellers.all) {
    table.rows.push_back({one.id, one.name, one.team, one.won_amount, one.cases[0].all, share(one.cases[0]),
                          share(one.lost_before), share(one.cases[1]), one.cases[2].all, share(one.cases[2]),
                          share(one.cases[3])});
  }
  const std::size_t won = table.IndexOf("won");
  std::ranges::stable_sort(table.rows, std::greater<>(), [&](const auto& row) { return AmountOf(row[won]).units; });
  return table;
}

Table TestedTable(const std::vector<Compared>& compared, const Scope& scope) {
  Table table = Empty(TestedSpec(), scope.currency);
  for (const bool is_with_past : {false, true}) {
    for (const FigureId figure : kFigures) {
      const auto is_this = [&](const Compared& one) {
        return one.figure == figure && one.is_with_past == is_with_past;
      };
      const std::int64_t all = std::ranges::count_if(compared, is_this);
      if (all == 0) continue;
      const std::int64_t enough =
          std::ranges::count_if(compared, [&](const Compared& one) { return is_this(one) && one.is_enough; });
      const std::int64_t lag =
          std::ranges::count_if(compared, [&](const Compared& one) { return is_this(one) && one.lags; });
      Text title = TitleOf(figure);
      if (is_with_past) title = Say("{0}, against the own past", "{0}, против своего прошлого", {title});
      table.rows.push_back(
          {std::string(NameOf(figure)) + (is_with_past ? "_past" : ""), title.en, title.ru, all, enough, lag});
    }
  }
  return table;
}

// --- Sentences ------------------------------------------------------------------------------------------------------

Text WithWhom(const Compared& one) {
  if (one.is_with_past) return {"a year before", "годом раньше"};
  return one.is_in_team ? Text{"of the rest of the team", "у остальной команды"} : Text{"of the others", "у остальных"};
}

// "Ann: decided deals that are lost, 82% of 45, 60% of the others".
Text Describe(const Compared& one) {
  return Say("{0}: {1}, {2} of {3} against {4} {5}", "{0}: {1} — {2} из {3} против {4} {5}",
             {Same(one.seller->name), TitleOf(one.figure), Percent(ShareOf(one.own.bad, one.own.all)),
              Count(one.own.all), Percent(ShareOf(one.others.bad, one.others.all)), WithWhom(one)});
}

std::int64_t Named(const std::vector<Compared>& compared) {
  std::vector<const Seller*> named;
  for (const Compared& one : compared) {
    if (one.lags && std::ranges::find(named, one.seller) == named.end()) named.push_back(one.seller);
  }
  return static_cast<std::int64_t>(named.size());
}

std::int64_t WithEnough(const std::vector<Compared>& compared) {
  std::vector<const Seller*> with;
  for (const Compared& one : compared) {
    if (one.is_enough && std::ranges::find(with, one.seller) == with.end()) with.push_back(one.seller);
  }
  return static_cast<std::int64_t>(with.size());
}

Text HeadlineOf(const std::vector<Compared>& compared, const Sellers& sellers) {
  const Text all = Count(static_cast<std::int64_t>(sellers.all.size()));
  const std::int64_t enough = WithEnough(compared);
  if (enough == 0) {
    return Say("It cannot be told: none of {0} sellers has enough cases to be compared.",
               "Сказать нельзя: ни у одного из продавцов ({0}) нет достаточно случаев для сравнения.", {all});
  }
  const std::int64_t named = Named(compared);
  if (named == 0) {
    return Say(
        "Nobody lags by more than chance: {0} of {1} sellers have enough cases to be compared.",
        "Никто не отстаёт больше, чем это бывает случайно: случаев для сравнения достаточно у {0} из {1} продавцов.",
        {Count(enough), all});
  }
  return Say(named == 1 ? "{0} of {1} sellers lags by more than chance. {2}."
                        : "{0} of {1} sellers lag by more than chance. {2}.",
             "Не случайно отстают {0} из {1} продавцов. {2}.", {Count(named), all, Describe(compared.front())});
}

void AddSteps(const std::vector<Compared>& compared, const Sellers& sellers, const Scope& scope, Reply& reply) {
  Text people;
  for (std::size_t i = 0; i < compared.size() && i < 3 && compared[i].lags; ++i) {
    const Compared& one = compared[i];
    Text line = Describe(one);
    if (one.money) line = Say("{0}, about {1}", "{0}, примерно {1}", {line, Money(*one.money, scope.currency)});
    people = i == 0 ? line : Say("{0}; {1}", "{0}; {1}", {people, line});
  }
  if (!people.en.empty()) reply.steps.push_back({"people", Say("{0}.", "{0}.", {people}), "people"});
  const auto closest = std::ranges::find_if(compared, [](const Compared& one) { return one.is_enough; });
  if (people.en.empty() && closest != compared.end()) {
    reply.steps.push_back(
        {"closest",
         Say("The largest difference may still be chance ({0} likely), so nobody is named for it.",
             "Самое большое различие ещё может быть случайным (вероятность {0}), поэтому никто не назван.",
             {Percent(Rounded(closest->chance, 6))}),
         "tested"});
  } else if (closest != compared.end()) {
    reply.steps.push_back({"tested",
                           Say("A seller is compared with at least {0} own cases and {1} of the others; all names "
                               "together are right with a "
                               "chance of 95%.",
                               "Продавец сравнивается, если своих случаев не меньше {0}, а у остальных {1}; все имена "
                               "вместе названы верно с "
                               "вероятностью 95 %.",
                               {Count(kFewestOwn), Count(kFewestOthers)}),
                           "tested"});
  }
  reply.steps.push_back({"members",
                         Say("All {0} sellers side by side, {1}.", "Все продавцы рядом ({0}), {1}.",
                             {Count(static_cast<std::int64_t>(sellers.all.size())), YearWords(scope)}),
                         "members"});
}

void AddUnknown(const std::vector<Compared>& compared, const Sellers& sellers, const Stuck& stuck, Reply& reply) {
  if (!sellers.knows_answers) {
    reply.unknown.push_back({"no_answers",
                             {"How fast leads are answered: no activity is known that answers one.",
                              "Как быстро отвечают на лиды: нет ни одного действия, которое было бы ответом."}});
  }
  if (!sellers.knows_activities) {
    reply.unknown.push_back({"no_activities",
                             {"Which open deals are silent: no activity names a deal.",
                              "Какие открытые сделки заброшены: ни одно действие не связано со сделкой."}});
  }
  if (!stuck.is_known) {
    reply.unknown.push_back(
        {"no_stuck", Say("Which open deals are stuck: {0}.", "Какие открытые сделки застряли: {0}.", {stuck.missing})});
  }
  const auto few = static_cast<std::int64_t>(sellers.all.size()) - WithEnough(compared);
  if (few > 0) {
    reply.unknown.push_back(
        {"few_cases",
         Say("How the {0} others do: they have too few cases for any figure.",
             "Как идут дела у остальных ({0}): случаев слишком мало для любого показателя.", {Count(few)})});
  }
  if (!sellers.all.empty()) {
    reply.unknown.push_back(
        {"why",
         {"Whether the work was the same: leads, segments and sizes of deals of each seller differ. Talk "
          "before you judge.",
          "Была ли работа одинаковой: лиды, сегменты и размеры сделок у продавцов разные. Сначала "
          "поговорите, потом судите."}});
  }
}

Result<Output> RunHelp(const metrics::MetricCatalog& catalog, const HelpParams& params, Context& context) {
  WEIR_TRY(const Scope scope, ScopeOf(catalog, params, context));
  WEIR_TRY(const Stuck stuck, ReadStuck(scope, context));
  WEIR_TRY(Sellers sellers, ReadSellers(scope, stuck.deals, context));
  if (!stuck.is_known) {
    for (Seller& seller : sellers.all) seller.cases[static_cast<std::size_t>(FigureId::kStuck)] = {};
  }
  const std::vector<Compared> compared = Compare(sellers);
  Reply reply{.now_days = scope.now, .before_days = scope.before};
  if (sellers.all.empty()) {
    reply.state = "nothing";
    reply.headline = {"There are no deals of sellers yet to say who needs help.",
                      "Пока нет сделок у продавцов, чтобы сказать, кому нужна помощь."};
    reply.next.push_back({{"Bring the exports of your CRM", "Загрузите выгрузки из CRM"}, "/sources"});
  } else {
    reply.state = WithEnough(compared) == 0 ? "too_little" : "answered";
    reply.headline = HeadlineOf(compared, sellers);
    AddSteps(compared, sellers, scope, reply);
    AddUnknown(compared, sellers, stuck, reply);
    reply.next.push_back(
        {{"See at which stage and why deals are lost", "Посмотрите, на каком этапе и почему проигрывают"},
         "/questions/lose"});
    reply.next.push_back({{"Split the win rate by seller", "Разложите долю выигранных по продавцам"},
                          fmt::format("/catalog/win_rate?by=owner&from={}&to={}", FormatDate(scope.now.first),
                                      FormatDate(scope.now.last))});
  }
  std::vector<Table> tables{PeopleTable(compared, scope), MembersTable(sellers, scope), TestedTable(compared, scope)};
  return MakeOutput("help", reply, std::move(tables), scope.currency);
}

Result<Evidence> ExplainHelp(const metrics::MetricCatalog& catalog, const HelpParams& params, const std::string& table,
                             const std::vector<std::string>& key, Context& context) {
  WEIR_TRY(const Scope scope, ScopeOf(catalog, params, context));
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table != "people" && table != "members") {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  WEIR_TRY(const Stuck stuck, ReadStuck(scope, context));
  const std::string figure = table == "people" && key.size() > 1 ? key[1] : "lost";
  const auto found = std::ranges::find(kFigures, figure, [](FigureId id) { return NameOf(id); });
  if (found == kFigures.end()) return Fail(NotFound("there is no figure '{}'", figure).Field("explain"));
  const CasesSql cases = CasesOf(scope, *found, key.front(), stuck.deals);
  return EvidenceOf(cases.table, cases.sql, context.session());
}

analysis::Info HelpInfo() {
  return {
      .id = "questions.help",
      .title = {"Who needs help?", "Кому нужна помощь?"},
      .help =
          {"Sellers whose figures lag behind the others of the team, or behind their own past, by more than chance: "
           "lost "
           "deals, late answers to leads, stuck and silent deals. With too few cases nobody is named.",
           "Продавцы, чьи цифры отстают от остальной команды или от своего прошлого больше, чем бывает случайно: "
           "проигранные сделки, поздние ответы на лиды, застрявшие и заброшенные сделки. Если случаев мало, никто не "
           "назван."},
      .asks = {"leaks"},
      .needs = {"deal", "deal_version", "lead", "activity", "account", "team", "excluded"},
      .tables = WithFrame({PeopleSpec(), MembersSpec(), TestedSpec()})};
}

}  // namespace

analysis::Analysis HelpAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<HelpParams>(catalog, HelpInfo(), &RunHelp, &ExplainHelp);
}

}  // namespace weir::questions
