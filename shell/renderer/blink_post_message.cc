// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/renderer/blink_post_message.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/containers/fixed_flat_set.h"
#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/logging.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "base/strings/string_util.h"
#include "mojo/public/cpp/bindings/message.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/message_size.h"
#include "shell/common/native_image_clone.h"
#include "shell/common/opaque_object.h"
#include "shell/common/structured_clone_format.h"
#include "shell/common/transfer_argument.h"
#include "third_party/blink/public/common/messaging/transferable_message_mojom_traits.h"
#include "third_party/blink/public/mojom/blob/blob.mojom.h"
#include "third_party/blink/public/mojom/messaging/transferable_message.mojom-blink.h"  // nogncheck
#include "third_party/blink/public/mojom/messaging/transferable_message.mojom.h"
#include "third_party/blink/renderer/bindings/core/v8/script_value.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/serialization_tag.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/serialized_script_value.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/transferables.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/unpacked_serialized_script_value.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/v8_script_value_deserializer.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/v8_script_value_serializer.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/to_v8_traits.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_dom_exception.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_image_bitmap.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_message_port.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_offscreen_canvas.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_readable_stream.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_transform_stream.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_writable_stream.h"  // nogncheck
#include "third_party/blink/renderer/core/dom/dom_exception.h"  // nogncheck
#include "third_party/blink/renderer/core/execution_context/execution_context.h"  // nogncheck
#include "third_party/blink/renderer/core/imagebitmap/image_bitmap.h"  // nogncheck
#include "third_party/blink/renderer/core/messaging/blink_transferable_message.h"  // nogncheck
#include "third_party/blink/renderer/core/messaging/blink_transferable_message_mojom_traits.h"  // nogncheck
#include "third_party/blink/renderer/core/messaging/message_port.h"  // nogncheck
#include "third_party/blink/renderer/core/offscreencanvas/offscreen_canvas.h"  // nogncheck
#include "third_party/blink/renderer/core/shadow_realm/shadow_realm_global_scope.h"  // nogncheck
#include "third_party/blink/renderer/core/streams/readable_stream.h"  // nogncheck
#include "third_party/blink/renderer/core/streams/transform_stream.h"  // nogncheck
#include "third_party/blink/renderer/core/streams/writable_stream.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/exception_state.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/script_state.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/script_wrappable.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/v8_dom_wrapper.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/wrapper_type_info.h"  // nogncheck
#include "third_party/blink/renderer/platform/weborigin/security_origin.h"  // nogncheck
#include "third_party/blink/renderer/platform/wtf/casting.h"      // nogncheck
#include "third_party/blink/renderer/platform/wtf/text/strcat.h"  // nogncheck
#include "v8/include/v8-array-buffer.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

constexpr std::string_view kCouldNotBeCloned =
    "An object could not be cloned: ";

// In pixels. Mojo reads no larger bitmap, whatever the sender can make.
constexpr int kMaxImageSide = 64 * 1024;

// The platform objects that the main process can have, if only as a handle; any
// other is refused here, where script hears of it, before anything is detached.
// Blink's core writes these, ...
constexpr auto kOfCore = base::MakeFixedFlatSet<std::string_view>(
    {"Blob", "DOMException", "DOMMatrix", "DOMMatrixReadOnly", "DOMPoint",
     "DOMPointReadOnly", "DOMQuad", "DOMRect", "DOMRectReadOnly", "File",
     "FileList", "ImageBitmap", "ImageData", "MessagePort", "OffscreenCanvas",
     "QuotaExceededError", "ReadableStream", "TransformStream",
     "WritableStream"});
// ... and its modules these.
constexpr auto kOfModules = base::MakeFixedFlatSet<std::string_view>(
    {"CryptoKey", "FileSystemDirectoryHandle", "FileSystemFileHandle",
     "RTCCertificate"});
constexpr auto kTransferable = base::MakeFixedFlatSet<std::string_view>(
    {"ImageBitmap", "MessagePort", "OffscreenCanvas", "ReadableStream",
     "TransformStream", "WritableStream"});

// What is before an object in a message that has nothing else.
constexpr size_t kObjectPosition =
    2 + 1 + kTrailerOffsetSize + 2 + sizeof(kHostObjectTag);

// Null for what is no object of Blink's.
blink::ScriptWrappable* ToWrappable(v8::Isolate* isolate,
                                    v8::Local<v8::Object> object) {
  return blink::V8DOMWrapper::IsWrapper(isolate, object)
             ? blink::ToAnyScriptWrappable(isolate, object)
             : nullptr;
}

