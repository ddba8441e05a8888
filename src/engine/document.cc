#include "engine/document.h"

#include <array>

#include <fmt/format.h>
#include <sodium.h>
#include <zlib.h>

namespace weir::engine {
namespace {

// A smaller one fits into a packet or two.
constexpr std::size_t kLeastPacked = 4096;

// Empty where zlib has no memory: the document is then sent as it is.
std::string Gzip(std::string_view bytes) {
  constexpr int kGzipWindow = 15 + 16;
  constexpr int kMemory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write there
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool is_done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(is_done ? stream.total_out : 0);
  deflateEnd(&stream);
  packed.shrink_to_fit();
  return packed;
}

}  // namespace

std::string TagOf(std::string_view bytes) {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                     nullptr, 0);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return fmt::format("\"{}\"", hex.data());
}

const std::string& Document::tag() const {
  std::call_once(is_tagged_, [&] { tag_ = TagOf(json_); });
  return tag_;
}

const std::string& Document::gzip() const {
  std::call_once(is_packed_, [&] {
    if (json_.size() >= kLeastPacked && json_.size() <= std::size_t{1} << 30) gzip_ = Gzip(json_);
    if (gzip_.size() > json_.size() / 4 * 3) gzip_.clear();
  });
  return gzip_;
}

}  // namespace weir::engine
