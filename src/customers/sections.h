// The tables of facts that every record page has, and how each is read. Internal to customers/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "customers/record.h"

namespace weir::customers {

struct Section {
  analysis::TableSpec spec = {};
  std::string select = {};  // over scoped.<fact>_brief, under the name f
  std::string fact = {};
  Links links = {};
  std::string order = {};
};

const Section& DealsSection();
const Section& LeadsSection();
const Section& ActivitiesSection();
const Section& TicketsSection();
const Section& InvoicesSection();
const Section& PaymentsSection();
const Section& SubscriptionsSection();
const Section& ContractsSection();
const Section& TouchesSection();
const Section& AnswersSection();
const Section& CallsSection();
const Section& MessagesSection();

// Rows of the section that the selection names, newest first.
Result<analysis::Table> ReadSection(const Section& section, const Selection& selection, analysis::Context& context);

// Cells of a table by name of column.
class Cells {
 public:
  Cells(const analysis::Table& table, const std::vector<store::Value>& row) : table_(table), row_(row) {}
  const store::Value& At(std::string_view column) const { return row_[table_.IndexOf(column)]; }
  std::string Text(std::string_view column) const { return store::ToText(At(column)); }
  std::optional<Instant> When(std::string_view column) const;
  std::optional<Date> Day(std::string_view column) const;
  std::optional<Decimal> Amount(std::string_view column) const;

 private:
  const analysis::Table& table_;
  const std::vector<store::Value>& row_;
};

// The ids in a column, without nulls and repeats, in the order of the table.
std::vector<std::string> IdsIn(const analysis::Table& table, std::string_view column);

}  // namespace weir::customers
