// The telephone system: call records as FreePBX exports them, and the log of its queues as Asterisk writes it. Rows
// stand by account, not by time.
#include <fmt/format.h>

#include "simulate/dated_file.h"
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

constexpr int kSupportQueue = 600;

using CallRow = RowOf<PhoneCall>;

// Digits with the plus, as the line shows them.
std::string Number(std::string_view phone) {
  std::string digits;
  for (const char c : phone) {
    if (c == '+' || (c >= '0' && c <= '9')) digits.push_back(c);
  }
  return digits;
}

std::string PersonNumber(const CallRow& row) {
  const Person& person = row.account.people[static_cast<std::size_t>(row.item.person)];
  return Number(row.item.line % 3 == 0 && !person.mobile.empty() ? person.mobile : person.phone);
}

std::string Extension(const CallRow& row) {
  return row.item.member < 0 ? std::to_string(kSupportQueue) : std::to_string(ExtensionOf(row.item.member));
}

std::string CallerId(const CallRow& row) {
  if (row.item.incoming) return fmt::format("\"\" <{}>", PersonNumber(row));
  return fmt::format("\"{}\" <{}>", row.view.member(row.item.member).FullText(), ExtensionOf(row.item.member));
}

std::string_view Disposition(const CallRow& row) {
  switch (row.item.outcome) {
    case CallOutcome::kAnswered:
      return "ANSWERED";
    case CallOutcome::kBusy:
      return "BUSY";
    case CallOutcome::kMissed:
      break;
  }
  return "NO ANSWER";
}

constexpr Column<CallRow> kCallColumns[] = {
    {"calldate",
     [](std::string& c, const CallRow& r) {
       PutUtcTime(c, Instant{r.view.world.calendar.LocalMicros(r.item.at)});  // local time, without a zone
     }},
    {"clid", [](std::string& c, const CallRow& r) { c.append(CallerId(r)); }},
    {"src", [](std::string& c, const CallRow& r) { c.append(r.item.incoming ? PersonNumber(r) : Extension(r)); }},
    {"dst", [](std::string& c, const CallRow& r) { c.append(r.item.incoming ? Extension(r) : PersonNumber(r)); }},
    {"dcontext", [](std::string& c, const CallRow& r) { c.append(r.item.incoming ? "ext-queues" : "from-internal"); }},
    {"channel",
     [](std::string& c, const CallRow& r) {
       c.append(r.item.incoming ? "PJSIP/trunk-0" : "PJSIP/" + Extension(r) + "-0");
       c.append(fmt::format("{:07x}", RecordNumber(r.account.profile.index, r.item.number) & 0xFFFFFFF));
     }},
    {"dstchannel",
     [](std::string& c, const CallRow& r) {
       if (r.item.outcome == CallOutcome::kAnswered) {
         c.append(r.item.incoming ? "PJSIP/" + Extension(r) + "-1" : "PJSIP/trunk-1");
       }
     }},
    {"lastapp", [](std::string& c, const CallRow& r) { c.append(r.item.incoming ? "Queue" : "Dial"); }},
    {"lastdata", [](std::string& c, const CallRow& r) { c.append(r.item.incoming ? "600,t,,,300" : "PJSIP/trunk"); }},
    {"duration", [](std::string& c, const CallRow& r) { PutInteger(c, r.item.wait_seconds + r.item.talk_seconds); }},
    {"billsec", [](std::string& c, const CallRow& r) { PutInteger(c, r.item.talk_seconds); }},
    {"disposition", [](std::string& c, const CallRow& r) { c.append(Disposition(r)); }},
    {"amaflags", [](std::string& c, const CallRow&) { c.append("3"); }},
    {"accountcode", [](std::string&, const CallRow&) {}},
    {"uniqueid", [](std::string& c, const CallRow& r) { c.append(CallId(r.account, r.item)); }},
    {"userfield", [](std::string&, const CallRow&) {}},
};

class Telephony final : public Exporter {
 public:
  Telephony(View view, CsvTable<CallRow> calls, CsvFile queue)
      : view_(view), calls_(std::move(calls)), queue_(std::move(queue)) {}

  void Write(const Account& account) override {
    for (const PhoneCall& call : account.calls) {
      if (call.at > view_.at) break;
      const CallRow row{view_, account, call};
      calls_.Write(row);
      if (call.incoming) WriteQueue(row);
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseEvents(calls_, files));
    files.push_back({queue_.path(), lines_});
    return queue_.Close();
  }

 private:
  void WriteQueue(const CallRow& row) {
    const std::int64_t epoch = row.item.at.micros / kMicrosPerSecond;
    const std::string id = CallId(row.account, row.item);
    const auto line = [&](std::int64_t at, std::string_view agent, std::string_view what) {
      queue_.Line(fmt::format("{}|{}|support|{}|{}", at, id, agent, what));
      ++lines_;
    };
    line(epoch, "NONE", fmt::format("ENTERQUEUE||{}|1", PersonNumber(row)));
    const std::int64_t waited = epoch + row.item.wait_seconds;
    if (row.item.outcome != CallOutcome::kAnswered) {
      line(waited, "NONE", fmt::format("ABANDON|1|1|{}", row.item.wait_seconds));
      return;
    }
    const std::string agent = fmt::format("PJSIP/{}", ExtensionOf(row.item.member));
    line(waited, agent, fmt::format("CONNECT|{}|{}|4", row.item.wait_seconds, id));
    line(waited + row.item.talk_seconds, agent,
         fmt::format("COMPLETECALLER|{}|{}|1", row.item.wait_seconds, row.item.talk_seconds));
  }

  View view_;
  CsvTable<CallRow> calls_;
  CsvFile queue_;
  std::uint64_t lines_ = 0;
};

}  // namespace

ExporterResult OpenTelephony(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto calls,
           CsvTable<CallRow>::Create(DatedFile(folder, view, "cdr"), kCallColumns, {.quoting = Quoting::kAlways}));
  WEIR_TRY(CsvFile queue, CsvFile::Create(folder / "queue_log", {.line_end = "\n"}));
  return std::make_unique<Telephony>(view, std::move(calls), std::move(queue));
}

}  // namespace weir::simulate
