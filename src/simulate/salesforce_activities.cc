// Salesforce: tasks (calls, mails, to-dos), events (meetings) and members of campaigns.
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

using ActivityRow = RowOf<Activity>;

bool IsDone(const ActivityRow& row) { return row.item.done_at <= row.view.at; }

const Lead* ConvertedLead(const ActivityRow& row) {
  if (row.item.lead < 0) return nullptr;
  const Lead& lead = row.account.leads[static_cast<std::size_t>(row.item.lead)];
  return lead.outcome == LeadOutcome::kConverted && lead.closed_at <= row.view.at ? &lead : nullptr;
}

// Salesforce hands the activities of a converted lead to the contact.
void PutWho(std::string& cell, const ActivityRow& row) {
  const Lead* converted = ConvertedLead(row);
  if (converted != nullptr) {
    cell.append(ContactId(row.account, row.account.MasterContact(converted->converted_contact, row.view.at)));
  } else if (row.item.lead >= 0) {
    cell.append(LeadId(row.account, row.item.lead));
  } else if (row.item.contact >= 0) {
    cell.append(ContactId(row.account, row.account.MasterContact(row.item.contact, row.view.at)));
  }
}

int AccountOf(const ActivityRow& row) {
  const Lead* converted = ConvertedLead(row);
  const int account = converted != nullptr ? converted->converted_account : row.item.account;
  return account < 0 ? -1 : row.account.MasterAccount(account, row.view.at);
}

void PutAccount(std::string& cell, const ActivityRow& row) {
  const int account = AccountOf(row);
  if (account >= 0) cell.append(AccountId(row.account, account));
}

void PutWhat(std::string& cell, const ActivityRow& row) {
  if (row.item.deal >= 0) {
    cell.append(DealId(row.account, row.item.deal));
  } else if (row.item.lead < 0) {
    PutAccount(cell, row);
  }
}

Instant ModifiedAt(const ActivityRow& row) {
  const Lead* converted = ConvertedLead(row);
  return LatestOf(row.view.at,
                  {row.item.created_at, row.item.done_at, converted != nullptr ? converted->closed_at : kNever});
}

std::string_view SubtypeOf(ActivityKind kind) {
  return kind == ActivityKind::kCall ? "Call" : kind == ActivityKind::kMail ? "Email" : "Task";
}

