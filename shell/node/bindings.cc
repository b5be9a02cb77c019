// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/node/bindings.h"

#include "base/functional/bind.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "shell/common/node_includes.h"
#include "v8/include/v8-isolate.h"

// The bindings of message ports, as they are in the fork, and this program's
// own.
#define BINDINGS(V)                   \
  V(electron_browser_message_port)    \
  V(electron_browser_utility_process) \
  V(electron_common_crashpad_support) \
  V(electron_common_v8_util)          \
  V(electron_ports_node_app)          \
  V(electron_utility_parent_port)

// Defined by NODE_LINKED_BINDING_CONTEXT_AWARE.
#define V(name) void _register_##name();
BINDINGS(V)
#undef V

namespace electron_ports {

void RegisterBindings() {
#define V(name) _register_##name();
  BINDINGS(V)
#undef V
}

namespace {

void Initialize(v8::Local<v8::Object> exports,
                v8::Local<v8::Value> unused,
                v8::Local<v8::Context> context,
                void* priv) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  exports
      ->Set(
          context,
          gin::StringToSymbol(isolate, "requestGarbageCollectionForTesting"),
          gin::CreateFunctionTemplate(
              isolate, base::BindRepeating([](v8::Isolate* isolate) {
                isolate->RequestGarbageCollectionForTesting(
                    v8::Isolate::GarbageCollectionType::kFullGarbageCollection);
              }))
              ->GetFunction(context)
              .ToLocalChecked())
      .Check();
}

}  // namespace

}  // namespace electron_ports

NODE_LINKED_BINDING_CONTEXT_AWARE(electron_common_v8_util,
                                  electron_ports::Initialize)
