// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_NODE_BINDINGS_H_
#define ELECTRON_PORTS_SHELL_NODE_BINDINGS_H_

namespace electron_ports {

// Makes this program's bindings known to Node, for `process._linkedBinding()`.
void RegisterBindings();

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_NODE_BINDINGS_H_
