// Which record a page is about, and which rows of facts belong to it. Internal to customers/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "customers/places.h"
#include "store/value.h"

namespace weir::customers {

enum class RecordKind : std::uint8_t { kAccount, kPerson, kDeal };
std::string_view NameOf(RecordKind kind);  // "account", "person", "deal": also the start of its id column
std::string_view ViewOf(RecordKind kind);  // of its own row

// A condition of SQL and what it binds. `other` is a second one that no row of the first meets: the two are read one
// after the other, because a condition with OR lets the store skip no block.
struct Selection {
  std::string where = "FALSE";
  std::vector<store::Value> values = {};  // of both
  std::string other = {};
};

// The rows of the slot of an id whose id is the bound one. The id is compared within a CASE on the slot, so that the
// store does so for the rows of the slot alone: a plain comparison is tried first on whole blocks, whose texts must be
// unpacked for it.
std::string InSlot(std::string_view slot_column, std::string_view id, std::string_view id_column);

// The record itself: `self_slot` leads to its row, and `homes`, where they are given, to the block of rows in which a
// person or a deal lies.
Selection SelfSelection(RecordKind kind, std::string_view id, const Slots& homes = {});

// The ids around a record, by which its facts are found.
struct Reach {
  RecordKind kind = RecordKind::kAccount;
  std::string id = {};
  std::vector<std::string> people = {};  // of the account
  std::vector<std::string> deals = {};
  std::vector<std::string> leads = {};
  std::vector<std::string> invoices = {};
  Slots deal_homes = {};  // where the deals lie
  Places places = {};     // of the facts of the record itself
  Places others = {};     // of an account, facts of its deals, people and leads that name no account; else of the leads
};

// Which there is none of, or none that the caller may see.
Error NoSuchRecord(RecordKind kind, const std::string& given);

// The record that is meant by an id of ours, by one that was merged into another, or by a source's own id
// ("salesforce:0015g...", "0015g..."). Not found for what the caller may not see.
Result<std::string> ResolveRecord(RecordKind kind, const std::string& given, analysis::Context& context);
// The same of what is known not to be an id of ours.
Result<std::string> ResolveAlias(RecordKind kind, const std::string& given, analysis::Context& context);

// Which links to records the rows of a kind of fact carry.
struct Links {
  bool has_person = false;
  bool has_deal = false;
  bool has_lead = false;
};

// The rows of a kind of fact that belong to the record, nothing where there are none. Of an account: those that name
// it, or name no account but one of its deals, people or leads. Of a person: those that name the person or one of the
// person's leads. Of a deal: those that name it.
Selection FactsOf(const Reach& reach, std::string_view fact, const Links& links);

// column IN (?, ?, ...); FALSE without ids.
Selection OneOf(std::string_view column, const std::vector<std::string>& ids);

}  // namespace weir::customers
