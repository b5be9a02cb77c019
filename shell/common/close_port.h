// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_CLOSE_PORT_H_
#define ELECTRON_PORTS_SHELL_COMMON_CLOSE_PORT_H_

#include "third_party/blink/public/common/messaging/message_port_descriptor.h"

namespace electron_ports {

// Closes a port, the ports in messages that it has not read, the ports in
// theirs, and so on. Mojo would do the same by recursion, and a chain of some
// ten thousand ports, each queued on the one before, would end the process.
// `port` may be invalid, and must not be entangled.
void ClosePort(blink::MessagePortDescriptor port);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_CLOSE_PORT_H_
