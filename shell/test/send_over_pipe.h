// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_TEST_SEND_OVER_PIPE_H_
#define ELECTRON_PORTS_SHELL_TEST_SEND_OVER_PIPE_H_

#include "mojo/public/cpp/bindings/message.h"

namespace electron_ports {

// What arrives of a message at another process: bytes, and the handles in it.
mojo::Message SendOverPipe(mojo::Message message);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_TEST_SEND_OVER_PIPE_H_
