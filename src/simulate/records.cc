#include "simulate/records.h"

#include <algorithm>

namespace weir::simulate {
namespace {

template <typename Version>
const Version* LastBefore(const std::vector<Version>& versions, Instant moment) {
  const Version* found = nullptr;
  for (const Version& version : versions) {
    if (version.at > moment) break;
    found = &version;
  }
  return found;
}

template <typename Record>
int MasterOf(const std::vector<Record>& records, int index, Instant moment) {
  const Record& record = records[static_cast<std::size_t>(index)];
  return record.duplicate_of >= 0 && record.merged_at <= moment ? record.duplicate_of : index;
}

}  // namespace

const DealVersion* Deal::At(Instant moment) const { return LastBefore(versions, moment); }

const SubscriptionVersion* Subscription::At(Instant moment) const { return LastBefore(versions, moment); }

int Account::MasterAccount(int crm_account, Instant moment) const {
  return MasterOf(crm_accounts, crm_account, moment);
}

int Account::MasterContact(int contact, Instant moment) const { return MasterOf(contacts, contact, moment); }

bool Account::IsCustomerAt(Instant moment) const {
  return std::any_of(spans.begin(), spans.end(),
                     [&](const CustomerSpan& span) { return span.from <= moment && moment < span.to; });
}

int Account::OpenDealAt(Instant moment) const {
  for (const Deal& deal : deals) {
    if (deal.created_at <= moment && moment < deal.decided_at) return deal.number;
  }
  return -1;
}

}  // namespace weir::simulate
