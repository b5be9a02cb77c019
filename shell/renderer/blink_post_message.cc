// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/renderer/blink_post_message.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "mojo/public/cpp/bindings/message.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/transfer_argument.h"
#include "third_party/blink/public/common/messaging/transferable_message_mojom_traits.h"
#include "third_party/blink/public/mojom/blob/blob.mojom.h"
#include "third_party/blink/public/mojom/messaging/transferable_message.mojom-blink.h"  // nogncheck
#include "third_party/blink/public/mojom/messaging/transferable_message.mojom.h"
#include "third_party/blink/renderer/bindings/core/v8/script_value.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/post_message_helper.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/serialized_script_value.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/transferables.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/unpacked_serialized_script_value.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/v8_script_value_deserializer.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/to_v8_traits.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_dom_exception.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_message_port.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_post_message_options.h"  // nogncheck
#include "third_party/blink/renderer/core/dom/dom_exception.h"  // nogncheck
#include "third_party/blink/renderer/core/execution_context/execution_context.h"  // nogncheck
#include "third_party/blink/renderer/core/messaging/blink_transferable_message.h"  // nogncheck
#include "third_party/blink/renderer/core/messaging/blink_transferable_message_mojom_traits.h"  // nogncheck
#include "third_party/blink/renderer/core/messaging/message_port.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/exception_state.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/script_state.h"  // nogncheck
#include "third_party/blink/renderer/platform/weborigin/security_origin.h"  // nogncheck
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

constexpr std::string_view kCouldNotBeCloned =
    "An object could not be cloned: ";

// Throws again what Blink threw, a DataCloneError in Electron's words with
// Blink's after them.
void Rethrow(v8::Isolate* isolate, v8::TryCatch& try_catch) {
  const blink::DOMException* exception =
      blink::V8DOMException::ToWrappable(isolate, try_catch.Exception());
  if (!exception || exception->name() != "DataCloneError") {
    try_catch.ReThrow();
    return;
  }
  const std::string message = exception->message().Utf8();
  try_catch.Reset();
  ThrowDataCloneError(isolate, base::StrCat({kCouldNotBeCloned, message}));
}

// Checks here what Blink would find out only after ArrayBuffers are detached.
bool ReadTransfer(v8::Isolate* isolate,
                  v8::Local<v8::Value> transfer,
                  blink::HeapVector<blink::ScriptObject>* out) {
  v8::LocalVector<v8::Value> items(isolate);
  if (!ReadTransferArgument(isolate, transfer, &items)) {
    return false;
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string index = base::NumberToString(i);
    if (!items[i]->IsObject()) {
      ThrowTypeError(
          isolate, base::StrCat({"Invalid value for transfer: at index ", index,
                                 ", expected a transferable object, "
                                 "got ",
                                 DescribeValue(isolate, items[i]), "."}));
      return false;
    }
    blink::MessagePort* port =
        blink::V8MessagePort::ToWrappable(isolate, items[i]);
    if (port && port->IsNeutered()) {
      ThrowDataCloneError(isolate, base::StrCat({"Port at index ", index,
                                                 " is already neutered."}));
      return false;
    }
    out->push_back(blink::ScriptObject(isolate, items[i].As<v8::Object>()));
  }
  return true;
}

}  // namespace

bool SerializeInBlink(v8::Isolate* isolate,
                      v8::Local<v8::Value> message,
                      v8::Local<v8::Value> transfer,
                      blink::TransferableMessage* out) {
  blink::HeapVector<blink::ScriptObject> items;
  if (!ReadTransfer(isolate, transfer, &items)) {
    return false;
  }
  auto* options = blink::PostMessageOptions::Create();
  options->setTransfer(std::move(items));

  auto* execution_context =
      blink::ExecutionContext::From(isolate->GetCurrentContext());
  v8::TryCatch try_catch(isolate);
  blink::ExceptionState exception_state(isolate);
  blink::Transferables transferables;
  blink::BlinkTransferableMessage prepared;
  prepared.message = blink::PostMessageHelper::SerializeMessageByMove(
      isolate, blink::ScriptValue(isolate, message), options, transferables,
      exception_state);
  if (exception_state.HadException()) {
    Rethrow(isolate, try_catch);
    return false;
  }
  prepared.ports = blink::MessagePort::DisentanglePorts(
      execution_context, transferables.message_ports, exception_state);
  if (exception_state.HadException()) {
    Rethrow(isolate, try_catch);
    return false;
  }
  prepared.sender_origin =
      execution_context->GetSecurityOrigin()->IsolatedCopy();
  prepared.sender_agent_cluster_id = execution_context->GetAgentClusterID();
  prepared.locked_to_sender_agent_cluster =
      prepared.message->IsLockedToAgentCluster();

  // Blink converts to its own type from the public one, but not back: the bytes
  // of the mojom are what both have in common.
  mojo::Message bytes = blink::mojom::blink::TransferableMessage::WrapAsMessage(
      std::move(prepared));
  bytes.SerializeIfNecessary();
  return blink::mojom::TransferableMessage::DeserializeFromMessage(
      std::move(bytes), out);
}

bool DeserializeInBlink(v8::Isolate* isolate,
                        blink::TransferableMessage message,
                        v8::Local<v8::Value>* data,
                        std::vector<v8::Local<v8::Value>>* ports) {
  auto* script_state =
      blink::ScriptState::From(isolate, isolate->GetCurrentContext());
  auto* execution_context = blink::ExecutionContext::From(script_state);
  blink::BlinkTransferableMessage received =
      blink::BlinkTransferableMessage::FromTransferableMessage(
          std::move(message));
  if (received.locked_to_sender_agent_cluster ||
      !received.message->CanDeserializeIn(execution_context)) {
    return false;
  }

  blink::MessagePortArray entangled(*blink::MessagePort::EntanglePorts(
      *execution_context, std::move(received.ports)));
  blink::V8ScriptValueDeserializer::Options options;
  options.message_ports = &entangled;
  blink::V8ScriptValueDeserializer deserializer(
      script_state,
      blink::SerializedScriptValue::Unpack(std::move(received.message)),
      options);
  *data = deserializer.Deserialize();
  if (deserializer.HasError()) {
    return false;
  }
  for (blink::MessagePort* port : entangled) {
    ports->push_back(
        blink::ToV8Traits<blink::MessagePort>::ToV8(script_state, port));
  }
  return true;
}

}  // namespace electron_ports
