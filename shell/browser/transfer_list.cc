// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/transfer_list.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/common/array_buffer_contents.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/message_port_endpoint.h"
#include "shell/common/transfer_argument.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

constexpr std::string_view kExpectedItem =
    "expected a MessagePortMain or an ArrayBuffer, got ";

}  // namespace

TransferList::TransferList(v8::Isolate* isolate, MessagePortMain* source)
    : isolate_(isolate),
      source_(source),
      items_(isolate),
      attachments_(isolate) {}

bool TransferList::Read(v8::Local<v8::Value> argument) {
  v8::LocalVector<v8::Value> items(isolate_);
  if (!ReadTransferArgument(isolate_, argument, &items)) {
    return false;
  }
  for (v8::Local<v8::Value> item : items) {
    if (!AddItem(item)) {
      return false;
    }
  }
  return true;
}

bool TransferList::AddItem(v8::Local<v8::Value> item) {
  if (MessagePortMain::From(isolate_, item)) {
    attachments_.ports.push_back(item.As<v8::Object>());
  } else if (item->IsArrayBuffer()) {
    attachments_.array_buffers.push_back(item.As<v8::ArrayBuffer>());
  } else {
    const std::string index = base::NumberToString(items_.size());
    const std::string got = DescribeValue(isolate_, item);
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
