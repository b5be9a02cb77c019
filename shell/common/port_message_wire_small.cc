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
static_assert(sizeof(small::mojom::internal::BitmapN32_Data) ==
              kBitmapWireSize);
static_assert(sizeof(small::mojom::internal::BitmapN32ImageInfo_Data) ==
              kBitmapInfoWireSize);

// Blink refuses a message whose sender names no agent cluster. The browser
// process is a cluster of its own.
const base::UnguessableToken& EmbedderAgentClusterId() {
  static const base::UnguessableToken id = base::UnguessableToken::Create();
  return id;
}

class SmallImage final : public CarriedImage {
 public:
  explicit SmallImage(small::mojom::SerializedStaticBitmapImagePtr image)
      : image_(std::move(image)) {}

  const small::mojom::SerializedStaticBitmapImage& image() const {
    return *image_;
  }

  // CarriedImage:
  uint64_t bytes() const override {
    return image_->get_bitmap()->pixel_data.size();
  }

 private:
  ~SmallImage() override = default;

  const small::mojom::SerializedStaticBitmapImagePtr image_;
};

}  // namespace

}  // namespace electron_ports

namespace mojo {

// As Blink's own traits of its message: a value is copied once on its way out
// and once on its way in, and not at all within a process.
template <>
struct StructTraits<electron_ports::small::mojom::MessagePortDescriptorDataView,
                    blink::MessagePortDescriptor> {
  static ScopedMessagePipeHandle pipe_handle(
      blink::MessagePortDescriptor& port) {
    return port.TakeHandleForSerialization();
  }
  static base::UnguessableToken id(blink::MessagePortDescriptor& port) {
    return port.TakeIdForSerialization();
  }
  static uint64_t sequence_number(blink::MessagePortDescriptor& port) {
    return port.TakeSequenceNumberForSerialization();
  }

  static bool Read(
      electron_ports::small::mojom::MessagePortDescriptorDataView data,
      blink::MessagePortDescriptor* port) {
    base::UnguessableToken id;
    ScopedMessagePipeHandle pipe = data.TakePipeHandle();
    if (!data.ReadId(&id)) {
      return false;
    }
    // No port has this number but one that a hostile sender made up.
    if (data.sequence_number() != 0) {
      port->InitializeFromSerializedValues(std::move(pipe), id,
                                           data.sequence_number());
    }
    return true;
  }
};

template <>
struct StructTraits<
    electron_ports::small::mojom::SerializedArrayBufferContentsDataView,
    electron_ports::ArrayBufferContents> {
  static mojo_base::BigBuffer& contents(
      electron_ports::ArrayBufferContents& buffer) {
    return buffer.bytes.Share();
  }
  static std::optional<uint64_t> javascript_resize_limit(
      const electron_ports::ArrayBufferContents& buffer) {
    return buffer.max_byte_length;
  }

  static bool Read(
      electron_ports::small::mojom::SerializedArrayBufferContentsDataView data,
      electron_ports::ArrayBufferContents* buffer) {
    mojo_base::BigBuffer bytes;
    const bool is_read = data.ReadContents(&bytes);
    *buffer = {std::move(bytes), data.javascript_resize_limit()};
    return is_read;
  }
};

template <>
struct StructTraits<electron_ports::small::mojom::SerializedBlobDataView,
                    electron_ports::BlobHandle> {
  static const std::string& uuid(const electron_ports::BlobHandle& blob) {
    return blob.uuid;
  }
  static const std::string& content_type(
      const electron_ports::BlobHandle& blob) {
    return blob.type;
  }
  static uint64_t size(const electron_ports::BlobHandle& blob) {
    return blob.size;
  }
  static PendingRemote<electron_ports::small::mojom::Blob> blob(
      electron_ports::BlobHandle& blob) {
    return PendingRemote<electron_ports::small::mojom::Blob>(
        std::move(blob.pipe), blob.version);
  }

  static bool Read(electron_ports::small::mojom::SerializedBlobDataView data,
                   electron_ports::BlobHandle* blob) {
    auto remote =
        data.TakeBlob<PendingRemote<electron_ports::small::mojom::Blob>>();
    blob->size = data.size();
    blob->version = remote.version();
    blob->pipe = remote.PassPipe();
    return data.ReadUuid(&blob->uuid) && data.ReadContentType(&blob->type);
  }
};

template <>
struct StructTraits<electron_ports::small::mojom::CloneableMessageDataView,
                    electron_ports::PortMessage> {
  using Message = electron_ports::PortMessage;
  using Token = electron_ports::small::mojom::FileSystemAccessTransferToken;

  static mojo_base::BigBufferView encoded_message(const Message& message) {
    return electron_ports::EncodedView(message.encoded);
  }
  static std::vector<electron_ports::BlobHandle>& blobs(Message& message) {
    return message.blobs;
  }
  static electron_ports::small::mojom::OriginPtr sender_origin(
      const Message& message) {
    const auto& origin = message.sender_origin;
    return origin ? electron_ports::small::mojom::Origin::New(
                        origin->scheme, origin->host, origin->port,
                        /*nonce_if_opaque=*/std::nullopt)
                  : nullptr;
  }
  static uint64_t stack_trace_id(const Message&) { return 0; }
  static int64_t stack_trace_debugger_id_first(const Message&) { return 0; }
  static int64_t stack_trace_debugger_id_second(const Message&) { return 0; }
  static bool stack_trace_should_pause(const Message&) { return false; }
  static const base::UnguessableToken& sender_agent_cluster_id(const Message&) {
    return electron_ports::EmbedderAgentClusterId();
  }
  static bool locked_to_sender_agent_cluster(const Message& message) {
    return message.locked_to_agent_cluster;
  }
  static std::vector<PendingRemote<Token>> file_system_access_tokens(
      Message& message) {
    return base::ToVector(message.file_tokens, [](auto& token) {
      return PendingRemote<Token>(std::move(token.pipe), token.version);
    });
  }

  static bool Read(electron_ports::small::mojom::CloneableMessageDataView data,
                   Message* message) {
    mojo_base::BigBufferView view;
    electron_ports::small::mojom::OriginPtr origin;
    std::vector<PendingRemote<Token>> tokens;
    if (!data.ReadEncodedMessage(&view) || !data.ReadBlobs(&message->blobs) ||
        !data.ReadSenderOrigin(&origin) ||
        !data.ReadFileSystemAccessTokens(&tokens) ||
        view.data().size() > electron_ports::MaxMessageBytes()) {
      return false;
    }
    if (origin && !origin->nonce_if_opaque) {
      message->sender_origin = {std::move(origin->scheme),
                                std::move(origin->host), origin->port};
    }
    for (PendingRemote<Token>& token : tokens) {
      const uint32_t version = token.version();
      message->file_tokens.push_back({token.PassPipe(), version});
    }
    message->encoded = base::ToVector(view.data());
    message->locked_to_agent_cluster = data.locked_to_sender_agent_cluster();
    return true;
  }
};

template <>
struct StructTraits<electron_ports::small::mojom::TransferableMessageDataView,
                    electron_ports::PortMessage> {
  using Message = electron_ports::PortMessage;

  static Message& message(Message& message) { return message; }
  static std::vector<blink::MessagePortDescriptor> ports(Message& message) {
    return TakeAll(message.ports);
  }
  static std::vector<blink::MessagePortDescriptor> stream_channels(
      Message& message) {
    return TakeAll(message.stream_channels);
  }
  static std::vector<electron_ports::ArrayBufferContents>&
  array_buffer_contents_array(Message& message) {
    return message.array_buffers;
  }
  static std::vector<
      electron_ports::small::mojom::SerializedStaticBitmapImagePtr>
  image_bitmap_contents_array(const Message& message) {
    return base::ToVector(message.images, [](const auto& image) {
      return static_cast<const electron_ports::SmallImage&>(*image)
          .image()
          .Clone();
    });
  }
  static electron_ports::small::mojom::UserActivationSnapshotPtr
  user_activation(const Message&) {
    return nullptr;
  }
  static electron_ports::small::mojom::DelegatedCapability delegated_capability(
      const Message&) {
    return electron_ports::small::mojom::DelegatedCapability::kNone;
  }
  static electron_ports::small::mojom::TaskAttributionIdPtr task_state_id(
      const Message&) {
    return nullptr;
  }

  static bool Read(
      electron_ports::small::mojom::TransferableMessageDataView data,
      Message* message) {
    std::vector<blink::MessagePortDescriptor> ports;
    std::vector<blink::MessagePortDescriptor> stream_channels;
    std::vector<electron_ports::small::mojom::SerializedStaticBitmapImagePtr>
        images;
    if (!data.ReadImageBitmapContentsArray(&images) ||
        !data.ReadArrayBufferContentsArray(&message->array_buffers) ||
        !data.ReadPorts(&ports) || !data.ReadStreamChannels(&stream_channels)) {
      return false;
    }
    for (auto& image : images) {
      // Better no message than one without its image.
      if (!image->is_bitmap()) {
        return false;
      }
      message->images.push_back(
          base::MakeRefCounted<electron_ports::SmallImage>(std::move(image)));
    }
    message->ports = GiveAll(std::move(ports));
    message->stream_channels = GiveAll(std::move(stream_channels));
    return data.ReadMessage(message);
  }

 private:
  static std::vector<blink::MessagePortDescriptor> TakeAll(
      std::vector<electron_ports::MessagePortData>& ports) {
    return base::ToVector(ports,
                          [](auto& port) { return port.TakeDescriptor(); });
  }
  static std::vector<electron_ports::MessagePortData> GiveAll(
      std::vector<blink::MessagePortDescriptor> ports) {
    return base::ToVector(ports, [](auto& port) {
      return electron_ports::MessagePortData(std::move(port));
    });
  }
};

}  // namespace mojo

namespace electron_ports {

mojo::Message ToMojoMessage(PortMessage message, PeerPlace peer) {
  DCHECK(!message.encoded.empty());
  return IsSerializedAtOnce(message, peer)
             ? small::mojom::TransferableMessage::SerializeAsMessage(&message)
             : small::mojom::TransferableMessage::WrapAsMessage(
                   std::move(message));
}

std::optional<PortMessage> FromMojoMessage(mojo::Message mojo_message) {
  PortMessage message;
  // What has no payload is read, too: as nothing.
  if (!small::mojom::TransferableMessage::DeserializeFromMessage(
          std::move(mojo_message), &message) ||
      message.encoded.empty()) {
    return std::nullopt;
  }
  return RefuseIfTooLarge(std::move(message));
}

}  // namespace electron_ports
