// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_MESSAGE_SIZE_H_
#define ELECTRON_PORTS_SHELL_COMMON_MESSAGE_SIZE_H_

#include <stddef.h>
#include <stdint.h>

#include <string>

// How much one message may hold, its ArrayBuffers included. Chromium ends a
// renderer that has no memory for a message, so the limit is well below what
// one can take; and a renderer must not make this process take more.
namespace electron_ports {

// In bytes. The same for what is sent and what is received.
uint64_t MaxMessageBytes();

// Of one text inside a host object (the message of a DOMException, the name of
// a File), in bytes of UTF-8. V8 ends the process over a string that is too
// long.
inline constexpr size_t kMaxTextBytes = 16 * 1024 * 1024;

// The error of a message that takes `bytes`, as the documentation has it.
std::string TooLargeMessageError(uint64_t bytes);

// A lower limit: tests need not fill memory.
class ScopedMaxMessageBytesForTesting {
 public:
  explicit ScopedMaxMessageBytesForTesting(uint64_t bytes);
  ~ScopedMaxMessageBytesForTesting();
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_MESSAGE_SIZE_H_
