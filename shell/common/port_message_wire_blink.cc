// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/port_message_wire_blink.h"

#include <utility>

#include "base/check.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "shell/common/message_size.h"
#include "shell/common/port_message_wire.h"
#include "third_party/blink/public/common/messaging/message_port_channel.h"
#include "third_party/blink/public/common/messaging/transferable_message_mojom_traits.h"
#include "third_party/blink/public/common/messaging/web_message_port.h"
#include "third_party/blink/public/mojom/array_buffer/array_buffer_contents.mojom.h"
#include "third_party/blink/public/mojom/blob/blob.mojom.h"
#include "third_party/blink/public/mojom/blob/serialized_blob.mojom.h"
#include "third_party/blink/public/mojom/messaging/transferable_message.mojom.h"

namespace electron_ports {

namespace {

static_assert(sizeof(blink::mojom::internal::TransferableMessage_Data) ==
              kTransferableMessageWireSize);
static_assert(sizeof(blink::mojom::internal::CloneableMessage_Data) ==
              kCloneableMessageWireSize);

std::vector<blink::MessagePortChannel> ToChannels(
    std::vector<MessagePortData> ports) {
  std::vector<blink::MessagePortChannel> channels;
  channels.reserve(ports.size());
  for (MessagePortData& port : ports) {
    channels.emplace_back(port.TakeDescriptor());
  }
  return channels;
}

std::vector<MessagePortData> FromChannels(
    const std::vector<blink::MessagePortChannel>& channels) {
  std::vector<MessagePortData> ports;
  ports.reserve(channels.size());
  for (const blink::MessagePortChannel& channel : channels) {
    ports.emplace_back(channel.ReleaseHandle());
  }
  return ports;
}

}  // namespace

blink::TransferableMessage ToTransferableMessage(PortMessage message) {
  DCHECK(!message.encoded.empty());

  blink::TransferableMessage wire;
  wire.owned_encoded_message = std::move(message.encoded);
  // A view of what was just moved in, so it has to come after that.
  wire.encoded_message = wire.owned_encoded_message;
  wire.sender_agent_cluster_id =
      blink::WebMessagePort::GetEmbedderAgentClusterID();
  wire.locked_to_sender_agent_cluster = message.locked_to_agent_cluster;
  for (BlobHandle& blob : message.blobs) {
    wire.blobs.push_back(blink::mojom::SerializedBlob::New(
        std::move(blob.uuid), std::move(blob.type), blob.size,
        mojo::PendingRemote<blink::mojom::Blob>(std::move(blob.pipe),
                                                blob.version)));
  }
  wire.ports = ToChannels(std::move(message.ports));
  wire.stream_channels = ToChannels(std::move(message.stream_channels));
  for (ArrayBufferContents& buffer : message.array_buffers) {
    wire.array_buffer_contents_array.push_back(
        blink::mojom::SerializedArrayBufferContents::New(
            std::move(buffer.bytes), buffer.max_byte_length));
  }
  return wire;
}

std::optional<PortMessage> FromTransferableMessage(
    blink::TransferableMessage wire) {
  uint64_t bytes = wire.encoded_message.size();
  for (const auto& buffer : wire.array_buffer_contents_array) {
    bytes += buffer->contents.size();
  }
  if (bytes > MaxMessageBytes() || !wire.image_bitmap_contents_array.empty()) {
    return std::nullopt;
  }

  PortMessage message;
  wire.EnsureDataIsOwned();
  message.encoded = std::move(wire.owned_encoded_message);
  message.locked_to_agent_cluster = wire.locked_to_sender_agent_cluster;
  for (auto& blob : wire.blobs) {
    const uint32_t version = blob->blob.version();
    message.blobs.push_back({std::move(blob->uuid),
                             std::move(blob->content_type), blob->size,
                             blob->blob.PassPipe(), version});
  }
  message.ports = FromChannels(wire.ports);
  message.stream_channels = FromChannels(wire.stream_channels);
  for (auto& buffer : wire.array_buffer_contents_array) {
    message.array_buffers.push_back(
        {std::move(buffer->contents), buffer->javascript_resize_limit});
  }
  return message;
}

mojo::Message ToMojoMessage(PortMessage message) {
  return blink::mojom::TransferableMessage::WrapAsMessage(
      ToTransferableMessage(std::move(message)));
}

std::optional<PortMessage> FromMojoMessage(mojo::Message mojo_message) {
  blink::TransferableMessage wire;
  if (!blink::mojom::TransferableMessage::DeserializeFromMessage(
          std::move(mojo_message), &wire)) {
    return std::nullopt;
  }
  return FromTransferableMessage(std::move(wire));
}

}  // namespace electron_ports
