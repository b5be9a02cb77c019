// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_RENDERER_BLINK_POST_MESSAGE_H_
#define ELECTRON_PORTS_SHELL_RENDERER_BLINK_POST_MESSAGE_H_

#include <string_view>
#include <vector>

#include "third_party/blink/public/common/messaging/transferable_message.h"
#include "v8/include/v8-local-handle.h"

// The two halves of a postMessage between a document and the browser process,
// on Blink's own serializer: everything that a DOM port can carry, they carry.
namespace electron_ports {

// Turns `message` and `transfer`, as script of the current context gave them,
// into what is sent, and detaches what is transferred. False with an exception
// pending.
bool SerializeInBlink(v8::Isolate* isolate,
                      v8::Local<v8::Value> message,
                      v8::Local<v8::Value> transfer,
                      blink::TransferableMessage* out);

// Turns what was received into values of the current context; a port inside
// `data` is the same object as in `ports`. False when it can't be read, which
// is logged with the name of the channel.
bool DeserializeInBlink(v8::Isolate* isolate,
                        std::string_view channel,
                        blink::TransferableMessage message,
                        v8::Local<v8::Value>* data,
                        std::vector<v8::Local<v8::Value>>* ports);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_RENDERER_BLINK_POST_MESSAGE_H_
