// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_STORED_BLOB_H_
#define ELECTRON_PORTS_SHELL_BROWSER_STORED_BLOB_H_

#include <stddef.h>

#include <string>

#include "gin/wrappable.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/common/blob_mojom.h"
#include "shell/common/port_message.h"
#include "v8/include/cppgc/prefinalizer.h"
#include "v8/include/v8-external-memory-accounter.h"
#include "v8/include/v8-local-handle.h"

namespace electron_ports {

// A Blob of the browser's blob storage as lib/ holds it (`StoredBlob` in
// typings/), which makes a Blob of Node's of it; script of the app never sees
// this one. The storage keeps the bytes until it is collected.
class StoredBlob final : public gin::Wrappable<StoredBlob> {
  CPPGC_USING_PRE_FINALIZER(StoredBlob, Dispose);

 public:
  static const gin::WrapperInfo kWrapperInfo;

  // A new one in the current context. The pipe of `handle` must be valid.
  static v8::Local<v8::Object> Create(v8::Isolate* isolate, BlobHandle handle);

  // Null when `value` is none.
  static StoredBlob* From(v8::Isolate* isolate, v8::Local<v8::Value> value);

  // For Create().
  StoredBlob(v8::Isolate* isolate, BlobHandle handle);
  ~StoredBlob() override;

  const std::string& uuid() const { return uuid_; }
  blob_mojom::Blob& blob() { return *remote_.get(); }

  // gin::Wrappable:
  gin::ObjectTemplateBuilder GetObjectTemplateBuilder(
      v8::Isolate* isolate) override;
  const gin::WrapperInfo* wrapper_info() const override;
  const char* GetHumanReadableName() const override;

 private:
  // For lib/.
  void Read(double start, double end, v8::Local<v8::Function> deliver);

  void Dispose();

  v8::Isolate* const isolate_;
  const std::string uuid_;
  // What the storage holds for it, as far as memory goes.
  const size_t external_bytes_;
  v8::ExternalMemoryAccounter external_memory_;
  mojo::Remote<blob_mojom::Blob> remote_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_STORED_BLOB_H_
