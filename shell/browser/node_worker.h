// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_NODE_WORKER_H_
#define ELECTRON_PORTS_SHELL_BROWSER_NODE_WORKER_H_

#include "v8/include/v8-forward.h"

namespace electron_ports {

// Gives a worker thread of Node's what gin and Mojo need: a task runner, on
// libuv's loop, and gin's data of the isolate. Until Node's environment ends
// there; script must not run after that. Does nothing on a thread that has
// them, as the main thread has.
void PrepareNodeWorker(v8::Isolate* isolate);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_NODE_WORKER_H_
