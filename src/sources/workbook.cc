#include "sources/workbook.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>

namespace weir::sources {
namespace {

constexpr std::size_t kMostSheets = 10'000;
constexpr std::size_t kMostStyles = 1 << 17;          // Excel keeps 65,490
constexpr std::uint64_t kMostPartBytes = 1ULL << 30;  // of a part that is held: relations, styles, the list of sheets
constexpr std::uint64_t kMostWorkbookBytes = 4ULL << 30;
constexpr std::uint64_t kSharedTextBytes = 1ULL << 30;  // with kSharedTextCost for each
constexpr std::uint64_t kSharedTextCost = 24;
constexpr std::size_t kLongestText = 1 << 20;  // Excel keeps 32,767 characters

bool IsTrue(std::string_view text) { return text == "1" || text == "true" || text == "on"; }

// The member of the zip that a relation means: its target is relative to the folder of the part that names it. It is
// only a name within the zip, whatever it says.
std::string Resolve(std::string_view folder, std::string_view target) {
  std::vector<std::string_view> steps;
  const auto add = [&](std::string_view path) {
    while (!path.empty()) {
      const std::size_t end = std::min(path.find('/'), path.size());
      const std::string_view step = path.substr(0, end);
      path.remove_prefix(std::min(end + 1, path.size()));
      if (step == ".." && !steps.empty()) steps.pop_back();
      if (!step.empty() && step != "." && step != "..") steps.push_back(step);
    }
  };
  if (!target.starts_with('/')) add(folder);
  add(target);
  std::string resolved;
  for (const std::string_view step : steps) resolved.append(resolved.empty() ? "" : "/").append(step);
  return resolved;
}

struct Relation {
  std::string type;  // the last word of its address: "worksheet", "styles"
  std::string target;
  bool is_external = false;
};

class RelationReader final : public XmlHandler {
 public:
  std::map<std::string, Relation, std::less<>> relations;  // by id

  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship" || relations.size() >= kMostSheets) return;
    const std::string_view type = attributes.Find("Type");
    relations.insert_or_assign(std::string(attributes.Find("Id")),
                               Relation{.type = std::string(type.substr(type.rfind('/') + 1)),
                                        .target = std::string(attributes.Find("Target")),
                                        .is_external = attributes.Find("TargetMode") == "External"});
  }
  void End(std::string_view /*name*/) override {}
  void Text(std::string_view /*text*/) override {}

  const Relation* OfType(std::string_view type) const {
    const auto found = std::ranges::find_if(relations, [&](const auto& entry) { return entry.second.type == type; });
    return found == relations.end() ? nullptr : &found->second;
  }
};

class SheetListReader final : public XmlHandler {
 public:
  struct Entry {
    std::string name;
    std::string relation;
    bool is_hidden = false;
  };
  std::vector<Entry> entries;
  bool is_1904 = false;

  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") is_1904 = IsTrue(attributes.Find("date1904"));
    if (name != "sheet" || entries.size() >= kMostSheets) return;
    const std::string_view state = attributes.Find("state");
    entries.push_back({.name = std::string(attributes.Find("name")),
                       .relation = std::string(attributes.Find("id")),
                       .is_hidden = state == "hidden" || state == "veryHidden"});
  }
  void End(std::string_view /*name*/) override {}
  void Text(std::string_view /*text*/) override {}
};

class StyleReader final : public XmlHandler {
 public:
  std::vector<CellStyle> styles;

  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "numFmt" && codes_.size() < kMostStyles) {
      codes_[NumberIn(attributes.Find("numFmtId"))] = StyleOfCode(attributes.Find("formatCode"));
    }
    if (name == "cellXfs") is_in_cells_ = true;
    if (name != "xf" || !is_in_cells_ || styles.size() >= kMostStyles) return;
    const int number = NumberIn(attributes.Find("numFmtId"));
    const auto own = codes_.find(number);
    styles.push_back(own == codes_.end() ? StyleOfBuiltIn(number) : own->second);
  }
  void End(std::string_view name) override {
    if (name == "cellXfs") is_in_cells_ = false;
  }
  void Text(std::string_view /*text*/) override {}

 private:
  static int NumberIn(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }

  std::map<int, CellStyle> codes_;
  bool is_in_cells_ = false;
};

