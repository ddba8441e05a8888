// XML piece by piece, by expat, in memory that does not grow with the text. A document type is refused, so that there
// are no entities to expand and nothing outside to fetch. For sources/ and buckets/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "sources/bytes.h"

namespace weir::sources {

// The attributes of an element; views live until its handler returns. Names are without their prefixes.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  // Empty where there is none of this name.
  std::string_view Find(std::string_view name) const;
  // Calls `take(name, value)` for each.
  template <typename Take>
  void ForEach(const Take& take) const {
    for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) take(WithoutPrefix(pair[0]), pair[1]);
  }

 private:
  // One walk over a name, which is short: the end and the colon are looked for together.
  static std::string_view WithoutPrefix(const char* name) {
    const char* begin = name;
    const char* end = name;
    for (; *end != '\0'; ++end) {
      if (*end == ':' && begin == name) begin = end + 1;
    }
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  const char* const* pairs_;  // name and value in turn, then null
};

// What is done with the text. Names of elements are without their prefixes; text may come in several pieces.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void Start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void End(std::string_view name) = 0;
  virtual void Text(std::string_view text) = 0;
  // Whether Text is called at all: the blanks between elements are most of some files. Asked once, before the start.
  virtual bool ReadsText() const { return true; }
  const std::optional<Error>& refusal() const { return refusal_; }
  // Whether the reading is to stop here until the next step; asked once.
  bool TakePause() { return std::exchange(wants_pause_, false); }

 protected:
  // The reading ends with this error.
  void Refuse(Error error) {
    if (!refusal_) refusal_ = std::move(error);
  }
  // The step ends after this element, in the middle of the piece if need be.
  void Pause() { wants_pause_ = true; }

 private:
  std::optional<Error> refusal_;
  bool wants_pause_ = false;
};

class XmlStream {
 public:
  // `what` names the text in messages ("the sheet"); the handler must outlive the stream.
  static Result<XmlStream> Open(std::unique_ptr<ByteSource> source, XmlHandler& handler, Phrase what,
                                std::string title);
  XmlStream(XmlStream&&) noexcept;
  XmlStream& operator=(XmlStream&&) noexcept;
  ~XmlStream();

  // Reads the next piece, or what is left of it after a pause; false once the text has ended.
  Result<bool> Step();
  // All that is left.
  Status ReadAll();

  // The line at which the handler is called.
  std::uint64_t line() const;
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const;

 private:
  struct State;
  explicit XmlStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::sources
