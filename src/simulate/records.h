// What happened to one account, in the order in which it happened, and what people wrote down about it. Writers ask
// each record for its state at a moment, so that any number of exports can be made of one story.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "simulate/calendar.h"

namespace weir::simulate {

enum class Channel : std::uint8_t {
  kPaidSearch,
  kPaidSocial,
  kOrganic,
  kWebinar,
  kEvent,
  kReferral,
  kOutbound,
  kEmail
};
enum class Segment : std::uint8_t { kSmall, kMiddle, kEnterprise };
enum class BuyingRole : std::uint8_t { kChampion, kDecider, kBuyer, kUser };

// A value that changes: entries in the order of time.
template <typename T>
class Timeline {
 public:
  struct Entry {
    Instant at;
    T value;
  };
  void Set(Instant at, T value) { entries_.push_back({at, std::move(value)}); }
  // The value in force at the moment; null before the first entry.
  const T* At(Instant moment) const {
    const T* found = nullptr;
    for (const Entry& entry : entries_) {
      if (entry.at > moment) break;
      found = &entry.value;
    }
    return found;
  }
  const std::vector<Entry>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }

 private:
  std::vector<Entry> entries_;
};

struct Person {
  std::string first;
  std::string middle;
  std::string last;
  std::string email;
  std::string phone;
  std::string mobile;
  std::string title;
  BuyingRole role = BuyingRole::kUser;
  bool is_clickable = true;  // answers e-mail marketing
  Instant left_at = kNever;  // left the customer
  std::string FullText() const { return first + " " + last; }
};

struct AccountProfile {
  int index = 0;
  int pod = 0;  // the territory whose people work on it
  std::string brand;
  std::string legal_name;
  std::string domain;
  std::string country_code;
  std::string country;
  std::string city;
  std::string area;
  std::string postal_code;
  std::string street;
  std::string phone;
  std::string currency;
  std::string_view industry;
  int employees = 0;
  Segment segment = Segment::kSmall;
  double fit = 0.0;               // 0..1: how well the product suits
  double need = 1.0;              // how much the account looks for such a product
  Instant arrives_at;             // from then on it can hear of us
  bool is_base_customer = false;  // was a customer before the period
};

struct Touch {
  Instant at;
  Channel channel = Channel::kOrganic;
  int campaign = -1;
  int person = 0;
  std::uint32_t ordinal = 0;  // inside its channel: the key of all that follows from it
};

// A person as a form or a colleague wrote him down.
struct EnteredPerson {
  std::string first;
  std::string last;
  std::string email;
  std::string phone;
  std::string mobile;
  std::string title;
  std::string company;
};

enum class LeadOutcome : std::uint8_t { kOpen, kConverted, kDisqualified, kNeverWorked };

struct Lead {
  int number = 0;  // inside the account
  std::uint64_t key = 0;
  int person = 0;
  Channel channel = Channel::kOrganic;
  int campaign = -1;
  Instant created_at;
  EnteredPerson entered;
  std::string_view source;  // as entered; may be empty
  int seat = 0;
  Instant first_response_at = kNever;
  double response_hours = 0.0;  // office hours to the first response
  Instant closed_at = kNever;   // converted or disqualified
  LeadOutcome outcome = LeadOutcome::kOpen;
  int converted_account = -1;
  int converted_contact = -1;
  int converted_deal = -1;
  int duplicate_of = -1;  // another lead of the same person
  bool opted_out = false;
};

struct CrmAccount {
  int number = 0;
  std::string name;
  std::string website;
  std::string phone;
  std::string_view industry;
  int employees = 0;  // 0: not entered
  std::string city;
  std::string country;
  std::string postal_code;
  Instant created_at;
  int seat = 0;
  int duplicate_of = -1;
  Instant merged_at = kNever;
  Instant edited_at{INT64_MIN};  // of a state: the last edit before it
};

struct CrmContact {
  int number = 0;
  int person = 0;
  int account = 0;  // index of the CrmAccount
  EnteredPerson entered;
  std::string_view source;
  Instant created_at;
  int seat = 0;
  int duplicate_of = -1;
  Instant merged_at = kNever;
  Instant edited_at{INT64_MIN};  // of a state: the last edit before it
};

enum class Stage : std::uint8_t {
  kQualification,
  kNeedsAnalysis,
  kValueProposition,
  kProposal,
  kNegotiation,
  kWon,
  kLost
};
enum class DealKind : std::uint8_t { kNew, kExpansion, kRenewal, kReactivation };
enum class LossReason : std::uint8_t { kPrice, kCompetitor, kNoDecision, kMissingFeature, kNoBudget, kTiming };

