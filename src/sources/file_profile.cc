#include "sources/file_profile.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_set>

#include "base/country.h"
#include "base/decimal.h"
#include "base/domain.h"
#include "base/phone.h"
#include "base/random.h"
#include "base/text.h"
#include "sources/cell_words.h"
#include "sources/date_scan.h"
#include "sources/date_text.h"
#include "sources/number_text.h"

namespace weir::sources {
namespace {

constexpr double kMost = 0.95;    // of the filled cells that say something
constexpr double kUnique = 0.98;  // of ids that are different: some lists hold a few twice
constexpr std::size_t kLongId = 64;
constexpr std::size_t kFewWords = 4;
constexpr std::uint64_t kSomeRows = 20;     // below that a share says little
constexpr std::uint64_t kSomeRepeats = 2;   // a value of a category comes so often on average
constexpr std::uint64_t kManyValues = 200;  // more make no category
constexpr std::uint64_t kManyFaulty = 20;   // one of so many rows
constexpr std::uint64_t kManyNames = 10;    // fewer different ones are kinds rather than people

constexpr std::array<std::string_view, 18> kNames{
    "nothing", "boolean", "integer", "decimal",  "money",   "percent", "date",        "instant",  "clock",
    "email",   "phone",   "url",     "currency", "country", "id",      "person_name", "category", "text"};

// Forms of days without separators, which only a format reads.
constexpr std::array<std::string_view, 3> kPackedForms{"%y%m%d", "%d%m%y", "%m%d%y"};

bool IsLetter(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

// "Ann Lee", "O'Brien, Mary-Jane": two to four words that begin with a capital, without digits.
bool MayBePersonName(std::string_view text) {
  if (text.size() > 60) return false;
  std::size_t words = 0;
  bool is_inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') {
      is_inside = false;
      continue;
    }
    const bool is_mark = c == '.' || c == '\'' || c == '-' || c == ',';
    if (!is_mark && !IsLetter(text, i)) return false;
    if (is_inside) continue;
    is_inside = true;
    if (is_mark || (c >= 'a' && c <= 'z')) return false;
    ++words;
  }
  return words >= 2 && words <= kFewWords;
}

// Written like a number to call, not like an amount or an id.
bool LooksLikePhone(std::string_view text) {
  std::size_t digits = 0;
  std::size_t marks = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsDateDigit(c)) {
      ++digits;
    } else if (c == ' ' || c == '(' || c == ')' || c == '-' || (c == '+' && i == 0)) {
      ++marks;
    } else {
      return false;
    }
  }
  return digits >= 7 && digits <= 15 && (marks >= 2 || text.front() == '+');
}

bool IsClock(std::string_view text) {
  if (ParseClockDuration(text)) return true;
  const std::size_t colon = text.find(':');
  const bool is_short = (text.size() == 4 || text.size() == 5) && colon == text.size() - 3;
  return is_short && ParseClockDuration(std::string(text) + ":00").has_value();
}

// "https://acme.com/x" or "acme.com", and not "02.Medium".
bool IsAddress(std::string_view text) {
  if (text.find('.') == std::string_view::npos || text.find(' ') != std::string_view::npos || !HostOf(text))
    return false;
  if (text.find("://") != std::string_view::npos || text.starts_with("www.")) return true;
  const bool has_capital = std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  return !has_capital && IsLetter(text, 0) && WebDomain(text).has_value();
}

bool IsShortWord(std::string_view text) { return text.size() <= kLongId && text.find(' ') == std::string_view::npos; }

}  // namespace

std::string_view NameOf(Holding holding) { return kNames.at(static_cast<std::size_t>(holding)); }

// Counts what the cells of one column may be.
class ColumnProfiler {
 public:
  ColumnProfiler(ProfiledColumn& out, const ProfileOptions& options) : out_(out), options_(options) {}

  void Note(std::string_view text, std::uint64_t hash) {
    ++out_.filled;
    if (seen_.insert(hash).second) Show(text);
    Count(text);
    // A category is judged by its different values; a column of ids or texts by its first thousands of cells.
    const auto known = verdicts_.find(hash);
    if (known != verdicts_.end()) {
      Add(known->second);
      return;
    }
    const Verdict verdict = Judge(text);
    if (verdicts_.size() < kManyValues) verdicts_.emplace(hash, verdict);
    Add(verdict);
  }

