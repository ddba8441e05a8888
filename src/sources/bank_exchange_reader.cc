#include "sources/bank_exchange_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "sources/csv_reader.h"
#include "sources/text_stream.h"

namespace weir::sources {
namespace {

constexpr std::string_view kMark = "1CClientBankExchange";
constexpr std::string_view kDocument = "СекцияДокумент";
constexpr std::string_view kEndOfDocument = "КонецДокумента";
constexpr std::string_view kEndOfFile = "КонецФайла";
constexpr std::string_view kAccount = "РасчСчет";
constexpr std::size_t kPiece = 1 << 18;
constexpr std::size_t kMostAccounts = 10'000;  // of a company

// Whom a document is of, when and how much: there in every statement, though not in every document.
constexpr std::array<std::string_view, 14> kKeys{
    kDocument,       kAccount,           "Номер",         "Дата",       "Сумма",          "ДатаСписано",
    "ДатаПоступило", "ПлательщикСчет",   "ПлательщикИНН", "Плательщик", "ПолучательСчет", "Получатель",
    "ПолучательИНН", "НазначениеПлатежа"};
// Where either side's account stands; the second of each is that of a party that pays through another bank.
constexpr std::array<std::string_view, 4> kSides{"ПлательщикСчет", "ПлательщикРасчСчет", "ПолучательСчет",
                                                 "ПолучательРасчСчет"};

// "Ключ" of "Ключ=значение"; a line whose beginning is no word continues the value above it.
std::optional<std::string_view> KeyOf(std::string_view line) {
  const std::size_t sign = line.find('=');
  if (sign == std::string_view::npos) return std::nullopt;
  const std::string_view key = TrimBlanks(line.substr(0, sign));
  if (key.empty() || key.find_first_of(" \t\"'(.,;:%/") != std::string_view::npos) return std::nullopt;
  return key;
}

// Calls `take` with each key and its value, in the order of the lines.
template <typename Take>
void ForEachValue(std::string_view document, Take take) {
  std::string_view key;
  std::string value;
  while (!document.empty()) {
    const std::size_t end = std::min(document.find('\n'), document.size());
    const std::string_view line = TrimBlanks(document.substr(0, end));
    document.remove_prefix(std::min(end + 1, document.size()));
    if (line == kEndOfDocument) break;
    if (const auto next = KeyOf(line)) {
      if (!key.empty()) take(key, value);
      key = *next;
      value = TrimBlanks(line.substr(line.find('=') + 1));
    } else if (!line.empty()) {
      if (!value.empty()) value += ' ';
      value += line;
    }
  }
  if (!key.empty()) take(key, value);
}

bool IsClosed(std::string_view document) {
  while (document.ends_with('\n')) document.remove_suffix(1);
  const std::size_t last = document.rfind('\n');
  return TrimBlanks(last == std::string_view::npos ? document : document.substr(last + 1)) == kEndOfDocument;
}

// Lines of a text, without their ends.
class Lines {
 public:
  Lines(TextStream stream, const ReadLimits& limits, std::string title)
      : stream_(std::move(stream)), limits_(limits), title_(std::move(title)) {}

  const TextStream& stream() const { return stream_; }
  std::uint64_t number() const { return number_; }

  // False at the end. The view lives until the next call.
  Result<bool> Next(std::string_view& line) {
    std::size_t end = Find(begin_);
    while (end == buffer_.size() && !is_last_) {
      if (end - begin_ > limits_.record_bytes) {
        return Fail(TooLarge("the line is longer than {} MiB", limits_.record_bytes >> 20)
                        .At(title_, number_ + 1)
                        .Mend("This does not look like a table: check that it is the right file"));
      }
      const std::size_t searched = end - begin_;
      buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
      begin_ = 0;
      const std::size_t before = buffer_.size();
      WEIR_TRY(stream_.Read(kPiece, buffer_));
      is_last_ = buffer_.size() == before;
      end = Find(searched);
    }
    if (begin_ == buffer_.size()) return false;
    line = TrimBlanks(std::string_view(buffer_.data() + begin_, end - begin_));
    begin_ = std::min(end + 1, buffer_.size());
    ++number_;
    return true;
  }

