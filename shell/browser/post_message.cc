// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/post_message.h"

#include <utility>

#include "gin/arguments.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/transfer_list.h"
#include "shell/common/array_buffer_contents.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/structured_clone.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

std::optional<PortMessage> PreparePostMessage(
    v8::Isolate* isolate,
    v8::Local<v8::Value> message,
    v8::Local<v8::Value> transfer,
    MessagePortMain* source,
    base::FunctionRef<bool()> can_send) {
  TransferList list(isolate, source);
  PortMessage prepared;
  if (!list.Read(transfer) || !list.Check() ||
      !WriteStructuredClone(isolate, message, list.attachments(),
                            &prepared.encoded)) {
    return std::nullopt;
  }
  if (prepared.encoded.size() > kMaxTransferredBytes) {
    ThrowDataCloneError(isolate,
                        "An object could not be cloned: it takes more than "
                        "2147483647 bytes, the most that can travel.");
    return std::nullopt;
  }
  if (!can_send() || !list.Check() || !list.DetachInto(&prepared)) {
    return std::nullopt;
  }
  return prepared;
}

std::optional<PortMessage> PreparePostMessage(
    gin::Arguments* args,
    MessagePortMain* source,
    base::FunctionRef<bool()> can_send) {
  v8::Isolate* isolate = args->isolate();
  v8::Local<v8::Value> message = v8::Undefined(isolate);
  v8::Local<v8::Value> transfer = v8::Undefined(isolate);
  args->GetNext(&message);
  args->GetNext(&transfer);
  return PreparePostMessage(isolate, message, transfer, source, can_send);
}

bool ReadPostMessage(v8::Isolate* isolate,
                     PortMessage message,
                     v8::Local<v8::Value>* data,
                     v8::Local<v8::Array>* ports) {
  // Shared memory and code of another agent cluster: this process is never in a
  // renderer's.
  if (message.locked_to_agent_cluster) {
    return false;
  }

  v8::TryCatch try_catch(isolate);
  CloneAttachments attachments(isolate);
  for (const ArrayBufferContents& contents : message.array_buffers) {
    v8::Local<v8::ArrayBuffer> buffer;
    if (!ToArrayBuffer(isolate, contents).ToLocal(&buffer)) {
      return false;
    }
    attachments.array_buffers.push_back(buffer);
  }
  for (MessagePortData& port : message.ports) {
    // A sender can leave out what its mojom has to have.
    if (!port.is_valid()) {
      return false;
    }
  }
  for (MessagePortData& port : message.ports) {
    attachments.ports.push_back(
        MessagePortMain::Create(isolate, std::move(port)));
  }

  if (!ReadStructuredClone(isolate, message.encoded, attachments)
           .ToLocal(data)) {
    for (v8::Local<v8::Object> port : attachments.ports) {
      MessagePortMain::From(isolate, port)->Dispose();
    }
    return false;
  }

  v8::LocalVector<v8::Value> values(isolate);
  values.insert(values.end(), attachments.ports.begin(),
                attachments.ports.end());
  *ports = v8::Array::New(isolate, values.data(), values.size());
  return true;
}

}  // namespace electron_ports
