// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_NODE_NODE_PROCESS_H_
#define ELECTRON_PORTS_SHELL_NODE_NODE_PROCESS_H_

#include <string>

namespace electron_ports {

inline constexpr char kTypeSwitch[] = "type";
inline constexpr char kUtilityType[] = "utility";
inline constexpr char kExecArgsSwitch[] = "node-exec-args";
inline constexpr char kJsFlagsSwitch[] = "js-flags";

// The name of the one pipe of a utility process's invitation: its end of the
// channel to its parent.
inline constexpr char kParentPortPipe[] = "parent-port";

// The script that this process runs.
const std::string& GetEntryScript();

// Ends the process, once the task that runs now is done.
void QuitNodeProcess(int exit_code);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_NODE_NODE_PROCESS_H_
