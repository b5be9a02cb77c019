// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/renderer/internal_channel_ports.h"

#include <memory>
#include <utility>

#include "base/functional/bind.h"
#include "content/public/renderer/render_frame.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "shell/common/node_includes.h"
#include "third_party/blink/public/common/associated_interfaces/associated_interface_registry.h"
#include "third_party/blink/public/common/messaging/message_port_channel.h"
#include "third_party/blink/public/web/web_document.h"
#include "third_party/blink/public/web/web_local_frame.h"
#include "third_party/blink/public/web/web_message_port_converter.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-persistent-handle.h"

namespace electron_ports {

InternalChannelPorts::InternalChannelPorts(content::RenderFrame* frame)
    : RenderFrameObserver(frame), RenderFrameObserverTracker(frame) {
  // Unretained: the registry goes with the frame, as this does.
  frame->GetAssociatedInterfaceRegistry()
      ->AddInterface<mojom::InternalChannels>(base::BindRepeating(
          &InternalChannelPorts::Bind, base::Unretained(this)));
}

InternalChannelPorts::~InternalChannelPorts() = default;

bool InternalChannelPorts::Take(Ports* ports) {
  const blink::DocumentToken& document =
      render_frame()->GetWebFrame()->GetDocument().Token();
  if (taken_by_ == document) {
    return false;
  }
  taken_by_ = document;
  *ports = std::exchange(ports_, {});
  return true;
}

void InternalChannelPorts::Bind(
    mojo::PendingAssociatedReceiver<mojom::InternalChannels> receiver) {
  receiver_.reset();
  receiver_.Bind(std::move(receiver));
}

void InternalChannelPorts::OnDestruct() {
  delete this;
}

void InternalChannelPorts::Grant(Ports ports) {
  ports_ = std::move(ports);
}

namespace {

// What is handed to lib/ once its bundle has run, and before anything else
// does.
struct Delivery {
  v8::Global<v8::Context> context;
  v8::Global<v8::Function> receiver;
  InternalChannelPorts::Ports ports;
};

void Deliver(v8::Isolate* isolate, std::unique_ptr<Delivery> delivery) {
  v8::HandleScope scope(isolate);
  v8::Local<v8::Context> context = delivery->context.Get(isolate);
  v8::Context::Scope context_scope(context);
  const bool has_frame = blink::WebLocalFrame::FrameForContext(context);
  v8::Local<v8::Object> ports = v8::Object::New(isolate);
  for (auto& [name, port] : delivery->ports) {
    // A document may have ended meanwhile; its ports end, too.
    if (!has_frame) {
      return;
    }
    ports
        ->CreateDataProperty(
            context, gin::StringToSymbol(isolate, name),
            blink::WebMessagePortConverter::EntangleAndInjectMessagePortChannel(
                isolate, context, blink::MessagePortChannel(std::move(port))))
        .Check();
  }
  v8::TryCatch try_catch(isolate);
  try_catch.SetVerbose(true);
  v8::Local<v8::Value> args[] = {ports};
  std::ignore = delivery->receiver.Get(isolate)->Call(
      context, v8::Undefined(isolate), std::size(args), args);
}

// For lib/, at document start, and for nobody after it: script with Node
// integration reaches this binding, too.
void SetReceiver(v8::Isolate* isolate, v8::Local<v8::Function> receiver) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  auto delivery = std::make_unique<Delivery>();
  delivery->context.Reset(isolate, context);
  delivery->receiver.Reset(isolate, receiver);
  // A service worker has no frame, and is given none.
  if (auto* web_frame = blink::WebLocalFrame::FrameForContext(context)) {
    auto* frame = content::RenderFrame::FromWebFrame(web_frame);
    auto* channels = frame ? InternalChannelPorts::Get(frame) : nullptr;
    if (channels && !channels->Take(&delivery->ports)) {
      isolate->ThrowException(v8::Exception::Error(
          gin::StringToV8(isolate, "The receiver is set already")));
      return;
    }
  }
  context->GetMicrotaskQueue()->EnqueueMicrotask(
      isolate,
      [](void* data) {
        Deliver(v8::Isolate::GetCurrent(),
                std::unique_ptr<Delivery>(static_cast<Delivery*>(data)));
      },
      delivery.release());
}

void Initialize(v8::Local<v8::Object> exports,
                v8::Local<v8::Value> unused,
                v8::Local<v8::Context> context,
                void* priv) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  exports
      ->Set(context, gin::StringToSymbol(isolate, "setReceiver"),
            gin::CreateFunctionTemplate(isolate,
                                        base::BindRepeating(&SetReceiver))
                ->GetFunction(context)
                .ToLocalChecked())
      .Check();
}

}  // namespace

}  // namespace electron_ports

NODE_LINKED_BINDING_CONTEXT_AWARE(electron_renderer_internal_channel,
                                  electron_ports::Initialize)
