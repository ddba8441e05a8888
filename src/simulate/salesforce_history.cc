// Salesforce: who changed which field of accounts, contacts and leads, as its field histories keep it.
#include <array>

#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

struct HistoryRow {
  std::string_view key_prefix;
  std::uint64_t number;
  IdText parent;
  int by;
  Instant at;
  std::string_view field;
  std::string_view before;
  std::string_view after;
};

using HistoryColumns = std::array<Column<HistoryRow>, 9>;

constexpr HistoryColumns ColumnsOf(std::string_view parent) {
  return {{
      {"Id", [](std::string& c, const HistoryRow& r) { c.append(SalesforceId(r.key_prefix, r.number)); }},
      {"IsDeleted", [](std::string& c, const HistoryRow&) { PutBool(c, false); }},
      {parent, [](std::string& c, const HistoryRow& r) { c.append(r.parent); }},
      {"CreatedById", [](std::string& c, const HistoryRow& r) { c.append(UserId(r.by)); }},
      {"CreatedDate", [](std::string& c, const HistoryRow& r) { PutSalesforceTime(c, r.at); }},
      {"Field", [](std::string& c, const HistoryRow& r) { c.append(r.field); }},
      {"DataType", [](std::string& c, const HistoryRow&) { c.append("Text"); }},
      {"OldValue", [](std::string& c, const HistoryRow& r) { c.append(r.before); }},
      {"NewValue", [](std::string& c, const HistoryRow& r) { c.append(r.after); }},
  }};
}

constexpr HistoryColumns kAccountColumns = ColumnsOf("AccountId");
constexpr HistoryColumns kContactColumns = ColumnsOf("ContactId");
constexpr HistoryColumns kLeadColumns = ColumnsOf("LeadId");
constexpr std::array<std::string_view, 6> kFieldNames = {"Website",           "Phone", "Industry",
                                                         "NumberOfEmployees", "Title", "Email"};

class SalesforceHistory final : public Exporter {
 public:
  SalesforceHistory(View view, CsvTable<HistoryRow> accounts, CsvTable<HistoryRow> contacts, CsvTable<HistoryRow> leads)
      : view_(view), accounts_(std::move(accounts)), contacts_(std::move(contacts)), leads_(std::move(leads)) {}

  void Write(const Account& account) override {
    for (const FieldEdit& edit : account.edits) {
      if (edit.at > view_.at) break;
      const std::uint64_t number = RecordNumber(account.profile.index, edit.number);
      const IdText parent = edit.of_contact ? ContactId(account, edit.record) : AccountId(account, edit.record);
      (edit.of_contact ? contacts_ : accounts_)
          .Write({edit.of_contact ? "03c" : "019", number, parent, edit.member, edit.at,
                  kFieldNames[static_cast<std::size_t>(edit.field)], edit.before, edit.after});
    }
    for (const Lead& lead : account.leads) WriteLead(account, lead);
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseEvents(accounts_, files));
    WEIR_TRY(CloseEvents(contacts_, files));
    return CloseEvents(leads_, files);
  }

 private:
  void WriteLead(const Account& account, const Lead& lead) {
    const auto write = [&](int step, Instant at, std::string_view before, std::string_view after) {
      if (at > view_.at) return;
      const int by = view_.world.company.HolderAt(lead.seat, view_.world.calendar.DayOf(at));
      leads_.Write({"017", RecordNumber(account.profile.index, (lead.number * 4 + step) | 1 << 19),
                    LeadId(account, lead.number), by, at, "Status", before, after});
    };
    constexpr std::string_view kWorking = "Working - Contacted";
    if (lead.first_response_at == kNever) return;
    write(0, lead.first_response_at, "Open - Not Contacted", kWorking);
    if (lead.closed_at == kNever) return;
    write(1, lead.closed_at, kWorking,
          lead.outcome == LeadOutcome::kConverted ? "Closed - Converted" : "Closed - Not Converted");
  }

  View view_;
  CsvTable<HistoryRow> accounts_;
  CsvTable<HistoryRow> contacts_;
  CsvTable<HistoryRow> leads_;
};

}  // namespace

ExporterResult OpenSalesforceHistory(const std::filesystem::path& folder, const View& view) {
  constexpr CsvForm kQuotes{.quoting = Quoting::kAlways};
  WEIR_TRY(auto accounts, CsvTable<HistoryRow>::Create(folder / "AccountHistory.csv", kAccountColumns, kQuotes));
  WEIR_TRY(auto contacts, CsvTable<HistoryRow>::Create(folder / "ContactHistory.csv", kContactColumns, kQuotes));
  WEIR_TRY(auto leads, CsvTable<HistoryRow>::Create(folder / "LeadHistory.csv", kLeadColumns, kQuotes));
  return std::make_unique<SalesforceHistory>(view, std::move(accounts), std::move(contacts), std::move(leads));
}

}  // namespace weir::simulate
