// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include <stddef.h>
#include <stdint.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/memory/raw_ptr.h"
#include "base/memory/raw_ref.h"
#include "base/strings/strcat.h"
#include "gin/converter.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/dom_exception.h"
#include "shell/common/structured_clone.h"
#include "shell/common/structured_clone_format.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-value-serializer.h"

namespace electron_ports {

namespace {

class Writer final : public v8::ValueSerializer::Delegate {
 public:
  Writer(v8::Isolate* isolate,
         const CloneAttachments& attachments,
         std::vector<uint8_t>* out,
         PlatformObjects* platform_objects)
      : isolate_(isolate),
        attachments_(attachments),
        out_(*out),
        platform_objects_(platform_objects),
        plain_prototype_(v8::Object::New(isolate)->GetPrototypeV2()),
        serializer_(isolate, this) {}

  bool Write(v8::Local<v8::Value> value) {
    v8::Local<v8::Context> context = isolate_->GetCurrentContext();
    for (uint32_t i = 0; i < attachments_.array_buffers.size(); ++i) {
      serializer_.TransferArrayBuffer(i, attachments_.array_buffers[i]);
    }

    // Through the serializer, because V8 pads two-byte strings by their place
    // in the whole buffer. No trailer is written, so both its fields are zero.
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
    return true;
  }

 private:
  void WriteByte(uint8_t byte) { serializer_.WriteRawBytes(&byte, 1); }

  // v8::ValueSerializer::Delegate:

  // V8 writes straight to `out_`: memory of its own would be one more, and one
  // more copy.
  void* ReallocateBufferMemory(void*, size_t size, size_t* actual) override {
    out_->resize(size);
    *actual = size;
    return out_->data();
  }
  void FreeBufferMemory(void*) override { out_->clear(); }

  void ThrowDataCloneError(v8::Local<v8::String> detail) override {
    electron_ports::ThrowDataCloneError(
        isolate_, base::StrCat({"An object could not be cloned: ",
                                gin::V8ToString(isolate_, detail)}));
  }

  // Without these two an object that wraps C++ would be cloned as `{}`.
  bool HasCustomHostObject(v8::Isolate*) override { return true; }

  v8::Maybe<bool> IsHostObject(v8::Isolate*,
                               v8::Local<v8::Object> object) override {
    // Ports are API wrappers, streams need not be.
    if (object->IsApiWrapper() || object->InternalFieldCount() > 0 ||
        std::ranges::any_of(attachments_.streams_by_kind,
                            [&](const auto& streams) {
                              return IndexIn(streams, object).has_value();
                            })) {
      return v8::Just(true);
    }
    // Most objects are literals, and cost no more than this.
    v8::Local<v8::Value> prototype = object->GetPrototypeV2();
    if (prototype->IsNull() || prototype == plain_prototype_) {
      return v8::Just(false);
    }
    return v8::Just(
        IsDOMException(isolate_, object) ||
        (platform_objects_ && platform_objects_->IsPlatformObject(object)));
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
    if (platform_objects_ && platform_objects_->IsBlob(object)) {
      return WriteBlob(object);
    }
    electron_ports::ThrowDataCloneError(
        isolate,
        base::StrCat(
            {"An object could not be cloned: ",
             gin::V8ToString(isolate, object->GetConstructorName()),
             " is a platform object that is not in the transfer list."}));
    return v8::Nothing<bool>();
  }

  // How an attachment is referred to in the bytes.
  struct Attachment {
    uint8_t tag;
    size_t index;
  };

  std::optional<Attachment> FindAttachment(v8::Local<v8::Object> object) const {
    const auto& readables = attachments_.streams(StreamKind::kReadable);
    const auto& writables = attachments_.streams(StreamKind::kWritable);
    const auto& transforms = attachments_.streams(StreamKind::kTransform);
    if (const auto i = IndexIn(attachments_.ports, object)) {
      return Attachment{kMessagePortTag, *i};
    }
    if (const auto i = IndexIn(readables, object)) {
      return Attachment{kReadableStreamTag, *i};
    }
    if (const auto i = IndexIn(writables, object)) {
      return Attachment{kWritableStreamTag, readables.size() + *i};
    }
    if (const auto i = IndexIn(transforms, object)) {
      return Attachment{kTransformStreamTag,
                        readables.size() + writables.size() + 2 * *i};
    }
    return std::nullopt;
  }

  static std::optional<size_t> IndexIn(
      const v8::LocalVector<v8::Object>& objects,
      v8::Local<v8::Object> object) {
    const auto found = std::ranges::find(objects, object);
    if (found == objects.end()) {
      return std::nullopt;
    }
    return std::distance(objects.begin(), found);
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
      WriteUtf8(gin::V8ToString(isolate_, text));
    }
    WriteUtf8("");
    return v8::Just(true);
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
      WriteUtf8(blob->type);
      serializer_.WriteUint64(blob->size);
      return v8::Just(true);
    }
    WriteByte(kFileTag);
    WriteUtf8("");
    WriteUtf8(blob->file->name);
    WriteUtf8("");
    WriteUtf8(blob->uuid);
    WriteUtf8(blob->type);
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

  // V8's own refusals of these two are no DataCloneErrors.
  v8::Maybe<uint32_t> GetSharedArrayBufferId(
      v8::Isolate*,
      v8::Local<v8::SharedArrayBuffer>) override {
    return RefuseShared("#<SharedArrayBuffer>");
  }

  v8::Maybe<uint32_t> GetWasmModuleTransferId(
      v8::Isolate*,
      v8::Local<v8::WasmModuleObject>) override {
    return RefuseShared("#<Module>");
  }

  v8::Maybe<uint32_t> RefuseShared(std::string_view what) {
    electron_ports::ThrowDataCloneError(
        isolate_, base::StrCat({"An object could not be cloned: ", what,
                                " could not be cloned."}));
    return v8::Nothing<uint32_t>();
  }

  const raw_ptr<v8::Isolate> isolate_;
  const CloneAttachments& attachments_;
  const raw_ref<std::vector<uint8_t>> out_;
  const raw_ptr<PlatformObjects> platform_objects_;
  // That of `{}`.
  const v8::Local<v8::Value> plain_prototype_;
  v8::ValueSerializer serializer_;
};

}  // namespace

bool WriteStructuredClone(v8::Isolate* isolate,
                          v8::Local<v8::Value> value,
                          const CloneAttachments& attachments,
                          std::vector<uint8_t>* out,
                          PlatformObjects* platform_objects) {
  return Writer(isolate, attachments, out, platform_objects).Write(value);
}

}  // namespace electron_ports
