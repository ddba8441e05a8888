#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include <expat.h>

#include "journey/model/pnml.h"

namespace weir::journey {
namespace {

constexpr std::size_t kDeepest = 64;
constexpr std::size_t kLongestText = 65'536;
constexpr std::size_t kPiece = 1U << 20U;

std::string_view WithoutSpace(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

std::string_view WithoutPrefix(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// The net as it is read; arcs are joined when all is there, for they may stand before what they join.
class Reader {
 public:
  explicit Reader(const PnmlLimits& limits) : limits_(&limits), parser_(XML_ParserCreate(nullptr), XML_ParserFree) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), OnStart, OnEnd);
    XML_SetCharacterDataHandler(parser_.get(), OnText);
    XML_SetStartDoctypeDeclHandler(parser_.get(), OnDoctype);
  }

  Result<NamedNet> Read(std::string_view text) {
    if (text.size() > limits_->bytes) return Fail(TooLarge("the PNML has more than {} bytes", limits_->bytes));
    do {
      const std::size_t size = std::min(text.size(), kPiece);
      const bool is_last = size == text.size();
      if (XML_Parse(parser_.get(), text.data(), static_cast<int>(size), is_last ? 1 : 0) != XML_STATUS_OK) {
        if (error_) return Fail(std::move(*error_));
        return Fail(Here(BadInput("not well-formed XML: {}", XML_ErrorString(XML_GetErrorCode(parser_.get())))));
      }
      text.remove_prefix(size);
    } while (!text.empty());
    if (!has_net_) return Fail(BadInput("there is no net in the PNML"));
    return Finish();
  }

 private:
  struct Node {
    bool is_place = true;
    std::uint32_t number = 0;
  };
  struct Link {
    std::string source;
    std::string target;
    std::uint64_t line = 0;
  };

  static void XMLCALL OnStart(void* self, const XML_Char* name, const XML_Char** attributes) {
    static_cast<Reader*>(self)->Start(WithoutPrefix(name), attributes);
  }
  static void XMLCALL OnEnd(void* self, const XML_Char* name) { static_cast<Reader*>(self)->End(WithoutPrefix(name)); }
  static void XMLCALL OnText(void* self, const XML_Char* text, int size) {
    static_cast<Reader*>(self)->Text({text, static_cast<std::size_t>(size)});
  }
  static void XMLCALL OnDoctype(void* self, const XML_Char* /*name*/, const XML_Char* /*system*/,
                                const XML_Char* /*public_id*/, int /*has_subset*/) {
    auto* reader = static_cast<Reader*>(self);
    reader->Refuse(BadInput("a PNML with a document type is not read"));
  }

  Error Here(Error error) const {
    return std::move(error).At("", XML_GetCurrentLineNumber(parser_.get()),
                               XML_GetCurrentColumnNumber(parser_.get()) + 1);
  }
  void Refuse(Error error) {
    if (!error_) error_ = Here(std::move(error));
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  static std::string_view Attribute(const XML_Char** attributes, std::string_view name) {
    for (; *attributes != nullptr; attributes += 2) {
      if (WithoutPrefix(attributes[0]) == name) return attributes[1];
    }
    return {};
  }

  std::string_view Parent() const { return path_.size() < 2 ? std::string_view() : path_[path_.size() - 2]; }
  bool IsWithin(std::string_view name) const { return std::ranges::find(path_, name) != path_.end(); }

  void Start(std::string_view name, const XML_Char** attributes) {
    if (error_) return;
    if (path_.size() >= kDeepest) return Refuse(BadInput("elements are nested more than {} deep", kDeepest));
    path_.emplace_back(name);
    text_.clear();
    if (name == "net") ++nets_;
    if (nets_ != 1 || !IsWithin("net")) return;
    has_net_ = true;
    const bool is_node = Parent() == "net" || Parent() == "page";
    if (IsWithin("finalmarkings")) {
      if (name == "place") final_place_ = Attribute(attributes, "idref");
      if (name == "marking") ++markings_;
    } else if (is_node && name == "place") {
      Add(Attribute(attributes, "id"), true);
    } else if (is_node && name == "transition") {
      Add(Attribute(attributes, "id"), false);
    } else if (is_node && name == "arc") {
      AddArc(attributes);
    } else if (name == "toolspecific" && Parent() == "transition") {
      is_silent_ |= Attribute(attributes, "activity") == "$invisible$";
    }
  }

  void Add(std::string_view id, bool is_place) {
    if (nodes_.size() >= limits_->nodes) return Refuse(TooLarge("the net has more than {} nodes", limits_->nodes));
    if (id.empty()) return Refuse(BadInput("a place or transition has no id"));
    const std::size_t number = is_place ? net_.net.initial.size() : net_.net.transitions.size();
    const auto [at, is_new] = nodes_.try_emplace(std::string(id), Node{is_place, static_cast<std::uint32_t>(number)});
    if (!is_new) return Refuse(BadInput("the id '{}' stands twice", id));
    if (is_place) {
      net_.net.initial.push_back(0);
      return;
    }
    net_.net.transitions.emplace_back();
    label_.clear();
    is_silent_ = false;
  }

  void AddArc(const XML_Char** attributes) {
    if (links_.size() >= limits_->arcs) return Refuse(TooLarge("the net has more than {} arcs", limits_->arcs));
    links_.push_back({std::string(Attribute(attributes, "source")), std::string(Attribute(attributes, "target")),
                      XML_GetCurrentLineNumber(parser_.get())});
  }

  void Text(std::string_view text) {
    if (error_ || path_.empty() || path_.back() != "text") return;
    if (text_.size() + text.size() > kLongestText) {
      return Refuse(TooLarge("a text is longer than {} bytes", kLongestText));
    }
    text_ += text;
  }

  void End(std::string_view name) {
    if (error_) return;
    if (nets_ == 1 && IsWithin("net")) {
      if (name == "text") TakeText(WithoutSpace(text_));
      if (name == "transition" && (Parent() == "net" || Parent() == "page")) EndTransition();
    }
    path_.pop_back();
    text_.clear();
  }

  void TakeText(std::string_view text) {
    const std::string_view grand = path_.size() < 3 ? std::string_view() : path_[path_.size() - 3];
    if (Parent() == "name" && grand == "transition") {
      label_ = text;
    } else if (Parent() == "initialMarking" && grand == "place") {
      if (const auto tokens = Tokens(text); tokens && !net_.net.initial.empty()) net_.net.initial.back() = *tokens;
    } else if (Parent() == "inscription" && grand == "arc") {
      if (text != "1") Refuse(BadInput("an arc has the weight '{}': only 1 is known", text));
    } else if (Parent() == "place" && IsWithin("finalmarkings") && markings_ == 1) {
      if (const auto tokens = Tokens(text)) final_.emplace_back(final_place_, *tokens);
    }
  }

  std::optional<std::uint32_t> Tokens(std::string_view text) {
    std::uint32_t tokens = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tokens);
    if (error == std::errc() && end == text.data() + text.size()) return tokens;
    Refuse(BadInput("not a number of tokens: '{}'", text));
    return std::nullopt;
  }

