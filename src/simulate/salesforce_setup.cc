// Salesforce: users, roles, campaigns, products, dated exchange rates: what belongs to no account.
#include <array>
#include <cmath>

#include "simulate/exporter.h"
#include "simulate/naming.h"
#include "simulate/salesforce_stages.h"

namespace weir::simulate {
namespace {

struct UserRow {
  const View& view;
  int index;
  const Member& member;
  int seat;  // the last one that he held by then, or -1
  int manager;
  bool is_active;
};

Instant ModifiedAt(const UserRow& row) {
  const Company& company = row.view.world.company;
  const Calendar& calendar = row.view.world.calendar;
  Instant latest = calendar.At(row.member.starts, 8 * 3600);
  for (const Company::Sitting& sitting : company.SittingsOf(row.index)) {
    latest = LatestOf(row.view.at, {latest, calendar.At(sitting.from, 8 * 3600)});
  }
  if (row.is_active && row.seat >= 0) {
    // A new head of the team is a new manager.
    const int team = company.seats()[static_cast<std::size_t>(row.seat)].team;
    const Instant handover = row.view.LastHandover(company.teams()[static_cast<std::size_t>(team)].head_seat);
    latest = LatestOf(row.view.at, {latest, handover});
  }
  return row.member.ends <= row.view.day ? LatestOf(row.view.at, {latest, calendar.At(row.member.ends, 8 * 3600)})
                                         : latest;
}

const Seat* SeatOf(const UserRow& row) {
  return row.seat < 0 ? nullptr : &row.view.world.company.seats()[static_cast<std::size_t>(row.seat)];
}

constexpr Column<UserRow> kUserColumns[] = {
    {"Id", [](std::string& c, const UserRow& r) { c.append(UserId(r.index)); }},
    {"Username", [](std::string& c, const UserRow& r) { c.append(r.member.email); }},
    {"LastName", [](std::string& c, const UserRow& r) { c.append(r.member.last); }},
    {"FirstName", [](std::string& c, const UserRow& r) { c.append(r.member.first); }},
    {"Name", [](std::string& c, const UserRow& r) { c.append(r.member.FullText()); }},
    {"CompanyName", [](std::string& c, const UserRow& r) { c.append(r.view.lexicon().seller_name); }},
    {"Division", [](std::string&, const UserRow&) {}},
    {"Department",
     [](std::string& c, const UserRow& r) {
       const Seat* seat = SeatOf(r);
       if (seat != nullptr) c.append(r.view.lexicon().departments[static_cast<std::size_t>(seat->department)]);
     }},
    {"Title",
     [](std::string& c, const UserRow& r) {
       const Seat* seat = SeatOf(r);
       if (seat != nullptr) c.append(seat->title);
     }},
    {"Email", [](std::string& c, const UserRow& r) { c.append(r.member.email); }},
    {"IsActive", [](std::string& c, const UserRow& r) { PutBool(c, r.is_active); }},
    {"UserRoleId",
     [](std::string& c, const UserRow& r) {
       const Seat* seat = SeatOf(r);
       if (seat != nullptr) c.append(RoleId(seat->team));
     }},
    {"ProfileId",
     [](std::string& c, const UserRow& r) {
       const Seat* seat = SeatOf(r);
       const auto profile = seat == nullptr ? 0 : static_cast<std::uint64_t>(seat->department);
       c.append(SalesforceId("00e", profile + 1));
     }},
    {"UserType", [](std::string& c, const UserRow&) { c.append("Standard"); }},
    {"ManagerId",
     [](std::string& c, const UserRow& r) {
       if (r.manager >= 0) c.append(UserId(r.manager));
     }},
    {"TimeZoneSidKey", [](std::string& c, const UserRow& r) { c.append(r.view.lexicon().time_zone); }},
    {"LocaleSidKey", [](std::string& c, const UserRow& r) { c.append(r.view.lexicon().cyrillic ? "ru_RU" : "en_GB"); }},
    {"DefaultCurrencyIsoCode", [](std::string& c, const UserRow& r) { c.append(r.view.lexicon().currency); }},
    {"LastLoginDate",
     [](std::string& c, const UserRow& r) {
       const Calendar& calendar = r.view.world.calendar;
       Date day = std::min(r.view.day, r.member.ends - 1);
       while (!calendar.IsWorkday(day)) day = day - 1;
       PutSalesforceTime(c, calendar.At(day, 8 * 3600 + r.index % 120 * 30));
     }},
    {"CreatedDate",
     [](std::string& c, const UserRow& r) {
       PutSalesforceTime(c, r.view.world.calendar.At(r.member.starts, 8 * 3600));
     }},
    {"LastModifiedDate", [](std::string& c, const UserRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"SystemModstamp", [](std::string& c, const UserRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
};

struct TeamRow {
  const View& view;
  int index;
  const Team& team;
};

void PutFounding(std::string& cell, const TeamRow& row) {
  PutSalesforceTime(cell, row.view.world.calendar.At(row.view.world.start - 420, 8 * 3600));
}

constexpr Column<TeamRow> kRoleColumns[] = {
    {"Id", [](std::string& c, const TeamRow& r) { c.append(RoleId(r.index)); }},
    {"Name", [](std::string& c, const TeamRow& r) { c.append(r.team.name); }},
    {"ParentRoleId",
     [](std::string& c, const TeamRow& r) {
       if (r.team.parent >= 0) c.append(RoleId(r.team.parent));
     }},
    {"RollupDescription", [](std::string& c, const TeamRow& r) { c.append(r.team.name); }},
    {"DeveloperName", [](std::string& c, const TeamRow& r) { c.append(Slug(r.team.name, "_")); }},
    {"LastModifiedDate", PutFounding},
    {"SystemModstamp", PutFounding},
};

struct CampaignRow {
  const View& view;
  int index;
  const Campaign& campaign;
};

bool IsRunning(const CampaignRow& row) { return row.view.day < row.campaign.to; }

Date LastDay(const CampaignRow& row) { return row.campaign.peak != kFarDate ? row.campaign.peak : row.campaign.to - 1; }

// Costs are entered on the first of the month, and once more when the campaign is over.
Date CostsEnteredOn(const CampaignRow& row) {
  const CivilDate today = ToCivil(row.view.day);
  const Date month = FromCivil({today.year, today.month, 1});
  return IsRunning(row) ? std::max(row.campaign.from, month) : row.campaign.to;
}

Instant ModifiedAt(const CampaignRow& row) {
  const Calendar& calendar = row.view.world.calendar;
  const Instant begun = calendar.At(row.campaign.from, 9 * 3600);
  return LatestOf(row.view.at, {begun, calendar.At(CostsEnteredOn(row), 9 * 3600)});
}

std::int64_t PodCount(const CampaignRow& row) {
  return static_cast<std::int64_t>(row.view.world.company.pods().size());
}

constexpr std::array<std::string_view, kChannels> kCampaignTypes = {
    "Advertisement", "Advertisement", "Other", "Webinar", "Trade Show", "Partners", "Telemarketing", "Email"};

constexpr Column<CampaignRow> kCampaignColumns[] = {
    {"Id", [](std::string& c, const CampaignRow& r) { c.append(CampaignId(r.index)); }},
    {"Name", [](std::string& c, const CampaignRow& r) { c.append(r.campaign.name); }},
    {"ParentId", [](std::string&, const CampaignRow&) {}},
    {"Type", [](std::string& c,
                const CampaignRow& r) { c.append(kCampaignTypes[static_cast<std::size_t>(r.campaign.channel)]); }},
    {"Status", [](std::string& c, const CampaignRow& r) { c.append(IsRunning(r) ? "In Progress" : "Completed"); }},
    {"StartDate", [](std::string& c, const CampaignRow& r) { PutDate(c, r.campaign.from); }},
    {"EndDate",
     [](std::string& c, const CampaignRow& r) {
       if (r.campaign.to != kFarDate) PutDate(c, LastDay(r));
     }},
    {"CurrencyIsoCode", [](std::string& c, const CampaignRow& r) { c.append(r.view.lexicon().currency); }},
    {"BudgetedCost",
     [](std::string& c, const CampaignRow& r) {
       if (r.campaign.to != kFarDate) PutSalesforceAmount(c, r.campaign.CostUntil(r.campaign.to) * PodCount(r));
     }},
    {"ActualCost",
     [](std::string& c, const CampaignRow& r) {
       const std::int64_t cost = r.campaign.CostUntil(CostsEnteredOn(r)) * PodCount(r);
       if (cost > 0) PutSalesforceAmount(c, cost);
     }},
    {"IsActive", [](std::string& c, const CampaignRow& r) { PutBool(c, IsRunning(r)); }},
    {"IsDeleted", [](std::string& c, const CampaignRow&) { PutBool(c, false); }},
    {"OwnerId", [](std::string& c,
                   const CampaignRow& r) { c.append(UserId(r.view.world.company.marketing_member(r.campaign.from))); }},
    {"CreatedDate",
     [](std::string& c, const CampaignRow& r) {
       PutSalesforceTime(c, r.view.world.calendar.At(r.campaign.from, 9 * 3600));
     }},
    {"LastModifiedDate", [](std::string& c, const CampaignRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"SystemModstamp", [](std::string& c, const CampaignRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
};

struct ProductRow {
  const View& view;
  int index;
  const Product& product;
};

void PutFounding(std::string& cell, const ProductRow& row) {
  PutSalesforceTime(cell, row.view.world.calendar.At(row.view.world.start - 420, 8 * 3600));
}

constexpr Column<ProductRow> kProductColumns[] = {
    {"Id", [](std::string& c, const ProductRow& r) { c.append(ProductId(r.index)); }},
    {"Name", [](std::string& c, const ProductRow& r) { c.append(r.product.name); }},
    {"ProductCode", [](std::string& c, const ProductRow& r) { c.append(r.product.code); }},
    {"Description", [](std::string&, const ProductRow&) {}},
    {"IsActive", [](std::string& c, const ProductRow&) { PutBool(c, true); }},
    {"Family", [](std::string& c, const ProductRow& r) { c.append(r.product.family); }},
    {"IsDeleted", [](std::string& c, const ProductRow&) { PutBool(c, false); }},
    {"CreatedDate", PutFounding},
    {"LastModifiedDate", PutFounding},
    {"SystemModstamp", PutFounding},
};

struct RateRow {
  const View& view;
  int index;
  const Company::DatedRate& rate;
};

void PutBeginning(std::string& cell, const RateRow& row) {
  PutSalesforceTime(cell, row.view.world.calendar.At(row.rate.from, 6 * 3600));
}

constexpr Column<RateRow> kRateColumns[] = {
    {"Id",
     [](std::string& c, const RateRow& r) { c.append(SalesforceId("04w", static_cast<std::uint64_t>(r.index) + 1)); }},
    {"IsoCode", [](std::string& c, const RateRow& r) { c.append(r.rate.currency); }},
    {"StartDate", [](std::string& c, const RateRow& r) { PutDate(c, r.rate.from); }},
    {"NextStartDate", [](std::string& c, const RateRow& r) { PutDate(c, r.rate.to); }},
    {"ConversionRate",
     [](std::string& c, const RateRow& r) {
       const auto millionths = std::llround(r.rate.units * 1e6);
       PutInteger(c, millionths / 1'000'000);
       c.push_back('.');
       std::string digits;
       PutInteger(digits, 1'000'000 + millionths % 1'000'000);
       c.append(digits.substr(1));
     }},
    {"CreatedDate", PutBeginning},
    {"SystemModstamp", PutBeginning},
};

struct StageRow {
  const View& view;
  int position;
};

constexpr Column<StageRow> kStageColumns[] = {
    {"Id", [](std::string& c,
              const StageRow& r) { c.append(SalesforceId("01J", static_cast<std::uint64_t>(r.position) + 1)); }},
    {"MasterLabel",
     [](std::string& c, const StageRow& r) { c.append(kStageNames[static_cast<std::size_t>(r.position)]); }},
    {"ApiName", [](std::string& c, const StageRow& r) { c.append(kStageNames[static_cast<std::size_t>(r.position)]); }},
    {"IsActive", [](std::string& c, const StageRow&) { PutBool(c, true); }},
    {"SortOrder", [](std::string& c, const StageRow& r) { PutInteger(c, r.position + 1); }},
    {"IsClosed", [](std::string& c, const StageRow& r) { PutBool(c, static_cast<Stage>(r.position) >= Stage::kWon); }},
    {"IsWon", [](std::string& c, const StageRow& r) { PutBool(c, static_cast<Stage>(r.position) == Stage::kWon); }},
    {"DefaultProbability",
     [](std::string& c, const StageRow& r) {
       PutSalesforceAmount(c, kStageProbability[static_cast<std::size_t>(r.position)] * 100);
     }},
    {"SystemModstamp",
     [](std::string& c, const StageRow& r) {
       PutSalesforceTime(c, r.view.world.calendar.At(r.view.world.start - 420, 8 * 3600));
     }},
};

struct Tables {
  CsvTable<StageRow> stages;
  CsvTable<UserRow> users;
  CsvTable<TeamRow> roles;
  CsvTable<CampaignRow> campaigns;
  CsvTable<ProductRow> products;
  CsvTable<RateRow> rates;
};

class SalesforceSetup final : public Exporter {
 public:
  SalesforceSetup(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account&) override {}

  Status Close(std::vector<WrittenFile>& files) override {
    const Company& company = view_.world.company;
    for (std::size_t i = 0; i < company.members().size(); ++i) WriteUser(static_cast<int>(i));
    for (std::size_t i = 0; i < company.teams().size(); ++i) {
      tables_.roles.Write({view_, static_cast<int>(i), company.teams()[i]});
    }
    for (std::size_t i = 0; i < company.campaigns().size(); ++i) {
      if (company.campaigns()[i].from <= view_.day) {
        tables_.campaigns.Write({view_, static_cast<int>(i), company.campaigns()[i]});
      }
    }
    for (std::size_t i = 0; i < view_.lexicon().products.size(); ++i) {
      tables_.products.Write({view_, static_cast<int>(i), view_.lexicon().products[i]});
    }
    for (std::size_t i = 0; i < company.rates().size(); ++i) {
      if (company.rates()[i].from <= view_.day) tables_.rates.Write({view_, static_cast<int>(i), company.rates()[i]});
    }
    for (std::size_t i = 0; i < kStageNames.size(); ++i) tables_.stages.Write({view_, static_cast<int>(i)});
    WEIR_TRY(CloseTable(tables_.stages, files));
    WEIR_TRY(CloseTable(tables_.users, files));
    WEIR_TRY(CloseTable(tables_.roles, files));
    WEIR_TRY(CloseTable(tables_.campaigns, files));
    WEIR_TRY(CloseTable(tables_.products, files));
    return CloseTable(tables_.rates, files);
  }

 private:
  void WriteUser(int index) {
    const Company& company = view_.world.company;
    const Member& member = view_.member(index);
    if (member.starts > view_.day) return;
    const bool is_active = view_.day < member.ends;
    const Date last_day = is_active ? view_.day : member.ends - 1;
    const int seat = company.SeatOf(index, last_day);
    tables_.users.Write({view_, index, member, seat, company.ManagerOf(index, last_day), is_active});
  }

  View view_;
  Tables tables_;
};

}  // namespace

ExporterResult OpenSalesforceSetup(const std::filesystem::path& folder, const View& view) {
  constexpr CsvForm kQuotes{.quoting = Quoting::kAlways};
  WEIR_TRY(auto stages, CsvTable<StageRow>::Create(folder / "OpportunityStage.csv", kStageColumns, kQuotes));
  WEIR_TRY(auto users, CsvTable<UserRow>::Create(folder / "User.csv", kUserColumns, kQuotes));
  WEIR_TRY(auto roles, CsvTable<TeamRow>::Create(folder / "UserRole.csv", kRoleColumns, kQuotes));
  WEIR_TRY(auto campaigns, CsvTable<CampaignRow>::Create(folder / "Campaign.csv", kCampaignColumns, kQuotes));
  WEIR_TRY(auto products, CsvTable<ProductRow>::Create(folder / "Product2.csv", kProductColumns, kQuotes));
  WEIR_TRY(auto rates, CsvTable<RateRow>::Create(folder / "DatedConversionRate.csv", kRateColumns, kQuotes));
  return std::make_unique<SalesforceSetup>(view, Tables{std::move(stages), std::move(users), std::move(roles),
                                                        std::move(campaigns), std::move(products), std::move(rates)});
}

}  // namespace weir::simulate
