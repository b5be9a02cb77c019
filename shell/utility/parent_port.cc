// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/utility/parent_port.h"

#include <utility>

#include "base/functional/bind.h"
#include "base/no_destructor.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "shell/browser/message_port_main.h"
#include "shell/common/node_includes.h"

namespace electron {

// static
ParentPort* ParentPort::GetInstance() {
  static base::NoDestructor<ParentPort> instance;
  return instance.get();
}

ParentPort::ParentPort() = default;
ParentPort::~ParentPort() = default;

void ParentPort::Initialize(blink::MessagePortDescriptor port) {
  port_ = electron_ports::MessagePortData(std::move(port));
}

electron_ports::MessagePortData ParentPort::Take() {
  return std::move(port_);
}

void ParentPort::Close() {
  port_ = electron_ports::MessagePortData();
}

}  // namespace electron

namespace {

v8::Local<v8::Value> CreateParentPort(v8::Isolate* isolate) {
  electron_ports::MessagePortData port =
      electron::ParentPort::GetInstance()->Take();
  if (!port.is_valid()) {
    isolate->ThrowException(v8::Exception::Error(
        gin::StringToV8(isolate, "The parent port was taken already")));
    return v8::Undefined(isolate);
  }
  return electron_ports::MessagePortMain::Create(isolate, std::move(port));
}

void Initialize(v8::Local<v8::Object> exports,
                v8::Local<v8::Value> unused,
                v8::Local<v8::Context> context,
                void* priv) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  exports
      ->Set(context, gin::StringToSymbol(isolate, "createParentPort"),
            gin::CreateFunctionTemplate(isolate,
                                        base::BindRepeating(&CreateParentPort))
                ->GetFunction(context)
                .ToLocalChecked())
      .Check();
}

}  // namespace

NODE_LINKED_BINDING_CONTEXT_AWARE(electron_utility_parent_port, Initialize)
