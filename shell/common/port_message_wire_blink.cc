// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/port_message_wire_blink.h"

#include <memory>
#include <utility>

#include "base/check.h"
#include "base/functional/bind.h"
#include "base/memory/scoped_refptr.h"
#include "base/synchronization/lock.h"
#include "base/thread_annotations.h"
#include "mojo/public/cpp/base/big_buffer_mojom_traits.h"
#include "mojo/public/cpp/bindings/lib/message_fragment.h"
#include "mojo/public/cpp/bindings/lib/serialization.h"
#include "mojo/public/cpp/bindings/lib/unserialized_message_context.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "shell/common/message_size.h"
#include "shell/common/port_message_wire.h"
#include "third_party/blink/public/common/messaging/cloneable_message_mojom_traits.h"
#include "third_party/blink/public/common/messaging/message_port_channel.h"
#include "third_party/blink/public/common/messaging/transferable_message_mojom_traits.h"
#include "third_party/blink/public/common/messaging/web_message_port.h"
#include "third_party/blink/public/mojom/array_buffer/array_buffer_contents.mojom.h"
#include "third_party/blink/public/mojom/blob/blob.mojom.h"
#include "third_party/blink/public/mojom/blob/serialized_blob.mojom.h"
#include "third_party/blink/public/mojom/file_system_access/file_system_access_transfer_token.mojom.h"
#include "third_party/blink/public/mojom/messaging/static_bitmap_image.mojom.h"
#include "third_party/blink/public/mojom/messaging/transferable_message.mojom.h"
#include "third_party/skia/include/core/SkBitmap.h"
#include "url/origin.h"

namespace electron_ports {

// Blink's type, whose clone goes as EncodedView() has it.
struct WireMessage : blink::TransferableMessage {
  explicit WireMessage(PortMessage message)
      : TransferableMessage(ToTransferableMessage(std::move(message))) {}
};

}  // namespace electron_ports

namespace mojo {

template <>
struct StructTraits<blink::mojom::CloneableMessageDataView,
                    electron_ports::WireMessage>
    : StructTraits<blink::mojom::CloneableMessageDataView,
                   blink::CloneableMessage> {
  static mojo_base::BigBufferView encoded_message(
      const electron_ports::WireMessage& message) {
    return electron_ports::EncodedView(message.encoded_message);
  }
};

template <>
struct StructTraits<blink::mojom::TransferableMessageDataView,
                    electron_ports::WireMessage>
    : StructTraits<blink::mojom::TransferableMessageDataView,
                   blink::TransferableMessage> {
  static electron_ports::WireMessage& message(
      electron_ports::WireMessage& message) {
    return message;
  }
};

}  // namespace mojo

namespace electron_ports {

namespace {

static_assert(sizeof(blink::mojom::internal::TransferableMessage_Data) ==
              kTransferableMessageWireSize);
static_assert(sizeof(blink::mojom::internal::CloneableMessage_Data) ==
              kCloneableMessageWireSize);
static_assert(sizeof(skia::mojom::internal::BitmapN32_Data) == kBitmapWireSize);
static_assert(sizeof(skia::mojom::internal::BitmapN32ImageInfo_Data) ==
              kBitmapInfoWireSize);

class BlinkImage final : public CarriedImage {
 public:
  explicit BlinkImage(blink::mojom::SerializedStaticBitmapImagePtr image)
      : image_(std::move(image)) {}

  // For one message. A bitmap's pixels are shared, and never written to.
  blink::mojom::SerializedStaticBitmapImagePtr Share() {
    if (image_->is_bitmap()) {
      return blink::mojom::SerializedStaticBitmapImage::NewBitmap(
          image_->get_bitmap());
    }
    const blink::AcceleratedImageInfo& image = image_->get_accelerated_image();
    return blink::mojom::SerializedStaticBitmapImage::NewAcceleratedImage(
        blink::AcceleratedImageInfo{
            image.shared_image.Clone(), image.sync_token, image.alpha_type,
            base::BindOnce(&BlinkImage::OnReleased,
                           base::WrapRefCounted(this))});
  }

  // CarriedImage:
  uint64_t bytes() const override {
    return image_->is_bitmap() ? image_->get_bitmap().computeByteSize() : 0;
  }

 private:
  ~BlinkImage() override {
    if (image_->is_bitmap()) {
      return;
    }
    base::AutoLock lock(lock_);
    // Without a token the owner is told by the end of the callback alone.
    if (last_use_.HasData()) {
      std::move(image_->get_accelerated_image().release_callback)
          .Run(last_use_);
    }
  }

