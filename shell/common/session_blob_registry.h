// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_SESSION_BLOB_REGISTRY_H_
#define ELECTRON_PORTS_SHELL_COMMON_SESSION_BLOB_REGISTRY_H_

#include <map>
#include <string>
#include <vector>

#include "base/functional/callback.h"
#include "base/memory/scoped_refptr.h"
#include "base/memory/weak_ptr.h"
#include "mojo/public/cpp/bindings/pending_receiver.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "mojo/public/cpp/bindings/receiver_set.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/common/blob_mojom.h"

namespace electron_ports {

// The blob storage of one session, for all who send Blobs there. It takes
// under one name what comes twice, where the storage itself ends the connection
// of who says a name that it has, and it keeps what one of them does wrong from
// the others. On the storage's sequence.
class SessionBlobRegistry final : private blob_mojom::BlobRegistry {
 public:
  // Binds `blob` to the Blob of that name, if the storage has it; else says no,
  // and leaves it.
  using Find =
      base::RepeatingCallback<bool(const std::string& uuid,
                                   mojo::PendingReceiver<blob_mojom::Blob>*)>;
  using Connect =
      base::RepeatingCallback<mojo::PendingRemote<blob_mojom::BlobRegistry>()>;

  SessionBlobRegistry(Find find, Connect connect);
  SessionBlobRegistry(const SessionBlobRegistry&) = delete;
  SessionBlobRegistry& operator=(const SessionBlobRegistry&) = delete;
  ~SessionBlobRegistry() override;

  void Bind(mojo::PendingReceiver<blob_mojom::BlobRegistry> receiver);

 private:
  // A user's connection to the storage. Counted, as an answer that is still to
  // come needs it, too.
  struct Connection;

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

  void RegisterOver(scoped_refptr<Connection> connection,
                    mojo::PendingReceiver<blob_mojom::Blob> blob,
                    const std::string& uuid,
                    const std::string& content_type,
                    const std::string& content_disposition,
                    std::vector<blob_mojom::DataElementPtr> elements,
                    RegisterCallback callback);
  void OnRegistered(const std::string& uuid);
  mojo::Remote<blob_mojom::BlobRegistry>& StorageOf(Connection& connection);

  const Find find_;
  const Connect connect_;
  // What waits for a name that is on its way to the storage. Goes after the
  // receivers: until then Mojo wants each callback called.
  std::map<std::string, std::vector<base::OnceClosure>> registering_;
  mojo::ReceiverSet<blob_mojom::BlobRegistry, scoped_refptr<Connection>>
      receivers_;
  base::WeakPtrFactory<SessionBlobRegistry> weak_factory_{this};
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_SESSION_BLOB_REGISTRY_H_
