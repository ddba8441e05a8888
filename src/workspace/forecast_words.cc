#include "workspace/forecast_words.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "metrics/analyses.h"
#include "metrics/ask.h"
#include "people/directory.h"
#include "workspace/actions.h"
#include "workspace/forecast_word.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::Decision;
using analysis::ParamVisitor;
using analysis::RawParams;

constexpr std::string_view kSubmit = "forecast.submit";
constexpr std::string_view kWriteNote = "forecast.note";
constexpr std::string_view kLockPeriod = "forecast.lock";
constexpr std::string_view kUnlockPeriod = "forecast.unlock";
constexpr std::array<std::string_view, 4> kCategories{"commit", "most_likely", "best_case", "pipeline"};
constexpr std::size_t kLongestText = 4000;  // bytes
constexpr std::int64_t kSameWordMicros = 60 * kMicrosPerSecond;
constexpr std::int64_t kMostWhole = 99'999'999'999'999;  // DECIMAL(18,4)

// is_visible of models/scoped/macros.sql, which is not there yet when a store is made.
constexpr std::string_view kView = R"(CREATE OR REPLACE VIEW scoped.forecast_word AS
SELECT word_id, kind, period_start, period_end, member_id, team_id, category, amount, currency, deal_id, text, locked_from,
  as_of, is_removed, action, reason, changed_by, changed_at, decision_id
FROM meta.forecast_word
WHERE as_of <= getvariable('as_of')
  AND (coalesce(getvariable('sees_all_rows'), FALSE) OR coalesce(list_contains(getvariable('team_ids'), sight_team), FALSE)
    OR kind = 'lock'))";

constexpr std::array<std::string_view, 3> kMigrations{
    // Each change is a row more, the newest of a word counts. `as_of`: the newest moment in the data when it was said.
    R"(CREATE TABLE meta.forecast_word (
      word_id BIGINT NOT NULL, kind VARCHAR NOT NULL, period_start DATE NOT NULL, period_end DATE NOT NULL, member_id VARCHAR,
      team_id VARCHAR, sight_team VARCHAR, category VARCHAR, amount DECIMAL(18,4), currency VARCHAR, deal_id VARCHAR,
      text VARCHAR NOT NULL, locked_from TIMESTAMP, as_of TIMESTAMP NOT NULL, is_removed BOOLEAN NOT NULL,
      action VARCHAR NOT NULL, reason VARCHAR NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL,
      decision_id BIGINT NOT NULL))",
    "CREATE SEQUENCE meta.forecast_word_number",
    kView,  // for a model that an earlier program built
};

struct PeriodParams {
  std::string period = "quarter";
  std::optional<Date> day = {};
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "period",
                 .help = {"What kind of period; quarters and years are fiscal ones",
                          "Какой период; кварталы и годы — финансовые"},
                 .allowed = metrics::PeriodNames()},
                period);
    visitor.Add({.name = "day",
                 .help = {"The one that holds this day; without it the newest day of the data",
                          "Тот, в который попадает этот день; без него — последний день данных"}},
                day);
  }
};

struct LineParams {
  std::string member = {};
  std::string team = {};
  bool company = false;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "member",
                 .help = {"For whom: a member by name, address or id. Nobody named: for oneself",
                          "За кого: имя, адрес или id сотрудника. Никто не назван — за себя"}},
                member);
    visitor.Add({.name = "team", .help = {"For which team, by name or id", "За какую команду: имя или id"}}, team);
    visitor.Add({.name = "company", .help = {"For the whole company", "За всю компанию"}}, company);
  }
};

struct SubmitParams {
  std::string amount = {};
  std::string category = "commit";
  PeriodParams period = {};
  LineParams line = {};
  std::string currency = {};
  std::string note = {};
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "amount",
                 .help = {"What the period will bring in all, with what is won already",
                          "Сколько принесёт период всего, вместе с уже выигранным"},
                 .required = true,
                 .positional = true},
                amount);
    visitor.Add({.name = "category",
                 .help = {"How sure that is", "Насколько это верно"},
                 .allowed = {kCategories.begin(), kCategories.end()}},
                category);
    period.Describe(visitor);
    line.Describe(visitor);
    visitor.Add({.name = "currency",
                 .help = {"Of the amount; without it that of reports", "Валюта суммы; без неё — валюта отчётов"}},
                currency);
    visitor.Add({.name = "note", .help = {"Why, in words", "Почему, словами"}}, note);
  }
};