std::string FolderOf(const std::string& part) {
  const std::size_t slash = part.rfind('/');
  return slash == std::string::npos ? "" : part.substr(0, slash);
}

std::string RelationsOf(const std::string& part) {
  const std::string folder = FolderOf(part);
  const std::string name = folder.empty() ? part : part.substr(folder.size() + 1);
  return (folder.empty() ? "" : folder + "/") + "_rels/" + name + ".rels";
}

bool HasMember(const std::vector<ZipMember>& members, std::string_view name) {
  return std::ranges::any_of(members, [&](const ZipMember& member) { return member.name == name; });
}

}  // namespace

// Reads <si> after <si>: plain text, or runs of rich text; what says how to pronounce it is left out.
class Workbook::SharedTexts final : public XmlHandler {
 public:
  SharedTexts(std::uint64_t most_bytes, std::string title) : most_bytes_(most_bytes), title_(std::move(title)) {}

  Status Open(std::unique_ptr<ByteSource> source) {
    WEIR_TRY(XmlStream stream,
             XmlStream::Open(std::move(source), *this, MakePhrase("the list of shared texts"), title_));
    stream_.emplace(std::move(stream));
    return {};
  }

  Result<std::string_view> At(std::uint64_t number) {
    while (number >= texts_.size() && goes_on_) {
      WEIR_TRY(goes_on_, stream_->Step());
    }
    if (number < texts_.size()) return texts_[number];
    return Fail(
        BadInput("the workbook is broken: a cell names the shared text {}, and there are {}", number, texts_.size())
            .At(title_)
            .Mend("Save it anew with the program that made it"));
  }

  void Start(std::string_view name, const XmlAttributes& /*attributes*/) override {
    if (name == "si") text_.clear();
    if (name == "rPh") is_phonetic_ = true;
    if (name == "t") is_text_ = !is_phonetic_;
  }
  void End(std::string_view name) override {
    if (name == "t") is_text_ = false;
    if (name == "rPh") is_phonetic_ = false;
    if (name != "si") return;
    text_ = WithoutEscapes(std::move(text_));
    texts_.push_back(store_.Keep(text_));
    if (store_.bytes() + texts_.size() * kSharedTextCost > most_bytes_) {
      Refuse(TooLarge("the texts of the workbook take more than {} MiB", most_bytes_ >> 20)
                 .At(title_)
                 .Mend("Save the sheet as CSV (UTF-8) and import that"));
    }
  }
  void Text(std::string_view text) override {
    if (!is_text_) return;
    if (text_.size() + text.size() > kLongestText) {
      Refuse(TooLarge("a text of the workbook is longer than {} MiB", kLongestText >> 20)
                 .At(title_)
                 .Mend("Check that it is the right file"));
      return;
    }
    text_ += text;
  }

 private:
  std::uint64_t most_bytes_;
  std::string title_;
  std::optional<XmlStream> stream_;
  bool goes_on_ = true;
  bool is_text_ = false;
  bool is_phonetic_ = false;
  std::string text_;
  TextStore store_;
  std::vector<std::string_view> texts_;
};

Workbook::Workbook(PlainFile file, const ReadLimits& limits, std::string title)
    : file_(std::move(file)), limits_(limits), title_(std::move(title)) {}
Workbook::~Workbook() = default;

Result<std::unique_ptr<ByteSource>> Workbook::OpenPart(const std::string& part, const std::string& title) const {
  return OpenZipPart(file_.descriptor(), part, limits_, title);
}

Status Workbook::ReadPart(const std::string& part, XmlHandler& handler) const {
  ReadLimits limits = limits_;
  limits.unpacked_bytes = std::min(limits.unpacked_bytes, kMostPartBytes);
  WEIR_TRY(auto source, OpenZipPart(file_.descriptor(), part, limits, title_));
  WEIR_TRY(XmlStream stream, XmlStream::Open(std::move(source), handler, MakePhrase("the workbook"), title_));
  return stream.ReadAll();
}

Result<std::unique_ptr<Workbook>> Workbook::Open(const FileInput& file, const ReadLimits& limits) {
  FileInput whole = file;
  whole.sheet.clear();
  ReadLimits packed = limits;  // of a workbook that is itself packed, which is unpacked to the disk
  packed.unpacked_bytes = std::min(limits.unpacked_bytes, kMostWorkbookBytes);
  WEIR_TRY(PlainFile plain, PlainFile::Open(whole, packed));
  auto workbook = std::unique_ptr<Workbook>(new Workbook(std::move(plain), limits, whole.Title()));
  WEIR_TRY(workbook->ReadParts());
  return workbook;
}

