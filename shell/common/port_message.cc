// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/port_message.h"

namespace electron_ports {

PortMessage::PortMessage() = default;
PortMessage::PortMessage(PortMessage&&) = default;
PortMessage& PortMessage::operator=(PortMessage&&) = default;
PortMessage::~PortMessage() = default;

}  // namespace electron_ports
