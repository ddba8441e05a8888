// Passes events to everyone who listens to /api/v1/live. A listener that does not keep up loses old news of the same
// thing first, and is let go when even that does not help. Safe from any thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::server {

// Who hears an event. Jobs are told to whoever asked for them, and imports to all who may import.
struct Audience {
  bool is_everyone = true;
  std::string user = {};
  bool has_importers = false;
};

struct Listener {
  std::string user = {};
  bool may_import = true;
};

class LiveHub {
 public:
  // One listener's queue.
  class Subscription {
   public:
    Subscription(Listener listener, std::function<void()> wake)
        : listener_(std::move(listener)), wake_(std::move(wake)) {}
    bool Hears(const Audience& audience) const;
    void Push(const std::string& topic, const std::string& text);
    // Everything that came since the last call, each as it goes over the wire.
    std::vector<std::string> Take();
    // Too much came and nothing was taken: the listener should connect again.
    bool has_overflown() const;

   private:
    struct Event {
      std::string topic;
      std::string text;
    };
    mutable std::mutex mutex_;
    std::deque<Event> events_;
    bool has_overflown_ = false;
    const Listener listener_;
    const std::function<void()> wake_;
  };

  static constexpr std::size_t kQueue = 256;

  // `wake` is called from any thread when there is something to take. The subscription ends with its last pointer.
  std::shared_ptr<Subscription> Subscribe(Listener listener, std::function<void()> wake);
  // `topic` names what the event tells about: an event that still waits gives way to a newer one of its topic.
  void Publish(std::string_view event, std::string_view data, const std::string& topic, const Audience& audience = {});
  std::size_t listeners() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<Subscription>> subscriptions_;
};

// "event: NAME\ndata: ...\n\n"; each line of the data on a line of its own, as the form asks.
std::string FormatEvent(std::string_view event, std::string_view data);

}  // namespace weir::server
