// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_NATIVE_IMAGE_CLONE_H_
#define ELECTRON_PORTS_SHELL_COMMON_NATIVE_IMAGE_CLONE_H_

#include <optional>

#include "shell/common/structured_clone.h"
#include "v8/include/v8-local-handle.h"

// Electron's NativeImage in a message, in every process. For the fork only.
namespace electron_ports {

// Nothing when `object` is none.
std::optional<CloneImage> DescribeNativeImage(v8::Isolate* isolate,
                                              v8::Local<v8::Object> object);

// Empty when the bitmaps can't be read.
v8::MaybeLocal<v8::Object> MakeNativeImage(v8::Isolate* isolate,
                                           const CloneImage& image);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_NATIVE_IMAGE_CLONE_H_
