#include "buckets/bucket_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::buckets {
namespace {

using ::testing::HasSubstr;

std::string Row(const std::string& key, const std::string& size = "5") {
  return fmt::format(
      "<Contents><Key>{}</Key><LastModified>2026-01-01T10:00:00.500Z</LastModified><ETag>&quot;e&quot;</ETag><Size>{}"
      "</Size><StorageClass>GLACIER</StorageClass><Owner><ID>x</ID></Owner></Contents>",
      key, size);
}
std::string List(const std::string& rows, const std::string& more = "<IsTruncated>false</IsTruncated>") {
  return "<?xml version='1.0'?><ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>" + rows + more +
         "</ListBucketResult>";
}

TEST(BucketAnswer, IsAPageOfAList) {
  const auto page =
      ReadListPage(List(Row("a%2Fb+c%2B.csv") + Row("%D0%B7.csv"),
                        "<IsTruncated>true</IsTruncated><NextContinuationToken>1/=+</NextContinuationToken>"
                        "<EncodingType>url</EncodingType><CommonPrefixes><Prefix>x</Prefix></CommonPrefixes>"));
  ASSERT_TRUE(page) << page.error().ToString();
  ASSERT_EQ(page->objects.size(), 2U);
  EXPECT_EQ(page->objects[0].key, "a/b c+.csv");
  EXPECT_EQ(page->objects[0].etag, "\"e\"");
  EXPECT_EQ(page->objects[0].bytes, 5U);
  EXPECT_EQ(FormatInstant(page->objects[0].modified), "2026-01-01T10:00:00.5Z");
  EXPECT_EQ(page->objects[0].storage_class, "GLACIER");
  EXPECT_EQ(page->objects[1].key, "з.csv");
  EXPECT_EQ(page->next, "1/=+");
}

TEST(BucketAnswer, TakesKeysAsTheyAreWhereTheyAreNotEncoded) {
  const auto page = ReadListPage(List(Row("a%2F+&amp;.csv")));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects.at(0).key, "a%2F+&.csv");
  EXPECT_EQ(page->next, "");
}

TEST(BucketAnswer, RefusesWhatNoBucketSends) {
  std::string entities = "<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'>";
  for (char c = 'b'; c < 'k'; ++c) {
    entities += fmt::format("<!ENTITY {} '", c);
    for (int i = 0; i < 10; ++i) entities += fmt::format("&{};", static_cast<char>(c - 1));
    entities += "'>";
  }
  std::string many;
  for (int i = 0; i <= 10'000; ++i) many += Row("k");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  const std::vector<std::pair<std::string, const char*>> cases{
      {entities + "]><ListBucketResult><Name>&j;</Name></ListBucketResult>", "document type"},
      {"<!DOCTYPE l SYSTEM 'file:///etc/passwd'><ListBucketResult/>", "document type"},
      {List(Row(std::string(20'000, 'a'))), "too long"},
      {List(many), "too many objects"},
      {deep, "nested too deeply"},
      {List("<Contents><Key>a</Key></Contents>"), "incomplete"},
      {List(Row("a", "-1")), "incomplete"},
      {List(Row("a", "99999999999999999999999")), "incomplete"},
      {List(Row("a", "5x")), "incomplete"},
      {List(Row("")), "incomplete"},
      {List("", "<IsTruncated>true</IsTruncated>"), "where it goes on"},
      {List(Row("a%zz"), "<EncodingType>url</EncodingType>"), "encoded wrongly"},
      {List(Row("a%2"), "<EncodingType>url</EncodingType>"), "encoded wrongly"},
      {"<html>hello</html>", "no list of objects"},
      {"<x><ListBucketResult/></x>", "no list of objects"},
      {"", "is broken"},
      {"<ListBucketResult><Cont", "is broken"},
  };
  for (const auto& [text, why] : cases) {
    const auto page = ReadListPage(text);
    ASSERT_FALSE(page) << why;
    EXPECT_THAT(page.error().ToString(), HasSubstr(why));
  }
}

TEST(BucketAnswer, SaysWhyItRefuses) {
  const Refusal refusal = ReadRefusal(
      "<?xml version='1.0'?><Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong &lt;region&gt;</Message>"
      "<Region>eu-west-1</Region><RequestId>1</RequestId></Error>");
  EXPECT_EQ(refusal.code, "AuthorizationHeaderMalformed");
  EXPECT_EQ(refusal.message, "wrong <region>");
  EXPECT_EQ(refusal.region, "eu-west-1");
  EXPECT_EQ(ReadRefusal("<html>Bad gateway").code, "");
}

}  // namespace
}  // namespace weir::buckets