  void Finish() {
    out_.distinct = seen_.size();
    FindPlaceholders();
    TakeValues();
    const Verdict& tally = tally_;
    const std::uint64_t telling = out_.filled - tally.nothing;
    const auto most = [&](std::uint64_t count) {
      return telling > 0 && static_cast<double>(count) >= kMost * static_cast<double>(telling);
    };
    out_.decimal_mark = numbers_.Mark();
    out_.has_doubtful_numbers = doubtful_numbers_ && out_.decimal_mark == 0;
    out_.is_whole = tally.whole == tally.number;
    FindDayForm(telling);
    out_.holding = Find(telling, most);
  }

 private:
  struct Verdict {
    std::uint64_t nothing = 0, boolean = 0, number = 0, whole = 0, money = 0, percent = 0, day = 0, timed = 0,
                  packed = 0, clock = 0, email = 0, phone = 0, url = 0, currency = 0, country = 0, person = 0,
                  short_word = 0, digits = 0;
    std::array<std::uint64_t, kPackedForms.size()> packed_as{};
  };

  void Show(std::string_view text) {
    if (out_.samples.size() >= options_.samples) return;
    std::string shown(text.substr(0, options_.sample_bytes));
    while (!shown.empty() && !IsValidUtf8(shown)) shown.pop_back();
    out_.samples.push_back(std::move(shown));
  }

  void Count(std::string_view text) {
    if (has_many_ || text.size() > options_.sample_bytes) {
      has_many_ = true;
      return;
    }
    const auto found = counts_.find(text);
    if (found != counts_.end()) {
      ++found->second;
    } else if (counts_.size() < options_.values) {
      counts_.emplace(text, 1);
    } else {
      has_many_ = true;
    }
  }

  Verdict Judge(std::string_view text) {
    Verdict verdict;
    verdict.nothing = IsNullWord(text) ? 1 : 0;
    if (verdict.nothing > 0) return verdict;
    verdict.boolean = ParseBoolean(text).has_value() ? 1 : 0;
    verdict.short_word = IsShortWord(text) ? 1 : 0;
    JudgeNumber(text, verdict);
    JudgeDay(text, verdict);
    verdict.clock = IsClock(text) ? 1 : 0;
    verdict.email = text.find('@') != std::string_view::npos && ParseEmail(text) ? 1 : 0;
    verdict.phone = LooksLikePhone(text) ? 1 : 0;
    verdict.url = verdict.email == 0 && verdict.number == 0 && verdict.day == 0 && IsAddress(text) ? 1 : 0;
    verdict.currency = text.size() == 3 && IsCurrencyCode(text) ? 1 : 0;
    verdict.country = verdict.number == 0 && text.size() <= 60 && FindCountry(text) != nullptr ? 1 : 0;
    verdict.person = MayBePersonName(text) ? 1 : 0;
    return verdict;
  }

  void JudgeNumber(std::string_view text, Verdict& verdict) {
    const ParsedNumber number = ParseNumber(text, 0);
    if (number.fault == NumberFault::kNotNumber || number.fault == NumberFault::kRange) return;
    verdict.number = 1;
    NoteNumber(text, numbers_);
    doubtful_numbers_ = doubtful_numbers_ || number.fault == NumberFault::kAmbiguous;
    verdict.money = number.currency.empty() ? 0 : 1;
    verdict.percent = number.is_percent ? 1 : 0;
    verdict.whole = number.fault == NumberFault::kNone && number.value.scale == 0 ? 1 : 0;
    out_.is_signed = out_.is_signed || number.value.units < 0;
    verdict.digits = std::ranges::all_of(text, IsDateDigit) ? 1 : 0;
  }

  void JudgeDay(std::string_view text, Verdict& verdict) {
    const DateScan scan = ScanDate(text);
    const bool is_written =
        scan.form == DateForm::kYearFirst || scan.form == DateForm::kThreeParts || scan.form == DateForm::kNamedMonth;
    if (is_written) {
      const ParsedDate parsed = ParseDate(text, nullptr);
      if (parsed.fault == DateFault::kNone || parsed.fault == DateFault::kAmbiguous) {
        verdict.day = 1;
        verdict.timed = scan.has_time ? 1 : 0;
        dates_.Note(text);
        out_.days.has_offsets = out_.days.has_offsets || scan.has_zone;
        NoteOrder(text, scan, parsed);
      }
      return;
    }
    const bool is_packed = text.size() == 6 && std::ranges::all_of(text, IsDateDigit);
    for (std::size_t form = 0; is_packed && form < kPackedForms.size(); ++form) {
      const bool reads = ParseDateAs(text, kPackedForms.at(form)).fault == DateFault::kNone;
      verdict.packed_as.at(form) = reads ? 1 : 0;
      verdict.packed = verdict.packed + (reads && verdict.packed == 0 ? 1 : 0);
    }
  }