std::string_view InterfaceOf(const blink::ScriptWrappable* wrappable) {
  return blink::ToWrapperTypeInfo(wrappable)->interface_name;
}

// Of a stream that script reads or writes. Blink finds out after it has taken
// the ArrayBuffers.
bool IsLockedStream(v8::Isolate* isolate, v8::Local<v8::Object> object) {
  if (auto* stream = blink::V8ReadableStream::ToWrappable(isolate, object)) {
    return blink::ReadableStream::IsLocked(stream);
  }
  if (auto* stream = blink::V8WritableStream::ToWrappable(isolate, object)) {
    return blink::WritableStream::IsLocked(stream);
  }
  auto* stream = blink::V8TransformStream::ToWrappable(isolate, object);
  return stream && (blink::ReadableStream::IsLocked(stream->Readable()) ||
                    blink::WritableStream::IsLocked(stream->Writable()));
}

// Who sends: the preload script of a service worker runs in a realm inside of
// it, which has no origin of its own.
blink::ExecutionContext* SenderOf(v8::Local<v8::Context> context) {
  auto* execution_context = blink::ExecutionContext::From(context);
  auto* realm =
      blink::DynamicTo<blink::ShadowRealmGlobalScope>(execution_context);
  return realm ? realm->GetRootInitiatorExecutionContext() : execution_context;
}

// Blink's, for what the main process can read, and for NativeImages.
class Serializer final : public blink::V8ScriptValueSerializer {
 public:
  using V8ScriptValueSerializer::V8ScriptValueSerializer;

 private:
  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate,
                                  v8::Local<v8::Object> object) override {
    if (const auto image = DescribeNativeImage(isolate, object)) {
      WriteImage(*image);
      return v8::Just(true);
    }
    blink::ExceptionState exception_state(isolate);
    blink::ScriptWrappable* wrappable = ToWrappable(isolate, object);
    const std::string_view name =
        wrappable ? InterfaceOf(wrappable) : std::string_view();
    if (kOfCore.contains(name) && WriteDOMObject(wrappable, exception_state)) {
      return v8::Just(true);
    }
    if (kOfModules.contains(name) &&
        WriteObjectOfModules(isolate, object, exception_state)) {
      return v8::Just(true);
    }
    if (!exception_state.HadException()) {
      exception_state.ThrowDOMException(
          blink::DOMExceptionCode::kDataCloneError,
          blink::StrCat({blink::String::FromUtf8(
                             name.empty() ? "An object of its kind" : name),
                         " cannot be sent to the main process."}));
    }
    return v8::Nothing<bool>();
  }

  // The class that writes those is final, and writes whole messages: so this
  // takes the object out of one that has nothing else.
  bool WriteObjectOfModules(v8::Isolate* isolate,
                            v8::Local<v8::Object> object,
                            blink::ExceptionState& exception_state) {
    const blink::SerializedScriptValue::SerializeOptions options(
        blink::SerializedScriptValue::kForStorage);
    scoped_refptr<blink::SerializedScriptValue> message =
        blink::SerializedScriptValue::Serialize(isolate, object, options,
                                                exception_state);
    if (exception_state.HadException()) {
      return false;
    }
    const base::span<const uint8_t> bytes = message->GetWireData();
    size_t length = 0;
    std::optional<OpaqueObject> written;
    if (bytes.size() > kObjectPosition) {
      written = ReadOpaqueObject(bytes.subspan(kObjectPosition), &length);
    }
    if (!written) {
      return false;
    }
    WriteAndRequireInterfaceTag(
        static_cast<blink::SerializationTag>(written->tag()));
    WriteRawBytes(&written->bytes[1], written->bytes.size() - 1);
    if (written->beside == OpaqueObject::Beside::kFileToken) {
      auto& tokens = GetSerializedScriptValue()->FileSystemAccessTokens();
      WriteUint32(tokens.size());
      tokens.push_back(std::move(message->FileSystemAccessTokens()[0]));
    }
    return true;
  }

  void WriteImage(const CloneImage& image) {
    WriteTag(static_cast<blink::SerializationTag>(kNativeImageTag));
    WriteUint32(static_cast<uint32_t>(image.bitmaps.size()));
    for (const CloneImage::Bitmap& bitmap : image.bitmaps) {
      WriteDouble(bitmap.scale);
      WriteUint32(static_cast<uint32_t>(bitmap.bytes.size()));
      WriteRawBytes(bitmap.bytes.data(), bitmap.bytes.size());
    }
  }
};

