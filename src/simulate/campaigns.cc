#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "simulate/company.h"

namespace weir::simulate {
namespace {

constexpr int kDaysBefore = 420;  // campaigns and rates begin before the period, for those who came earlier

}  // namespace

double Campaign::IntensityOn(Date date) const {
  if (date < from || date >= to || (date >= pause_from && date < pause_to)) return 0.0;
  return intensity;
}

std::int64_t Campaign::CostUntil(Date date) const {
  if (date <= from) return 0;
  if (peak != kFarDate) return date > peak ? cost_minor : cost_minor / 2;
  const Date last = std::min(date, to);
  std::int64_t days = last.days - from.days;
  if (pause_from < last) days -= std::min(last, pause_to).days - pause_from.days;
  return days * cost_minor;
}

void Company::AddCampaigns() {
  const bool rubles = lexicon_->currency == "RUB";
  const std::int64_t price = rubles ? 60 : 1;  // roubles of marketing for a euro of it
  Sampler sampler(seed_, "company.search", 0);
  static constexpr std::array<double, 4> kShares = {0.35, 0.40, 0.15, 0.10};
  static constexpr std::array<std::int64_t, 4> kClickMinor = {110, 460, 620, 190};
  const int days = until_.days - start_.days;
  for (std::size_t i = 0; i < kShares.size(); ++i) {
    Campaign campaign;
    campaign.channel = Channel::kPaidSearch;
    campaign.name = lexicon_->search_campaigns[i];
    campaign.vendor_name = campaign.name;
    campaign.from = start_ - kDaysBefore;
    campaign.intensity = kShares[i];
    campaign.click_minor = kClickMinor[i] * price;
    if (i == 1) {
      campaign.pause_from = start_ + sampler.Integer(days / 4, days / 2);
      campaign.pause_to = campaign.pause_from + 42;
    }
    campaigns_.push_back(std::move(campaign));
  }
  Campaign referral;
  referral.channel = Channel::kReferral;
  referral.name = lexicon_->referral_name;
  referral.from = start_ - kDaysBefore;
  referral.cost_minor = 2500 * price;
  campaigns_.push_back(std::move(referral));
  const int first_year = ToCivil(start_ - kDaysBefore).year;
  for (int year = first_year; year <= ToCivil(until_).year; ++year) AddYearlyCampaigns(year);
}

void Company::AddYearlyCampaigns(int year) {
  const std::int64_t price = lexicon_->currency == "RUB" ? 60 : 1;
  Sampler sampler(seed_, "company.campaigns", static_cast<std::uint64_t>(year));
  const auto add = [&](Channel channel, std::string name, Date from, Date to, Date peak, double intensity,
                       std::int64_t cost) {
    Campaign campaign;
    campaign.channel = channel;
    campaign.name = std::move(name);
    campaign.from = from;
    campaign.to = to;
    campaign.peak = peak;
    campaign.intensity = intensity;
    campaign.cost_minor = cost * price;
    if (from <= until_) campaigns_.push_back(std::move(campaign));
  };
  for (int quarter = 0; quarter < 4; ++quarter) {
    const Date from = FromCivil({year, 3 * quarter + 1, 1});
    const Date to = AddMonths(from, 3);
    const std::string label = fmt::format("{} Q{}", year, quarter + 1);
    add(Channel::kPaidSocial, fmt::format("{}{}", lexicon_->social_prefix, label), from, to, kFarDate,
        sampler.Uniform(0.7, 1.3), 5200);
    add(Channel::kOutbound, fmt::format("{}{}", lexicon_->outbound_prefix, label), from, to, kFarDate,
        sampler.Uniform(0.8, 1.2), 3000);
    add(Channel::kEmail, fmt::format("{}{}", lexicon_->newsletter_prefix, label), from, to, kFarDate,
        sampler.Uniform(0.85, 1.15), 600);
  }
  for (Date peak = FromCivil({year, 1, 18}); ToCivil(peak).year == year; peak = peak + sampler.Integer(38, 46)) {
    const std::string_view topic = sampler.Pick(lexicon_->webinar_topics);
    add(Channel::kWebinar, fmt::format("{}{} ({})", lexicon_->webinar_prefix, topic, FormatDate(peak)), peak - 14,
        peak + 4, peak, sampler.Uniform(1.6, 3.2), 180000);
  }
  static constexpr std::array<CivilDate, 3> kFairDays = {{{0, 3, 12}, {0, 6, 4}, {0, 10, 8}}};
  for (std::size_t i = 0; i < kFairDays.size(); ++i) {
    const Date peak = calendar_.NextWorkday(FromCivil({year, kFairDays[i].month, kFairDays[i].day}));
    add(Channel::kEvent, fmt::format("{} {}", lexicon_->fairs[i], year), peak - 1, peak + 2, peak,
        sampler.Uniform(28.0, 48.0), 950000);
  }
}

void Company::AddIntensities() {
  intensity_from_ = start_ - kDaysBefore;
  const auto days = static_cast<std::size_t>(until_.days - intensity_from_.days) + 1;
  intensity_.assign(kChannels, std::vector<double>(days, 0.0));
  for (const Campaign& campaign : campaigns_) {
    std::vector<double>& channel = intensity_[static_cast<std::size_t>(campaign.channel)];
    for (std::size_t day = 0; day < days; ++day) {
      channel[day] += campaign.IntensityOn(intensity_from_ + static_cast<int>(day));
    }
  }
  std::vector<double>& organic = intensity_[static_cast<std::size_t>(Channel::kOrganic)];
  for (std::size_t day = 0; day < days; ++day) {
    organic[day] = 0.8 + 0.4 * static_cast<double>(day) / static_cast<double>(days);  // search engines reward patience
  }
  for (std::size_t channel = 0; channel < peaks_.size(); ++channel) {
    peaks_[channel] = *std::max_element(intensity_[channel].begin(), intensity_[channel].end());
  }
}

double Company::Intensity(Channel channel, Date date) const {
  const std::vector<double>& days = intensity_[static_cast<std::size_t>(channel)];
  const int at = date.days - intensity_from_.days;
  return at < 0 || at >= static_cast<int>(days.size()) ? 0.0 : days[static_cast<std::size_t>(at)];
}

int Company::CampaignOn(Channel channel, Date date, Sampler& sampler) const {
  double left = sampler.Uniform() * Intensity(channel, date);
  int last = -1;
  for (std::size_t i = 0; i < campaigns_.size(); ++i) {
    if (campaigns_[i].channel != channel) continue;
    const double intensity = campaigns_[i].IntensityOn(date);
    if (intensity <= 0.0) continue;
    last = static_cast<int>(i);
    left -= intensity;
    if (left < 0.0) break;
  }
  return last;
}

void Company::AddRates() {
  const CivilDate first = ToCivil(start_ - kDaysBefore);
  for (const ForeignCurrency& foreign : lexicon_->foreign_currencies) {
    Sampler sampler(seed_, "company.rates", HashText(foreign.code));
    double units = foreign.units_per_corporate;
    for (Date from = FromCivil({first.year, first.month, 1}); from <= until_; from = AddMonths(from, 1)) {
      const auto millionths = std::llround(units * 1e6);
      rates_.push_back({foreign.code, from, AddMonths(from, 1), static_cast<double>(millionths) / 1e6});
      units *= 1.0 + 0.012 * sampler.Normal();
    }
  }
}

double Company::UnitsPerCorporate(std::string_view currency, Date date) const {
  double units = 1.0;
  for (const DatedRate& rate : rates_) {
    if (rate.currency == currency && rate.from <= date) units = rate.units;
  }
  return units;
}

std::int64_t Company::ToCorporate(std::int64_t minor, std::string_view currency, Date date) const {
  if (currency == lexicon_->currency) return minor;
  return std::llround(static_cast<double>(minor) / UnitsPerCorporate(currency, date));
}

}  // namespace weir::simulate
