// Bank statements in the form that banks give for 1C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "sources/reader.h"
#include "sources/test_files.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kHead =
    "1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\nОтправитель=Бухгалтерия предприятия\n"
    "ДатаНачала=01.10.2026\nДатаКонца=31.10.2026\nРасчСчет=40702810900000000001\n"
    "СекцияРасчСчет\nДатаНачала=01.10.2026\nРасчСчет=40702810900000000001\nНачальныйОстаток=10.00\nКонецРасчСчет\n";
constexpr std::string_view kIncoming =
    "СекцияДокумент=Платежное поручение\nНомер=17\nДата=05.10.2026\nСумма=1200.50\n"
    "ПлательщикСчет=40702810400000000077\nДатаСписано=\nПлательщик=ИНН 7701234567 ООО \"Ромашка\"\n"
    "ПлательщикИНН=7701234567\nПлательщик1=ООО \"Ромашка\"\nПолучательСчет=40702810900000000001\n"
    "ДатаПоступило=05.10.2026\nПолучатель1=АО Продавец\nПолучательИНН=7709876543\nОчередность=5\n"
    "НазначениеПлатежа=Оплата по счету № 123 от 01.10.2026\nВ т.ч. НДС 20% = 200.08\nКонецДокумента\n";

std::string InWindows1251(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      bytes += text[i];
      continue;
    }
    const auto next = static_cast<unsigned char>(text[++i]);
    const unsigned code = (byte & 0x1FU) << 6 | (next & 0x3FU);
    if (byte == 0xE2) {  // №
      ++i;
      bytes += '\xB9';
    } else {
      bytes += static_cast<char>(code == 0x401 ? 0xA8 : code == 0x451 ? 0xB8 : code - 0x410 + 0xC0);
    }
  }
  return bytes;
}

class BankExchange : public testing::Test {
 protected:
  ReadRows Read(const std::string& bytes, const ReadOptions& options = {}) {
    return ReadAll(folder_.Write("kl_to_1c.txt", bytes), options);
  }
  static std::string Statement(const std::string& documents) { return std::string(kHead) + documents + "КонецФайла\n"; }
  TestFolder folder_;
};

TEST_F(BankExchange, DocumentsAreRows) {
  const ReadRows read = Read(Statement(std::string(kIncoming)));
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.rows,
              ElementsAre("13|Платежное поручение|40702810900000000001|17|05.10.2026|1200.50||05.10.2026|"
                          "40702810400000000077|7701234567|ИНН 7701234567 ООО \"Ромашка\"|40702810900000000001||"
                          "7709876543|Оплата по счету № 123 от 01.10.2026 В т.ч. НДС 20% = 200.08|ООО \"Ромашка\"|"
                          "АО Продавец|5"))
      << "the account is one of the statement, a line without a key continues the purpose";
  ASSERT_THAT(read.columns, SizeIs(17));
  EXPECT_EQ(read.columns[14], NormaliseHeader("Плательщик1")) << "keys beyond those of every statement follow them";
}

TEST_F(BankExchange, EncodingsOfBanksAreOne) {
  const std::string text = Statement(std::string(kIncoming));
  const ReadRows utf8 = Read(text);
  EXPECT_EQ(Read(InWindows1251(text)).rows, utf8.rows);
  EXPECT_EQ(Read("\xEF\xBB\xBF" + text).rows, utf8.rows);
  std::string lines;
  for (const char c : text) lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(Read(lines).rows, utf8.rows);
}

TEST_F(BankExchange, AStatementWithoutMovementsHasNoRows) {
  const ReadRows read = Read(Statement(""));
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.rows, IsEmpty());
  EXPECT_THAT(read.columns, SizeIs(14));
}

TEST_F(BankExchange, ACutStatementIsRefusedWithItsLine) {
  EXPECT_EQ(Read(std::string(kHead) + std::string(kIncoming)).error,
            "kl_to_1c.txt:29: the statement is cut: it does not end with КонецФайла. Download the statement again");
  const std::string within = Statement(std::string(kIncoming)).substr(0, 900);
  EXPECT_THAT(Read(within).error, HasSubstr("the statement is cut"));
}

TEST_F(BankExchange, ADocumentWithoutItsEndCostsItsRowAlone) {
  const std::string open = "СекцияДокумент=Платежное поручение\nНомер=16\nДата=04.10.2026\nСумма=5.00\n";
  const ReadRows read = Read(Statement(open + std::string(kIncoming)));
  EXPECT_EQ(read.error, "");
  ASSERT_THAT(read.rows, SizeIs(2));
  EXPECT_EQ(read.rows[0], "13!cut_document:0");
  EXPECT_THAT(read.rows[1], HasSubstr("17|Платежное поручение|40702810900000000001|17|"));
}

TEST_F(BankExchange, TheEncodingOfDosIsNamed) {
  EXPECT_EQ(Read("1CClientBankExchange\n\x82\xA5\xE0\xE1\xA8\xEF=1.03\n\x8A\xAE\xA4\xA8\xE0\xAE=DOS\n").error,
            "kl_to_1c.txt:2: the words of the statement cannot be read; it may be in the encoding DOS. Choose the "
            "encoding Windows or UTF-8 where the bank exports it");
}

TEST_F(BankExchange, LimitsHold) {
  ReadOptions options;
  options.limits.record_bytes = 2048;
  options.limits.columns = 20;
  EXPECT_THAT(
      Read(Statement("СекцияДокумент\nНомер=" + std::string(1 << 19, '1') + "\nКонецДокумента\n"), options).error,
      HasSubstr("kl_to_1c.txt:14: the line is longer than"));
  std::string many = "СекцияДокумент\n";
  for (int i = 0; i < 400; ++i) many += "Номер=12345\n";
  EXPECT_THAT(Read(Statement(many + "КонецДокумента\n"), options).error,
              HasSubstr("kl_to_1c.txt:13: the record is longer than"));
  std::string wide = "СекцияДокумент\n";
  for (int i = 0; i < 30; ++i) wide += "Поле" + std::to_string(i) + "=1\n";
  EXPECT_THAT(Read(Statement(wide + "КонецДокумента\n"), options).error,
              HasSubstr("the records have more than 20 fields"));
}

TEST_F(BankExchange, ARowKeptInQuarantineReadsTheSame) {
  const auto reader = OpenRows(folder_.Write("kl_to_1c.txt", Statement(std::string(kIncoming))), {});
  ASSERT_TRUE(reader.has_value());
  const ReadRows whole = ReadAll(**reader);
  const auto again = ReadingFromJson(ToJson((*reader)->reading()));
  ASSERT_TRUE(again.has_value());
  const auto kept = OpenKeptRows(*again, {{13, whole.raw.at(0)}});
  EXPECT_EQ(ReadAll(*kept).rows, whole.rows);
}

}  // namespace
}  // namespace weir::sources
