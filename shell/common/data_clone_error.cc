// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/data_clone_error.h"

#include "shell/common/dom_exception.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

void ThrowDataCloneError(v8::Isolate* isolate, std::string_view message) {
  isolate->ThrowException(MakeDOMException(isolate, message, "DataCloneError"));
}

void ThrowTypeError(v8::Isolate* isolate, std::string_view message) {
  isolate->ThrowException(
      v8::Exception::TypeError(StartToV8(isolate, message)));
}

}  // namespace electron_ports