// Blink's, and NativeImages.
class Deserializer final : public blink::V8ScriptValueDeserializer {
 public:
  using V8ScriptValueDeserializer::V8ScriptValueDeserializer;

 private:
  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    blink::SerializationTag tag = blink::kVersionTag;
    if (!ReadTag(&tag)) {
      return {};
    }
    // Blink's own use of this tag needs what only its databases have.
    if (static_cast<uint8_t>(tag) == kNativeImageTag) {
      return ReadImage(isolate);
    }
    // Of a class of the modules, which core does not read.
    if (!ExecutionContextExposesInterface(
            blink::ExecutionContext::From(GetScriptState()), tag)) {
      return ReadObjectOfModules(isolate);
    }
    blink::ExceptionState exception_state(isolate);
    blink::ScriptWrappable* wrappable = ReadDOMObject(tag, exception_state);
    if (!wrappable) {
      // V8 throws where nothing was thrown.
      return {};
    }
    return blink::ToV8Traits<blink::ScriptWrappable>::ToV8(GetScriptState(),
                                                           wrappable)
        .As<v8::Object>();
  }

  // As it was written: the object alone is a message of its own, and that is
  // read by Blink's own class.
  v8::MaybeLocal<v8::Object> ReadObjectOfModules(v8::Isolate* isolate) {
    const base::span<const uint8_t> message =
        GetSerializedScriptValue()->GetWireData();
    const void* position = nullptr;
    if (!ReadRawBytes(0, &position)) {
      return {};
    }
    const size_t start = static_cast<size_t>(
        static_cast<const uint8_t*>(position) - message.data() - 1);
    size_t length = 0;
    if (!ReadOpaqueObject(message.subspan(start), &length) ||
        !ReadRawBytes(length - 1, &position)) {
      return {};
    }
    blink::Vector<uint8_t> alone;
    alone.append_range(message.first(kObjectPosition - 1));
    alone.push_back(kHostObjectTag);
    alone.append_range(message.subspan(start, length));
    scoped_refptr<blink::SerializedScriptValue> value =
        blink::SerializedScriptValue::Create(base::span(alone));
    // Blink leaves a token in the place of each that it used.
    auto& tokens = GetSerializedScriptValue()->FileSystemAccessTokens();
    std::swap(tokens, value->FileSystemAccessTokens());
    v8::Local<v8::Value> read = value->Deserialize(isolate);
    std::swap(tokens, value->FileSystemAccessTokens());
    if (value->HasDeserializationError() || !read->IsObject()) {
      return {};
    }
    return read.As<v8::Object>();
  }

  v8::MaybeLocal<v8::Object> ReadImage(v8::Isolate* isolate) {
    CloneImage image;
    uint32_t count = 0;
    if (!ReadUint32(&count) || count > kMaxImageBitmaps) {
      return {};
    }
    for (; count > 0; --count) {
      CloneImage::Bitmap bitmap;
      uint32_t size = 0;
      base::span<const uint8_t> bytes;
      if (!ReadDouble(&bitmap.scale) || !ReadUint32(&size) ||
          !ReadRawBytesToSpan(size, &bytes)) {
        return {};
      }
      bitmap.bytes = base::ToVector(bytes);
      image.bitmaps.push_back(std::move(bitmap));
    }
    return MakeNativeImage(isolate, image);
  }
};

// Throws again what Blink threw, a DataCloneError in Electron's words with
// Blink's after them.
void Rethrow(v8::Isolate* isolate, v8::TryCatch& try_catch) {
  const blink::DOMException* exception =
      blink::V8DOMException::ToWrappable(isolate, try_catch.Exception());
  if (!exception || exception->name() != "DataCloneError") {
    try_catch.ReThrow();
    return;
  }
  std::string message = exception->message().Utf8();
  // Blink says so of what can't leave its agent cluster: shared memory, code.
  base::ReplaceFirstSubstringAfterOffset(&message, 0, "serialized for storage",
                                         "sent to the main process");
  try_catch.Reset();
  ThrowDataCloneError(isolate, base::StrCat({kCouldNotBeCloned, message}));
  try_catch.ReThrow();
}

