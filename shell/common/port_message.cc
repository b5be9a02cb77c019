// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/port_message.h"

namespace electron_ports {

namespace {

// Measured: from here on to copy costs more than a second part.
constexpr size_t kMaxSmallBytes = 4096;

bool HasPipes(const PortMessage& message) {
  return !message.ports.empty() || !message.stream_channels.empty() ||
         !message.blobs.empty() || !message.file_tokens.empty();
}

bool IsSmall(const PortMessage& message) {
  size_t bytes = message.encoded.size();
  for (const ArrayBufferContents& buffer : message.array_buffers) {
    bytes += buffer.bytes.size();
  }
  return bytes <= kMaxSmallBytes && message.images.empty();
}

}  // namespace

PortMessage::PortMessage() = default;
PortMessage::PortMessage(PortMessage&&) = default;
PortMessage& PortMessage::operator=(PortMessage&&) = default;
PortMessage::~PortMessage() = default;

bool IsSerializedAtOnce(const PortMessage& message, PeerPlace peer) {
  return HasPipes(message) ||
         (peer == PeerPlace::kAnywhere && IsSmall(message));
}

}  // namespace electron_ports