struct NoteParams {
  std::string text = {};
  std::string deal = {};
  PeriodParams period = {};
  LineParams line = {};
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "text",
                 .help = {"What was decided or found", "Что решено или выяснено"},
                 .required = true,
                 .positional = true},
                text);
    visitor.Add(
        {.name = "deal", .help = {"On this deal, by id; else on a line", "К этой сделке, по id; иначе к строке"}},
        deal);
    period.Describe(visitor);
    line.Describe(visitor);
  }
};

struct LockParams {
  PeriodParams period = {};
  std::string team = {};
  std::string from = {};
  void Describe(ParamVisitor& visitor) {
    period.Describe(visitor);
    visitor.Add({.name = "team",
                 .help = {"Only for this team and those below; without it for everybody",
                          "Только для этой команды и входящих в неё; без неё — для всех"}},
                team);
    visitor.Add({.name = "from",
                 .help = {"From the start of this day or from this instant on; without it at once",
                          "С начала этого дня или с этого момента; без него — сразу"}},
                from);
  }
};

struct UnlockParams {
  PeriodParams period = {};
  std::string team = {};
  void Describe(ParamVisitor& visitor) {
    period.Describe(visitor);
    visitor.Add(
        {.name = "team",
         .help = {"The lock of this team; without it that of everybody", "Блокировку этой команды; без неё — общую"}},
        team);
  }
};

// What an action knows of the model, as its caller sees it.
struct Ground {
  engine::Snapshot& seen;
  TimeZone zone;

  store::Session& session() const { return seen.session(); }
  Date today() const { return zone.LocalDateOf(seen.newest()); }
  metrics::DayRange PeriodOf(const PeriodParams& params) const {
    const auto grain = metrics::GrainNamed(params.period).value_or(metrics::Grain::kQuarter);
    return metrics::PeriodAround(params.day.value_or(today()), grain, seen.settings().fiscal_year_start_month);
  }
};

// Whose line of the board.
struct Line {
  std::string member_id = {};
  std::string team_id = {};  // of a team's line
  std::string sight_team = {};

  bool IsCompany() const { return member_id.empty() && team_id.empty(); }
};

Result<Line> MemberLine(const std::string& who, store::Session& session) {
  WEIR_TRY(const people::Directory directory, people::Directory::ReadVisible(session));
  const auto found = directory.Find(who);
  if (!found) return Fail(Error(found.error()).Field("member"));
  const std::array<store::Value, 1> id{(*found)->id};
  WEIR_TRY(const store::Rows rows, session.Query("SELECT team_id FROM scoped.member WHERE member_id = ?", id));
  return Line{.member_id = (*found)->id, .sight_team = rows.rows.empty() ? std::string() : rows.TextAt(0, 0)};
}

Result<Line> TeamLine(const std::string& team, store::Session& session) {
  WEIR_TRY(const std::string id, metrics::TeamMeant(team, session));
  return Line{.team_id = id, .sight_team = id};
}

Result<Line> LineMeant(const LineParams& params, const Ground& ground, const KeptSetup& setup) {
  const int named = (params.member.empty() ? 0 : 1) + (params.team.empty() ? 0 : 1) + (params.company ? 1 : 0);
  if (named > 1) return Fail(BadUsage("a member, a team and the company are three lines").Field("member"));
  if (!params.member.empty()) return MemberLine(params.member, ground.session());
  if (!params.team.empty()) return TeamLine(params.team, ground.session());
  if (params.company) return Line{};
  if (setup.member) return Line{.member_id = setup.member->member_id, .sight_team = setup.member->team_id};
  if (setup.principal.Has("settings")) return Line{};
  return Fail(BadUsage("your account is tied to no member, so it is not known whose line is meant")
                  .Field("member")
                  .Mend("Give the account the e-mail address that the member has in the exports"));
}

// A line is of the caller, of his teams, or of anybody where he administers.
Status RequireSpeaker(const Line& line, const Ground& ground, const KeptSetup& setup) {
  const bool is_own =
      setup.member && setup.member->is_active && !line.member_id.empty() && setup.member->member_id == line.member_id;
  if (is_own || setup.principal.Has("settings")) return {};
  if (setup.principal.role == "manager" && !line.IsCompany()) {
    const std::array<store::Value, 1> team{line.sight_team};
    WEIR_TRY(const store::Rows rows,
             ground.session().Query("SELECT count(*) FROM scoped.team WHERE team_id = ?", team));
    if (rows.IntegerAt(0, 0) > 0) return {};
  }
  return Fail(Forbidden("a member speaks for himself, a manager for his teams and those below, nobody for others")
                  .Mend("Ask the member, his manager or an administrator"));
}