  // The owner takes one token: that of the last who had the image. Each has a
  // reference of its own in the GPU process, too, as long as it draws.
  void OnReleased(const gpu::SyncToken& token) {
    base::AutoLock lock(lock_);
    last_use_ = token;
  }

  blink::mojom::SerializedStaticBitmapImagePtr image_;
  // Those who have it may be on other threads.
  base::Lock lock_;
  gpu::SyncToken last_use_ GUARDED_BY(lock_);
};

// A message that is still in the process: it stays as it is, and is made into
// what Blink reads when it leaves, on the thread that sends it on. Pipes are in
// none.
class LocalMessage final : public mojo::internal::UnserializedMessageContext {
 public:
  // Its address tells what it is.
  static const Tag kMessageTag;

  explicit LocalMessage(PortMessage message)
      : UnserializedMessageContext(&kMessageTag, 0, 0),
        message_(std::move(message)) {}

  PortMessage Take() { return std::move(message_); }

 private:
  // mojo::internal::UnserializedMessageContext:
  void Serialize(mojo::Message& message) override {
    WireMessage wire(Take());
    mojo::internal::MessageFragment<
        blink::mojom::internal::TransferableMessage_Data>
        fragment(message);
    mojo::internal::Serialize<blink::mojom::TransferableMessageDataView>(
        wire, fragment);
  }

  PortMessage message_;
};

const LocalMessage::Tag LocalMessage::kMessageTag = {};

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
            std::move(buffer.bytes.Share()), buffer.max_byte_length));
  }
  for (const scoped_refptr<CarriedImage>& image : message.images) {
    wire.image_bitmap_contents_array.push_back(
        static_cast<BlinkImage&>(*image).Share());
  }
  for (FileToken& token : message.file_tokens) {
    wire.file_system_access_tokens.emplace_back(std::move(token.pipe),
                                                token.version);
  }
  if (const auto& origin = message.sender_origin) {
    wire.sender_origin =
        url::Origin::UnsafelyCreateTupleOriginWithoutNormalization(
            origin->scheme, origin->host, origin->port);
  }
  return wire;
}

std::optional<PortMessage> FromTransferableMessage(
    blink::TransferableMessage wire) {
  PortMessage message;
  // First: those of what is refused are to be closed as all ports are.
  message.ports = FromChannels(wire.ports);
  message.stream_channels = FromChannels(wire.stream_channels);
  // What has no payload is read, too: as nothing.
  if (wire.encoded_message.empty() ||
      wire.encoded_message.size() > MaxMessageBytes()) {
    return std::nullopt;
  }
  wire.EnsureDataIsOwned();
  message.encoded = std::move(wire.owned_encoded_message);
  message.locked_to_agent_cluster = wire.locked_to_sender_agent_cluster;
  for (auto& blob : wire.blobs) {
    const uint32_t version = blob->blob.version();
    message.blobs.push_back({std::move(blob->uuid),
                             std::move(blob->content_type), blob->size,
                             blob->blob.PassPipe(), version});
  }
  for (auto& buffer : wire.array_buffer_contents_array) {
    message.array_buffers.push_back(
        {std::move(buffer->contents), buffer->javascript_resize_limit});
  }
  for (auto& image : wire.image_bitmap_contents_array) {
    message.images.push_back(
        base::MakeRefCounted<BlinkImage>(std::move(image)));
  }
  for (auto& token : wire.file_system_access_tokens) {
    const uint32_t version = token.version();
    message.file_tokens.push_back({token.PassPipe(), version});
  }
  if (wire.sender_origin && !wire.sender_origin->opaque()) {
    message.sender_origin = {wire.sender_origin->scheme(),
                             wire.sender_origin->host(),
                             wire.sender_origin->port()};
  }
  return RefuseIfTooLarge(std::move(message));
}

mojo::Message ToMojoMessage(PortMessage message, PeerPlace peer) {
  if (!IsSerializedAtOnce(message, peer)) {
    return mojo::Message(std::make_unique<LocalMessage>(std::move(message)),
                         MOJO_CREATE_MESSAGE_FLAG_NONE);
  }
  WireMessage wire(std::move(message));
  return blink::mojom::TransferableMessage::SerializeAsMessage(&wire);
}

std::optional<PortMessage> FromMojoMessage(mojo::Message mojo_message) {
  if (auto local = mojo_message.TakeUnserializedContext<LocalMessage>()) {
    return RefuseIfTooLarge(local->Take());
  }
  blink::TransferableMessage wire;
  if (!blink::mojom::TransferableMessage::DeserializeFromMessage(
          std::move(mojo_message), &wire)) {
    return std::nullopt;
  }
  return FromTransferableMessage(std::move(wire));
}

}  // namespace electron_ports
