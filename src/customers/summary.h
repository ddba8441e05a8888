// The essential facts of a record in one row: what one must know before a call. Internal to customers/.
#pragma once

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "customers/facts.h"
#include "customers/interactions.h"

namespace weir::customers {

struct Summary {
  std::int64_t deals_won = 0;
  std::int64_t deals_lost = 0;
  std::int64_t deals_open = 0;
  std::optional<Decimal> won_amount = {};  // reporting currency; nothing where no amount is known
  std::optional<Decimal> pipeline_amount = {};
  std::optional<Date> next_close_date = {};
  std::optional<Decimal> invoiced_amount = {};  // of the last 12 months
  std::optional<Decimal> overdue_amount = {};
  std::optional<Date> overdue_since = {};
  std::int64_t overdue_invoices = 0;
  std::int64_t failed_payments = 0;  // of the last 90 days
  std::int64_t open_tickets = 0;
  std::optional<Instant> last_activity_at = {};
  std::string last_activity_kind = {};
  std::string last_activity_by = {};
  std::optional<Date> renewal_date = {};  // the next end of a contract or paid period
  std::int64_t active_subscriptions = 0;
};

// `interactions` are those of the facts, newest first.
Summary Summarise(const Facts& facts, const std::vector<Interaction>& interactions, const analysis::Context& context);
// The columns that a summary adds to the row of the record, and its cells.
std::vector<analysis::Column> SummaryColumns();
std::vector<store::Value> SummaryCells(const Summary& summary);

}  // namespace weir::customers
