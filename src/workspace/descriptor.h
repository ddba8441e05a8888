// An open file descriptor that is closed at the end of its life.
#pragma once

#include <utility>

#include <unistd.h>

namespace weir::workspace {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { Close(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  void Close() {
    if (is_open()) ::close(number_);
  }

  int number_ = -1;
};

}  // namespace weir::workspace
