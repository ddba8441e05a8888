// What people write into the CRM about accounts and contacts, and what they spoil on the way.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "simulate/naming.h"
#include "simulate/world.h"

namespace weir::simulate {
namespace {

void Note(Scene& scene, std::string_view kind, std::string_view object, int record, std::string_view field,
          std::string true_value) {
  scene.account.blemishes.push_back({kind, object, record, field, std::move(true_value)});
}

void SpoilName(Scene& scene, EnteredPerson& entered, std::string_view object, int record, Sampler& sampler) {
  const std::string before = entered.first + " " + entered.last;
  switch (sampler.Integer(0, 4)) {
    case 0:
      entered.last = Mistype(entered.last, sampler);
      Note(scene, "typo", object, record, "last_name", before);
      break;
    case 1:
      std::swap(entered.first, entered.last);
      Note(scene, "swapped", object, record, "name", before);
      break;
    case 2:
      entered.first = LowerCase(entered.first);
      entered.last = LowerCase(entered.last);
      Note(scene, "case", object, record, "name", before);
      break;
    case 3:
      entered.last = UpperCase(entered.last);
      Note(scene, "case", object, record, "last_name", before);
      break;
    default:
      entered.first = Transliterate(entered.first);
      entered.last = Transliterate(entered.last);
      if (entered.first + " " + entered.last != before) {
        Note(scene, "transliteration", object, record, "name", before);
      }
  }
}

void SpoilEmail(Scene& scene, EnteredPerson& entered, std::string_view object, int record, Sampler& sampler) {
  const std::string before = entered.email;
  switch (sampler.Integer(0, 3)) {
    case 0:
      entered.email = UpperCase(entered.email.substr(0, 1)) + entered.email.substr(1);
      Note(scene, "case", object, record, "email", before);
      break;
    case 1:
      entered.email = fmt::format("{}.{}@{}", Slug(entered.first, ""), Slug(entered.last, ""),
                                  sampler.Pick(scene.world.lexicon->free_mail));
      Note(scene, "private_address", object, record, "email", before);
      break;
    case 2:
      entered.email.clear();
      Note(scene, "missing", object, record, "email", before);
      break;
    default:
      entered.email = " " + entered.email;
      Note(scene, "blank", object, record, "email", before);
  }
}

std::string SpoilCompany(const AccountProfile& profile, Sampler& sampler) {
  switch (sampler.Integer(0, 3)) {
    case 0:
      return UpperCase(profile.brand);
    case 1:
      return Mistype(profile.brand, sampler);
    case 2:
      return Transliterate(profile.brand);
    default:
      return fmt::format("{} ({})", profile.brand, profile.city);
  }
}

int EnterAccount(Scene& scene, Instant at, Sampler& sampler, int duplicate_of) {
  const AccountProfile& profile = scene.profile();
  CrmAccount entered;
  entered.number = static_cast<int>(scene.account.crm_accounts.size());
  entered.created_at = at;
  entered.seat = scene.seller_seat();
  entered.name = profile.legal_name;
  entered.website = sampler.Chance(0.5) ? "https://www." + profile.domain : profile.domain;
  entered.phone = profile.phone;
  entered.industry = profile.industry;
  entered.employees = profile.employees;
  entered.city = profile.city;
  entered.country = profile.country;
  entered.postal_code = profile.postal_code;
  const auto missing = [&](double share, std::string_view field, std::string true_value) {
    if (!sampler.Chance(scene.Dirt(share))) return false;
    Note(scene, "missing", "account", entered.number, field, std::move(true_value));
    return true;
  };
  if (missing(0.10, "website", profile.domain)) entered.website.clear();
  if (missing(0.18, "phone", profile.phone)) entered.phone.clear();
  if (missing(0.14, "industry", std::string(profile.industry))) entered.industry = {};
  if (missing(0.22, "employees", std::to_string(profile.employees))) entered.employees = 0;
  if (sampler.Chance(scene.Dirt(0.25)) && !entered.phone.empty()) {
    entered.phone = RewritePhone(entered.phone, sampler.Integer(1, kPhoneForms - 1));
    Note(scene, "phone_form", "account", entered.number, "phone", profile.phone);
  }
  if (duplicate_of >= 0) {
    entered.name = SpoilCompany(profile, sampler);
    entered.duplicate_of = duplicate_of;
    Note(scene, "duplicate", "account", entered.number, "name", profile.legal_name);
    if (sampler.Chance(0.35)) entered.website.clear();
    if (sampler.Chance(0.45)) entered.merged_at = Plus(at, sampler.Uniform(20.0, 260.0) * 86400.0);
  }
  scene.account.crm_accounts.push_back(std::move(entered));
  return static_cast<int>(scene.account.crm_accounts.size()) - 1;
}

}  // namespace

EnteredPerson EnterPerson(Scene& scene, int person, std::string_view object, int record, Sampler& sampler,
                          bool second_time) {
  const Person& true_person = scene.account.people[static_cast<std::size_t>(person)];
  EnteredPerson entered{true_person.first,  true_person.last,  true_person.email,         true_person.phone,
                        true_person.mobile, true_person.title, scene.profile().legal_name};
  // Who comes a second time mostly does so because the first record was not found: it looks different.
  const double more = second_time ? 4.0 : 1.0;
  if (sampler.Chance(scene.Dirt(0.05 * more))) SpoilName(scene, entered, object, record, sampler);
  if (sampler.Chance(scene.Dirt(0.05 * more))) SpoilEmail(scene, entered, object, record, sampler);
  if (sampler.Chance(scene.Dirt(0.25))) {
    entered.phone = RewritePhone(entered.phone, sampler.Integer(1, kPhoneForms - 1));
    Note(scene, "phone_form", object, record, "phone", true_person.phone);
  }
  if (sampler.Chance(scene.Dirt(0.16))) {
    Note(scene, "missing", object, record, "phone", true_person.phone);
    entered.phone.clear();
  }
  if (sampler.Chance(scene.Dirt(0.15))) {
    Note(scene, "missing", object, record, "title", true_person.title);
    entered.title.clear();
  }
  if (sampler.Chance(scene.Dirt(0.18))) {
    entered.company = sampler.Chance(0.5) ? scene.profile().brand : SpoilCompany(scene.profile(), sampler);
    Note(scene, "company_form", object, record, "company", scene.profile().legal_name);
  }
  if (entered.phone.empty() && sampler.Chance(0.5)) entered.mobile.clear();
  SpoilByMachine(scene, entered, object, record);
  return entered;
}

void SpoilByMachine(Scene& scene, EnteredPerson& entered, std::string_view object, int record) {
  Sampler sampler = scene.Draw("entry.machine", HashText(object) ^ static_cast<std::uint64_t>(record));
  const bool misread = sampler.Chance(scene.Dirt(0.03));
  const bool moved = sampler.Chance(scene.Dirt(0.02));
  const std::string name = entered.first + " " + entered.last;
  if (misread && MisreadBytes(name) != name) {
    Note(scene, "encoding", object, record, "name", name);
    entered.first = MisreadBytes(entered.first);
    entered.last = MisreadBytes(entered.last);
  }
  if (!moved || entered.phone.empty()) return;
  Note(scene, "moved", object, record, "phone", entered.phone);
  entered.title = std::exchange(entered.phone, {});
}

std::string_view CallSubject(const Scene& scene, bool reached, Sampler& sampler) {
  const Words subjects = scene.world.lexicon->call_subjects;
  const auto last = static_cast<int>(subjects.size()) - 1;
  const int drawn = sampler.Integer(0, last - 1);
  return subjects[static_cast<std::size_t>(reached ? drawn : last)];
}

int FindOrEnterAccount(Scene& scene, Instant at, Sampler& sampler, bool may_duplicate) {
  const bool overlooked = sampler.Chance(scene.Dirt(0.07));
  for (CrmAccount& known : scene.account.crm_accounts) {
    if (known.duplicate_of >= 0) continue;
    known.created_at = std::min(known.created_at, at);
    return overlooked && may_duplicate ? EnterAccount(scene, at, sampler, known.number) : known.number;
  }
  return EnterAccount(scene, at, sampler, -1);
}

int FindOrEnterContact(Scene& scene, int person, int crm_account, Instant at, std::string_view source,
                       Sampler& sampler) {
  const bool overlooked = sampler.Chance(scene.Dirt(0.05));
  int first = -1;
  const auto master = [&](int crm) { return scene.account.MasterAccount(crm, kNever); };
  for (CrmContact& known : scene.account.contacts) {
    if (known.person != person) continue;
    if (known.duplicate_of < 0 && first < 0) first = known.number;
    if (overlooked || master(known.account) != master(crm_account)) continue;
    // Chapters are told one after another; one that looks back finds the contact already there.
    known.created_at = std::min(known.created_at, at);
    CrmAccount& holder = scene.account.crm_accounts[static_cast<std::size_t>(known.account)];
    holder.created_at = std::min(holder.created_at, at);
    return known.number;
  }
  CrmContact contact;
  contact.number = static_cast<int>(scene.account.contacts.size());
  contact.person = person;
  contact.account = crm_account;
  contact.created_at = at;
  contact.source = source;
  contact.seat = scene.seller_seat();
  contact.entered = EnterPerson(scene, person, "contact", contact.number, sampler, first >= 0);
  if (first >= 0) {
    contact.duplicate_of = first;
    Note(scene, "duplicate", "contact", contact.number, "name",
         scene.account.people[static_cast<std::size_t>(person)].FullText());
    if (sampler.Chance(0.35)) contact.merged_at = Plus(at, sampler.Uniform(20.0, 260.0) * 86400.0);
  }
  scene.account.contacts.push_back(std::move(contact));
  return static_cast<int>(scene.account.contacts.size()) - 1;
}

}  // namespace weir::simulate
