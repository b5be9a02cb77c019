// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/message_port_main.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/functional/bind.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "gin/per_isolate_data.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/post_message.h"
#include "shell/browser/wrapper_tags.h"
#include "shell/common/data_clone_error.h"
#include "v8/include/cppgc/allocation.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-cppgc.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

constexpr char kClassName[] = "MessagePortMain";

void ThrowIllegalConstructor(const v8::FunctionCallbackInfo<v8::Value>& info) {
  ThrowTypeError(info.GetIsolate(), "Illegal constructor");
}

}  // namespace

const gin::WrapperInfo MessagePortMain::kWrapperInfo = {
    {gin::kEmbedderNativeGin},
    kMessagePortMainTag};

// static
v8::Local<v8::FunctionTemplate> MessagePortMain::CreateTemplate(
    v8::Isolate* isolate) {
  v8::Local<v8::FunctionTemplate> port =
      v8::FunctionTemplate::New(isolate, &ThrowIllegalConstructor);
  port->SetClassName(gin::StringToSymbol(isolate, kClassName));
  v8::Local<v8::ObjectTemplate> prototype = port->PrototypeTemplate();
  const auto method = [&](auto callback) {
    return gin::CreateFunctionTemplate(
        isolate, base::BindRepeating(callback),
        {.holder_is_first_argument = true, .holder_type = kClassName});
  };
  prototype->Set(gin::StringToSymbol(isolate, "postMessage"),
                 method(&MessagePortMain::PostMessage));
  prototype->Set(gin::StringToSymbol(isolate, "start"),
                 method(&MessagePortMain::Start));
  prototype->Set(gin::StringToSymbol(isolate, "close"),
                 method(&MessagePortMain::Close));
  prototype->SetAccessorProperty(gin::StringToSymbol(isolate, "closed"),
                                 method(&MessagePortMain::IsClosed));
  prototype->Set(
      v8::Symbol::GetToStringTag(isolate),
      gin::StringToSymbol(isolate, kClassName),
      static_cast<v8::PropertyAttribute>(v8::ReadOnly | v8::DontEnum));
  gin::PerIsolateData::From(isolate)->SetObjectTemplate(
      &kWrapperInfo, port->InstanceTemplate());
  return port;
}

// static
v8::Local<v8::Object> MessagePortMain::Create(v8::Isolate* isolate,
                                              MessagePortData data) {
  return cppgc::MakeGarbageCollected<MessagePortMain>(
             isolate->GetCppHeap()->GetAllocationHandle(), isolate,
             std::move(data))
      ->GetWrapper(isolate)
      .ToLocalChecked();
}

// static
MessagePortMain* MessagePortMain::From(v8::Isolate* isolate,
                                       v8::Local<v8::Value> value) {
  MessagePortMain* port = nullptr;
  return gin::ConvertFromV8(isolate, value, &port) ? port : nullptr;
}

MessagePortMain::MessagePortMain(v8::Isolate* isolate, MessagePortData data)
    : isolate_(isolate),
      endpoint_(std::make_unique<MessagePortEndpoint>(
          std::move(data),
          static_cast<MessagePortEndpoint::Client&>(*this))) {}

MessagePortMain::~MessagePortMain() = default;

MessagePortData MessagePortMain::Disentangle() {
  // A close that was asked for is still reported, and keeps the port until
  // then.
  if (endpoint_->is_entangled()) {
    keep_alive_.Clear();
  }
  return endpoint_->Disentangle();
}

void MessagePortMain::Dispose() {
  keep_alive_.Clear();
  endpoint_.reset();
}

const gin::WrapperInfo* MessagePortMain::wrapper_info() const {
  return &kWrapperInfo;
}

const char* MessagePortMain::GetHumanReadableName() const {
  return "Electron / MessagePortMain";
}

void MessagePortMain::PostMessage(gin::Arguments* args) {
  if (!endpoint_->is_entangled()) {
    return;
  }
  // The message's getters may close or transfer this very port.
  std::optional<PortMessage> prepared = PreparePostMessage(
      args, this, [this] { return endpoint_->is_entangled(); });
  if (prepared) {
    endpoint_->Post(std::move(*prepared));
  }
}

void MessagePortMain::Start() {
  endpoint_->Start();
  if (endpoint_->is_entangled()) {
    keep_alive_ = this;
  }
}

void MessagePortMain::Close() {
  if (endpoint_->is_entangled()) {
    endpoint_->Close();
    keep_alive_ = this;
  }
}

bool MessagePortMain::IsClosed() const {
  return endpoint_->state() == MessagePortEndpoint::State::kClosed;
}

void MessagePortMain::OnPortMessage(PortMessage message) {
  MessagePortRealm* realm = MessagePortRealm::From(isolate_);
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = realm->context();
  if (context.IsEmpty()) {
    return;
  }
  v8::Context::Scope context_scope(context);
  v8::Local<v8::Value> data;
  v8::Local<v8::Array> ports;
  if (ReadPostMessage(isolate_, std::move(message), &data, &ports)) {
    realm->Dispatch(this, "message", data, ports);
  } else {
    OnPortMessageError();
  }
}

void MessagePortMain::OnPortMessageError() {
  MessagePortRealm* realm = MessagePortRealm::From(isolate_);
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = realm->context();
  if (context.IsEmpty()) {
    return;
  }
  v8::Context::Scope context_scope(context);
  realm->Dispatch(this, "messageerror", v8::Undefined(isolate_),
                  v8::Array::New(isolate_));
}

void MessagePortMain::OnPortClose() {
  MessagePortRealm* realm = MessagePortRealm::From(isolate_);
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = realm->context();
  if (!context.IsEmpty()) {
    v8::Context::Scope context_scope(context);
    realm->Dispatch(this, "close", v8::Undefined(isolate_),
                    v8::Array::New(isolate_));
  }
  keep_alive_.Clear();
}

}  // namespace electron_ports
