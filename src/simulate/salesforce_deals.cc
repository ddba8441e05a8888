// Salesforce: opportunities with their histories, contact roles and line items.
#include <array>

#include <fmt/format.h>

#include "simulate/exporter.h"
#include "simulate/salesforce_stages.h"

namespace weir::simulate {
namespace {

constexpr std::array<std::string_view, 7> kForecastCategory = {"Pipeline", "Pipeline", "BestCase", "BestCase",
                                                               "Forecast", "Closed",   "Omitted"};
constexpr std::array<std::string_view, 7> kForecastName = {"Pipeline", "Pipeline", "Best Case", "Best Case",
                                                           "Commit",   "Closed",   "Omitted"};

std::string_view StageName(Stage stage) { return kStageNames[static_cast<std::size_t>(stage)]; }
int ProbabilityOf(Stage stage) { return kStageProbability[static_cast<std::size_t>(stage)]; }

std::int64_t Expected(const DealVersion& version) {
  return version.amount_minor ? (*version.amount_minor * ProbabilityOf(version.stage) + 50) / 100 : 0;
}

struct DealRow {
  const View& view;
  const Account& account;
  const Deal& deal;
  const DealVersion& now;
};

bool IsClosed(const DealRow& row) { return row.now.stage >= Stage::kWon; }

// Whether a task is open, and whether one is overdue.
std::pair<bool, bool> OpenTasks(const DealRow& row) {
  bool open = false;
  bool overdue = false;
  for (const Activity& activity : row.account.activities) {
    if (activity.deal != row.deal.number || activity.created_at > row.view.at || activity.done_at <= row.view.at)
      continue;
    open = true;
    overdue = overdue || activity.due < row.view.day;
  }
  return {open, overdue};
}

Instant LastStageChange(const DealRow& row) {
  Instant latest = row.deal.created_at;
  const DealVersion* before = nullptr;
  for (const DealVersion& version : row.deal.versions) {
    if (version.at > row.view.at) break;
    if (before != nullptr && before->stage != version.stage) latest = version.at;
    before = &version;
  }
  return latest;
}

Instant ModifiedAt(const DealRow& row) {
  const Instant moved = row.account.crm_accounts[static_cast<std::size_t>(row.deal.account)].merged_at;
  return LatestOf(row.view.at, {row.now.at, moved});
}

std::string_view TypeOf(DealKind kind) {
  switch (kind) {
    case DealKind::kNew:
      return "New Customer";
    case DealKind::kExpansion:
      return "Existing Customer - Upgrade";
    case DealKind::kRenewal:
      return "Existing Customer - Renewal";
    case DealKind::kReactivation:
      break;
  }
  return "New Customer";
}

int Quarter(Date date) { return (ToCivil(date).month - 1) / 3 + 1; }

constexpr Column<DealRow> kDealColumns[] = {
    {"Id", [](std::string& c, const DealRow& r) { c.append(DealId(r.account, r.deal.number)); }},
    {"IsDeleted", [](std::string& c, const DealRow&) { PutBool(c, false); }},
    {"AccountId",
     [](std::string& c, const DealRow& r) {
       c.append(AccountId(r.account, r.account.MasterAccount(r.deal.account, r.view.at)));
     }},
    {"Name", [](std::string& c, const DealRow& r) { c.append(r.deal.name); }},
    {"StageName", [](std::string& c, const DealRow& r) { c.append(StageName(r.now.stage)); }},
    {"Amount",
     [](std::string& c, const DealRow& r) {
       if (r.now.amount_minor) PutSalesforceAmount(c, *r.now.amount_minor);
     }},
    {"Probability", [](std::string& c, const DealRow& r) { PutSalesforceAmount(c, ProbabilityOf(r.now.stage) * 100); }},
    {"ExpectedRevenue",
     [](std::string& c, const DealRow& r) {
       if (r.now.amount_minor) PutSalesforceAmount(c, Expected(r.now));
     }},
    {"CloseDate", [](std::string& c, const DealRow& r) { PutDate(c, r.now.close_date); }},
    {"Type", [](std::string& c, const DealRow& r) { c.append(TypeOf(r.deal.kind)); }},
    {"NextStep",
     [](std::string& c, const DealRow& r) {
       if (!IsClosed(r)) c.append(r.now.next_step);
     }},
    {"LeadSource", [](std::string& c, const DealRow& r) { c.append(r.deal.source); }},
    {"IsClosed", [](std::string& c, const DealRow& r) { PutBool(c, IsClosed(r)); }},
    {"IsWon", [](std::string& c, const DealRow& r) { PutBool(c, r.now.stage == Stage::kWon); }},
    {"ForecastCategory",
     [](std::string& c, const DealRow& r) { c.append(kForecastCategory[static_cast<std::size_t>(r.now.stage)]); }},
    {"ForecastCategoryName",
     [](std::string& c, const DealRow& r) { c.append(kForecastName[static_cast<std::size_t>(r.now.stage)]); }},
    {"CurrencyIsoCode", [](std::string& c, const DealRow& r) { c.append(r.account.profile.currency); }},
    {"CampaignId",
     [](std::string& c, const DealRow& r) {
       if (r.deal.campaign >= 0) c.append(CampaignId(r.deal.campaign));
     }},
    {"HasOpportunityLineItem", [](std::string& c, const DealRow& r) { PutBool(c, r.now.has_lines); }},
    {"Pricebook2Id", [](std::string&, const DealRow&) {}},
    {"OwnerId", [](std::string& c, const DealRow& r) { c.append(UserId(r.now.owner)); }},
    {"CreatedDate", [](std::string& c, const DealRow& r) { PutSalesforceTime(c, r.deal.created_at); }},
    {"CreatedById", [](std::string& c, const DealRow& r) { c.append(UserId(r.deal.versions.front().owner)); }},
    {"LastModifiedDate", [](std::string& c, const DealRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"LastModifiedById", [](std::string& c, const DealRow& r) { c.append(UserId(r.now.owner)); }},
    {"SystemModstamp", [](std::string& c, const DealRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"LastActivityDate",
     [](std::string& c, const DealRow& r) {
       Date last{INT32_MIN};
       for (const Activity& activity : r.account.activities) {
         if (activity.deal != r.deal.number || activity.done_at > r.view.at) continue;
         last = std::max(last, r.view.world.calendar.DayOf(activity.done_at));
       }
       if (last.days != INT32_MIN) PutDate(c, last);
     }},
    {"LastStageChangeDate", [](std::string& c, const DealRow& r) { PutSalesforceTime(c, LastStageChange(r)); }},
    {"PushCount", [](std::string& c, const DealRow& r) { PutInteger(c, r.now.pushes); }},
    {"FiscalQuarter", [](std::string& c, const DealRow& r) { PutInteger(c, Quarter(r.now.close_date)); }},
    {"FiscalYear", [](std::string& c, const DealRow& r) { PutInteger(c, ToCivil(r.now.close_date).year); }},
    {"Fiscal",
     [](std::string& c, const DealRow& r) {
       c.append(fmt::format("{} {}", ToCivil(r.now.close_date).year, Quarter(r.now.close_date)));
     }},
    {"HasOpenActivity", [](std::string& c, const DealRow& r) { PutBool(c, OpenTasks(r).first); }},
    {"HasOverdueTask", [](std::string& c, const DealRow& r) { PutBool(c, OpenTasks(r).second); }},
    {"Description", [](std::string&, const DealRow&) {}},
    {"Loss_Reason__c",
     [](std::string& c, const DealRow& r) {
       if (r.now.stage != Stage::kLost || !r.deal.reason_entered) return;
       c.append(r.view.lexicon().loss_reasons[static_cast<std::size_t>(r.deal.true_reason)]);
     }},
};

struct HistoryRow {
  const DealRow& deal;
  int position;
  const DealVersion& version;
  const DealVersion* before;  // the row before, null for the first
};

constexpr Column<HistoryRow> kHistoryColumns[] = {
    {"Id",
     [](std::string& c, const HistoryRow& r) {
       c.append(SalesforceId("008", RecordNumber(r.deal.account.profile.index, r.deal.deal.number * 256 + r.position)));
     }},
    {"OpportunityId",
     [](std::string& c, const HistoryRow& r) { c.append(DealId(r.deal.account, r.deal.deal.number)); }},
    {"CreatedById", [](std::string& c, const HistoryRow& r) { c.append(UserId(r.version.owner)); }},
    {"CreatedDate", [](std::string& c, const HistoryRow& r) { PutSalesforceTime(c, r.version.at); }},
    {"StageName", [](std::string& c, const HistoryRow& r) { c.append(StageName(r.version.stage)); }},
    {"Amount",
     [](std::string& c, const HistoryRow& r) {
       if (r.version.amount_minor) PutSalesforceAmount(c, *r.version.amount_minor);
     }},
    {"ExpectedRevenue",
     [](std::string& c, const HistoryRow& r) {
       if (r.version.amount_minor) PutSalesforceAmount(c, Expected(r.version));
     }},
    {"CloseDate", [](std::string& c, const HistoryRow& r) { PutDate(c, r.version.close_date); }},
    {"Probability",
     [](std::string& c, const HistoryRow& r) { PutSalesforceAmount(c, ProbabilityOf(r.version.stage) * 100); }},
    {"ForecastCategory",
     [](std::string& c, const HistoryRow& r) {
       c.append(kForecastCategory[static_cast<std::size_t>(r.version.stage)]);
     }},
    {"CurrencyIsoCode", [](std::string& c, const HistoryRow& r) { c.append(r.deal.account.profile.currency); }},
    {"PrevAmount",
     [](std::string& c, const HistoryRow& r) {
       if (r.before != nullptr && r.before->amount_minor) PutSalesforceAmount(c, *r.before->amount_minor);
     }},
    {"PrevCloseDate",
     [](std::string& c, const HistoryRow& r) {
       if (r.before != nullptr) PutDate(c, r.before->close_date);
     }},
    {"SystemModstamp", [](std::string& c, const HistoryRow& r) { PutSalesforceTime(c, r.version.at); }},
    {"IsDeleted", [](std::string& c, const HistoryRow&) { PutBool(c, false); }},
};

struct FieldRow {
  const DealRow& deal;
  int position;
  Instant at;
  int by;
  std::string_view field;
  std::string_view type;
  std::string_view before;
  std::string_view after;
};

constexpr Column<FieldRow> kFieldColumns[] = {
    {"Id",
     [](std::string& c, const FieldRow& r) {
       c.append(
           SalesforceId("017", RecordNumber(r.deal.account.profile.index, r.deal.deal.number * 1024 + r.position)));
     }},
    {"IsDeleted", [](std::string& c, const FieldRow&) { PutBool(c, false); }},
    {"OpportunityId", [](std::string& c, const FieldRow& r) { c.append(DealId(r.deal.account, r.deal.deal.number)); }},
    {"CreatedById", [](std::string& c, const FieldRow& r) { c.append(UserId(r.by)); }},
    {"CreatedDate", [](std::string& c, const FieldRow& r) { PutSalesforceTime(c, r.at); }},
    {"Field", [](std::string& c, const FieldRow& r) { c.append(r.field); }},
    {"DataType", [](std::string& c, const FieldRow& r) { c.append(r.type); }},
    {"OldValue", [](std::string& c, const FieldRow& r) { c.append(r.before); }},
    {"NewValue", [](std::string& c, const FieldRow& r) { c.append(r.after); }},
};

struct RoleRow {
  const DealRow& deal;
  const ContactRole& role;
  int position;
};

constexpr std::array<std::string_view, 4> kRoleNames = {"Business User", "Decision Maker", "Economic Buyer",
                                                        "Evaluator"};

constexpr Column<RoleRow> kRoleColumns[] = {
    {"Id",
     [](std::string& c, const RoleRow& r) {
       c.append(SalesforceId("00K", RecordNumber(r.deal.account.profile.index, r.deal.deal.number * 64 + r.position)));
     }},
    {"OpportunityId", [](std::string& c, const RoleRow& r) { c.append(DealId(r.deal.account, r.deal.deal.number)); }},
    {"ContactId",
     [](std::string& c, const RoleRow& r) {
       c.append(ContactId(r.deal.account, r.deal.account.MasterContact(r.role.contact, r.deal.view.at)));
     }},
    {"Role", [](std::string& c, const RoleRow& r) { c.append(kRoleNames[static_cast<std::size_t>(r.role.role)]); }},
    {"IsPrimary", [](std::string& c, const RoleRow& r) { PutBool(c, r.role.is_primary); }},
    {"CreatedDate", [](std::string& c, const RoleRow& r) { PutSalesforceTime(c, r.role.created_at); }},
    {"LastModifiedDate", [](std::string& c, const RoleRow& r) { PutSalesforceTime(c, r.role.created_at); }},
    {"SystemModstamp", [](std::string& c, const RoleRow& r) { PutSalesforceTime(c, r.role.created_at); }},
    {"IsDeleted", [](std::string& c, const RoleRow&) { PutBool(c, false); }},
};

struct LineRow {
  const DealRow& deal;
  const DealLine& line;
};

constexpr Column<LineRow> kLineColumns[] = {
    {"Id",
     [](std::string& c, const LineRow& r) {
       c.append(
           SalesforceId("00k", RecordNumber(r.deal.account.profile.index, r.deal.deal.number * 8 + r.line.product)));
     }},
    {"OpportunityId", [](std::string& c, const LineRow& r) { c.append(DealId(r.deal.account, r.deal.deal.number)); }},
    {"Product2Id", [](std::string& c, const LineRow& r) { c.append(ProductId(r.line.product)); }},
    {"ProductCode",
     [](std::string& c, const LineRow& r) {
       c.append(r.deal.view.lexicon().products[static_cast<std::size_t>(r.line.product)].code);
     }},
    {"Name",
     [](std::string& c, const LineRow& r) {
       c.append(fmt::format("{} {}", r.deal.deal.name,
                            r.deal.view.lexicon().products[static_cast<std::size_t>(r.line.product)].name));
     }},
    {"Quantity", [](std::string& c, const LineRow& r) { PutSalesforceAmount(c, r.line.quantity * 100); }},
    {"ListPrice", [](std::string& c, const LineRow& r) { PutSalesforceAmount(c, r.line.list_minor); }},
    {"UnitPrice", [](std::string& c, const LineRow& r) { PutSalesforceAmount(c, r.line.unit_minor); }},
    {"Discount", [](std::string&, const LineRow&) {}},
    {"TotalPrice",
     [](std::string& c, const LineRow& r) { PutSalesforceAmount(c, r.line.unit_minor * r.line.quantity); }},
    {"ServiceDate", [](std::string&, const LineRow&) {}},
    {"CurrencyIsoCode", [](std::string& c, const LineRow& r) { c.append(r.deal.account.profile.currency); }},
    {"CreatedDate", [](std::string& c, const LineRow& r) { PutSalesforceTime(c, r.deal.now.at); }},
    {"LastModifiedDate", [](std::string& c, const LineRow& r) { PutSalesforceTime(c, r.deal.now.at); }},
    {"SystemModstamp", [](std::string& c, const LineRow& r) { PutSalesforceTime(c, r.deal.now.at); }},
    {"IsDeleted", [](std::string& c, const LineRow&) { PutBool(c, false); }},
};

std::string AmountText(const DealVersion& version) {
  std::string text;
  if (version.amount_minor) PutSalesforceAmount(text, *version.amount_minor);
  return text;
}

std::string DateText(Date date) {
  std::string text;
  PutDate(text, date);
  return text;
}

struct Tables {
  CsvTable<DealRow> deals;
  CsvTable<HistoryRow> history;
  CsvTable<FieldRow> fields;
  CsvTable<RoleRow> roles;
  CsvTable<LineRow> lines;
};

class SalesforceDeals final : public Exporter {
 public:
  SalesforceDeals(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account& account) override {
    for (const Deal& deal : account.deals) {
      const DealVersion* now = deal.At(view_.at);
      if (now == nullptr) continue;
      const DealRow row{view_, account, deal, *now};
      tables_.deals.Write(row);
      if (!deal.is_migrated) WriteHistory(row);
      WriteFields(row);
      for (std::size_t i = 0; i < deal.roles.size(); ++i) {
        if (deal.roles[i].created_at <= view_.at) tables_.roles.Write({row, deal.roles[i], static_cast<int>(i)});
      }
      for (const DealLine& line : LinesOf(view_, account, deal, *now)) tables_.lines.Write({row, line});
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(tables_.deals, files));
    WEIR_TRY(CloseEvents(tables_.history, files));
    WEIR_TRY(CloseEvents(tables_.fields, files));
    WEIR_TRY(CloseTable(tables_.roles, files));
    return CloseTable(tables_.lines, files);
  }

 private:
  // A row for each change of stage, amount or close date, as Salesforce keeps them; some are lost.
  void WriteHistory(const DealRow& row) {
    const DealVersion* before = nullptr;
    for (std::size_t i = 0; i < row.deal.versions.size(); ++i) {
      const DealVersion& version = row.deal.versions[i];
      if (version.at > view_.at) break;
      const bool same = before != nullptr && before->stage == version.stage &&
                        before->amount_minor == version.amount_minor && before->close_date == version.close_date;
      const bool is_lost = std::find(row.deal.history_holes.begin(), row.deal.history_holes.end(),
                                     static_cast<int>(i)) != row.deal.history_holes.end();
      if (same || is_lost) continue;
      tables_.history.Write({row, static_cast<int>(i), version, before});
      before = &version;
    }
  }

  void WriteFields(const DealRow& row) {
    int position = 0;
    const DealVersion* before = nullptr;
    for (const DealVersion& version : row.deal.versions) {
      if (version.at > view_.at) break;
      const auto write = [&](std::string_view field, std::string_view type, std::string_view from,
                             std::string_view to) {
        tables_.fields.Write({row, position++, version.at, version.owner, field, type, from, to});
      };
      if (before == nullptr) {
        write("created", "Text", {}, {});
      } else {
        if (before->stage != version.stage)
          write("StageName", "DynamicEnum", StageName(before->stage), StageName(version.stage));
        if (before->amount_minor != version.amount_minor)
          write("Amount", "Currency", AmountText(*before), AmountText(version));
        if (before->close_date != version.close_date)
          write("CloseDate", "DateOnly", DateText(before->close_date), DateText(version.close_date));
        if (before->owner != version.owner) {
          write("Owner", "Text", view_.member(before->owner).FullText(), view_.member(version.owner).FullText());
          write("Owner", "EntityId", UserId(before->owner), UserId(version.owner));
        }
      }
      before = &version;
    }
  }

  View view_;
  Tables tables_;
};

}  // namespace

ExporterResult OpenSalesforceDeals(const std::filesystem::path& folder, const View& view) {
  constexpr CsvForm kQuotes{.quoting = Quoting::kAlways};
  WEIR_TRY(auto deals, CsvTable<DealRow>::Create(folder / "Opportunity.csv", kDealColumns, kQuotes));
  WEIR_TRY(auto history, CsvTable<HistoryRow>::Create(folder / "OpportunityHistory.csv", kHistoryColumns, kQuotes));
  WEIR_TRY(auto fields, CsvTable<FieldRow>::Create(folder / "OpportunityFieldHistory.csv", kFieldColumns, kQuotes));
  WEIR_TRY(auto roles, CsvTable<RoleRow>::Create(folder / "OpportunityContactRole.csv", kRoleColumns, kQuotes));
  WEIR_TRY(auto lines, CsvTable<LineRow>::Create(folder / "OpportunityLineItem.csv", kLineColumns, kQuotes));
  return std::make_unique<SalesforceDeals>(
      view, Tables{std::move(deals), std::move(history), std::move(fields), std::move(roles), std::move(lines)});
}

}  // namespace weir::simulate
