// Yandex Direct: the report that its interface saves, with a title above and sums below, Windows-1251, decimal commas.
#include <fmt/format.h>

#include "simulate/exporter.h"
#include "simulate/google_ads.h"

namespace weir::simulate {
namespace {

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
    file_.Line(fmt::format("Период: {} - {}", DottedDay(world.start), DottedDay(view_.day)));
    file_.Line("");
    for (const std::string_view name :
         {"Дата", "Кампания", "№ Кампании", "Показы", "Клики", "Расход (руб.)", "Конверсии"}) {
      file_.Cell(name);
    }
    file_.EndRow();
    const AdReport report = ForEachAdDay(world, counts_, view_.day, [&](Date day, std::size_t i, const AdDay& seen) {
      WriteRow(DottedDay(day), world.company.campaigns()[i].vendor_name, std::to_string(41'000'001 + i), seen);
    });
    WriteRow("Всего", "", "", report.total);
    files.push_back({file_.path(), report.rows});
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
