// UIS, the telephone system: what get.calls_report of its Data API answers.
#include <fmt/format.h>

#include "simulate/exporter.h"
#include "simulate/json_page.h"

namespace weir::simulate {
namespace {

constexpr std::string_view kOurNumber = "74951045771";

std::string Digits(std::string_view phone) {
  std::string digits;
  for (const char c : phone) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  return digits;
}

std::string Local(const View& view, std::int64_t seconds_later, Instant at) {
  std::string text;
  PutUtcTime(text, Instant{view.world.calendar.LocalMicros(Plus(at, static_cast<double>(seconds_later)))});
  return text;
}

class Uis final : public Exporter {
 public:
  Uis(View view, JsonPage calls) : view_(view), calls_(std::move(calls)) {}

  void Write(const Account& account) override {
    for (const PhoneCall& call : account.calls) {
      if (call.at > view_.at) break;
      calls_.Add(CallJson(account, call));
    }
  }

  Status Close(std::vector<WrittenFile>& files) override { return CloseEvents(calls_, files); }

 private:
  std::string CallJson(const Account& account, const PhoneCall& call) const {
    const Person& person = account.people[static_cast<std::size_t>(call.person)];
    const bool is_mobile = call.line % 3 == 0 && !person.mobile.empty();
    const bool is_answered = call.outcome == CallOutcome::kAnswered;
    std::string member = "null";
    if (call.member >= 0) {
      member.clear();
      PutJsonText(member, view_.member(call.member).FullText());
    }
    return fmt::format(
        R"({{"id":{},"start_time":"{}","finish_time":"{}","direction":"{}","is_lost":{},)"
        R"("virtual_phone_number":"{}","contact_phone_number":"{}","last_answered_employee_id":{},)"
        R"("last_answered_employee_full_name":{},"talk_duration":{},"wait_duration":{},"total_duration":{},)"
        R"("scenario_name":{}}})",
        RecordNumber(account.profile.index, call.number), Local(view_, 0, call.at),
        Local(view_, call.wait_seconds + call.talk_seconds, call.at), call.incoming ? "in" : "out",
        is_answered ? "false" : "true", kOurNumber, Digits(is_mobile ? person.mobile : person.phone),
        call.member < 0 ? std::string("null") : std::to_string(ExtensionOf(call.member)), member, call.talk_seconds,
        call.wait_seconds, call.wait_seconds + call.talk_seconds, call.incoming ? "\"Входящая линия\"" : "null");
  }

  View view_;
  JsonPage calls_;
};

}  // namespace

ExporterResult OpenUis(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto calls, JsonPage::Create(folder / fmt::format("uis_calls_report_{}.json", FormatDate(view.day)),
                                        R"({"jsonrpc":"2.0","id":"calls","result":{"data":[)", "]}}"));
  return std::make_unique<Uis>(view, std::move(calls));
}

}  // namespace weir::simulate