  void NoteOrder(std::string_view text, const DateScan& scan, const ParsedDate& parsed) {
    if (scan.form != DateForm::kThreeParts) return;
    const bool is_doubtful = parsed.fault == DateFault::kAmbiguous;
    std::string& shown = is_doubtful ? doubtful_day_ : deciding_day_;
    if (is_doubtful || scan.a != scan.b) {
      if (shown.empty()) shown = std::string(text.substr(0, options_.sample_bytes));
    }
    if (!three_parts_) three_parts_ = scan;
  }

  void Add(const Verdict& one) {
    for (const auto member : {&Verdict::nothing, &Verdict::boolean, &Verdict::number, &Verdict::whole, &Verdict::money,
                              &Verdict::percent, &Verdict::day, &Verdict::timed, &Verdict::packed, &Verdict::clock,
                              &Verdict::email, &Verdict::phone, &Verdict::url, &Verdict::currency, &Verdict::country,
                              &Verdict::person, &Verdict::short_word, &Verdict::digits}) {
      tally_.*member += one.*member;
    }
    for (std::size_t form = 0; form < kPackedForms.size(); ++form) tally_.packed_as.at(form) += one.packed_as.at(form);
  }

  // One word that stands in many cells of a category and means that nothing was chosen.
  void FindPlaceholders() {
    if (has_many_) return;
    static constexpr std::array<std::string_view, 14> kWords{
        "select",  "unknown", "not set", "(not set)", "undefined",  "unspecified", "not specified",
        "missing", "(blank)", "(none)",  "выберите",  "не указано", "не указан",   "неизвестно"};
    for (const auto& [text, count] : counts_) {
      const std::string folded = FoldCase(text);
      if (std::ranges::find(kWords, std::string_view(folded)) != kWords.end()) out_.placeholders.push_back(text);
    }
  }

  void TakeValues() {
    if (has_many_) return;
    out_.values.assign(counts_.begin(), counts_.end());
    std::ranges::stable_sort(out_.values, std::ranges::greater{}, &std::pair<std::string, std::uint64_t>::second);
  }

  void FindDayForm(std::uint64_t telling) {
    const auto all = [&](std::uint64_t count) { return telling > 0 && count == telling; };
    for (std::size_t form = 0; form < kPackedForms.size(); ++form) {
      const bool is_only = std::ranges::count(tally_.packed_as, telling) == 1;
      if (all(tally_.packed_as.at(form)) && is_only) out_.days.format = std::string(kPackedForms.at(form));
    }
    if (!three_parts_) return;
    using Order = DateEvidence::Order;
    switch (dates_.OrderOf(three_parts_->separator, three_parts_->year_digits)) {
      case Order::kDayFirst:
        out_.days.order = DayForm::Order::kDayFirst;
        break;
      case Order::kMonthFirst:
        out_.days.order = DayForm::Order::kMonthFirst;
        break;
      case Order::kContradictory:
        out_.days.order = DayForm::Order::kContradictory;
        break;
      case Order::kUnknown:
        out_.days.order = DayForm::Order::kUndecided;
        break;
    }
    const bool is_open = out_.days.order == DayForm::Order::kUndecided;
    out_.days.evidence = is_open || deciding_day_.empty() ? doubtful_day_ : deciding_day_;
  }

  template <typename Most>
  Holding Find(std::uint64_t telling, const Most& most) const {
    if (telling == 0) return Holding::kNothing;
    if (most(tally_.day)) return tally_.timed * 2 > tally_.day ? Holding::kInstant : Holding::kDate;
    if (most(tally_.email)) return Holding::kEmail;
    const bool is_flag = tally_.boolean == telling && out_.distinct <= 2 + (out_.filled - telling > 0 ? 1U : 0U);
    if (is_flag && (out_.distinct >= 2 || tally_.number == 0)) return Holding::kBoolean;
    if (most(tally_.clock)) return Holding::kClock;
    if (most(tally_.phone) && tally_.number != telling) return Holding::kPhone;
    if (most(tally_.number)) return FindNumber(telling);
    if (most(tally_.currency)) return Holding::kCurrency;
    if (most(tally_.country) && telling > 1) return Holding::kCountry;
    if (most(tally_.url)) return Holding::kUrl;
    const bool is_category = !has_many_ && out_.distinct <= kManyValues && telling >= out_.distinct * kSomeRepeats;
    if (is_category && telling >= kSomeRows) {
      return most(tally_.person) && out_.distinct > kManyNames ? Holding::kPersonName : Holding::kCategory;
    }
    const bool is_different =
        static_cast<double>(out_.distinct) >= kUnique * static_cast<double>(out_.filled) || out_.distinct > kManyValues;
    if (most(tally_.short_word) && is_different) return Holding::kId;
    if (static_cast<double>(tally_.person) >= 0.8 * static_cast<double>(telling)) return Holding::kPersonName;
    return is_category && telling >= out_.distinct * 3 ? Holding::kCategory : Holding::kText;
  }

