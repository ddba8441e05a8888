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

CrmAccount Account::StateOf(const CrmAccount& record, Instant moment) const {
  CrmAccount state = record;
  for (const FieldEdit& edit : edits) {
    if (edit.at > moment) continue;
    if (edit.of_contact || edit.record != record.number) continue;
    state.edited_at = edit.at;
    switch (edit.field) {
      case Field::kWebsite:
        state.website = edit.after;
        break;
      case Field::kPhone:
        state.phone = edit.after;
        break;
      case Field::kIndustry:
        state.industry = edit.after.empty() ? std::string_view{} : profile.industry;
        break;
      case Field::kEmployees:
        state.employees = edit.after.empty() ? 0 : profile.employees;
        break;
      case Field::kTitle:
      case Field::kEmail:
        break;
    }
  }
  return state;
}

CrmContact Account::StateOf(const CrmContact& record, Instant moment) const {
  CrmContact state = record;
  for (const FieldEdit& edit : edits) {
    if (edit.at > moment) continue;
    if (!edit.of_contact || edit.record != record.number) continue;
    state.edited_at = edit.at;
    if (edit.field == Field::kPhone) state.entered.phone = edit.after;
    if (edit.field == Field::kTitle) state.entered.title = edit.after;
    if (edit.field == Field::kEmail) state.entered.email = edit.after;
  }
  return state;
}

int Account::OpenDealAt(Instant moment) const {
  for (const Deal& deal : deals) {
    if (deal.created_at <= moment && moment < deal.decided_at) return deal.number;
  }
  return -1;
}

int Account::PersonOf(const Activity& activity) const {
  if (activity.lead >= 0) return leads[static_cast<std::size_t>(activity.lead)].person;
  if (activity.contact >= 0) return contacts[static_cast<std::size_t>(activity.contact)].person;
  const std::vector<ContactRole>* roles =
      activity.deal >= 0 ? &deals[static_cast<std::size_t>(activity.deal)].roles : nullptr;
  if (roles == nullptr || roles->empty()) return 0;
  return contacts[static_cast<std::size_t>(roles->front().contact)].person;
}

}  // namespace weir::simulate
