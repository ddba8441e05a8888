// Workbooks for the tests of this folder, part by part as Excel writes them.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zip.h>

namespace weir::sources {

inline void WriteZip(const std::filesystem::path& path, const std::vector<std::pair<std::string, std::string>>& files) {
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  ASSERT_NE(zip, nullptr);
  for (const auto& [name, text] : files) {
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
  }
  ASSERT_EQ(zip_close(zip), 0);
}

// A cell by its text; the place is that of the row and of its turn.
inline std::string Inline(const std::string& text) { return "t=\"inlineStr\"><is><t>" + text + "</t></is></c>"; }
inline std::string Shared(int number) { return fmt::format("t=\"s\"><v>{}</v></c>", number); }
inline std::string Number(const std::string& text, int style = 0) {
  return fmt::format("s=\"{}\"><v>{}</v></c>", style, text);
}
inline std::string Typed(const std::string& type, const std::string& text) {
  return fmt::format("t=\"{}\"><v>{}</v></c>", type, text);
}
inline std::string Empty() { return "s=\"1\"></c>"; }

inline std::string Row(int line, const std::vector<std::string>& cells, char first = 'A') {
  std::string row = fmt::format("<row r=\"{}\">", line);
  for (const std::string& cell : cells) row += fmt::format("<c r=\"{}{}\" {}", first++, line, cell);
  return row + "</row>";
}

// A row of texts.
inline std::string Texts(int line, const std::vector<std::string>& texts, char first = 'A') {
  std::vector<std::string> cells;
  cells.reserve(texts.size());
  for (const std::string& text : texts) cells.push_back(text.empty() ? Empty() : Inline(text));
  return Row(line, cells, first);
}

struct TestSheet {
  std::string name;
  std::string rows;
  std::string below;  // elements after the rows
  std::string state = "visible";
};

// What a test may put in the place of what is usual.
struct TestWorkbook {
  std::vector<TestSheet> sheets;
  std::vector<std::string> shared;   // inside of <si>
  std::vector<std::string> formats;  // codes of styles from 2 on; 0 is plain, 1 the day of the country
  std::string properties;            // of the workbook
  std::string prolog = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
  std::string dimension = "A1";

  std::vector<std::pair<std::string, std::string>> Parts() const {
    std::string list;
    std::string relations;
    std::vector<std::pair<std::string, std::string>> parts;
    constexpr const char* kTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      list += fmt::format("<sheet name=\"{}\" sheetId=\"{}\" state=\"{}\" r:id=\"rId{}\"/>", sheets[i].name, i + 1,
                          sheets[i].state, i + 1);
      relations += fmt::format("<Relationship Id=\"rId{}\" Type=\"{}/worksheet\" Target=\"worksheets/sheet{}.xml\"/>",
                               i + 1, kTypes, i + 1);
      parts.emplace_back(fmt::format("xl/worksheets/sheet{}.xml", i + 1),
                         fmt::format("{}<worksheet><dimension ref=\"{}\"/><sheetData>{}</sheetData>{}</worksheet>",
                                     prolog, dimension, sheets[i].rows, sheets[i].below));
    }
    relations += fmt::format(
        "<Relationship Id=\"rIdS\" Type=\"{0}/sharedStrings\" Target=\"sharedStrings.xml\"/>"
        "<Relationship Id=\"rIdT\" Type=\"{0}/styles\" Target=\"/xl/styles.xml\"/>",
        kTypes);
    std::string texts;
    for (const std::string& text : shared) texts += "<si>" + text + "</si>";
    std::string codes;
    std::string styles = "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>";
    for (std::size_t i = 0; i < formats.size(); ++i) {
      codes += fmt::format("<numFmt numFmtId=\"{}\" formatCode=\"{}\"/>", 164 + i, formats[i]);
      styles += fmt::format("<xf numFmtId=\"{}\"/>", 164 + i);
    }
    parts.emplace_back("[Content_Types].xml", prolog + "<Types/>");
    parts.emplace_back("_rels/.rels", prolog + fmt::format("<Relationships><Relationship Id=\"r\" Type=\"{}/"
                                                           "officeDocument\" Target=\"xl/workbook.xml\"/></"
                                                           "Relationships>",
                                                           kTypes));
    parts.emplace_back("xl/workbook.xml", fmt::format("{}<workbook xmlns:r=\"r\"><workbookPr {}/><sheets>{}</sheets>"
                                                      "</workbook>",
                                                      prolog, properties, list));
    parts.emplace_back("xl/_rels/workbook.xml.rels", prolog + "<Relationships>" + relations + "</Relationships>");
    parts.emplace_back("xl/sharedStrings.xml", prolog + "<sst>" + texts + "</sst>");
    parts.emplace_back("xl/styles.xml", prolog + "<styleSheet><numFmts>" + codes +
                                            "</numFmts><cellStyleXfs><xf "
                                            "numFmtId=\"22\"/></cellStyleXfs><cellXfs>" +
                                            styles + "</cellXfs></styleSheet>");
    return parts;
  }
  void Write(const std::filesystem::path& path) const { WriteZip(path, Parts()); }
};

}  // namespace weir::sources
