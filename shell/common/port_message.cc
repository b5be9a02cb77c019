// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/port_message.h"

#include <stddef.h>

#include <utility>

#include "shell/common/message_size.h"

namespace electron_ports {

namespace {

constexpr size_t kMaxEncodedBytesInMessage = 96 * 1024;

bool HasPipes(const PortMessage& message) {
  return !message.ports.empty() || !message.stream_channels.empty() ||
         !message.blobs.empty() || !message.file_tokens.empty();
}

bool IsSmall(const PortMessage& message) {
  return SizeInBytes(message) <= kMaxSmallMessageBytes &&
         message.images.empty();
}

}  // namespace

PortMessage::PortMessage() = default;
PortMessage::PortMessage(PortMessage&&) = default;
PortMessage& PortMessage::operator=(PortMessage&&) = default;
PortMessage::~PortMessage() = default;

uint64_t SizeInBytes(const PortMessage& message) {
  uint64_t bytes = message.encoded.size();
  for (const ArrayBufferContents& buffer : message.array_buffers) {
    bytes += buffer.bytes.size();
  }
  for (const scoped_refptr<CarriedImage>& image : message.images) {
    bytes += image->bytes();
  }
  return bytes;
}

std::optional<PortMessage> RefuseIfTooLarge(PortMessage message) {
  return SizeInBytes(message) > MaxMessageBytes()
             ? std::nullopt
             : std::make_optional(std::move(message));
}

bool IsSerializedAtOnce(const PortMessage& message, PeerPlace peer) {
  return HasPipes(message) ||
         (peer == PeerPlace::kAnywhere && IsSmall(message));
}

mojo_base::BigBufferView EncodedView(base::span<const uint8_t> encoded) {
  if (encoded.size() > kMaxEncodedBytesInMessage) {
    return mojo_base::BigBufferView(encoded);
  }
  mojo_base::BigBufferView view;
  view.SetBytes(encoded);
  return view;
}

}  // namespace electron_ports
