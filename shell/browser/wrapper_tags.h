// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_WRAPPER_TAGS_H_
#define ELECTRON_PORTS_SHELL_BROWSER_WRAPPER_TAGS_H_

#include <stdint.h>

#include "gin/public/wrappable_pointer_tags.h"

namespace electron_ports {

// Chromium and Electron number their wrappers upwards from gin's first tag.
// These are far above both, and below V8's own.
inline constexpr auto kMessagePortMainTag =
    static_cast<gin::WrappablePointerTag>(0x7F00);
inline constexpr auto kStoredBlobTag =
    static_cast<gin::WrappablePointerTag>(0x7F01);
static_assert(kMessagePortMainTag > gin::kLastPointerTag + 0x1000);
static_assert(kStoredBlobTag <
              static_cast<uint16_t>(v8::CppHeapPointerTag::kZappedEntryTag));

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_WRAPPER_TAGS_H_
