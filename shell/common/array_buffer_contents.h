// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_ARRAY_BUFFER_CONTENTS_H_
#define ELECTRON_PORTS_SHELL_COMMON_ARRAY_BUFFER_CONTENTS_H_

#include <stddef.h>
#include <stdint.h>

#include <optional>

#include "base/containers/span.h"
#include "shell/common/port_message.h"
#include "v8/include/v8-array-buffer.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-local-handle.h"

namespace electron_ports {

// Valid until script runs again, which may detach them.
base::span<uint8_t> BytesOf(v8::Local<v8::ArrayBuffer> buffer);

// With a copy of `bytes`. Empty, perhaps with an exception pending, when there
// is no memory for it.
v8::MaybeLocal<v8::ArrayBuffer> NewArrayBuffer(v8::Isolate* isolate,
                                               base::span<const uint8_t> bytes);

// What is in `buffer`, which is to be detached next and stays as it is here. A
// large one's memory itself; else a copy, which is cheaper than to hand over
// what most likely leaves the process. Nothing when there is no memory for it.
std::optional<ArrayBufferContents> ContentsOf(
    v8::Local<v8::ArrayBuffer> buffer);

// Empty, perhaps with an exception pending, when there is no memory for it.
// `constructor` is ArrayBuffer as V8 made it; without it no resizable buffer
// can be made.
v8::MaybeLocal<v8::ArrayBuffer> ToArrayBuffer(
    v8::Isolate* isolate,
    ArrayBufferContents contents,
    v8::MaybeLocal<v8::Function> constructor);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_ARRAY_BUFFER_CONTENTS_H_
