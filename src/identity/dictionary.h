// Numbers texts: equal ones have one number. Numbers are given in the order of first sight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

// Texts by number, one after the other.
class Texts {
 public:
  std::size_t size() const { return ends_.size(); }
  std::string_view At(std::size_t number) const {
    const std::uint64_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(bytes_).substr(begin, ends_[number] - begin);
  }
  void Add(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(bytes_.size());
  }

 private:
  std::string bytes_;
  std::vector<std::uint64_t> ends_;
};

class Dictionary {
 public:
  // The number of the text, which is taken in if it is new. O(bytes).
  std::uint32_t NumberOf(std::string_view text);
  // UINT32_MAX where it was never taken in.
  std::uint32_t Find(std::string_view text) const;

  std::size_t size() const { return texts_.size(); }
  const Texts& texts() const { return texts_; }
  Texts TakeTexts() && { return std::move(texts_); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = UINT32_MAX;
  };
  void Grow();

  Texts texts_;
  std::vector<Slot> slots_ = std::vector<Slot>(64);
};

}  // namespace weir::identity
