// Yandex Direct: the report that its interface saves, with a title above and sums below, Windows-1251, decimal commas.
#include <fmt/format.h>

#include "simulate/exporter.h"
#include "simulate/google_ads.h"

namespace weir::simulate {
namespace {

std::string Day(Date day) {
  const CivilDate civil = ToCivil(day);
  return fmt::format("{:02}.{:02}.{:04}", civil.day, civil.month, civil.year);
}

// 1 234,50 with a blank that does not break.
std::string Money(std::int64_t minor) {
  const std::string whole = std::to_string(minor / 100);
  std::string text;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i > 0 && (whole.size() - i) % 3 == 0) text += "\xC2\xA0";
    text.push_back(whole[i]);
  }
  return text + fmt::format(",{:02}", minor % 100);
}

class YandexDirect final : public Exporter {
 public:
  YandexDirect(View view, CsvFile file) : view_(view), file_(std::move(file)) {}

  void Write(const Account& account) override { counts_.Add(view_.world, account); }

  Status Close(std::vector<WrittenFile>& files) override {
    const World& world = view_.world;
    file_.Line("Статистика по дням");
    file_.Line("Логин: example-direct");
    file_.Line(fmt::format("Период: {} - {}", Day(world.start), Day(view_.day)));
    file_.Line("");
    for (const std::string_view name :
         {"Дата", "Кампания", "№ Кампании", "Показы", "Клики", "Расход (руб.)", "Конверсии"}) {
      file_.Cell(name);
    }
    file_.EndRow();
    AdDay total;
    std::uint64_t rows = 0;
    for (Date day = world.start; day <= view_.day; day = day + 1) {
      for (std::size_t i = 0; i < world.company.campaigns().size(); ++i) {
        const Campaign& campaign = world.company.campaigns()[i];
        if (campaign.vendor_name.empty() || campaign.IntensityOn(day) <= 0.0) continue;
        const AdDay seen = counts_.DayOf(world, static_cast<int>(i), day);
        WriteRow(Day(day), campaign.vendor_name, std::to_string(41'000'001 + i), seen);
        total.cost_minor += seen.cost_minor;
        total.impressions += seen.impressions;
        total.clicks += seen.clicks;
        total.conversions += seen.conversions;
        ++rows;
      }
    }
    WriteRow("Всего", "", "", total);
    files.push_back({file_.path(), rows});
    return file_.Close();
  }

 private:
  void WriteRow(std::string_view day, std::string_view campaign, std::string_view number, const AdDay& seen) {
    file_.Cell(day);
    file_.Cell(campaign);
    file_.Cell(number);
    file_.Cell(std::to_string(seen.impressions));
    file_.Cell(std::to_string(seen.clicks));
    file_.Cell(Money(seen.cost_minor));
    file_.Cell(seen.conversions == 0 ? std::string("-") : std::to_string(seen.conversions));
    file_.EndRow();
  }

  View view_;
  CsvFile file_;
  AdCounts counts_;
};

}  // namespace

ExporterResult OpenYandexDirect(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(CsvFile file, CsvFile::Create(folder / fmt::format("yandex-direct-{}.csv", FormatDate(view.day)),
                                         {.separator = ';', .encoding = Encoding::kWindows1251}));
  return std::make_unique<YandexDirect>(view, std::move(file));
}

}  // namespace weir::simulate
