// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_DATA_CLONE_ERROR_H_
#define ELECTRON_PORTS_SHELL_COMMON_DATA_CLONE_ERROR_H_

#include <string_view>

#include "v8/include/v8-forward.h"

namespace electron_ports {

// Throws the DOMException that the web throws; without DOMException, an Error
// of the same name.
void ThrowDataCloneError(v8::Isolate* isolate, std::string_view message);
void ThrowTypeError(v8::Isolate* isolate, std::string_view message);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_DATA_CLONE_ERROR_H_
