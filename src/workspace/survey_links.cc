#include "workspace/survey_links.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <sodium.h>
#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "base/text.h"
#include "diagnose/survey.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::ColumnType;
using analysis::CountOf;
using analysis::Decision;
using analysis::Of;
using analysis::ParamVisitor;
using analysis::RawParams;
using analysis::TextOf;
using nlohmann::json;

constexpr std::string_view kLink = "survey.link";
constexpr std::string_view kState = "survey.set";
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kLongestName = 100;  // bytes, of a department and of what a browser calls itself
constexpr std::int64_t kMostDays = 90;
constexpr std::int64_t kMostAnswers = 1000;
constexpr std::int64_t kMostCopies = 200;
constexpr std::array<std::string_view, 3> kStates{"open", "revoked", "discarded"};

// Whoever reads counts reads them in this form alone: departments of fewer than three answers to a question stand
// together as '*', where that makes three answers of two departments, and else not at all.
constexpr std::string_view kCounts = R"(CREATE OR REPLACE VIEW scoped.survey_count AS
WITH links AS (
  SELECT link_id, department, state FROM meta.survey_link
  QUALIFY row_number() OVER (PARTITION BY link_id ORDER BY decision_id DESC NULLS LAST) = 1
),
answered AS (
  SELECT DISTINCT l.department, c.survey, c.reply_id
  FROM meta.survey_choice AS c
  JOIN meta.survey_reply AS r ON r.reply_id = c.reply_id
  JOIN links AS l ON l.link_id = r.link_id
  WHERE l.state <> 'discarded'
),
sizes AS (SELECT survey, department, count(*) AS replies FROM answered GROUP BY survey, department),
small AS (SELECT survey, sum(replies) AS replies, count(*) AS departments FROM sizes WHERE replies < 3 GROUP BY survey),
shown AS (
  SELECT s.survey, s.department, CASE WHEN s.replies >= 3 THEN s.department ELSE '*' END AS name
  FROM sizes AS s
  LEFT JOIN small AS m ON m.survey = s.survey
  WHERE s.replies >= 3 OR (m.replies >= 3 AND m.departments >= 2)
),
told AS (
  SELECT w.survey, w.name, a.reply_id FROM shown AS w JOIN answered AS a ON a.survey = w.survey AND a.department = w.department
),
totals AS (SELECT survey, name, count(*) AS respondents FROM told GROUP BY survey, name)
SELECT t.survey, t.name AS department, t.respondents, c.option, count(*) AS chosen
FROM totals AS t
JOIN told AS o ON o.survey = t.survey AND o.name = t.name
JOIN meta.survey_choice AS c ON c.reply_id = o.reply_id AND c.survey = t.survey
GROUP BY t.survey, t.name, t.respondents, c.option)";

constexpr std::array<std::string_view, 1> kViews{kCounts};

constexpr std::array<std::string_view, 5> kMigrations{
    // Each change is a row more, the newest of a link counts.
    R"(CREATE TABLE meta.survey_link (
      link_id BIGINT NOT NULL, department VARCHAR NOT NULL, token_hash VARCHAR NOT NULL, most BIGINT NOT NULL,
      expires_at TIMESTAMP NOT NULL, state VARCHAR NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL,
      decision_id BIGINT NOT NULL))",
    "CREATE SEQUENCE meta.survey_number",
    // Without a moment, an address or a name: nothing says whose it is. What a browser calls itself is kept as a hash,
    // so that it does not answer twice.
    R"(CREATE TABLE meta.survey_reply (reply_id BIGINT NOT NULL, link_id BIGINT NOT NULL, respondent VARCHAR NOT NULL))",
    R"(CREATE TABLE meta.survey_choice (reply_id BIGINT NOT NULL, survey VARCHAR NOT NULL, option VARCHAR NOT NULL))",
    kCounts,  // for a model that an earlier program built
};

