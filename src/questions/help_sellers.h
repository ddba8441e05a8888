// What sellers do and how their figures differ from those of the others, and from their own past. Internal to
// questions/.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "questions/answer.h"
#include "questions/exact.h"
#include "questions/scope.h"
#include "questions/words.h"

namespace weir::questions {

// Of a seller's own cases, and of those that they are compared with: below it nothing is said.
inline constexpr std::int64_t kFewestOwn = 10;
inline constexpr std::int64_t kFewestOthers = 30;
// An open deal without anything done for so many days is silent.
inline constexpr int kSilentDays = 30;

enum class FigureId : std::uint8_t { kLost, kSlow, kStuck, kSilent };
inline constexpr std::array<FigureId, 4> kFigures{FigureId::kLost, FigureId::kSlow, FigureId::kStuck,
                                                  FigureId::kSilent};
std::string_view NameOf(FigureId figure);
Text TitleOf(FigureId figure);

struct Seller {
  std::string id = {};
  std::string name = {};
  std::string team = {};
  std::array<Cases, 4> cases = {};  // by figure: bad ones of all
  Cases lost_before = {};           // the same days a year before
  Decimal won_amount = {0, kAmountScale};
  Decimal open_amount = {0, kAmountScale};
};

// A seller and a figure against the others of the team, or of everybody where the team is small; or against the own
// past.
struct Compared {
  const Seller* seller = nullptr;
  FigureId figure = FigureId::kLost;
  bool is_with_past = false;
  bool is_in_team = false;
  Cases own = {};
  Cases others = {};
  bool is_enough = false;
  double chance = 1;  // adjusted for all that are compared
  bool lags = false;
  std::optional<Decimal> money = {};  // what it costs, as far as that can be said
};

struct Sellers {
  std::vector<Seller> all = {};
  bool knows_answers = false;     // some lead is answered
  bool knows_activities = false;  // some activity is of a deal
};

Result<Sellers> ReadSellers(const Scope& scope, const std::vector<std::string>& stuck_deals,
                            analysis::Context& context);
// Those who lag first, by money.
std::vector<Compared> Compare(const Sellers& sellers);

// SELECT of ids behind a figure of a seller, with the table that they are of.
struct CasesSql {
  std::string_view table;
  std::string sql;
};
CasesSql CasesOf(const Scope& scope, FigureId figure, const std::string& seller_id,
                 const std::vector<std::string>& stuck_deals);

}  // namespace weir::questions
