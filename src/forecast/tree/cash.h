// When invoices are paid, by what each payer did before: the kernel of the forecast of cash.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "forecast/tree/delays.h"

namespace weir::forecast {

// Days since 1970, amounts in units of the caller.
struct InvoiceFact {
  std::size_t payer = 0;
  std::int32_t issued = 0;
  std::int32_t due = 0;
  std::int32_t paid = kStillAwaited;
  double total = 0;
  double open = 0;           // what is still owed
  bool is_given_up = false;  // nobody waits for it any more
};

// Known on the day of an invoice: of the payer's earlier invoices that were due by then, a fifth at most was late, or
// more, or fewer than three were due.
enum class PayerClass : std::uint8_t { kPrompt, kLate, kNew };
inline constexpr std::size_t kPayerClasses = 3;
std::string_view NameOf(PayerClass of);

struct PayerFigures {
  std::size_t payers = 0;
  std::size_t invoices = 0;
  std::size_t paid = 0;
  std::size_t late = 0;  // of those that are due: paid after that day, or not paid
  std::size_t due = 0;
  std::size_t given_up = 0;
  double total = 0;
  double open = 0;
  double overdue = 0;  // of what is open
};

class PaymentBehaviour {
 public:
  // Invoices in any order; those of one payer that were issued on one day are told apart by their place.
  static PaymentBehaviour Learn(std::span<const InvoiceFact> invoices, std::int32_t as_of);

  const DelayCurve& CurveOf(PayerClass of) const { return curves_[static_cast<std::size_t>(of)]; }
  const PayerFigures& FiguresOf(PayerClass of) const { return figures_[static_cast<std::size_t>(of)]; }
  // By place among the invoices.
  PayerClass ClassOf(std::size_t invoice) const { return classes_[invoice]; }
  // By amount, of what was invoiced in the last year.
  double ShareOf(PayerClass of) const { return shares_[static_cast<std::size_t>(of)]; }

  struct Expected {
    double mean = 0;
    double variance = 0;
  };
  // What is paid in the days from..until of what is open now.
  Expected OfOpen(std::span<const InvoiceFact> invoices, std::int32_t from, std::int32_t until) const;
  // The part of what is invoiced evenly over first..last that is paid in from..until.
  double OfNew(std::int32_t first, std::int32_t last, std::int32_t from, std::int32_t until) const;

 private:
  std::int32_t as_of_ = 0;
  std::vector<PayerClass> classes_;
  std::array<DelayCurve, kPayerClasses> curves_;
  std::array<PayerFigures, kPayerClasses> figures_;
  std::array<double, kPayerClasses> shares_{};
};

}  // namespace weir::forecast
