#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "simulate/desk.h"
#include "simulate/truth.h"

namespace weir::simulate {
namespace {

constexpr double kFirstBinDays = 1.0 / 1440.0;  // a minute
constexpr double kBinGrowth = 0.03;

struct Step {
  std::string_view name;
  Department department;
  Driver driver;  // that would slow it down
};

constexpr std::array<Step, 10> kStepList = {{
    {"lead_response", Department::kSalesDevelopment, Driver::kResponse},
    {"lead_qualification", Department::kSalesDevelopment, Driver::kQualification},
    {"deal_qualification", Department::kSales, Driver::kSpeed},
    {"deal_needs_analysis", Department::kSales, Driver::kSpeed},
    {"deal_value_proposition", Department::kSales, Driver::kSpeed},
    {"deal_proposal", Department::kSales, Driver::kSpeed},
    {"deal_negotiation", Department::kSales, Driver::kSpeed},
    {"won_to_first_invoice", Department::kFinance, Driver::kRetention},
    {"invoice_to_payment", Department::kFinance, Driver::kRetention},
    {"ticket_first_reply", Department::kSupport, Driver::kRetention},
}};

constexpr std::size_t kFirstDealStep = 2;

struct StepRow {
  const View& view;
  const Step& step;
  const DurationBins& bins;
};

void PutThousandths(std::string& cell, double value) { cell.append(fmt::format("{:.3f}", value)); }

bool IsPlanted(const StepRow& row) {
  const Scenario& scenario = row.view.world.scenario;
  const bool slows = row.step.driver == Driver::kResponse || row.step.driver == Driver::kSpeed;
  const bool is_step =
      scenario.step < 0 || &row.step == &kStepList[kFirstDealStep + static_cast<std::size_t>(scenario.step)];
  return scenario.has_planted && slows && scenario.planted == row.step.driver && is_step;
}

constexpr Column<StepRow> kStepColumns[] = {
    {"step", [](std::string& c, const StepRow& r) { c.append(r.step.name); }},
    {"department",
     [](std::string& c, const StepRow& r) {
       c.append(EnglishLexicon().departments[static_cast<std::size_t>(r.step.department)]);
     }},
    {"cases", [](std::string& c, const StepRow& r) { PutInteger(c, r.bins.count()); }},
    {"median_days", [](std::string& c, const StepRow& r) { PutThousandths(c, r.bins.Quantile(0.5)); }},
    {"p90_days", [](std::string& c, const StepRow& r) { PutThousandths(c, r.bins.Quantile(0.9)); }},
    {"passed_share", [](std::string& c, const StepRow& r) { PutThousandths(c, r.bins.PassedShare()); }},
    {"planted_slow", [](std::string& c, const StepRow& r) { PutBool(c, IsPlanted(r)); }},
};

struct ChannelRow {
  const View& view;
  Channel channel;
  const CompanyTruth::ChannelTally& tally;
  std::int64_t cost_minor;
  const Counterfactuals& compared;
};

const Outcome& Without(const ChannelRow& row) {
  return row.compared.without_channel[static_cast<std::size_t>(row.channel)];
}

constexpr Column<ChannelRow> kChannelColumns[] = {
    {"channel", [](std::string& c, const ChannelRow& r) { c.append(ChannelName(r.channel)); }},
    {"lead_source",
     [](std::string& c, const ChannelRow& r) {
       c.append(r.view.lexicon().lead_sources[static_cast<std::size_t>(r.channel)]);
     }},
    {"touches", [](std::string& c, const ChannelRow& r) { PutInteger(c, r.tally.touches); }},
    {"leads", [](std::string& c, const ChannelRow& r) { PutInteger(c, r.tally.leads); }},
    {"deals", [](std::string& c, const ChannelRow& r) { PutInteger(c, r.tally.deals); }},
    {"won", [](std::string& c, const ChannelRow& r) { PutInteger(c, r.tally.won); }},
    {"won_amount", [](std::string& c, const ChannelRow& r) { PutAmount(c, r.tally.won_minor); }},
    {"cost", [](std::string& c, const ChannelRow& r) { PutAmount(c, r.cost_minor); }},
    {"currency", [](std::string& c, const ChannelRow& r) { c.append(r.view.lexicon().currency); }},
    {"effect_per_touch", [](std::string& c, const ChannelRow& r) { PutThousandths(c, TruthOf(r.channel).effect); }},
    {"lead_quality", [](std::string& c, const ChannelRow& r) { PutThousandths(c, TruthOf(r.channel).lead_quality); }},
    {"accounts_compared", [](std::string& c, const ChannelRow& r) { PutInteger(c, r.compared.accounts); }},
    {"incremental_leads",
     [](std::string& c, const ChannelRow& r) { PutInteger(c, r.compared.base.leads - Without(r).leads); }},
    {"incremental_won",
     [](std::string& c, const ChannelRow& r) { PutInteger(c, r.compared.base.won - Without(r).won); }},
    {"incremental_won_amount",
     [](std::string& c, const ChannelRow& r) { PutAmount(c, r.compared.base.won_minor - Without(r).won_minor); }},
};

struct TimeRow {
  const View& view;
  int member;
  Date month;
  std::string_view category;
  double hours;
};

constexpr Column<TimeRow> kTimeColumns[] = {
    {"member_record_id", [](std::string& c, const TimeRow& r) { c.append(CrmMember(r.view.world, r.member)); }},
    {"month", [](std::string& c, const TimeRow& r) { PutDate(c, r.month); }},
    {"category", [](std::string& c, const TimeRow& r) { c.append(r.category); }},
    {"hours", [](std::string& c, const TimeRow& r) { c.append(fmt::format("{:.2f}", r.hours)); }},
};

struct ToolRow {
  const Tool& tool;
  std::string_view currency;
  std::int64_t seat_minor;
  int seats;
  int active;
  int orphan;
};

constexpr Column<ToolRow> kToolColumns[] = {
    {"tool", [](std::string& c, const ToolRow& r) { c.append(r.tool.name); }},
    {"category", [](std::string& c, const ToolRow& r) { c.append(r.tool.category); }},
    {"seats", [](std::string& c, const ToolRow& r) { PutInteger(c, r.seats); }},
    {"active_seats", [](std::string& c, const ToolRow& r) { PutInteger(c, r.active); }},
    {"orphan_seats", [](std::string& c, const ToolRow& r) { PutInteger(c, r.orphan); }},
    {"annual_cost", [](std::string& c, const ToolRow& r) { PutAmount(c, r.seat_minor * r.seats); }},
    {"currency", [](std::string& c, const ToolRow& r) { c.append(r.currency); }},
    {"is_useless", [](std::string& c, const ToolRow& r) { PutBool(c, r.tool.is_useless()); }},
    {"overlaps_with", [](std::string& c, const ToolRow& r) { c.append(r.tool.overlaps); }},
};

struct ConstraintRow {
  const View& view;
  Driver driver;
  const Counterfactuals& compared;
};

bool IsPlanted(const ConstraintRow& row) {
  return row.view.world.scenario.has_planted && row.view.world.scenario.planted == row.driver;
}

constexpr Column<ConstraintRow> kConstraintColumns[] = {
    {"driver", [](std::string& c, const ConstraintRow& r) { c.append(DriverName(r.driver)); }},
    {"is_planted", [](std::string& c, const ConstraintRow& r) { PutBool(c, IsPlanted(r)); }},
    {"accounts_compared", [](std::string& c, const ConstraintRow& r) { PutInteger(c, r.compared.accounts); }},
    {"currency", [](std::string& c, const ConstraintRow& r) { c.append(r.view.lexicon().currency); }},
    {"value", [](std::string& c, const ConstraintRow& r) { PutAmount(c, r.compared.base.value_minor()); }},
    {"gain_of_tenth",
     [](std::string& c, const ConstraintRow& r) {
       PutAmount(c,
                 r.compared.improved[static_cast<std::size_t>(r.driver)].value_minor() - r.compared.base.value_minor());
     }},
    {"gain_restored",
     [](std::string& c, const ConstraintRow& r) {
       PutAmount(c, IsPlanted(r) ? r.compared.restored.value_minor() - r.compared.base.value_minor() : 0);
     }},
};

}  // namespace

std::string_view PlantedStep(const Scenario& scenario) {
  if (!scenario.has_planted) return {};
  if (scenario.step >= 0) return kStepList[kFirstDealStep + static_cast<std::size_t>(scenario.step)].name;
  if (scenario.planted == Driver::kQualification) return kStepList[1].name;
  const bool answers = scenario.planted == Driver::kResponse || scenario.planted == Driver::kCapacity;
  return answers ? kStepList[0].name : std::string_view();
}

void DurationBins::Add(double days, bool passed) {
  const double steps = days <= kFirstBinDays ? 0.0 : PortableLog(days / kFirstBinDays) / PortableLog(1.0 + kBinGrowth);
  ++bins_[std::min(kBins - 1, static_cast<std::size_t>(steps))];
  ++count_;
  passed_ += passed ? 1 : 0;
}

double DurationBins::Quantile(double share) const {
  std::int64_t left = static_cast<std::int64_t>(share * static_cast<double>(count_));
  if (count_ == 0) return 0.0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    left -= bins_[bin];
    if (left < 0) {
      return kFirstBinDays * PortableExp((static_cast<double>(bin) + 0.5) * PortableLog(1.0 + kBinGrowth));
    }
  }
  return 0.0;
}

