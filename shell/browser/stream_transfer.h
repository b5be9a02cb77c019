// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_STREAM_TRANSFER_H_
#define ELECTRON_PORTS_SHELL_BROWSER_STREAM_TRANSFER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/browser/lib_functions.h"
#include "shell/common/message_port_data.h"
#include "shell/common/structured_clone.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-local-handle.h"

namespace electron_ports {

// The name of the class.
std::string_view StreamClassName(StreamKind kind);

// What lib/ does about web streams (`setStreamTransfer` in typings/): this
// process has them in script, where they are transferred over a channel of
// their own as the Streams standard says. It is only the calls into that; until
// lib/ has set it there are no streams.
class StreamTransfer {
 public:
  explicit StreamTransfer(v8::Isolate* isolate);
  ~StreamTransfer();

  void Set(v8::Local<v8::Object> functions) { functions_.Set(functions); }
  void Reset() { functions_.Reset(); }

  // Nothing in `kind` for what is no web stream. False when script throws, with
  // the exception pending.
  bool KindOf(v8::Local<v8::Object> object,
              std::optional<StreamKind>* kind) const;

  // Why `stream` can't be transferred, as the end of `ReadableStream at index N
  // ...`. `seen` has the streams before it in the list, with their sides; those
  // of this one are added. False as above.
  bool FindProblem(v8::Local<v8::Object> stream,
                   v8::Local<v8::Set> seen,
                   std::optional<std::string>* problem) const;

  // Locks a stream without a problem, and sends it on its way. Gives the ends
  // that travel: one, or for a transform stream two. Runs script of the app:
  // that of the stream.
  std::vector<MessagePortData> Send(StreamKind kind,
                                    v8::Local<v8::Object> stream) const;

  // Makes a stream of the ends that came. Empty when there is no lib/ to do it;
  // the ends are closed then. Else they are in `ports`, for a message that
  // can't be read after all.
  v8::MaybeLocal<v8::Object> Receive(StreamKind kind,
                                     std::vector<MessagePortData> channels,
                                     v8::LocalVector<v8::Object>* ports) const;

 private:
  v8::Isolate* isolate() const { return functions_.isolate(); }

  LibFunctions functions_;
};

// How many channels a stream has.
inline size_t ChannelCount(StreamKind kind) {
  return kind == StreamKind::kTransform ? 2 : 1;
}

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_STREAM_TRANSFER_H_
