#include "questions/help_sellers.h"

#include <algorithm>
#include <map>

#include "store/database.h"

namespace weir::questions {

using store::Rows;

namespace {

// Leads of the last days may still be answered in time.
constexpr int kFreshDays = 7;

std::size_t At(FigureId figure) { return static_cast<std::size_t>(figure); }

std::string ListSql(const std::vector<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ", ") + store::QuoteText(id);
  return list.empty() ? "NULL" : list;
}

// Closed deals of sellers in both years.
std::string DealsSql(const Scope& scope) {
  return fmt::format(
      "SELECT seller_id, max(seller), max(team), count(*) FILTER (WHERE status <> 'open' AND {0}), "
      "count(*) FILTER (WHERE status = 'lost' AND {0}), count(*) FILTER (WHERE status <> 'open' AND {1}), "
      "count(*) FILTER (WHERE status = 'lost' AND {1}), sum(amount_reporting) FILTER (WHERE status = 'won' AND {0}), "
      "sum(amount_reporting) FILTER (WHERE status = 'open') FROM ({2}) WHERE seller_id IS NOT NULL AND (status = "
      "'open' OR {0} "
      "OR {1}) GROUP BY seller_id ORDER BY seller_id",
      InDaysSql("close_date", scope.now), InDaysSql("close_date", scope.before), CountedSql(scope, "deal"));
}

// A lead is slow that got no answer, or one later than half of the answered leads did.
std::string LeadsSql(const Scope& scope) {
  const metrics::DayRange days{scope.now.first, std::min(scope.now.last, Date{scope.today.days - kFreshDays})};
  return fmt::format(
      "WITH asked AS (SELECT lead_id, seller_id, epoch_us(answered_at_work) - epoch_us(created_at) AS waited FROM ({}) "
      "WHERE "
      "seller_id IS NOT NULL AND {}), usual AS (SELECT median(waited) AS waited FROM asked), "
      "slow AS (SELECT a.lead_id, a.seller_id, a.waited, a.waited IS NULL OR a.waited > u.waited AS is_slow FROM asked "
      "AS a, "
      "usual AS u) ",
      CountedSql(scope, "lead"), InDaysSql("created_date", days));
}

std::string OpenSql(const Scope& scope, const std::vector<std::string>& stuck_deals) {
  return fmt::format(
      "WITH touched AS (SELECT DISTINCT deal_id FROM scoped.activity WHERE day > {} AND deal_id IS NOT NULL), "
      "open_deals AS (SELECT d.deal_id, d.seller_id, d.amount_reporting AS amount, d.deal_id IN ({}) AS is_stuck, "
      "t.deal_id IS "
      "NULL AND d.created_date <= {} AS is_silent FROM ({}) AS d LEFT JOIN touched AS t ON t.deal_id = d.deal_id WHERE "
      "d.status = 'open' AND d.seller_id IS NOT NULL) ",
      DaySql(metrics::AddDays(scope.today, -kSilentDays)), ListSql(stuck_deals),
      DaySql(metrics::AddDays(scope.today, -kSilentDays)), CountedSql(scope, "deal"));
}

Cases operator+(Cases left, Cases right) { return {left.bad + right.bad, left.all + right.all}; }

double ShareOfBad(Cases cases) {
  return cases.all == 0 ? 0 : static_cast<double>(cases.bad) / static_cast<double>(cases.all);
}

// What it costs that the seller's cases go as they do and not as those of the others.
std::optional<Decimal> CostOf(const Compared& one, double average_won) {
  const double excess = ShareOfBad(one.own) - ShareOfBad(one.others);
  if (one.figure == FigureId::kLost) {
    return Rescale(Rounded(excess * static_cast<double>(one.own.all) * average_won, 2), kAmountScale);
  }
  if (one.figure == FigureId::kSlow) return std::nullopt;
  return Rescale(Rounded(excess * ToDouble(one.seller->open_amount), 2), kAmountScale);
}

Compared Against(const Seller& seller, FigureId figure, const std::vector<Seller>& all) {
  Compared one{.seller = &seller, .figure = figure, .own = seller.cases[At(figure)]};
  Cases team;
  Cases everybody;
  int mates = 0;
  for (const Seller& other : all) {
    if (other.id == seller.id) continue;
    everybody = everybody + other.cases[At(figure)];
    if (other.team != seller.team || seller.team.empty()) continue;
    team = team + other.cases[At(figure)];
    ++mates;
  }
  one.is_in_team = mates >= 3 && team.all >= kFewestOthers;
  one.others = one.is_in_team ? team : everybody;
  one.is_enough = one.own.all >= kFewestOwn && one.others.all >= kFewestOthers;
  return one;
}

}  // namespace

std::string_view NameOf(FigureId figure) {
  switch (figure) {
    case FigureId::kLost:
      return "lost";
    case FigureId::kSlow:
      return "slow";
    case FigureId::kStuck:
      return "stuck";
    case FigureId::kSilent:
      return "silent";
  }
  return "";
}

Text TitleOf(FigureId figure) {
  switch (figure) {
    case FigureId::kLost:
      return {"Decided deals that are lost", "Проигранные из закрытых сделок"};
    case FigureId::kSlow:
      return {"Leads answered late or never", "Лиды с поздним ответом или без него"};
    case FigureId::kStuck:
      return {"Open deals stuck in their stage", "Открытые сделки, застрявшие на этапе"};
    case FigureId::kSilent:
      return {"Open deals without activity in thirty days", "Открытые сделки без действий тридцать дней"};
  }
  return {};
}