double DurationBins::PassedShare() const {
  return count_ == 0 ? 0.0 : static_cast<double>(passed_) / static_cast<double>(count_);
}

void CompanyTruth::AddDealSteps(const Account& account) {
  for (const Deal& deal : account.deals) {
    if (deal.is_migrated || deal.kind == DealKind::kRenewal) continue;
    const DealVersion* entered = &deal.versions.front();
    for (const DealVersion& version : deal.versions) {
      if (version.stage == entered->stage) continue;
      steps_[2 + static_cast<std::size_t>(entered->stage)].Add(DaysBetween(entered->at, version.at),
                                                               version.stage != Stage::kLost);
      if (version.stage >= Stage::kWon) break;
      entered = &version;
    }
  }
}

void CompanyTruth::Add(const Account& account) {
  ads_.Add(view_.world, account);
  AddDealSteps(account);
  AddPromises(account);
  for (const Touch& touch : account.touches) ++channels_[static_cast<std::size_t>(touch.channel)].touches;
  for (const Lead& lead : account.leads) {
    ChannelTally& tally = channels_[static_cast<std::size_t>(lead.channel)];
    ++tally.leads;
    if (lead.channel != Channel::kOutbound) {
      const bool answered = lead.first_response_at != kNever;
      if (answered) steps_[0].Add(DaysBetween(lead.created_at, lead.first_response_at), true);
    }
    if (lead.closed_at == kNever) continue;
    const bool converted = lead.outcome == LeadOutcome::kConverted;
    steps_[1].Add(DaysBetween(lead.first_response_at, lead.closed_at), converted);
    if (!converted || lead.converted_deal < 0) continue;
    const Deal& deal = account.deals[static_cast<std::size_t>(lead.converted_deal)];
    if (deal.lead != lead.number) continue;
    ++tally.deals;
    if (deal.versions.back().stage != Stage::kWon) continue;
    ++tally.won;
    tally.won_minor +=
        view_.world.company.ToCorporate(deal.versions.back().amount_minor.value_or(0), account.profile.currency,
                                        view_.world.calendar.DayOf(deal.closed_at));
  }
  for (const Invoice& invoice : account.invoices) {
    const bool paid = invoice.paid_at <= view_.at;
    if (paid) steps_[8].Add(DaysBetween(invoice.created_at, invoice.paid_at), true);
    if (invoice.billing_reason != "subscription_create") continue;
    const int deal = account.subscriptions[static_cast<std::size_t>(invoice.subscription)].deal;
    if (deal < 0) continue;
    const Instant closed = account.deals[static_cast<std::size_t>(deal)].closed_at;
    if (closed <= invoice.created_at) steps_[7].Add(DaysBetween(closed, invoice.created_at), true);
  }
  for (const Ticket& ticket : account.tickets) {
    if (!ticket.comments.empty()) steps_[9].Add(DaysBetween(ticket.created_at, ticket.comments.front().at), true);
  }
}

