// Numbers texts: equal ones have one number. Numbers are given in the order of first sight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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
  // Bring to the cache where a text stands, and, some time later, the text.
  void AskForPlace(std::size_t number) const { __builtin_prefetch(&ends_[number]); }
  void AskFor(std::size_t number) const { __builtin_prefetch(bytes_.data() + (number == 0 ? 0 : ends_[number - 1])); }
  void Reserve(std::size_t texts, std::size_t bytes) {
    bytes_.reserve(bytes);
    ends_.reserve(texts);
  }
  void Add(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(bytes_.size());
  }

 private:
  std::string bytes_;
  std::vector<std::uint64_t> ends_;
};

// Finds texts by what they say. They stand elsewhere, and are given with each call. 16 to 64 bytes a text.
class TextSlots {
 public:
  TextSlots() = default;
  explicit TextSlots(const Texts& texts);  // all different

  // The number of the text, which is added to the others if it is new. O(bytes).
  std::uint32_t NumberOf(std::string_view text, Texts& texts) { return NumberOf(text, HashOf(text), texts); }
  // The same of some texts at once, one after the other: memory is asked for ahead.
  void NumbersOf(std::span<const std::string> of, std::span<std::uint32_t> numbers, Texts& texts);
  // Room for so many.
  void Reserve(std::size_t texts);
  // UINT32_MAX where it is none of them.
  std::uint32_t Find(std::string_view text, const Texts& texts) const;

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = UINT32_MAX;
  };
  static std::uint32_t HashOf(std::string_view text);
  std::uint32_t NumberOf(std::string_view text, std::uint32_t hash, Texts& texts);
  void Grow(std::size_t size);

  std::vector<Slot> slots_ = std::vector<Slot>(64);
};

class Dictionary {
 public:
  // The number of the text, which is taken in if it is new. O(bytes).
  std::uint32_t NumberOf(std::string_view text) { return slots_.NumberOf(text, texts_); }
  void NumbersOf(std::span<const std::string> of, std::span<std::uint32_t> numbers) {
    slots_.NumbersOf(of, numbers, texts_);
  }
  void Reserve(std::size_t texts, std::size_t bytes) {
    slots_.Reserve(texts);
    texts_.Reserve(texts, bytes);
  }
  // UINT32_MAX where it was never taken in.
  std::uint32_t Find(std::string_view text) const { return slots_.Find(text, texts_); }

  std::size_t size() const { return texts_.size(); }
  const Texts& texts() const { return texts_; }
  Texts TakeTexts() && { return std::move(texts_); }

 private:
  Texts texts_;
  TextSlots slots_;
};

}  // namespace weir::identity
