// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/test/script_realm.h"

#include "base/task/single_thread_task_runner.h"
#include "gin/array_buffer.h"
#include "gin/converter.h"
#include "gin/public/isolate_holder.h"
#include "gin/v8_initializer.h"
#include "shell/browser/message_port_realm.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-script.h"

namespace electron_ports {

ScriptRealm::ScriptRealm(std::string_view source) {
#ifdef V8_USE_EXTERNAL_STARTUP_DATA
  gin::V8Initializer::LoadV8Snapshot();
#endif
  gin::IsolateHolder::Initialize(gin::IsolateHolder::kStrictMode,
                                 gin::ArrayBufferAllocator::SharedInstance());
  holder_ = std::make_unique<gin::IsolateHolder>(
      base::SingleThreadTaskRunner::GetCurrentDefault(),
      gin::IsolateHolder::IsolateType::kBlinkMainThread);
  isolate()->Enter();
  v8::HandleScope scope(isolate());
  context_.Reset(isolate(), v8::Context::New(isolate()));
  context()->Enter();
  v8::Local<v8::Object> binding = v8::Object::New(isolate());
  MessagePortRealm::Install(isolate(), binding, MessagePortRealm::Hooks());
  context()
      ->Global()
      ->Set(context(), gin::StringToV8(isolate(), "binding"), binding)
      .Check();
  Run(source);
}

ScriptRealm::~ScriptRealm() {
  {
    v8::HandleScope scope(isolate());
    context()->Exit();
    context_.Reset();
  }
  isolate()->Exit();
}

v8::Isolate* ScriptRealm::isolate() const {
  return holder_->isolate();
}

v8::Local<v8::Value> ScriptRealm::Run(std::string_view source) {
  return v8::Script::Compile(context(), gin::StringToV8(isolate(), source))
      .ToLocalChecked()
      ->Run(context())
      .ToLocalChecked();
}

}  // namespace electron_ports
