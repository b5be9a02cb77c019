// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// The binding `electron_browser_message_port`, in the fork: what ties the realm
// of message ports to Electron's isolate and to Node.

#include <tuple>
#include <utility>

#include "base/containers/span.h"
#include "base/functional/bind.h"
#include "shell/browser/blob_registry.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/node_worker.h"
#include "shell/common/native_image_clone.h"
#include "shell/common/node_includes.h"

namespace {

using electron_ports::MessagePortRealm;

void CallIntoNode(v8::Isolate* isolate,
                  v8::Local<v8::Function> function,
                  base::span<v8::Local<v8::Value>> args) {
  if (!node::Environment::GetCurrent(isolate)) {
    return;
  }
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  // Promise jobs run when the call has returned, as after any event of Node.
  v8::MicrotasksScope microtasks(context, v8::MicrotasksScope::kRunMicrotasks);
  std::ignore =
      node::MakeCallback(isolate, context->Global(), function,
                         static_cast<int>(args.size()), args.data(), {0, 0});
}

// Node's own mark: on the memory that small Buffers share, for instance.
bool IsMarkedUntransferable(v8::Isolate* isolate,
                            v8::Local<v8::Object> object) {
  node::Environment* env = node::Environment::GetCurrent(isolate);
  return env && object
                    ->HasPrivate(isolate->GetCurrentContext(),
                                 env->untransferable_object_private_symbol())
                    .FromMaybe(true);
}

void Initialize(v8::Local<v8::Object> exports,
                v8::Local<v8::Value> unused,
                v8::Local<v8::Context> context,
                void* priv) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  electron_ports::PrepareNodeWorker(isolate);
  MessagePortRealm::Hooks hooks;
  hooks.call = base::BindRepeating(&CallIntoNode);
  hooks.is_untransferable = base::BindRepeating(&IsMarkedUntransferable);
  hooks.blob_registry =
      base::BindRepeating(&electron_ports::ConnectToBlobRegistry);
  hooks.describe_image =
      base::BindRepeating(&electron_ports::DescribeNativeImage);
  hooks.make_image = base::BindRepeating(&electron_ports::MakeNativeImage);
  MessagePortRealm& realm =
      MessagePortRealm::Install(isolate, exports, std::move(hooks));
  // Node's environment ends before the isolate, and ports may still get
  // messages in between.
  node::AddEnvironmentCleanupHook(
      isolate,
      [](void* data) { static_cast<MessagePortRealm*>(data)->StopScript(); },
      &realm);
}

}  // namespace

NODE_LINKED_BINDING_CONTEXT_AWARE(electron_browser_message_port, Initialize)
