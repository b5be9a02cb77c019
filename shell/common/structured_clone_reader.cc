// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include <optional>
#include <string_view>

#include "base/compiler_specific.h"
#include "base/containers/span.h"
#include "base/memory/raw_ptr.h"
#include "base/strings/string_view_util.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/structured_clone.h"
#include "shell/common/structured_clone_format.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-value-serializer.h"

namespace electron_ports {

namespace {

class Reader final : public v8::ValueDeserializer::Delegate {
 public:
  Reader(v8::Isolate* isolate,
         base::span<const uint8_t> bytes,
         const CloneAttachments& attachments)
      : isolate_(isolate),
        attachments_(attachments),
        deserializer_(isolate, bytes.data(), bytes.size(), this) {}

  v8::MaybeLocal<v8::Value> Read() {
    v8::EscapableHandleScope scope(isolate_);
    v8::Local<v8::Context> context = isolate_->GetCurrentContext();
    v8::MicrotasksScope microtasks(context,
                                   v8::MicrotasksScope::kDoNotRunMicrotasks);
    if (!ReadEnvelope() || deserializer_.ReadHeader(context).IsNothing()) {
      return {};
    }
    for (uint32_t i = 0; i < attachments_.array_buffers.size(); ++i) {
      deserializer_.TransferArrayBuffer(i, attachments_.array_buffers[i]);
    }
    v8::Local<v8::Value> value;
    if (!deserializer_.ReadValue(context).ToLocal(&value)) {
      return {};
    }
    // What follows, if anything, is the trailer: it lists interfaces that the
    // reader must have, and this one has just read everything.
    return scope.Escape(value);
  }

 private:
  bool ReadEnvelope() {
    uint32_t version = 0;
    if (ReadByte() != kVersionTag || !deserializer_.ReadUint32(&version) ||
        version < kFirstEnvelopeVersion || version > kEnvelopeVersion) {
      return false;
    }
    if (version < kFirstTrailerVersion) {
      return true;
    }
    const void* trailer_offset = nullptr;
    return ReadByte() == kTrailerOffsetTag &&
           deserializer_.ReadRawBytes(kTrailerOffsetSize, &trailer_offset);
  }

  std::optional<uint8_t> ReadByte() {
    const void* byte = nullptr;
    if (!deserializer_.ReadRawBytes(1, &byte)) {
      return std::nullopt;
    }
    return *static_cast<const uint8_t*>(byte);
  }

  // Into the bytes that are being read.
  std::optional<std::string_view> ReadUtf8() {
    uint32_t size = 0;
    const void* data = nullptr;
    if (!deserializer_.ReadUint32(&size) ||
        !deserializer_.ReadRawBytes(size, &data)) {
      return std::nullopt;
    }
    return std::string_view(static_cast<const char*>(data), size);
  }

  // v8::ValueDeserializer::Delegate:
  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    // An unknown tag has no length, so nothing after it can be read: the whole
    // message fails.
    const std::optional<uint8_t> tag = ReadByte();
    if (tag == kMessagePortTag) {
      uint32_t index = 0;
      if (deserializer_.ReadUint32(&index) &&
          index < attachments_.ports.size()) {
        return attachments_.ports[index];
      }
    } else if (tag == kDOMExceptionTag) {
      const std::optional<std::string_view> name = ReadUtf8();
      const std::optional<std::string_view> message = ReadUtf8();
      if (name && message && ReadUtf8()) {
        return MakeDOMException(isolate, *message, *name).As<v8::Object>();
      }
    }
    ThrowDataCloneError(isolate, "A platform object could not be read.");
    return {};
  }

  const raw_ptr<v8::Isolate> isolate_;
  const CloneAttachments& attachments_;
  v8::ValueDeserializer deserializer_;
};

}  // namespace

v8::MaybeLocal<v8::Value> ReadStructuredClone(
    v8::Isolate* isolate,
    base::span<const uint8_t> bytes,
    const CloneAttachments& attachments) {
  return Reader(isolate, bytes, attachments).Read();
}

}  // namespace electron_ports
