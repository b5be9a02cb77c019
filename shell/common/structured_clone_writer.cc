// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include <stddef.h>
#include <stdint.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/auto_reset.h"
#include "base/containers/span_writer.h"
#include "base/memory/stack_allocated.h"
#include "base/numerics/byte_conversions.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "gin/converter.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/dom_exception.h"
#include "shell/common/message_size.h"
#include "shell/common/object_index.h"
#include "shell/common/refused_value.h"
#include "shell/common/structured_clone.h"
#include "shell/common/structured_clone_format.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-maybe.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-value-serializer.h"
#include "v8/include/v8-wasm.h"

namespace electron_ports {

namespace {

uint8_t TagOf(StreamKind kind) {
  switch (kind) {
    case StreamKind::kReadable:
      return kReadableStreamTag;
    case StreamKind::kWritable:
      return kWritableStreamTag;
    case StreamKind::kTransform:
      return kTransformStreamTag;
  }
}

class Writer final : public v8::ValueSerializer::Delegate {
  STACK_ALLOCATED();

 public:
  Writer(v8::Isolate* isolate,
         const CloneAttachments& attachments,
         std::vector<uint8_t>* out,
         PlatformObjects* platform_objects)
      : isolate_(isolate),
        attachments_(attachments),
        out_(out),
        platform_objects_(platform_objects),
        streams_(isolate),
        ports_(isolate),
        plain_prototype_(v8::Object::New(isolate)->GetPrototypeV2()),
        serializer_(isolate, this) {
    for (const auto& port : attachments.ports) {
      ports_.Add(port);
    }
    for (const auto& streams : attachments.streams_by_kind) {
      for (const auto& stream : streams) {
        streams_.Add(stream);
      }
    }
  }

  bool Write(v8::Local<v8::Value> value) {
    v8::Local<v8::Context> context = isolate_->GetCurrentContext();
    message_ = value;
    for (uint32_t i = 0; i < attachments_.array_buffers.size(); ++i) {
      serializer_.TransferArrayBuffer(i, attachments_.array_buffers[i]);
    }

    // Through the serializer, because V8 pads two-byte strings by their place
    // in the whole buffer. Without a trailer both its fields are zero.
    WriteByte(kVersionTag);
    serializer_.WriteUint32(kEnvelopeVersion);
    WriteByte(kTrailerOffsetTag);
    static constexpr std::array<uint8_t, kTrailerOffsetSize> kNoTrailer = {};
    serializer_.WriteRawBytes(kNoTrailer.data(), kNoTrailer.size());
    serializer_.WriteHeader();

    // Getters run script, but no promise job may get in between.
    v8::MicrotasksScope microtasks(context,
                                   v8::MicrotasksScope::kDoNotRunMicrotasks);
    if (serializer_.WriteValue(context, value).IsNothing()) {
      return false;
    }

    out_->resize(serializer_.Release().second);
    if (files_ > 0) {
      // Their ports are behind those that are known here.
      CloneAttachments with_files = attachments_;
      while (with_files.ports.size() <= highest_file_place_) {
        with_files.ports.push_back(v8::Object::New(isolate_));
      }
      if (!MarkFiles(isolate_, with_files, files_, out_)) {
        electron_ports::ThrowDataCloneError(
            isolate_,
            "An object could not be cloned: it is too large, or nested too "
            "deeply, to be sent with a file.");
        return false;
      }
    }
    if (!required_tags_.empty()) {
      AppendTrailer();
    }
    return true;
  }

 private:
  void WriteByte(uint8_t byte) { serializer_.WriteRawBytes(&byte, 1); }

  // Blink makes a message that it can't read a `messageerror` where this says
  // what it has to have, and a `message` without data otherwise.
  void AppendTrailer() {
    const uint64_t offset = out_->size();
    out_->push_back(kRequiredInterfacesTag);
    out_->append_range(base::U32ToBigEndian(required_tags_.size()));
    out_->append_range(required_tags_);
    // Behind the version and two tags of one byte each.
    base::SpanWriter<uint8_t> place(
        base::span(*out_).subspan(3u, kTrailerOffsetSize));
    place.WriteU64BigEndian(offset);
    place.WriteU32BigEndian(static_cast<uint32_t>(out_->size() - offset));
  }

