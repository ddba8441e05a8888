// The words of a locale: names of people, companies and places, and the short texts that people type into a CRM.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace weir::simulate {

using Words = std::span<const std::string_view>;

struct City {
  std::string_view name;
  std::string_view area;    // telephone area code
  std::string_view postal;  // first letters of the postal code
};

struct Country {
  std::string_view code;
  std::string_view name;
  std::string_view top_level_domain;
  std::string_view dial;
  std::string_view currency;
  int local_digits;  // of a telephone number after the area code
  Words legal_forms;
  std::span<const City> cities;
};

struct Region {
  std::string_view name;
  std::span<const Country> countries;
  std::span<const double> weights;
};

struct Product {
  std::string_view name;
  std::string_view code;
  std::string_view family;
  std::int64_t list_minor;  // a seat and month, in the corporate currency
};

inline constexpr int kPlans = 4;  // products 0..3, by size of the customer
inline constexpr int kAddOn = 4;  // product 4 is sold beside a plan
inline constexpr int kProducts = 5;
inline constexpr int kChannels = 8;

struct ForeignCurrency {
  std::string_view code;
  double units_per_corporate;  // at the start; then a random walk
};

struct Lexicon {
  std::string_view locale;
  bool cyrillic;
  std::string_view seller_name;
  std::string_view seller_domain;
  std::string_view currency;  // the corporate one
  std::string_view time_zone;
  std::string_view home_country;
  int tax_percent;  // on invoices at home

  Words male_names;
  Words female_names;
  Words middle_names;  // fathers' names in the male form, empty where not used
  Words last_names;
  Words brand_heads;
  Words brand_tails;
  Words brand_middles;
  Words industries;
  std::array<Words, 4> titles;  // by BuyingRole
  std::span<const Region> regions;
  Words free_mail;
  std::span<const ForeignCurrency> foreign_currencies;
  std::span<const Product> products;

  std::array<std::string_view, kChannels> lead_sources;  // what the CRM writes for a channel
  std::array<std::string_view, 4> search_campaigns;
  Words webinar_topics;
  Words fairs;
  std::string_view webinar_prefix;
  std::string_view social_prefix;
  std::string_view outbound_prefix;
  std::string_view newsletter_prefix;
  std::string_view referral_name;

  Words loss_reasons;  // in the order of LossReason
  Words next_steps;
  Words call_subjects;
  Words mail_subjects;
  Words meeting_subjects;
  Words task_subjects;
  Words call_notes;
  Words ticket_subjects;
  Words ticket_texts;
  Words reply_texts;

  // Staff: names of teams and titles.
  std::array<std::string_view, 8> departments;  // in the order of Department
  std::array<std::string_view, 8> head_titles;
  std::array<std::string_view, 8> staff_titles;
  std::string_view new_business_suffix;
  std::string_view expansion_suffix;
  std::string_view renewal_suffix;
  std::string_view reactivation_suffix;
};

const Lexicon& EnglishLexicon();
const Lexicon& RussianLexicon();

}  // namespace weir::simulate
