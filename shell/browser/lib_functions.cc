// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/lib_functions.h"

#include <algorithm>

#include "gin/converter.h"
#include "shell/common/prototype_chain.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

LibFunctions::LibFunctions(v8::Isolate* isolate) : isolate_(isolate) {}

LibFunctions::~LibFunctions() = default;

void LibFunctions::Set(v8::Local<v8::Object> functions) {
  functions_.Reset(isolate_, functions);
  prototypes_.clear();
  v8::Local<v8::Value> list;
  v8::LocalVector<v8::Object> prototypes(isolate_);
  if (functions
          ->Get(isolate_->GetCurrentContext(),
                gin::StringToSymbol(isolate_, "prototypes"))
          .ToLocal(&list) &&
      gin::ConvertFromV8(isolate_, list, &prototypes)) {
    for (v8::Local<v8::Object> prototype : prototypes) {
      prototypes_.emplace_back(isolate_, prototype);
    }
  }
}

void LibFunctions::Reset() {
  functions_.Reset();
  prototypes_.clear();
}

bool LibFunctions::IsAbout(v8::Local<v8::Object> object) const {
  return !prototypes_.empty() &&
         AnyPrototype(object, [&](v8::Local<v8::Value> prototype) {
           return std::ranges::any_of(
               prototypes_, [&](const v8::Global<v8::Object>& wanted) {
                 return wanted == prototype;
               });
         });
}

v8::MaybeLocal<v8::Function> LibFunctions::Get(std::string_view name) const {
  v8::Local<v8::Value> function;
  if (functions_.IsEmpty() ||
      !functions_.Get(isolate_)
           ->Get(isolate_->GetCurrentContext(),
                 gin::StringToSymbol(isolate_, name))
           .ToLocal(&function) ||
      !function->IsFunction()) {
    return {};
  }
  return function.As<v8::Function>();
}

v8::MaybeLocal<v8::Value> LibFunctions::Call(
    std::string_view name,
    base::span<v8::Local<v8::Value>> args) const {
  v8::Local<v8::Context> context = isolate_->GetCurrentContext();
  v8::MicrotasksScope microtasks(context,
                                 v8::MicrotasksScope::kDoNotRunMicrotasks);
  v8::Local<v8::Function> function;
  if (!Get(name).ToLocal(&function)) {
    return {};
  }
  return function->Call(context, functions_.Get(isolate_),
                        static_cast<int>(args.size()), args.data());
}

}  // namespace electron_ports
