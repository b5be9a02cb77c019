// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_WIRE_BLINK_H_
#define ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_WIRE_BLINK_H_

#include <optional>

#include "shell/common/port_message.h"
#include "third_party/blink/public/common/messaging/transferable_message.h"

namespace electron_ports {

// To and from the type in which mojoms that import Blink's carry a message. For
// the fork only. Nullopt as FromMojoMessage() has it.
blink::TransferableMessage ToTransferableMessage(PortMessage message);
std::optional<PortMessage> FromTransferableMessage(
    blink::TransferableMessage message);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_PORT_MESSAGE_WIRE_BLINK_H_
