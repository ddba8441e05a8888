// Any few people or companies in the index of what is known, and each of their records asked for again: whoever has an
// address or a tax id of his own is found for certain, what is told is sound in itself, and the order of the entities
// does not show. The first byte says whether they are companies; lines are records, commas part their words, and a line
// that begins with a comma belongs to the entity of the line before.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/match_index.h"
#include "identity/record_keys.h"

namespace weir::identity {
namespace {

constexpr std::size_t kMostRecords = 48;

std::string_view TakeUntil(char end, std::string_view& text) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

std::vector<std::vector<EntityWords>> EntitiesOf(std::string_view text) {
  std::vector<std::vector<EntityWords>> entities;
  for (std::size_t records = 0; !text.empty() && records < kMostRecords; ++records) {
    std::string_view line = TakeUntil('\n', text);
    if (entities.empty() || !line.starts_with(',')) entities.emplace_back();
    EntityWords& words = entities.back().emplace_back();
    for (std::string& word : words) word = TakeUntil(',', line);
  }
  return entities;
}

MatchIndex IndexOf(bool is_account, const std::vector<std::vector<EntityWords>>& entities, bool is_backwards) {
  MatchIndexBuilder builder(is_account);
  for (std::size_t i = 0; i < entities.size(); ++i) {
    const std::size_t at = is_backwards ? entities.size() - 1 - i : i;
    builder.Add("e" + std::to_string(at), entities[at]);
  }
  return std::move(builder).Build(Executor(1));
}

bool IsBySomethingOfItsOwn(bool is_account, const EntityWords& words) {
  return is_account ? !KeysOfAccount(words[2], words[3]).empty() : !KeysOfPerson(words[1], {}, {}).empty();
}

void CheckOne(const MatchIndex& index, std::uint32_t self, bool is_account, const EntityWords& words) {
  const MatchAnswer answer = index.Find({words});
  WEIR_CHECK(answer.weighed <= kMostWeighed && answer.matches.size() <= answer.weighed && !answer.is_cut);
  for (std::size_t i = 0; i < answer.matches.size(); ++i) {
    const EntityMatch& match = answer.matches[i];
    WEIR_CHECK(match.entity < index.size() && match.probability >= kLeastUnsure * 0.999 && match.probability <= 1);
    WEIR_CHECK(match.is_certain == !match.reason.empty());
    WEIR_CHECK(i == 0 || answer.matches[i - 1].is_certain >= match.is_certain);
  }
  if (!IsBySomethingOfItsOwn(is_account, words)) return;
  WEIR_CHECK(answer.is_comparable);
  WEIR_CHECK(std::ranges::any_of(answer.matches,
                                 [&](const EntityMatch& match) { return match.entity == self && match.is_certain; }));
}

void Check(bool is_account, std::string_view text) {
  const std::vector<std::vector<EntityWords>> entities = EntitiesOf(text);
  const MatchIndex index = IndexOf(is_account, entities, false);
  const MatchIndex again = IndexOf(is_account, entities, true);
  for (std::size_t i = 0; i < entities.size(); ++i) {
    const auto self = index.NumberOf("e" + std::to_string(i));
    WEIR_CHECK(self.has_value());
    for (const EntityWords& words : entities[i]) {
      CheckOne(index, *self, is_account, words);
      const MatchAnswer there = index.Find({words});
      const MatchAnswer back = again.Find({words});
      WEIR_CHECK(there.matches.size() == back.matches.size());
      for (std::size_t m = 0; m < there.matches.size(); ++m) {
        WEIR_CHECK(there.matches[m].entity == back.matches[m].entity);
        WEIR_CHECK(there.matches[m].probability == back.matches[m].probability);
      }
    }
  }
}

}  // namespace
}  // namespace weir::identity

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2 || size > 8192) return 0;
  weir::identity::Check(bytes[0] % 2 == 1, {reinterpret_cast<const char*>(bytes + 1), size - 1});
  return 0;
}
