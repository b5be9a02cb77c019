// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/test/copy_counter.h"

#include <atomic>
#include <limits>

#include "base/check_op.h"
#include "build/build_config.h"

namespace electron_ports {

namespace {

constexpr size_t kNever = std::numeric_limits<size_t>::max();

// Constant initialized: copies happen before main().
constinit std::atomic<size_t> g_min_bytes = kNever;
constinit std::atomic<int> g_count = 0;

void Count(size_t bytes) {
  if (bytes >= g_min_bytes.load(std::memory_order_relaxed)) {
    g_count.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

CopyCounter::CopyCounter(size_t min_bytes) {
  CHECK_EQ(g_min_bytes.load(), kNever);
  g_count = 0;
  g_min_bytes = min_bytes;
}

CopyCounter::~CopyCounter() {
  g_min_bytes = kNever;
}

// static
bool CopyCounter::IsAvailable() {
#if !BUILDFLAG(IS_LINUX) || __has_feature(address_sanitizer)
  return false;
#else
  return true;
#endif
}

int CopyCounter::count() const {
  return g_count;
}

}  // namespace electron_ports

#if BUILDFLAG(IS_LINUX)
extern "C" {

void* __real_memcpy(void* to, const void* from, size_t size);
void* __real_memmove(void* to, const void* from, size_t size);

__attribute__((used)) void* __wrap_memcpy(void* to,
                                          const void* from,
                                          size_t size) {
  electron_ports::Count(size);
  return __real_memcpy(to, from, size);
}

__attribute__((used)) void* __wrap_memmove(void* to,
                                           const void* from,
                                           size_t size) {
  electron_ports::Count(size);
  return __real_memmove(to, from, size);
}

}  // extern "C"
#endif
