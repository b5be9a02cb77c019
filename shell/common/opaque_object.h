// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_OPAQUE_OBJECT_H_
#define ELECTRON_PORTS_SHELL_COMMON_OPAQUE_OBJECT_H_

#include <stddef.h>
#include <stdint.h>

#include <optional>
#include <string_view>

#include "base/containers/span.h"
#include "base/memory/raw_span.h"

namespace electron_ports {

// An object of a message that only Blink can have, such as an ImageBitmap, as
// Blink wrote it: enough to hand it on. A view of what it was read from.
struct OpaqueObject {
  // What the object has beside the bytes of its message.
  enum class Beside {
    kNothing,
    // One of the image bitmaps.
    kImage,
    // One of the tokens of the File System Access API.
    kFileToken,
  };

  // The name of its class.
  std::string_view type;
  // From its tag on; without `index`, which comes last.
  base::raw_span<const uint8_t> bytes;
  Beside beside = Beside::kNothing;
  // Its place there.
  uint32_t index = 0;
  // What a transfer list may hold, and whether it has to be there.
  bool is_transferable = false;
  bool is_transfer_only = false;

  uint8_t tag() const { return bytes[0]; }
};

// Reads the object that begins with its tag at `bytes`, and how long it is,
// `index` included. Nothing for any other tag: of objects that never leave
// their process, of which a message to another one has no more than a number,
// and of those that structured_clone.h makes.
std::optional<OpaqueObject> ReadOpaqueObject(base::span<const uint8_t> bytes,
                                             size_t* length);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_OPAQUE_OBJECT_H_
