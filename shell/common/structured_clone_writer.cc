// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "base/compiler_specific.h"
#include "base/memory/free_deleter.h"
#include "base/memory/raw_ptr.h"
#include "base/strings/strcat.h"
#include "gin/converter.h"
#include "shell/common/data_clone_error.h"
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
  Writer(v8::Isolate* isolate, const CloneAttachments& attachments)
      : isolate_(isolate),
        attachments_(attachments),
        serializer_(isolate, this) {}

  bool Write(v8::Local<v8::Value> value, std::vector<uint8_t>* out) {
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

    const auto [data, size] = serializer_.Release();
    std::unique_ptr<uint8_t, base::FreeDeleter> owned(data);
    // SAFETY: V8 gives what it allocated by ReallocateBufferMemory(), of which
    // it wrote `size` bytes.
    const auto bytes = UNSAFE_BUFFERS(base::span(data, size));
    out->assign(bytes.begin(), bytes.end());
    return true;
  }

 private:
  void WriteByte(uint8_t byte) { serializer_.WriteRawBytes(&byte, 1); }

  // v8::ValueSerializer::Delegate:
  void ThrowDataCloneError(v8::Local<v8::String> detail) override {
    electron_ports::ThrowDataCloneError(
        isolate_, base::StrCat({"An object could not be cloned: ",
                                gin::V8ToString(isolate_, detail)}));
  }

  // Without these two an object that wraps C++ would be cloned as `{}`.
  bool HasCustomHostObject(v8::Isolate*) override { return true; }

  v8::Maybe<bool> IsHostObject(v8::Isolate*,
                               v8::Local<v8::Object> object) override {
    return v8::Just(object->IsApiWrapper() || object->InternalFieldCount() > 0);
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate,
                                  v8::Local<v8::Object> object) override {
    const auto& ports = attachments_.ports;
    const auto port = std::ranges::find(ports, object);
    if (port == ports.end()) {
      electron_ports::ThrowDataCloneError(
          isolate,
          base::StrCat(
              {"An object could not be cloned: ",
               gin::V8ToString(isolate, object->GetConstructorName()),
               " is a platform object that is not in the transfer list."}));
      return v8::Nothing<bool>();
    }
    WriteByte(kMessagePortTag);
    serializer_.WriteUint32(
        static_cast<uint32_t>(std::distance(ports.begin(), port)));
    return v8::Just(true);
  }

  // SharedArrayBuffer and WebAssembly.Module: V8's own defaults refuse them.

  const raw_ptr<v8::Isolate> isolate_;
  const CloneAttachments& attachments_;
  v8::ValueSerializer serializer_;
};

}  // namespace

bool WriteStructuredClone(v8::Isolate* isolate,
                          v8::Local<v8::Value> value,
                          const CloneAttachments& attachments,
                          std::vector<uint8_t>* out) {
  return Writer(isolate, attachments).Write(value, out);
}

}  // namespace electron_ports
