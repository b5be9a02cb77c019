// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/session_blob_registry.h"

#include <utility>

#include "base/functional/bind.h"
#include "base/memory/ref_counted.h"
#include "mojo/public/cpp/bindings/callback_helpers.h"

namespace electron_ports {

struct SessionBlobRegistry::Connection : base::RefCounted<Connection> {
  mojo::Remote<blob_mojom::BlobRegistry> storage;

 private:
  friend class base::RefCounted<Connection>;
  ~Connection() = default;
};

SessionBlobRegistry::SessionBlobRegistry(Find find, Connect connect)
    : find_(std::move(find)), connect_(std::move(connect)) {}

SessionBlobRegistry::~SessionBlobRegistry() = default;

void SessionBlobRegistry::Bind(
    mojo::PendingReceiver<blob_mojom::BlobRegistry> receiver) {
  receivers_.Add(this, std::move(receiver), base::MakeRefCounted<Connection>());
}

void SessionBlobRegistry::Register(
    mojo::PendingReceiver<blob_mojom::Blob> blob,
    const std::string& uuid,
    const std::string& content_type,
    const std::string& content_disposition,
    std::vector<blob_mojom::DataElementPtr> elements,
    RegisterCallback callback) {
  RegisterOver(receivers_.current_context(), std::move(blob), uuid,
               content_type, content_disposition, std::move(elements),
               std::move(callback));
}

#if !defined(ELECTRON_PORTS_SMALL_LINK)
void SessionBlobRegistry::RegisterFromStream(
    const std::string& content_type,
    const std::string& content_disposition,
    uint64_t length_hint,
    mojo::ScopedDataPipeConsumerHandle data,
    mojo::PendingAssociatedRemote<blob_mojom::ProgressClient> client,
    RegisterFromStreamCallback callback) {
  StorageOf(*receivers_.current_context())
      ->RegisterFromStream(content_type, content_disposition, length_hint,
                           std::move(data), std::move(client),
                           std::move(callback));
}
#endif

void SessionBlobRegistry::RegisterOver(
    scoped_refptr<Connection> connection,
    mojo::PendingReceiver<blob_mojom::Blob> blob,
    const std::string& uuid,
    const std::string& content_type,
    const std::string& content_disposition,
    std::vector<blob_mojom::DataElementPtr> elements,
    RegisterCallback callback) {
  // One that came from this very session, or was sent there before: it is that
  // one, and its bytes need not be read. And of one without a name, which only
  // a renderer that was taken over makes, nobody has to know.
  if (uuid.empty() || find_.Run(uuid, &blob)) {
    std::move(callback).Run();
    return;
  }
  const auto [waiting, is_first] = registering_.try_emplace(uuid);
  if (!is_first) {
    // Unretained: it is in a member.
    waiting->second.push_back(base::BindOnce(
        &SessionBlobRegistry::RegisterOver, base::Unretained(this),
        std::move(connection), std::move(blob), uuid, content_type,
        content_disposition, std::move(elements), std::move(callback)));
    return;
  }
  mojo::Remote<blob_mojom::BlobRegistry>& storage = StorageOf(*connection);
  // Also when the storage ends the connection over it.
  RegisterCallback done =
      mojo::WrapCallbackWithDefaultInvokeIfNotRun(base::BindOnce(
          [](base::WeakPtr<SessionBlobRegistry> self, std::string uuid,
             RegisterCallback callback, scoped_refptr<Connection>) {
            std::move(callback).Run();
            if (self) {
              self->OnRegistered(uuid);
            }
          },
          weak_factory_.GetWeakPtr(), uuid, std::move(callback),
          std::move(connection)));
  storage->Register(std::move(blob), uuid, content_type, content_disposition,
                    std::move(elements), std::move(done));
}

void SessionBlobRegistry::OnRegistered(const std::string& uuid) {
  auto waiting = registering_.extract(uuid);
  for (base::OnceClosure& each : waiting.mapped()) {
    std::move(each).Run();
  }
}

mojo::Remote<blob_mojom::BlobRegistry>& SessionBlobRegistry::StorageOf(
    Connection& connection) {
  if (connection.storage && !connection.storage.is_connected()) {
    connection.storage.reset();
  }
  if (!connection.storage) {
    connection.storage.Bind(connect_.Run());
  }
  return connection.storage;
}

}  // namespace electron_ports
