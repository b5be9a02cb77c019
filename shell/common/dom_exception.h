// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_DOM_EXCEPTION_H_
#define ELECTRON_PORTS_SHELL_COMMON_DOM_EXCEPTION_H_

#include <string_view>

#include "v8/include/v8-forward.h"

// The DOMException of the current context's global. Node has one, written in
// script; V8 alone has none.
namespace electron_ports {

// A string of V8's, which ends the process over one that is too long: of such a
// text the start.
v8::Local<v8::String> StartToV8(v8::Isolate* isolate, std::string_view text);

// An Error with that name where there is no DOMException.
v8::Local<v8::Value> MakeDOMException(v8::Isolate* isolate,
                                      std::string_view message,
                                      std::string_view name);

// By its prototypes: V8 sees no more in it.
bool IsDOMException(v8::Isolate* isolate, v8::Local<v8::Object> object);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_DOM_EXCEPTION_H_
