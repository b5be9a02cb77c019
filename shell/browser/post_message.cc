// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/post_message.h"

#include <stddef.h>
#include <stdint.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/containers/span.h"
#include "base/memory/scoped_refptr.h"
#include "base/memory/stack_allocated.h"
#include "base/numerics/clamped_math.h"
#include "base/types/expected.h"
#include "gin/arguments.h"
#include "gin/data_object_builder.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/opaque_handle.h"
#include "shell/browser/stored_blob.h"
#include "shell/browser/stream_transfer.h"
#include "shell/browser/transfer_list.h"
#include "shell/common/array_buffer_contents.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/message_size.h"
#include "shell/common/object_index.h"
#include "shell/common/opaque_object.h"
#include "shell/common/port_message_wire.h"
#include "shell/common/refused_value.h"
#include "shell/common/structured_clone.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-maybe.h"
#include "v8/include/v8-persistent-handle.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

// The size of a Blob that its sender does not know, in bytes.
constexpr uint64_t kUnknownSize = std::numeric_limits<uint64_t>::max();
// The largest that script can say.
constexpr uint64_t kMaxSafeInteger = (uint64_t{1} << 53) - 1;

// What one message has of platform objects.
class MessagePlatformObjects final : public PlatformObjects {
  STACK_ALLOCATED();

 public:
  // Of a message that is sent. Its Blobs are to be in the blob storage that
  // `blob_storage` connects to.
  MessagePlatformObjects(v8::Isolate* isolate,
                         TransferList& list,
                         ConnectToBlobStorage blob_storage)
      : MessagePlatformObjects(isolate, nullptr) {
    list_ = &list;
    blob_storage_ = std::move(blob_storage);
  }

  // Of one that arrived; takes what it has beside its bytes, its ports and
  // ArrayBuffers aside.
  MessagePlatformObjects(v8::Isolate* isolate, PortMessage& message)
      : MessagePlatformObjects(isolate, nullptr) {
    channels_ = std::move(message.stream_channels);
    images_ = std::move(message.images);
    file_tokens_ = std::move(message.file_tokens);
    origin_ = std::move(message.sender_origin);
    for (BlobHandle& handle : message.blobs) {
      const std::string uuid = handle.uuid;
      received_blobs_.try_emplace(uuid, std::move(handle));
    }
  }

  v8::Maybe<bool> IsPlatformObject(v8::Local<v8::Object> object) override {
    if (!realm_) {
      return v8::Just(false);
    }
    std::optional<StreamKind> kind;
    if (!realm_->stream_transfer().KindOf(object, &kind)) {
      return v8::Nothing<bool>();
    }
    std::optional<NodeObjects::Kind> node_kind;
    if (!kind && !realm_->node_objects().KindOf(object, &node_kind)) {
      return v8::Nothing<bool>();
    }
    return kind || node_kind ? v8::Just(true) : IsBlob(object);
  }

  std::optional<Stream> AttachStream(v8::Local<v8::Object> object) override {
    std::optional<StreamKind> kind;
    if (!realm_ || !realm_->forwarder().is_set() ||
        !realm_->stream_transfer().KindOf(object, &kind) || !kind) {
      return std::nullopt;
    }
    const Stream stream = {*kind, sent_channels_};
    sent_channels_ += static_cast<uint32_t>(ChannelCount(*kind));
    sent_streams_.emplace_back(*kind, v8::Global<v8::Object>(isolate_, object));
    return stream;
  }

  std::optional<uint32_t> AttachFile(v8::Local<v8::Object> object) override {
    if (!list_) {
      return std::nullopt;
    }
    if (const std::optional<size_t> file = list_->FindFile(object)) {
      return static_cast<uint32_t>(list_->port_count() + *file);
    }
    // One that need not be listed comes after those that are.
    std::optional<NodeObjects::Kind> kind;
    if (!realm_ || !realm_->forwarder().is_set() ||
        !realm_->node_objects().KindOf(object, &kind) ||
        kind != NodeObjects::Kind::kFile) {
      return std::nullopt;
    }
    sent_files_.emplace_back(isolate_, object);
    return static_cast<uint32_t>(list_->port_count() + list_->file_count() +
                                 sent_files_.size() - 1);
  }

