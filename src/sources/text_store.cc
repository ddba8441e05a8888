#include "sources/text_store.h"

#include <algorithm>
#include <cstring>

namespace weir::sources {

constexpr std::size_t kPage = 1 << 18;  // bytes
std::string_view TextStore::Keep(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > room_) {
    const std::size_t size = std::max(kPage, text.size());
    pages_.push_back(std::make_unique_for_overwrite<char[]>(size));
    next_ = pages_.back().get();
    room_ = size;
  }
  std::memcpy(next_, text.data(), text.size());
  const std::string_view kept(next_, text.size());
  next_ += text.size();
  room_ -= text.size();
  bytes_ += text.size();
  return kept;
}

void TextStore::Clear() {
  if (pages_.size() > 1) pages_.resize(1);
  bytes_ = 0;
  next_ = pages_.empty() ? nullptr : pages_.front().get();
  room_ = pages_.empty() ? 0 : kPage;
}

}  // namespace weir::sources
