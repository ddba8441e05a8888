#include "workspace/comments.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "base/text.h"
#include "metrics/versions.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::ColumnType;
using analysis::Decision;
using analysis::Of;
using analysis::ParamVisitor;
using analysis::Principal;
using analysis::RawParams;
using analysis::TextOf;
using nlohmann::json;

constexpr std::string_view kAdd = "comments.add";
constexpr std::string_view kEdit = "comments.edit";
constexpr std::string_view kResolve = "comments.resolve";
constexpr std::string_view kRemove = "comments.remove";
constexpr std::size_t kLongestText = 4000;   // bytes
constexpr std::size_t kLongestPlace = 8000;  // bytes
constexpr std::size_t kMostMentions = 20;
constexpr std::string_view kOfMetric = "metric:";
constexpr std::array<std::string_view, 4> kSubjects{kOfMetric, "account:", "person:", "deal:"};

struct AddParams {
  std::string subject;
  std::string text;
  std::string place;
  std::vector<std::string> mentions;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "subject",
                 .help = {"What it is about: metric:ID, account:ID, person:ID or deal:ID",
                          "О чём он: metric:ID, account:ID, person:ID или deal:ID"},
                 .required = true,
                 .positional = true},
                subject);
    visitor.Add({.name = "text", .help = {"The comment, plain text", "Комментарий, простой текст"}, .required = true},
                text);
    visitor.Add({.name = "place",
                 .help = {"Path and query of the page that shows the number: period, filters, split, as-of",
                          "Путь и параметры страницы с числом: период, фильтры, разрез, момент"}},
                place);
    visitor.Add({.name = "mentions", .help = {"Accounts that are named in it", "Кто в нём упомянут (учётные записи)"}},
                mentions);
  }
};

struct EditParams {
  std::int64_t id = 0;
  std::string text;
  std::vector<std::string> mentions;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "id", .help = {"Its number", "Его номер"}, .required = true, .positional = true}, id);
    visitor.Add({.name = "text", .help = {"What it says now", "Новый текст"}, .required = true}, text);
    visitor.Add({.name = "mentions", .help = {"Accounts that are named in it", "Кто в нём упомянут (учётные записи)"}},
                mentions);
  }
};

struct Comment {
  std::string subject;
  std::string place;
  std::string text;
  json mentions = json::array();
  std::string author;
  std::string sight;  // what rows the author saw: the fingerprint of his rights
  bool is_resolved = false;

  json Fields() const {
    return {{"subject", subject}, {"place", place}, {"text", text},           {"mentions", mentions},
            {"author", author},   {"sight", sight}, {"resolved", is_resolved}};
  }
};

std::optional<Comment> FromFields(const std::string& text) {
  const json fields = json::parse(text, nullptr, false);
  if (!fields.is_object()) return std::nullopt;
  return Comment{.subject = fields.value("subject", ""),
                 .place = fields.value("place", ""),
                 .text = fields.value("text", ""),
                 .mentions = fields.value("mentions", json::array()),
                 .author = fields.value("author", ""),
                 .sight = fields.value("sight", ""),
                 .is_resolved = fields.value("resolved", false)};
}

// Of each comment the newest word; when it was written is when the first was.
constexpr std::string_view kNewest = R"(
SELECT comment_id, subject, place, text, mentions, author, sight, is_resolved, written_at, changed_by, changed_at
FROM (SELECT *, row_number() OVER (PARTITION BY comment_id ORDER BY decision_id DESC NULLS LAST) AS from_the_last,
        min(changed_at) OVER (PARTITION BY comment_id) AS written_at
      FROM meta.comment) AS all_words
WHERE from_the_last = 1 AND NOT is_removed)";

