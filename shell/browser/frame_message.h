// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_FRAME_MESSAGE_H_
#define ELECTRON_PORTS_SHELL_BROWSER_FRAME_MESSAGE_H_

#include <string_view>

#include "third_party/blink/public/common/messaging/transferable_message.h"
#include "v8/include/v8-local-handle.h"

namespace electron_ports {

// ReadPostMessage() of what a renderer sent on `channel`, which is named in the
// log when it can't be read.
bool ReadFrameMessage(v8::Isolate* isolate,
                      std::string_view channel,
                      blink::TransferableMessage message,
                      v8::Local<v8::Value>* data,
                      v8::Local<v8::Array>* ports);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_FRAME_MESSAGE_H_
