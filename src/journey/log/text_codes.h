// Texts that come again and again, each kept once and told by a code.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::journey {

class TextCodes {
 public:
  std::uint32_t Of(std::string_view text) {
    const auto found = codes_.find(text);
    if (found != codes_.end()) return found->second;
    const auto code = static_cast<std::uint32_t>(texts_.size());
    texts_.emplace_back(text);
    codes_.emplace(texts_.back(), code);
    return code;
  }

  std::size_t size() const { return texts_.size(); }
  std::vector<std::string> Take() {
    codes_.clear();
    return {std::make_move_iterator(texts_.begin()), std::make_move_iterator(texts_.end())};
  }

 private:
  std::deque<std::string> texts_;  // which stay where they are
  std::unordered_map<std::string_view, std::uint32_t> codes_;
};

}  // namespace weir::journey
