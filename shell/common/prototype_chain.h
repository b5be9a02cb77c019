// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_PROTOTYPE_CHAIN_H_
#define ELECTRON_PORTS_SHELL_COMMON_PROTOTYPE_CHAIN_H_

#include "base/functional/function_ref.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

// Whether one of the prototypes of `object` is wanted. Runs no script: the walk
// ends at a proxy, which would answer with a trap.
inline bool AnyPrototype(
    v8::Local<v8::Object> object,
    base::FunctionRef<bool(v8::Local<v8::Value>)> is_wanted) {
  v8::Local<v8::Value> prototype = object->GetPrototypeV2();
  while (prototype->IsObject() && !prototype->IsProxy()) {
    if (is_wanted(prototype)) {
      return true;
    }
    prototype = prototype.As<v8::Object>()->GetPrototypeV2();
  }
  return false;
}

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_PROTOTYPE_CHAIN_H_
