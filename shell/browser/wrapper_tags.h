// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_WRAPPER_TAGS_H_
#define ELECTRON_PORTS_SHELL_BROWSER_WRAPPER_TAGS_H_

#include <stdint.h>

#include "gin/public/wrappable_pointer_tags.h"
#include "v8/include/v8-sandbox.h"

namespace electron_ports {

// Blink, gin and Electron number their wrappers upwards, one after the other,
// from 256. V8 150 has 0x7000 for embedders that use no tags (Node is one) and
// keeps 0x7FFD and above; later versions keep more, from 0x6000 on, and there
// Electron gives Node 0x5000.
inline constexpr uint16_t kFirstTagOfOthers = 0x5000;

inline constexpr auto kMessagePortMainTag =
    static_cast<gin::WrappablePointerTag>(0x4F00);
inline constexpr auto kStoredBlobTag =
    static_cast<gin::WrappablePointerTag>(0x4F01);
inline constexpr auto kOpaqueHandleTag =
    static_cast<gin::WrappablePointerTag>(0x4F02);

static_assert(kMessagePortMainTag > gin::kLastPointerTag + 0x1000);
static_assert(kOpaqueHandleTag < kFirstTagOfOthers);
static_assert(kFirstTagOfOthers <
              static_cast<uint16_t>(v8::CppHeapPointerTag::kDefaultTag));

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_WRAPPER_TAGS_H_
