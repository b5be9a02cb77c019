// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/data_clone_error.h"

#include <array>

#include "gin/converter.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

v8::Local<v8::Value> MakeDOMException(v8::Isolate* isolate,
                                      std::string_view message,
                                      std::string_view name) {
  v8::EscapableHandleScope scope(isolate);
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::String> text = gin::StringToV8(isolate, message);
  v8::Local<v8::String> name_text = gin::StringToV8(isolate, name);

  {
    v8::TryCatch try_catch(isolate);
    v8::Local<v8::Value> constructor;
    v8::Local<v8::Object> exception;
    std::array<v8::Local<v8::Value>, 2> args = {text, name_text};
    if (context->Global()
            ->Get(context, gin::StringToV8(isolate, "DOMException"))
            .ToLocal(&constructor) &&
        constructor->IsFunction() &&
        constructor.As<v8::Function>()
            ->NewInstance(context, args.size(), args.data())
            .ToLocal(&exception)) {
      return scope.Escape(exception);
    }
  }

  v8::Local<v8::Object> error = v8::Exception::Error(text).As<v8::Object>();
  error
      ->DefineOwnProperty(context, gin::StringToV8(isolate, "name"), name_text,
                          v8::DontEnum)
      .Check();
  return scope.Escape(error);
}

void ThrowDataCloneError(v8::Isolate* isolate, std::string_view message) {
  isolate->ThrowException(MakeDOMException(isolate, message, "DataCloneError"));
}

void ThrowTypeError(v8::Isolate* isolate, std::string_view message) {
  isolate->ThrowException(
      v8::Exception::TypeError(gin::StringToV8(isolate, message)));
}

}  // namespace electron_ports
