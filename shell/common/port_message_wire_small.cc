// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include <utility>

#include "base/check.h"
#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/unguessable_token.h"
#include "electron_ports/shell/common/blob_small.mojom.h"
#include "electron_ports/shell/common/port_message_small.mojom.h"
#include "mojo/public/cpp/base/big_buffer_mojom_traits.h"
#include "mojo/public/cpp/base/unguessable_token_mojom_traits.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "shell/common/message_size.h"
#include "shell/common/port_message_wire.h"

namespace electron_ports {

namespace {

static_assert(sizeof(small::mojom::internal::TransferableMessage_Data) ==
              kTransferableMessageWireSize);
static_assert(sizeof(small::mojom::internal::CloneableMessage_Data) ==
              kCloneableMessageWireSize);

// Blink refuses a message whose sender names no agent cluster. The browser
// process is a cluster of its own.
const base::UnguessableToken& EmbedderAgentClusterId() {
  static const base::UnguessableToken id = base::UnguessableToken::Create();
  return id;
}

std::vector<small::mojom::MessagePortDescriptorPtr> ToWire(
    std::vector<MessagePortData> ports) {
  return base::ToVector(ports, [](MessagePortData& port) {
    blink::MessagePortDescriptor descriptor = port.TakeDescriptor();
    auto wire = small::mojom::MessagePortDescriptor::New();
    wire->pipe_handle = descriptor.TakeHandleForSerialization();
    wire->id = descriptor.TakeIdForSerialization();
    wire->sequence_number = descriptor.TakeSequenceNumberForSerialization();
    return wire;
  });
}

std::vector<MessagePortData> FromWire(
    std::vector<small::mojom::MessagePortDescriptorPtr> ports) {
  return base::ToVector(ports, [](auto& wire) {
    blink::MessagePortDescriptor descriptor;
    // No port has this number but one that a hostile sender made up.
    if (wire->sequence_number == 0) {
      return MessagePortData();
    }
    descriptor.InitializeFromSerializedValues(std::move(wire->pipe_handle),
                                              wire->id, wire->sequence_number);
    return MessagePortData(std::move(descriptor));
  });
}

}  // namespace

mojo::Message ToMojoMessage(PortMessage message) {
  DCHECK(!message.encoded.empty());

  auto wire = small::mojom::TransferableMessage::New();
  wire->message = small::mojom::CloneableMessage::New();
  wire->message->encoded_message =
      mojo_base::BigBuffer(base::span(message.encoded));
  wire->message->sender_agent_cluster_id = EmbedderAgentClusterId();
  wire->message->locked_to_sender_agent_cluster =
      message.locked_to_agent_cluster;
  for (BlobHandle& blob : message.blobs) {
    wire->message->blobs.push_back(small::mojom::SerializedBlob::New(
        std::move(blob.uuid), std::move(blob.type), blob.size,
        mojo::PendingRemote<small::mojom::Blob>(std::move(blob.pipe),
                                                blob.version)));
  }
  wire->ports = ToWire(std::move(message.ports));
  wire->stream_channels = ToWire(std::move(message.stream_channels));
  for (ArrayBufferContents& buffer : message.array_buffers) {
    wire->array_buffer_contents_array.push_back(
        small::mojom::SerializedArrayBufferContents::New(
            std::move(buffer.bytes), buffer.max_byte_length));
  }
  return small::mojom::TransferableMessage::WrapAsMessage(std::move(wire));
}

std::optional<PortMessage> FromMojoMessage(mojo::Message mojo_message) {
  small::mojom::TransferableMessagePtr wire;
  // What has no payload is read, too: as nothing.
  if (!small::mojom::TransferableMessage::DeserializeFromMessage(
          std::move(mojo_message), &wire) ||
      !wire) {
    return std::nullopt;
  }

  uint64_t bytes = wire->message->encoded_message.size();
  for (const auto& buffer : wire->array_buffer_contents_array) {
    bytes += buffer->contents.size();
  }
  // There is nothing to hold image bitmaps in: better no message than one
  // without them.
  if (bytes > MaxMessageBytes() || !wire->image_bitmap_contents_array.empty()) {
    return std::nullopt;
  }

  PortMessage message;
  message.encoded = base::ToVector(base::span(wire->message->encoded_message));
  message.locked_to_agent_cluster =
      wire->message->locked_to_sender_agent_cluster;
  for (auto& blob : wire->message->blobs) {
    const uint32_t version = blob->blob.version();
    message.blobs.push_back({std::move(blob->uuid),
                             std::move(blob->content_type), blob->size,
                             blob->blob.PassPipe(), version});
  }
  message.ports = FromWire(std::move(wire->ports));
  message.stream_channels = FromWire(std::move(wire->stream_channels));
  for (auto& buffer : wire->array_buffer_contents_array) {
    message.array_buffers.push_back(
        {std::move(buffer->contents), buffer->javascript_resize_limit});
  }
  return message;
}

}  // namespace electron_ports
