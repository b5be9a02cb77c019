// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/shared_blob_registry.h"

#include <utility>

#include "base/functional/bind.h"
#include "base/location.h"

namespace electron_ports {

SharedBlobRegistry::SharedBlobRegistry()
    : task_runner_(base::SequencedTaskRunner::GetCurrentDefault()),
      waiting_(storage_.BindNewPipeAndPassReceiver()) {
  // Unretained: the remote is a member, and stops calling when it goes.
  storage_.set_disconnect_handler(base::BindOnce(
      &SharedBlobRegistry::OnStorageGone, base::Unretained(this)));
  weak_this_ = weak_factory_.GetWeakPtr();
}

SharedBlobRegistry::~SharedBlobRegistry() {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
}

mojo::PendingRemote<blob_mojom::BlobRegistry> SharedBlobRegistry::Connect() {
  mojo::PendingRemote<blob_mojom::BlobRegistry> remote;
  auto receiver = remote.InitWithNewPipeAndPassReceiver();
  if (task_runner_->RunsTasksInCurrentSequence()) {
    Bind(std::move(receiver));
  } else {
    task_runner_->PostTask(FROM_HERE,
                           base::BindOnce(&SharedBlobRegistry::Bind, weak_this_,
                                          std::move(receiver)));
  }
  return remote;
}

void SharedBlobRegistry::Use(
    mojo::PendingRemote<blob_mojom::BlobRegistry> storage) {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
  mojo::FusePipes(std::move(waiting_), std::move(storage));
}

void SharedBlobRegistry::Bind(
    mojo::PendingReceiver<blob_mojom::BlobRegistry> receiver) {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
  if (storage_.is_connected()) {
    receivers_.Add(this, std::move(receiver));
  }
}

void SharedBlobRegistry::OnStorageGone() {
  receivers_.Clear();
}

void SharedBlobRegistry::Register(
    mojo::PendingReceiver<blob_mojom::Blob> blob,
    const std::string& uuid,
    const std::string& content_type,
    const std::string& content_disposition,
    std::vector<blob_mojom::DataElementPtr> elements,
    RegisterCallback callback) {
  storage_->Register(std::move(blob), uuid, content_type, content_disposition,
                     std::move(elements), std::move(callback));
}

#if !defined(ELECTRON_PORTS_SMALL_LINK)
void SharedBlobRegistry::RegisterFromStream(
    const std::string& content_type,
    const std::string& content_disposition,
    uint64_t length_hint,
    mojo::ScopedDataPipeConsumerHandle data,
    mojo::PendingAssociatedRemote<blob_mojom::ProgressClient> client,
    RegisterFromStreamCallback callback) {
  storage_->RegisterFromStream(content_type, content_disposition, length_hint,
                               std::move(data), std::move(client),
                               std::move(callback));
}
#endif

}  // namespace electron_ports
