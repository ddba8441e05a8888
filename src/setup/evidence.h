// What the data say that bears on the questions of the setup. Read once, in a handful of statements.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "base/country.h"
#include "base/decimal.h"
#include "setup/catalog.h"
#include "setup/working_week.h"

namespace weir::setup {

struct CurrencyUse {
  std::string currency = {};
  std::int64_t amounts = 0;  // deals and invoices
};

struct CountryUse {
  const Country* country = nullptr;
  std::int64_t accounts = 0;
  std::int64_t phones = 0;
};

// Moments of one kind from one source: what people do on their own, the most telling kind first.
struct Stream {
  std::string kind = {};  // activity, call, tool_usage
  std::string source = {};
  analysis::Text title = {};  // of the source
  Moments moments = {};
  std::int64_t total = 0;
};

struct NamedPeriod {
  Date first = {};
  Date last = {};
  std::int64_t times = 0;  // goals and forecasts for it
};

struct GoalOfSales {
  Date first = {};
  Date last = {};
  Decimal target = {};
  std::string currency = {};
};

struct PipelineUse {
  std::string name = {};
  std::int64_t deals = 0;
  std::int64_t won = 0;
  std::int64_t with_amount = 0;
};

// A source that tells of companies or people.
struct SourceUse {
  std::string source = {};
  std::int64_t records = 0;
};

struct Evidence {
  std::vector<CurrencyUse> currencies = {};  // most used first
  std::vector<CountryUse> countries = {};    // in the order of Countries()
  std::vector<Stream> streams = {};
  std::vector<NamedPeriod> periods = {};
  std::vector<GoalOfSales> goals = {};
  std::vector<PipelineUse> pipelines = {};  // largest first
  std::vector<SourceUse> sources = {};      // whose word counts most by default first
  std::int64_t known = 0;                   // companies and people
  std::int64_t merged = 0;                  // of these, known from several sources
  std::int64_t members = 0;                 // who work here now
  std::int64_t members_with_department = 0;
  std::int64_t members_guessed = 0;  // of those with a department, whose is guessed

  // Asks the analysis people for who works where.
  static Result<Evidence> Read(const SetupCatalog& catalog, analysis::Context& context);
};

}  // namespace weir::setup
