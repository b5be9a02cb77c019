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
#include "shell/common/structured_clone.h"
#include "v8/include/cppgc/allocation.h"
#include "v8/include/cppgc/visitor.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-cppgc.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

constexpr char kClassName[] = "MessagePortMain";

// What one port takes outside of V8's heap, in bytes and about: the endpoint,
// its connector and watcher, and its half of the pipe.
constexpr size_t kExternalBytes = 4096;

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
  v8::Local<v8::ObjectTemplate> instance = port->InstanceTemplate();
  // Electron's gin insists on them for every wrapper.
  instance->SetInternalFieldCount(gin::kNumberOfInternalFields);
  gin::PerIsolateData::From(isolate)->SetObjectTemplate(&kWrapperInfo,
                                                        instance);
  return port;
}

// static
v8::Local<v8::Object> MessagePortMain::Create(v8::Isolate* isolate,
                                              MessagePortData data) {
  return New(isolate, std::move(data))->GetWrapper(isolate).ToLocalChecked();
}

// static
std::pair<v8::Local<v8::Object>, v8::Local<v8::Object>>
MessagePortMain::CreatePair(v8::Isolate* isolate) {
  auto [data1, data2] = MessagePortData::CreatePair();
  MessagePortMain* port1 = New(isolate, std::move(data1));
  MessagePortMain* port2 = New(isolate, std::move(data2));
  port1->peer_ = port2;
  port2->peer_ = port1;
  return {port1->GetWrapper(isolate).ToLocalChecked(),
          port2->GetWrapper(isolate).ToLocalChecked()};
}

// static
MessagePortMain* MessagePortMain::New(v8::Isolate* isolate,
                                      MessagePortData data) {
  return cppgc::MakeGarbageCollected<MessagePortMain>(
      isolate->GetCppHeap()->GetAllocationHandle(), isolate, std::move(data));
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
          static_cast<MessagePortEndpoint::Client&>(*this))) {
  external_memory_.Increase(isolate_, kExternalBytes);
}

MessagePortMain::~MessagePortMain() = default;

MessagePortData MessagePortMain::Disentangle() {
  Unlink();
  MessagePortData data = endpoint_->Disentangle();
  UpdateKeepAlive();
  return data;
}

void MessagePortMain::Dispose() {
  if (!endpoint_) {
    return;
  }
  is_closing_ = false;
  keep_alive_.Clear();
  endpoint_.reset();
  external_memory_.Decrease(isolate_, kExternalBytes);
}

void MessagePortMain::Unlink() {
  MessagePortMain* peer = peer_.Get();
  if (!peer) {
    return;
  }
  for (MessagePortMain* end : {this, peer}) {
    end->peer_ = nullptr;
    end->kept_peer_ = nullptr;
  }
  peer->UpdateKeepAlive();
}

void MessagePortMain::ForgetDeadPeer(const cppgc::LivenessBroker& broker) {
  if (peer_ && !broker.IsHeapObjectAlive(peer_)) {
    peer_ = nullptr;
    UpdateKeepAlive();
  }
}

void MessagePortMain::UpdateKeepAlive() {
  const bool is_started =
      endpoint_->state() == MessagePortEndpoint::State::kStarted;
  if (is_closing_ || (is_started && (!peer_ || unread_ > 0))) {
    if (!keep_alive_) {
      keep_alive_ = this;
    }
  } else {
    keep_alive_.Clear();
  }
}

void MessagePortMain::CountArrival() {
  if (unread_ > 0) {
    --unread_;
  }
}

void MessagePortMain::Trace(cppgc::Visitor* visitor) const {
  visitor->RegisterWeakCallbackMethod<MessagePortMain,
                                      &MessagePortMain::ForgetDeadPeer>(this);
  visitor->Trace(kept_peer_);
  gin::Wrappable<MessagePortMain>::Trace(visitor);
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
  // The message's getters may close or transfer this very port; and so may the
  // streams in it, once they are sent.
  std::optional<PortMessage> prepared = PreparePostMessage(
      args, this, [this] { return endpoint_->is_entangled(); });
  if (!prepared || !endpoint_->is_entangled()) {
    return;
  }
  Send(std::move(*prepared));
}

void MessagePortMain::PostUnreadable() {
  if (!endpoint_->is_entangled()) {
    return;
  }
  PortMessage message;
  if (WriteStructuredClone(isolate_, v8::Null(isolate_),
                           CloneAttachments(isolate_), &message.encoded)) {
    // Of an agent cluster that no receiver is in.
    message.locked_to_agent_cluster = true;
    Send(std::move(message));
  }
}

void MessagePortMain::Send(PortMessage message) {
  MessagePortMain* peer = peer_.Get();
  endpoint_->Post(std::move(message),
                  peer ? PeerPlace::kThisProcess : PeerPlace::kAnywhere);
  if (peer) {
    ++peer->unread_;
    peer->UpdateKeepAlive();
  }
}

void MessagePortMain::Start() {
  if (endpoint_->state() != MessagePortEndpoint::State::kPending) {
    return;
  }
  endpoint_->Start();
  if (MessagePortMain* peer = peer_.Get()) {
    peer->kept_peer_ = this;
  }
  UpdateKeepAlive();
}

void MessagePortMain::Close() {
  if (endpoint_->is_entangled()) {
    Unlink();
    endpoint_->Close();
    is_closing_ = true;
    UpdateKeepAlive();
  }
}

bool MessagePortMain::IsClosed() const {
  return endpoint_->state() == MessagePortEndpoint::State::kClosed;
}

void MessagePortMain::OnPortMessage(PortMessage message) {
  CountArrival();
  Deliver(std::move(message));
  UpdateKeepAlive();
}

void MessagePortMain::OnPortMessageError() {
  CountArrival();
  ReportMessageError();
  UpdateKeepAlive();
}

void MessagePortMain::Deliver(PortMessage message) {
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
    ReportMessageError();
  }
}

void MessagePortMain::ReportMessageError() {
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
  Unlink();
  is_closing_ = true;
  UpdateKeepAlive();
  MessagePortRealm* realm = MessagePortRealm::From(isolate_);
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = realm->context();
  if (!context.IsEmpty()) {
    v8::Context::Scope context_scope(context);
    realm->Dispatch(this, "close", v8::Undefined(isolate_),
                    v8::Array::New(isolate_));
  }
  is_closing_ = false;
  UpdateKeepAlive();
}

}  // namespace electron_ports