  bool TakesFiles() override { return realm_ != nullptr; }

  v8::MaybeLocal<v8::Object> MakeFile(v8::Local<v8::Object> port) override {
    // An honest sender refers to each once.
    if (!file_ports_.Add(port)) {
      return {};
    }
    return realm_->node_objects().ReceiveFile(port);
  }

  v8::MaybeLocal<v8::Object> MakeStream(StreamKind kind,
                                        uint32_t channel) override {
    // An honest sender refers to each channel once.
    const size_t count = ChannelCount(kind);
    if (!realm_ || channel > channels_.size() ||
        channels_.size() - channel < count) {
      return {};
    }
    std::vector<MessagePortData> own;
    for (MessagePortData& data :
         base::span(channels_).subspan(channel, count)) {
      if (!data.is_valid()) {
        return {};
      }
      own.push_back(std::exchange(data, MessagePortData()));
    }
    return realm_->stream_transfer().Receive(kind, std::move(own),
                                             &stream_ports_);
  }

  v8::Maybe<bool> IsBlob(v8::Local<v8::Object> object) override {
    return realm_ ? realm_->blob_transfer().IsBlob(object) : v8::Just(false);
  }

  std::optional<CloneImage> DescribeImage(
      v8::Local<v8::Object> object) override {
    return realm_ ? realm_->hooks().describe_image.Run(isolate_, object)
                  : std::nullopt;
  }

  v8::MaybeLocal<v8::Object> MakeImage(const CloneImage& image) override {
    return realm_ ? realm_->hooks().make_image.Run(isolate_, image)
                  : v8::MaybeLocal<v8::Object>();
  }

  std::optional<CloneBlob> DescribeBlob(v8::Local<v8::Object> blob) override {
    v8::Local<v8::Object> contents;
    std::optional<CloneBlob> clone = realm_->blob_transfer().Describe(
        blob, blob_storage_, &registry_, &contents);
    // Several objects may have one Blob behind them.
    if (clone && sent_uuids_.insert(clone->uuid).second) {
      sent_blobs_.push_back(*clone);
      blob_contents_.emplace_back(isolate_, contents);
    }
    return clone;
  }

  v8::MaybeLocal<v8::Object> MakeBlob(const CloneBlob& blob) override {
    const auto found = received_blobs_.find(blob.uuid);
    if (!realm_ || found == received_blobs_.end()) {
      return {};
    }
    ReceivedBlob& received = found->second;
    // No storage takes one without a name.
    if (blob.uuid.empty()) {
      return {};
    }
    // That of a file on the user's disk comes unknown.
    const bool has_size = received.size != kUnknownSize;
    if (blob.size > kMaxSafeInteger || received.type.size() > kMaxTextBytes ||
        (has_size && received.size != blob.size)) {
      return {};
    }
    if (received.handle) {
      received.stored = stored_blobs_.size();
      stored_blobs_.push_back(StoredBlob::Create(
          isolate_, *std::exchange(received.handle, std::nullopt)));
    }
    CloneBlob known = blob;
    known.type = received.type;
    return realm_->blob_transfer().Receive(known,
                                           stored_blobs_[received.stored]);
  }

  std::optional<base::expected<OpaqueObject, std::string>> AttachOpaque(
      v8::Local<v8::Object> object) override {
    OpaqueHandle* handle = OpaqueHandle::From(isolate_, object);
    if (!handle || !list_) {
      return std::nullopt;
    }
    OpaqueObject attached = handle->object();
    const std::string what = WithArticle(attached.type);
    if (handle->is_closed()) {
      return base::unexpected(what + " that is closed or was transferred");
    }
    if (attached.is_transfer_only && !list_->HasOpaque(object)) {
      return base::unexpected(what + " that is not in the transfer list");
    }
    switch (attached.beside) {
      case OpaqueObject::Beside::kNothing:
        break;
      case OpaqueObject::Beside::kImage:
        attached.index = static_cast<uint32_t>(images_.size());
        images_.push_back(handle->image());
        break;
      case OpaqueObject::Beside::kFileToken:
        // A message is of one origin.
        if (origin_.value_or(handle->origin()) != handle->origin()) {
          return base::unexpected(
              what + " of another origin than one before it in the message");
        }
        origin_ = handle->origin();
        attached.index = static_cast<uint32_t>(file_tokens_.size());
        file_tokens_.push_back(handle->CloneFileToken());
        break;
    }
    return attached;
  }