Result<std::optional<Comment>> Find(store::Session& session, std::int64_t id) {
  const std::array<store::Value, 1> number{id};
  WEIR_TRY(const store::Rows rows, session.Query(fmt::format("{} AND comment_id = ?", kNewest), number));
  if (rows.rows.empty()) return std::optional<Comment>();
  return std::optional(Comment{.subject = rows.TextAt(0, 1),
                               .place = rows.TextAt(0, 2),
                               .text = rows.TextAt(0, 3),
                               .mentions = json::parse(rows.TextAt(0, 4), nullptr, false),
                               .author = rows.TextAt(0, 5),
                               .sight = rows.TextAt(0, 6),
                               .is_resolved = std::get<bool>(rows.rows[0][7])});
}

// Who sees a record sees what is written about it; a number is not the same for everybody, so a comment on one may
// quote what its author saw, and is shown to whoever sees all rows or the same ones.
Result<bool> Sees(const KeptSetup& setup, const Comment& comment) {
  if (comment.author == setup.principal.user) return true;
  if (!comment.subject.starts_with(kOfMetric)) return setup.sees(comment.subject);
  return setup.principal.sees_all_rows || comment.sight == setup.principal.Fingerprint();
}

// One that the caller may not see is not there.
Result<Comment> Require(store::Session& session, std::int64_t id, const KeptSetup& setup) {
  WEIR_TRY(std::optional<Comment> found, Find(session, id));
  bool is_seen = false;
  if (found) {
    WEIR_TRY(is_seen, Sees(setup, *found));
  }
  if (!is_seen) return Fail(NotFound("there is no comment {}", id).Field("id"));
  return *std::move(found);
}

Status RequireAuthor(const Comment& comment, const Principal& principal, bool or_settings) {
  if (comment.author == principal.user || (or_settings && principal.Has("settings"))) return {};
  return Fail(Forbidden("the comment was written by {}", comment.author).Field("id"));
}

Status CheckText(const std::string& text) {
  if (TrimBlanks(text).empty()) return Fail(BadUsage("the comment says nothing").Field("text"));
  if (text.size() > kLongestText) {
    return Fail(TooLarge("a comment has at most {} bytes, this one has {}", kLongestText, text.size()).Field("text"));
  }
  const bool is_plain = std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t' || c == '\r'; });
  if (!is_plain) return Fail(BadUsage("the comment holds a control character").Field("text"));
  return {};
}

Result<json> Mentioned(const std::vector<std::string>& mentions, const KeptSetup& setup) {
  if (mentions.size() > kMostMentions) {
    return Fail(TooLarge("a comment names at most {} people", kMostMentions).Field("mentions"));
  }
  std::vector<std::string> names = mentions;
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  for (const std::string& name : names) {
    if (setup.is_account(name)) continue;
    return Fail(BadInput("there is no account '{}' to mention", name)
                    .Field("mentions")
                    .Mend("Name accounts by what they sign in with, or nobody"));
  }
  return json(names);
}

bool IsPlace(std::string_view place) {
  if (!place.starts_with('/') || place.starts_with("//") || place.starts_with("/api/")) return false;
  return std::ranges::all_of(place, [](char c) { return c > ' ' && c < 127 && c != '\\' && c != '#'; });
}

Status CheckSubject(const AddParams& params) {
  const bool is_known = std::ranges::any_of(kSubjects, [&](std::string_view kind) {
    return params.subject.starts_with(kind) && params.subject.size() > kind.size();
  });
  if (!is_known || params.subject.size() > kLongestText) {
    return Fail(BadUsage("'{}' is not what a comment is about", params.subject)
                    .Field("subject")
                    .Mend("Write metric:ID, account:ID, person:ID or deal:ID"));
  }
  if (params.place.size() > kLongestPlace || (!params.place.empty() && !IsPlace(params.place))) {
    return Fail(BadUsage("'{}' is not the address of a page", params.place)
                    .Field("place")
                    .Mend("Give what follows the name of the machine: /catalog/won_amount?period=last_quarter"));
  }
  return {};
}

struct Change {
  std::int64_t id = 0;  // 0: a new one
  std::optional<Comment> before;
  std::optional<Comment> after;
};

json FieldsOf(const std::optional<Comment>& comment) { return comment ? comment->Fields() : json(nullptr); }

