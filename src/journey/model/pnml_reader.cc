#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "journey/log/text_codes.h"
#include "journey/model/pnml.h"
#include "sources/bytes.h"
#include "sources/xml_stream.h"

namespace weir::journey {
namespace {

using sources::XmlAttributes;

constexpr std::string_view kTitle = "PNML";
constexpr std::string_view kInvisible = "$invisible$";
constexpr std::size_t kLongestText = 64U << 10U;

struct Node {
  bool is_place = false;
  std::uint32_t index = 0;
};

struct TextArc {
  std::string from;
  std::string to;
  std::uint64_t line = 0;
};

std::optional<std::uint32_t> Count(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, last - first + 1);
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count;
}

class PnmlHandler final : public sources::XmlHandler {
 public:
  explicit PnmlHandler(const PnmlLimits& limits) : limits_(limits) {}

  void Follow(const sources::XmlStream& stream) { stream_ = &stream; }

  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (open_.empty() && name != "pnml") RefuseHere(BadInput("the text is no PNML: its outermost element is {}", name));
    if (open_.size() == 1 && name == "net") ++nets_;
    open_.emplace_back(name);
    if (nets_ != 1 || open_.size() < 3) return;
    text_.clear();
    const std::string_view parent = Open(1);
    if (parent == "net" || parent == "page") {
      StartPart(name, attributes);
    } else if (parent == "transition" && name == "toolspecific") {
      is_silent_ = is_silent_ || attributes.Find("activity") == kInvisible;
    } else if (parent == "finalmarkings" && name == "marking") {
      ++markings_;
    } else if (parent == "marking" && name == "place") {
      marked_.assign(attributes.Find("idref"));
    } else if (parent == "arc" && name == "type") {
      CheckKind(attributes.Find("value"));
    }
  }

  void Text(std::string_view text) override {
    if (nets_ != 1 || open_.empty() || open_.back() != "text") return;
    text_ += text;
    if (text_.size() > kLongestText) RefuseHere(TooLarge("a name is longer than {} bytes", kLongestText));
  }

  void End(std::string_view name) override {
    if (nets_ == 1 && open_.size() > 3) {
      if (name == "text") EndText();
    }
    if (nets_ == 1 && name == "transition" && open_.size() > 2 && (Open(1) == "net" || Open(1) == "page")) {
      const bool is_silent = is_silent_ || name_.empty();
      net_.transitions.back().activity = is_silent ? kNoValue : activities_.Of(name_);
    }
    open_.pop_back();
  }

  Result<NamedNet> Done() {
    if (nets_ == 0) return Fail(BadInput("the PNML has no net").At(std::string(kTitle)));
    for (const TextArc& arc : arcs_) WEIR_TRY(Join(arc));
    for (Transition& transition : net_.transitions) {
      for (auto* places : {&transition.inputs, &transition.outputs}) {
        std::ranges::sort(*places);
        if (std::ranges::adjacent_find(*places) == places->end()) continue;
        return Fail(BadInput("a transition and a place have two arcs of one direction")
                        .At(std::string(kTitle))
                        .Mend("Weir reads nets whose arcs weigh 1"));
      }
    }
    net_.final.assign(net_.places, 0);
    if (markings_ == 0) {
      EndWhereNothingLeaves();
    } else {
      WEIR_TRY(Mark());
    }
    return NamedNet{.net = std::move(net_), .activity_names = activities_.Take()};
  }

 private:
  std::string_view Open(std::size_t above) const {
    return above < open_.size() ? std::string_view(open_[open_.size() - 1 - above]) : std::string_view();
  }

  void RefuseHere(Error error) { Refuse(std::move(error).At(std::string(kTitle), stream_->line())); }

  void StartPart(std::string_view name, const XmlAttributes& attributes) {
    if (name == "place") {
      if (!AddNode(attributes.Find("id"), {true, net_.places})) return;
      ++net_.places;
      net_.initial.push_back(0);
    } else if (name == "transition") {
      if (!AddNode(attributes.Find("id"), {false, static_cast<std::uint32_t>(net_.transitions.size())})) return;
      net_.transitions.emplace_back();
      is_silent_ = false;
      name_.clear();
    } else if (name == "arc") {
      if (arcs_.size() == limits_.arcs) return RefuseHere(TooLarge("the net has more than {} arcs", limits_.arcs));
      arcs_.push_back({.from = std::string(attributes.Find("source")),
                       .to = std::string(attributes.Find("target")),
                       .line = stream_->line()});
    } else if (name == "referencePlace" || name == "referenceTransition") {
      RefuseHere(BadInput("the net refers from one page to another by {}", name).Mend("Write it on one page"));
    }
  }

