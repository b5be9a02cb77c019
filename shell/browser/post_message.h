// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_POST_MESSAGE_H_
#define ELECTRON_PORTS_SHELL_BROWSER_POST_MESSAGE_H_

#include <optional>

#include "base/functional/function_ref.h"
#include "mojo/public/cpp/bindings/message.h"
#include "shell/browser/blob_transfer.h"
#include "shell/common/port_message.h"
#include "v8/include/v8-local-handle.h"

namespace gin {
class Arguments;
}

// The two halves of every postMessage of this process, over a port or to and
// from a frame.
namespace electron_ports {

class MessagePortMain;

// Turns `message` and `transfer`, as script gave them, into what is sent, and
// detaches what is transferred. All or nothing: without a result nothing is
// detached. Then either an exception is pending, or `can_send` said no: it is
// asked last before anything is detached, since reading the arguments runs
// script, which may have closed the port or the frame meanwhile.
// Sending a stream runs script after that, its own: look once more whether
// the receiver is still there. `source` is the port that posts;
// null when it is to a frame. `blob_storage` is that of the receiver's session,
// where it is known.
std::optional<PortMessage> PreparePostMessage(
    v8::Isolate* isolate,
    v8::Local<v8::Value> message,
    v8::Local<v8::Value> transfer,
    MessagePortMain* source,
    base::FunctionRef<bool()> can_send,
    ConnectToBlobStorage blob_storage = {});

// The same, for a postMessage() whose arguments are `args`: message, transfer.
std::optional<PortMessage> PreparePostMessage(
    gin::Arguments* args,
    MessagePortMain* source,
    base::FunctionRef<bool()> can_send);

// Turns what was received into values of the current context: `ports` in
// transfer order, and the same objects inside `data`. False when it can't be
// read; then the ports and streams in it are closed, and no exception is
// pending.
bool ReadPostMessage(v8::Isolate* isolate,
                     std::optional<PortMessage> received,
                     v8::Local<v8::Value>* data,
                     v8::Local<v8::Array>* ports);

// The same for what another process posted: `event` is an object with both.
bool ReadProcessMessage(v8::Isolate* isolate,
                        mojo::Message* message,
                        v8::Local<v8::Value>* data,
                        v8::Local<v8::Value>* event);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_POST_MESSAGE_H_
