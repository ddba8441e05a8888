#include "simulate/crm_ids.h"

#include <array>

#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

using Names = std::array<std::string_view, 5>;  // in the order of CrmObject
constexpr Names kSalesforce = {"Account", "Contact", "Lead", "Opportunity", "Contract"};
constexpr Names kAmo = {"company", "contact", "deal", "deal", "contract"};
constexpr Names kBitrix = {"company", "contact", "lead", "deal", "contract"};

}  // namespace

std::string_view CrmSource(const World& world, CrmObject object) {
  if (world.crm == Crm::kSalesforce) return "salesforce";
  if (object == CrmObject::kContract) return "generic";  // kept in a sheet of its own
  return world.crm == Crm::kAmo ? "amocrm" : "bitrix24";
}

std::string_view CrmObjectName(const World& world, CrmObject object) {
  const auto at = static_cast<std::size_t>(object);
  if (world.crm == Crm::kSalesforce) return kSalesforce[at];
  return world.crm == Crm::kAmo ? kAmo[at] : kBitrix[at];
}

std::int64_t CountedId(CrmObject object, const Account& account, int number) {
  constexpr std::int64_t kRoom = 256;  // records of one kind that an account may have
  constexpr std::int64_t kKinds = 5;
  const std::int64_t local = static_cast<std::int64_t>(account.profile.index) * kRoom + number;
  return 1'000'001 + local * kKinds + static_cast<std::int64_t>(object);
}

std::string CrmId(const World& world, CrmObject object, const Account& account, int number) {
  if (world.crm != Crm::kSalesforce) {
    const std::string counted = std::to_string(CountedId(object, account, number));
    return object == CrmObject::kContract ? "D-" + counted : counted;
  }
  switch (object) {
    case CrmObject::kAccount:
      return std::string(AccountId(account, number).view());
    case CrmObject::kContact:
      return std::string(ContactId(account, number).view());
    case CrmObject::kLead:
      return std::string(LeadId(account, number).view());
    case CrmObject::kDeal:
      return std::string(DealId(account, number).view());
    case CrmObject::kContract:
      break;
  }
  return std::string(ContractId(account, number).view());
}

std::string CrmMember(const World& world, int member) {
  if (world.crm == Crm::kSalesforce) return std::string(UserId(member).view());
  return world.company.members()[static_cast<std::size_t>(member)].FullText();
}

}  // namespace weir::simulate