struct DealVersion {
  Instant at;
  Stage stage = Stage::kQualification;
  std::optional<std::int64_t> amount_minor;  // a year's value; absent until somebody enters it
  int seats = 0;
  int discount_percent = 0;
  bool has_lines = false;  // the amount is a sum of lines, no longer a guess
  Date close_date;
  int owner = 0;  // member
  int pushes = 0;
  std::string_view next_step;
};

struct ContactRole {
  int contact = 0;
  BuyingRole role = BuyingRole::kChampion;
  bool is_primary = false;
  Instant created_at;
};

struct Deal {
  int number = 0;
  std::uint64_t key = 0;
  std::string name;
  DealKind kind = DealKind::kNew;
  int account = 0;  // index of the CrmAccount
  int lead = -1;
  int campaign = -1;
  std::string_view source;
  int seat = 0;
  int plan = 0;  // product
  bool with_add_on = false;
  bool is_yearly = false;
  std::int64_t unit_minor = 0;  // agreed price of a seat and month; 0: by the price list and the discount
  Instant created_at;
  std::vector<DealVersion> versions;
  Instant decided_at = kNever;  // when the customer decided
  Instant closed_at = kNever;   // when somebody wrote that down
  bool is_won = false;
  LossReason true_reason = LossReason::kNoDecision;
  bool reason_entered = false;
  std::vector<ContactRole> roles;
  bool is_migrated = false;        // from the CRM before this one: no history
  std::vector<int> history_holes;  // versions whose history row is missing
  bool is_orphan = false;          // stayed with an owner who left
  // What nobody wrote down, for the truth.
  double quality = 1.0;                          // of the way that it began
  double planned_chance = -1.0;                  // to be won, where it is not by its stages
  std::vector<std::pair<Stage, Instant>> steps;  // as they really were and will be
  std::int64_t final_minor = 0;                  // the amount that it is won with, if it is

  const DealVersion* At(Instant moment) const;
};

enum class ActivityKind : std::uint8_t { kCall, kMail, kMeeting, kTask };

struct Activity {
  int number = 0;
  ActivityKind kind = ActivityKind::kCall;
  Instant created_at;
  Instant starts_at;
  Instant done_at = kNever;
  Date due;
  int duration_seconds = 0;
  bool incoming = false;
  bool reached = true;
  int member = 0;
  int lead = -1;
  int contact = -1;
  int deal = -1;
  int account = -1;
  std::string_view subject;
  std::string_view note;
};

struct Contract {
  int number = 0;
  int account = 0;
  int deal = 0;
  Date start;
  Date end;  // exclusive
  Timeline<int> seats;
  std::int64_t unit_minor = 0;  // a seat and month
  int uplift_percent = 0;       // promised by the clause for the next term
};

enum class SubscriptionStatus : std::uint8_t { kActive, kPastDue, kCanceled };

struct SubscriptionVersion {
  Instant at;
  SubscriptionStatus status = SubscriptionStatus::kActive;
  int quantity = 0;
  std::int64_t unit_minor = 0;  // a seat and month
};

struct Subscription {
  int number = 0;
  int deal = -1;
  int product = 0;
  bool is_yearly = false;
  bool by_card = false;
  std::string currency;
  Instant starts_at;
  std::vector<SubscriptionVersion> versions;
  Instant cancel_requested_at = kNever;
  Instant ended_at = kNever;

  const SubscriptionVersion* At(Instant moment) const;
};

struct Charge {
  int number = 0;
  Instant created_at;
  bool succeeded = false;
  std::string_view failure_code;
  std::int64_t amount_minor = 0;
};

struct InvoiceLine {
  int product = 0;
  int quantity = 0;
  std::int64_t unit_minor = 0;  // for the line's period
  std::int64_t amount_minor = 0;
  bool is_proration = false;
  Instant period_start;
  Instant period_end;
};

struct Invoice {
  int number = 0;
  int subscription = 0;
  std::string_view billing_reason;
  Instant created_at;
  Instant due_at;
  Instant period_start;
  Instant period_end;
  std::vector<InvoiceLine> lines;
  std::int64_t subtotal_minor = 0;
  std::int64_t tax_minor = 0;
  std::int64_t total_minor = 0;
  std::vector<Charge> charges;
  Instant paid_at = kNever;
  Instant uncollectible_at = kNever;
};

struct UsageMonth {
  Date month;
  int active_users = 0;
  int seats = 0;
  double health = 0.0;  // of the customer, which use follows
};

enum class ChurnCause : std::uint8_t { kLowUsage, kSupport, kChampionLeft, kPrice, kPaymentFailure, kNoOwner };

