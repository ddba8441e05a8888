// Everything that happened with a record, read once; the tables of its page and its timeline are made of it. Internal
// to customers/.
#pragma once

#include <map>
#include <string>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "customers/record.h"

namespace weir::customers {

struct Contact {
  std::string name;
  std::string role;  // in deals
};

struct Facts {
  Reach reach = {};
  analysis::Table people = {};  // as PeopleSpec says
  analysis::Table deals = {};
  analysis::Table leads = {};
  analysis::Table activities = {};
  analysis::Table tickets = {};
  analysis::Table invoices = {};
  analysis::Table payments = {};
  analysis::Table subscriptions = {};
  analysis::Table contracts = {};
  analysis::Table touches = {};
  analysis::Table answers = {};
  analysis::Table calls = {};         // of the telephone system
  analysis::Table messages = {};      // those that are activities as well say which
  analysis::Table own_versions = {};  // of an account or a person; of a deal they are deal_versions
  analysis::Table deal_versions = {};
  std::map<std::string, std::string> roles = {};           // of people, in deals
  std::map<std::string, std::string> campaign_names = {};  // by id
  std::map<std::string, std::string> campaign_owners = {};
};

const analysis::TableSpec& PeopleSpec();

// The record must be visible; `places` are its own; `own_deal` is the row of a deal, as DealsSection says. O(rows of
// the record).
Result<Facts> ReadFacts(RecordKind kind, const std::string& id, const Places& places, analysis::Table own_deal,
                        analysis::Context& context);

}  // namespace weir::customers
