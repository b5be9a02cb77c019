// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_UTILITY_PARENT_PORT_H_
#define ELECTRON_PORTS_SHELL_UTILITY_PARENT_PORT_H_

#include "third_party/blink/public/common/messaging/message_port_descriptor.h"

namespace electron_ports {

// Keeps this utility process's end of the channel to its parent until lib/ asks
// for it, by the binding `electron_utility_parent_port`. From then on it is a
// MessagePortMain like any other.
void SetParentPort(blink::MessagePortDescriptor port);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_UTILITY_PARENT_PORT_H_
