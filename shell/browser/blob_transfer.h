// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_BLOB_TRANSFER_H_
#define ELECTRON_PORTS_SHELL_BROWSER_BLOB_TRANSFER_H_

#include <stdint.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/functional/callback.h"
#include "base/memory/raw_ref.h"
#include "mojo/public/cpp/bindings/pending_receiver.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/browser/lib_functions.h"
#include "shell/common/blob_mojom.h"
#include "shell/common/blob_part_reader.h"
#include "shell/common/port_message.h"
#include "shell/common/structured_clone.h"
#include "v8/include/v8-function-callback.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-maybe.h"
#include "v8/include/v8-persistent-handle.h"

namespace electron_ports {

// Connects to a blob storage. An empty remote says that there is none, or not
// yet.
using ConnectToBlobStorage =
    base::RepeatingCallback<mojo::PendingRemote<blob_mojom::BlobRegistry>()>;
using BlobRegistryRemote = mojo::Remote<blob_mojom::BlobRegistry>;

class BlobBytesProvider;
class MessagePortRealm;
class StoredBlob;

// What connects Node's Blobs, which are lib/'s (`setBlobTransfer` in typings/),
// with the browser's blob storage, and what is on its way between them. Until
// lib/ has set it there are no Blobs.
class BlobTransfer {
 public:
  explicit BlobTransfer(MessagePortRealm& realm);
  BlobTransfer(const BlobTransfer&) = delete;
  BlobTransfer& operator=(const BlobTransfer&) = delete;
  ~BlobTransfer();

  void Set(v8::Local<v8::Object> functions) { functions_.Set(functions); }
  // Also ends pending reads.
  void Reset();

  // Nothing when script throws, with the exception pending.
  v8::Maybe<bool> IsBlob(v8::Local<v8::Object> object) const;

  // How `blob` is written, under a name of its own where it has none;
  // `contents` becomes what Send() takes. Empty with an exception pending.
  // `storage` is that of the receiver's session, null where that is not known;
  // `registry` becomes the connection to it, if one is needed and none is
  // there.
  std::optional<CloneBlob> Describe(
      v8::Local<v8::Object> blob,
      const ConnectToBlobStorage& storage,
      std::shared_ptr<BlobRegistryRemote>* registry,
      v8::Local<v8::Object>* contents);

  // What goes beside the bytes for what Describe() gave. The bytes of a Blob of
  // this process are read afterwards. So are those of a stored one when its
  // receiver's storage is known and is another one: a renderer that refers to a
  // Blob of another storage is ended.
  BlobHandle Send(const CloneBlob& blob,
                  v8::Local<v8::Object> contents,
                  const std::shared_ptr<BlobRegistryRemote>& registry);

  // Makes a Blob. Empty when there is no lib/ to do it.
  v8::MaybeLocal<v8::Object> Receive(const CloneBlob& blob,
                                     v8::Local<v8::Object> stored) const;

  // Calls `deliver` with an ArrayBuffer, or with undefined.
  void Read(StoredBlob& stored,
            uint64_t offset,
            uint64_t length,
            v8::Local<v8::Function> deliver);

 private:
  // What lib/ was asked for.
  struct Question {
    uint64_t length;
    BlobPartCallback done;
  };

  v8::Isolate* isolate() const { return functions_.isolate(); }

  // The connection to the default storage. Null where this process can't, or
  // not yet.
  std::shared_ptr<BlobRegistryRemote> DefaultRegistry();

  // Puts a Blob into a storage, under its own name and by a provider of its
  // bytes: those of `contents`.
  void Register(const CloneBlob& blob,
                v8::Local<v8::Object> contents,
                mojo::PendingReceiver<blob_mojom::Blob> receiver,
                const std::shared_ptr<BlobRegistryRemote>& registry);

  void Deliver(uint64_t id,
               v8::Global<v8::Function> deliver,
               std::optional<std::vector<uint8_t>> bytes);

  void AskLib(const v8::Global<v8::Object>* blob,
              uint64_t offset,
              uint64_t length,
              BlobPartCallback done);
  void ReadStored(const v8::Global<v8::Object>* stored,
                  uint64_t offset,
                  uint64_t length,
                  BlobPartCallback done);
  static void OnAnswer(const v8::FunctionCallbackInfo<v8::Value>& info);
  void TakeAnswer(uint64_t id, v8::Local<v8::Value> bytes);

  const raw_ref<MessagePortRealm> realm_;
  LibFunctions functions_;
  std::shared_ptr<BlobRegistryRemote> default_registry_;

  uint64_t last_id_ = 0;
  std::map<uint64_t, std::unique_ptr<BlobPartReader>> readers_;
  std::map<uint64_t, Question> questions_;
  // Before the questions that they asked, when all end.
  std::map<uint64_t, std::unique_ptr<BlobBytesProvider>> providers_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_BLOB_TRANSFER_H_