Result<Decision> Write(store::Connection& connection, std::string_view action, const Change& change,
                       const KeptSetup& setup, std::optional<std::int64_t> undoes) {
  DecisionRow row{.action = std::string(action),
                  .before = FieldsOf(change.before).dump(),
                  .after = FieldsOf(change.after).dump(),
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  std::int64_t number = change.id;
  if (number == 0) {
    WEIR_TRY(number, connection.QueryInteger("SELECT nextval('meta.comment_number')"));
  }
  row.subject = fmt::format("comment:{}", number);
  WEIR_TRY(row.id, AppendDecision(connection, row, setup.principal.user, setup.reason, setup.now, undoes));
  const Comment& kept = change.after ? *change.after : *change.before;
  const std::array<store::Value, 12> cells{
      number,      kept.subject, kept.place,       kept.text,     kept.mentions.dump(),
      kept.author, kept.sight,   kept.is_resolved, !change.after, setup.principal.user,
      setup.now,   row.id};
  WEIR_TRY(connection.Execute("INSERT INTO meta.comment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", cells));
  return DecisionOf(row);
}

Result<Change> Add(const RawParams& raw, const KeptSetup& setup) {
  WEIR_TRY(const AddParams params, analysis::Bind<AddParams>(raw));
  WEIR_TRY(CheckSubject(params));
  WEIR_TRY(CheckText(params.text));
  WEIR_TRY(json mentions, Mentioned(params.mentions, setup));
  WEIR_TRY(const bool is_seen, setup.sees(params.subject));
  if (!is_seen) return Fail(NotFound("there is no '{}' to comment on", params.subject).Field("subject"));
  return Change{.id = 0,
                .before = {},
                .after = Comment{.subject = params.subject,
                                 .place = params.place,
                                 .text = std::string(TrimBlanks(params.text)),
                                 .mentions = std::move(mentions),
                                 .author = setup.principal.user,
                                 .sight = setup.principal.Fingerprint(),
                                 .is_resolved = false}};
}

Result<Change> Edit(store::Connection& connection, const RawParams& raw, const KeptSetup& setup) {
  WEIR_TRY(const EditParams params, analysis::Bind<EditParams>(raw));
  WEIR_TRY(CheckText(params.text));
  WEIR_TRY(const Comment known, Require(connection, params.id, setup));
  WEIR_TRY(RequireAuthor(known, setup.principal, false));
  Change change{.id = params.id, .before = known, .after = known};
  change.after->text = std::string(TrimBlanks(params.text));
  WEIR_TRY(change.after->mentions, Mentioned(params.mentions, setup));
  return change;
}

Result<Change> Settle(store::Connection& connection, std::string_view action, const RawParams& raw,
                      const KeptSetup& setup) {
  WEIR_TRY(const RemoveKeptParams params, analysis::Bind<RemoveKeptParams>(raw));
  WEIR_TRY(const Comment known, Require(connection, params.id, setup));
  if (action == kRemove) {
    WEIR_TRY(RequireAuthor(known, setup.principal, true));
    return Change{.id = params.id, .before = known, .after = {}};
  }
  if (known.is_resolved) {
    return Fail(Conflict("the comment {} is resolved already", params.id)
                    .Field("id")
                    .Mend("Undo the decision that resolved it to open it again"));
  }
  Change change{.id = params.id, .before = known, .after = known};
  change.after->is_resolved = true;
  return change;
}

struct ListParams {
  std::string subject;
  bool all = false;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "subject",
                 .help = {"Only those about this: metric:ID, account:ID, person:ID or deal:ID",
                          "Только об этом: metric:ID, account:ID, person:ID или deal:ID"}},
                subject);
    visitor.Add({.name = "all", .help = {"Resolved ones, too", "И решённые тоже"}}, all);
  }
};

