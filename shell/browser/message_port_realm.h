// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_REALM_H_
#define ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_REALM_H_

#include <optional>
#include <string_view>

#include "base/containers/span.h"
#include "base/functional/callback.h"
#include "base/memory/raw_ptr.h"
#include "base/memory/raw_ref.h"
#include "gin/per_isolate_data.h"
#include "shell/browser/blob_transfer.h"
#include "shell/browser/node_objects.h"
#include "shell/browser/stream_transfer.h"
#include "shell/common/structured_clone.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-persistent-handle.h"

namespace electron_ports {

class MessagePortMain;

// What the ports of one isolate share: their class, what lib/ adds (the one
// function that turns what happens on them into events, streams and Blobs), and
// the embedder's ways. It is no registry: it does not know which ports there
// are.
class MessagePortRealm final : private gin::PerIsolateData::DisposeObserver {
 public:
  struct Hooks {
    Hooks();
    Hooks(Hooks&&);
    ~Hooks();

    // Calls `function` as the process calls into script. In the fork that is
    // Node's way, with its promise jobs and ticks; the default is a plain call.
    base::RepeatingCallback<void(v8::Isolate* isolate,
                                 v8::Local<v8::Function> function,
                                 base::span<v8::Local<v8::Value>> args)>
        call;

    // Whether an object was marked as one that must stay. Node does so with
    // the memory that small Buffers share. The default marks nothing.
    base::RepeatingCallback<bool(v8::Isolate* isolate,
                                 v8::Local<v8::Object> object)>
        is_untransferable;

    // Connects to the blob storage that Blobs of this process are to be in
    // where the receiver's session is not known. The default has none.
    ConnectToBlobStorage blob_registry;

    // What PlatformObjects of structured_clone.h asks about images. The
    // defaults know none.
    base::RepeatingCallback<std::optional<CloneImage>(
        v8::Isolate* isolate,
        v8::Local<v8::Object> object)>
        describe_image;
    base::RepeatingCallback<v8::MaybeLocal<v8::Object>(v8::Isolate* isolate,
                                                       const CloneImage& image)>
        make_image;
  };

  // Makes the realm of `isolate`, for its current context, and puts the binding
  // `electron_browser_message_port` (typings/bindings.d.ts) on `exports`. Lives
  // until the isolate ends; made once, and one at a time for each thread.
  static MessagePortRealm& Install(v8::Isolate* isolate,
                                   v8::Local<v8::Object> exports,
                                   Hooks hooks);

  // Null where Install() was not called. On the isolate's own thread.
  static MessagePortRealm* From(v8::Isolate* isolate);

  MessagePortRealm(const MessagePortRealm&) = delete;
  MessagePortRealm& operator=(const MessagePortRealm&) = delete;
  ~MessagePortRealm() override;

  v8::Isolate* isolate() const { return isolate_; }
  const Hooks& hooks() const { return hooks_; }
  const StreamTransfer& stream_transfer() const { return stream_transfer_; }
  BlobTransfer& blob_transfer() { return blob_transfer_; }
  const NodeObjects& node_objects() const { return node_objects_; }
  const Forwarder& forwarder() const { return forwarder_; }

  // Empty once script may not run any more.
  v8::Local<v8::Context> context() const;

  // ArrayBuffer as it was before any script of the app. Empty as context() is.
  v8::MaybeLocal<v8::Function> array_buffer_constructor() const;

  // Reports one event to lib/. Runs script, unless lib/ has not set its
  // dispatcher yet, or StopScript() was called.
  void Dispatch(MessagePortMain* port,
                std::string_view type,
                v8::Local<v8::Value> data,
                v8::Local<v8::Array> ports);

  // From now on no script runs on behalf of ports. For an environment that ends
  // before its isolate; the ports themselves end with the isolate.
  void StopScript();

 private:
  MessagePortRealm(v8::Isolate* isolate, Hooks hooks);

  // gin::PerIsolateData::DisposeObserver:
  void OnBeforeDispose(v8::Isolate* isolate) override;
  void OnBeforeMicrotasksRunnerDispose(v8::Isolate* isolate) override {}
  void OnDisposed() override;

  // Not looked into any more once it is disposed; its data is, to leave it.
  const raw_ptr<v8::Isolate, DisableDanglingPtrDetection> isolate_;
  const raw_ref<gin::PerIsolateData> isolate_data_;
  const Hooks hooks_;
  v8::Global<v8::Context> context_;
  v8::Global<v8::Function> array_buffer_constructor_;
  v8::Global<v8::Function> dispatcher_;
  StreamTransfer stream_transfer_;
  BlobTransfer blob_transfer_;
  NodeObjects node_objects_;
  Forwarder forwarder_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_REALM_H_
