// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/frame_message.h"

#include <utility>

#include "base/logging.h"
#include "shell/browser/post_message.h"
#include "shell/common/port_message_wire_blink.h"

namespace electron_ports {

bool ReadFrameMessage(v8::Isolate* isolate,
                      std::string_view channel,
                      blink::TransferableMessage message,
                      v8::Local<v8::Value>* data,
                      v8::Local<v8::Array>* ports) {
  const bool is_read = ReadPostMessage(
      isolate, FromTransferableMessage(std::move(message)), data, ports);
  if (!is_read) {
    LOG(ERROR) << "A message for channel " << channel
               << " could not be read and was dropped";
  }
  return is_read;
}

}  // namespace electron_ports