constexpr Column<ActivityRow> kTaskColumns[] = {
    {"Id",
     [](std::string& c, const ActivityRow& r) {
       c.append(SalesforceId("00T", RecordNumber(r.account.profile.index, r.item.number)));
     }},
    {"WhoId", PutWho},
    {"WhatId", PutWhat},
    {"AccountId", PutAccount},
    {"Subject", [](std::string& c, const ActivityRow& r) { c.append(r.item.subject); }},
    {"ActivityDate", [](std::string& c, const ActivityRow& r) { PutDate(c, r.item.due); }},
    {"Status", [](std::string& c, const ActivityRow& r) { c.append(IsDone(r) ? "Completed" : "Not Started"); }},
    {"Priority", [](std::string& c, const ActivityRow&) { c.append("Normal"); }},
    {"OwnerId", [](std::string& c, const ActivityRow& r) { c.append(UserId(r.item.member)); }},
    {"Description", [](std::string& c, const ActivityRow& r) { c.append(r.item.note); }},
    {"Type", [](std::string& c, const ActivityRow& r) { c.append(SubtypeOf(r.item.kind)); }},
    {"TaskSubtype", [](std::string& c, const ActivityRow& r) { c.append(SubtypeOf(r.item.kind)); }},
    {"IsClosed", [](std::string& c, const ActivityRow& r) { PutBool(c, IsDone(r)); }},
    {"CompletedDateTime",
     [](std::string& c, const ActivityRow& r) {
       if (IsDone(r)) PutSalesforceTime(c, r.item.done_at);
     }},
    {"CallDurationInSeconds",
     [](std::string& c, const ActivityRow& r) {
       if (r.item.kind == ActivityKind::kCall) PutInteger(c, r.item.duration_seconds);
     }},
    {"CallType",
     [](std::string& c, const ActivityRow& r) {
       if (r.item.kind == ActivityKind::kCall) c.append(r.item.incoming ? "Inbound" : "Outbound");
     }},
    {"CallDisposition",
     [](std::string& c, const ActivityRow& r) {
       if (r.item.kind == ActivityKind::kCall) c.append(r.item.reached ? "Connected" : "No answer");
     }},
    {"IsDeleted", [](std::string& c, const ActivityRow&) { PutBool(c, false); }},
    {"CreatedDate", [](std::string& c, const ActivityRow& r) { PutSalesforceTime(c, r.item.created_at); }},
    {"CreatedById", [](std::string& c, const ActivityRow& r) { c.append(UserId(r.item.member)); }},
    {"LastModifiedDate", [](std::string& c, const ActivityRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"SystemModstamp", [](std::string& c, const ActivityRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
};

constexpr Column<ActivityRow> kEventColumns[] = {
    {"Id",
     [](std::string& c, const ActivityRow& r) {
       c.append(SalesforceId("00U", RecordNumber(r.account.profile.index, r.item.number)));
     }},
    {"WhoId", PutWho},
    {"WhatId", PutWhat},
    {"AccountId", PutAccount},
    {"Subject", [](std::string& c, const ActivityRow& r) { c.append(r.item.subject); }},
    {"Location", [](std::string&, const ActivityRow&) {}},
    {"ActivityDateTime", [](std::string& c, const ActivityRow& r) { PutSalesforceTime(c, r.item.starts_at); }},
    {"ActivityDate", [](std::string& c, const ActivityRow& r) { PutDate(c, r.item.due); }},
    {"StartDateTime", [](std::string& c, const ActivityRow& r) { PutSalesforceTime(c, r.item.starts_at); }},
    {"EndDateTime",
     [](std::string& c, const ActivityRow& r) {
       PutSalesforceTime(c, Plus(r.item.starts_at, r.item.duration_seconds));
     }},
    {"DurationInMinutes", [](std::string& c, const ActivityRow& r) { PutInteger(c, r.item.duration_seconds / 60); }},
    {"Type", [](std::string& c, const ActivityRow&) { c.append("Meeting"); }},
    {"EventSubtype", [](std::string& c, const ActivityRow&) { c.append("Event"); }},
    {"IsGroupEvent", [](std::string& c, const ActivityRow&) { PutBool(c, false); }},
    {"IsRecurrence", [](std::string& c, const ActivityRow&) { PutBool(c, false); }},
    {"OwnerId", [](std::string& c, const ActivityRow& r) { c.append(UserId(r.item.member)); }},
    {"Description", [](std::string& c, const ActivityRow& r) { c.append(r.item.note); }},
    {"IsDeleted", [](std::string& c, const ActivityRow&) { PutBool(c, false); }},
    {"CreatedDate", [](std::string& c, const ActivityRow& r) { PutSalesforceTime(c, r.item.created_at); }},
    {"CreatedById", [](std::string& c, const ActivityRow& r) { c.append(UserId(r.item.member)); }},
    {"LastModifiedDate", [](std::string& c, const ActivityRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"SystemModstamp", [](std::string& c, const ActivityRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
};

// A touch of a campaign by somebody whom the CRM knows, as lead or as contact.
struct CampaignMemberRow {
  const View& view;
  const Account& account;
  const Touch& touch;
  int position;
  int lead;
  int contact;
  Instant known_at;
  Instant changed_at;  // when the lead became a contact; before all time if it did not
};

Instant AddedAt(const CampaignMemberRow& row) { return std::max(row.touch.at, row.known_at); }

constexpr Column<CampaignMemberRow> kMemberColumns[] = {
    {"Id",
     [](std::string& c, const CampaignMemberRow& r) {
       c.append(SalesforceId("00v", RecordNumber(r.account.profile.index, r.position)));
     }},
    {"CampaignId", [](std::string& c, const CampaignMemberRow& r) { c.append(CampaignId(r.touch.campaign)); }},
    {"LeadId",
     [](std::string& c, const CampaignMemberRow& r) {
       if (r.lead >= 0) c.append(LeadId(r.account, r.lead));
     }},
    {"ContactId",
     [](std::string& c, const CampaignMemberRow& r) {
       if (r.contact >= 0) c.append(ContactId(r.account, r.account.MasterContact(r.contact, r.view.at)));
     }},
    {"Status", [](std::string& c, const CampaignMemberRow&) { c.append("Responded"); }},
    {"HasResponded", [](std::string& c, const CampaignMemberRow&) { PutBool(c, true); }},
    {"FirstRespondedDate",
     [](std::string& c, const CampaignMemberRow& r) { PutDate(c, r.view.world.calendar.DayOf(r.touch.at)); }},
    {"IsDeleted", [](std::string& c, const CampaignMemberRow&) { PutBool(c, false); }},
    {"CreatedDate", [](std::string& c, const CampaignMemberRow& r) { PutSalesforceTime(c, AddedAt(r)); }},
    {"LastModifiedDate",
     [](std::string& c, const CampaignMemberRow& r) { PutSalesforceTime(c, std::max(AddedAt(r), r.changed_at)); }},
    {"SystemModstamp",
     [](std::string& c, const CampaignMemberRow& r) { PutSalesforceTime(c, std::max(AddedAt(r), r.changed_at)); }},
};

class SalesforceActivities final : public Exporter {
 public:
  SalesforceActivities(View view, CsvTable<ActivityRow> tasks, CsvTable<ActivityRow> events,
                       CsvTable<CampaignMemberRow> members)
      : view_(view), tasks_(std::move(tasks)), events_(std::move(events)), members_(std::move(members)) {}

  void Write(const Account& account) override {
    for (const Activity& activity : account.activities) {
      if (activity.created_at > view_.at) continue;
      (activity.kind == ActivityKind::kMeeting ? events_ : tasks_).Write({view_, account, activity});
    }
    for (std::size_t i = 0; i < account.touches.size(); ++i) WriteMember(account, static_cast<int>(i));
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseEvents(tasks_, files));
    WEIR_TRY(CloseEvents(events_, files));
    return CloseEvents(members_, files);
  }

 private:
  void WriteMember(const Account& account, int position) {
    const Touch& touch = account.touches[static_cast<std::size_t>(position)];
    if (touch.campaign < 0 || touch.at > view_.at) return;
    CampaignMemberRow row{view_, account, touch, position, -1, -1, kNever, Instant{INT64_MIN}};
    bool began_lead = false;
    for (const Lead& lead : account.leads) {
      if (lead.person != touch.person || lead.created_at > view_.at || lead.duplicate_of >= 0) continue;
      row.known_at = lead.created_at;
      began_lead = lead.campaign == touch.campaign && lead.created_at >= touch.at;
      const bool converted = lead.outcome == LeadOutcome::kConverted && lead.closed_at <= view_.at;
      row.lead = lead.number;
      if (converted) {
        row.contact = lead.converted_contact;
        row.changed_at = std::max(touch.at, lead.closed_at);
      }
      break;
    }
    if (row.lead < 0 && row.contact < 0) {
      for (const CrmContact& contact : account.contacts) {
        if (contact.person != touch.person || contact.created_at > view_.at) continue;
        row.contact = contact.number;
        row.known_at = contact.created_at;
        break;
      }
    }
    // Clicks leave no name unless a lead came of them.
    if (row.known_at == kNever || (!TruthOf(touch.channel).names_person && !began_lead)) return;
    members_.Write(row);
  }

  View view_;
  CsvTable<ActivityRow> tasks_;
  CsvTable<ActivityRow> events_;
  CsvTable<CampaignMemberRow> members_;
};

}  // namespace

ExporterResult OpenSalesforceActivities(const std::filesystem::path& folder, const View& view) {
  constexpr CsvForm kQuotes{.quoting = Quoting::kAlways};
  WEIR_TRY(auto tasks, CsvTable<ActivityRow>::Create(folder / "Task.csv", kTaskColumns, kQuotes));
  WEIR_TRY(auto events, CsvTable<ActivityRow>::Create(folder / "Event.csv", kEventColumns, kQuotes));
  WEIR_TRY(auto members, CsvTable<CampaignMemberRow>::Create(folder / "CampaignMember.csv", kMemberColumns, kQuotes));
  return std::make_unique<SalesforceActivities>(view, std::move(tasks), std::move(events), std::move(members));
}

}  // namespace weir::simulate