// Of an ImageBitmap, whose pixels are added to `bytes`, or an OffscreenCanvas.
// In Blink's words.
bool CheckImage(v8::Isolate* isolate,
                v8::Local<v8::Object> object,
                std::string_view index,
                uint64_t* bytes) {
  auto* bitmap = blink::V8ImageBitmap::ToWrappable(isolate, object);
  auto* canvas = blink::V8OffscreenCanvas::ToWrappable(isolate, object);
  if ((bitmap && bitmap->IsNeutered()) || (canvas && canvas->IsNeutered())) {
    ThrowDataCloneError(
        isolate, base::StrCat({kCouldNotBeCloned,
                               bitmap ? "ImageBitmap" : "OffscreenCanvas",
                               " at index ", index, " is already detached."}));
    return false;
  }
  if (canvas && canvas->RenderingContext()) {
    blink::ExceptionState(isolate).ThrowDOMException(
        blink::DOMExceptionCode::kInvalidStateError,
        blink::StrCat({"OffscreenCanvas at index ",
                       blink::String::FromUtf8(index),
                       " has an associated context."}));
    return false;
  }
  // What the GPU has is not in the message.
  if (bitmap && !bitmap->BitmapImage()->IsTextureBacked()) {
    const auto info =
        bitmap->BitmapImage()->PaintImageForCurrentFrame().GetSkImageInfo();
    if (info.width() > kMaxImageSide || info.height() > kMaxImageSide) {
      ThrowDataCloneError(
          isolate,
          base::StrCat({kCouldNotBeCloned, "ImageBitmap at index ", index,
                        " has a side of more than ",
                        base::NumberToString(kMaxImageSide), " pixels."}));
      return false;
    }
    *bytes += info.computeMinByteSize();
  }
  return true;
}

// Checks here what Blink would find out only after ArrayBuffers are detached.
bool ReadTransfer(v8::Isolate* isolate,
                  v8::Local<v8::Value> transfer,
                  blink::HeapVector<blink::ScriptObject>* out,
                  uint64_t* buffer_bytes) {
  v8::LocalVector<v8::Value> items(isolate);
  if (!ReadTransferArgument(isolate, transfer, &items)) {
    return false;
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string index = base::NumberToString(i);
    if (!items[i]->IsObject()) {
      ThrowTypeError(
          isolate, base::StrCat({"Invalid value for transfer: at index ", index,
                                 ", expected a transferable object, "
                                 "got ",
                                 DescribeValue(isolate, items[i]), "."}));
      return false;
    }
    v8::Local<v8::Object> item = items[i].As<v8::Object>();
    if (item->IsArrayBuffer()) {
      *buffer_bytes += item.As<v8::ArrayBuffer>()->ByteLength();
    }
    blink::ScriptWrappable* wrappable =
        item->IsArrayBuffer() ? nullptr : ToWrappable(isolate, item);
    if (wrappable && !kTransferable.contains(InterfaceOf(wrappable))) {
      ThrowDataCloneError(
          isolate, base::StrCat({kCouldNotBeCloned, InterfaceOf(wrappable),
                                 " at index ", index,
                                 " cannot be transferred to the main "
                                 "process."}));
      return false;
    }
    if (wrappable && IsLockedStream(isolate, item)) {
      ThrowDataCloneError(
          isolate, base::StrCat({InterfaceOf(wrappable), " at index ", index,
                                 " is locked."}));
      return false;
    }
    blink::MessagePort* port = blink::V8MessagePort::ToWrappable(isolate, item);
    if (port && port->IsNeutered()) {
      ThrowDataCloneError(
          isolate, base::StrCat({kCouldNotBeCloned, "Port at index ", index,
                                 " is already neutered."}));
      return false;
    }
    if (!CheckImage(isolate, item, index, buffer_bytes)) {
      return false;
    }
    out->push_back(blink::ScriptObject(isolate, item));
  }
  return true;
}