 private:
  std::size_t Find(std::size_t from) const {
    return static_cast<std::size_t>(
        std::find(buffer_.begin() + static_cast<std::ptrdiff_t>(from), buffer_.end(), '\n') - buffer_.begin());
  }

  TextStream stream_;
  ReadLimits limits_;
  std::string title_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::uint64_t number_ = 0;
  bool is_last_ = false;
};

struct Document {
  std::uint64_t line = 0;
  std::string raw;
};

// The documents of a statement one after another, and the accounts that it is of.
class Statement {
 public:
  static Result<Statement> Open(const FileInput& file, const ReadOptions& options) {
    WEIR_TRY(TextStream stream, TextStream::Open(file, options.encoding, options.limits));
    return Statement(Lines(std::move(stream), options.limits, file.Title()), options.limits, file.Title());
  }

  const TextStream& stream() const { return lines_.stream(); }
  const std::set<std::string>& accounts() const { return accounts_; }

  // False at the end of the file, which must say that it is whole.
  Result<bool> Next(Document& document) {
    document = {};
    std::string_view line;
    while (true) {
      if (next_.line == 0) {
        WEIR_TRY(const bool is_there, lines_.Next(line));
        if (!is_there) return Finish();
        if (!Take(line, document)) continue;
      } else {
        document = std::move(next_);
        next_ = {};
      }
      WEIR_TRY(ReadRest(document));
      return true;
    }
  }

 private:
  Statement(Lines lines, const ReadLimits& limits, std::string title)
      : lines_(std::move(lines)), limits_(limits), title_(std::move(title)) {}

  // A line outside of documents: true if one begins.
  bool Take(std::string_view line, Document& document) {
    const auto key = KeyOf(line);
    const std::string_view value = key ? TrimBlanks(line.substr(line.find('=') + 1)) : std::string_view();
    if (key == kAccount && !value.empty() && accounts_.size() < kMostAccounts) accounts_.emplace(value);
    is_whole_ = is_whole_ || line == kEndOfFile;
    is_readable_ = is_readable_ || key == kDocument || key == kAccount || line == kEndOfFile ||
                   key == std::string_view("ВерсияФормата");
    if (key != kDocument && line != kDocument) return false;
    document.line = lines_.number();
    document.raw = line;
    document.raw += '\n';
    return true;
  }

  // Up to the end of the document, or to where the next one begins without it.
  Status ReadRest(Document& document) {
    std::string_view line;
    while (true) {
      WEIR_TRY(const bool is_there, lines_.Next(line));
      if (!is_there) return Fail(Cut());
      if (line == kEndOfFile) is_whole_ = true;
      if (line == kEndOfFile || Take(line, next_)) return {};
      document.raw += line;
      document.raw += '\n';
      if (line == kEndOfDocument) return {};
      if (document.raw.size() > limits_.record_bytes) {
        return Fail(TooLarge("the record is longer than {} MiB", limits_.record_bytes >> 20)
                        .At(title_, document.line)
                        .Mend("Download the statement again"));
      }
    }
  }

  Result<bool> Finish() const {
    if (is_whole_) return false;
    if (is_readable_) return Fail(Cut());
    return Fail(BadInput("the words of the statement cannot be read; it may be in the encoding DOS")
                    .At(title_, 2)
                    .Mend("Choose the encoding Windows or UTF-8 where the bank exports it"));
  }

  Error Cut() const {
    return BadInput("the statement is cut: it does not end with КонецФайла")
        .At(title_, lines_.number())
        .Mend("Download the statement again");
  }

  Lines lines_;
  ReadLimits limits_;
  std::string title_;
  std::set<std::string> accounts_;
  Document next_;
  bool is_whole_ = false;
  bool is_readable_ = false;
};

class BankExchangeReader final : public RowReader {
 public:
  static Result<std::unique_ptr<RowReader>> Open(const FileInput& file, const ReadOptions& options) {
    WEIR_TRY(Statement first, Statement::Open(file, options));
    std::vector<std::string> keys(kKeys.begin(), kKeys.end());
    std::set<std::string, std::less<>> known(kKeys.begin(), kKeys.end());
    Document document;
    while (true) {
      WEIR_TRY(const bool is_there, first.Next(document));
      if (!is_there) break;
      ForEachValue(document.raw, [&](std::string_view key, const std::string&) {
        if (known.insert(std::string(key)).second) keys.emplace_back(key);
      });
      if (keys.size() > options.limits.columns) {
        return Fail(TooLarge("the records have more than {} fields", options.limits.columns)
                        .At(file.Title(), document.line)
                        .Mend("Check that the file is a list of records"));
      }
    }
    WEIR_TRY(Statement again, Statement::Open(file, options));
    return std::unique_ptr<RowReader>(new BankExchangeReader(std::move(again), first.accounts(), keys));
  }

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return 0; }
  std::uint64_t bytes_read() const override { return statement_.stream().bytes_read(); }
  std::uint64_t bytes_total() const override { return statement_.stream().bytes_total(); }

