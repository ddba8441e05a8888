// What the company's own product and web site know, in Weir's generic form: workspaces and their users, weekly use,
// visits, answers to surveys; and what customers said of tickets, as Zendesk's connector writes it.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "simulate/dated_file.h"
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

struct WorkspaceRow {
  const View& view;
  const Account& account;
  Instant created_at;
};

constexpr Column<WorkspaceRow> kWorkspaceColumns[] = {
    {"key", [](std::string& c, const WorkspaceRow& r) { c.append(WorkspaceKey(r.account)); }},
    {"name", [](std::string& c, const WorkspaceRow& r) { c.append(r.account.profile.brand); }},
    {"domain", [](std::string& c, const WorkspaceRow& r) { c.append(r.account.profile.domain); }},
    {"created_at", [](std::string& c, const WorkspaceRow& r) { PutSalesforceTime(c, r.created_at); }},
};

struct UserRow {
  const Account& account;
  int person;
  Instant created_at;
};

const Person& PersonOf(const UserRow& row) { return row.account.people[static_cast<std::size_t>(row.person)]; }

constexpr Column<UserRow> kUserColumns[] = {
    {"key", [](std::string& c, const UserRow& r) { c.append(ProductUserKey(r.account, r.person)); }},
    {"account_key", [](std::string& c, const UserRow& r) { c.append(WorkspaceKey(r.account)); }},
    {"full_name", [](std::string& c, const UserRow& r) { c.append(PersonOf(r).FullText()); }},
    {"email", [](std::string& c, const UserRow& r) { c.append(PersonOf(r).email); }},
    {"created_at", [](std::string& c, const UserRow& r) { PutSalesforceTime(c, r.created_at); }},
};

struct UsageRow {
  const Account& account;
  Date week;
  std::string_view feature;
  int quantity;
};

constexpr Column<UsageRow> kUsageColumns[] = {
    {"account_key", [](std::string& c, const UsageRow& r) { c.append(WorkspaceKey(r.account)); }},
    {"day", [](std::string& c, const UsageRow& r) { PutDate(c, r.week); }},
    {"feature", [](std::string& c, const UsageRow& r) { c.append(r.feature); }},
    {"quantity", [](std::string& c, const UsageRow& r) { PutInteger(c, r.quantity); }},
};

using TouchRow = RowOf<Touch>;

struct TouchForm {
  std::string_view channel;
  std::string_view source;
  std::string_view medium;
  std::string_view kind;
};

constexpr std::array<TouchForm, kChannels> kTouchForms = {{{"paid_search", "google", "cpc", "click"},
                                                           {"paid_social", "linkedin", "paid_social", "click"},
                                                           {"organic", "google", "organic", "visit"},
                                                           {"webinar", "webinar", "event", "form"},
                                                           {"event", "fair", "event", "event"},
                                                           {"referral", "partner", "referral", "form"},
                                                           {"outbound", "outbound", "email", "mail"},
                                                           {"email", "newsletter", "email", "click"}}};

const TouchForm& FormOf(const TouchRow& row) { return kTouchForms[static_cast<std::size_t>(row.item.channel)]; }

constexpr Column<TouchRow> kTouchColumns[] = {
    {"key",
     [](std::string& c, const TouchRow& r) {
       c.append(
           fmt::format("t{}-{}-{}", r.account.profile.index + 1, static_cast<int>(r.item.channel), r.item.ordinal));
     }},
    {"person_key", [](std::string& c, const TouchRow& r) { c.append(ProductUserKey(r.account, r.item.person)); }},
    {"account_key", [](std::string& c, const TouchRow& r) { c.append(WorkspaceKey(r.account)); }},
    {"at", [](std::string& c, const TouchRow& r) { PutSalesforceTime(c, r.item.at); }},
    {"channel", [](std::string& c, const TouchRow& r) { c.append(FormOf(r).channel); }},
    {"source", [](std::string& c, const TouchRow& r) { c.append(FormOf(r).source); }},
    {"medium", [](std::string& c, const TouchRow& r) { c.append(FormOf(r).medium); }},
    {"kind", [](std::string& c, const TouchRow& r) { c.append(FormOf(r).kind); }},
};

using AnswerRow = RowOf<SurveyAnswer>;

constexpr Column<AnswerRow> kAnswerColumns[] = {
    {"key",
     [](std::string& c, const AnswerRow& r) {
       c.append(fmt::format("nps-{}-{}", r.account.profile.index + 1, r.item.number + 1));
     }},
    {"account_key", [](std::string& c, const AnswerRow& r) { c.append(WorkspaceKey(r.account)); }},
    {"person_key", [](std::string& c, const AnswerRow& r) { c.append(ProductUserKey(r.account, r.item.person)); }},
    {"kind", [](std::string& c, const AnswerRow&) { c.append("nps"); }},
    {"score", [](std::string& c, const AnswerRow& r) { PutInteger(c, r.item.score); }},
    {"comment", [](std::string& c, const AnswerRow& r) { c.append(r.item.comment); }},
    {"at", [](std::string& c, const AnswerRow& r) { PutSalesforceTime(c, r.item.at); }},
};

