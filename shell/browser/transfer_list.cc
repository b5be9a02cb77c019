// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/transfer_list.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "gin/converter.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/common/array_buffer_contents.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/message_port_endpoint.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

constexpr std::string_view kExpectedItem =
    "expected a MessagePortMain or an ArrayBuffer, got ";

// A value in an error text: `null`, `a number`, `a Date`. Runs no script.
std::string Describe(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  if (value->IsNull()) {
    return "null";
  }
  if (value->IsUndefined()) {
    return "undefined";
  }
  const std::string name =
      value->IsFunction()
          ? "function"
          : gin::V8ToString(isolate,
                            value->IsObject()
                                ? value.As<v8::Object>()->GetConstructorName()
                                : value->TypeOf(isolate));
  const bool vowel =
      !name.empty() && std::string_view("aeiouAEIOU").contains(name[0]);
  return base::StrCat({vowel ? "an " : "a ", name});
}

}  // namespace

TransferList::TransferList(v8::Isolate* isolate, MessagePortMain* source)
    : isolate_(isolate),
      source_(source),
      items_(isolate),
      attachments_(isolate) {}

bool TransferList::Read(v8::Local<v8::Value> argument) {
  v8::Local<v8::Context> context = isolate_->GetCurrentContext();
  v8::Local<v8::Symbol> iterator = v8::Symbol::GetIterator(isolate_);
  const auto is_iterable = [&](v8::Local<v8::Value> value) {
    return value->IsObject() ? value.As<v8::Object>()->Has(context, iterator)
                             : v8::Just(false);
  };

  bool iterable = false;
  if (!is_iterable(argument).To(&iterable)) {
    return false;
  }
  v8::Local<v8::Value> list = argument;
  if (!iterable && argument->IsObject()) {
    if (!argument.As<v8::Object>()
             ->Get(context, gin::StringToSymbol(isolate_, "transfer"))
             .ToLocal(&list) ||
        !is_iterable(list).To(&iterable)) {
      return false;
    }
  }
  if (iterable) {
    return ReadItems(list.As<v8::Object>());
  }
  if (!list->IsUndefined()) {
    ThrowTypeError(isolate_,
                   base::StrCat({"Invalid value for transfer: expected an "
                                 "array or { transfer }, got ",
                                 Describe(isolate_, list), "."}));
    return false;
  }
  return true;
}

bool TransferList::ReadItems(v8::Local<v8::Object> iterable) {
  // WebIDL's sequence: whatever iterates, an array included.
  v8::Local<v8::Context> context = isolate_->GetCurrentContext();
  v8::Local<v8::String> next_key = gin::StringToSymbol(isolate_, "next");
  v8::Local<v8::String> done_key = gin::StringToSymbol(isolate_, "done");
  v8::Local<v8::String> value_key = gin::StringToSymbol(isolate_, "value");

  v8::Local<v8::Value> method;
  v8::Local<v8::Value> iterator;
  v8::Local<v8::Value> next;
  if (!iterable->Get(context, v8::Symbol::GetIterator(isolate_))
           .ToLocal(&method) ||
      !CallMethod(method, iterable).ToLocal(&iterator) ||
      !iterator.As<v8::Object>()->Get(context, next_key).ToLocal(&next)) {
    return false;
  }
  for (;;) {
    v8::Local<v8::Value> result;
    v8::Local<v8::Value> done;
    v8::Local<v8::Value> item;
    if (!CallMethod(next, iterator.As<v8::Object>()).ToLocal(&result) ||
        !result.As<v8::Object>()->Get(context, done_key).ToLocal(&done)) {
      return false;
    }
    if (done->BooleanValue(isolate_)) {
      return true;
    }
    if (!result.As<v8::Object>()->Get(context, value_key).ToLocal(&item) ||
        !AddItem(item)) {
      return false;
    }
  }
}