  Holding FindNumber(std::uint64_t telling) const {
    if (tally_.percent * 2 > telling) return Holding::kPercent;
    if (tally_.money * 2 > telling) return Holding::kMoney;
    return tally_.whole == tally_.number ? Holding::kInteger : Holding::kDecimal;
  }

  ProfiledColumn& out_;
  const ProfileOptions& options_;
  std::unordered_set<std::uint64_t> seen_;
  std::map<std::string, std::uint64_t, std::less<>> counts_;
  std::map<std::uint64_t, Verdict> verdicts_;  // of values that come again
  bool has_many_ = false;
  Verdict tally_;
  NumberEvidence numbers_;
  bool doubtful_numbers_ = false;
  DateEvidence dates_;
  std::optional<DateScan> three_parts_;
  std::string deciding_day_;
  std::string doubtful_day_;
};

// Reads the first rows of a file into a profile.
class FileProfiler {
 public:
  FileProfiler(RowReader& reader, const ProfileOptions& options) : reader_(reader), options_(options) {}

  Result<FileProfile> Run() {
    profile_.format = reader_.reading().format;
    for (const SourceColumn& column : reader_.columns()) profile_.columns.emplace_back().column = column;
    for (ProfiledColumn& column : profile_.columns) profilers_.emplace_back(column, options_);
    profile_.hashes_.resize(profile_.columns.size());
    const std::size_t most =
        std::min(options_.rows, options_.cells / std::max<std::size_t>(profile_.columns.size(), 1));
    while (true) {
      WEIR_TRY(const RowBlock* block, reader_.Next());
      profile_.is_whole = block == nullptr;
      if (block == nullptr) break;
      for (std::size_t row = 0; row < block->size() && profile_.rows < most; ++row) {
        if (block->FaultAt(row) == nullptr) {
          NoteRow(*block, row);
        } else if (++profile_.faulty >= most) {
          break;
        }
      }
      if (profile_.rows >= most) break;
    }
    for (ColumnProfiler& profiler : profilers_) profiler.Finish();
    return std::move(profile_);
  }

 private:
  void NoteRow(const RowBlock& block, std::size_t row) {
    ++profile_.rows;
    for (std::size_t i = 0; i < profilers_.size(); ++i) {
      const std::string_view cell = TrimBlanks(block.Cell(row, i));
      const std::uint64_t hash = cell.empty() ? 0 : std::max<std::uint64_t>(HashText(cell), 1);
      profile_.hashes_[i].push_back(hash);
      if (hash != 0) profilers_[i].Note(cell, hash);
    }
  }

  RowReader& reader_;
  const ProfileOptions& options_;
  FileProfile profile_;
  std::vector<ColumnProfiler> profilers_;
};

bool FileProfile::IsKey(std::span<const std::size_t> key) const {
  if (key.empty() || rows == 0) return false;
  std::unordered_set<std::uint64_t> seen;
  seen.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    std::uint64_t mixed = 0;
    for (const std::size_t column : key) {
      if (hashes_[column][row] == 0) return false;
      mixed = (mixed ^ hashes_[column][row]) * 0x9E3779B97F4A7C15ULL;
      mixed ^= mixed >> 32U;
    }
    if (!seen.insert(mixed).second) return false;
  }
  return true;
}

Result<FileProfile> ProfileFile(const FileInput& file, const ProfileOptions& options) {
  WEIR_TRY(const std::unique_ptr<RowReader> reader, OpenRows(file, options.reading));
  WEIR_TRY(FileProfile profile, FileProfiler(*reader, options).Run());
  if (profile.format == Format::kCsv && profile.faulty * kManyFaulty > profile.rows + profile.faulty) {
    // Programs that leave separators off at the end of a row do so again and again.
    ProfileOptions filling = options;
    filling.reading.fills_short_rows = true;
    WEIR_TRY(const std::unique_ptr<RowReader> again, OpenRows(file, filling.reading));
    WEIR_TRY(FileProfile filled, FileProfiler(*again, filling).Run());
    filled.short_rows = profile.faulty - std::min(filled.faulty, profile.faulty);
    if (filled.short_rows > 0) profile = std::move(filled);
  }
  profile.title = file.Title();
  return profile;
}

}  // namespace weir::sources
