#include "forecast/tree/agreement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "forecast/money.h"
#include "forecast/months.h"

namespace weir::forecast {
namespace {

using analysis::Context;
using analysis::Output;
using analysis::Text;

double SumOf(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

const ShownNode* FindNode(const std::vector<ShownNode>& shown, std::string_view id) {
  const auto found = std::ranges::find(shown, id, &ShownNode::id);
  return found == shown.end() ? nullptr : &*found;
}

class Sayings {
 public:
  Sayings(const Forecasts& forecasts, const std::vector<ShownNode>& shown, int first_month, Context& context,
          std::vector<analysis::Warning>& warnings)
      : forecasts_(forecasts),
        shown_(shown),
        first_month_(first_month),
        context_(context),
        warnings_(warnings),
        rounding_(context.settings().currency) {}

  Result<std::vector<Saying>> Run() {
    for (const Branch& branch : forecasts_.branches) AddBranch(branch);
    AddLeads();
    WEIR_TRY(AddGoals());
    return std::move(said_);
  }

 private:
  Int128 AgreedOf(std::string_view node) const {
    Int128 sum = 0;
    if (const ShownNode* found = FindNode(shown_, node)) {
      for (const std::int64_t month : found->agreed) sum += month;
    }
    return sum;
  }

  void Add(const char* thing, const char* says, const char* department, Text what, int months, double said) {
    said_.push_back({.thing = thing,
                     .says = says,
                     .department = department,
                     .what = std::move(what),
                     .first_day = FirstDayOf(first_month_),
                     .last_day = LastDayOf(first_month_ + months - 1),
                     .said = rounding_.MoneyOf(said),
                     .agreed = Ledger(AgreedOf(thing))});
  }

  void AddBranch(const Branch& branch) {
    double parts = 0;
    const std::size_t count = branch.nodes.size();
    for (std::size_t i = 0; i < count; ++i) {
      const OwnForecast& base = branch.forecast.nodes[i].base;
      const NodeName& name = branch.names[i];
      Add(name.id, "own", name.department,
          {fmt::format("{}: by itself", name.title.en), fmt::format("{}: сам по себе", name.title.ru)},
          static_cast<int>(base.mean.size()), SumOf(base.mean));
      const bool is_leaf =
          std::ranges::none_of(branch.nodes, [&](const FlowNode& node) { return node.parent == static_cast<int>(i); });
      if (is_leaf) parts += SumOf(base.mean);
    }
    const NodeName& root = branch.names.front();
    Add(root.id, "parts", root.department,
        {fmt::format("{}: what the parts say together", root.title.en),
         fmt::format("{}: что вместе говорят части", root.title.ru)},
        static_cast<int>(branch.forecast.nodes.front().base.mean.size()), parts);
  }

  void AddLeads() {
    if (!forecasts_.leads || !forecasts_.leads->has_chain) return;
    const LeadOutlook& leads = *forecasts_.leads;
    const auto months = static_cast<int>(leads.bookings.size());
    if (FindNode(shown_, "new_marketing") != nullptr) {
      Add("new_marketing", "leads", "marketing",
          {"New business that leads imply", "Новые клиенты, которых обещают лиды"}, months, SumOf(leads.bookings));
    }
    if (FindNode(shown_, "pipeline_marketing") != nullptr && leads.amount_per_deal > 0) {
      Add("pipeline_marketing", "leads", "marketing", {"Pipeline that leads imply", "Воронка, которую обещают лиды"},
          months, SumOf(leads.pipeline));
    }
  }

  Status AddGoals() {
    WEIR_TRY(const Output registers, context_.Run("goals", {}));
    const analysis::Table& goals = registers.tables.front();
    for (const auto& row : goals.rows) {
      const auto text = [&](std::string_view column) { return store::ToText(row[goals.IndexOf(column)]); };
      const std::string scope = text("scope");
      if (text("state") == "retired" || !(scope.empty() || scope == "company" || scope == "department")) continue;
      const auto first = ParseIsoDate(text("period_start"));
      const auto last = ParseIsoDate(text("period_end"));
      const auto target = ParsePlainDecimal(text("target"));
      if (!first || !last || !target || !IsCovered(*first, *last)) continue;
      const std::string department = scope == "department" ? text("scope_of") : text("department");
      AddGoal({text("metric"), text("currency"), department}, *first, *last, *target);
    }
    return {};
  }

  struct Goal {
    std::string metric;
    std::string currency;
    std::string department;
  };

  // Whole months, of which some are foretold and none is beyond.
  bool IsCovered(Date first, Date last) const {
    std::size_t months = 0;
    for (const ShownNode& node : shown_) months = std::max(months, node.agreed.size());
    return first == FirstDayOf(MonthOf(first)) && last == LastDayOf(MonthOf(last)) && MonthOf(last) >= first_month_ &&
           MonthOf(last) < first_month_ + static_cast<int>(months);
  }

  void AddGoal(const Goal& goal, Date first, Date last, Decimal target) {
    if (goal.metric == "leads") return AddLeadGoal(goal, first, last, target);
    static constexpr std::array<std::pair<std::string_view, const char*>, 3> kNodes{
        {{"won_amount", "bookings"}, {"pipeline_created_amount", "pipeline"}, {"paid_amount", "cash"}}};
    const auto known = std::ranges::find(kNodes, goal.metric, &std::pair<std::string_view, const char*>::first);
    const ShownNode* node = known == kNodes.end() ? nullptr : FindNode(shown_, known->second);
    const auto said = Rescale(target, kAmountScale);
    if (node == nullptr || !said) return;
    if (!goal.currency.empty() && goal.currency != context_.settings().currency) {
      warnings_.push_back({.code = "goal_currency",
                           .message = MakePhrase(
                               "the goal is in {}, not in the currency of reports: it is not compared", goal.currency),
                           .params = {{"currency", goal.currency}}});
      return;
    }
    Int128 agreed = 0;
    for (int month = MonthOf(first); month <= MonthOf(last); ++month) {
      const int ahead = month - first_month_;
      if (ahead < 0 && month < node->first_past) return;  // a month of it is not known
      agreed += ahead < 0 ? node->past[static_cast<std::size_t>(month - node->first_past)].value_or(0)
                          : node->agreed[static_cast<std::size_t>(ahead)];
    }
    said_.push_back({.thing = node->id,
                     .says = "goal",
                     .department = goal.department,
                     .what = {"The goal", "Цель"},
                     .first_day = first,
                     .last_day = last,
                     .said = *said,
                     .agreed = Ledger(agreed)});
  }

  // Leads are worth what they bring in bookings on average.
  void AddLeadGoal(const Goal& goal, Date first, Date last, Decimal target) {
    if (!forecasts_.leads || !forecasts_.leads->has_chain) return;
    const LeadOutlook& leads = *forecasts_.leads;
    double agreed = 0;
    for (int month = MonthOf(first); month <= MonthOf(last); ++month) {
      const int ahead = month - first_month_;
      if (ahead < 0 && month < leads.first_past) return;
      agreed += ahead < 0 ? leads.past[static_cast<std::size_t>(month - leads.first_past)]
                          : leads.leads.mean[static_cast<std::size_t>(ahead)];
    }
    const double worth = leads.to_won.Ever() * leads.amount_per_won;
    said_.push_back({.thing = "leads",
                     .says = "goal",
                     .department = goal.department,
                     .what = {"The goal of leads, in bookings", "Цель по лидам, в продажах"},
                     .first_day = first,
                     .last_day = last,
                     .said = rounding_.MoneyOf(ToDouble(target) * worth),
                     .agreed = rounding_.MoneyOf(std::round(agreed) * worth),
                     .said_leads = std::llround(ToDouble(target)),
                     .agreed_leads = std::llround(agreed)});
  }

  const Forecasts& forecasts_;
  const std::vector<ShownNode>& shown_;
  int first_month_;
  Context& context_;
  std::vector<analysis::Warning>& warnings_;
  Rounding rounding_;
  std::vector<Saying> said_;
};

}  // namespace

Result<std::vector<Saying>> SayingsOf(const Forecasts& forecasts, const std::vector<ShownNode>& shown, int first_month,
                                      Context& context, std::vector<analysis::Warning>& warnings) {
  return Sayings(forecasts, shown, first_month, context, warnings).Run();
}

}  // namespace weir::forecast
