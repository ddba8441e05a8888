#include "customers/timeline.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "analysis/tables.h"
#include "customers/columns.h"
#include "customers/interactions.h"
#include "customers/sections.h"

namespace weir::customers {
namespace {

using analysis::TableSpec;
using store::Value;

// One line of the log; texts in both languages are made from kind and action by who shows it.
struct Event {
  std::string id;
  Instant at;
  std::string kind;
  std::string action;
  Value subject = {};
  Value detail = {};
  Value member = {};
  Value person_id = {};
  Value deal_id = {};
  Value amount = {};
  Value currency = {};
  Value source = {};
};

class Log {
 public:
  Log(const Facts& facts, Instant as_of) : facts_(facts), as_of_(as_of), entries_(EntriesOf(facts)) {
    for (const auto& row : facts.deals.rows) {
      const Cells cells(facts.deals, row);
      deals_[cells.Text("deal_id")] = &row;
    }
  }

  void Add(Event event, const std::optional<Instant>& at) {
    if (!at || *at > as_of_) return;
    event.at = *at;
    events_.push_back(std::move(event));
  }

  void AddActivities() {
    for (const auto& row : facts_.activities.rows) {
      const Cells cells(facts_.activities, row);
      const std::string kind = cells.Text("kind");
      Event event{.id = "activity:" + cells.Text("activity_id"),
                  .kind = kind.empty() ? "activity" : kind,
                  .action = cells.Text("direction"),
                  .subject = cells.At("subject"),
                  .detail = cells.At("outcome"),
                  .member = cells.At("member"),
                  .person_id = cells.At("person_id"),
                  .deal_id = cells.At("deal_id"),
                  .source = cells.At("source")};
      if (kind == "task") event.action = cells.When("done_at") ? "done" : "open";
      Add(std::move(event), cells.When("at"));
    }
  }

  // What the telephone system saw. A call of which the CRM has an entry stands there once, as that entry.
  void AddCalls() {
    for (const auto& row : facts_.calls.rows) {
      const Cells cells(facts_.calls, row);
      if (entries_.contains(cells.Text("activity_id"))) continue;
      Add({.id = "phone call:" + cells.Text("call_id"),
           .kind = "call",
           .action = cells.Text("direction"),
           .subject = cells.At("outside_number"),
           .detail = cells.At("outcome"),
           .member = cells.At("member"),
           .person_id = cells.At("person_id"),
           .source = cells.At("source")},
          cells.When("at"));
    }
  }

  // What was written; a message that an activity tells of stands there.
  void AddMessages() {
    std::map<std::string, Value> subjects;
    for (const auto& row : facts_.tickets.rows) {
      const Cells cells(facts_.tickets, row);
      subjects[cells.Text("ticket_id")] = cells.At("subject");
    }
    for (const auto& row : facts_.messages.rows) {
      const Cells cells(facts_.messages, row);
      if (entries_.contains(cells.Text("activity_id"))) continue;
      const auto subject = subjects.find(cells.Text("ticket_id"));
      Add({.id = "message:" + cells.Text("message_id"),
           .kind = "message",
           .action = cells.Text("direction"),
           .subject = subject == subjects.end() ? Value() : subject->second,
           .detail = cells.At("channel"),
           .member = cells.At("member"),
           .person_id = cells.At("person_id"),
           .deal_id = cells.At("deal_id"),
           .source = cells.At("source")},
          cells.When("at"));
    }
  }

  void AddTouches() {
    for (const auto& row : facts_.touches.rows) {
      const Cells cells(facts_.touches, row);
      const auto name = facts_.campaign_names.find(cells.Text("campaign_id"));
      Add({.id = "touch:" + cells.Text("touch_id"),
           .kind = "touch",
           .action = cells.Text("kind"),
           .subject = name == facts_.campaign_names.end() ? cells.At("source_name") : Value(name->second),
           .detail = cells.At("channel"),
           .person_id = cells.At("person_id"),
           .source = cells.At("source")},
          cells.When("at"));
    }
  }

  void AddLeads() {
    for (const auto& row : facts_.leads.rows) {
      const Cells cells(facts_.leads, row);
      Event event{.kind = "lead",
                  .subject = cells.At("full_name"),
                  .member = cells.At("owner"),
                  .person_id = cells.At("person_id"),
                  .deal_id = cells.At("deal_id"),
                  .source = cells.At("source")};
      event.id = "lead created:" + cells.Text("lead_id");
      event.action = "created";
      event.detail = store::IsNull(cells.At("campaign")) ? cells.At("source_name") : cells.At("campaign");
      Add(event, cells.When("created_at"));
      event.id = "lead converted:" + cells.Text("lead_id");
      event.action = "converted";
      event.detail = Value();
      Add(std::move(event), cells.When("converted_at"));
    }
  }

