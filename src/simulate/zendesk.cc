// Zendesk: tickets, their changes and comments, users and organisations, as its connectors write them.
#include <unordered_set>

#include <fmt/format.h>

#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

using TicketRow = RowOf<Ticket>;

std::string_view StatusOf(const TicketRow& row) {
  std::string_view status = "new";
  for (const TicketChange& change : row.item.changes) {
    if (change.at <= row.view.at && change.field == "status") status = change.value;
  }
  return status;
}

int AssigneeOf(const TicketRow& row) {
  int member = -1;
  for (const TicketChange& change : row.item.changes) {
    if (change.at <= row.view.at && change.field == "assignee_id") member = change.member;
  }
  return member;
}

Instant UpdatedAt(const TicketRow& row) {
  Instant latest = row.item.created_at;
  for (const TicketChange& change : row.item.changes) latest = LatestOf(row.view.at, {latest, change.at});
  for (const TicketComment& comment : row.item.comments) latest = LatestOf(row.view.at, {latest, comment.at});
  return latest;
}

std::int64_t GroupId(const Account& account) { return 360'900'000'001 + account.profile.pod; }

constexpr Column<TicketRow> kTicketColumns[] = {
    {"id", [](std::string& c, const TicketRow& r) { PutInteger(c, ZendeskTicketId(r.account, r.item.number)); }},
    {"_fivetran_synced", [](std::string& c, const TicketRow& r) { PutSynced(c, r.view, UpdatedAt(r)); }},
    {"allow_channelback", [](std::string& c, const TicketRow&) { PutUpperBool(c, false); }},
    {"assignee_id",
     [](std::string& c, const TicketRow& r) {
       if (AssigneeOf(r) >= 0) PutInteger(c, ZendeskAgentId(AssigneeOf(r)));
     }},
    {"brand_id", [](std::string& c, const TicketRow&) { c.append("360003529474"); }},
    {"created_at", [](std::string& c, const TicketRow& r) { PutUtcTime(c, r.item.created_at); }},
    {"description", [](std::string& c, const TicketRow& r) { c.append(r.item.text); }},
    {"due_at", [](std::string&, const TicketRow&) {}},
    {"external_id", [](std::string&, const TicketRow&) {}},
    {"group_id", [](std::string& c, const TicketRow& r) { PutInteger(c, GroupId(r.account)); }},
    {"has_incidents", [](std::string& c, const TicketRow&) { PutUpperBool(c, false); }},
    {"is_public", [](std::string& c, const TicketRow&) { PutUpperBool(c, true); }},
    {"organization_id", [](std::string& c, const TicketRow& r) { PutInteger(c, ZendeskOrganizationId(r.account)); }},
    {"priority", [](std::string& c, const TicketRow& r) { c.append(r.item.priority); }},
    {"requester_id",
     [](std::string& c, const TicketRow& r) { PutInteger(c, ZendeskUserId(r.account, r.item.person)); }},
    {"status", [](std::string& c, const TicketRow& r) { c.append(StatusOf(r)); }},
    {"subject", [](std::string& c, const TicketRow& r) { c.append(r.item.subject); }},
    {"submitter_id",
     [](std::string& c, const TicketRow& r) { PutInteger(c, ZendeskUserId(r.account, r.item.person)); }},
    {"ticket_form_id", [](std::string& c, const TicketRow&) { c.append("360002048693"); }},
    {"type", [](std::string& c, const TicketRow& r) { c.append(r.item.type); }},
    {"updated_at", [](std::string& c, const TicketRow& r) { PutUtcTime(c, UpdatedAt(r)); }},
    {"url",
     [](std::string& c, const TicketRow& r) {
       c.append(fmt::format("https://{}.zendesk.com/api/v2/tickets/{}.json",
                            r.view.lexicon().seller_domain.substr(0, r.view.lexicon().seller_domain.find('.')),
                            ZendeskTicketId(r.account, r.item.number)));
     }},
    {"via_channel", [](std::string& c, const TicketRow& r) { c.append(r.item.via); }},
    {"via_source_from_address",
     [](std::string& c, const TicketRow& r) {
       if (r.item.via == "email") c.append(r.account.people[static_cast<std::size_t>(r.item.person)].email);
     }},
    {"merged_ticket_ids", [](std::string& c, const TicketRow&) { c.append("[]"); }},
    {"followup_ids", [](std::string& c, const TicketRow&) { c.append("[]"); }},
};

struct ChangeRow {
  const TicketRow& ticket;
  const TicketChange& change;
};

std::int64_t AuthorId(const TicketRow& row, int member) {
  return member >= 0 ? ZendeskAgentId(member) : ZendeskUserId(row.account, row.item.person);
}

constexpr Column<ChangeRow> kChangeColumns[] = {
    {"field_name", [](std::string& c, const ChangeRow& r) { c.append(r.change.field); }},
    {"ticket_id", [](std::string& c,
                     const ChangeRow& r) { PutInteger(c, ZendeskTicketId(r.ticket.account, r.ticket.item.number)); }},
    {"updated", [](std::string& c, const ChangeRow& r) { PutUtcTime(c, r.change.at); }},
    {"_fivetran_synced", [](std::string& c, const ChangeRow& r) { PutSynced(c, r.ticket.view, r.change.at); }},
    {"user_id", [](std::string& c, const ChangeRow& r) { PutInteger(c, AuthorId(r.ticket, r.change.member)); }},
    {"value",
     [](std::string& c, const ChangeRow& r) {
       if (r.change.field == "assignee_id") {
         PutInteger(c, ZendeskAgentId(r.change.member));
       } else {
         c.append(r.change.value);
       }
     }},
};

struct CommentRow {
  const TicketRow& ticket;
  const TicketComment& comment;
  int position;
};

constexpr Column<CommentRow> kCommentColumns[] = {
    {"id",
     [](std::string& c, const CommentRow& r) {
       PutInteger(c, ZendeskCommentId(r.ticket.account, r.ticket.item.number, r.position));
     }},
    {"_fivetran_synced", [](std::string& c, const CommentRow& r) { PutSynced(c, r.ticket.view, r.comment.at); }},
    {"body", [](std::string& c, const CommentRow& r) { c.append(r.comment.text); }},
    {"created", [](std::string& c, const CommentRow& r) { PutUtcTime(c, r.comment.at); }},
    {"facebook_comment", [](std::string& c, const CommentRow&) { PutUpperBool(c, false); }},
    {"public", [](std::string& c, const CommentRow& r) { PutUpperBool(c, r.comment.is_public); }},
    {"ticket_id", [](std::string& c,
                     const CommentRow& r) { PutInteger(c, ZendeskTicketId(r.ticket.account, r.ticket.item.number)); }},
    {"tweet", [](std::string& c, const CommentRow&) { PutUpperBool(c, false); }},
    {"user_id",
     [](std::string& c, const CommentRow& r) {
       PutInteger(c, AuthorId(r.ticket, r.comment.by_agent ? r.comment.member : -1));
     }},
    {"voice_comment", [](std::string& c, const CommentRow&) { PutUpperBool(c, false); }},
};

// Customers' people and our agents stand in one table.
struct UserRow {
  const View& view;
  std::int64_t id;
  std::string name;
  std::string_view email;
  std::string_view phone;
  std::string_view role;
  std::int64_t organization;  // 0: none
  Instant created_at;
  Instant changed_at;
  bool active;
};

constexpr Column<UserRow> kUserColumns[] = {
    {"id", [](std::string& c, const UserRow& r) { PutInteger(c, r.id); }},
    {"_fivetran_synced", [](std::string& c, const UserRow& r) { PutSynced(c, r.view, r.changed_at); }},
    {"active", [](std::string& c, const UserRow& r) { PutUpperBool(c, r.active); }},
    {"created_at", [](std::string& c, const UserRow& r) { PutUtcTime(c, r.created_at); }},
    {"email", [](std::string& c, const UserRow& r) { c.append(r.email); }},
    {"external_id", [](std::string&, const UserRow&) {}},
    {"locale", [](std::string& c, const UserRow& r) { c.append(r.view.lexicon().cyrillic ? "ru" : "en-GB"); }},
    {"name", [](std::string& c, const UserRow& r) { c.append(r.name); }},
    {"organization_id",
     [](std::string& c, const UserRow& r) {
       if (r.organization != 0) PutInteger(c, r.organization);
     }},
    {"phone", [](std::string& c, const UserRow& r) { c.append(r.phone); }},
    {"role", [](std::string& c, const UserRow& r) { c.append(r.role); }},
    {"suspended", [](std::string& c, const UserRow&) { PutUpperBool(c, false); }},
    {"time_zone", [](std::string& c, const UserRow& r) { c.append(r.view.lexicon().cyrillic ? "Moscow" : "Berlin"); }},
    {"updated_at", [](std::string& c, const UserRow& r) { PutUtcTime(c, r.changed_at); }},
    {"verified", [](std::string& c, const UserRow&) { PutUpperBool(c, true); }},
};

struct OrganizationRow {
  const View& view;
  const Account& account;
  Instant created_at;
};

constexpr Column<OrganizationRow> kOrganizationColumns[] = {
    {"id", [](std::string& c, const OrganizationRow& r) { PutInteger(c, ZendeskOrganizationId(r.account)); }},
    {"_fivetran_synced", [](std::string& c, const OrganizationRow& r) { PutSynced(c, r.view, r.created_at); }},
    {"created_at", [](std::string& c, const OrganizationRow& r) { PutUtcTime(c, r.created_at); }},
    {"details", [](std::string&, const OrganizationRow&) {}},
    {"domain_names",
     [](std::string& c, const OrganizationRow& r) { c.append(fmt::format("[\"{}\"]", r.account.profile.domain)); }},
    {"external_id", [](std::string&, const OrganizationRow&) {}},
    {"group_id", [](std::string& c, const OrganizationRow& r) { PutInteger(c, GroupId(r.account)); }},
    {"name", [](std::string& c, const OrganizationRow& r) { c.append(r.account.profile.brand); }},
    {"notes", [](std::string&, const OrganizationRow&) {}},
    {"shared_comments", [](std::string& c, const OrganizationRow&) { PutUpperBool(c, false); }},
    {"shared_tickets", [](std::string& c, const OrganizationRow&) { PutUpperBool(c, false); }},
    {"updated_at", [](std::string& c, const OrganizationRow& r) { PutUtcTime(c, r.created_at); }},
};

constexpr Column<OrganizationRow> kDomainColumns[] = {
    {"index", [](std::string& c, const OrganizationRow&) { c.append("0"); }},
    {"organization_id",
     [](std::string& c, const OrganizationRow& r) { PutInteger(c, ZendeskOrganizationId(r.account)); }},
    {"_fivetran_synced", [](std::string& c, const OrganizationRow& r) { PutSynced(c, r.view, r.created_at); }},
    {"domain_name", [](std::string& c, const OrganizationRow& r) { c.append(r.account.profile.domain); }},
};

struct Tables {
  CsvTable<TicketRow> tickets;
  CsvTable<ChangeRow> changes;
  CsvTable<CommentRow> comments;
  CsvTable<UserRow> users;
  CsvTable<OrganizationRow> organizations;
  CsvTable<OrganizationRow> domains;
};

class Zendesk final : public Exporter {
 public:
  Zendesk(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account& account) override {
    std::vector<Instant> asked(account.people.size(), kNever);
    for (const Ticket& ticket : account.tickets) {
      if (ticket.created_at > view_.at) continue;
      Instant& first = asked[static_cast<std::size_t>(ticket.person)];
      first = std::min(first, ticket.created_at);
      WriteTicket({view_, account, ticket});
    }
    Instant first = kNever;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (asked[i] == kNever) continue;
      first = std::min(first, asked[i]);
      const Person& person = account.people[i];
      const bool active = person.left_at > view_.at;
      tables_.users.Write({view_, ZendeskUserId(account, static_cast<int>(i)), person.FullText(), person.email,
                           person.phone, "end-user", ZendeskOrganizationId(account), asked[i],
                           LatestOf(view_.at, {asked[i], person.left_at}), active});
    }
    if (first == kNever) return;
    tables_.organizations.Write({view_, account, first});
    tables_.domains.Write({view_, account, first});
  }

  Status Close(std::vector<WrittenFile>& files) override {
    const Company& company = view_.world.company;
    for (std::size_t i = 0; i < company.members().size(); ++i) WriteAgent(static_cast<int>(i));
    WEIR_TRY(CloseTable(tables_.tickets, files));
    WEIR_TRY(CloseEvents(tables_.changes, files));
    WEIR_TRY(CloseEvents(tables_.comments, files));
    WEIR_TRY(CloseTable(tables_.users, files));
    WEIR_TRY(CloseTable(tables_.organizations, files));
    return CloseTable(tables_.domains, files);
  }

 private:
  void WriteTicket(const TicketRow& row) {
    tables_.tickets.Write(row);
    for (const TicketChange& change : row.item.changes) {
      if (change.at <= view_.at) tables_.changes.Write({row, change});
    }
    for (std::size_t i = 0; i < row.item.comments.size(); ++i) {
      const TicketComment& comment = row.item.comments[i];
      if (comment.at <= view_.at) tables_.comments.Write({row, comment, static_cast<int>(i)});
    }
  }

  // Support, and the heads who stand in for it.
  void WriteAgent(int index) {
    const Company& company = view_.world.company;
    const Member& member = view_.member(index);
    if (member.starts > view_.day) return;
    const bool is_active = view_.day < member.ends;
    const int seat = company.SeatOf(index, is_active ? view_.day : member.ends - 1);
    if (seat < 0) return;
    const Department department = company.seats()[static_cast<std::size_t>(seat)].department;
    const bool stands_in = department == Department::kCustomerSuccess || department == Department::kManagement;
    if (department != Department::kSupport && !stands_in) return;
    const Instant created_at = view_.world.calendar.At(member.starts, 8 * 3600);
    const Instant changed_at = is_active ? created_at : view_.world.calendar.At(member.ends, 8 * 3600);
    const std::string_view role = stands_in ? "admin" : "agent";
    tables_.users.Write({view_,
                         ZendeskAgentId(index),
                         member.FullText(),
                         member.email,
                         {},
                         role,
                         0,
                         created_at,
                         changed_at,
                         is_active});
  }

  View view_;
  Tables tables_;
};

}  // namespace

ExporterResult OpenZendesk(const std::filesystem::path& folder, const View& view) {
  const auto path = [&](std::string_view what) { return folder / fmt::format("zendesk-{}.csv", what); };
  WEIR_TRY(auto tickets, CsvTable<TicketRow>::Create(path("ticket"), kTicketColumns));
  WEIR_TRY(auto changes, CsvTable<ChangeRow>::Create(path("ticket_field_history"), kChangeColumns));
  WEIR_TRY(auto comments, CsvTable<CommentRow>::Create(path("ticket_comment"), kCommentColumns));
  WEIR_TRY(auto users, CsvTable<UserRow>::Create(path("user"), kUserColumns));
  WEIR_TRY(auto organizations, CsvTable<OrganizationRow>::Create(path("organization"), kOrganizationColumns));
  WEIR_TRY(auto domains, CsvTable<OrganizationRow>::Create(path("domain_name"), kDomainColumns));
  return std::make_unique<Zendesk>(view, Tables{std::move(tickets), std::move(changes), std::move(comments),
                                                std::move(users), std::move(organizations), std::move(domains)});
}

}  // namespace weir::simulate
