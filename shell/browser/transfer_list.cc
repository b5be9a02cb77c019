// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/transfer_list.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/opaque_handle.h"
#include "shell/browser/stream_transfer.h"
#include "shell/common/array_buffer_contents.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/message_port_endpoint.h"
#include "shell/common/message_size.h"
#include "shell/common/refused_value.h"
#include "shell/common/transfer_argument.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

constexpr std::string_view kExpectedItem =
    "expected a MessagePortMain, a worker_threads MessagePort, an ArrayBuffer, "
    "a web stream, a FileHandle or the OpaqueHandle of a transferable object, "
    "got ";

// Node marks the memory that small Buffers share as an app may mark its own. It
// has one of these sizes, by Node's version.
constexpr size_t kBufferPoolSizes[] = {8 * 1024, 64 * 1024};

bool IsPool(v8::Local<v8::Object> item) {
  return item->IsArrayBuffer() &&
         std::ranges::contains(kBufferPoolSizes,
                               item.As<v8::ArrayBuffer>()->ByteLength());
}

}  // namespace

TransferList::TransferList(v8::Isolate* isolate, MessagePortMain* source)
    : isolate_(isolate),
      realm_(MessagePortRealm::From(isolate)),
      source_(source),
      items_(isolate),
      files_(isolate),
      opaque_(isolate),
      attachments_(isolate) {}

bool TransferList::Read(v8::Local<v8::Value> argument) {
  v8::LocalVector<v8::Value> items(isolate_);
  // To WebIDL null is an empty dictionary.
  if (source_ && argument->IsNull()) {
    return true;
  }
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
  std::optional<Kind> kind;
  if (!FindKind(item, &kind)) {
    return false;
  }
  if (kind) {
    Attach(item.As<v8::Object>(), *kind);
    return true;
  }
  const std::string index = base::NumberToString(items_.size());
  const OpaqueHandle* handle = OpaqueHandle::From(isolate_, item);
  const std::string got =
      handle ? base::StrCat({"that of ", WithArticle(handle->object().type)})
             : DescribeValue(isolate_, item);
  ThrowTypeError(
      isolate_, source_ ? base::StrCat({"Port at index ", index,
                                        " is not a valid port: ", kExpectedItem,
                                        got, "."})
                        : base::StrCat({"Invalid value for transfer: at index ",
                                        index, ", ", kExpectedItem, got, "."}));
  return false;
}

bool TransferList::FindKind(v8::Local<v8::Value> item,
                            std::optional<Kind>* kind) const {
  if (MessagePortMain::From(isolate_, item)) {
    *kind = Plain::kPort;
  } else if (item->IsArrayBuffer()) {
    *kind = Plain::kArrayBuffer;
  } else if (const auto* handle = OpaqueHandle::From(isolate_, item)) {
    if (handle->object().is_transferable) {
      *kind = Plain::kOpaque;
    }
  } else if (item->IsObject() && realm_) {
    std::optional<StreamKind> stream;
    if (!realm_->stream_transfer().KindOf(item.As<v8::Object>(), &stream)) {
      return false;
    }
    if (stream) {
      *kind = *stream;
      return true;
    }
    std::optional<NodeObjects::Kind> node_kind;
    if (!realm_->node_objects().KindOf(item.As<v8::Object>(), &node_kind)) {
      return false;
    }
    if (node_kind) {
      *kind = *node_kind == NodeObjects::Kind::kFile ? Plain::kFile
                                                     : Plain::kNodePort;
    }
  }
  return true;
}

void TransferList::Attach(v8::Local<v8::Object> item, Kind kind) {
  items_.push_back(item);
  kinds_.push_back(kind);
  if (const auto* stream = std::get_if<StreamKind>(&kind)) {
    attachments_.streams(*stream).push_back(item);
  } else if (std::get<Plain>(kind) == Plain::kArrayBuffer) {
    attachments_.array_buffers.push_back(item.As<v8::ArrayBuffer>());
  } else if (std::get<Plain>(kind) == Plain::kFile) {
    // A second time it is a duplicate, and refused.
    if (files_.Add(item)) {
      is_in_message_.push_back(false);
    }
  } else if (std::get<Plain>(kind) == Plain::kOpaque) {
    opaque_.Add(item);
  } else {
    attachments_.ports.push_back(item);
  }
}

