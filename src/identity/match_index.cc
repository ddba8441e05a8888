#include "identity/match_index.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "identity/fellegi_sunter.h"
#include "identity/record_keys.h"

namespace weir::identity {
namespace {

constexpr std::uint64_t kBlockBits = 20;
constexpr std::size_t kBlockBytes = std::size_t{1} << kBlockBits;
constexpr std::uint64_t kOffsetMask = kBlockBytes - 1;
constexpr std::size_t kPiece = 4096;

using KeyAndHolder = std::pair<std::uint64_t, std::uint32_t>;

void AppendNumber(std::size_t number, std::string& out) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

std::size_t TakeNumber(std::string_view& bytes) {
  std::size_t number = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<std::size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
}

void AppendText(std::string_view text, std::string& out) {
  AppendNumber(text.size(), out);
  out += text;
}

std::string_view TakeText(std::string_view& bytes) {
  const std::size_t size = TakeNumber(bytes);
  const std::string_view text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return text;
}

// No more of it than is kept, whole characters of UTF-8.
std::string_view Shortened(std::string_view text) {
  if (text.size() <= kLongestValue) return text;
  std::size_t end = kLongestValue;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

using Values = std::vector<std::string_view>;

void AddValue(std::string_view text, Values& values) {
  text = Shortened(text);
  if (text.empty() || values.size() == kMostValues || std::ranges::find(values, text) != values.end()) return;
  values.push_back(text);
}

void AppendValues(const Values& values, std::string& out) {
  AppendNumber(values.size(), out);
  for (const std::string_view value : values) AppendText(value, out);
}

std::vector<CertainKey> CertainKeysOf(bool is_account, const EntityWords& words) {
  enum Person : std::uint8_t { kName, kEmail, kPhone };
  enum Account : std::uint8_t { kDomain = 2, kTaxId = 3 };
  return is_account ? KeysOfAccount(words[kDomain], words[kTaxId])
                    : KeysOfPerson(words[kEmail], words[kPhone], words[kName]);
}

// Kinds of keys begin otherwise than those of BlockingKeysOf, so that the two never meet.
std::uint64_t HashOf(const CertainKey& key) { return HashText(std::string(1, kPart) + key.text); }

std::string ReasonOf(const CertainKey& key) {
  return std::string(key.reason) + (key.names_key ? " " + key.text.substr(key.text.find(kPart) + 1) : "");
}

bool IsBefore(const EntityMatch& a, const EntityMatch& b) {
  if (a.is_certain != b.is_certain) return a.is_certain;
  if (a.evidence.weight != b.evidence.weight) return a.evidence.weight > b.evidence.weight;
  return a.entity < b.entity;
}

}  // namespace

std::string_view MatchIndex::IdOf(std::uint32_t entity) const {
  const std::uint64_t place = places_[entity];
  std::string_view bytes = blocks_[place >> kBlockBits];
  bytes.remove_prefix(place & kOffsetMask);
  return TakeText(bytes);
}

std::optional<std::uint32_t> MatchIndex::NumberOf(std::string_view id) const {
  std::size_t low = 0;
  for (std::size_t high = size(); low < high;) {
    const std::size_t middle = low + (high - low) / 2;
    if (IdOf(static_cast<std::uint32_t>(middle)) < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const auto number = static_cast<std::uint32_t>(low);
  return low < size() && IdOf(number) == id ? std::optional(number) : std::nullopt;
}

std::array<std::vector<std::string>, kMostEntityColumns> MatchIndex::ValuesOf(std::uint32_t entity) const {
  std::array<std::vector<std::string>, kMostEntityColumns> values;
  const std::uint64_t place = places_[entity];
  std::string_view bytes = blocks_[place >> kBlockBits];
  bytes.remove_prefix(place & kOffsetMask);
  TakeText(bytes);
  for (std::size_t column = 0; column < ColumnsOf(is_account_).size(); ++column) {
    const std::size_t count = TakeNumber(bytes);
    values[column].reserve(count);
    for (std::size_t i = 0; i < count; ++i) values[column].emplace_back(TakeText(bytes));
  }
  return values;
}

EntityProfile MatchIndex::ProfileAt(std::uint32_t entity) const {
  const std::uint64_t place = places_[entity];
  std::string_view bytes = blocks_[place >> kBlockBits];
  bytes.remove_prefix(place & kOffsetMask);
  TakeText(bytes);
  std::vector<EntityWords> records(1);
  for (std::size_t column = 0; column < ColumnsOf(is_account_).size(); ++column) {
    const std::size_t count = TakeNumber(bytes);
    if (count > records.size()) records.resize(count);
    for (std::size_t i = 0; i < count; ++i) records[i][column] = TakeText(bytes);
  }
  const std::size_t count = TakeNumber(bytes);
  std::vector<std::string> domains;
  domains.reserve(count);
  for (std::size_t i = 0; i < count; ++i) domains.emplace_back(TakeText(bytes));
  return ProfileOf(is_account_, records, {}, domains);
}

std::span<const std::uint32_t> MatchIndex::HoldersOf(std::uint64_t key, bool& is_shared_by_too_many) const {
  const auto found = std::ranges::lower_bound(keys_, key);
  if (found == keys_.end() || *found != key) return {};
  const auto at = static_cast<std::size_t>(found - keys_.begin());
  if (begins_[at] == begins_[at + 1]) is_shared_by_too_many = true;
  return std::span(holders_).subspan(begins_[at], begins_[at + 1] - begins_[at]);
}

MatchAnswer MatchIndex::Find(const MatchQuery& query) const {
  MatchAnswer answer;
  EntityWords words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = Shortened(query.words[i]);
  const std::size_t domains = std::min(query.contact_domains.size(), kMostValues);
  const EntityProfile asked =
      ProfileOf(is_account_, std::span(&words, 1), {}, std::span(query.contact_domains).first(domains));

  // Whom a certain key leads to, and by which.
  std::vector<std::pair<std::uint32_t, std::string>> certain;
  const std::vector<CertainKey> certain_keys = CertainKeysOf(is_account_, query.words);
  for (const CertainKey& key : certain_keys) {
    for (const std::uint32_t holder : HoldersOf(HashOf(key), answer.is_cut)) {
      const bool is_new =
          std::ranges::find(certain, holder, &std::pair<std::uint32_t, std::string>::first) == certain.end();
      if (is_new && certain.size() < kMostWeighed) certain.emplace_back(holder, ReasonOf(key));
    }
  }
  std::vector<std::uint32_t> found;
  found.reserve(kMostWeighed);
  for (const auto& [holder, reason] : certain) found.push_back(holder);

  const std::vector<std::uint64_t> keys = BlockingKeysOf(asked);
  std::vector<std::span<const std::uint32_t>> lists;
  lists.reserve(keys.size());
  for (const std::uint64_t key : keys) lists.push_back(HoldersOf(key, answer.is_cut));
  std::ranges::stable_sort(lists, {}, [](const auto& list) { return list.size(); });
  for (const auto& list : lists) {
    std::vector<std::uint32_t> fresh;
    for (const std::uint32_t holder : list) {
      if (std::ranges::find(found, holder) == found.end()) fresh.push_back(holder);
    }
    if (found.size() + fresh.size() > kMostWeighed) {
      answer.is_cut = true;
      continue;
    }
    found.insert(found.end(), fresh.begin(), fresh.end());
  }
  answer.is_comparable = !keys.empty() || !certain_keys.empty();
  answer.weighed = found.size();
  const double least = std::log2(kLeastUnsure / (1 - kLeastUnsure));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool is_certain = i < certain.size();
    EntityEvidence evidence = Weigh(asked, ProfileAt(found[i]), entities_);
    if (!is_certain && evidence.weight < least) continue;
    EntityMatch& match = answer.matches.emplace_back();
    match.entity = found[i];
    match.is_certain = is_certain;
    if (is_certain) match.reason = std::move(certain[i].second);
    match.probability = is_certain ? 1 : Probability(evidence.weight);
    match.evidence = std::move(evidence);
  }
  std::ranges::sort(answer.matches, IsBefore);
  return answer;
}

std::size_t MatchIndex::bytes() const {
  const std::size_t words = std::accumulate(blocks_.begin(), blocks_.end(), std::size_t{0},
                                            [](std::size_t sum, const auto& block) { return sum + block.capacity(); });
  return words + places_.capacity() * sizeof(places_[0]) + keys_.capacity() * sizeof(keys_[0]) +
         begins_.capacity() * sizeof(begins_[0]) + holders_.capacity() * sizeof(holders_[0]);
}

void MatchIndexBuilder::Add(std::string_view id, std::span<const EntityWords> records,
                            std::span<const std::string> contact_domains) {
  std::string packed;
  AppendText(id, packed);
  Values values;
  for (std::size_t column = 0; column < ColumnsOf(index_.is_account_).size(); ++column) {
    values.clear();
    for (const EntityWords& words : records) AddValue(words[column], values);
    AppendValues(values, packed);
  }
  values.clear();
  for (const std::string& domain : contact_domains) AddValue(domain, values);
  AppendValues(values, packed);
  const auto number = static_cast<std::uint32_t>(index_.places_.size());
  for (const EntityWords& words : records) {
    for (const CertainKey& key : CertainKeysOf(index_.is_account_, words)) certain_.emplace_back(HashOf(key), number);
  }
  std::vector<std::string>& blocks = index_.blocks_;
  if (blocks.empty() || blocks.back().capacity() - blocks.back().size() < packed.size()) {
    if (!blocks.empty()) blocks.back().shrink_to_fit();
    blocks.emplace_back().reserve(std::max(kBlockBytes, packed.size()));
  }
  index_.places_.push_back((static_cast<std::uint64_t>(blocks.size() - 1) << kBlockBits) | blocks.back().size());
  blocks.back() += packed;
}

MatchIndex MatchIndexBuilder::Build(const Executor& executor, const std::stop_token& stop) && {
  MatchIndex& index = index_;
  if (!index.blocks_.empty()) index.blocks_.back().shrink_to_fit();
  const std::size_t count = index.size();
  // A quarter more or less of them makes no difference to what a pair weighs.
  index.entities_ = RoundedEntities(static_cast<double>(count));
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::ranges::sort(order, {}, [&](std::uint32_t entity) { return index.IdOf(entity); });
  std::vector<std::uint64_t> places(count);
  std::vector<std::uint32_t> numbers(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    places[i] = index.places_[order[i]];
    numbers[order[i]] = i;
  }
  index.places_ = std::move(places);

  std::vector<std::vector<KeyAndHolder>> pieces((count + kPiece - 1) / kPiece);
  executor.ForPieces(count, kPiece, [&](std::size_t begin, std::size_t end) {
    std::vector<KeyAndHolder>& piece = pieces[begin / kPiece];
    piece.reserve((end - begin) * 6);
    for (std::size_t i = begin; i < end && !stop.stop_requested(); ++i) {
      const auto entity = static_cast<std::uint32_t>(i);
      for (const std::uint64_t key : BlockingKeysOf(index.ProfileAt(entity))) piece.emplace_back(key, entity);
    }
  });
  std::vector<KeyAndHolder> all = std::move(certain_);
  for (auto& [key, holder] : all) holder = numbers[holder];
  all.reserve(std::accumulate(pieces.begin(), pieces.end(), all.size(),
                              [](std::size_t sum, const auto& piece) { return sum + piece.size(); }));
  for (std::vector<KeyAndHolder>& piece : pieces) {
    all.insert(all.end(), piece.begin(), piece.end());
    piece = {};
  }
  std::ranges::sort(all);
  const auto again = std::ranges::unique(all);
  all.erase(again.begin(), again.end());

  std::size_t keys = 0;
  std::size_t holders = 0;
  const auto for_each_key = [&](const auto& take) {
    for (std::size_t begin = 0; begin < all.size();) {
      std::size_t end = begin + 1;
      while (end < all.size() && all[end].first == all[begin].first) ++end;
      take(begin, end - begin > kMostWeighed ? begin : end);
      begin = end;
    }
  };
  for_each_key([&](std::size_t begin, std::size_t end) {
    ++keys;
    holders += end - begin;
  });
  index.keys_.reserve(keys);
  index.begins_.reserve(keys + 1);
  index.holders_.reserve(holders);
  for_each_key([&](std::size_t begin, std::size_t end) {
    index.keys_.push_back(all[begin].first);
    index.begins_.push_back(static_cast<std::uint32_t>(index.holders_.size()));
    for (std::size_t i = begin; i < end; ++i) index.holders_.push_back(all[i].second);
  });
  index.begins_.push_back(static_cast<std::uint32_t>(index.holders_.size()));
  return std::move(index_);
}

}  // namespace weir::identity
