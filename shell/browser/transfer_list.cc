// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/transfer_list.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "base/containers/span.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/stream_transfer.h"
#include "shell/common/array_buffer_contents.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/message_port_endpoint.h"
#include "shell/common/transfer_argument.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

constexpr std::string_view kExpectedItem =
    "expected a MessagePortMain, an ArrayBuffer or a web stream, got ";

}  // namespace

TransferList::TransferList(v8::Isolate* isolate, MessagePortMain* source)
    : isolate_(isolate),
      realm_(MessagePortRealm::From(isolate)),
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
  if (Attach(item)) {
    items_.push_back(item.As<v8::Object>());
    return true;
  }
  const std::string index = base::NumberToString(items_.size());
  const std::string got = DescribeValue(isolate_, item);
  ThrowTypeError(
      isolate_, source_ ? base::StrCat({"Port at index ", index,
                                        " is not a valid port: ", kExpectedItem,
                                        got, "."})
                        : base::StrCat({"Invalid value for transfer: at index ",
                                        index, ", ", kExpectedItem, got, "."}));
  return false;
}

bool TransferList::Attach(v8::Local<v8::Value> item) {
  if (MessagePortMain::From(isolate_, item)) {
    attachments_.ports.push_back(item.As<v8::Object>());
    return true;
  }
  if (item->IsArrayBuffer()) {
    attachments_.array_buffers.push_back(item.As<v8::ArrayBuffer>());
    return true;
  }
  if (!item->IsObject() || !realm_) {
    return false;
  }
  v8::Local<v8::Object> object = item.As<v8::Object>();
  const std::optional<StreamKind> kind =
      realm_->stream_transfer().KindOf(object);
  if (!kind) {
    return false;
  }
  attachments_.streams(*kind).push_back(object);
  return true;
}

bool TransferList::Check() const {
  for (size_t i = 0; i < items_.size(); ++i) {
    const std::optional<std::string> problem = ProblemOf(i);
    if (problem) {
      ThrowDataCloneError(
          isolate_, base::StrCat({DescribeItem(i), " at index ",
                                  base::NumberToString(i), " ", *problem}));
      return false;
    }
    if (items_[i]->IsArrayBuffer() && !CheckDetachable(items_[i])) {
      return false;
    }
  }
  return true;
}

std::string TransferList::DescribeItem(size_t index) const {
  v8::Local<v8::Object> item = items_[index];
  if (item->IsArrayBuffer()) {
    return "ArrayBuffer";
  }
  if (MessagePortMain::From(isolate_, item)) {
    return "Port";
  }
  const std::optional<StreamKind> kind = realm_->stream_transfer().KindOf(item);
  return std::string(kind ? StreamClassName(*kind) : "Stream");
}

std::optional<std::string> TransferList::ProblemOf(size_t index) const {
  v8::Local<v8::Object> item = items_[index];
  const base::span<const v8::Local<v8::Object>> earlier =
      base::span(items_).first(index);
  if (std::ranges::find(earlier, item) != earlier.end()) {
    return "is a duplicate.";
  }
  if (MessagePortMain* port = MessagePortMain::From(isolate_, item)) {
    const std::optional<std::string_view> problem = PortTransferProblem(
        source_ ? &source_->endpoint() : nullptr, port->endpoint());
    return problem ? std::make_optional<std::string>(*problem) : std::nullopt;
  }
  if (!item->IsArrayBuffer()) {
    return realm_->stream_transfer().ProblemOf(item, earlier);
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
  const bool is_marked =
      realm_ && realm_->hooks().is_untransferable.Run(isolate_, item);
  if (item.As<v8::ArrayBuffer>()->IsDetachable() && !is_marked) {
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
  // Last, because it runs script of lib/. The order is the writer's.
  for (StreamKind kind :
       {StreamKind::kReadable, StreamKind::kWritable, StreamKind::kTransform}) {
    for (v8::Local<v8::Object> stream : attachments_.streams(kind)) {
      std::ranges::move(realm_->stream_transfer().Send(kind, stream),
                        std::back_inserter(message->stream_channels));
    }
  }
  return true;
}

}  // namespace electron_ports