uint64_t TransferList::buffer_bytes() const {
  uint64_t bytes = 0;
  for (v8::Local<v8::ArrayBuffer> buffer : attachments_.array_buffers) {
    bytes += buffer->ByteLength();
  }
  return bytes;
}

bool TransferList::Check() const {
  v8::HandleScope scope(isolate_);
  ObjectIndex seen(isolate_);
  v8::Local<v8::Set> seen_streams = v8::Set::New(isolate_);
  for (size_t i = 0; i < items_.size(); ++i) {
    std::optional<std::string> problem;
    if (!FindProblem(i, &seen, seen_streams, &problem)) {
      return false;
    }
    if (problem) {
      ThrowDataCloneError(
          isolate_, base::StrCat({NameOf(i), " at index ",
                                  base::NumberToString(i), " ", *problem}));
      return false;
    }
    if (items_[i]->IsArrayBuffer() && !CheckDetachable(items_[i])) {
      return false;
    }
  }
  return true;
}

std::string TransferList::NameOf(size_t index) const {
  if (const auto* stream = std::get_if<StreamKind>(&kinds_[index])) {
    return std::string(StreamClassName(*stream));
  }
  switch (std::get<Plain>(kinds_[index])) {
    case Plain::kPort:
    case Plain::kNodePort:
      return "Port";
    case Plain::kFile:
      return "FileHandle";
    case Plain::kArrayBuffer:
      return "ArrayBuffer";
    case Plain::kOpaque:
      return std::string(
          OpaqueHandle::From(isolate_, items_[index])->object().type);
  }
}

bool TransferList::FindProblem(size_t index,
                               ObjectIndex* seen,
                               v8::Local<v8::Set> seen_streams,
                               std::optional<std::string>* problem) const {
  v8::Local<v8::Object> item = items_[index];
  if (!seen->Add(item)) {
    *problem = "is a duplicate.";
  } else if (IsMarked(item) && !IsPool(item)) {
    *problem = "is marked as untransferable.";
  } else if (std::holds_alternative<StreamKind>(kinds_[index])) {
    return realm_->stream_transfer().FindProblem(item, seen_streams, problem);
  } else if (item->IsArrayBuffer()) {
    *problem = ProblemOfArrayBuffer(item.As<v8::ArrayBuffer>());
  } else if (std::get<Plain>(kinds_[index]) == Plain::kFile) {
    return realm_->node_objects().FindProblem(item, problem);
  } else if (std::get<Plain>(kinds_[index]) == Plain::kOpaque) {
    if (OpaqueHandle::From(isolate_, item)->is_closed()) {
      *problem = "is already neutered.";
    }
  } else if (std::get<Plain>(kinds_[index]) == Plain::kPort) {
    const std::optional<std::string_view> found =
        PortTransferProblem(source_ ? &source_->endpoint() : nullptr,
                            MessagePortMain::From(isolate_, item)->endpoint());
    if (found) {
      *problem = std::string(*found);
    }
  }
  return true;
}

std::optional<std::string> TransferList::ProblemOfArrayBuffer(
    v8::Local<v8::ArrayBuffer> buffer) const {
  if (buffer->WasDetached()) {
    return "is already detached.";
  }
  // The receiver reserves that much.
  if (buffer->IsResizableByUserJavaScript() &&
      buffer->MaxByteLength() > MaxMessageBytes()) {
    return base::StrCat({"can be resized to ",
                         base::NumberToString(buffer->MaxByteLength()),
                         " bytes, and a message can hold ",
                         base::NumberToString(MaxMessageBytes()), "."});
  }
  return std::nullopt;
}

