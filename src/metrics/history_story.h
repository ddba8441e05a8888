// For tests: a story whose deals have histories. Its scoped.deal, scoped.deal_version, scoped.invoice and
// scoped.payment are views that show what is true at the variable as_of of the connection, amounts at the rate of their
// day, as those of the model do.
#pragma once

#include <map>
#include <string>

#include "metrics/scoped_story.h"

namespace weir::metrics::testing {

class HistoryStory : public Story {
 public:
  HistoryStory() {
    Run("CREATE SCHEMA told");
    Run("CREATE TABLE told.deal (deal_id VARCHAR, account_id VARCHAR, team VARCHAR, segment VARCHAR, created DATE)");
    Run("CREATE TABLE told.deal_version (deal_id VARCHAR, version INTEGER, since TIMESTAMP, until TIMESTAMP, status "
        "VARCHAR, amount DECIMAL(18,4), currency VARCHAR, close_date DATE, probability DECIMAL(18,9))");
    Run("CREATE TABLE told.rate (currency VARCHAR, since DATE, until DATE, rate DECIMAL(18,9))");
    Run("CREATE TABLE told.invoice (invoice_id VARCHAR, account_id VARCHAR, deal_id VARCHAR, status VARCHAR, issued "
        "DATE, "
        "total DECIMAL(18,4), currency VARCHAR)");
    Run("CREATE TABLE told.payment (payment_id VARCHAR, invoice_id VARCHAR, account_id VARCHAR, status VARCHAR, kind "
        "VARCHAR, day DATE, amount DECIMAL(18,4), currency VARCHAR)");
    const std::string rate =
        " LEFT JOIN told.rate AS fx ON fx.currency = {0}.currency AND fx.since <= {1} AND fx.until > {1}";
    const std::string moment =
        "coalesce(CASE WHEN v.status <> 'open' THEN v.close_date END, getvariable('as_of_date'))";
    const std::string converted = "CAST(round({}.{} * fx.rate, 2) AS DECIMAL(18,4))";
    Show("deal",
         {{"deal_id", "d.deal_id"},
          {"name", "upper(d.deal_id)"},
          {"account_id", "d.account_id"},
          {"team", "d.team"},
          {"segment", "d.segment"},
          {"status", "v.status"},
          {"amount", "v.amount"},
          {"currency", "v.currency"},
          {"amount_reporting", fmt::format(fmt::runtime(converted), "v", "amount")},
          {"probability", "v.probability"},
          {"created_date", "d.created"},
          {"close_date", "v.close_date"}},
         "told.deal AS d JOIN told.deal_version AS v ON v.deal_id = d.deal_id" +
             fmt::format(fmt::runtime(rate), "v", moment) +
             " WHERE v.since <= getvariable('as_of') AND (v.until IS NULL OR v.until > getvariable('as_of'))");
    Show("deal_version",
         {{"deal_id", "v.deal_id"},
          {"version", "v.version"},
          {"valid_from", "v.since"},
          {"valid_to", "CASE WHEN v.until <= getvariable('as_of') THEN v.until END"},
          {"status", "v.status"},
          {"amount", "v.amount"},
          {"currency", "v.currency"},
          {"amount_reporting", fmt::format(fmt::runtime(converted), "v", "amount")},
          {"close_date", "v.close_date"},
          {"probability", "v.probability"},
          {"origin", "'history'"}},
         "told.deal_version AS v" + fmt::format(fmt::runtime(rate), "v", moment) +
             " WHERE v.since <= getvariable('as_of')");
    Show("invoice",
         {{"invoice_id", "i.invoice_id"},
          {"number", "upper(i.invoice_id)"},
          {"account_id", "i.account_id"},
          {"deal_id", "i.deal_id"},
          {"status", "i.status"},
          {"issued_date", "i.issued"},
          {"total", "i.total"},
          {"currency", "i.currency"},
          {"total_reporting", fmt::format(fmt::runtime(converted), "i", "total")}},
         "told.invoice AS i" + fmt::format(fmt::runtime(rate), "i", "i.issued") +
             " WHERE i.issued <= getvariable('as_of_date')");
    Show("payment",
         {{"payment_id", "p.payment_id"},
          {"invoice_id", "p.invoice_id"},
          {"account_id", "p.account_id"},
          {"status", "p.status"},
          {"kind", "p.kind"},
          {"day", "p.day"},
          {"amount", "p.amount"},
          {"currency", "p.currency"},
          {"amount_reporting", fmt::format(fmt::runtime(converted), "p", "amount")}},
         "told.payment AS p" + fmt::format(fmt::runtime(rate), "p", "p.day") +
             " WHERE p.day <= getvariable('as_of_date')");
  }

  static void LookFrom(store::Connection& connection, Instant as_of) {
    std::string moment = FormatInstant(as_of);
    moment.pop_back();
    moment[10] = ' ';
    Need(connection.Execute(fmt::format("SET VARIABLE as_of = TIMESTAMP '{}'; SET VARIABLE as_of_date = DATE '{}'",
                                        moment, moment.substr(0, 10))));
  }

  // A context at the moment, which has another one at any other.
  std::unique_ptr<StoryContext> At(Instant as_of);

 private:
  void Show(const std::string& name, const std::map<std::string, std::string>& known, const std::string& from) {
    Run("DROP TABLE scoped." + name);
    std::string columns;
    for (const ColumnRef& column : BuiltIn()->FindView(name)->columns) {
      const auto found = known.find(column.column);
      columns += fmt::format("{}CAST({} AS {}) AS {}", columns.empty() ? "" : ", ",
                             found == known.end() ? "NULL" : found->second, SqlTypeOf(column),
                             store::QuoteName(column.column));
    }
    Run(fmt::format("CREATE VIEW scoped.{} AS SELECT {} FROM {}", name, columns, from));
  }
};

// Owns the connection that it reads.
class ConnectedContext final : public StoryContext {
 public:
  ConnectedContext(std::unique_ptr<store::Connection> connection, Instant as_of)
      : StoryContext(*connection, as_of), connection_(std::move(connection)) {}

 private:
  std::unique_ptr<store::Connection> connection_;
};

inline std::unique_ptr<StoryContext> HistoryStory::At(Instant as_of) {
  auto connection = std::make_unique<store::Connection>(Connect());
  LookFrom(*connection, as_of);
  auto context = std::make_unique<ConnectedContext>(std::move(connection), as_of);
  context->elsewhere = [this](Instant moment, std::int64_t) { return At(moment); };
  return context;
}

}  // namespace weir::metrics::testing
