// Meetings as a shared calendar exports them (iCalendar): one file for the company.
#include <fmt/format.h>

#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

// 20260305T101213Z
std::string Stamp(Instant at) {
  std::string iso;
  PutUtcTime(iso, at);
  std::string stamp;
  for (const char c : iso) {
    if (c == ' ') stamp.push_back('T');
    if (c >= '0' && c <= '9') stamp.push_back(c);
  }
  return stamp + "Z";
}

// Commas, semicolons and breaks are escaped in texts.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ',' || c == ';' || c == '\\') out.push_back('\\');
    if (c == '\n') {
      out.append("\\n");
    } else {
      out.push_back(c);
    }
  }
  return out;
}

class Calendars final : public Exporter {
 public:
  Calendars(View view, CsvFile file) : view_(view), file_(std::move(file)) {
    file_.Line("BEGIN:VCALENDAR");
    file_.Line("VERSION:2.0");
    file_.Line(fmt::format("PRODID:-//{}//Calendar//EN", view_.lexicon().seller_name));
  }

  void Write(const Account& account) override {
    for (const Activity& activity : account.activities) {
      if (activity.kind == ActivityKind::kMeeting && activity.created_at <= view_.at) WriteMeeting(account, activity);
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    file_.Line("END:VCALENDAR");
    files.push_back({file_.path(), meetings_});
    return file_.Close();
  }

 private:
  void WriteMeeting(const Account& account, const Activity& activity) {
    const Member& member = view_.member(activity.member);
    const Person* guest = &account.people.front();
    if (activity.contact >= 0) {
      const int person = account.contacts[static_cast<std::size_t>(activity.contact)].person;
      guest = &account.people[static_cast<std::size_t>(person)];
    }
    file_.Line("BEGIN:VEVENT");
    file_.Line(
        fmt::format("UID:{}@{}", RecordNumber(account.profile.index, activity.number), view_.lexicon().seller_domain));
    file_.Line("DTSTAMP:" + Stamp(activity.created_at));
    file_.Line("DTSTART:" + Stamp(activity.starts_at));
    file_.Line("DTEND:" + Stamp(Plus(activity.starts_at, activity.duration_seconds)));
    file_.Line("SUMMARY:" + Escaped(fmt::format("{}: {}", account.profile.brand, activity.subject)));
    file_.Line("ORGANIZER:mailto:" + member.email);
    file_.Line("ATTENDEE;PARTSTAT=ACCEPTED:mailto:" + guest->email);
    file_.Line("END:VEVENT");
    ++meetings_;
  }

  View view_;
  CsvFile file_;
  std::uint64_t meetings_ = 0;
};

}  // namespace

ExporterResult OpenCalendars(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(CsvFile file, CsvFile::Create(folder / "other" / "calendar.ics", {}));
  return std::make_unique<Calendars>(view, std::move(file));
}

}  // namespace weir::simulate