  v8::MaybeLocal<v8::Object> MakeOpaque(const OpaqueObject& object) override {
    // Node can't have it, not even as a handle.
    if (!realm_ || realm_->forwarder().is_set()) {
      return {};
    }
    OpaqueHandle::Contents contents;
    switch (object.beside) {
      case OpaqueObject::Beside::kNothing:
        break;
      case OpaqueObject::Beside::kImage:
        if (object.index >= images_.size()) {
          return {};
        }
        contents.image = images_[object.index];
        break;
      case OpaqueObject::Beside::kFileToken:
        // An honest sender refers to each once, and says what it is.
        if (!origin_ || object.index >= file_tokens_.size() ||
            !file_tokens_[object.index].pipe.is_valid()) {
          return {};
        }
        contents.file_token = std::move(file_tokens_[object.index]);
        contents.origin = *origin_;
        break;
    }
    v8::Local<v8::Object> handle =
        OpaqueHandle::Create(isolate_, object, std::move(contents));
    opaque_handles_.push_back(handle);
    return handle;
  }

  // What of the opaque objects that were attached goes beside the bytes.
  void SendOpaque(PortMessage* message) {
    message->images = std::move(images_);
    message->file_tokens = std::move(file_tokens_);
    message->sender_origin = std::move(origin_);
  }

  // That of it which is in this process, in bytes.
  uint64_t image_bytes() const {
    uint64_t bytes = 0;
    for (const scoped_refptr<CarriedImage>& image : images_) {
      bytes += image->bytes();
    }
    return bytes;
  }

  // The channels of the streams that were attached. Runs script, as
  // StreamTransfer::Send() does.
  std::vector<MessagePortData> SendStreams() {
    std::vector<MessagePortData> channels;
    for (const auto& [kind, stream] : sent_streams_) {
      std::ranges::move(
          realm_->stream_transfer().Send(kind, stream.Get(isolate_)),
          std::back_inserter(channels));
    }
    return channels;
  }

  // What travels in the place of the files that were attached. False with an
  // exception pending.
  bool SendFiles(std::vector<MessagePortData>* ports) {
    v8::LocalVector<v8::Object> files(isolate_);
    for (const v8::Global<v8::Object>& file : sent_files_) {
      files.push_back(file.Get(isolate_));
    }
    return files.empty() || realm_->node_objects().Take(files, ports);
  }

  // What of the Blobs that were described goes beside the bytes.
  std::vector<BlobHandle> SendBlobs() {
    std::vector<BlobHandle> handles;
    for (size_t i = 0; i < sent_blobs_.size(); ++i) {
      handles.push_back(realm_->blob_transfer().Send(
          sent_blobs_[i], blob_contents_[i].Get(isolate_), registry_));
    }
    return handles;
  }

  // For a message that can't be read: what was made of it never reaches script.
  void CloseAll() {
    for (v8::Local<v8::Object> handle : opaque_handles_) {
      OpaqueHandle::From(isolate_, handle)->Close();
    }
    for (v8::Local<v8::Object> port : stream_ports_) {
      Close(port);
    }
    for (v8::Local<v8::Object> port : file_ports_) {
      Close(port);
    }
  }

  // Whether a file of this process took the place of this port.
  bool IsOfOwnFile(v8::Local<v8::Object> port) const {
    return IsOfFile(port) &&
           !MessagePortMain::From(isolate_, port)->endpoint().is_entangled();
  }