Status Workbook::ReadParts() {
  RelationReader root;
  WEIR_TRY(ReadPart("_rels/.rels", root));
  const Relation* main = root.OfType("officeDocument");
  const std::string part = main == nullptr ? "xl/workbook.xml" : Resolve("", main->target);
  SheetListReader list;
  WEIR_TRY(ReadPart(part, list));
  is_1904_ = list.is_1904;
  RelationReader relations;
  WEIR_TRY(ReadPart(RelationsOf(part), relations));
  const std::string folder = FolderOf(part);
  for (SheetListReader::Entry& entry : list.entries) {
    const auto found = relations.relations.find(entry.relation);
    const bool is_table =
        found != relations.relations.end() && found->second.type == "worksheet" && !found->second.is_external;
    sheets_.push_back({.name = std::move(entry.name),
                       .part = is_table ? Resolve(folder, found->second.target) : "",
                       .is_hidden = entry.is_hidden});
  }
  if (const Relation* shared = relations.OfType("sharedStrings")) shared_part_ = Resolve(folder, shared->target);
  if (const Relation* styles = relations.OfType("styles")) {
    StyleReader reader;
    WEIR_TRY(ReadPart(Resolve(folder, styles->target), reader));
    styles_ = std::move(reader.styles);
  }
  return {};
}

Result<std::string_view> Workbook::SharedText(std::uint64_t number) {
  if (shared_ == nullptr) {
    if (shared_part_.empty()) {
      return Fail(BadInput("the workbook is broken: its cells name shared texts, and it holds none")
                      .At(title_)
                      .Mend("Save it anew with the program that made it"));
    }
    auto shared = std::make_unique<SharedTexts>(std::min(limits_.unpacked_bytes, kSharedTextBytes), title_);
    WEIR_TRY(auto source, OpenPart(shared_part_, title_));
    WEIR_TRY(shared->Open(std::move(source)));
    shared_ = std::move(shared);
  }
  return shared_->At(number);
}

bool IsWorkbook(const std::vector<ZipMember>& members) {
  return HasMember(members, "[Content_Types].xml") &&
         std::ranges::any_of(members, [](const ZipMember& m) { return m.name.starts_with("xl/"); });
}

std::optional<Error> ObjectionToZip(const std::vector<ZipMember>& members) {
  if (HasMember(members, "xl/workbook.bin")) {
    return BadInput("this is a binary Excel workbook (.xlsb)").Mend("Save it as .xlsx, or each sheet as CSV (UTF-8)");
  }
  const bool is_open_document = HasMember(members, "content.xml") && HasMember(members, "mimetype");
  if (is_open_document) {
    return BadInput("this is an OpenDocument file").Mend("Save it as .xlsx, or each sheet as CSV (UTF-8)");
  }
  return std::nullopt;
}

Error ObjectionToOldDocument(const FileInput& file) {
  // Excel puts a workbook with a password into an old document, as a stream of this name in UTF-16.
  constexpr std::string_view kName = "EncryptedPackage";
  std::string wanted;
  for (const char c : kName) wanted += std::string{c, '\0'};
  constexpr std::size_t kPiece = 1 << 20;
  constexpr std::uint64_t kSearched = 1ULL << 28;
  std::string window;
  auto source = OpenBytes(file, {});
  for (std::uint64_t seen = 0; source && seen < kSearched;) {
    const std::size_t kept = std::min(window.size(), wanted.size());
    window.erase(0, window.size() - kept);
    window.resize(kept + kPiece);
    const auto got = (*source)->Read(std::span(window).subspan(kept));
    if (!got || *got == 0) break;
    window.resize(kept + *got);
    seen += *got;
    if (window.find(wanted) != std::string::npos) {
      return BadInput("this workbook is locked by a password")
          .At(file.Title())
          .Mend("Open it, take the password off (File, Info, Protect Workbook) and save it again");
    }
  }
  return BadInput("this is an old Excel workbook (.xls)")
      .At(file.Title())
      .Mend("Open it and save it as .xlsx, or each sheet as CSV (UTF-8)");
}

}  // namespace weir::sources