Result<Sellers> ReadSellers(const Scope& scope, const std::vector<std::string>& stuck_deals,
                            analysis::Context& context) {
  Sellers sellers;
  std::map<std::string, std::size_t, std::less<>> places;
  WEIR_TRY(const Rows deals, context.session().Query(DealsSql(scope)));
  for (std::size_t row = 0; row < deals.size(); ++row) {
    Seller seller{.id = deals.TextAt(row, 0), .name = deals.TextAt(row, 1), .team = deals.TextAt(row, 2)};
    seller.cases[At(FigureId::kLost)] = {deals.IntegerAt(row, 4), deals.IntegerAt(row, 3)};
    seller.lost_before = {deals.IntegerAt(row, 6), deals.IntegerAt(row, 5)};
    seller.won_amount = AmountOf(deals.rows[row][7]);
    seller.open_amount = AmountOf(deals.rows[row][8]);
    places[seller.id] = sellers.all.size();
    sellers.all.push_back(std::move(seller));
  }
  WEIR_TRY(const Rows leads,
           context.session().Query(
               LeadsSql(scope) + "SELECT seller_id, count(*), count(*) FILTER (WHERE is_slow), count(waited) FROM slow "
                                 "GROUP BY seller_id ORDER BY seller_id"));
  for (std::size_t row = 0; row < leads.size(); ++row) {
    sellers.knows_answers = sellers.knows_answers || leads.IntegerAt(row, 3) > 0;
    const auto found = places.find(leads.TextAt(row, 0));
    if (found == places.end()) continue;
    sellers.all[found->second].cases[At(FigureId::kSlow)] = {leads.IntegerAt(row, 2), leads.IntegerAt(row, 1)};
  }
  WEIR_TRY(
      const std::int64_t activities,
      context.session().QueryInteger("SELECT count(*) FROM (SELECT 1 FROM scoped.activity WHERE deal_id IS NOT NULL "
                                     "LIMIT 1)"));
  sellers.knows_activities = activities > 0;
  WEIR_TRY(const Rows open, context.session().Query(
                                OpenSql(scope, stuck_deals) +
                                "SELECT seller_id, count(*), count(*) FILTER (WHERE is_stuck), count(*) FILTER (WHERE "
                                "is_silent) FROM open_deals GROUP BY seller_id ORDER BY seller_id"));
  for (std::size_t row = 0; row < open.size(); ++row) {
    const auto found = places.find(open.TextAt(row, 0));
    if (found == places.end()) continue;
    Seller& seller = sellers.all[found->second];
    seller.cases[At(FigureId::kStuck)] = {open.IntegerAt(row, 2), open.IntegerAt(row, 1)};
    seller.cases[At(FigureId::kSilent)] = {open.IntegerAt(row, 3), open.IntegerAt(row, 1)};
  }
  for (Seller& seller : sellers.all) {
    if (!sellers.knows_answers) seller.cases[At(FigureId::kSlow)] = {};
    if (!sellers.knows_activities) seller.cases[At(FigureId::kSilent)] = {};
  }
  return sellers;
}

std::vector<Compared> Compare(const Sellers& sellers) {
  std::vector<Compared> all;
  double won = 0;
  std::int64_t deals = 0;
  for (const Seller& seller : sellers.all) {
    won += ToDouble(seller.won_amount);
    deals += seller.cases[At(FigureId::kLost)].all - seller.cases[At(FigureId::kLost)].bad;
    for (const FigureId figure : kFigures) {
      if (seller.cases[At(figure)].all > 0) all.push_back(Against(seller, figure, sellers.all));
    }
    if (seller.cases[At(FigureId::kLost)].all == 0 || seller.lost_before.all == 0) continue;
    Compared past{.seller = &seller,
                  .figure = FigureId::kLost,
                  .is_with_past = true,
                  .own = seller.cases[At(FigureId::kLost)],
                  .others = seller.lost_before};
    past.is_enough = past.own.all >= kFewestOwn && past.others.all >= kFewestOwn;
    all.push_back(past);
  }
  std::vector<double> chances;
  for (const Compared& one : all) {
    if (one.is_enough) chances.push_back(ChanceOfWorse(one.own, one.others));
  }
  const std::vector<double> adjusted = AdjustedForMany(chances);
  std::size_t next = 0;
  for (Compared& one : all) {
    if (!one.is_enough) continue;
    one.chance = adjusted[next++];
    one.lags = one.chance < kSmallChance;
    if (one.lags) one.money = CostOf(one, deals == 0 ? 0 : won / static_cast<double>(deals));
  }
  std::ranges::stable_sort(all, {}, [](const Compared& one) {
    return std::tuple(!one.lags, one.money ? -one.money->units : Int128{1}, one.chance);
  });
  return all;
}

CasesSql CasesOf(const Scope& scope, FigureId figure, const std::string& seller_id,
                 const std::vector<std::string>& stuck_deals) {
  const std::string own = "seller_id = " + store::QuoteText(seller_id);
  switch (figure) {
    case FigureId::kLost:
      return {"deal",
              fmt::format("SELECT deal_id FROM ({}) WHERE status = 'lost' AND {} AND {} ORDER BY amount_reporting DESC "
                          "NULLS LAST, deal_id",
                          CountedSql(scope, "deal"), InDaysSql("close_date", scope.now), own)};
    case FigureId::kSlow:
      return {"lead",
              LeadsSql(scope) + fmt::format("SELECT lead_id FROM slow WHERE is_slow AND {} ORDER BY waited DESC NULLS "
                                            "FIRST, lead_id",
                                            own)};
    case FigureId::kStuck:
    case FigureId::kSilent:
      return {"deal",
              OpenSql(scope, stuck_deals) +
                  fmt::format("SELECT deal_id FROM open_deals WHERE {} AND {} ORDER BY amount DESC NULLS LAST, deal_id",
                              figure == FigureId::kStuck ? "is_stuck" : "is_silent", own)};
  }
  return {};
}

}  // namespace weir::questions
