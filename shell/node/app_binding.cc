// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// The binding `electron_ports_node_app`: the process itself, for lib/app.ts.

#include "base/functional/bind.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "shell/common/node_includes.h"
#include "shell/node/node_process.h"
#include "v8/include/v8-isolate.h"

namespace {

void Initialize(v8::Local<v8::Object> exports,
                v8::Local<v8::Value> unused,
                v8::Local<v8::Context> context,
                void* priv) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  exports
      ->Set(context, gin::StringToSymbol(isolate, "quit"),
            gin::CreateFunctionTemplate(
                isolate, base::BindRepeating(&electron_ports::QuitNodeProcess))
                ->GetFunction(context)
                .ToLocalChecked())
      .Check();
  exports
      ->Set(context, gin::StringToSymbol(isolate, "entryScript"),
            gin::StringToV8(isolate, electron_ports::GetEntryScript()))
      .Check();
}

}  // namespace

NODE_LINKED_BINDING_CONTEXT_AWARE(electron_ports_node_app, Initialize)
