// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/native_image_clone.h"

namespace electron_ports {

// A program without Skia has no images.
std::optional<CloneImage> DescribeNativeImage(v8::Isolate*,
                                              v8::Local<v8::Object>) {
  return std::nullopt;
}

v8::MaybeLocal<v8::Object> MakeNativeImage(v8::Isolate*, const CloneImage&) {
  return {};
}

}  // namespace electron_ports
