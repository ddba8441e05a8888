// amoCRM: what its lists do not hold and its interface for programs does, as the answers are saved: users with their
// groups, pipelines, deals with their people and goods, the list of goods, tasks, notes (calls and mails among them)
// and the events that tell of changes. Of one activity there is one record: a call and a mail are notes, a meeting and
// what is to be done are tasks.
#include <algorithm>

#include <fmt/format.h>

#include "simulate/amocrm_stages.h"
#include "simulate/exporter.h"
#include "simulate/json_page.h"

namespace weir::simulate {
namespace {

constexpr int kAccountId = 28'847'170;
constexpr int kGoods = 4'521;  // the list (catalog) of goods

std::int64_t UserNumber(int member) { return 9'200'001 + member; }
std::int64_t GroupNumber(int team) { return 412'001 + team; }
std::int64_t ElementNumber(int product) { return 525'439 + 2 * product; }

std::int64_t Seconds(Instant at) { return at.micros / 1'000'000; }

// What a record of the interface is about: a deal or a request, a contact, or a company.
struct Subject {
  std::string_view kind;  // as tasks and addresses name it
  std::int64_t id = 0;
};

Subject SubjectOf(const View& view, const Account& account, const Activity& activity) {
  if (activity.lead >= 0) return {"leads", CountedId(CrmObject::kLead, account, activity.lead)};
  if (activity.deal >= 0) return {"leads", CountedId(CrmObject::kDeal, account, activity.deal)};
  if (activity.contact >= 0) {
    return {"contacts", CountedId(CrmObject::kContact, account, account.MasterContact(activity.contact, view.at))};
  }
  return {"companies", CountedId(CrmObject::kAccount, account, account.MasterAccount(activity.account, view.at))};
}

std::string TextOf(std::string_view text) {
  std::string json;
  PutJsonText(json, text);
  return json;
}

// One value of an event, or none.
std::string Values(std::string_view value) { return value.empty() ? "[]" : fmt::format("[{}]", value); }

std::string StatusValue(AmoPipeline pipeline, const AmoStage& stage) {
  return fmt::format(R"({{"lead_status":{{"id":{},"pipeline_id":{}}}}})", stage.id, AmoPipelineId(pipeline));
}

std::string SaleValue(const DealVersion& version) {
  if (!version.amount_minor) return {};
  return fmt::format(R"({{"sale_field_value":{{"sale":{}}}}})", (*version.amount_minor + 50) / 100);
}

std::string OwnerValue(int member) { return fmt::format(R"({{"responsible_user":{{"id":{}}}}})", UserNumber(member)); }

std::string FieldValue(Field field, std::string_view text) {
  if (text.empty()) return {};
  const int id = 53'720 + 2 * static_cast<int>(field);
  const bool has_kinds = field == Field::kPhone || field == Field::kEmail;
  return fmt::format(R"({{"custom_field_value":{{"field_id":{},"field_type":{},"enum_id":{},"text":{}}}}})", id,
                     has_kinds ? 8 : 1, has_kinds ? std::to_string(id * 10) : "null", TextOf(text));
}

// What changed: with the number inside its kind the key of an event, alike in every export.
enum class Told : std::uint8_t { kRequest, kDeal, kField };

struct Event {
  Told told;
  int number;
  std::string_view type;
  std::string_view entity;
  std::int64_t entity_id;
  int by;
  Instant at;
};

struct Pages {
  JsonPage users;
  JsonPage pipelines;
  JsonPage deals;
  JsonPage goods;
  JsonPage tasks;
  JsonPage notes;
  JsonPage events;
};

class AmoHistory final : public Exporter {
 public:
  AmoHistory(View view, Pages pages) : view_(view), pages_(std::move(pages)) {}

  void Write(const Account& account) override {
    for (const Activity& activity : account.activities) {
      if (activity.created_at > view_.at) continue;
      const bool is_note = activity.kind == ActivityKind::kCall || activity.kind == ActivityKind::kMail;
      is_note ? WriteNote(account, activity) : WriteTask(account, activity);
    }
    for (const Lead& lead : account.leads) WriteRequest(account, lead);
    for (const Deal& deal : account.deals) {
      WriteDeal(account, deal);
      WriteContents(account, deal);
    }
    for (const FieldEdit& edit : account.edits) {
      if (edit.at > view_.at) break;
      const CrmObject object = edit.of_contact ? CrmObject::kContact : CrmObject::kAccount;
      WriteEvent(account,
                 {Told::kField, edit.number, "custom_field_value_changed", edit.of_contact ? "contact" : "company",
                  CountedId(object, account, edit.record), edit.member, edit.at},
                 FieldValue(edit.field, edit.before), FieldValue(edit.field, edit.after));
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WriteUsers();
    WritePipelines();
    WriteGoods();
    WEIR_TRY(CloseTable(pages_.users, files));
    WEIR_TRY(CloseTable(pages_.pipelines, files));
    WEIR_TRY(CloseTable(pages_.deals, files));
    WEIR_TRY(CloseTable(pages_.goods, files));
    WEIR_TRY(CloseEvents(pages_.tasks, files));
    WEIR_TRY(CloseEvents(pages_.notes, files));
    return CloseEvents(pages_.events, files);
  }

 private:
  void WriteTask(const Account& account, const Activity& activity) {
    const Subject subject = SubjectOf(view_, account, activity);
    const bool is_meeting = activity.kind == ActivityKind::kMeeting;
    const bool is_done = activity.done_at <= view_.at;
    const Instant till = is_meeting ? activity.starts_at : Plus(view_.world.calendar.At(activity.due + 1, 0), -60.0);
    pages_.tasks.Add(fmt::format(
        R"({{"id":{},"created_by":{},"updated_by":{},"created_at":{},"updated_at":{},"responsible_user_id":{},"group_id":0,)"
        R"("entity_id":{},"entity_type":"{}","duration":{},"is_completed":{},"task_type_id":{},"text":{},"result":[],)"
        R"("complete_till":{},"account_id":{}}})",
        ActivityNumber(account, activity), UserNumber(activity.member), UserNumber(activity.member),
        Seconds(activity.created_at), Seconds(LatestOf(view_.at, {activity.created_at, activity.done_at})),
        UserNumber(activity.member), subject.id, subject.kind, is_meeting ? activity.duration_seconds : 0, is_done,
        is_meeting ? 2 : 1, TextOf(activity.subject), Seconds(till), kAccountId));
  }

  void WriteNote(const Account& account, const Activity& activity) {
    const Subject subject = SubjectOf(view_, account, activity);
    const bool is_call = activity.kind == ActivityKind::kCall;
    const std::string params =
        is_call
            ? fmt::format(R"({{"uniq":"{:016x}","duration":{},"source":"asterisk","call_status":{},"call_result":{},)"
                          R"("call_responsible":{}}})",
                          ActivityNumber(account, activity), activity.duration_seconds, activity.reached ? 4 : 6,
                          TextOf(activity.note), UserNumber(activity.member))
            : fmt::format(R"({{"thread_id":{},"income":{},"subject":{},"content_summary":{}}})",
                          ActivityNumber(account, activity), activity.incoming, TextOf(activity.subject),
                          TextOf(activity.note));
    const std::string_view type = !is_call ? "amomail_message" : activity.incoming ? "call_in" : "call_out";
    const std::int64_t id = ActivityNumber(account, activity);
    pages_.notes.Add(
        fmt::format(R"({{"id":{},"entity_id":{},"created_by":{},"updated_by":{},"created_at":{},"updated_at":{},)"
                    R"("responsible_user_id":{},"group_id":0,"note_type":"{}","params":{},"account_id":{},)"
                    R"("_links":{{"self":{{"href":"https://example.amocrm.ru/api/v4/{}/{}/notes/{}"}}}}}})",
                    id, subject.id, UserNumber(activity.member), UserNumber(activity.member),
                    Seconds(activity.created_at), Seconds(activity.created_at), UserNumber(activity.member), type,
                    params, kAccountId, subject.kind, subject.id, id));
  }

  void WriteRequest(const Account& account, const Lead& lead) {
    if (lead.created_at > view_.at) return;
    const std::int64_t id = CountedId(CrmObject::kLead, account, lead.number);
    const auto value = [](AmoRequest status) { return StatusValue(AmoPipeline::kRequests, AmoRequestStatus(status)); };
    const auto write = [&](int step, std::string_view type, Instant at, const std::string& was, const std::string& is) {
      const int by = view_.world.company.HolderAt(lead.seat, view_.world.calendar.DayOf(at));
      WriteEvent(account, {Told::kRequest, lead.number * 4 + step, type, "lead", id, by, at}, was, is);
    };
    write(0, "lead_added", lead.created_at, {}, {});
    if (lead.first_response_at > view_.at) return;
    write(1, "lead_status_changed", lead.first_response_at, value(AmoRequest::kUnsorted), value(AmoRequest::kWorked));
    if (lead.closed_at > view_.at) return;
    const bool converted = lead.outcome == LeadOutcome::kConverted;
    write(2, "lead_status_changed", lead.closed_at, value(AmoRequest::kWorked),
          value(converted ? AmoRequest::kConverted : AmoRequest::kRefused));
  }

  // Some changes are lost, and what came from an earlier CRM has no history.
  void WriteDeal(const Account& account, const Deal& deal) {
    if (deal.is_migrated) return;
    const std::int64_t id = CountedId(CrmObject::kDeal, account, deal.number);
    const AmoPipeline pipeline = PipelineOf(deal);
    const DealVersion* before = nullptr;
    for (std::size_t i = 0; i < deal.versions.size() && deal.versions[i].at <= view_.at; ++i) {
      const DealVersion& version = deal.versions[i];
      if (std::ranges::find(deal.history_holes, static_cast<int>(i)) != deal.history_holes.end()) continue;
      const auto write = [&](int part, std::string_view type, const std::string& was, const std::string& is) {
        const int number = deal.number * 1024 + static_cast<int>(i) * 4 + part;
        WriteEvent(account, {Told::kDeal, number, type, "lead", id, version.owner, version.at}, was, is);
      };
      if (before == nullptr) {
        write(0, "lead_added", {}, {});
      } else {
        if (before->stage != version.stage) {
          write(1, "lead_status_changed", StatusValue(pipeline, AmoStatus(pipeline, before->stage)),
                StatusValue(pipeline, AmoStatus(pipeline, version.stage)));
        }
        if (before->amount_minor != version.amount_minor) {
          write(2, "sale_field_changed", SaleValue(*before), SaleValue(version));
        }
        if (before->owner != version.owner) {
          write(3, "entity_responsible_changed", OwnerValue(before->owner), OwnerValue(version.owner));
        }
      }
      before = &version;
    }
  }

  // A deal as the interface gives it with its people and goods; what it costs stands in the list of goods alone.
  void WriteContents(const Account& account, const Deal& deal) {
    const DealVersion* now = deal.At(view_.at);
    if (now == nullptr) return;
    const std::int64_t id = CountedId(CrmObject::kDeal, account, deal.number);
    const AmoPipeline pipeline = PipelineOf(deal);
    std::string people;
    Instant changed = now->at;
    for (const ContactRole& role : PeopleOf(view_, account, deal)) {
      if (!people.empty()) people.push_back(',');
      people += fmt::format(R"({{"id":{},"is_main":{}}})", CountedId(CrmObject::kContact, account, role.contact),
                            role.is_primary);
      changed = std::max(changed, role.created_at);
    }
    std::string goods;
    for (const DealLine& line : LinesOf(view_, account, deal, *now)) {
      if (!goods.empty()) goods.push_back(',');
      goods += fmt::format(R"({{"id":{},"metadata":{{"quantity":{},"catalog_id":{}}}}})", ElementNumber(line.product),
                           line.quantity, kGoods);
    }
    const bool is_closed = now->stage >= Stage::kWon;
    pages_.deals.Add(fmt::format(
        R"({{"id":{0},"name":{1},"price":{2},"responsible_user_id":{3},"group_id":0,"status_id":{4},"pipeline_id":{5},)"
        R"("loss_reason_id":null,"created_by":{6},"updated_by":{3},"created_at":{7},"updated_at":{8},"closed_at":{9},)"
        R"("closest_task_at":null,"is_deleted":false,"custom_fields_values":null,"score":null,"account_id":{10},)"
        R"("_embedded":{{"tags":[],"companies":[{{"id":{11}}}],"contacts":[{12}],"catalog_elements":[{13}]}}}})",
        id, TextOf(deal.name), (now->amount_minor.value_or(0) + 50) / 100, UserNumber(now->owner),
        AmoStatus(pipeline, now->stage).id, AmoPipelineId(pipeline), UserNumber(deal.versions.front().owner),
        Seconds(deal.created_at), Seconds(changed), is_closed ? std::to_string(Seconds(now->at)) : "null", kAccountId,
        CountedId(CrmObject::kAccount, account, account.MasterAccount(deal.account, view_.at)), people, goods));
  }

  void WriteGoods() {
    const Lexicon& lexicon = view_.lexicon();
    const std::int64_t since = Seconds(view_.world.calendar.At(view_.world.start - 420, 8 * 3600));
    for (std::size_t i = 0; i < lexicon.products.size(); ++i) {
      const Product& product = lexicon.products[i];
      const auto field = [](int id, std::string_view name, std::string_view code, std::string_view type,
                            std::string_view value) {
        return fmt::format(
            R"({{"field_id":{},"field_name":"{}","field_code":"{}","field_type":"{}","values":[{{"value":{}}}]}})", id,
            name, code, type, TextOf(value));
      };
      const std::int64_t price = 12 * ListPrice(view_.world, static_cast<int>(i), lexicon.currency);
      pages_.goods.Add(fmt::format(
          R"({{"id":{},"catalog_id":{},"name":{},"created_by":{},"updated_by":{},"created_at":{},"updated_at":{},)"
          R"("is_deleted":false,"custom_fields_values":[{},{},{}],"account_id":{}}})",
          ElementNumber(static_cast<int>(i)), kGoods, TextOf(product.name), UserNumber(0), UserNumber(0), since, since,
          field(80'001, "Артикул", "SKU", "text", product.code),
          field(80'003, "Группа", "GROUP", "category", product.family),
          field(80'005, "Цена", "PRICE", "numeric", std::to_string(price / 100)), kAccountId));
    }
  }

  void WriteEvent(const Account& account, const Event& event, const std::string& before, const std::string& after) {
    const std::uint64_t local =
        (static_cast<std::uint64_t>(event.told) << 22) + static_cast<std::uint64_t>(event.number);
    pages_.events.Add(fmt::format(
        R"({{"id":"01{:024}","type":"{}","entity_id":{},"entity_type":"{}","created_by":{},"created_at":{},)"
        R"("value_after":{},"value_before":{},"account_id":{}}})",
        (static_cast<std::uint64_t>(account.profile.index) << 24) + local, event.type, event.entity_id, event.entity,
        UserNumber(event.by), Seconds(event.at), Values(after), Values(before), kAccountId));
  }

  void WriteUsers() {
    const std::vector<Member>& members = view_.world.company.members();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (members[i].starts > view_.day) continue;
      const int team = TeamOf(view_, static_cast<int>(i));
      const std::string group = team < 0 ? "null" : std::to_string(GroupNumber(team));
      const std::string groups =
          team < 0 ? ""
                   : fmt::format(R"({{"id":{},"name":{}}})", group,
                                 TextOf(view_.world.company.teams()[static_cast<std::size_t>(team)].name));
      pages_.users.Add(fmt::format(
          R"({{"id":{},"name":{},"email":{},"lang":"ru","rights":{{"is_admin":false,"is_free":false,"is_active":{},)"
          R"("group_id":{},"role_id":null}},"_embedded":{{"roles":[],"groups":[{}]}}}})",
          UserNumber(static_cast<int>(i)), TextOf(members[i].FullText()), TextOf(members[i].email),
          view_.day < members[i].ends, group, groups));
    }
  }

  void WritePipelines() {
    for (const AmoPipeline pipeline : {AmoPipeline::kSales, AmoPipeline::kRenewals, AmoPipeline::kRequests}) {
      std::string statuses;
      int sort = 0;
      const auto add = [&](const AmoStage& stage) {
        sort += 10;
        if (!statuses.empty()) statuses.push_back(',');
        statuses +=
            fmt::format(R"({{"id":{},"name":{},"sort":{},"is_editable":{},"pipeline_id":{},"color":"#99ccff","type":0,)"
                        R"("account_id":{}}})",
                        stage.id, TextOf(stage.title), sort, stage.id > 1000, AmoPipelineId(pipeline), kAccountId);
      };
      if (pipeline == AmoPipeline::kRequests) {
        for (const AmoRequest status :
             {AmoRequest::kUnsorted, AmoRequest::kWorked, AmoRequest::kConverted, AmoRequest::kRefused}) {
          add(AmoRequestStatus(status));
        }
      } else {
        for (int stage = 0; stage <= static_cast<int>(Stage::kLost); ++stage) {
          add(AmoStatus(pipeline, static_cast<Stage>(stage)));
        }
      }
      pages_.pipelines.Add(fmt::format(
          R"({{"id":{},"name":{},"sort":{},"is_main":{},"is_unsorted_on":true,"is_archive":false,"account_id":{},)"
          R"("_embedded":{{"statuses":[{}]}}}})",
          AmoPipelineId(pipeline), TextOf(AmoPipelineName(pipeline)), 1 + static_cast<int>(pipeline),
          pipeline == AmoPipeline::kSales, kAccountId, statuses));
    }
  }

  // Tasks and notes share a count, so that neither takes a number of the other.
  static std::int64_t ActivityNumber(const Account& account, const Activity& activity) {
    return static_cast<std::int64_t>(RecordNumber(account.profile.index, activity.number));
  }

  View view_;
  Pages pages_;
};

}  // namespace

ExporterResult OpenAmoHistory(const std::filesystem::path& folder, const View& view) {
  // What the answer is called, where it is asked for, and its list.
  const auto page = [&](std::string_view name, std::string_view address, std::string_view list) {
    return JsonPage::Create(
        folder / fmt::format("amocrm_{}_{}.json", name, FormatDate(view.day)),
        fmt::format(
            R"({{"_page":1,"_links":{{"self":{{"href":"https://example.amocrm.ru/api/v4/{}page=1"}}}},"_embedded":{{"{}":[)",
            address, list),
        "]}}");
  };
  const std::string deals_of_sales =
      fmt::format("leads?with=contacts,catalog_elements&filter[pipeline_id][0]={}&filter[pipeline_id][1]={}&",
                  AmoPipelineId(AmoPipeline::kSales), AmoPipelineId(AmoPipeline::kRenewals));
  WEIR_TRY(auto users, page("users", "users?with=group&", "users"));
  WEIR_TRY(auto pipelines, page("pipelines", "leads/pipelines?", "pipelines"));
  WEIR_TRY(auto deals, page("leads", deals_of_sales, "leads"));
  WEIR_TRY(auto goods, page("catalog_elements", fmt::format("catalogs/{}/elements?", kGoods), "elements"));
  WEIR_TRY(auto tasks, page("tasks", "tasks?", "tasks"));
  WEIR_TRY(auto notes, page("notes", "leads/notes?", "notes"));
  WEIR_TRY(auto events, page("events", "events?", "events"));
  return std::make_unique<AmoHistory>(
      view, Pages{std::move(users), std::move(pipelines), std::move(deals), std::move(goods), std::move(tasks),
                  std::move(notes), std::move(events)});
}

}  // namespace weir::simulate
