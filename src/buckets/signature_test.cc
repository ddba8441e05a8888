#include "buckets/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"

namespace weir::buckets {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// The examples of "Signature Calculations for the Authorization Header" in the API reference of Amazon S3.
const AccessKey kExample{
    .id = "AKIAIOSFODNN7EXAMPLE", .secret = pulls::Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), .session = {}};
const Instant kExampleTime = StartOf(FromCivil({2013, 5, 24}));
constexpr const char* kExampleHost = "examplebucket.s3.amazonaws.com";

TEST(Signature, IsThatOfThePublishedExamples) {
  const SignedRequest range{
      .host = kExampleHost, .path = "/test.txt", .query = {}, .headers = {{"range", "bytes=0-9"}}};
  EXPECT_THAT(
      Sign(range, kExample, "us-east-1", kExampleTime),
      Contains("Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
               "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
               "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
  const SignedRequest lifecycle{.host = kExampleHost, .path = "/", .query = {{"lifecycle", ""}}, .headers = {}};
  EXPECT_THAT(Sign(lifecycle, kExample, "us-east-1", kExampleTime),
              Contains(EndsWith("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")));
  const SignedRequest list{
      .host = kExampleHost, .path = "/", .query = {{"prefix", "J"}, {"max-keys", "2"}}, .headers = {}};
  EXPECT_THAT(Sign(list, kExample, "us-east-1", kExampleTime),
              Contains(EndsWith("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")));
  EXPECT_EQ(TargetOf(list), "/?max-keys=2&prefix=J");
}

TEST(Signature, EncodesAPathOnceAndSortsByName) {
  const SignedRequest request{.host = "h",
                              .path = "/b/зима 1/a+b=c&d'(e)*~.csv",
                              .query = {{"list-type", "2"}, {"list", "1/2 3"}, {"a", "+"}},
                              .headers = {}};
  EXPECT_EQ(TargetOf(request),
            "/b/%D0%B7%D0%B8%D0%BC%D0%B0%201/a%2Bb%3Dc%26d%27%28e%29%2A~.csv?a=%2B&list=1%2F2%203&list-type=2");
}

TEST(Signature, SignsASessionAndShowsNoSecret) {
  AccessKey key = kExample;
  key.session = pulls::Secret("session/token==");
  const SignedRequest request{.host = "h", .path = "/", .query = {}, .headers = {}};
  const auto lines = Sign(request, key, "eu-central-1", kExampleTime);
  EXPECT_THAT(lines, Contains("x-amz-security-token: session/token=="));
  EXPECT_THAT(lines, Contains(HasSubstr("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("wJalr"))));
}

}  // namespace
}  // namespace weir::buckets
