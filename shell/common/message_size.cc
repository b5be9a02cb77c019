// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/message_size.h"

#include <optional>

#include "base/check.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"

namespace electron_ports {

namespace {

// runtime/common/message-size.ts has the same.
constexpr uint64_t kMaxMessageBytes = 512 * 1024 * 1024;

std::optional<uint64_t> g_max_for_testing;

}  // namespace

uint64_t MaxMessageBytes() {
  return g_max_for_testing.value_or(kMaxMessageBytes);
}

std::string TooLargeMessageError(uint64_t bytes) {
  return base::StrCat({"An object could not be cloned: message takes ",
                       base::NumberToString(bytes),
                       " bytes, and a message can hold ",
                       base::NumberToString(MaxMessageBytes()),
                       ". Send it in parts, or as a stream or a Blob."});
}

ScopedMaxMessageBytesForTesting::ScopedMaxMessageBytesForTesting(
    uint64_t bytes) {
  CHECK(!g_max_for_testing);
  g_max_for_testing = bytes;
}

ScopedMaxMessageBytesForTesting::~ScopedMaxMessageBytesForTesting() {
  g_max_for_testing.reset();
}

}  // namespace electron_ports
