// What a record of the story is called in the CRM that the company uses: exports and truth must name it alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulate/world.h"

namespace weir::simulate {

enum class CrmObject : std::uint8_t { kAccount, kContact, kLead, kDeal, kContract };

// The source and the object of truth/, as "salesforce" and "Opportunity".
std::string_view CrmSource(const World& world, CrmObject object);
std::string_view CrmObjectName(const World& world, CrmObject object);
std::string CrmId(const World& world, CrmObject object, const Account& account, int number);
// A member as the CRM's exports name him: an id, or the full name where they hold no ids.
std::string CrmMember(const World& world, int member);

// Numbers of records in CRMs that count.
std::int64_t CountedId(CrmObject object, const Account& account, int number);

}  // namespace weir::simulate
