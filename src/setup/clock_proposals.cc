// Where the company's clock stands, and when it works. The two hang together: moments are kept in UTC, so hours of work
// tell the zone only up to a shift, and the countries that the data name have to say which.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "setup/proposals.h"
#include "setup/words.h"

namespace weir::setup {
namespace {

using analysis::Text;

constexpr std::size_t kMostZones = 8;

// How much each country is the company's own: shares of accounts and phones, and of the countries with its currency.
std::map<const Country*, double> Votes(const Evidence& evidence, const analysis::Settings& settings) {
  std::map<const Country*, double> votes;
  double accounts = 0;
  double phones = 0;
  for (const CountryUse& use : evidence.countries) {
    accounts += static_cast<double>(use.accounts);
    phones += static_cast<double>(use.phones);
  }
  for (const CountryUse& use : evidence.countries) {
    if (accounts > 0) votes[use.country] += 2 * static_cast<double>(use.accounts) / accounts;
    if (phones > 0) votes[use.country] += 2 * static_cast<double>(use.phones) / phones;
  }
  const auto uses_currency = [&](const Country& country) { return country.currency == settings.currency; };
  const auto sharing = static_cast<double>(std::ranges::count_if(Countries(), uses_currency));
  double crumb = 0.001;  // orders what nothing speaks for
  for (const Country& country : Countries()) {
    votes[&country] += (uses_currency(country) ? 1.0 / sharing : 0.0) + crumb;
    crumb *= 0.95;
  }
  return votes;
}

struct Candidate {
  std::string zone = {};
  const Country* country = nullptr;
  const Stream* stream = nullptr;  // whose hours fit best
  std::optional<WorkingWeek> week = {};
  double score = 0;
};

// How well the hours of some stream fit an office in the zone: 1, less, or hardly; 1 where no stream says anything.
double FitOf(const Evidence& evidence, const TimeZone& zone, Candidate& candidate) {
  double best = -1;
  for (const Stream& stream : evidence.streams) {
    const auto week = FindWorkingWeek(stream.moments, zone);
    if (!week) continue;
    const double fit = week->IsUsual() ? 1.0 : week->IsPlausible() ? 0.5 : 0.05;
    if (fit <= best) continue;
    best = fit;
    candidate.stream = &stream;
    candidate.week = week;
  }
  return best < 0 ? 1.0 : best;
}

std::vector<Candidate> CandidatesOf(const Evidence& evidence, const analysis::Settings& settings) {
  std::vector<Candidate> candidates;
  for (const auto& [country, vote] : Votes(evidence, settings)) {
    if (vote < 0.0005) continue;
    double rank = 1.0;  // the zone where most people live first
    std::string_view zones = country->zones;
    while (!zones.empty()) {
      const std::size_t end = std::min(zones.find(' '), zones.size());
      Candidate candidate{.zone = std::string(zones.substr(0, end)), .country = country};
      zones.remove_prefix(std::min(end + 1, zones.size()));
      const auto zone = TimeZone::Find(candidate.zone);
      if (!zone) continue;
      candidate.score = vote * rank * FitOf(evidence, *zone, candidate);
      rank *= 0.9;
      candidates.push_back(std::move(candidate));
    }
  }
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.zone < b.zone;
  });
  return candidates;
}

const CountryUse* UseOf(const Evidence& evidence, const Country* country) {
  const auto found = std::ranges::find(evidence.countries, country, &CountryUse::country);
  return found == evidence.countries.end() ? nullptr : &*found;
}

Text ActivityOf(const Stream& stream) {
  const Text& source = stream.title;
  if (stream.kind == "tool_usage") {
    return {fmt::format("sign-ons ({})", source.en), fmt::format("входов в систему ({})", source.ru)};
  }
  if (stream.kind == "call") return {fmt::format("calls ({})", source.en), fmt::format("звонков ({})", source.ru)};
  return {fmt::format("calls, e-mails and meetings ({})", source.en),
          fmt::format("звонков, писем и встреч ({})", source.ru)};
}

// "87% of 1,566 calls, e-mails and meetings (Salesforce) fall on Mon-Fri, 9:00-18:00"
Text Within(const Stream& stream, const WorkingWeek& week, const std::string& zone) {
  const Decimal share = ShareOf(static_cast<std::int64_t>(week.share * 1e6), 1'000'000);
  const Text percent = PercentOf(share);
  const Text what = ActivityOf(stream);
  const Text hours = ShownHours(week.hours);
  return {fmt::format("{} of {} {} fall on {} in {}", percent.en, GroupedEn(stream.total), what.en, hours.en, zone),
          fmt::format("{} из {} {} приходятся на {} по времени {}", percent.ru, GroupedRu(stream.total), what.ru,
                      hours.ru, zone)};
}

