#include "simulate/google_ads.h"

#include <fmt/format.h>

#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};

std::string LongDate(Date date) {
  const CivilDate civil = ToCivil(date);
  return fmt::format("{} {}, {}", kMonths[civil.month - 1], civil.day, civil.year);
}

// 1,234 as the user interface shows counts.
std::string Grouped(std::int64_t value) {
  const std::string digits = std::to_string(value);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return text;
}

std::string Money(std::int64_t minor) {
  std::string text;
  PutAmount(text, minor);
  return text;
}

class GoogleAds final : public Exporter {
 public:
  GoogleAds(View view, CsvFile file) : view_(view), file_(std::move(file)) {}

  void Write(const Account& account) override { counts_.Add(view_.world, account); }

  Status Close(std::vector<WrittenFile>& files) override {
    const World& world = view_.world;
    file_.Line("Campaign performance");
    file_.Line(fmt::format("\"{} - {}\"", LongDate(world.start), LongDate(view_.day)));
    for (const std::string_view name : {"Day", "Campaign", "Currency code", "Cost", "Impr.", "Clicks", "Conversions"}) {
      file_.Cell(name);
    }
    file_.EndRow();
    const AdReport report = ForEachAdDay(world, counts_, view_.day, [&](Date day, std::size_t i, const AdDay& seen) {
      WriteDay(day, world.company.campaigns()[i], seen);
    });
    WriteTotals(report.total);
    files.push_back({file_.path(), report.rows});
    return file_.Close();
  }

 private:
  void WriteDay(Date day, const Campaign& campaign, const AdDay& seen) {
    file_.Cell(FormatDate(day));
    file_.Cell(campaign.vendor_name);
    file_.Cell(view_.lexicon().currency);
    file_.Cell(Money(seen.cost_minor));
    file_.Cell(Grouped(seen.impressions));
    file_.Cell(Grouped(seen.clicks));
    file_.Cell(seen.clicks == 0 ? std::string(" --") : fmt::format("{}.00", seen.conversions));
    file_.EndRow();
  }

  void WriteTotals(const AdDay& total) {
    for (const std::string_view name : {"Total: Campaigns", "Total: Account"}) {
      file_.Cell(name);
      file_.Cell(" --");
      file_.Cell(view_.lexicon().currency);
      file_.Cell(Money(total.cost_minor));
      file_.Cell(Grouped(total.impressions));
      file_.Cell(Grouped(total.clicks));
      file_.Cell(fmt::format("{}.00", total.conversions));
      file_.EndRow();
    }
  }

  View view_;
  CsvFile file_;
  AdCounts counts_;
};

}  // namespace

void AdDay::Add(const AdDay& other) {
  impressions += other.impressions;
  clicks += other.clicks;
  conversions += other.conversions;
  cost_minor += other.cost_minor;
}

AdReport ForEachAdDay(const World& world, const AdCounts& counts, Date last,
                      const std::function<void(Date, std::size_t, const AdDay&)>& take) {
  AdReport report;
  for (Date day = world.start; day <= last; day = day + 1) {
    for (std::size_t i = 0; i < world.company.campaigns().size(); ++i) {
      const Campaign& campaign = world.company.campaigns()[i];
      if (campaign.vendor_name.empty() || campaign.IntensityOn(day) <= 0.0) continue;
      const AdDay seen = counts.DayOf(world, static_cast<int>(i), day);
      take(day, i, seen);
      report.total.Add(seen);
      ++report.rows;
    }
  }
  return report;
}

void AdCounts::Add(const World& world, const Account& account) {
  for (const Touch& touch : account.touches) {
    if (touch.channel != Channel::kPaidSearch) continue;
    ++known_[{touch.campaign, world.calendar.DayOf(touch.at).days}].clicks;
  }
  for (const Lead& lead : account.leads) {
    if (lead.channel != Channel::kPaidSearch) continue;
    ++known_[{lead.campaign, world.calendar.DayOf(lead.created_at).days}].conversions;
  }
}

AdDay AdCounts::DayOf(const World& world, int campaign, Date date) const {
  const Campaign& asked = world.company.campaigns()[static_cast<std::size_t>(campaign)];
  const auto found = known_.find({campaign, date.days});
  const Known known = found == known_.end() ? Known{} : found->second;
  Sampler sampler =
      world.Draw("ads.strangers", static_cast<std::uint64_t>(campaign) << 32 | static_cast<std::uint32_t>(date.days));
  // Four strangers a day and territory click at full strength; their number follows the season.
  const double strangers =
      4.0 * static_cast<double>(world.company.pods().size()) * asked.IntensityOn(date) * world.calendar.Demand(date);
  AdDay day;
  day.clicks = known.clicks + sampler.Poisson(strangers);
  day.conversions = known.conversions;
  const double shown_per_click = sampler.Uniform(11.0, 34.0);
  const double price = sampler.Uniform(0.8, 1.25);
  day.impressions = static_cast<std::int64_t>((static_cast<double>(day.clicks) + 0.6) * shown_per_click);
  day.cost_minor = static_cast<std::int64_t>(static_cast<double>(day.clicks * asked.click_minor) * price);
  return day;
}

std::int64_t AdCost(const World& world, const AdCounts& counts, int campaign, Date until) {
  std::int64_t cost = 0;
  for (Date day = world.start; day <= until; day = day + 1) {
    if (world.company.campaigns()[static_cast<std::size_t>(campaign)].IntensityOn(day) > 0.0) {
      cost += counts.DayOf(world, campaign, day).cost_minor;
    }
  }
  return cost;
}

ExporterResult OpenGoogleAds(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(CsvFile file,
           CsvFile::Create(folder / fmt::format("google-ads-campaigns-{}.csv", FormatDate(view.day)), CsvForm{}));
  return std::make_unique<GoogleAds>(view, std::move(file));
}

}  // namespace weir::simulate
