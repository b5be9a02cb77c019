// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_REFUSED_VALUE_H_
#define ELECTRON_PORTS_SHELL_COMMON_REFUSED_VALUE_H_

#include <optional>
#include <string>
#include <string_view>

#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

// Where in a message the thing is that can't be cloned, and what it is:
// `message.a.b[3] is a function`. For the text of an error, after the fact: it
// looks through the message again, in the order of the serializer, and runs no
// script.

// For what V8 refuses by its type. Nothing where that is not found: what a
// getter returned, or in a very large message.
// @param detail V8's own words
std::optional<std::string> DescribeRefusedValue(v8::Local<v8::Context> context,
                                                v8::Local<v8::Value> message,
                                                std::string_view detail);

// For an object that the caller refused.
// @param what as `a port that is not in the transfer list`
std::string DescribeRefusedObject(v8::Local<v8::Context> context,
                                  v8::Local<v8::Value> message,
                                  v8::Local<v8::Object> refused,
                                  std::string_view what);

// `a Blob`, `an ArrayBuffer`
std::string WithArticle(std::string_view name);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_REFUSED_VALUE_H_