struct LinkParams {
  std::string department;
  std::int64_t days = 14;
  std::int64_t most = 50;
  std::int64_t one_time = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "department",
                 .help = {"Whom the link is for", "Для какого отдела ссылка"},
                 .required = true,
                 .positional = true},
                department);
    visitor.Add({.name = "days", .help = {"For how many days it is open", "Сколько дней она открыта"}}, days);
    visitor.Add({.name = "most", .help = {"How many answers it takes", "Сколько ответов принимает"}}, most);
    visitor.Add(
        {.name = "one_time",
         .help = {"So many links instead, each for one answer", "Вместо одной столько ссылок, каждая на один ответ"}},
        one_time);
  }
};

struct StateParams {
  std::int64_t link = 0;
  std::string state;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "link", .help = {"Number of the link", "Номер ссылки"}, .required = true, .positional = true},
                link);
    visitor.Add(
        {.name = "state",
         .help = {"open: it takes answers; revoked: no more; discarded: no more, and those it took do not count",
                  "open: принимает ответы; revoked: больше нет; discarded: больше нет, и принятые не считаются"},
         .allowed = {kStates.begin(), kStates.end()},
         .required = true},
        state);
  }
};

struct Link {
  std::int64_t id = 0;
  std::string department;
  std::string hash;
  std::int64_t most = 0;
  Instant expires_at;
  std::string state;

  json Fields() const {
    return {{"department", department}, {"most", most}, {"expires_at", FormatInstant(expires_at)}, {"state", state}};
  }
};

