// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// The binding `electron_common_crashpad_support`, which Electron's
// `child_process` asks for what a child is to inherit. There is no crash
// reporter here. Worker threads load it too, so it makes no use of gin.

#include "gin/converter.h"
#include "shell/common/node_includes.h"
#include "v8/include/v8-function.h"

namespace {

void None(const v8::FunctionCallbackInfo<v8::Value>& info) {
  info.GetReturnValue().Set(-1);
}

void Initialize(v8::Local<v8::Object> exports,
                v8::Local<v8::Value> unused,
                v8::Local<v8::Context> context,
                void* priv) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  for (const char* name : {"getCrashdumpSignalFD", "getCrashpadHandlerPID"}) {
    exports
        ->Set(context, gin::StringToSymbol(isolate, name),
              v8::Function::New(context, &None).ToLocalChecked())
        .Check();
  }
}

}  // namespace

NODE_LINKED_BINDING_CONTEXT_AWARE(electron_common_crashpad_support, Initialize)
