// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_TRANSFER_ARGUMENT_H_
#define ELECTRON_PORTS_SHELL_COMMON_TRANSFER_ARGUMENT_H_

#include <string>

#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

// Reads the last argument of a postMessage(): an iterable, an object with one
// as its `transfer`, or undefined. What it holds goes to `items`, unchecked.
// Runs script. False with an exception pending: a TypeError `Invalid value for
// transfer: ...`, or what script threw.
bool ReadTransferArgument(v8::Isolate* isolate,
                          v8::Local<v8::Value> argument,
                          v8::LocalVector<v8::Value>* items);

// A value in an error text: `null`, `a number`, `a Date`. Runs no script.
std::string DescribeValue(v8::Isolate* isolate, v8::Local<v8::Value> value);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_TRANSFER_ARGUMENT_H_
