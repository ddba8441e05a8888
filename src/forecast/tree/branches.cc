#include "forecast/tree/branches.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "forecast/months.h"
#include "forecast/series/series.h"
#include "forecast/tree/finance.h"

namespace weir::forecast {
namespace {

// Longer pasts tell of another company.
constexpr int kMostPast = 60;
// Months of which a season can be found.
constexpr int kSeasonPast = 36;
// Fewer leads that became deals tell no rates.
constexpr double kFewestConverted = 10;

const std::vector<NodeName>& BookingNames() {
  static const std::vector<NodeName> names{
      {"bookings", -1, "company", {"Bookings", "Продажи"}},
      {"new", 0, "sales", {"New business", "Новые клиенты"}},
      {"new_marketing", 1, "marketing", {"New, from marketing", "Новые, от маркетинга"}},
      {"new_sales", 1, "sales", {"New, found by sales", "Новые, найденные продажами"}},
      {"expansion", 0, "success", {"Expansion", "Расширения"}},
      {"renewal", 0, "success", {"Renewals", "Продления"}}};
  return names;
}

const std::vector<NodeName>& PipelineNames() {
  static const std::vector<NodeName> names{
      {"pipeline", -1, "company", {"Pipeline created", "Создано воронки"}},
      {"pipeline_marketing", 0, "marketing", {"Pipeline, from marketing", "Воронка от маркетинга"}},
      {"pipeline_sales", 0, "sales", {"Pipeline, found by sales", "Воронка от продаж"}},
      {"pipeline_success", 0, "success", {"Pipeline of customers", "Воронка по клиентам"}}};
  return names;
}

int FirstMonth(std::span<const DailyFlow* const> flows, int first_ahead) {
  int first = first_ahead;
  for (const DailyFlow* flow : flows) {
    // The month of the first day is not known from its beginning.
    if (!flow->IsEmpty()) first = std::min(first, MonthOf({flow->days.front().day}) + 1);
  }
  return std::max(first, first_ahead - kMostPast);
}

// The part of a month that usually comes after the day on which this one is, by the last twelve.
double LeftOf(std::span<const DailyFlow* const> flows, const TreeFacts& facts) {
  const std::int32_t passed = facts.as_of - FirstDayOf(facts.first_month).days + 1;
  if (passed <= 0) return 1;
  double after = 0;
  double whole = 0;
  for (int month = facts.first_month - 12; month < facts.first_month; ++month) {
    const std::int32_t first = FirstDayOf(month).days;
    const std::int32_t last = LastDayOf(month).days;
    for (const DailyFlow* flow : flows) {
      whole += flow->Within(first, last);
      after += flow->Within(first + passed, last);
    }
  }
  const double days = LengthOf(facts.first_month);
  return whole > 0 ? std::clamp(after / whole, 0.0, 1.0) : (days - passed) / days;
}

FlowNode NodeOf(std::span<const DailyFlow* const> flows, int parent, int first_past, double left,
                const TreeFacts& facts) {
  FlowNode node{.parent = parent, .left = left};
  node.past.resize(static_cast<std::size_t>(std::max(0, facts.first_month - first_past)));
  for (const DailyFlow* flow : flows) {
    const std::vector<double> months = flow->Months(first_past, facts.first_month - 1);
    for (std::size_t m = 0; m < months.size(); ++m) node.past[m] += months[m];
    node.so_far += flow->Within(FirstDayOf(facts.first_month).days, facts.as_of);
  }
  return node;
}

class Builder {
 public:
  Builder(const TreeFacts& facts, int months, const Executor& executor, const std::stop_token& stop)
      : facts_(facts), months_(months), executor_(executor), stop_(stop) {}

  Result<Forecasts> Run() {
    LearnChain();
    AddBookings();
    AddPipeline();
    AddLeads();
    AddFinance();
    WEIR_TRY(ForecastAll());
    WEIR_TRY(FinishDeals());
    FinishLeads();
    WEIR_TRY(FinishFinance());
    std::erase_if(out_.branches, [](const Branch& branch) { return branch.forecast.nodes.empty(); });
    if (out_.branches.empty()) {
      return Fail(NotEnoughData("no flow of deals, subscriptions or payments is known for {} whole months: nothing can "
                                "be foretold",
                                kFewestPastMonths)
                      .Mend("Import a longer history"));
    }
    if (facts_.won_without_amount > 0) {
      Warn("without_amount", MakePhrase("{} won deals have no amount and add none", facts_.won_without_amount));
    }
    return std::move(out_);
  }

