#include "server/live.h"

#include <algorithm>

namespace weir::server {

std::string FormatEvent(std::string_view event, std::string_view data) {
  std::string text = "event: ";
  text.append(event).append("\n");
  for (;;) {
    const std::size_t end = std::min(data.find('\n'), data.size());
    text.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == data.size()) break;
    data.remove_prefix(end + 1);
  }
  text += '\n';
  return text;
}

std::vector<std::string> LiveHub::Subscription::Take() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> texts;
  texts.reserve(events_.size());
  for (Event& event : events_) texts.push_back(std::move(event.text));
  events_.clear();
  return texts;
}

bool LiveHub::Subscription::has_overflown() const {
  const std::lock_guard lock(mutex_);
  return has_overflown_;
}

bool LiveHub::Subscription::Hears(const Audience& audience) const {
  return audience.is_everyone || audience.user == listener_.user || (audience.has_importers && listener_.may_import);
}

void LiveHub::Subscription::Push(const std::string& topic, const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(events_, [&](const Event& waiting) { return waiting.topic == topic; });
    has_overflown_ = has_overflown_ || events_.size() >= kQueue;
    if (!has_overflown_) events_.push_back({topic, text});
  }
  wake_();
}

std::shared_ptr<LiveHub::Subscription> LiveHub::Subscribe(Listener listener, std::function<void()> wake) {
  auto subscription = std::make_shared<Subscription>(std::move(listener), std::move(wake));
  const std::lock_guard lock(mutex_);
  std::erase_if(subscriptions_, [](const auto& one) { return one.expired(); });
  subscriptions_.push_back(subscription);
  return subscription;
}

void LiveHub::Publish(std::string_view event, std::string_view data, const std::string& topic,
                      const Audience& audience) {
  const std::string text = FormatEvent(event, data);
  std::vector<std::shared_ptr<Subscription>> alive;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& weak : subscriptions_) {
      if (auto one = weak.lock(); one && one->Hears(audience)) alive.push_back(std::move(one));
    }
  }
  for (const auto& one : alive) one->Push(topic, text);
}

std::size_t LiveHub::listeners() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(subscriptions_, [](const auto& one) { return !one.expired(); }));
}

}  // namespace weir::server
