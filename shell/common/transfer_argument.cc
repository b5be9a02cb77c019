// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/transfer_argument.h"

#include <string_view>

#include "base/strings/strcat.h"
#include "gin/converter.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/refused_value.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

bool IsObjectButNoFunction(v8::Local<v8::Value> value) {
  return value->IsObject() && !value->IsFunction();
}

v8::Maybe<bool> IsIterable(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  return IsObjectButNoFunction(value)
             ? value.As<v8::Object>()->Has(isolate->GetCurrentContext(),
                                           v8::Symbol::GetIterator(isolate))
             : v8::Just(false);
}

// Whether it can be `{ transfer }`. A port in place of a list of one can't: it
// would be left behind without a word.
v8::Maybe<bool> IsOptions(v8::Isolate* isolate, v8::Local<v8::Object> object) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  bool has_transfer = false;
  v8::Local<v8::String> tag;
  // That has a method `transfer`.
  if (object->IsArrayBuffer()) {
    return v8::Just(false);
  }
  if (!object->Has(context, gin::StringToSymbol(isolate, "transfer"))
           .To(&has_transfer)) {
    return v8::Nothing<bool>();
  }
  if (has_transfer) {
    return v8::Just(true);
  }
  if (!object->ObjectProtoToString(context).ToLocal(&tag)) {
    return v8::Nothing<bool>();
  }
  return v8::Just(gin::V8ToString(isolate, tag) == "[object Object]");
}

// Calls `method`, which has to give an object; throws when it doesn't.
v8::MaybeLocal<v8::Object> CallForObject(v8::Isolate* isolate,
                                         v8::Local<v8::Value> method,
                                         v8::Local<v8::Object> receiver) {
  if (method->IsFunction()) {
    v8::Local<v8::Value> result;
    if (!method.As<v8::Function>()
             ->Call(isolate->GetCurrentContext(), receiver, 0, nullptr)
             .ToLocal(&result)) {
      return {};
    }
    if (result->IsObject()) {
      return result.As<v8::Object>();
    }
  }
  ThrowTypeError(isolate, "Invalid value for transfer: it does not iterate.");
  return {};
}

// As WebIDL converts to a sequence: whatever iterates, an array included.
bool Iterate(v8::Isolate* isolate,
             v8::Local<v8::Object> iterable,
             v8::LocalVector<v8::Value>* items) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::String> next_key = gin::StringToSymbol(isolate, "next");
  v8::Local<v8::String> done_key = gin::StringToSymbol(isolate, "done");
  v8::Local<v8::String> value_key = gin::StringToSymbol(isolate, "value");
  v8::Local<v8::Value> method;
  v8::Local<v8::Object> iterator;
  v8::Local<v8::Value> next;
  if (!iterable->Get(context, v8::Symbol::GetIterator(isolate))
           .ToLocal(&method) ||
      !CallForObject(isolate, method, iterable).ToLocal(&iterator) ||
      !iterator->Get(context, next_key).ToLocal(&next)) {
    return false;
  }
  for (;;) {
    v8::Local<v8::Object> result;
    v8::Local<v8::Value> done;
    v8::Local<v8::Value> value;
    if (!CallForObject(isolate, next, iterator).ToLocal(&result) ||
        !result->Get(context, done_key).ToLocal(&done)) {
      return false;
    }
    if (done->BooleanValue(isolate)) {
      return true;
    }
    if (!result->Get(context, value_key).ToLocal(&value)) {
      return false;
    }
    items->push_back(value);
  }
}

}  // namespace

bool ReadTransferArgument(v8::Isolate* isolate,
                          v8::Local<v8::Value> argument,
                          v8::LocalVector<v8::Value>* items) {
  v8::Local<v8::Value> list = argument;
  bool is_iterable = false;
  if (!IsIterable(isolate, list).To(&is_iterable)) {
    return false;
  }
  if (!is_iterable && IsObjectButNoFunction(argument)) {
    bool is_options = false;
    if (!IsOptions(isolate, argument.As<v8::Object>()).To(&is_options) ||
        (is_options && (!argument.As<v8::Object>()
                             ->Get(isolate->GetCurrentContext(),
                                   gin::StringToSymbol(isolate, "transfer"))
                             .ToLocal(&list) ||
                        !IsIterable(isolate, list).To(&is_iterable)))) {
      return false;
    }
  }
  if (is_iterable) {
    return Iterate(isolate, list.As<v8::Object>(), items);
  }
  if (list->IsUndefined()) {
    return true;
  }
  ThrowTypeError(isolate, base::StrCat({"Invalid value for transfer: expected "
                                        "an array or { transfer }, got ",
                                        DescribeValue(isolate, list), "."}));
  return false;
}

std::string DescribeValue(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  if (value->IsNull()) {
    return "null";
  }
  if (value->IsUndefined()) {
    return "undefined";
  }
  const std::string name = gin::V8ToString(
      isolate, IsObjectButNoFunction(value)
                   ? value.As<v8::Object>()->GetConstructorName()
                   : value->TypeOf(isolate));
  return WithArticle(name);
}

}  // namespace electron_ports