 private:
  void Warn(const char* code, Phrase message) {
    out_.warnings.push_back({.code = code, .message = std::move(message)});
  }

  // Whether so long a past is enough, with a warning where it is not, or short.
  bool IsEnough(int first_past, const char* code, const Phrase& what) {
    const int known = facts_.first_month - first_past;
    if (known < static_cast<int>(kFewestPastMonths)) {
      Warn(code, MakePhrase("{}: {} whole months are known, it takes {}; the branch is left out", what,
                            std::max(known, 0), kFewestPastMonths));
      return false;
    }
    if (known < kSeasonPast) {
      Warn("short_history",
           MakePhrase("{}: {} months are known; a season of the year is found from {} on", what, known, kSeasonPast));
    }
    return true;
  }

  std::size_t Place(FlowNode node) {
    all_.push_back(std::move(node));
    return all_.size() - 1;
  }

  void LearnChain() {
    std::vector<Wait> to_deal;
    std::vector<Wait> to_won;
    to_deal.reserve(facts_.cohorts.size());
    to_won.reserve(facts_.cohorts.size());
    for (const LeadCohort& cohort : facts_.cohorts) {
      to_deal.push_back({cohort.created, cohort.deal, cohort.count});
      to_won.push_back({cohort.created, cohort.won, cohort.count});
    }
    to_deal_ = DelayCurve::Learn(to_deal, facts_.as_of);
    to_won_ = DelayCurve::Learn(to_won, facts_.as_of);
  }

  // The month from which on it is known which deals leads became: not yet while those of leads before the first known
  // one still come.
  int SplitFrom(const DelayCurve& curve, int first_past) const {
    const auto median = curve.Median();
    if (facts_.leads.IsEmpty() || !median) return first_past;
    return std::max(first_past, MonthOf({facts_.leads.days.front().day + *median}) + 1);
  }

  // Who made new deals is missing before that.
  void HideSplit(int split_from, std::initializer_list<std::size_t> places, Branch& branch) {
    for (const std::size_t place : places) {
      std::vector<double>& past = branch.nodes[place].past;
      const auto hidden = std::min<std::size_t>(static_cast<std::size_t>(split_from - branch.first_past), past.size());
      std::fill_n(past.begin(), hidden, kMissing);
    }
  }

  // Without months enough of it new deals are one node.
  bool IsSplitKnown(int split_from) {
    if (facts_.first_month - split_from >= static_cast<int>(kFewestPastMonths)) return true;
    Warn("no_sourcing",
         MakePhrase("who brought new deals is known for {} whole months, it takes {}: marketing and sales "
                    "are one node",
                    std::max(0, facts_.first_month - split_from), kFewestPastMonths));
    return false;
  }

  void AddDealBranch(const std::vector<NodeName>& names, const std::array<DailyFlow, kDealOrigins>& flows,
                     std::span<const std::vector<std::size_t>> kinds, int first_past, int split_from,
                     std::initializer_list<std::size_t> split) {
    Branch branch{.names = names, .first_past = first_past};
    const double left = LeftOf(std::vector{&flows[0], &flows[1], &flows[2], &flows[3]}, facts_);
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::vector<const DailyFlow*> own;
      for (const std::size_t kind : kinds[i]) own.push_back(&flows[kind]);
      branch.nodes.push_back(NodeOf(own, names[i].parent, first_past, left, facts_));
    }
    HideSplit(split_from, split, branch);
    for (const FlowNode& node : branch.nodes) Place(node);
    out_.branches.push_back(std::move(branch));
  }

  void AddBookings() {
    static const std::vector<std::vector<std::size_t>> kKinds{{0, 1, 2, 3}, {0, 1}, {0}, {1}, {2}, {3}};
    const auto& won = facts_.won;
    const int first = FirstMonth(std::vector{&won[0], &won[1], &won[2], &won[3]}, facts_.first_month);
    if (!IsEnough(first, "no_deals", MakePhrase("won deals"))) return;
    const int split_from = SplitFrom(to_won_, first);
    if (IsSplitKnown(split_from)) return AddDealBranch(BookingNames(), won, kKinds, first, split_from, {2, 3});
    static const std::vector<std::vector<std::size_t>> kWhole{{0, 1, 2, 3}, {0, 1}, {2}, {3}};
    std::vector<NodeName> names = BookingNames();
    names.erase(names.begin() + 2, names.begin() + 4);
    AddDealBranch(names, won, kWhole, first, first, {});
  }