  // v8::ValueSerializer::Delegate:

  // V8 writes straight to `out_`: memory of its own would be one more, and one
  // more copy. It asks for twice as much as it needs.
  void* ReallocateBufferMemory(void*, size_t size, size_t* actual) override {
    if (size / 2 > MaxMessageBytes()) {
      too_large_ = size;
      return nullptr;
    }
    out_->resize(size);
    *actual = size;
    return out_->data();
  }
  void FreeBufferMemory(void*) override { out_->clear(); }

  void ThrowDataCloneError(v8::Local<v8::String> detail) override {
    if (too_large_) {
      electron_ports::ThrowDataCloneError(isolate_,
                                          TooLargeMessageError(*too_large_));
      return;
    }
    // V8 says what it is, but not where.
    const std::string text = gin::V8ToString(isolate_, detail);
    const std::optional<std::string> found =
        DescribeRefusedValue(isolate_->GetCurrentContext(), message_, text);
    electron_ports::ThrowDataCloneError(
        isolate_, base::StrCat({"An object could not be cloned: ",
                                found ? *found + "." : text}));
  }

  // Without these two an object that wraps C++ would be cloned as `{}`.
  bool HasCustomHostObject(v8::Isolate*) override { return true; }

  v8::Maybe<bool> IsHostObject(v8::Isolate*,
                               v8::Local<v8::Object> object) override {
    if (object->IsApiWrapper() || object->InternalFieldCount() > 0) {
      return v8::Just(true);
    }
    if (object == stand_in_) {
      return v8::Just(true);
    }
    // Most objects are literals, and cost no more than this.
    v8::Local<v8::Value> prototype = object->GetPrototypeV2();
    if (prototype->IsNull() || prototype == plain_prototype_) {
      return v8::Just(false);
    }
    if (streams_.Find(object) || IsDOMException(isolate_, object)) {
      return v8::Just(true);
    }
    return platform_objects_ ? platform_objects_->IsPlatformObject(object)
                             : v8::Just(false);
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate,
                                  v8::Local<v8::Object> object) override {
    if (const std::optional<Attachment> found = FindAttachment(object)) {
      WriteByte(found->tag);
      serializer_.WriteUint32(static_cast<uint32_t>(found->index));
      return v8::Just(true);
    }
    if (IsDOMException(isolate, object)) {
      return WriteDOMException(object);
    }
    if (platform_objects_) {
      if (const auto stream = platform_objects_->AttachStream(object)) {
        WriteByte(TagOf(stream->kind));
        serializer_.WriteUint32(stream->channel);
        return v8::Just(true);
      }
      if (const auto port = platform_objects_->AttachFile(object)) {
        return WriteFile(*port);
      }
      bool is_blob = false;
      if (!platform_objects_->IsBlob(object).To(&is_blob)) {
        return v8::Nothing<bool>();
      }
      if (is_blob) {
        return WriteBlob(object);
      }
      if (const auto image = platform_objects_->DescribeImage(object)) {
        WriteImage(*image);
        return v8::Just(true);
      }
      if (const auto opaque = platform_objects_->AttachOpaque(object)) {
        if (!opaque->has_value()) {
          return Refuse(object, opaque->error());
        }
        WriteOpaque(**opaque);
        return v8::Just(true);
      }
    }
    const std::string name =
        gin::V8ToString(isolate, object->GetConstructorName());
    const std::string what = name == "MessagePortMain" || name == "MessagePort"
                                 ? "a port"
                                 : WithArticle(name);
    return Refuse(object, what + " that is not in the transfer list");
  }

  v8::Maybe<bool> Refuse(v8::Local<v8::Object> object, std::string_view what) {
    electron_ports::ThrowDataCloneError(
        isolate_,
        base::StrCat({"An object could not be cloned: ",
                      DescribeRefusedObject(isolate_->GetCurrentContext(),
                                            message_, object, what),
                      "."}));
    return v8::Nothing<bool>();
  }

  // How an attachment is referred to in the bytes.
  struct Attachment {
    uint8_t tag;
    size_t index;
  };

