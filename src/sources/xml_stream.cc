#include "sources/xml_stream.h"

#include <cstring>
#include <exception>
#include <new>

#include <expat.h>

namespace weir::sources {
namespace {

constexpr std::size_t kPiece = 1 << 16;
// A tag, a comment or the like, which expat holds whole. Texts of elements come in pieces and are not meant.
constexpr std::uint64_t kLongestTag = 4ULL << 20;
constexpr int kDeepest = 64;

std::string_view WithoutPrefix(const char* name) {
  const std::string_view whole(name);
  const std::size_t colon = whole.find(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

}  // namespace

std::string_view XmlAttributes::Find(std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (WithoutPrefix(pair[0]) == name) return pair[1];
  }
  return {};
}

struct XmlStream::State {
  State(std::unique_ptr<ByteSource> from, XmlHandler& to, Phrase named, std::string titled)
      : source(std::move(from)), handler(&to), what(std::move(named)), title(std::move(titled)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (parser != nullptr) XML_ParserFree(parser);
  }

  // Nothing may be thrown through expat, which is C: it is kept and thrown again once expat has returned.
  template <typename Call>
  void Guard(const Call& call) {
    if (thrown || handler->refusal()) return;
    try {
      call();
    } catch (...) {
      thrown = std::current_exception();
    }
    if (thrown || handler->refusal()) {
      XML_StopParser(parser, XML_FALSE);
    } else if (handler->TakePause()) {
      XML_StopParser(parser, XML_TRUE);
    }
  }

  static void XMLCALL OnStart(void* data, const XML_Char* name, const XML_Char** attributes) {
    auto* state = static_cast<State*>(data);
    if (++state->depth > kDeepest) {
      state->is_too_deep = true;
      XML_StopParser(state->parser, XML_FALSE);
      return;
    }
    state->Guard([&] { state->handler->Start(WithoutPrefix(name), XmlAttributes(attributes)); });
  }
  static void XMLCALL OnEnd(void* data, const XML_Char* name) {
    auto* state = static_cast<State*>(data);
    --state->depth;
    state->Guard([&] { state->handler->End(WithoutPrefix(name)); });
  }
  static void XMLCALL OnText(void* data, const XML_Char* text, int size) {
    auto* state = static_cast<State*>(data);
    state->Guard([&] { state->handler->Text({text, static_cast<std::size_t>(size)}); });
  }
  static void XMLCALL OnDoctype(void* data, const XML_Char* /*name*/, const XML_Char* /*system*/,
                                const XML_Char* /*public_id*/, int /*has_internal_subset*/) {
    auto* state = static_cast<State*>(data);
    state->has_doctype = true;
    XML_StopParser(state->parser, XML_FALSE);
  }

  Error Broken() {
    if (thrown) std::rethrow_exception(std::exchange(thrown, nullptr));
    if (handler->refusal()) return *handler->refusal();
    if (has_doctype) {
      return BadInput("{} declares a document type, which it does not need and which can be a trap", what)
          .At(title, XML_GetCurrentLineNumber(parser))
          .Mend("Export it again, or save it anew with the program that made it");
    }
    if (is_too_deep) {
      return BadInput("{} is nested too deeply", what).At(title).Mend("Check that it is the right file");
    }
    const char* reason = XML_ErrorString(XML_GetErrorCode(parser));
    return BadInput("{} is broken: {} in line {} of its XML", what, reason == nullptr ? "no reason is known" : reason,
                    XML_GetCurrentLineNumber(parser))
        .At(title)
        .Mend("Download or copy it again");
  }

  std::unique_ptr<ByteSource> source;
  XmlHandler* handler;
  Phrase what;
  std::string title;
  XML_Parser parser = nullptr;
  std::exception_ptr thrown;
  int depth = 0;
  std::uint64_t fed = 0;
  bool has_doctype = false;
  bool is_too_deep = false;
  bool is_last = false;
  bool is_paused = false;
  bool is_done = false;
};

XmlStream::XmlStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
XmlStream::XmlStream(XmlStream&&) noexcept = default;
XmlStream& XmlStream::operator=(XmlStream&&) noexcept = default;
XmlStream::~XmlStream() = default;

Result<XmlStream> XmlStream::Open(std::unique_ptr<ByteSource> source, XmlHandler& handler, Phrase what,
                                  std::string title) {
  auto state = std::make_unique<State>(std::move(source), handler, std::move(what), std::move(title));
  state->parser = XML_ParserCreate(nullptr);
  if (state->parser == nullptr) throw std::bad_alloc();
  XML_SetUserData(state->parser, state.get());
  XML_SetElementHandler(state->parser, State::OnStart, State::OnEnd);
  if (handler.ReadsText()) XML_SetCharacterDataHandler(state->parser, State::OnText);
  XML_SetStartDoctypeDeclHandler(state->parser, State::OnDoctype);
  return XmlStream(std::move(state));
}

Result<bool> XmlStream::Step() {
  State& state = *state_;
  if (state.is_done) return false;
  XML_Status status = XML_STATUS_OK;
  if (state.is_paused) {
    status = XML_ResumeParser(state.parser);
  } else {
    void* buffer = XML_GetBuffer(state.parser, static_cast<int>(kPiece));
    if (buffer == nullptr) throw std::bad_alloc();
    WEIR_TRY(const std::size_t got, state.source->Read({static_cast<char*>(buffer), kPiece}));
    state.is_last = got == 0;
    state.fed += got;
    status = XML_ParseBuffer(state.parser, static_cast<int>(got), state.is_last ? 1 : 0);
  }
  if (status == XML_STATUS_ERROR) {
    state.is_done = true;
    return Fail(state.Broken());
  }
  state.is_paused = status == XML_STATUS_SUSPENDED;
  if (state.is_paused) return true;
  state.is_done = state.is_last;
  // What expat has not read yet is the beginning of a tag whose end has not come.
  const auto at = XML_GetCurrentByteIndex(state.parser);
  if (!state.is_done && at >= 0 && state.fed > static_cast<std::uint64_t>(at) + kLongestTag) {
    state.is_done = true;
    return Fail(TooLarge("a tag of {} is longer than {} MiB", state.what, kLongestTag >> 20)
                    .At(state.title)
                    .Mend("Check that it is the right file"));
  }
  return !state.is_done;
}

Status XmlStream::ReadAll() {
  while (true) {
    WEIR_TRY(const bool goes_on, Step());
    if (!goes_on) return {};
  }
}

std::uint64_t XmlStream::line() const { return XML_GetCurrentLineNumber(state_->parser); }
std::uint64_t XmlStream::bytes_read() const { return state_->source->bytes_read(); }
std::uint64_t XmlStream::bytes_total() const { return state_->source->bytes_total(); }

}  // namespace weir::sources