  // Of each deal whether its source told what changed, and when an export first showed it.
  struct Knowledge {
    bool has_history = false;
    std::optional<Instant> seen_at = {};
  };
  std::map<std::string, Knowledge> WhatIsKnownOfDeals() const {
    std::map<std::string, Knowledge> deals;
    for (const auto& row : facts_.deal_versions.rows) {
      const Cells cells(facts_.deal_versions, row);
      Knowledge& deal = deals[cells.Text("record_id")];
      const auto known_at = cells.When("known_at");
      if (cells.Text("origin") == "history") {
        deal.has_history = true;
      } else if (known_at && (!deal.seen_at || *known_at < *deal.seen_at)) {
        deal.seen_at = known_at;
      }
    }
    return deals;
  }

  // Of the changes at one moment the weightiest gives the line: won or lost, else the stage, else the rest. What an
  // export alone adds to nothing, at first sight or beside the deal's own history, tells of the source, not of the
  // deal.
  void AddDealVersions() {
    const std::map<std::string, Knowledge> known_deals = WhatIsKnownOfDeals();
    std::map<std::pair<std::string, Instant>, Event> lines;
    for (const auto& row : facts_.deal_versions.rows) {
      const Cells cells(facts_.deal_versions, row);
      const std::string field = cells.Text("field");
      const std::string after = cells.Text("new_value");
      Event event{.id = fmt::format("deal:{}:{}", cells.Text("record_id"), cells.Text("changed_at")),
                  .kind = "deal",
                  .action = field.empty() ? "created" : field,
                  .member = cells.At("by"),
                  .deal_id = cells.At("record_id"),
                  .source = cells.At("source")};
      if (!field.empty() && cells.Text("old_value").empty() && cells.Text("origin") != "history") {
        const Knowledge& deal = known_deals.at(cells.Text("record_id"));
        if (deal.has_history || cells.When("known_at") == deal.seen_at) continue;
      }
      if (!field.empty()) event.detail = cells.Text("old_value") + " → " + after;
      if (field == "status" && after != "open") event.action = after;
      if (Rank(event.action) == 0) continue;
      Fill(event);
      event.at = *cells.When("changed_at");
      const auto [known, is_new] = lines.try_emplace({cells.Text("record_id"), event.at}, event);
      if (!is_new && Rank(event.action) > Rank(known->second.action)) known->second = std::move(event);
    }
    for (auto& [key, event] : lines) {
      // A record without any stamp of its creation was not created in 1900.
      if (event.at > *ParseIsoInstant("1900-01-02T00:00:00Z")) Add(std::move(event), key.second);
    }
  }

  void AddTickets() {
    for (const auto& row : facts_.tickets.rows) {
      const Cells cells(facts_.tickets, row);
      Event event{.kind = "ticket",
                  .subject = cells.At("subject"),
                  .detail = cells.At("priority"),
                  .member = cells.At("owner"),
                  .person_id = cells.At("person_id"),
                  .source = cells.At("source")};
      for (const auto& [action, column] : {std::pair{"created", "created_at"}, {"solved", "solved_at"}}) {
        event.id = fmt::format("ticket {}:{}", action, cells.Text("ticket_id"));
        event.action = action;
        Add(event, cells.When(column));
      }
    }
  }

  void AddMoney() {
    for (const auto& row : facts_.invoices.rows) {
      const Cells cells(facts_.invoices, row);
      Add({.id = "invoice:" + cells.Text("invoice_id"),
           .kind = "invoice",
           .action = cells.Text("is_overdue") == "true" ? "overdue" : "issued",
           .subject = cells.At("number"),
           .detail = cells.At("status"),
           .deal_id = cells.At("deal_id"),
           .amount = cells.At("total"),
           .currency = cells.At("currency"),
           .source = cells.At("source")},
          cells.When("issued_at"));
    }
    for (const auto& row : facts_.payments.rows) {
      const Cells cells(facts_.payments, row);
      Add({.id = "payment:" + cells.Text("payment_id"),
           .kind = "payment",
           .action = cells.Text("status"),
           .detail = cells.At("failure_code"),
           .amount = cells.At("amount"),
           .currency = cells.At("currency"),
           .source = cells.At("source")},
          cells.When("at"));
    }
  }

  void AddAgreements() {
    for (const auto& row : facts_.subscriptions.rows) {
      const Cells cells(facts_.subscriptions, row);
      for (const auto& [action, column] :
           {std::pair{"started", "started_at"}, {"canceled", "canceled_at"}, {"ended", "ended_at"}}) {
        Add({.id = fmt::format("subscription {}:{}", action, cells.Text("subscription_id")),
             .kind = "subscription",
             .action = action,
             .detail = cells.At("cancel_reason"),
             .deal_id = cells.At("deal_id"),
             .source = cells.At("source")},
            cells.When(column));
      }
    }
    for (const auto& row : facts_.contracts.rows) {
      const Cells cells(facts_.contracts, row);
      const auto start = cells.Day("start_date");
      const auto signed_at = cells.When("signed_at");
      Add({.id = "contract:" + cells.Text("contract_id"),
           .kind = "contract",
           .action = signed_at ? "signed" : "started",
           .deal_id = cells.At("deal_id"),
           .amount = cells.At("amount"),
           .currency = cells.At("currency"),
           .source = cells.At("source")},
          signed_at ? signed_at : (start ? std::optional(StartOf(*start)) : std::nullopt));
    }
  }

