// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_H_
#define ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_H_

#include <stdint.h>

#include <vector>

#include "base/containers/span.h"
#include "v8/include/v8-array-buffer.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-object.h"

// The structured clone of a process without Blink, in Blink's format (version
// 21 of the envelope, around V8's own format): what one writes the other reads.
// It knows values, the order of transferred things, and nothing of what a port
// is; ports are objects that the caller names.
namespace electron_ports {

// What goes beside the bytes, each kind counted from 0 in transfer order.
struct CloneAttachments {
  explicit CloneAttachments(v8::Isolate* isolate)
      : ports(isolate), array_buffers(isolate) {}

  v8::LocalVector<v8::Object> ports;
  v8::LocalVector<v8::ArrayBuffer> array_buffers;
};

// Writes `value` to `out`. Detaches nothing. On failure an exception is
// pending: a DataCloneError `An object could not be cloned: ...`, or whatever a
// getter of the value threw. Getters run script, so afterwards nothing that was
// checked before can be relied on.
bool WriteStructuredClone(v8::Isolate* isolate,
                          v8::Local<v8::Value> value,
                          const CloneAttachments& attachments,
                          std::vector<uint8_t>* out);

// Reads a value. Empty, with or without an exception pending, when the bytes
// can't be read in full: for instance a platform object that only Blink knows.
v8::MaybeLocal<v8::Value> ReadStructuredClone(
    v8::Isolate* isolate,
    base::span<const uint8_t> bytes,
    const CloneAttachments& attachments);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_H_