  Result<const RowBlock*> Next() override {
    block_.Clear(reading_.columns.size());
    texts_.clear();
    raws_.clear();
    Document document;
    constexpr std::size_t kBlockBytes = std::size_t{16} << 20;  // a document may be as long as a record may be
    std::size_t bytes = 0;
    while (block_.size() < RowBlock::kRows && bytes < kBlockBytes) {
      WEIR_TRY(const bool is_there, statement_.Next(document));
      if (!is_there) break;
      bytes += document.raw.size();
      Take(document);
    }
    return block_.size() == 0 ? nullptr : &block_;
  }

 private:
  BankExchangeReader(Statement statement, std::set<std::string> accounts, const std::vector<std::string>& keys)
      : statement_(std::move(statement)), accounts_(std::move(accounts)) {
    reading_.format = Format::kBankExchange;
    reading_.encoding = statement_.stream().encoding();
    reading_.columns.reserve(keys.size());
    for (const std::string& key : keys) reading_.columns.push_back({key, NormaliseHeader(key), ""});
  }

  void Take(const Document& document) {
    const std::string& raw = raws_.emplace_back(OwnAccounts(document.raw) + document.raw);
    const std::span<std::string_view> cells = block_.AddRow(document.line, raw);
    std::optional<RowFault> fault = CellsOfBankDocument(raw, reading_.columns, texts_, cells);
    if (!fault) return;
    std::ranges::fill(cells, std::string_view());
    block_.SetFault(block_.size() - 1, std::move(*fault));
  }

  // A line that says which accounts of the statement the document names: its own lines do not tell.
  std::string OwnAccounts(std::string_view document) const {
    std::set<std::string> own;
    ForEachValue(document, [&](std::string_view key, const std::string& value) {
      if (std::ranges::find(kSides, key) != kSides.end() && accounts_.contains(value)) own.insert(value);
    });
    std::string line = std::string(kAccount) + "=";
    for (const std::string& account : own) line += (line.ends_with('=') ? "" : " ") + account;
    return line + "\n";
  }

  Statement statement_;
  std::set<std::string> accounts_;
  Reading reading_;
  std::deque<std::string> raws_;
  std::deque<std::string> texts_;
  RowBlock block_;
};

}  // namespace

bool IsBankExchange(std::string_view text) {
  text = TrimBlanks(text);
  return text.starts_with(kMark) && (text.size() == kMark.size() || text[kMark.size()] == '\r' ||
                                     text[kMark.size()] == '\n' || text[kMark.size()] == ' ');
}

Result<std::unique_ptr<RowReader>> OpenBankExchange(const FileInput& file, const ReadOptions& options) {
  return BankExchangeReader::Open(file, options);
}

std::optional<RowFault> CellsOfBankDocument(std::string_view document, const std::vector<SourceColumn>& columns,
                                            std::deque<std::string>& texts, std::span<std::string_view> cells) {
  if (!IsClosed(document)) {
    return RowFault{"cut_document", MakePhrase("the document has no КонецДокумента; download the statement again"), 0};
  }
  std::map<std::string, std::string, std::less<>> values;
  ForEachValue(document, [&](std::string_view key, const std::string& value) {
    std::string& kept = values[std::string(key)];
    if (!value.empty()) kept = value;
  });
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto found = values.find(columns[i].header);
    cells[i] = found == values.end() ? std::string_view() : texts.emplace_back(std::move(found->second));
  }
  return FaultOfText(document, std::vector<std::string_view>(cells.begin(), cells.end()));
}

}  // namespace weir::sources