analysis::TableSpec CommentsTable() {
  return {.name = "comments",
          .title = {"Comments", "Комментарии"},
          .key = {"id"},
          .columns = {Of("id", ColumnType::kInteger, "Number", "Номер"), TextOf("subject", "About", "О чём"),
                      TextOf("place", "Page", "Страница"), TextOf("text", "Comment", "Комментарий"),
                      Of("mentions", ColumnType::kJson, "Mentioned", "Упомянуты"), TextOf("author", "Author", "Автор"),
                      Of("is_resolved", ColumnType::kBoolean, "Resolved", "Решён"),
                      Of("is_own", ColumnType::kBoolean, "You may edit it", "Вы можете его править"),
                      Of("is_removable", ColumnType::kBoolean, "You may remove it", "Вы можете его удалить"),
                      Of("written_at", ColumnType::kInstant, "Written", "Когда написан"),
                      TextOf("changed_by", "Last changed by", "Кем изменён"),
                      Of("changed_at", ColumnType::kInstant, "Last changed", "Когда изменён")}};
}

// A record that was merged keeps the comments that were written about each.
constexpr std::string_view kSeenNames = R"(names AS (
  SELECT 'account' AS entity, account_id AS id FROM scoped.account
  UNION ALL SELECT 'person', person_id FROM scoped.person
  UNION ALL SELECT 'deal', deal_id FROM scoped.deal),
seen AS (
  SELECT entity || ':' || id AS said, entity || ':' || id AS subject FROM names
  UNION ALL
  SELECT a.entity || ':' || a.alias_id, a.entity || ':' || a.entity_id
  FROM scoped.record_alias AS a JOIN names AS n ON n.entity = a.entity AND n.id = a.entity_id
  WHERE a.rank = 1 AND a.alias_id <> a.entity_id))";
// Free text may hold personal data, as that of tickets and calls may: whoever sees such data masked reads it only of
// those who saw it masked themselves.
constexpr std::string_view kSeen = R"(
WITH kept AS ({}), {},
shown AS (
  SELECT k.*, k.subject AS about FROM kept AS k
  WHERE k.subject LIKE 'metric:%' AND (? OR k.author = ? OR k.sight = ?)
  UNION ALL
  SELECT k.*, s.subject FROM kept AS k JOIN seen AS s ON s.said = k.subject)
SELECT comment_id AS id, about AS subject, nullif(place, '') AS place,
  CASE WHEN ? OR author = ? OR sight LIKE '%;masked' THEN text END AS text, mentions, author, is_resolved,
  author = ? AS is_own, author = ? OR ? AS is_removable, written_at, changed_by, changed_at
FROM shown
WHERE (? = '' OR about = ?) AND (? OR NOT is_resolved)
ORDER BY written_at DESC NULLS LAST, id DESC NULLS LAST)";

Result<analysis::Output> RunComments(const ListParams& params, analysis::Context& context) {
  const Principal& principal = context.principal();
  const std::array<store::Value, 11> values{principal.sees_all_rows,
                                            principal.user,
                                            principal.Fingerprint(),
                                            principal.sees_personal_data,
                                            principal.user,
                                            principal.user,
                                            principal.user,
                                            principal.Has("settings"),
                                            params.subject,
                                            params.subject,
                                            params.all};
  WEIR_TRY(analysis::Table table,
           ReadTable(CommentsTable(), context.session(), fmt::format(kSeen, kNewest, kSeenNames), values));
  return analysis::Output{.tables = {std::move(table)}};
}

template <typename P>
Action Declared(std::string_view id, const analysis::Text& title, const analysis::Text& help) {
  return {.info = {.id = std::string(id), .title = title, .help = help, .right = "view", .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<P>(),
          .inverse = {},
          .changes_model = false};
}

}  // namespace

