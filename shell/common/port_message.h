// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_H_
#define ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_H_

#include <stdint.h>

#include <optional>
#include <string>
#include <vector>

#include "base/containers/span.h"
#include "base/memory/scoped_refptr.h"
#include "mojo/public/cpp/base/big_buffer.h"
#include "mojo/public/cpp/system/message_pipe.h"
#include "shell/common/carried_image.h"
#include "shell/common/message_port_data.h"
#include "shell/common/transferred_bytes.h"

namespace electron_ports {

// What is in a transferred ArrayBuffer.
struct ArrayBufferContents {
  TransferredBytes bytes;
  // For a resizable buffer, the size in bytes up to which it can be resized.
  std::optional<uint64_t> max_byte_length;
};

// A Blob: its bytes stay with the browser's blob storage, `pipe` is what keeps
// them there (a pending_remote<blink.mojom.Blob>).
struct BlobHandle {
  std::string uuid;
  std::string type;
  uint64_t size = 0;
  mojo::ScopedMessagePipeHandle pipe;
  uint32_t version = 0;
};

// The right to a file or folder of the user's, as the File System Access API
// gives it to pages of one origin: `pipe` is a
// pending_remote<blink.mojom.FileSystemAccessTransferToken>.
struct FileToken {
  mojo::ScopedMessagePipeHandle pipe;
  uint32_t version = 0;
};

// The origin of a page.
struct PageOrigin {
  std::string scheme;
  std::string host;
  uint16_t port = 0;

  bool operator==(const PageOrigin&) const = default;
};

// One message on its way over a port, with everything that travels in it. Free
// of V8 and of Blink's types, so that what handles messages can be linked
// without either; port_message_wire.h turns it into bytes and back.
struct PortMessage {
  PortMessage();
  PortMessage(PortMessage&&);
  PortMessage& operator=(PortMessage&&);
  ~PortMessage();

  // The structured clone, in Blink's format. Never empty in a message that is
  // sent: Blink can't read an empty one.
  std::vector<uint8_t> encoded;
  std::vector<MessagePortData> ports;
  std::vector<MessagePortData> stream_channels;
  std::vector<ArrayBufferContents> array_buffers;
  std::vector<BlobHandle> blobs;
  std::vector<scoped_refptr<CarriedImage>> images;
  std::vector<FileToken> file_tokens;
  // Of the page that `file_tokens` are of. Nothing where it is no page, or has
  // an origin that no other page is of.
  std::optional<PageOrigin> sender_origin;
  // Whether the sender allows only its own agent cluster to read the message
  // (it holds shared memory or WebAssembly code). This process never is in a
  // renderer's cluster.
  bool locked_to_agent_cluster = false;
};

// What it counts for the limit of messages, in bytes.
uint64_t SizeInBytes(const PortMessage& message);

// Nullopt when it is larger than MaxMessageBytes().
std::optional<PortMessage> RefuseIfTooLarge(PortMessage message);

// Measured: from here on to copy a message costs more than a second part of it.
inline constexpr uint64_t kMaxSmallMessageBytes = 4096;

// Where the other end of a channel is, as far as the sender knows.
enum class PeerPlace { kThisProcess, kAnywhere };

// Whether a message is made into bytes before it is sent. Mojo does it later
// else, and only for another process: inside one, large bytes are not copied.
//
// What Mojo (ipcz) serializes on its way travels in two parts. For a small
// message that is the dearer way. And when the port that they are for closes
// after the first part, that part is kept for ever, and the pipes in it with
// it: their other ends never hear a close.
bool IsSerializedAtOnce(const PortMessage& message, PeerPlace peer);

// How PortMessage::encoded goes to another process, for as long as it is there.
// Shared memory is for what is large: to make it for each message costs more
// than to copy up to 96 KiB once more (measured), and what a BigBuffer decides
// itself ends just below a clone of 64 KiB.
mojo_base::BigBufferView EncodedView(base::span<const uint8_t> encoded);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_H_