  bool IsOfFile(v8::Local<v8::Object> port) const {
    return file_ports_.Find(port).has_value();
  }

 private:
  MessagePlatformObjects(v8::Isolate* isolate, std::nullptr_t)
      : isolate_(isolate),
        realm_(MessagePortRealm::From(isolate)),
        stream_ports_(isolate),
        file_ports_(isolate),
        opaque_handles_(isolate),
        stored_blobs_(isolate) {}

  // Something may stand for the port of a file.
  void Close(v8::Local<v8::Object> object) {
    if (auto* port = MessagePortMain::From(isolate_, object)) {
      port->Close();
    }
  }

  struct ReceivedBlob {
    explicit ReceivedBlob(BlobHandle received)
        : type(received.type),
          size(received.size),
          handle(std::move(received)) {}

    std::string type;
    uint64_t size;
    // Until an object needs it; `stored` is its place, then.
    std::optional<BlobHandle> handle;
    size_t stored = 0;
  };

  v8::Isolate* const isolate_;
  MessagePortRealm* const realm_;
  // Of a message that is sent.
  TransferList* list_ = nullptr;
  ConnectToBlobStorage blob_storage_;
  std::shared_ptr<BlobRegistryRemote> registry_;
  std::vector<MessagePortData> channels_;
  // The ends of the streams that were made.
  v8::LocalVector<v8::Object> stream_ports_;
  // Those of files.
  ObjectIndex file_ports_;
  // That were made.
  v8::LocalVector<v8::Object> opaque_handles_;
  // Either way: what opaque objects have beside the bytes, and the origin of
  // those that are files.
  std::vector<scoped_refptr<CarriedImage>> images_;
  std::vector<FileToken> file_tokens_;
  std::optional<PageOrigin> origin_;
  std::map<std::string, ReceivedBlob> received_blobs_;
  v8::LocalVector<v8::Object> stored_blobs_;
  std::vector<std::pair<StreamKind, v8::Global<v8::Object>>> sent_streams_;
  uint32_t sent_channels_ = 0;
  std::vector<v8::Global<v8::Object>> sent_files_;
  std::vector<CloneBlob> sent_blobs_;
  std::set<std::string> sent_uuids_;
  // Handles of their own: they are met deep inside V8's serializer.
  std::vector<v8::Global<v8::Object>> blob_contents_;
};

// False with an exception pending.
bool CheckSize(v8::Isolate* isolate, uint64_t bytes) {
  if (bytes <= MaxMessageBytes()) {
    return true;
  }
  ThrowDataCloneError(isolate, TooLargeMessageError(bytes));
  return false;
}

// What the resizable ones among them reserve, in bytes.
uint64_t ReservedBytes(const std::vector<ArrayBufferContents>& buffers) {
  uint64_t bytes = 0;
  for (const ArrayBufferContents& contents : buffers) {
    bytes = base::ClampAdd(bytes, contents.max_byte_length.value_or(0));
  }
  return bytes;
}

}  // namespace

std::optional<PortMessage> PreparePostMessage(
    v8::Isolate* isolate,
    v8::Local<v8::Value> message,
    v8::Local<v8::Value> transfer,
    MessagePortMain* source,
    base::FunctionRef<bool()> can_send,
    ConnectToBlobStorage blob_storage) {
  TransferList list(isolate, source);
  PortMessage prepared;
  MessagePlatformObjects platform_objects(isolate, list,
                                          std::move(blob_storage));
  if (!list.Read(transfer) || !list.Check() ||
      !CheckSize(isolate, list.buffer_bytes()) ||
      !WriteStructuredClone(isolate, message, list.attachments(),
                            &prepared.encoded, &platform_objects)) {
    return std::nullopt;
  }
  if (!can_send() || !list.Check() ||
      !CheckSize(isolate, list.buffer_bytes() + prepared.encoded.size() +
                              platform_objects.image_bytes()) ||
      !list.DetachInto(&prepared) ||
      !platform_objects.SendFiles(&prepared.ports)) {
    return std::nullopt;
  }
  platform_objects.SendOpaque(&prepared);
  prepared.blobs = platform_objects.SendBlobs();
  std::ranges::move(platform_objects.SendStreams(),
                    std::back_inserter(prepared.stream_channels));
  return prepared;
}