std::vector<Action> CommentActions() {
  std::vector<Action> all;
  all.push_back(Declared<AddParams>(
      kAdd, {"Comment", "Прокомментировать"},
      {"On a number, with its period and filters, or on a record", "Число с его периодом и фильтрами или запись"}));
  all.push_back(Declared<EditParams>(kEdit, {"Edit a comment", "Изменить комментарий"},
                                     {"One's own alone", "Только собственный"}));
  all.push_back(Declared<RemoveKeptParams>(kResolve, {"Resolve a comment", "Отметить комментарий решённым"},
                                           {"It leaves the list of open comments; its decision can be undone",
                                            "Он уходит из списка открытых; решение можно отменить"}));
  all.push_back(Declared<RemoveKeptParams>(kRemove, {"Remove a comment", "Удалить комментарий"},
                                           {"Its decision can be undone", "Решение можно отменить"}));
  return all;
}

bool IsCommentAction(std::string_view action) {
  return action == kAdd || action == kEdit || action == kResolve || action == kRemove;
}

Result<Decision> PerformCommentAction(store::Connection& connection, std::string_view action, const RawParams& params,
                                      const KeptSetup& setup) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  Change change;
  if (action == kAdd) {
    WEIR_TRY(change, Add(params, setup));
  } else if (action == kEdit) {
    WEIR_TRY(change, Edit(connection, params, setup));
  } else {
    WEIR_TRY(change, Settle(connection, action, params, setup));
  }
  WEIR_TRY(Decision decision, Write(connection, action, change, setup, std::nullopt));
  WEIR_TRY(transaction.Commit());
  return decision;
}

Result<Decision> UndoCommentDecision(store::Connection& connection, const DecisionRow& decision,
                                     const KeptSetup& setup) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  Change change{.id = std::stoll(decision.subject.substr(decision.subject.find(':') + 1)), .before = {}, .after = {}};
  WEIR_TRY(change.before, Find(connection, change.id));
  change.after = FromFields(decision.before);
  const std::optional<Comment> left = FromFields(decision.after);
  const Comment& whose = left ? *left : *change.after;
  WEIR_TRY(const bool is_seen, Sees(setup, whose));
  if (!is_seen) {
    return Fail(NotFound("there is no comment {}", change.id).Field("decision_id"));
  }
  if (decision.action != kResolve) {
    WEIR_TRY(RequireAuthor(whose, setup.principal, decision.action != kEdit));
  }
  if (FieldsOf(change.before) != FieldsOf(left)) {
    return Fail(Conflict("everything that decision {} set has been changed since", decision.id).Field("decision_id"));
  }
  WEIR_TRY(Decision undone, Write(connection, kUndoDecision, change, setup, decision.id));
  WEIR_TRY(transaction.Commit());
  return undone;
}

Result<bool> IsSubjectSeen(engine::ModelHost& host, const Principal& principal, const std::string& subject) {
  WEIR_TRY(const std::unique_ptr<engine::Snapshot> taken, host.Take(std::nullopt, {}));
  engine::Snapshot& snapshot = *taken;
  WEIR_TRY(snapshot.Scope(principal, snapshot.newest()));
  const std::size_t colon = subject.find(':') + 1;
  const std::string kind = subject.substr(0, colon);
  const std::string id = subject.substr(colon);
  if (kind == kOfMetric) {
    WEIR_TRY(const std::vector<DefinitionFile> files,
             metrics::MetricFilesAt(snapshot.session(), snapshot.data_version()));
    WEIR_TRY(const metrics::MetricCatalog catalog, metrics::MetricCatalog::Load(files));
    return catalog.FindMetric(id) != nullptr;
  }
  const std::array<store::Value, 2> values{subject, subject};
  WEIR_TRY(const store::Rows rows,
           snapshot.session().Query(
               fmt::format("WITH {} SELECT count(*) FROM seen WHERE said = ? OR subject = ?", kSeenNames), values));
  return rows.IntegerAt(0, 0) > 0;
}

analysis::Analysis CommentsAnalysis() {
  return analysis::Declare<ListParams>(
      {.id = "comments",
       .title = {"Comments", "Комментарии"},
       .help = {"On numbers and records, those still open; who may see the number may see them",
                "К числам и записям, ещё открытые; их видит тот, кому видно число"},
       .right = "view",
       .tables = {CommentsTable()},
       .is_cacheable = false},
      &RunComments);
}

}  // namespace weir::workspace
