// Errors as values. Everything that input, data, environment or limits can cause is a Result<T>; a broken
// invariant is a Bug (thrown by WEIR_CHECK, caught at the request, the job and main).
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

// First declared here, so that a Result which nobody looks at fails the build: the library leaves that mark out.
namespace tl {
template <class T, class E>
class [[nodiscard]] expected;
}

#include <tl/expected.hpp>

#include "base/phrase.h"

namespace weir {

// The whole list of what can go wrong; one table (CodeInfo) gives HTTP status, exit status and name.
enum class Code : std::uint8_t {
  kBadUsage,
  kBadInput,
  kNotFound,
  kNotEnoughData,
  kConflict,
  kForbidden,
  kUnauthenticated,
  kTooLarge,
  kBusy,
  kCancelled,
  kUnavailable,
  kBug,
};

struct CodeInfo {
  std::string_view name;  // as in problem documents: "bad_input"
  int http_status;
  int exit_status;
  std::string_view title;  // short title of a problem document, a pattern of the catalogue

  Phrase Title() const { return {.text = std::string(title), .pattern = title}; }
};

const CodeInfo& InfoOf(Code code);

// Where in foreign input the error lies. Lines and columns count from 1; 0 means unknown.
struct Place {
  std::string file;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

// What happened, where, and how to mend it. The words are phrases: base/russian.h says them in Russian.
class [[nodiscard]] Error {
 public:
  Error(Code code, Phrase message) : code_(code), message_(std::move(message)) {}

  Error&& At(std::string file, std::uint64_t line = 0, std::uint64_t column = 0) &&;
  Error&& Field(std::string field) &&;
  Error&& Mend(Phrase hint) &&;
  template <typename... Args>
  Error&& Mend(fmt::format_string<Args...> format, Args&&... args) && {
    return std::move(*this).Mend(MakePhrase(format, std::forward<Args>(args)...));
  }

  Code code() const { return code_; }
  const std::string& message() const { return message_.text; }
  const Phrase& phrase() const { return message_; }
  const Place& place() const { return place_; }
  const std::string& field() const { return field_; }
  const std::string& hint() const { return hint_.text; }
  const Phrase& mend() const { return hint_; }

  // "deals.csv:12:3: not a date: '31.31.2024' (field close_date). Write 2024-12-31", in one phrase.
  Phrase Whole() const;
  // The same in English: for a log.
  std::string ToString() const { return Whole().text; }

 private:
  Code code_;
  Phrase message_;
  Place place_;
  std::string field_;
  Phrase hint_;
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

template <typename... Args>
Error MakeError(Code code, fmt::format_string<Args...> format, Args&&... args) {
  return {code, MakePhrase(format, std::forward<Args>(args)...)};
}

#define WEIR_ERROR_FACTORY(Name)                                          \
  template <typename... Args>                                             \
  Error Name(fmt::format_string<Args...> format, Args&&... args) {        \
    return MakeError(Code::k##Name, format, std::forward<Args>(args)...); \
  }
WEIR_ERROR_FACTORY(BadUsage)
WEIR_ERROR_FACTORY(BadInput)
WEIR_ERROR_FACTORY(NotFound)
WEIR_ERROR_FACTORY(NotEnoughData)
WEIR_ERROR_FACTORY(Conflict)
WEIR_ERROR_FACTORY(Forbidden)
WEIR_ERROR_FACTORY(Unauthenticated)
WEIR_ERROR_FACTORY(TooLarge)
WEIR_ERROR_FACTORY(Busy)
WEIR_ERROR_FACTORY(Cancelled)
WEIR_ERROR_FACTORY(Unavailable)
#undef WEIR_ERROR_FACTORY

inline tl::unexpected<Error> Fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

// A broken invariant of ours: never caused by input.
class Bug : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void ThrowBug(const char* file, int line, std::string_view claim);

}  // namespace weir

#define WEIR_CHECK(claim) ((claim) ? static_cast<void>(0) : ::weir::ThrowBug(__FILE__, __LINE__, #claim))

#define WEIR_JOIN_INNER(a, b) a##b
#define WEIR_JOIN(a, b) WEIR_JOIN_INNER(a, b)

// WEIR_TRY(expression) returns the error of a Status; WEIR_TRY(Type name, expression) also binds the value.
#define WEIR_TRY_1(expression)                                                \
  do {                                                                        \
    if (auto weir_status = (expression); !weir_status) {                      \
      return ::tl::unexpected<::weir::Error>(std::move(weir_status).error()); \
    }                                                                         \
  } while (false)
#define WEIR_TRY_2(declaration, expression)                                                       \
  auto WEIR_JOIN(weir_result_, __LINE__) = (expression);                                          \
  if (!WEIR_JOIN(weir_result_, __LINE__)) {                                                       \
    return ::tl::unexpected<::weir::Error>(std::move(WEIR_JOIN(weir_result_, __LINE__)).error()); \
  }                                                                                               \
  declaration = std::move(*WEIR_JOIN(weir_result_, __LINE__))
#define WEIR_TRY_PICK(a, b, name, ...) name
#define WEIR_TRY(...) WEIR_TRY_PICK(__VA_ARGS__, WEIR_TRY_2, WEIR_TRY_1, 0)(__VA_ARGS__)
