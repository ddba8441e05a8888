// Bytes that are read and unpacked while those before are worked on.
#pragma once

#include <memory>

#include "sources/bytes.h"

namespace weir::sources {

// The same bytes, some pieces ahead on a thread of its own; where the system has no thread to give, the source itself.
// The text behind BytesOf has to outlive it. An error comes after all bytes that were read before it.
std::unique_ptr<ByteSource> ReadAhead(std::unique_ptr<ByteSource> source);

}  // namespace weir::sources
