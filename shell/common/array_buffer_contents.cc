// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/array_buffer_contents.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/compiler_specific.h"
#include "base/containers/span.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-value-serializer.h"

namespace electron_ports {

namespace {

// V8's API can make a resizable buffer only in a way that ends the process when
// there is no memory, and the size comes from another process. So one is read
// from a clone of its own, which fails as reading does.
v8::MaybeLocal<v8::ArrayBuffer> ToResizable(
    v8::Isolate* isolate,
    const ArrayBufferContents& contents) {
  constexpr uint8_t kHeader[] = {0xFF, 16};  // A version that has these.
  constexpr uint8_t kResizableArrayBufferTag = '~';
  const base::span<const uint8_t> data(contents.bytes);

  std::vector<uint8_t> bytes(std::begin(kHeader), std::end(kHeader));
  bytes.push_back(kResizableArrayBufferTag);
  for (uint64_t number :
       {static_cast<uint64_t>(data.size()), *contents.max_byte_length}) {
    for (; number > 0x7F; number >>= 7) {
      bytes.push_back(static_cast<uint8_t>(number) | 0x80);
    }
    bytes.push_back(static_cast<uint8_t>(number));
  }
  bytes.insert(bytes.end(), data.begin(), data.end());

  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::ValueDeserializer deserializer(isolate, bytes.data(), bytes.size());
  v8::Local<v8::Value> value;
  if (deserializer.ReadHeader(context).IsNothing() ||
      !deserializer.ReadValue(context).ToLocal(&value) ||
      !value->IsArrayBuffer()) {
    return {};
  }
  return value.As<v8::ArrayBuffer>();
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

ArrayBufferContents CopyContents(v8::Local<v8::ArrayBuffer> buffer) {
  ArrayBufferContents contents;
  contents.bytes = mojo_base::BigBuffer(BytesOf(buffer));
  if (buffer->IsResizableByUserJavaScript()) {
    contents.max_byte_length = buffer->MaxByteLength();
  }
  return contents;
}

v8::MaybeLocal<v8::ArrayBuffer> ToArrayBuffer(
    v8::Isolate* isolate,
    const ArrayBufferContents& contents) {
  if (contents.max_byte_length) {
    return ToResizable(isolate, contents);
  }
  return NewArrayBuffer(isolate, base::span(contents.bytes));
}

}  // namespace electron_ports