Status RequireOpen(const Line& line, metrics::DayRange period, store::Session& session, Instant now) {
  WEIR_TRY(const std::optional<ForecastWord> lock, LockOver(session, period, line.sight_team, now));
  if (!lock) return {};
  return Fail(Conflict("the forecast of {} to {} is locked since {} by {}", FormatDate(period.first),
                       FormatDate(period.last), FormatInstant(*lock->locked_from), lock->said_by)
                  .Field("period")
                  .Mend("Ask {} to unlock it (forecast.unlock), or say it in a note", lock->said_by));
}

Result<std::string> TextOf(const std::string& given, const char* field) {
  if (given.size() > kLongestText) {
    return Fail(TooLarge("a note has at most {} bytes", kLongestText).Field(field));
  }
  const bool is_plain = std::ranges::all_of(
      given, [](char c) { return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t' || c == '\r'; });
  if (!is_plain) return Fail(BadUsage("the note holds a control character").Field(field));
  return std::string(TrimBlanks(given));
}

Result<Decimal> AmountOf(const SubmitParams& params, const std::string& currency) {
  const auto amount = ParsePlainDecimal(params.amount);
  const auto kept = amount ? Rescale(*amount, kAmountScale) : std::nullopt;
  if (!kept) {
    return Fail(BadUsage("'{}' is not an amount", params.amount).Field("amount").Mend("Write 1500000 or 1500000.50"));
  }
  if (kept->units < 0) {
    return Fail(BadInput("a forecast of {} is below nothing: say what the period will bring in all", params.amount)
                    .Field("amount")
                    .Mend("Write 0 if it brings nothing"));
  }
  if (kept->units / PowerOfTen(kAmountScale) > kMostWhole) {
    return Fail(TooLarge("an amount of {} is more than an account can hold", params.amount).Field("amount"));
  }
  const auto whole = Rescale(*kept, CurrencyDecimals(currency));
  if (!whole || Rescale(*whole, kAmountScale) != kept) {
    return Fail(BadInput("{} has more digits after the point than {} has", params.amount, currency).Field("amount"));
  }
  return *kept;
}

Result<std::string> CurrencyOf(const std::string& given, const Ground& ground) {
  const std::string& reporting = ground.seen.settings().currency;
  if (given.empty()) return reporting;
  std::string code = given;
  std::ranges::transform(code, code.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (!IsCurrencyCode(code)) {
    return Fail(BadUsage("'{}' is not a currency", given).Field("currency").Mend("Three letters, such as EUR"));
  }
  const std::array<store::Value, 1> values{code};
  WEIR_TRY(const store::Rows rows,
           ground.session().Query("SELECT count(*) FROM scoped.rate WHERE currency = ?", values));
  if (rows.IntegerAt(0, 0) > 0) return code;
  return Fail(BadInput("no rate from {} to {} is known, so the amount could not be summed", code, reporting)
                  .Field("currency")
                  .Mend("Import exchange rates, or say it in {}", reporting));
}

// A word that says again what the same person said within a minute is a button that was pressed twice.
Status RequireNews(const std::optional<ForecastWord>& before, const ForecastWord& word, const KeptSetup& setup) {
  if (!before || before->amount != word.amount || before->currency != word.currency || before->text != word.text) {
    return {};
  }
  if (before->said_by != setup.principal.user || setup.now.micros - before->said_at.micros >= kSameWordMicros) {
    return {};
  }
  return Fail(Conflict("the same was said less than a minute ago").Field("amount").Mend("It stands; nothing was lost"));
}

Result<WordChange> Submit(store::Connection& connection, const RawParams& raw, const Ground& ground,
                          const KeptSetup& setup) {
  WEIR_TRY(const SubmitParams params, analysis::Bind<SubmitParams>(raw));
  WEIR_TRY(const Line line, LineMeant(params.line, ground, setup));
  WEIR_TRY(RequireSpeaker(line, ground, setup));
  const metrics::DayRange period = ground.PeriodOf(params.period);
  if (period.last < ground.today()) {
    return Fail(BadInput("the period of {} to {} is over: what it brought is known", FormatDate(period.first),
                         FormatDate(period.last))
                    .Field("day"));
  }
  WEIR_TRY(RequireOpen(line, period, connection, setup.now));
  WordChange change;
  ForecastWord& word = change.after;
  word = {.kind = std::string(kSubmission),
          .period = period,
          .member_id = line.member_id,
          .team_id = line.team_id,
          .sight_team = line.sight_team,
          .category = params.category};
  WEIR_TRY(word.currency, CurrencyOf(params.currency, ground));
  WEIR_TRY(word.amount, AmountOf(params, word.currency));
  WEIR_TRY(word.text, TextOf(params.note, "note"));
  WEIR_TRY(change.before, FindStanding(connection, word));
  WEIR_TRY(RequireNews(change.before, word, setup));
  return change;
}

// Whoever sees a deal or a line may say something of it: that changes no figure.
Result<WordChange> Note(const RawParams& raw, const Ground& ground, const KeptSetup& setup) {
  WEIR_TRY(const NoteParams params, analysis::Bind<NoteParams>(raw));
  WordChange change;
  ForecastWord& word = change.after;
  word = {.kind = std::string(kNote), .period = ground.PeriodOf(params.period)};
  WEIR_TRY(word.text, TextOf(params.text, "text"));
  if (word.text.empty()) return Fail(BadUsage("the note says nothing").Field("text"));
  if (params.deal.empty()) {
    WEIR_TRY(const Line line, LineMeant(params.line, ground, setup));
    word.member_id = line.member_id;
    word.team_id = line.team_id;
    word.sight_team = line.sight_team;
    return change;
  }
  const std::array<store::Value, 1> id{params.deal};
  WEIR_TRY(const store::Rows rows, ground.session().Query("SELECT team_id FROM scoped.deal WHERE deal_id = ?", id));
  if (rows.rows.empty()) {
    return Fail(NotFound("there is no deal '{}'", params.deal).Field("deal").Mend("'weir forecast call' lists them"));
  }
  word.deal_id = params.deal;
  word.sight_team = rows.TextAt(0, 0);
  return change;
}

Result<Instant> LockMoment(const std::string& from, const TimeZone& zone, Instant now) {
  if (from.empty()) return now;
  if (const auto day = ParseIsoDate(from)) return zone.StartOfDay(*day);
  if (const auto instant = ParseIsoInstant(from)) return *instant;
  return Fail(BadUsage("'{}' is not a moment", from)
                  .Field("from")
                  .Mend("Use a date (2026-11-23) or an instant (2026-11-23T09:40:00Z)"));
}

Status RequireLocker(const Line& line, const KeptSetup& setup) {
  if (setup.principal.Has("settings")) return {};
  // A team that a manager names is among those that he sees.
  if (setup.principal.role == "manager" && !line.IsCompany()) return {};
  return Fail(Forbidden("a manager locks and unlocks the forecast of his teams, an administrator that of the company")
                  .Field("team"));
}

Result<WordChange> Lock(store::Connection& connection, bool locks, const RawParams& raw, const Ground& ground,
                        const KeptSetup& setup) {
  LockParams params;
  if (locks) {
    WEIR_TRY(params, analysis::Bind<LockParams>(raw));
  } else {
    WEIR_TRY(const UnlockParams given, analysis::Bind<UnlockParams>(raw));
    params = {.period = given.period, .team = given.team};
  }
  Line line;
  if (!params.team.empty()) {
    WEIR_TRY(line, TeamLine(params.team, ground.session()));
  }
  WEIR_TRY(RequireLocker(line, setup));
  const metrics::DayRange period = ground.PeriodOf(params.period);
  WordChange change;
  WEIR_TRY(change.before, FindLock(connection, period, line.team_id));
  const bool is_locked = change.before && change.before->locked_from.has_value();
  change.after = {.id = change.before ? change.before->id : 0,
                  .kind = std::string(kLock),
                  .period = period,
                  .team_id = line.team_id,
                  .sight_team = line.sight_team};
  if (!locks) {
    if (!is_locked) return Fail(Conflict("the forecast of that period is not locked").Field("period"));
    return change;
  }
  WEIR_TRY(change.after.locked_from, LockMoment(params.from, ground.zone, setup.now));
  if (is_locked && (params.from.empty() || change.before->locked_from == change.after.locked_from)) {
    return Fail(Conflict("the forecast of that period is locked already, from {} on",
                         FormatInstant(*change.before->locked_from))
                    .Field("period"));
  }
  return change;
}

Result<WordChange> Undone(store::Connection& connection, const DecisionRow& decision, const Ground& ground,
                          const KeptSetup& setup) {
  const std::int64_t id = std::stoll(decision.subject.substr(decision.subject.find(':') + 1));
  WEIR_TRY(std::optional<ForecastWord> now, FindWord(connection, id));
  if (!now || FieldsOf(now).dump() != decision.after) {
    return Fail(Conflict("everything that decision {} set has been changed since", decision.id).Field("decision_id"));
  }
  const Line line{.member_id = now->member_id, .team_id = now->team_id, .sight_team = now->sight_team};
  WordChange change{.before = now, .after = *now};
  if (now->kind == kLock) {
    WEIR_TRY(RequireLocker(line, setup));
    change.after.locked_from = LockedFromFields(decision.before);
    return change;
  }
  change.after.is_removed = true;
  if (now->kind == kNote) {
    if (now->said_by == setup.principal.user || setup.principal.Has("settings")) return change;
    return Fail(Forbidden("the note is of {}", now->said_by).Field("decision_id"));
  }
  WEIR_TRY(RequireSpeaker(line, ground, setup));
  WEIR_TRY(RequireOpen(line, now->period, connection, setup.now));
  return change;
}

Result<WordChange> ChangeOf(store::Connection& connection, std::string_view action, const RawParams& raw,
                            const Ground& ground, const KeptSetup& setup) {
  if (action == kSubmit) return Submit(connection, raw, ground, setup);
  if (action == kWriteNote) return Note(raw, ground, setup);
  return Lock(connection, action == kLockPeriod, raw, ground, setup);
}

template <typename P>
Action Declared(std::string_view id, const analysis::Text& title, const analysis::Text& help,
                std::string_view inverse = {}) {
  return {.info = {.id = std::string(id), .title = title, .help = help, .right = "decide", .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<P>(),
          .inverse = std::string(inverse),
          .changes_model = false};
}

}  // namespace

std::span<const std::string_view> ForecastWordMigrations() { return kMigrations; }
std::string_view ForecastWordView() { return kView; }

std::vector<Action> ForecastActions() {
  return {
      Declared<SubmitParams>(
          kSubmit, {"Submit a forecast", "Сдать прогноз"},
          {"What a period will bring, for oneself, for somebody of the own teams or for a team; a newer word takes the "
           "place of the one before, and all are kept",
           "Сколько принесёт период: за себя, за человека из своих команд или за команду; новая сдача заменяет "
           "прежнюю, "
           "сохраняются все"}),
      Declared<NoteParams>(
          kWriteNote, {"Note on the forecast call", "Заметка на созвоне по прогнозу"},
          {"What was decided of a deal or of a line of the board", "Что решено о сделке или о строке доски прогноза"}),
      Declared<LockParams>(kLockPeriod, {"Lock a forecast", "Заблокировать прогноз"},
                           {"From then on nobody submits for the period; what exports bring of later counts no more",
                            "С этого момента прогноз периода никто не сдаёт; более позднее из выгрузок не учитывается"},
                           kUnlockPeriod),
      Declared<UnlockParams>(kUnlockPeriod, {"Unlock a forecast", "Разблокировать прогноз"},
                             {"It may be submitted for again", "Его снова можно сдавать"}, kLockPeriod)};
}

bool IsForecastAction(std::string_view action) {
  return action == kSubmit || action == kWriteNote || action == kLockPeriod || action == kUnlockPeriod;
}

Result<std::unique_ptr<engine::Snapshot>> SeenNow(engine::ModelHost& host, const analysis::Principal& principal) {
  WEIR_TRY(std::unique_ptr<engine::Snapshot> snapshot, host.Take(std::nullopt, {}));
  WEIR_TRY(snapshot->Scope(principal, snapshot->newest()));
  return snapshot;
}

Result<Decision> PerformForecastAction(store::Connection& connection, std::string_view action, const RawParams& raw,
                                       const KeptSetup& setup) {
  WEIR_TRY(const std::unique_ptr<engine::Snapshot> seen, setup.seen());
  WEIR_TRY(const TimeZone zone, TimeZone::Find(seen->settings().time_zone));
  const Ground ground{.seen = *seen, .zone = zone};
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(WordChange change, ChangeOf(connection, action, raw, ground, setup));
  WEIR_TRY(Decision decision, WriteWord(connection, action, std::move(change), seen->newest(), setup, std::nullopt));
  WEIR_TRY(transaction.Commit());
  return decision;
}

Result<Decision> UndoForecastDecision(store::Connection& connection, const DecisionRow& decision,
                                      const KeptSetup& setup) {
  WEIR_TRY(const std::unique_ptr<engine::Snapshot> seen, setup.seen());
  WEIR_TRY(const TimeZone zone, TimeZone::Find(seen->settings().time_zone));
  const Ground ground{.seen = *seen, .zone = zone};
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(WordChange change, Undone(connection, decision, ground, setup));
  WEIR_TRY(Decision undone,
           WriteWord(connection, kUndoDecision, std::move(change), seen->newest(), setup, decision.id));
  WEIR_TRY(transaction.Commit());
  return undone;
}

}  // namespace weir::workspace
