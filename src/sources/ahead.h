// Makes things some ahead of whoever takes them, on a thread of its own, in their order. Private to sources/.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace weir::sources {

// Memory: kAhead items and the one that was taken. They are used in a ring, so that what they hold in buffers is
// used again.
template <typename Item>
class Ahead {
 public:
  static constexpr std::size_t kAhead = 3;

  // Makes the next item in one that was given back; false: it is the last. What it throws is thrown by Next().
  using Make = std::function<bool(Item&)>;

  // Null where the system has no thread to give.
  static std::unique_ptr<Ahead> Start(Make make) {
    auto ahead = std::unique_ptr<Ahead>(new Ahead(std::move(make)));
    try {
      ahead->maker_ = std::thread([self = ahead.get()] { self->Run(); });
    } catch (const std::system_error&) {
      return nullptr;
    }
    return ahead;
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;
  ~Ahead() {
    if (!maker_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      is_given_up_ = true;
    }
    changed_.notify_all();
    maker_.join();
  }

  // Waits for the next item and gives back the one before. Whoever asks again after the last gets the last.
  Item& Next() {
    std::unique_lock lock(mutex_);
    const bool stays = is_over_ && taken_ == made_;
    if (!stays) {
      ++taken_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return taken_ <= made_; });
    }
    if (thrown_ && taken_ == made_) std::rethrow_exception(thrown_);
    return ring_[(taken_ - 1) % ring_.size()];
  }

 private:
  explicit Ahead(Make make) : make_(std::move(make)) {}

  void Run() {
    std::unique_lock lock(mutex_);
    while (!is_over_) {
      // The item that is taken, or waited for, is the one of number `taken_`.
      changed_.wait(lock, [this] { return is_given_up_ || made_ < taken_ + kAhead; });
      if (is_given_up_) return;
      Item& item = ring_[made_ % ring_.size()];
      lock.unlock();
      bool has_more = false;
      std::exception_ptr thrown;
      try {
        has_more = make_(item);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      thrown_ = thrown;
      ++made_;
      is_over_ = !has_more;
      changed_.notify_all();
    }
  }

  Make make_;
  std::array<Item, kAhead + 1> ring_;
  std::thread maker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t made_ = 0;
  std::size_t taken_ = 0;      // the last of them is in use
  std::exception_ptr thrown_;  // by the last
  bool is_over_ = false;
  bool is_given_up_ = false;
};

}  // namespace weir::sources