  void EndTransition() {
    if (is_silent_ || label_.empty()) return;
    const auto [at, is_new] = activities_.try_emplace(label_, static_cast<ActivityId>(net_.activity_names.size()));
    if (is_new) net_.activity_names.push_back(label_);
    net_.net.transitions.back().activity = at->second;
  }

  Result<NamedNet> Finish() {
    PetriNet& net = net_.net;
    net.places = static_cast<std::uint32_t>(net.initial.size());
    for (const Link& link : links_) WEIR_TRY(Connect(link));
    std::vector<bool> is_left(net.places, false);
    for (Transition& transition : net.transitions) {
      for (auto* side : {&transition.inputs, &transition.outputs}) {
        std::ranges::sort(*side);
        if (std::ranges::adjacent_find(*side) != side->end()) return Fail(BadInput("an arc of the net stands twice"));
      }
      for (const std::uint32_t place : transition.inputs) is_left[place] = true;
    }
    net.final.assign(net.places, 0);
    for (const auto& [id, tokens] : final_) {
      const auto node = nodes_.find(id);
      if (node == nodes_.end() || !node->second.is_place) {
        return Fail(BadInput("a final marking names the place '{}', which is not there", id));
      }
      net.final[node->second.number] = tokens;
    }
    if (final_.empty()) {
      for (std::uint32_t place = 0; place < net.places; ++place) net.final[place] = is_left[place] ? 0 : 1;
    }
    return std::move(net_);
  }

  Status Connect(const Link& link) {
    const auto source = nodes_.find(link.source);
    const auto target = nodes_.find(link.target);
    if (source == nodes_.end() || target == nodes_.end()) {
      return Fail(BadInput("an arc joins '{}' and '{}', of which one is not there", link.source, link.target)
                      .At("", link.line));
    }
    if (source->second.is_place == target->second.is_place) {
      return Fail(
          BadInput("an arc joins '{}' and '{}', which are of one kind", link.source, link.target).At("", link.line));
    }
    if (source->second.is_place) {
      net_.net.transitions[target->second.number].inputs.push_back(source->second.number);
    } else {
      net_.net.transitions[source->second.number].outputs.push_back(target->second.number);
    }
    return {};
  }

  const PnmlLimits* limits_;
  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
  NamedNet net_;
  std::unordered_map<std::string, Node> nodes_;
  std::unordered_map<std::string, ActivityId> activities_;
  std::vector<Link> links_;
  std::vector<std::pair<std::string, std::uint32_t>> final_;
  std::vector<std::string> path_;
  std::string text_;
  std::string label_;
  std::string final_place_;
  bool is_silent_ = false;
  bool has_net_ = false;
  std::uint32_t nets_ = 0;
  std::uint32_t markings_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<NamedNet> ReadPnml(std::string_view text, const PnmlLimits& limits) { return Reader(limits).Read(text); }

}  // namespace weir::journey
