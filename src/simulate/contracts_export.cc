// Contracts in a sheet of their own, in Weir's generic form, for companies
// whose CRM has no place for them.
#include "simulate/dated_file.h"
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

using ContractRow = RowOf<Contract>;

constexpr Column<ContractRow> kColumns[] = {
    {"key",
     [](std::string& c, const ContractRow& r) {
       c.append(CrmId(r.view.world, CrmObject::kContract, r.account, r.item.number));
     }},
    {"account_key", [](std::string& c, const ContractRow& r) { c.append(WorkspaceKey(r.account)); }},
    {"status", [](std::string& c, const ContractRow& r) { c.append(r.item.end <= r.view.day ? "expired" : "active"); }},
    {"amount",
     [](std::string& c, const ContractRow& r) {
       PutAmount(c, 12 * r.item.unit_minor * *r.item.seats.At(r.view.at));  // of a year
     }},
    {"currency", [](std::string& c, const ContractRow& r) { c.append(r.account.profile.currency); }},
    {"quantity", [](std::string& c, const ContractRow& r) { PutInteger(c, *r.item.seats.At(r.view.at)); }},
    {"unit_price", [](std::string& c, const ContractRow& r) { PutAmount(c, 12 * r.item.unit_minor); }},
    {"uplift_percent", [](std::string& c, const ContractRow& r) { PutInteger(c, r.item.uplift_percent); }},
    {"start_date", [](std::string& c, const ContractRow& r) { PutDate(c, r.item.start); }},
    {"end_date", [](std::string& c, const ContractRow& r) { PutDate(c, r.item.end - 1); }},
};

class Contracts final : public Exporter {
 public:
  Contracts(View view, CsvTable<ContractRow> table) : view_(view), table_(std::move(table)) {}

  void Write(const Account& account) override {
    for (const Contract& item : account.contracts) {
      if (item.start <= view_.day) table_.Write({view_, account, item});
    }
  }

  Status Close(std::vector<WrittenFile>& files) override { return CloseTable(table_, files); }

 private:
  View view_;
  CsvTable<ContractRow> table_;
};

}  // namespace

ExporterResult OpenContracts(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto table, CsvTable<ContractRow>::Create(DatedFile(folder, view, "weir-contract"), kColumns));
  return std::make_unique<Contracts>(view, std::move(table));
}

}  // namespace weir::simulate