bool TransferList::CheckDetachable(v8::Local<v8::Object> item) const {
  if (item.As<v8::ArrayBuffer>()->IsDetachable() && !IsMarked(item)) {
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
    std::optional<ArrayBufferContents> contents = ContentsOf(buffer);
    if (!contents) {
      ThrowDataCloneError(isolate_,
                          "An object could not be cloned: there is no memory "
                          "for the ArrayBuffers of the transfer list.");
      return false;
    }
    message->array_buffers.push_back(std::move(*contents));
  }
  std::vector<MessagePortData> node_ports;
  std::vector<MessagePortData> files;
  if (!CheckFiles() || !TakeNodeObjects(&node_ports, &files)) {
    return false;
  }
  // Only a buffer with a detach key can refuse, and script can't set one.
  for (v8::Local<v8::ArrayBuffer> buffer : attachments_.array_buffers) {
    if (buffer->Detach(v8::Local<v8::Value>()).IsNothing()) {
      return false;
    }
  }
  auto node_port = node_ports.begin();
  for (v8::Local<v8::Object> object : attachments_.ports) {
    MessagePortMain* port = MessagePortMain::From(isolate_, object);
    message->ports.push_back(port ? port->Disentangle()
                                  : std::move(*node_port++));
  }
  std::ranges::move(files, std::back_inserter(message->ports));
  for (size_t i = 0; i < items_.size(); ++i) {
    if (kinds_[i] == Kind(Plain::kOpaque)) {
      OpaqueHandle::From(isolate_, items_[i])->Close();
    }
  }
  // Last, because it runs script, the app's included. The order is the
  // writer's.
  for (StreamKind kind :
       {StreamKind::kReadable, StreamKind::kWritable, StreamKind::kTransform}) {
    for (v8::Local<v8::Object> stream : attachments_.streams(kind)) {
      std::ranges::move(realm_->stream_transfer().Send(kind, stream),
                        std::back_inserter(message->stream_channels));
    }
  }
  return true;
}

bool TransferList::IsMarked(v8::Local<v8::Object> item) const {
  return realm_ && realm_->hooks().is_untransferable.Run(isolate_, item);
}

std::optional<size_t> TransferList::FindFile(v8::Local<v8::Object> file) {
  const std::optional<size_t> found = files_.Find(file);
  if (found) {
    is_in_message_[*found] = true;
  }
  return found;
}

bool TransferList::HasOpaque(v8::Local<v8::Object> handle) const {
  return opaque_.Find(handle).has_value();
}

bool TransferList::CheckFiles() const {
  size_t file = 0;
  for (size_t i = 0; i < items_.size(); ++i) {
    if (kinds_[i] == Kind(Plain::kFile) && !is_in_message_[file++]) {
      ThrowDataCloneError(isolate_, base::StrCat({"FileHandle at index ",
                                                  base::NumberToString(i),
                                                  " is not in the message."}));
      return false;
    }
  }
  return true;
}

bool TransferList::TakeNodeObjects(std::vector<MessagePortData>* ports,
                                   std::vector<MessagePortData>* files) {
  v8::LocalVector<v8::Object> objects(isolate_);
  std::vector<bool> are_files;
  for (size_t i = 0; i < items_.size(); ++i) {
    const bool is_file = kinds_[i] == Kind(Plain::kFile);
    if (is_file || kinds_[i] == Kind(Plain::kNodePort)) {
      objects.push_back(items_[i]);
      are_files.push_back(is_file);
    }
  }
  std::vector<MessagePortData> taken;
  if (!objects.empty() && !realm_->node_objects().Take(objects, &taken)) {
    return false;
  }
  for (size_t i = 0; i < taken.size(); ++i) {
    (are_files[i] ? files : ports)->push_back(std::move(taken[i]));
  }
  return true;
}

}  // namespace electron_ports