  bool AddNode(std::string_view id, Node node) {
    if (nodes_.size() == limits_.nodes) {
      RefuseHere(TooLarge("the net has more than {} places and transitions", limits_.nodes));
      return false;
    }
    if (nodes_.try_emplace(std::string(id), node).second) return true;
    RefuseHere(BadInput("two places or transitions have the id '{}'", id.substr(0, 100)));
    return false;
  }

  void CheckKind(std::string_view kind) {
    if (kind.empty() || kind == "normal") return;
    RefuseHere(BadInput("the net has an arc of the kind '{}'", kind.substr(0, 100))
                   .Mend("Weir reads nets whose arcs take or put one token"));
  }

  void EndText() {
    const std::string_view of = Open(1);
    const std::string_view owner = Open(2);
    if (of == "name" && owner == "transition") {
      name_ = text_;
    } else if (of == "initialMarking" && owner == "place" && net_.places > 0) {
      if (const auto tokens = Tokens()) net_.initial.back() = *tokens;
    } else if (of == "inscription" && owner == "arc") {
      if (Count(text_) == 1U) return;
      RefuseHere(BadInput("the net has an arc of the weight '{}'", std::string_view(text_).substr(0, 100))
                     .Mend("Weir reads nets whose arcs weigh 1"));
    } else if (of == "arctype" && owner == "arc") {
      CheckKind(text_);
    } else if (of == "place" && owner == "marking" && markings_ == 1) {
      if (const auto tokens = Tokens()) final_.push_back({.id = marked_, .tokens = *tokens});
    }
  }

  std::optional<std::uint32_t> Tokens() {
    const auto tokens = Count(text_);
    if (!tokens) RefuseHere(BadInput("not a number of tokens: '{}'", std::string_view(text_).substr(0, 100)));
    return tokens;
  }

  Status Join(const TextArc& arc) {
    const auto from = nodes_.find(arc.from);
    const auto to = nodes_.find(arc.to);
    if (from == nodes_.end() || to == nodes_.end()) {
      const std::string& missing = from == nodes_.end() ? arc.from : arc.to;
      return Fail(BadInput("an arc goes from or to '{}', which is not there", missing.substr(0, 100))
                      .At(std::string(kTitle), arc.line));
    }
    if (from->second.is_place == to->second.is_place) {
      return Fail(BadInput("an arc does not join a place and a transition").At(std::string(kTitle), arc.line));
    }
    if (from->second.is_place) {
      net_.transitions[to->second.index].inputs.push_back(from->second.index);
    } else {
      net_.transitions[from->second.index].outputs.push_back(to->second.index);
    }
    return {};
  }

  void EndWhereNothingLeaves() {
    std::ranges::fill(net_.final, 1U);
    for (const Transition& transition : net_.transitions) {
      for (const std::uint32_t place : transition.inputs) net_.final[place] = 0;
    }
  }

  Status Mark() {
    for (const FinalTokens& mark : final_) {
      const auto place = nodes_.find(mark.id);
      if (place == nodes_.end() || !place->second.is_place) {
        return Fail(BadInput("the net ends in the place '{}', which is not there", mark.id.substr(0, 100))
                        .At(std::string(kTitle)));
      }
      net_.final[place->second.index] = mark.tokens;
    }
    return {};
  }

  struct FinalTokens {
    std::string id;
    std::uint32_t tokens = 0;
  };

  PnmlLimits limits_;
  const sources::XmlStream* stream_ = nullptr;
  PetriNet net_;
  TextCodes activities_;
  std::unordered_map<std::string, Node> nodes_;
  std::vector<TextArc> arcs_;
  std::vector<FinalTokens> final_;
  std::vector<std::string> open_;  // elements, the outermost first
  std::string text_;
  std::string name_;
  std::string marked_;
  std::uint64_t nets_ = 0;
  std::uint64_t markings_ = 0;
  bool is_silent_ = false;
};

}  // namespace

Result<NamedNet> ReadPnml(std::string_view text, const PnmlLimits& limits) {
  if (text.size() > limits.bytes) return Fail(TooLarge("the PNML is larger than {} bytes", limits.bytes));
  PnmlHandler handler(limits);
  WEIR_TRY(sources::XmlStream stream,
           sources::XmlStream::Open(sources::BytesOf(text), handler, MakePhrase("the PNML"), std::string(kTitle)));
  handler.Follow(stream);
  WEIR_TRY(stream.ReadAll());
  return handler.Done();
}

}  // namespace weir::journey
