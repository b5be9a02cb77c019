// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/array_buffer_contents.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/compiler_specific.h"
#include "base/containers/span.h"
#include "mojo/public/cpp/base/big_buffer.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-object.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

// V8's API for this ends the process when there is no memory, and the sizes
// come from another process. The constructor throws. No script runs: the
// options have no prototype.
v8::MaybeLocal<v8::ArrayBuffer> NewResizableArrayBuffer(
    v8::Isolate* isolate,
    v8::Local<v8::Function> constructor,
    base::span<const uint8_t> bytes,
    uint64_t max_byte_length) {
  const auto number = [&](uint64_t value) -> v8::Local<v8::Value> {
    return v8::Number::New(isolate, static_cast<double>(value));
  };
  v8::Local<v8::Name> name =
      v8::String::NewFromUtf8Literal(isolate, "maxByteLength");
  v8::Local<v8::Value> limit = number(max_byte_length);
  std::array<v8::Local<v8::Value>, 2> args = {
      number(bytes.size()),
      v8::Object::New(isolate, v8::Null(isolate), &name, &limit, 1)};
  v8::Local<v8::Object> object;
  if (!constructor
           ->NewInstance(isolate->GetCurrentContext(), args.size(), args.data())
           .ToLocal(&object) ||
      !object->IsArrayBuffer()) {
    return {};
  }
  v8::Local<v8::ArrayBuffer> buffer = object.As<v8::ArrayBuffer>();
  BytesOf(buffer).copy_from(bytes);
  return buffer;
}

}  // namespace

base::span<uint8_t> BytesOf(v8::Local<v8::ArrayBuffer> buffer) {
  // SAFETY: V8 owns that many bytes there, and nothing can detach them before
  // script runs again.
  return UNSAFE_BUFFERS(
      base::span(static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength()));
}

v8::MaybeLocal<v8::ArrayBuffer> NewArrayBuffer(
    v8::Isolate* isolate,
    base::span<const uint8_t> bytes) {
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(
           isolate, bytes.size(),
           v8::BackingStoreInitializationMode::kUninitialized)
           .ToLocal(&buffer)) {
    return {};
  }
  BytesOf(buffer).copy_from(bytes);
  return buffer;
}

std::optional<ArrayBufferContents> ContentsOf(
    v8::Local<v8::ArrayBuffer> buffer) {
  const bool is_resizable = buffer->IsResizableByUserJavaScript();
  const base::span<const uint8_t> bytes = BytesOf(buffer);
  if (!is_resizable && bytes.size() > kMaxSmallMessageBytes) {
    return ArrayBufferContents{{buffer->GetBackingStore(), bytes},
                               std::nullopt};
  }
  mojo_base::BigBuffer copy(bytes);
  if (copy.storage_type() ==
      mojo_base::BigBuffer::StorageType::kInvalidBuffer) {
    return std::nullopt;
  }
  ArrayBufferContents contents{std::move(copy), std::nullopt};
  if (is_resizable) {
    contents.max_byte_length = buffer->MaxByteLength();
  }
  return contents;
}

v8::MaybeLocal<v8::ArrayBuffer> ToArrayBuffer(
    v8::Isolate* isolate,
    ArrayBufferContents contents,
    v8::MaybeLocal<v8::Function> constructor) {
  if (std::shared_ptr<v8::BackingStore> store = contents.bytes.TakeStore()) {
    return v8::ArrayBuffer::New(isolate, std::move(store));
  }
  const base::span<const uint8_t> bytes(contents.bytes);
  if (!contents.max_byte_length) {
    return NewArrayBuffer(isolate, bytes);
  }
  v8::Local<v8::Function> function;
  if (!constructor.ToLocal(&function)) {
    return {};
  }
  return NewResizableArrayBuffer(isolate, function, bytes,
                                 *contents.max_byte_length);
}

}  // namespace electron_ports