Status CompanyTruth::WriteSteps(const std::filesystem::path& folder, std::vector<WrittenFile>& files) const {
  WEIR_TRY(auto table, CsvTable<StepRow>::Create(folder / "steps.csv", kStepColumns));
  for (std::size_t i = 0; i < kSteps; ++i) table.Write({view_, kStepList[i], steps_[i]});
  return CloseTable(table, files);
}

std::int64_t CompanyTruth::ChannelCost(Channel channel) const {
  std::int64_t cost = 0;
  const std::vector<Campaign>& campaigns = view_.world.company.campaigns();
  const auto pods = static_cast<std::int64_t>(view_.world.company.pods().size());
  for (std::size_t i = 0; i < campaigns.size(); ++i) {
    if (campaigns[i].channel != channel) continue;
    cost += campaigns[i].vendor_name.empty()
                ? (campaigns[i].CostUntil(view_.day + 1) - campaigns[i].CostUntil(view_.world.start)) * pods
                : AdCost(view_.world, ads_, static_cast<int>(i), view_.day);
  }
  return cost;
}

Status CompanyTruth::WriteChannels(const std::filesystem::path& folder, const Counterfactuals& compared,
                                   std::vector<WrittenFile>& files) const {
  WEIR_TRY(auto table, CsvTable<ChannelRow>::Create(folder / "channels.csv", kChannelColumns));
  for (std::size_t i = 0; i < kChannels; ++i) {
    const auto channel = static_cast<Channel>(i);
    table.Write({view_, channel, channels_[i], ChannelCost(channel), compared});
  }
  return CloseTable(table, files);
}

