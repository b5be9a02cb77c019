// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/post_message.h"

#include <utility>
#include <vector>

#include "base/containers/span.h"
#include "base/memory/raw_ptr.h"
#include "gin/arguments.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/stream_transfer.h"
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

namespace {

// What one message has of platform objects.
class MessagePlatformObjects final : public PlatformObjects {
 public:
  // `channels` are those of the streams in a message that arrived.
  MessagePlatformObjects(v8::Isolate* isolate,
                         std::vector<MessagePortData> channels)
      : realm_(MessagePortRealm::From(isolate)),
        channels_(std::move(channels)) {}

  bool IsPlatformObject(v8::Local<v8::Object> object) override {
    return realm_ && realm_->stream_transfer().KindOf(object);
  }

  v8::MaybeLocal<v8::Object> MakeStream(StreamKind kind,
                                        uint32_t channel) override {
    // An honest sender refers to each channel once.
    const size_t count = ChannelCount(kind);
    if (!realm_ || channel > channels_.size() ||
        channels_.size() - channel < count) {
      return {};
    }
    std::vector<MessagePortData> own;
    for (MessagePortData& data :
         base::span(channels_).subspan(channel, count)) {
      if (!data.is_valid()) {
        return {};
      }
      own.push_back(std::exchange(data, MessagePortData()));
    }
    return realm_->stream_transfer().Receive(kind, std::move(own));
  }

 private:
  const raw_ptr<const MessagePortRealm> realm_;
  std::vector<MessagePortData> channels_;
};

}  // namespace

std::optional<PortMessage> PreparePostMessage(
    v8::Isolate* isolate,
    v8::Local<v8::Value> message,
    v8::Local<v8::Value> transfer,
    MessagePortMain* source,
    base::FunctionRef<bool()> can_send) {
  TransferList list(isolate, source);
  PortMessage prepared;
  MessagePlatformObjects platform_objects(isolate, {});
  if (!list.Read(transfer) || !list.Check() ||
      !WriteStructuredClone(isolate, message, list.attachments(),
                            &prepared.encoded, &platform_objects)) {
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
    // Only a hostile sender makes one that is not.
    if (!port.is_valid()) {
      return false;
    }
  }
  for (MessagePortData& port : message.ports) {
    attachments.ports.push_back(
        MessagePortMain::Create(isolate, std::move(port)));
  }

  MessagePlatformObjects platform_objects(isolate,
                                          std::move(message.stream_channels));
  if (!ReadStructuredClone(isolate, message.encoded, attachments,
                           &platform_objects)
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
