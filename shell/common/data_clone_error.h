// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_DATA_CLONE_ERROR_H_
#define ELECTRON_PORTS_SHELL_COMMON_DATA_CLONE_ERROR_H_

#include <string_view>

#include "v8/include/v8-forward.h"

namespace electron_ports {

// A DOMException of the current context with that name: the kind of error that
// the web throws. Where the realm has no DOMException (V8 alone has none), an
// Error with that name.
v8::Local<v8::Value> MakeDOMException(v8::Isolate* isolate,
                                      std::string_view message,
                                      std::string_view name);

void ThrowDataCloneError(v8::Isolate* isolate, std::string_view message);
void ThrowTypeError(v8::Isolate* isolate, std::string_view message);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_DATA_CLONE_ERROR_H_