// What the accounts, phones and the currency say of the country.
Text WhereOf(const Evidence& evidence, const Country* country, const std::string& currency) {
  const CountryUse* use = UseOf(evidence, country);
  if (use == nullptr) {
    if (country->currency != currency) return {};
    return {fmt::format("the currency is {}", currency), fmt::format("валюта — {}", currency)};
  }
  std::int64_t accounts = 0;
  std::int64_t phones = 0;
  for (const CountryUse& one : evidence.countries) {
    accounts += one.accounts;
    phones += one.phones;
  }
  const bool is_by_phone = use->accounts * phones < use->phones * accounts || accounts == 0;
  const Text percent =
      is_by_phone ? PercentOf(ShareOf(use->phones, phones)) : PercentOf(ShareOf(use->accounts, accounts));
  const Text name{NameOf(*country, Language::kEnglish), NameOf(*country, Language::kRussian)};
  return is_by_phone ? Text{fmt::format("{} of the phone numbers are from {}", percent.en, name.en),
                            fmt::format("{} телефонов — {}", percent.ru, name.ru)}
                     : Text{fmt::format("{} of the companies are in {}", percent.en, name.en),
                            fmt::format("{} компаний — {}", percent.ru, name.ru)};
}

// Sentences begin with a capital: percent signs and Latin words do, a Russian word is given one.
Text Capital(Text text) {
  if (text.en.starts_with("the ")) text.en.front() = 'T';
  if (text.ru.starts_with("валюта")) text.ru.replace(0, std::string_view("в").size(), "В");
  return text;
}

Text Sentence(const Text& first, const Text& second) {
  if (first.en.empty() && second.en.empty()) return {"Nothing in the data tells.", "По данным этого не понять."};
  if (first.en.empty() || second.en.empty()) return Capital({first.en + second.en + ".", first.ru + second.ru + "."});
  return Capital({fmt::format("{}; {}.", first.en, second.en), fmt::format("{}; {}.", first.ru, second.ru)});
}

}  // namespace

Proposal ProposeTimeZone(const Evidence& evidence, const analysis::Settings& settings) {
  Proposal proposal;
  const bool has_clock = std::ranges::any_of(evidence.streams, [](const Stream& stream) {
    return FindWorkingWeek(stream.moments, TimeZone::Utc()).has_value();
  });
  const auto with_currency = std::ranges::count(Countries(), std::string_view(settings.currency), &Country::currency);
  if (evidence.countries.empty() && !has_clock && with_currency != 1) {
    proposal.evidence = Sentence({}, {});
    return proposal;
  }
  const std::vector<Candidate> candidates = CandidatesOf(evidence, settings);
  const Candidate& best = candidates.front();
  proposal.value = best.zone;
  const bool is_told = best.week && best.week->IsPlausible();
  if (is_told) proposal.share = ShareOf(static_cast<std::int64_t>(best.week->share * 1e6), 1'000'000);
  proposal.evidence = Sentence(WhereOf(evidence, best.country, settings.currency),
                               is_told ? Within(*best.stream, *best.week, best.zone) : Text{});
  for (const Candidate& candidate : candidates) {
    if (proposal.options.size() == kMostZones) break;
    const bool fits = candidate.week && candidate.week->IsPlausible();
    proposal.options.push_back(
        {candidate.zone, {candidate.zone, candidate.zone}, fits ? ShownHours(candidate.week->hours) : Text{}});
  }
  return proposal;
}

Proposal ProposeWorkingHours(const Evidence& evidence, const std::string& time_zone) {
  Proposal proposal;
  proposal.evidence = {"Too few calls, e-mails and meetings with an hour to tell when people work.",
                       "Слишком мало звонков, писем и встреч со временем, чтобы понять, когда работают люди."};
  const auto zone = TimeZone::Find(time_zone);
  if (!zone) return proposal;
  for (const Stream& stream : evidence.streams) {
    auto week = FindWorkingWeek(stream.moments, *zone);
    const bool fits = week && week->IsPlausible();
    if (!fits) {
      // Stamps without a zone were read by the clock that was set then: as they stand they are the local time.
      week = FindWorkingWeek(stream.moments, TimeZone::Utc());
      if (!week || !week->IsPlausible()) continue;
      proposal.note = {
          fmt::format("Stamps of {} carry no time zone and were read as UTC: import its files again once the "
                      "time zone is set.",
                      stream.title.en),
          fmt::format("Во времени из {} нет часового пояса, оно прочитано как UTC: загрузите эти файлы ещё "
                      "раз, когда пояс будет задан.",
                      stream.title.ru)};
    }
    proposal.value = FormatWorkingHours(week->hours);
    proposal.share = ShareOf(static_cast<std::int64_t>(week->share * 1e6), 1'000'000);
    const Text within = Within(stream, *week, fits ? time_zone : "UTC");
    proposal.evidence = {within.en + ".", within.ru + "."};
    break;
  }
  WorkingHours usual{.days = {true, true, true, true, true, false, false}, .begins_minute = 540, .ends_minute = 1080};
  std::vector<std::string> values;
  if (proposal.value) values.push_back(*proposal.value);
  for (const auto& [begins, ends] : {std::pair{540, 1080}, {480, 1020}, {600, 1140}}) {
    usual.begins_minute = begins;
    usual.ends_minute = ends;
    values.push_back(FormatWorkingHours(usual));
  }
  for (const std::string& value : values) {
    const bool is_listed = std::ranges::find(proposal.options, value, &Option::value) != proposal.options.end();
    if (!is_listed) proposal.options.push_back({value, ShownHours(*ParseWorkingHours(value)), {}});
  }
  return proposal;
}

}  // namespace weir::setup
