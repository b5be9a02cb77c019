// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/message_port_realm.h"

#include <array>
#include <utility>

#include "base/check.h"
#include "base/functional/bind.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/opaque_handle.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/parked_ports.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-template.h"

namespace electron_ports {

namespace {

// The main thread has one isolate, and each worker thread of Node's; tests make
// one after the other.
constinit thread_local MessagePortRealm* g_realm = nullptr;

void CallPlainly(v8::Isolate* isolate,
                 v8::Local<v8::Function> function,
                 base::span<v8::Local<v8::Value>> args) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::MicrotasksScope microtasks(context, v8::MicrotasksScope::kRunMicrotasks);
  v8::TryCatch try_catch(isolate);
  try_catch.SetVerbose(true);
  std::ignore = function->Call(context, v8::Undefined(isolate),
                               static_cast<int>(args.size()), args.data());
}

v8::Local<v8::Object> CreatePair(v8::Isolate* isolate) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  auto [port1, port2] = MessagePortMain::CreatePair(isolate);
  v8::Local<v8::Object> pair = v8::Object::New(isolate);
  // Not Set(): a setter of the app's may be on Object.prototype.
  pair->CreateDataProperty(context, gin::StringToSymbol(isolate, "port1"),
                           port1)
      .Check();
  pair->CreateDataProperty(context, gin::StringToSymbol(isolate, "port2"),
                           port2)
      .Check();
  return pair;
}

// Gives a number for another thread of this process, and neuters the port.
double Park(v8::Isolate* isolate, MessagePortMain* port) {
  if (port->endpoint().is_neutered()) {
    ThrowDataCloneError(isolate, "The port is already neutered.");
    return 0;
  }
  return static_cast<double>(ParkPort(port->Disentangle()));
}

// Undefined where there is none of that number.
v8::Local<v8::Value> Unpark(v8::Isolate* isolate, double number) {
  MessagePortData port = UnparkPort(static_cast<uint64_t>(number));
  if (!port.is_valid()) {
    return v8::Undefined(isolate);
  }
  return MessagePortMain::Create(isolate, std::move(port));
}

// A watched pipe costs one system object here, so every port is watched.
void WatchForClose(MessagePortMain*) {}

}  // namespace

MessagePortRealm::Hooks::Hooks()
    : call(base::BindRepeating(&CallPlainly)),
      is_untransferable(base::BindRepeating(
          [](v8::Isolate*, v8::Local<v8::Object>) { return false; })),
      blob_registry(base::BindRepeating(
          [] { return mojo::PendingRemote<blob_mojom::BlobRegistry>(); })),
      describe_image(
          base::BindRepeating([](v8::Isolate*, v8::Local<v8::Object>) {
            return std::optional<CloneImage>();
          })),
      make_image(base::BindRepeating([](v8::Isolate*, const CloneImage&) {
        return v8::MaybeLocal<v8::Object>();
      })) {}
MessagePortRealm::Hooks::Hooks(Hooks&&) = default;
MessagePortRealm::Hooks::~Hooks() = default;

