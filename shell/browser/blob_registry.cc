// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/blob_registry.h"

#include <memory>
#include <utility>

#include "base/files/file_path.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "base/no_destructor.h"
#include "base/task/single_thread_task_runner.h"
#include "content/public/browser/browser_context.h"
#include "content/public/browser/browser_thread.h"
#include "mojo/public/cpp/bindings/pending_receiver.h"
#include "shell/browser/browser.h"
#include "shell/browser/electron_browser_context.h"
#include "shell/common/process_util.h"
#include "storage/browser/blob/blob_registry_impl.h"
#include "storage/browser/blob/blob_storage_context.h"
#include "url/origin.h"

namespace electron_ports {

namespace {

// What this process registers is bytes, never a file by its path.
class NoAccess final : public storage::BlobRegistryImpl::Delegate {
 public:
  bool CanReadFile(const base::FilePath& file) override { return false; }
  bool CanAccessDataForOrigin(const url::Origin& origin) override {
    return false;
  }
};

// On the IO thread, where the storage is. The registry is never deleted, as it
// has to be there as long as anything is bound to it; the storage may go
// before.
void Bind(content::BrowserContext::BlobContextGetter get_storage,
          mojo::PendingReceiver<blink::mojom::BlobRegistry> receiver) {
  static base::NoDestructor<storage::BlobRegistryImpl> registry(
      get_storage.Run());
  registry->Bind(std::move(receiver), std::make_unique<NoAccess>());
}

}  // namespace

mojo::PendingRemote<blink::mojom::BlobRegistry> ConnectToBlobRegistry() {
  if (!electron::IsBrowserProcess() || !electron::Browser::Get()->is_ready()) {
    return {};
  }
  mojo::PendingRemote<blink::mojom::BlobRegistry> remote;
  content::GetIOThreadTaskRunner({})->PostTask(
      FROM_HERE,
      base::BindOnce(
          &Bind,
          electron::ElectronBrowserContext::GetDefaultBrowserContext()
              ->GetBlobStorageContext(),
          remote.InitWithNewPipeAndPassReceiver()));
  return remote;
}

}  // namespace electron_ports
