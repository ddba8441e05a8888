// Texts that outlive the buffer they were read from. Private to sources/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace weir::sources {

// Texts kept one after another; views stay valid as long as the store does.
class TextStore {
 public:
  std::string_view Keep(std::string_view text);
  // Forgets all texts but keeps some room for the next ones.
  void Clear();
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::vector<std::unique_ptr<char[]>> pages_;
  char* next_ = nullptr;
  std::size_t room_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace weir::sources
