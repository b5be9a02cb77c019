// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_PARKED_PORTS_H_
#define ELECTRON_PORTS_SHELL_COMMON_PARKED_PORTS_H_

#include <stdint.h>

#include "shell/common/message_port_data.h"

// Ports on their way from one thread of this process to another: script can
// tell the other thread a number, and not the port itself.
namespace electron_ports {

// Returns a number that no other port has or had.
uint64_t ParkPort(MessagePortData port);

// Gives the port of that number out, once. Invalid when there is none.
MessagePortData UnparkPort(uint64_t number);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_PARKED_PORTS_H_