v8::MaybeLocal<v8::Value> TransferList::CallMethod(
    v8::Local<v8::Value> method,
    v8::Local<v8::Object> receiver) {
  v8::Local<v8::Value> result;
  if (method->IsFunction()) {
    if (!method.As<v8::Function>()
             ->Call(isolate_->GetCurrentContext(), receiver, 0, nullptr)
             .ToLocal(&result)) {
      return {};
    }
    if (result->IsObject()) {
      return result;
    }
  }
  ThrowTypeError(isolate_, "Invalid value for transfer: its iterator is none.");
  return {};
}

bool TransferList::AddItem(v8::Local<v8::Value> item) {
  if (MessagePortMain::From(isolate_, item)) {
    attachments_.ports.push_back(item.As<v8::Object>());
  } else if (item->IsArrayBuffer()) {
    attachments_.array_buffers.push_back(item.As<v8::ArrayBuffer>());
  } else {
    const std::string index = base::NumberToString(items_.size());
    const std::string got = Describe(isolate_, item);
    ThrowTypeError(
        isolate_,
        source_
            ? base::StrCat({"Port at index ", index,
                            " is not a valid port: ", kExpectedItem, got, "."})
            : base::StrCat({"Invalid value for transfer: at index ", index,
                            ", ", kExpectedItem, got, "."}));
    return false;
  }
  items_.push_back(item.As<v8::Object>());
  return true;
}

bool TransferList::Check() const {
  for (size_t i = 0; i < items_.size(); ++i) {
    const std::optional<std::string_view> problem = ProblemOf(i);
    if (problem) {
      ThrowDataCloneError(
          isolate_,
          base::StrCat({items_[i]->IsArrayBuffer() ? "ArrayBuffer" : "Port",
                        " at index ", base::NumberToString(i), " ", *problem}));
      return false;
    }
    if (items_[i]->IsArrayBuffer() && !CheckDetachable(items_[i])) {
      return false;
    }
  }
  return true;
}

std::optional<std::string_view> TransferList::ProblemOf(size_t index) const {
  v8::Local<v8::Object> item = items_[index];
  MessagePortMain* port = MessagePortMain::From(isolate_, item);
  if (std::find(items_.begin(), items_.begin() + index, item) !=
      items_.begin() + index) {
    return "is a duplicate.";
  }
  if (port) {
    return PortTransferProblem(source_ ? &source_->endpoint() : nullptr,
                               port->endpoint());
  }
  v8::Local<v8::ArrayBuffer> buffer = item.As<v8::ArrayBuffer>();
  if (buffer->WasDetached()) {
    return "is already detached.";
  }
  if (buffer->ByteLength() > kMaxTransferredBytes) {
    return "is larger than 2147483647 bytes, the most that can travel.";
  }
  return std::nullopt;
}

bool TransferList::CheckDetachable(v8::Local<v8::Object> item) const {
  if (item.As<v8::ArrayBuffer>()->IsDetachable() &&
      !MessagePortRealm::From(isolate_)->hooks().is_untransferable.Run(isolate_,
                                                                       item)) {
    return true;
  }
  ThrowDataCloneError(
      isolate_,
      "An ArrayBuffer in the transfer list cannot be detached: it belongs to a "
      "WebAssembly.Memory or to the pool of Buffer.from(). Transfer a copy.");
  return false;
}

bool TransferList::DetachInto(PortMessage* message) {
  for (v8::Local<v8::ArrayBuffer> buffer : attachments_.array_buffers) {
    message->array_buffers.push_back(CopyContents(buffer));
  }
  // Only a buffer with a detach key can refuse, and script can't set one.
  for (v8::Local<v8::ArrayBuffer> buffer : attachments_.array_buffers) {
    if (buffer->Detach(v8::Local<v8::Value>()).IsNothing()) {
      return false;
    }
  }
  for (v8::Local<v8::Object> port : attachments_.ports) {
    message->ports.push_back(
        MessagePortMain::From(isolate_, port)->Disentangle());
  }
  return true;
}

}  // namespace electron_ports