constexpr Column<AnswerRow> kRatingColumns[] = {
    {"id", [](std::string& c,
              const AnswerRow& r) { PutInteger(c, ZendeskTicketId(r.account, r.item.ticket) + 700'000'000); }},
    {"_fivetran_synced", [](std::string& c, const AnswerRow& r) { PutSynced(c, r.view, r.item.at); }},
    {"created_at", [](std::string& c, const AnswerRow& r) { PutUtcTime(c, r.item.at); }},
    {"requester_id",
     [](std::string& c, const AnswerRow& r) { PutInteger(c, ZendeskUserId(r.account, r.item.person)); }},
    {"score", [](std::string& c, const AnswerRow& r) { c.append(r.item.score > 0 ? "good" : "bad"); }},
    {"ticket_id", [](std::string& c, const AnswerRow& r) { PutInteger(c, ZendeskTicketId(r.account, r.item.ticket)); }},
    {"updated_at", [](std::string& c, const AnswerRow& r) { PutUtcTime(c, r.item.at); }},
    {"comment", [](std::string& c, const AnswerRow& r) { c.append(r.item.comment); }},
};

struct Tables {
  CsvTable<WorkspaceRow> workspaces;
  CsvTable<UserRow> users;
  CsvTable<UsageRow> usage;
  CsvTable<TouchRow> touches;
  CsvTable<AnswerRow> answers;
  CsvTable<AnswerRow> ratings;
};

class ProductExport final : public Exporter {
 public:
  ProductExport(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account& account) override {
    std::vector<Instant> known;
    Instant first = kNever;
    for (int i = 0; i < static_cast<int>(account.people.size()); ++i) {
      known.push_back(KnownToProduct(account, i));
      first = std::min(first, known.back());
      if (known.back() <= view_.at) tables_.users.Write({account, i, known.back()});
    }
    if (first > view_.at) return;
    tables_.workspaces.Write({view_, account, first});
    Date written{INT32_MIN};
    for (const UsageMonth& month : account.usage) WriteUsage(account, month, written);
    for (const Touch& touch : account.touches) {
      const bool named = known[static_cast<std::size_t>(touch.person)] <= touch.at;
      if (touch.at <= view_.at && named) tables_.touches.Write({view_, account, touch});
    }
    for (const SurveyAnswer& answer : account.answers) {
      if (answer.at <= view_.at)
        (answer.ticket < 0 ? tables_.answers : tables_.ratings).Write({view_, account, answer});
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(tables_.workspaces, files));
    WEIR_TRY(CloseTable(tables_.users, files));
    WEIR_TRY(CloseEvents(tables_.usage, files));
    WEIR_TRY(CloseEvents(tables_.touches, files));
    WEIR_TRY(CloseEvents(tables_.answers, files));
    return CloseEvents(tables_.ratings, files);
  }

 private:
  // A row for each week that has ended, on its Monday.
  void WriteUsage(const Account& account, const UsageMonth& month, Date& written) {
    for (const auto& [monday, users] : UsersByWeek(view_.world, account, month)) {
      if (monday + 6 > view_.day) return;
      if (monday <= written) continue;  // somebody left and came back within the week
      written = monday;
      tables_.usage.Write({account, monday, "active_users", users});
    }
  }

  View view_;
  Tables tables_;
};

}  // namespace

std::vector<WeekOfUse> UsersByWeek(const World& world, const Account& account, const UsageMonth& month) {
  Sampler sampler =
      world.Draw("usage.weeks", EntityKey(account.profile.index, static_cast<std::uint64_t>(month.month.days)));
  const int whole = sampler.Integer(0, 2);
  const Date end = AddMonths(month.month, 1);
  std::vector<WeekOfUse> weeks;
  for (Date monday = month.month; monday < end; monday = monday + 1) {
    if (WeekdayOf(monday) != 0) continue;
    const double swing = sampler.Uniform(0.8, 1.1);
    const int users =
        std::max(month.active_users > 0 ? 1 : 0, static_cast<int>(std::lround(month.active_users * swing)));
    const bool is_whole = std::ssize(weeks) == whole;
    weeks.push_back({monday, is_whole ? month.active_users : std::min(users, month.active_users)});
  }
  return weeks;
}

ExporterResult OpenProduct(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto workspaces, CsvTable<WorkspaceRow>::Create(DatedFile(folder, view, "weir-account"), kWorkspaceColumns));
  WEIR_TRY(auto users, CsvTable<UserRow>::Create(DatedFile(folder, view, "weir-person"), kUserColumns));
  WEIR_TRY(auto usage, CsvTable<UsageRow>::Create(DatedFile(folder, view, "weir-product-usage"), kUsageColumns));
  WEIR_TRY(auto touches, CsvTable<TouchRow>::Create(DatedFile(folder, view, "weir-touch"), kTouchColumns));
  WEIR_TRY(auto answers, CsvTable<AnswerRow>::Create(DatedFile(folder, view, "weir-survey-answer"), kAnswerColumns));
  WEIR_TRY(auto ratings, CsvTable<AnswerRow>::Create(folder / "zendesk-satisfaction_rating.csv", kRatingColumns));
  return std::make_unique<ProductExport>(view, Tables{std::move(workspaces), std::move(users), std::move(usage),
                                                      std::move(touches), std::move(answers), std::move(ratings)});
}

}  // namespace weir::simulate