  void AddAnswers() {
    for (const auto& row : facts_.answers.rows) {
      const Cells cells(facts_.answers, row);
      Add({.id = "answer:" + cells.Text("survey_answer_id"),
           .kind = "survey",
           .action = cells.Text("kind"),
           .subject = cells.At("comment"),
           .detail = cells.Text("score"),
           .person_id = cells.At("person_id"),
           .source = cells.At("source")},
          cells.When("at"));
    }
  }

  void AddOwnVersions() {
    for (const auto& row : facts_.own_versions.rows) {
      const Cells cells(facts_.own_versions, row);
      const std::string field = cells.Text("field");
      // What was empty and is now filled tells of the source, not of the customer.
      if (field.empty() || cells.Text("old_value").empty()) continue;
      Add({.id = fmt::format("change:{}:{}", field, cells.Text("changed_at")),
           .kind = "change",
           .action = field,
           .detail = cells.Text("old_value") + " → " + cells.Text("new_value"),
           .member = cells.At("by"),
           .source = cells.At("source")},
          cells.When("changed_at"));
    }
  }

  std::vector<Event> Take() {
    std::ranges::sort(events_, [](const Event& a, const Event& b) { return a.at != b.at ? a.at > b.at : a.id < b.id; });
    return std::move(events_);
  }

 private:
  static int Rank(std::string_view action) {
    if (action == "won" || action == "lost") return 5;
    if (action == "created") return 4;
    if (action == "stage") return 3;
    if (action == "amount") return 2;
    return action == "close_date" || action == "owner" ? 1 : 0;
  }

  void Fill(Event& event) const {
    const auto found = deals_.find(store::ToText(event.deal_id));
    if (found == deals_.end()) return;
    const Cells deal(facts_.deals, *found->second);
    event.subject = deal.At("name");
    if (Rank(event.action) < 5) return;  // what it was worth before, the change itself tells
    event.amount = deal.At("amount");
    event.currency = deal.At("currency");
  }

  const Facts& facts_;
  Instant as_of_;
  std::unordered_set<std::string> entries_;
  std::map<std::string, const std::vector<Value>*> deals_;
  std::vector<Event> events_;
};

}  // namespace

const std::vector<std::string>& TimelineKinds() {
  static const std::vector<std::string> kinds{"call",    "email",    "meeting",      "task",     "note",   "chat",
                                              "message", "activity", "touch",        "lead",     "deal",   "ticket",
                                              "invoice", "payment",  "subscription", "contract", "survey", "change"};
  return kinds;
}

const TableSpec& TimelineSpec() {
  static const TableSpec spec{
      .name = "timeline",
      .title = {"Timeline", "Лента событий"},
      .key = {"event_id"},
      .columns = {TextOf("event_id", "Event", "Событие"), Of("at", ColumnType::kInstant, "When", "Когда"),
                  TextOf("kind", "Kind", "Вид"), TextOf("action", "What", "Что"), TextOf("subject", "Subject", "Тема"),
                  TextOf("detail", "Detail", "Подробности"), TextOf("member", "By", "Кто"),
                  TextOf("person_id", "Person", "Человек"), TextOf("person", "Person's name", "Имя"),
                  TextOf("deal_id", "Deal", "Сделка"), Of("amount", ColumnType::kDecimal, "Amount", "Сумма"),
                  TextOf("currency", "Currency", "Валюта"), TextOf("source", "Source", "Источник")}};
  return spec;
}

Table MakeTimeline(const Facts& facts, const std::vector<std::string>& kinds, Instant as_of) {
  Log log(facts, as_of);
  log.AddActivities();
  log.AddCalls();
  log.AddMessages();
  log.AddTouches();
  log.AddLeads();
  log.AddDealVersions();
  log.AddTickets();
  log.AddMoney();
  log.AddAgreements();
  log.AddAnswers();
  log.AddOwnVersions();
  std::map<std::string, Value> names;
  for (const auto& row : facts.people.rows) names[store::ToText(row[0])] = row[1];
  Table table = analysis::EmptyTable(TimelineSpec());
  for (Event& event : log.Take()) {
    if (!kinds.empty() && std::ranges::find(kinds, event.kind) == kinds.end()) continue;
    const auto name = names.find(store::ToText(event.person_id));
    table.rows.push_back({std::move(event.id), event.at, std::move(event.kind), std::move(event.action),
                          std::move(event.subject), std::move(event.detail), std::move(event.member),
                          std::move(event.person_id), name == names.end() ? Value() : name->second,
                          std::move(event.deal_id), std::move(event.amount), std::move(event.currency),
                          std::move(event.source)});
  }
  return table;
}

}  // namespace weir::customers