std::string Hex(const unsigned char* bytes, std::size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

std::string HashOf(std::string_view text) {
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  return Hex(hash.data(), hash.size());
}

std::string NewToken() {
  WEIR_CHECK(sodium_init() >= 0);
  std::array<unsigned char, kTokenBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return Hex(bytes.data(), bytes.size());
}

bool IsPlain(std::string_view text) {
  return IsValidUtf8(text) && std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

// The newest word on each link that passes.
Result<std::vector<Link>> FindLinks(store::Session& session, std::string_view condition, const store::Value& value) {
  const std::array<store::Value, 1> values{value};
  WEIR_TRY(const store::Rows rows,
           session.Query(fmt::format("SELECT link_id, department, token_hash, most, expires_at, state FROM "
                                     "meta.survey_link WHERE {} QUALIFY row_number() OVER (PARTITION BY link_id ORDER "
                                     "BY decision_id DESC NULLS LAST) = 1 ORDER BY link_id",
                                     condition),
                         values));
  std::vector<Link> links;
  links.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    links.push_back({.id = rows.IntegerAt(i, 0),
                     .department = rows.TextAt(i, 1),
                     .hash = rows.TextAt(i, 2),
                     .most = rows.IntegerAt(i, 3),
                     .expires_at = std::get<Instant>(rows.rows[i][4]),
                     .state = rows.TextAt(i, 5)});
  }
  return links;
}

Result<Link> FindLink(store::Session& session, std::int64_t id) {
  WEIR_TRY(std::vector<Link> links, FindLinks(session, "link_id = ?", id));
  if (links.empty()) {
    return Fail(NotFound("there is no survey link {}", id).Field("link").Mend("'weir survey links' lists them"));
  }
  return std::move(links.front());
}

Status WriteLink(store::Connection& connection, const Link& link, std::int64_t decision, const KeptSetup& setup) {
  const std::array<store::Value, 9> cells{link.id,    link.department,      link.hash, link.most, link.expires_at,
                                          link.state, setup.principal.user, setup.now, decision};
  WEIR_TRY(connection.Execute("INSERT INTO meta.survey_link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", cells));
  return {};
}

json StatesOf(const std::vector<Link>& links) {
  json all = json::object();
  for (const Link& link : links) all[std::to_string(link.id)] = link.Fields();
  return all;
}

// Their rows and the decision, in the caller's transaction.
Result<Decision> Write(store::Connection& connection, std::string_view action, const std::vector<Link>& links,
                       const json& before, const KeptSetup& setup, std::optional<std::int64_t> undoes,
                       analysis::Output output = {}) {
  DecisionRow row{.action = std::string(action),
                  .subject = links.size() == 1 ? fmt::format("survey:{}", links.front().id)
                                               : fmt::format("surveys:{}", links.front().department),
                  .before = before.dump(),
                  .after = StatesOf(links).dump(),
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  WEIR_TRY(row.id, AppendDecision(connection, row, setup.principal.user, setup.reason, setup.now, undoes));
  for (const Link& link : links) WEIR_TRY(WriteLink(connection, link, row.id, setup));
  return DecisionOf(row, std::move(output));
}

analysis::TableSpec TokensTable() {
  return {.name = "links",
          .title = {"Links, shown this once", "Ссылки, показываются один раз"},
          .key = {"link"},
          .columns = {Of("link", ColumnType::kInteger, "Link", "Ссылка"), TextOf("department", "Department", "Отдел"),
                      TextOf("path", "Path after the address of this server", "Путь после адреса этого сервера"),
                      Of("expires_at", ColumnType::kInstant, "Open until", "Открыта до"),
                      CountOf("most", "Answers", "Ответов")}};
}

Result<Decision> MakeLinks(store::Connection& connection, const RawParams& raw, const KeptSetup& setup) {
  WEIR_TRY(const LinkParams params, analysis::Bind<LinkParams>(raw));
  const std::string department(TrimBlanks(params.department));
  if (department.empty() || department == "*" || department.size() > kLongestName || !IsPlain(department)) {
    return Fail(BadUsage("a department has a name of 1 to {} bytes, and is not '*'", kLongestName).Field("department"));
  }
  const auto within = [](std::int64_t value, std::int64_t least, std::int64_t most, std::string_view field) -> Status {
    if (value >= least && value <= most) return {};
    return Fail(BadUsage("'{}' is not from {} to {}", value, least, most).Field(std::string(field)));
  };
  WEIR_TRY(within(params.days, 1, kMostDays, "days"));
  WEIR_TRY(within(params.most, 1, kMostAnswers, "most"));
  WEIR_TRY(within(params.one_time, 0, kMostCopies, "one_time"));
  analysis::TableSpec spec = TokensTable();
  analysis::Output output;
  output.tables.push_back({.name = spec.name, .key = spec.key, .columns = spec.columns});
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  std::vector<Link> links;
  for (std::int64_t i = 0; i < std::max<std::int64_t>(1, params.one_time); ++i) {
    const std::string token = NewToken();
    Link link{.department = department,
              .hash = HashOf(token),
              .most = params.one_time > 0 ? 1 : params.most,
              .expires_at = {setup.now.micros + params.days * kMicrosPerDay},
              .state = "open"};
    WEIR_TRY(link.id, connection.QueryInteger("SELECT nextval('meta.survey_number')"));
    output.tables.front().rows.push_back({link.id, department, "/survey#" + token, link.expires_at, link.most});
    links.push_back(std::move(link));
  }
  WEIR_TRY(Decision decision, Write(connection, kLink, links, json::object(), setup, std::nullopt, std::move(output)));
  WEIR_TRY(transaction.Commit());
  return decision;
}

Result<Decision> SetState(store::Connection& connection, const RawParams& raw, const KeptSetup& setup) {
  WEIR_TRY(const StateParams params, analysis::Bind<StateParams>(raw));
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(Link link, FindLink(connection, params.link));
  const json before = StatesOf({link});
  link.state = params.state;
  WEIR_TRY(Decision decision, Write(connection, kState, {link}, before, setup, std::nullopt));
  WEIR_TRY(transaction.Commit());
  return decision;
}

// The link of a token that takes an answer now.
Result<Link> OpenLink(store::Session& session, std::string_view token, Instant now) {
  const Error stranger =
      NotFound("this link leads to no survey, or was taken back").Mend("Ask whoever gave it to you for a new one");
  if (token.size() != 2 * kTokenBytes) return Fail(stranger);
  WEIR_TRY(std::vector<Link> links, FindLinks(session, "token_hash = ?", HashOf(token)));
  if (links.empty() || links.front().state != "open") return Fail(stranger);
  Link& link = links.front();
  if (link.expires_at <= now) {
    return Fail(Conflict("this survey ended on {}", FormatInstant(link.expires_at).substr(0, 10)));
  }
  const std::array<store::Value, 1> values{link.id};
  WEIR_TRY(const store::Rows taken, session.Query("SELECT count(*) FROM meta.survey_reply WHERE link_id = ?", values));
  if (taken.IntegerAt(0, 0) >= link.most) {
    if (link.most == 1) return Fail(Conflict("by this link an answer was given already"));
    return Fail(Conflict("this link has taken all {} answers that it takes", link.most));
  }
  return std::move(link);
}

json BothOf(const analysis::Text& text) { return {{"en", text.en}, {"ru", text.ru}}; }

analysis::TableSpec LinksTable() {
  return {.name = "links",
          .title = {"Links to the survey", "Ссылки на опрос"},
          .key = {"link"},
          .columns = {
              Of("link", ColumnType::kInteger, "Link", "Ссылка"), TextOf("department", "Department", "Отдел"),
              TextOf("state", "State", "Состояние"), CountOf("answers", "Answers", "Ответов"),
              CountOf("most", "Takes", "Принимает"), Of("expires_at", ColumnType::kInstant, "Open until", "Открыта до"),
              TextOf("made_by", "Made by", "Кто создал"), Of("made_at", ColumnType::kInstant, "Made", "Создана"),
              Of("made_decision", ColumnType::kInteger, "Decision", "Решение")}};
}

Result<analysis::Output> RunLinks(const analysis::NoParams& /*params*/, analysis::Context& context) {
  WEIR_TRY(analysis::Table table, analysis::ReadTable(LinksTable(), context.session(), R"(
    WITH links AS (
      SELECT *, first_value(changed_by) OVER w AS made_by, first_value(changed_at) OVER w AS made_at,
        first_value(decision_id) OVER w AS made_decision
      FROM meta.survey_link
      WINDOW w AS (PARTITION BY link_id ORDER BY decision_id NULLS LAST)
      QUALIFY row_number() OVER (PARTITION BY link_id ORDER BY decision_id DESC NULLS LAST) = 1
    ),
    taken AS (SELECT link_id, count(*) AS answers FROM meta.survey_reply GROUP BY link_id)
    SELECT l.link_id AS link, l.department, l.state, coalesce(t.answers, 0) AS answers, l.most, l.expires_at, l.made_by,
      l.made_at, l.made_decision
    FROM links AS l
    LEFT JOIN taken AS t ON t.link_id = l.link_id
    ORDER BY l.link_id DESC NULLS LAST)"));
  return analysis::Output{.tables = {std::move(table)}};
}

}  // namespace

std::span<const std::string_view> SurveyMigrations() { return kMigrations; }
std::span<const std::string_view> SurveyViews() { return kViews; }

std::vector<Action> SurveyActions() {
  std::vector<Action> all;
  all.push_back({.info = {.id = std::string(kLink),
                          .title = {"Make a link to the survey", "Создать ссылку на опрос"},
                          .help = {"For one department; whoever has it answers without an account. It is shown once: "
                                   "only its hash is kept",
                                   "Для одного отдела; у кого она есть, отвечает без учётной записи. Показывается один "
                                   "раз: хранится только её хеш"},
                          .right = "settings",
                          .tables = {TokensTable(), DecisionTable()}},
                 .params = analysis::SpecsOf<LinkParams>(),
                 .inverse = {},
                 .changes_model = false});
  all.push_back(
      {.info = {.id = std::string(kState),
                .title = {"Close or open a link to the survey", "Закрыть или открыть ссылку на опрос"},
                .help = {"Revoked it takes no more answers; discarded, those that it took do not count either",
                         "Отозванная больше не принимает ответов; отброшенная — и принятые не считаются"},
                .right = "settings",
                .tables = {DecisionTable()}},
       .params = analysis::SpecsOf<StateParams>(),
       .inverse = {},
       .changes_model = false});
  return all;
}

bool IsSurveyAction(std::string_view action) { return action == kLink || action == kState; }

Result<Decision> PerformSurveyAction(store::Connection& connection, std::string_view action, const RawParams& params,
                                     const KeptSetup& setup) {
  return action == kLink ? MakeLinks(connection, params, setup) : SetState(connection, params, setup);
}

// A link that was made is revoked, one whose state was set gets the state that it had; its answers stay.
Result<Decision> UndoSurveyDecision(store::Connection& connection, const DecisionRow& decision,
                                    const KeptSetup& setup) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  const json left = json::parse(decision.after, nullptr, false);
  const json before = json::parse(decision.before, nullptr, false);
  std::vector<Link> links;
  for (const auto& [id, fields] : left.items()) {
    WEIR_TRY(Link link, FindLink(connection, std::stoll(id)));
    if (link.Fields() != fields) {
      return Fail(Conflict("everything that decision {} set has been changed since", decision.id).Field("decision_id"));
    }
    links.push_back(std::move(link));
  }
  const json now = StatesOf(links);
  for (Link& link : links) {
    const auto earlier = before.find(std::to_string(link.id));
    link.state = earlier == before.end() ? "revoked" : earlier->value("state", "revoked");
  }
  WEIR_TRY(Decision undone, Write(connection, kUndoDecision, links, now, setup, decision.id));
  WEIR_TRY(transaction.Commit());
  return undone;
}

analysis::Analysis SurveyLinksAnalysis() {
  return analysis::Declare<analysis::NoParams>(
      {.id = "survey.links",
       .title = {"Links to the survey", "Ссылки на опрос"},
       .help =
           {"Which links to the survey of departments were made, how many answers came by each, until when it is "
            "open. The link itself is not kept.",
            "Какие ссылки на опрос отделов созданы, сколько ответов пришло по каждой, до какого времени она открыта. "
            "Сама ссылка не хранится."},
       .right = "settings",
       .needs = {"survey_link"},
       .tables = {LinksTable()},
       .is_cacheable = false},
      &RunLinks);
}

Result<std::string> SurveyFormOf(store::Session& session, std::string_view token, Instant now) {
  WEIR_TRY(const Link link, OpenLink(session, token, now));
  json surveys = json::array();
  for (const diagnose::Survey& survey : diagnose::BuiltInSurveys()) {
    json options = json::array();
    for (const diagnose::SurveyOption& option : survey.options) {
      options.push_back({{"id", option.id}, {"text", BothOf(option.text)}});
    }
    surveys.push_back({{"id", survey.id},
                       {"title", BothOf(survey.title)},
                       {"question", BothOf(survey.question)},
                       {"most", survey.most},
                       {"none", survey.none},
                       {"options", std::move(options)}});
  }
  return json{{"department", link.department}, {"surveys", std::move(surveys)}}.dump();
}

Status TakeReply(store::Connection& connection, const SurveyReply& reply, Instant now) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const Link link, OpenLink(connection, reply.token, now));
  if (reply.respondent.size() < 16 || reply.respondent.size() > kLongestName) {
    return Fail(BadUsage("the browser does not say which it is").Field("respondent"));
  }
  std::size_t chosen = 0;
  for (const auto& [name, options] : reply.answers) {
    const auto survey = std::ranges::find(diagnose::BuiltInSurveys(), name, &diagnose::Survey::id);
    if (survey == diagnose::BuiltInSurveys().end()) {
      return Fail(BadUsage("there is no question '{}'", name.substr(0, kLongestName)).Field("answers"));
    }
    WEIR_TRY(diagnose::CheckAnswer(*survey, options));
    chosen += options.size();
  }
  if (chosen == 0) return Fail(BadUsage("nothing is answered").Field("answers"));
  // Of this link alone: of another it is another word, so that nobody can be followed from link to link.
  const std::string respondent = HashOf(fmt::format("{}:{}", link.hash, reply.respondent));
  const std::array<store::Value, 2> who{link.id, respondent};
  WEIR_TRY(const store::Rows before,
           connection.Query("SELECT count(*) FROM meta.survey_reply WHERE link_id = ? AND respondent = ?", who));
  if (before.IntegerAt(0, 0) > 0) return Fail(Conflict("this browser has answered already; an answer counts once"));
  WEIR_TRY(const std::int64_t id, connection.QueryInteger("SELECT nextval('meta.survey_number')"));
  const std::array<store::Value, 3> cells{id, link.id, respondent};
  WEIR_TRY(connection.Execute("INSERT INTO meta.survey_reply VALUES (?, ?, ?)", cells));
  for (const auto& [survey, options] : reply.answers) {
    for (const std::string& option : options) {
      const std::array<store::Value, 3> choice{id, survey, option};
      WEIR_TRY(connection.Execute("INSERT INTO meta.survey_choice VALUES (?, ?, ?)", choice));
    }
  }
  return transaction.Commit();
}

}  // namespace weir::workspace