  std::optional<Attachment> FindAttachment(v8::Local<v8::Object> object) const {
    if (const auto port = ports_.Find(object)) {
      return Attachment{kMessagePortTag, *port};
    }
    if (object == stand_in_) {
      return Attachment{kMessagePortTag, stand_in_place_};
    }
    const std::optional<size_t> stream = streams_.Find(object);
    if (!stream) {
      return std::nullopt;
    }
    // The index is that of the stream's first channel.
    const size_t readables = attachments_.streams(StreamKind::kReadable).size();
    const size_t others =
        readables + attachments_.streams(StreamKind::kWritable).size();
    if (*stream < readables) {
      return Attachment{kReadableStreamTag, *stream};
    }
    if (*stream < others) {
      return Attachment{kWritableStreamTag, *stream};
    }
    return Attachment{kTransformStreamTag, others + 2 * (*stream - others)};
  }

  // Through an object that stands for the port: V8 numbers the objects that it
  // reads, and will read two.
  v8::Maybe<bool> WriteFile(uint32_t port) {
    ++files_;
    highest_file_place_ = std::max(highest_file_place_, port);
    // V8 calls this in a scope of its own, so that the handle is gone with it.
    base::AutoReset<v8::Local<v8::Object>> reset(&stand_in_,
                                                 v8::Object::New(isolate_));
    stand_in_place_ = port;
    WriteByte(kFileTagOfHost);
    WriteUtf8(kFileKey);
    if (serializer_.WriteValue(isolate_->GetCurrentContext(), stand_in_)
            .IsNothing()) {
      return v8::Nothing<bool>();
    }
    WriteByte(kEndObjectTag);
    serializer_.WriteUint32(kFileProperties);
    return v8::Just(true);
  }

  v8::Maybe<bool> WriteDOMException(v8::Local<v8::Object> exception) {
    WriteByte(kDOMExceptionTag);
    for (const char* property : {"name", "message"}) {
      v8::Local<v8::Context> context = isolate_->GetCurrentContext();
      v8::Local<v8::Value> value;
      v8::Local<v8::String> text;
      if (!exception->Get(context, gin::StringToSymbol(isolate_, property))
               .ToLocal(&value) ||
          !value->ToString(context).ToLocal(&text)) {
        return v8::Nothing<bool>();
      }
      if (!WriteBoundedUtf8(gin::V8ToString(isolate_, text))) {
        return v8::Nothing<bool>();
      }
    }
    WriteUtf8("");
    return v8::Just(true);
  }

  void WriteImage(const CloneImage& image) {
    WriteByte(kNativeImageTag);
    serializer_.WriteUint32(static_cast<uint32_t>(image.bitmaps.size()));
    for (const CloneImage::Bitmap& bitmap : image.bitmaps) {
      serializer_.WriteDouble(bitmap.scale);
      serializer_.WriteUint32(static_cast<uint32_t>(bitmap.bytes.size()));
      serializer_.WriteRawBytes(bitmap.bytes.data(), bitmap.bytes.size());
    }
  }

  void WriteOpaque(const OpaqueObject& opaque) {
    serializer_.WriteRawBytes(opaque.bytes.data(), opaque.bytes.size());
    if (opaque.beside != OpaqueObject::Beside::kNothing) {
      serializer_.WriteUint32(opaque.index);
    }
    if (!std::ranges::contains(required_tags_, opaque.tag())) {
      required_tags_.push_back(opaque.tag());
    }
  }

  v8::Maybe<bool> WriteBlob(v8::Local<v8::Object> object) {
    const std::optional<CloneBlob> blob =
        platform_objects_->DescribeBlob(object);
    if (!blob) {
      return v8::Nothing<bool>();
    }
    if (!blob->file) {
      WriteByte(kBlobTag);
      WriteUtf8(blob->uuid);
      if (!WriteBoundedUtf8(blob->type)) {
        return v8::Nothing<bool>();
      }
      serializer_.WriteUint64(blob->size);
      return v8::Just(true);
    }
    WriteByte(kFileTag);
    WriteUtf8("");
    if (!WriteBoundedUtf8(blob->file->name)) {
      return v8::Nothing<bool>();
    }
    WriteUtf8("");
    WriteUtf8(blob->uuid);
    if (!WriteBoundedUtf8(blob->type)) {
      return v8::Nothing<bool>();
    }
    serializer_.WriteUint32(kHasFileMetadata);
    serializer_.WriteUint64(blob->size);
    serializer_.WriteDouble(blob->file->last_modified);
    serializer_.WriteUint32(kIsNotUserVisible);
    return v8::Just(true);
  }

