// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_TEST_COPY_COUNTER_H_
#define ELECTRON_PORTS_SHELL_TEST_COPY_COUNTER_H_

#include <stddef.h>

namespace electron_ports {

// Counts, for tests and the benchmark, how often memory is copied. The linker
// leads every memcpy() and memmove() of the program here (--wrap, see
// BUILD.gn), Chromium's and V8's included; the compiler makes a call of every
// copy whose size it does not know. With AddressSanitizer it calls something
// else, so there nothing is counted.
class CopyCounter {
 public:
  // Counts copies of at least that many bytes, from now until it is destroyed,
  // on all threads. There is one at a time.
  explicit CopyCounter(size_t min_bytes);
  CopyCounter(const CopyCounter&) = delete;
  CopyCounter& operator=(const CopyCounter&) = delete;
  ~CopyCounter();

  static bool IsAvailable();

  int count() const;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_TEST_COPY_COUNTER_H_