bool Deserialize(v8::Isolate* isolate,
                 blink::TransferableMessage message,
                 v8::Local<v8::Value>* data,
                 std::vector<v8::Local<v8::Value>>* ports) {
  auto* script_state =
      blink::ScriptState::From(isolate, isolate->GetCurrentContext());
  auto* execution_context = blink::ExecutionContext::From(script_state);
  blink::BlinkTransferableMessage received =
      blink::BlinkTransferableMessage::FromTransferableMessage(
          std::move(message));
  // As MessagePort::CreateMessageEvent() has it.
  if (received.locked_to_sender_agent_cluster ||
      !received.message->CanDeserializeIn(execution_context) ||
      (received.message->IsOriginCheckRequired() &&
       (!received.sender_origin ||
        !received.sender_origin->IsSameOriginWith(
            SenderOf(isolate->GetCurrentContext())->GetSecurityOrigin())))) {
    return false;
  }

  blink::MessagePortArray entangled(*blink::MessagePort::EntanglePorts(
      *execution_context, std::move(received.ports)));
  blink::V8ScriptValueDeserializer::Options options;
  options.message_ports = &entangled;
  Deserializer deserializer(
      script_state,
      blink::SerializedScriptValue::Unpack(std::move(received.message)),
      options);
  *data = deserializer.Deserialize();
  if (deserializer.HasError()) {
    // Not only once they are collected.
    for (blink::MessagePort* port : entangled) {
      port->close();
    }
    return false;
  }
  for (blink::MessagePort* port : entangled) {
    ports->push_back(
        blink::ToV8Traits<blink::MessagePort>::ToV8(script_state, port));
  }
  return true;
}

}  // namespace

bool SerializeInBlink(v8::Isolate* isolate,
                      v8::Local<v8::Value> message,
                      v8::Local<v8::Value> transfer,
                      blink::TransferableMessage* out) {
  blink::HeapVector<blink::ScriptObject> items;
  uint64_t buffer_bytes = 0;
  if (!ReadTransfer(isolate, transfer, &items, &buffer_bytes)) {
    return false;
  }
  if (buffer_bytes > MaxMessageBytes()) {
    ThrowDataCloneError(isolate, TooLargeMessageError(buffer_bytes));
    return false;
  }

  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  blink::ExecutionContext* sender = SenderOf(context);
  v8::TryCatch try_catch(isolate);
  blink::ExceptionState exception_state(isolate);
  blink::Transferables transferables;
  if (!blink::SerializedScriptValue::ExtractTransferables(
          isolate, items, transferables, exception_state)) {
    Rethrow(isolate, try_catch);
    return false;
  }
  // What can't be stored is just what can't leave its agent cluster.
  blink::SerializedScriptValue::SerializeOptions options(
      blink::SerializedScriptValue::kForStorage);
  options.transferables = &transferables;
  blink::BlinkTransferableMessage prepared;
  prepared.message =
      Serializer(blink::ScriptState::From(isolate, context), options)
          .Serialize(message, exception_state);
  if (exception_state.HadException()) {
    Rethrow(isolate, try_catch);
    return false;
  }
  prepared.message->UnregisterMemoryAllocatedWithCurrentScriptContext();
  buffer_bytes += prepared.message->DataLengthInBytes();
  if (buffer_bytes > MaxMessageBytes()) {
    ThrowDataCloneError(isolate, TooLargeMessageError(buffer_bytes));
    try_catch.ReThrow();
    return false;
  }
  prepared.ports = blink::MessagePort::DisentanglePorts(
      sender, transferables.message_ports, exception_state);
  if (exception_state.HadException()) {
    Rethrow(isolate, try_catch);
    return false;
  }
  if (const blink::SecurityOrigin* origin = sender->GetSecurityOrigin()) {
    prepared.sender_origin = origin->IsolatedCopy();
  }
  prepared.sender_agent_cluster_id = sender->GetAgentClusterID();
  prepared.locked_to_sender_agent_cluster =
      prepared.message->IsLockedToAgentCluster();

  // Blink converts to its own type from the public one, but not back: the bytes
  // of the mojom are what both have in common.
  mojo::Message bytes = blink::mojom::blink::TransferableMessage::WrapAsMessage(
      std::move(prepared));
  bytes.SerializeIfNecessary();
  if (!blink::mojom::TransferableMessage::DeserializeFromMessage(
          std::move(bytes), out)) {
    ThrowDataCloneError(
        isolate, base::StrCat({kCouldNotBeCloned, "no process can read it."}));
    try_catch.ReThrow();
    return false;
  }
  return true;
}

bool DeserializeInBlink(v8::Isolate* isolate,
                        std::string_view channel,
                        blink::TransferableMessage message,
                        v8::Local<v8::Value>* data,
                        std::vector<v8::Local<v8::Value>>* ports) {
  const bool is_read = Deserialize(isolate, std::move(message), data, ports);
  if (!is_read) {
    LOG(ERROR) << "A message for channel " << channel
               << " could not be read and was dropped";
  }
  return is_read;
}

}  // namespace electron_ports
