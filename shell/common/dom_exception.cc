// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/dom_exception.h"

#include <array>

#include "gin/converter.h"
#include "shell/common/message_size.h"
#include "shell/common/prototype_chain.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

namespace {

v8::MaybeLocal<v8::Function> Constructor(v8::Isolate* isolate) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Value> constructor;
  if (!context->Global()
           ->Get(context, gin::StringToSymbol(isolate, "DOMException"))
           .ToLocal(&constructor) ||
      !constructor->IsFunction()) {
    return {};
  }
  return constructor.As<v8::Function>();
}

}  // namespace

v8::Local<v8::String> StartToV8(v8::Isolate* isolate, std::string_view text) {
  return gin::StringToV8(isolate, text.substr(0, kMaxTextBytes));
}

v8::Local<v8::Value> MakeDOMException(v8::Isolate* isolate,
                                      std::string_view message,
                                      std::string_view name) {
  v8::EscapableHandleScope scope(isolate);
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::String> text = StartToV8(isolate, message);
  v8::Local<v8::String> name_text = StartToV8(isolate, name);

  v8::Local<v8::Function> constructor;
  if (Constructor(isolate).ToLocal(&constructor)) {
    v8::TryCatch try_catch(isolate);
    v8::Local<v8::Object> exception;
    std::array<v8::Local<v8::Value>, 2> args = {text, name_text};
    if (constructor->NewInstance(context, args.size(), args.data())
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

bool IsDOMException(v8::Isolate* isolate, v8::Local<v8::Object> object) {
  v8::HandleScope scope(isolate);
  v8::Local<v8::Function> constructor;
  v8::Local<v8::Value> wanted;
  {
    v8::TryCatch try_catch(isolate);
    if (!Constructor(isolate).ToLocal(&constructor) ||
        !constructor
             ->Get(isolate->GetCurrentContext(),
                   gin::StringToSymbol(isolate, "prototype"))
             .ToLocal(&wanted)) {
      return false;
    }
  }
  return AnyPrototype(object, [&](v8::Local<v8::Value> prototype) {
    return prototype == wanted;
  });
}

}  // namespace electron_ports
