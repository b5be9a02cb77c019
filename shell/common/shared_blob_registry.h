// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_SHARED_BLOB_REGISTRY_H_
#define ELECTRON_PORTS_SHELL_COMMON_SHARED_BLOB_REGISTRY_H_

#include <string>
#include <vector>

#include "base/memory/scoped_refptr.h"
#include "base/memory/weak_ptr.h"
#include "base/sequence_checker.h"
#include "base/task/sequenced_task_runner.h"
#include "mojo/public/cpp/bindings/pending_receiver.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "mojo/public/cpp/bindings/receiver_set.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/common/blob_mojom.h"

namespace electron_ports {

// The one connection that a process has to a blob storage, for all its threads,
// and from before it has it: what is registered until then waits. Lives on the
// sequence that makes it.
class SharedBlobRegistry final : private blob_mojom::BlobRegistry {
 public:
  SharedBlobRegistry();
  SharedBlobRegistry(const SharedBlobRegistry&) = delete;
  SharedBlobRegistry& operator=(const SharedBlobRegistry&) = delete;
  ~SharedBlobRegistry() override;

  // On any thread. Closed once the storage is gone.
  mojo::PendingRemote<blob_mojom::BlobRegistry> Connect();

  // To be called once.
  void Use(mojo::PendingRemote<blob_mojom::BlobRegistry> storage);

 private:
  void Bind(mojo::PendingReceiver<blob_mojom::BlobRegistry> receiver);
  void OnStorageGone();

  // blob_mojom::BlobRegistry:
  void Register(mojo::PendingReceiver<blob_mojom::Blob> blob,
                const std::string& uuid,
                const std::string& content_type,
                const std::string& content_disposition,
                std::vector<blob_mojom::DataElementPtr> elements,
                RegisterCallback callback) override;
#if !defined(ELECTRON_PORTS_SMALL_LINK)
  void RegisterFromStream(
      const std::string& content_type,
      const std::string& content_disposition,
      uint64_t length_hint,
      mojo::ScopedDataPipeConsumerHandle data,
      mojo::PendingAssociatedRemote<blob_mojom::ProgressClient> client,
      RegisterFromStreamCallback callback) override;
#endif

  const scoped_refptr<base::SequencedTaskRunner> task_runner_;
  mojo::Remote<blob_mojom::BlobRegistry> storage_;
  // The other end of that, until there is a storage.
  mojo::PendingReceiver<blob_mojom::BlobRegistry> waiting_;
  mojo::ReceiverSet<blob_mojom::BlobRegistry> receivers_;

  SEQUENCE_CHECKER(sequence_checker_);
  base::WeakPtr<SharedBlobRegistry> weak_this_;
  base::WeakPtrFactory<SharedBlobRegistry> weak_factory_{this};
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_SHARED_BLOB_REGISTRY_H_
