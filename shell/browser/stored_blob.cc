// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/stored_blob.h"

#include <stdint.h>

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
      remote_(mojo::PendingRemote<blob_mojom::Blob>(std::move(handle.pipe),
                                                    handle.version)) {}

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
}

}  // namespace electron_ports
