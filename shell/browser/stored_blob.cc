// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/stored_blob.h"

#include <stdint.h>

#include <algorithm>
#include <utility>

#include "gin/converter.h"
#include "gin/object_template_builder.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "shell/browser/blob_transfer.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/wrapper_tags.h"
#include "v8/include/cppgc/allocation.h"
#include "v8/include/v8-cppgc.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

// The storage puts what is larger on the disk.
constexpr uint64_t kMaxExternalBytes = 64 * 1024 * 1024;

}  // namespace

const gin::WrapperInfo StoredBlob::kWrapperInfo = {{gin::kEmbedderNativeGin},
                                                   kStoredBlobTag};

// static
v8::Local<v8::Object> StoredBlob::Create(v8::Isolate* isolate,
                                         BlobHandle handle) {
  return cppgc::MakeGarbageCollected<StoredBlob>(
             isolate->GetCppHeap()->GetAllocationHandle(), isolate,
             std::move(handle))
      ->GetWrapper(isolate)
      .ToLocalChecked();
}

// static
StoredBlob* StoredBlob::From(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  StoredBlob* blob = nullptr;
  return gin::ConvertFromV8(isolate, value, &blob) ? blob : nullptr;
}

StoredBlob::StoredBlob(v8::Isolate* isolate, BlobHandle handle)
    : isolate_(isolate),
      uuid_(std::move(handle.uuid)),
      external_bytes_(std::min<uint64_t>(handle.size, kMaxExternalBytes)),
      remote_(mojo::PendingRemote<blob_mojom::Blob>(std::move(handle.pipe),
                                                    handle.version)) {
  external_memory_.Increase(isolate_, external_bytes_);
}

StoredBlob::~StoredBlob() = default;

gin::ObjectTemplateBuilder StoredBlob::GetObjectTemplateBuilder(
    v8::Isolate* isolate) {
  return gin::Wrappable<StoredBlob>::GetObjectTemplateBuilder(isolate)
      .SetMethod("read", &StoredBlob::Read);
}

const gin::WrapperInfo* StoredBlob::wrapper_info() const {
  return &kWrapperInfo;
}

const char* StoredBlob::GetHumanReadableName() const {
  return "Electron / StoredBlob";
}

void StoredBlob::Read(double start,
                      double end,
                      v8::Local<v8::Function> deliver) {
  MessagePortRealm::From(isolate_)->blob_transfer().Read(
      *this, static_cast<uint64_t>(start), static_cast<uint64_t>(end - start),
      deliver);
}

void StoredBlob::Dispose() {
  remote_.reset();
  external_memory_.Decrease(isolate_, external_bytes_);
}

}  // namespace electron_ports