  void WriteUtf8(std::string_view text) {
    serializer_.WriteUint32(static_cast<uint32_t>(text.size()));
    serializer_.WriteRawBytes(text.data(), text.size());
  }

  // Text of the app's. False with an exception pending when no reader takes it.
  bool WriteBoundedUtf8(std::string_view text) {
    if (text.size() > kMaxTextBytes) {
      electron_ports::ThrowDataCloneError(
          isolate_, base::StrCat({"An object could not be cloned: a text of a "
                                  "DOMException, a Blob or a File takes ",
                                  base::NumberToString(text.size()),
                                  " bytes, and it can take ",
                                  base::NumberToString(kMaxTextBytes), "."}));
      return false;
    }
    WriteUtf8(text);
    return true;
  }

  // V8's own refusals of these two are no DataCloneErrors.
  v8::Maybe<uint32_t> GetSharedArrayBufferId(
      v8::Isolate*,
      v8::Local<v8::SharedArrayBuffer> buffer) override {
    return RefuseShared(buffer, "a SharedArrayBuffer");
  }

  v8::Maybe<uint32_t> GetWasmModuleTransferId(
      v8::Isolate*,
      v8::Local<v8::WasmModuleObject> module) override {
    return RefuseShared(module, "a WebAssembly.Module");
  }

  v8::Maybe<uint32_t> RefuseShared(v8::Local<v8::Object> object,
                                   std::string_view what) {
    std::ignore = Refuse(object, what);
    return v8::Nothing<uint32_t>();
  }

  v8::Isolate* const isolate_;
  const CloneAttachments& attachments_;
  std::vector<uint8_t>* const out_;
  PlatformObjects* const platform_objects_;
  v8::Local<v8::Value> message_;
  // Those of `attachments_`: the readable ones first, the transform ones last.
  ObjectIndex streams_;
  ObjectIndex ports_;
  // What stands for the port of the file that is being written, and where that
  // is. Empty otherwise.
  v8::Local<v8::Object> stand_in_;
  uint32_t stand_in_place_ = 0;
  size_t files_ = 0;
  uint32_t highest_file_place_ = 0;
  // Of the objects that only Blink can have.
  std::vector<uint8_t> required_tags_;
  // What V8 asked for in vain, in bytes.
  std::optional<size_t> too_large_;
  // That of `{}`.
  const v8::Local<v8::Value> plain_prototype_;
  v8::ValueSerializer serializer_;
};

}  // namespace

std::optional<PlatformObjects::Stream> PlatformObjects::AttachStream(
    v8::Local<v8::Object> object) {
  return std::nullopt;
}

std::optional<uint32_t> PlatformObjects::AttachFile(
    v8::Local<v8::Object> object) {
  return std::nullopt;
}

bool PlatformObjects::TakesFiles() {
  return false;
}

v8::MaybeLocal<v8::Object> PlatformObjects::MakeFile(
    v8::Local<v8::Object> port) {
  return {};
}

std::optional<base::expected<OpaqueObject, std::string>>
PlatformObjects::AttachOpaque(v8::Local<v8::Object> object) {
  return std::nullopt;
}

v8::MaybeLocal<v8::Object> PlatformObjects::MakeOpaque(
    const OpaqueObject& object) {
  return {};
}

bool WriteStructuredClone(v8::Isolate* isolate,
                          v8::Local<v8::Value> value,
                          const CloneAttachments& attachments,
                          std::vector<uint8_t>* out,
                          PlatformObjects* platform_objects) {
  return Writer(isolate, attachments, out, platform_objects).Write(value);
}

}  // namespace electron_ports