  void AddPipeline() {
    static const std::vector<std::vector<std::size_t>> kKinds{{0, 1, 2, 3}, {0}, {1}, {2, 3}};
    const auto& created = facts_.created;
    int first = FirstMonth(std::vector{&created[0], &created[1], &created[2], &created[3]}, facts_.first_month);
    // Exports of won deals reach further back than those of all: what is created seems to rise where the others begin.
    if (facts_.created_since) first = std::max(first, MonthOf({*facts_.created_since}) + 1);
    if (!IsEnough(first, "no_pipeline", MakePhrase("created deals"))) return;
    const int split_from = SplitFrom(to_deal_, first);
    if (facts_.first_month - split_from >= static_cast<int>(kFewestPastMonths)) {
      return AddDealBranch(PipelineNames(), created, kKinds, first, split_from, {1, 2});
    }
    static const std::vector<std::vector<std::size_t>> kWhole{{0, 1, 2, 3}, {0, 1}, {2, 3}};
    static const std::vector<NodeName> names{
        PipelineNames()[0], {"pipeline_new", 0, "sales", {"Pipeline, new", "Воронка, новые"}}, PipelineNames()[3]};
    AddDealBranch(names, created, kWhole, first, first, {});
  }

  void AddLeads() {
    const int first = FirstMonth(std::vector{&facts_.leads}, facts_.first_month);
    if (!IsEnough(first, "no_leads", MakePhrase("leads"))) return;
    const std::vector<const DailyFlow*> flow{&facts_.leads};
    FlowNode node = NodeOf(flow, -1, first, LeftOf(flow, facts_), facts_);
    LeadOutlook leads{.first_past = first, .past = node.past, .so_far = node.so_far};
    out_.leads = std::move(leads);
    lead_place_ = Place(std::move(node));
  }

  void AddFinance() {
    const RecurringPast recurring = RecurringPastOf(facts_);
    if (facts_.recurring.empty()) {
      Warn("no_subscriptions", MakePhrase("no subscriptions are known: revenue is left out"));
    } else if (IsEnough(recurring.first_month, "no_subscriptions", MakePhrase("recurring revenue"))) {
      revenue_place_ = Place({.past = recurring.months, .so_far = recurring.so_far, .left = recurring.left});
    }
    if (facts_.invoices.empty()) {
      Warn("no_invoices", MakePhrase("no invoices are known: cash is left out"));
      return;
    }
    if (facts_.paid_without_day > 0) {
      Warn("paid_without_day", MakePhrase("{} paid invoices do not say when: they are no part of how payers behave",
                                          facts_.paid_without_day));
    }
    const std::vector<const DailyFlow*> paid{&facts_.paid};
    const std::vector<const DailyFlow*> invoiced{&facts_.invoiced};
    cash_first_ = std::max(FirstMonth(paid, facts_.first_month), FirstMonth(invoiced, facts_.first_month));
    if (!IsEnough(cash_first_, "no_invoices", MakePhrase("payments of invoices"))) return;
    cash_place_ = Place(NodeOf(paid, -1, cash_first_, LeftOf(paid, facts_), facts_));
    invoiced_place_ = Place(NodeOf(invoiced, -1, cash_first_, LeftOf(invoiced, facts_), facts_));
    out_.payments = PaymentBehaviour::Learn(facts_.invoices, facts_.as_of);
  }

  Status ForecastAll() {
    alone_ = ForecastAlone(all_, months_, executor_, stop_);
    if (stop_.stop_requested()) return Fail(Cancelled("the forecast was cancelled"));
    return {};
  }

  // Bookings and pipeline stand first among all nodes, in the order of their branches.
  Status FinishDeals() {
    std::size_t next = 0;
    for (Branch& branch : out_.branches) {
      const auto own = alone_.begin() + static_cast<std::ptrdiff_t>(next);
      std::vector<OwnForecast> alone(own, own + static_cast<std::ptrdiff_t>(branch.nodes.size()));
      next += branch.nodes.size();
      const auto errors = PastErrors(branch.nodes, executor_, stop_);
      if (stop_.stop_requested()) return Fail(Cancelled("the forecast was cancelled"));
      WEIR_TRY(branch.forecast, Agree(branch.nodes, std::move(alone), errors));
    }
    return {};
  }

  void FinishLeads() {
    if (!out_.leads) return;
    LeadOutlook& leads = *out_.leads;
    leads.leads = alone_[lead_place_];
    leads.to_deal = to_deal_;
    leads.to_won = to_won_;
    leads.has_chain = leads.to_won.came() >= kFewestConverted;
    if (!leads.has_chain) {
      Warn("no_lead_chain",
           MakePhrase("{:.0f} leads are known to have been won, it takes {:.0f} to say what leads imply",
                      leads.to_won.came(), kFewestConverted));
      return;
    }
    leads.amount_per_won = facts_.won_of_leads / leads.to_won.came();
    if (leads.to_deal.came() > 0) leads.amount_per_deal = facts_.created_of_leads / leads.to_deal.came();
    for (int month = 0; month < months_; ++month) AddLeadMonth(month, leads);
  }