Status CompanyTruth::WriteTime(const std::filesystem::path& folder, std::vector<WrittenFile>& files) const {
  WEIR_TRY(auto table, CsvTable<TimeRow>::Create(folder / "time.csv", kTimeColumns));
  ForEachWorkedMonth(view_.world, view_.day, [&](const WorkedMonth& worked) {
    for (std::size_t k = 0; k < kTimeCategories.size(); ++k) {
      const double hours = worked.hours_a_day[k] * static_cast<double>(worked.days.size());
      table.Write({view_, worked.member, worked.month, kTimeCategories[k], hours});
    }
  });
  return CloseTable(table, files);
}

Status CompanyTruth::WriteTools(const std::filesystem::path& folder, std::vector<WrittenFile>& files) const {
  WEIR_TRY(auto table, CsvTable<ToolRow>::Create(folder / "tools.csv", kToolColumns));
  std::vector<ToolRow> rows;
  for (const Tool& tool : Tools(view_.world)) {
    rows.push_back({tool, view_.lexicon().currency, SeatPrice(view_.world, tool), 0, 0, 0});
  }
  for (const Licence& licence : LicencesOn(view_.world, view_.day)) {
    if (licence.revoked <= view_.day) continue;
    ToolRow& row = rows[licence.tool];
    ++row.seats;
    row.orphan += licence.is_orphan ? 1 : 0;
    row.active += licence.is_used && !licence.is_orphan ? 1 : 0;
  }
  for (const ToolRow& row : rows) table.Write(row);
  return CloseTable(table, files);
}

Status CompanyTruth::WriteConstraint(const std::filesystem::path& folder, const Counterfactuals& compared,
                                     std::vector<WrittenFile>& files) const {
  WEIR_TRY(auto table, CsvTable<ConstraintRow>::Create(folder / "constraint.csv", kConstraintColumns));
  for (int i = 0; i < kDrivers; ++i) table.Write({view_, static_cast<Driver>(i), compared});
  return CloseTable(table, files);
}

Status CompanyTruth::Write(const std::filesystem::path& folder, const Counterfactuals& compared,
                           std::vector<WrittenFile>& files) const {
  WEIR_TRY(WriteSteps(folder, files));
  WEIR_TRY(WriteChannels(folder, compared, files));
  WEIR_TRY(WriteTime(folder, files));
  WEIR_TRY(WriteTools(folder, files));
  WEIR_TRY(WriteDesk(folder, files));
  return WriteConstraint(folder, compared, files);
}

}  // namespace weir::simulate
