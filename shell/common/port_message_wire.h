// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_WIRE_H_
#define ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_WIRE_H_

#include <stddef.h>

#include <optional>

#include "mojo/public/cpp/bindings/message.h"
#include "shell/common/port_message.h"

namespace electron_ports {

// The wire is implemented twice, and one of the two is linked:
// port_message_wire_blink.cc over Blink's own mojom, for the fork, and
// port_message_wire_small.cc over port_message_small.mojom, for a link that can
// do without Blink. Both static_assert these sizes (bytes, of the generated
// structs), so neither can drift from the other unnoticed.
inline constexpr size_t kTransferableMessageWireSize = 72;
inline constexpr size_t kCloneableMessageWireSize = 88;
inline constexpr size_t kBitmapWireSize = 32;
inline constexpr size_t kBitmapInfoWireSize = 40;

// A message for a port. `message.encoded` must not be empty.
mojo::Message ToMojoMessage(PortMessage message,
                            PeerPlace peer = PeerPlace::kAnywhere);

// Reads what a port received. Nullopt when it is not a message of a port, or is
// larger than MaxMessageBytes().
std::optional<PortMessage> FromMojoMessage(mojo::Message mojo_message);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_WIRE_H_