struct Churn {
  int subscription = 0;
  Instant at;
  ChurnCause cause = ChurnCause::kLowUsage;
  std::int64_t mrr_minor = 0;
};

struct CustomerSpan {
  Instant from;
  Instant to = kNever;
};

struct TicketComment {
  Instant at;
  bool by_agent = false;
  int member = -1;
  bool is_public = true;
  std::string_view text;
};

struct TicketChange {
  Instant at;
  std::string_view field;
  std::string value;
  int member = -1;  // -1: the requester
};

struct Ticket {
  int number = 0;
  int person = 0;
  Instant created_at;
  std::string_view subject;
  std::string_view text;
  std::string_view priority;
  std::string_view type;
  std::string_view via;
  std::vector<TicketChange> changes;
  std::vector<TicketComment> comments;
};

enum class CallOutcome : std::uint8_t { kAnswered, kMissed, kBusy };

// As the telephone system saw it, whether or not the CRM knows.
struct PhoneCall {
  int number = 0;
  Instant at;
  bool incoming = false;
  int person = 0;
  int seat = 0;       // of incoming calls: whom it was for
  int member = -1;    // who spoke, or dialled
  int activity = -1;  // its entry in the CRM
  int wait_seconds = 0;
  int talk_seconds = 0;
  CallOutcome outcome = CallOutcome::kAnswered;
  Instant returned_at = kNever;  // of missed ones
  int line = 0;                  // tells which of the person's numbers: a call is returned to the one that rang
};

struct SurveyAnswer {
  int number = 0;
  int person = 0;
  int ticket = -1;  // of a ticket: satisfied (1) or not (0); else 0..10, whether they would recommend us
  int score = 0;
  Instant at;
  std::string_view comment;
};

enum class Field : std::uint8_t { kWebsite, kPhone, kIndustry, kEmployees, kTitle, kEmail };

// Somebody changed a field of an account or of a contact.
struct FieldEdit {
  int number = 0;
  Instant at;
  bool of_contact = false;
  int record = 0;
  Field field = Field::kPhone;
  std::string before;
  std::string after;
  int member = 0;
};

// A blemish that was put into a record, so that a finder of blemishes can be judged.
struct Blemish {
  std::string_view kind;    // docs/simulator.md lists them
  std::string_view object;  // as in records.h: lead, contact, account, deal
  int record = 0;
  std::string_view field;
  std::string true_value;
  Instant since{INT64_MIN};  // the beginning of time: since the record was entered
  Instant until = kNever;    // when somebody mended it
};

// Money that leaks by arithmetic from a contract; what can be seen from the records alone is not listed here.
enum class PlantedKind : std::uint8_t { kNotBilled, kUnderBilled, kMissedUplift, kMissedRenewal, kDiscountOverrun };

struct PlantedLeak {
  PlantedKind kind = PlantedKind::kNotBilled;
  int deal = -1;
  int contract = -1;
  int subscription = -1;
  Instant since;
  Instant until = kNever;  // when somebody mended it
  std::int64_t monthly_minor = 0;
};

struct Account {
  AccountProfile profile;
  std::vector<Person> people;
  std::vector<Touch> touches;
  std::vector<Lead> leads;
  std::vector<CrmAccount> crm_accounts;
  std::vector<CrmContact> contacts;
  std::vector<Deal> deals;
  std::vector<Activity> activities;
  std::vector<Contract> contracts;
  std::vector<Subscription> subscriptions;
  std::vector<Invoice> invoices;
  std::vector<UsageMonth> usage;
  std::vector<Churn> churns;
  std::vector<CustomerSpan> spans;
  std::vector<Ticket> tickets;
  std::vector<PlantedLeak> planted;
  std::vector<Blemish> blemishes;
  std::vector<PhoneCall> calls;
  std::vector<SurveyAnswer> answers;
  std::vector<FieldEdit> edits;  // in the order of time

  // The record as the CRM shows it at the moment, after the edits up to then.
  CrmAccount StateOf(const CrmAccount& record, Instant moment) const;
  CrmContact StateOf(const CrmContact& record, Instant moment) const;
  // The account that stands for this one at the moment: itself, or the one that it was merged into.
  int MasterAccount(int crm_account, Instant moment) const;
  int MasterContact(int contact, Instant moment) const;
  bool IsCustomerAt(Instant moment) const;
  // The deal that the customer has not decided yet at that moment, or -1.
  int OpenDealAt(Instant moment) const;
  // Of its lead or contact, else of the first contact of its deal; the first person where it names nobody.
  int PersonOf(const Activity& activity) const;
};

}  // namespace weir::simulate