// static
MessagePortRealm& MessagePortRealm::Install(v8::Isolate* isolate,
                                            v8::Local<v8::Object> exports,
                                            Hooks hooks) {
  CHECK(!g_realm);
  g_realm = new MessagePortRealm(isolate, std::move(hooks));

  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  const auto set = [&](std::string_view name,
                       v8::Local<v8::FunctionTemplate> function) {
    exports
        ->Set(context, gin::StringToSymbol(isolate, name),
              function->GetFunction(context).ToLocalChecked())
        .Check();
  };
  set("MessagePortMain", MessagePortMain::CreateTemplate(isolate));
  set("OpaqueHandle", OpaqueHandle::CreateTemplate(isolate));
  set("createPair",
      gin::CreateFunctionTemplate(isolate, base::BindRepeating(&CreatePair)));
  set("watchForClose", gin::CreateFunctionTemplate(
                           isolate, base::BindRepeating(&WatchForClose)));
  set("portName", gin::CreateFunctionTemplate(
                      isolate, base::BindRepeating([](MessagePortMain* port) {
                        return port->endpoint().id().ToString();
                      })));
  set("parkPort",
      gin::CreateFunctionTemplate(isolate, base::BindRepeating(&Park)));
  set("unparkPort",
      gin::CreateFunctionTemplate(isolate, base::BindRepeating(&Unpark)));
  set("postUnreadable",
      gin::CreateFunctionTemplate(
          isolate, base::BindRepeating(&MessagePortMain::PostUnreadable)));
  // What lib/ gives. Unretained: the realm ends after every function of its
  // isolate.
  const auto set_setter = [&](std::string_view name, auto&& take) {
    set(name,
        gin::CreateFunctionTemplate(
            isolate, base::BindRepeating(take, base::Unretained(g_realm))));
  };
  set_setter("setEventDispatcher",
             [](MessagePortRealm* self, v8::Local<v8::Function> dispatcher) {
               self->dispatcher_.Reset(self->isolate_, dispatcher);
             });
  set_setter("setStreamTransfer",
             [](MessagePortRealm* self, v8::Local<v8::Object> functions) {
               self->stream_transfer_.Set(functions);
             });
  set_setter("setBlobTransfer",
             [](MessagePortRealm* self, v8::Local<v8::Object> functions) {
               self->blob_transfer_.Set(functions);
             });
  set_setter("setNodeObjects",
             [](MessagePortRealm* self, v8::Local<v8::Object> functions) {
               self->node_objects_.Set(functions);
             });
  set_setter("setForwarder",
             [](MessagePortRealm* self, v8::Local<v8::Object> functions) {
               self->forwarder_.Set(functions);
             });
  return *g_realm;
}

// static
MessagePortRealm* MessagePortRealm::From(v8::Isolate* isolate) {
  return g_realm && g_realm->isolate_ == isolate ? g_realm : nullptr;
}

MessagePortRealm::MessagePortRealm(v8::Isolate* isolate, Hooks hooks)
    : isolate_(isolate),
      isolate_data_(*gin::PerIsolateData::From(isolate)),
      hooks_(std::move(hooks)),
      context_(isolate, isolate->GetCurrentContext()),
      stream_transfer_(isolate),
      blob_transfer_(*this),
      node_objects_(isolate),
      forwarder_(isolate) {
  isolate_data_->AddDisposeObserver(this);
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Value> constructor;
  if (context->Global()
          ->Get(context, gin::StringToSymbol(isolate, "ArrayBuffer"))
          .ToLocal(&constructor) &&
      constructor->IsFunction()) {
    array_buffer_constructor_.Reset(isolate, constructor.As<v8::Function>());
  }
}

MessagePortRealm::~MessagePortRealm() {
  isolate_data_->RemoveDisposeObserver(this);
}

v8::Local<v8::Context> MessagePortRealm::context() const {
  return context_.Get(isolate_);
}

v8::MaybeLocal<v8::Function> MessagePortRealm::array_buffer_constructor()
    const {
  return array_buffer_constructor_.Get(isolate_);
}

void MessagePortRealm::Dispatch(MessagePortMain* port,
                                std::string_view type,
                                v8::Local<v8::Value> data,
                                v8::Local<v8::Array> ports) {
  v8::Local<v8::Object> wrapper;
  if (dispatcher_.IsEmpty() || context_.IsEmpty() ||
      !port->GetWrapper(isolate_).ToLocal(&wrapper)) {
    return;
  }
  std::array<v8::Local<v8::Value>, 4> args = {
      wrapper, gin::StringToSymbol(isolate_, type), data, ports};
  hooks_.call.Run(isolate_, dispatcher_.Get(isolate_), args);
}

void MessagePortRealm::StopScript() {
  dispatcher_.Reset();
  stream_transfer_.Reset();
  blob_transfer_.Reset();
  node_objects_.Reset();
  forwarder_.Reset();
  array_buffer_constructor_.Reset();
  context_.Reset();
}

void MessagePortRealm::OnBeforeDispose(v8::Isolate*) {
  StopScript();
}

void MessagePortRealm::OnDisposed() {
  g_realm = nullptr;
  delete this;
}

}  // namespace electron_ports