  // Of leads that came to nothing yet, and of those to come.
  double Coming(const DelayCurve& curve, bool is_won, int month, const LeadOutlook& leads) const {
    const std::int32_t from = std::max(FirstDayOf(facts_.first_month + month).days, facts_.as_of + 1);
    const std::int32_t until = LastDayOf(facts_.first_month + month).days;
    double coming = 0;
    for (const LeadCohort& cohort : facts_.cohorts) {
      if ((is_won ? cohort.won : cohort.deal) <= facts_.as_of) continue;
      const std::int32_t waited = facts_.as_of - cohort.created;
      coming += cohort.count *
                (curve.Between(waited, until - cohort.created) - curve.Between(waited, from - 1 - cohort.created));
    }
    for (int of = 0; of <= month; ++of) {
      const std::int32_t first = std::max(FirstDayOf(facts_.first_month + of).days, facts_.as_of + 1);
      const double more = leads.leads.mean[static_cast<std::size_t>(of)] - (of == 0 ? leads.so_far : 0);
      coming += more * ShareOfEven(curve, first, LastDayOf(facts_.first_month + of).days, from, until);
    }
    return coming;
  }

  void AddLeadMonth(int month, LeadOutlook& leads) const {
    const std::int32_t begun = FirstDayOf(facts_.first_month).days;
    double deals = Coming(leads.to_deal, false, month, leads);
    double pipeline = deals * leads.amount_per_deal;
    double bookings = Coming(leads.to_won, true, month, leads) * leads.amount_per_won;
    if (month == 0) {
      for (const LeadCohort& cohort : facts_.cohorts) {
        if (cohort.deal >= begun && cohort.deal <= facts_.as_of) deals += cohort.count;
      }
      pipeline += facts_.created[0].Within(begun, facts_.as_of);
      bookings += facts_.won[0].Within(begun, facts_.as_of);
    }
    leads.deals.push_back(deals);
    leads.pipeline.push_back(pipeline);
    leads.bookings.push_back(bookings);
  }

  Status FinishFinance() {
    if (revenue_place_) {
      out_.starts = StartsOf(facts_);
      const Branch* bookings = out_.Find("bookings");
      if (out_.starts.matched < kFewestConverted) {
        Warn("starts_unknown", MakePhrase("{:.0f} won deals are known to have begun to bring recurring revenue: what "
                                          "bookings add to it is taken from what began in the past twelve months",
                                          out_.starts.matched));
      }
      std::vector<double> new_bookings;
      if (bookings != nullptr) new_bookings = bookings->forecast.nodes[1].agreed.mean;
      if (bookings != nullptr) new_bookings[0] -= bookings->nodes[1].so_far;
      WEIR_TRY(Branch revenue,
               RevenueBranch(facts_, all_[*revenue_place_], alone_[*revenue_place_], new_bookings, out_.starts));
      out_.branches.push_back(std::move(revenue));
    }
    if (cash_place_) {
      WEIR_TRY(Branch cash, CashBranch(facts_, all_[*cash_place_], alone_[*cash_place_], all_[*invoiced_place_],
                                       alone_[*invoiced_place_], *out_.payments));
      cash.first_past = cash_first_;
      out_.branches.push_back(std::move(cash));
    }
    return {};
  }

  const TreeFacts& facts_;
  int months_;
  const Executor& executor_;
  const std::stop_token& stop_;
  Forecasts out_;
  std::vector<FlowNode> all_;
  std::vector<OwnForecast> alone_;
  DelayCurve to_deal_;
  DelayCurve to_won_;
  std::size_t lead_place_ = 0;
  std::optional<std::size_t> revenue_place_;
  std::optional<std::size_t> cash_place_;
  std::optional<std::size_t> invoiced_place_;
  int cash_first_ = 0;
};

}  // namespace

const Branch* Forecasts::Find(std::string_view root) const {
  for (const Branch& branch : branches) {
    if (branch.names.front().id == root) return &branch;
  }
  return nullptr;
}

Result<Forecasts> ForecastBranches(const TreeFacts& facts, int months, const Executor& executor,
                                   const std::stop_token& stop) {
  return Builder(facts, months, executor, stop).Run();
}

}  // namespace weir::forecast