std::optional<PortMessage> PreparePostMessage(
    gin::Arguments* args,
    MessagePortMain* source,
    base::FunctionRef<bool()> can_send) {
  v8::Isolate* isolate = args->isolate();
  v8::Local<v8::Value> message = v8::Undefined(isolate);
  v8::Local<v8::Value> transfer = v8::Undefined(isolate);
  args->GetNext(&message);
  args->GetNext(&transfer);
  return PreparePostMessage(isolate, message, transfer, source, can_send);
}

bool ReadPostMessage(v8::Isolate* isolate,
                     std::optional<PortMessage> received,
                     v8::Local<v8::Value>* data,
                     v8::Local<v8::Array>* ports) {
  // Shared memory and code of another agent cluster: this process is never in a
  // renderer's.
  if (!received || received->locked_to_agent_cluster ||
      ReservedBytes(received->array_buffers) > MaxMessageBytes()) {
    return false;
  }
  PortMessage message = std::move(*received);

  v8::TryCatch try_catch(isolate);
  MessagePortRealm* const realm = MessagePortRealm::From(isolate);
  v8::MaybeLocal<v8::Function> array_buffer;
  if (realm) {
    array_buffer = realm->array_buffer_constructor();
  }
  CloneAttachments attachments(isolate);
  for (ArrayBufferContents& contents : message.array_buffers) {
    v8::Local<v8::ArrayBuffer> buffer;
    if (!ToArrayBuffer(isolate, std::move(contents), array_buffer)
             .ToLocal(&buffer)) {
      return false;
    }
    attachments.array_buffers.push_back(buffer);
  }
  for (MessagePortData& port : message.ports) {
    // Only a hostile sender makes one that is not.
    if (!port.is_valid()) {
      return false;
    }
  }
  for (MessagePortData& port : message.ports) {
    attachments.ports.push_back(
        MessagePortMain::Create(isolate, std::move(port)));
  }

  const v8::LocalVector<v8::Object> own_ports = attachments.ports;
  const bool is_forwarding =
      realm && realm->forwarder().is_set() &&
      !(attachments.ports.empty() && attachments.array_buffers.empty());
  MessagePlatformObjects platform_objects(isolate, message);
  if ((is_forwarding &&
       !realm->forwarder().Arrive(own_ports, attachments.array_buffers,
                                  &attachments.ports)) ||
      !ReadStructuredClone(isolate, message.encoded, attachments,
                           &platform_objects)
           .ToLocal(data)) {
    for (v8::Local<v8::Object> port : own_ports) {
      if (is_forwarding) {
        // What stands in for it hears of it.
        MessagePortMain::From(isolate, port)->Close();
      } else if (!platform_objects.IsOfFile(port)) {
        MessagePortMain::From(isolate, port)->Dispose();
      }
    }
    platform_objects.CloseAll();
    return false;
  }

  v8::LocalVector<v8::Value> values(isolate);
  for (size_t i = 0; i < own_ports.size(); ++i) {
    if (!platform_objects.IsOfOwnFile(own_ports[i])) {
      values.push_back(attachments.ports[i]);
    }
  }
  *ports = v8::Array::New(isolate, values.data(), values.size());
  return true;
}

bool ReadProcessMessage(v8::Isolate* isolate,
                        mojo::Message* message,
                        v8::Local<v8::Value>* data,
                        v8::Local<v8::Value>* event) {
  v8::Local<v8::Array> ports;
  if (!ReadPostMessage(isolate, FromMojoMessage(std::move(*message)), data,
                       &ports)) {
    return false;
  }
  *event = gin::DataObjectBuilder(isolate)
               .Set("data", *data)
               .Set("ports", ports.As<v8::Value>())
               .Build();
  return true;
}

}  // namespace electron_ports
