// The days on which the support desk stands still, as a connector replicates Zendesk's schedules: those of the years up
// to the one of the export, entered before each began.
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

constexpr std::int64_t kSchedule = 360'000'310'393;

struct HolidayRow {
  const View& view;
  const Holiday& holiday;
  int year;
  int place;  // among those of the year
};

Date DayOf(const HolidayRow& row, int day) { return FromCivil({row.year, row.holiday.month, day}); }

constexpr Column<HolidayRow> kHolidayColumns[] = {
    {"id", [](std::string& c, const HolidayRow& r) { PutInteger(c, 1'000'000 + r.year * 100 + r.place); }},
    {"schedule_id", [](std::string& c, const HolidayRow&) { PutInteger(c, kSchedule); }},
    {"_fivetran_deleted", [](std::string& c, const HolidayRow&) { PutUpperBool(c, false); }},
    {"_fivetran_synced",
     [](std::string& c, const HolidayRow& r) {
       PutSynced(c, r.view, r.view.world.calendar.At(FromCivil({r.year - 1, 12, 1}), 9 * 3600));
     }},
    {"end_date", [](std::string& c, const HolidayRow& r) { PutDate(c, DayOf(r, r.holiday.last_day)); }},
    {"name", [](std::string& c, const HolidayRow& r) { c.append(r.holiday.name); }},
    {"start_date", [](std::string& c, const HolidayRow& r) { PutDate(c, DayOf(r, r.holiday.first_day)); }},
};

class ZendeskSchedule final : public Exporter {
 public:
  ZendeskSchedule(View view, CsvTable<HolidayRow> holidays) : view_(view), holidays_(std::move(holidays)) {}

  void Write(const Account& /*account*/) override {}

  Status Close(std::vector<WrittenFile>& files) override {
    for (int year = ToCivil(view_.world.start).year; year <= ToCivil(view_.day).year; ++year) {
      int place = 0;
      for (const Holiday& holiday : view_.world.calendar.holidays()) holidays_.Write({view_, holiday, year, ++place});
    }
    return CloseTable(holidays_, files);
  }

 private:
  View view_;
  CsvTable<HolidayRow> holidays_;
};

}  // namespace

ExporterResult OpenZendeskSchedule(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto holidays, CsvTable<HolidayRow>::Create(folder / "zendesk-schedule_holiday.csv", kHolidayColumns));
  return std::make_unique<ZendeskSchedule>(view, std::move(holidays));
}

}  // namespace weir::simulate
