// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/blob_registry.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/files/file_path.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "base/memory/weak_ptr.h"
#include "base/no_destructor.h"
#include "base/task/single_thread_task_runner.h"
#include "base/values.h"
#include "content/public/browser/browser_context.h"
#include "content/public/browser/browser_thread.h"
#include "mojo/public/cpp/bindings/pending_receiver.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "shell/browser/browser.h"
#include "shell/browser/browser_observer.h"
#include "shell/browser/electron_browser_context.h"
#include "shell/common/process_util.h"
#include "shell/common/session_blob_registry.h"
#include "shell/common/shared_blob_registry.h"
#include "storage/browser/blob/blob_data_handle.h"
#include "storage/browser/blob/blob_impl.h"
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

// The blob storage of one session, for Blobs that this process sends there. On
// the IO thread, where the storage is.
struct Session {
  explicit Session(base::WeakPtr<storage::BlobStorageContext> context)
      : context(context),
        registry(base::BindRepeating(&Find, context),
                 base::BindRepeating(
                     &ConnectTo,
                     base::Owned(std::make_unique<storage::BlobRegistryImpl>(
                         context)))) {}

  static bool Find(base::WeakPtr<storage::BlobStorageContext> context,
                   const std::string& uuid,
                   mojo::PendingReceiver<blink::mojom::Blob>* blob) {
    std::unique_ptr<storage::BlobDataHandle> known =
        context ? context->GetBlobDataFromUUID(uuid) : nullptr;
    if (!known) {
      return false;
    }
    storage::BlobImpl::Create(std::move(known), std::move(*blob));
    return true;
  }

  static mojo::PendingRemote<blink::mojom::BlobRegistry> ConnectTo(
      storage::BlobRegistryImpl* registry) {
    mojo::PendingRemote<blink::mojom::BlobRegistry> remote;
    registry->Bind(remote.InitWithNewPipeAndPassReceiver(),
                   std::make_unique<NoAccess>());
    return remote;
  }

  const base::WeakPtr<storage::BlobStorageContext> context;
  SessionBlobRegistry registry;
};

// On the IO thread.
void Bind(content::BrowserContext::BlobContextGetter get_storage,
          mojo::PendingReceiver<blink::mojom::BlobRegistry> receiver) {
  static base::NoDestructor<
      std::map<storage::BlobStorageContext*, std::unique_ptr<Session>>>
      sessions;
  base::WeakPtr<storage::BlobStorageContext> storage = get_storage.Run();
  if (!storage) {
    return;
  }
  std::erase_if(*sessions,
                [](const auto& entry) { return !entry.second->context; });
  std::unique_ptr<Session>& session = (*sessions)[storage.get()];
  if (!session) {
    session = std::make_unique<Session>(std::move(storage));
  }
  session->registry.Bind(std::move(receiver));
}

mojo::PendingRemote<blink::mojom::BlobRegistry> Connect(
    content::BrowserContext::BlobContextGetter get_storage) {
  mojo::PendingRemote<blink::mojom::BlobRegistry> remote;
  content::GetIOThreadTaskRunner({})->PostTask(
      FROM_HERE, base::BindOnce(&Bind, std::move(get_storage),
                                remote.InitWithNewPipeAndPassReceiver()));
  return remote;
}

mojo::PendingRemote<blink::mojom::BlobRegistry> ConnectToDefaultSession() {
  return Connect(electron::ElectronBrowserContext::GetDefaultBrowserContext()
                     ->GetBlobStorageContext());
}

// Of a process whose connection is made once: a utility process, and the
// browser process before the app is ready. In the main thread first.
SharedBlobRegistry& Shared() {
  static base::NoDestructor<SharedBlobRegistry> registry;
  return *registry;
}

// Connects the shared one when the app is ready.
class ReadyObserver final : public electron::BrowserObserver {
 public:
  ReadyObserver() { electron::Browser::Get()->AddObserver(this); }

 private:
  // electron::BrowserObserver:
  void OnFinishLaunching(base::DictValue launch_info) override {
    Shared().Use(ConnectToDefaultSession());
    electron::Browser::Get()->RemoveObserver(this);
  }
};

// On the UI thread.
void BindDefault(mojo::PendingReceiver<blink::mojom::BlobRegistry> receiver) {
  mojo::FusePipes(std::move(receiver), ConnectToBlobRegistry());
}

}  // namespace

mojo::PendingRemote<blink::mojom::BlobRegistry> ConnectToBlobRegistry() {
  if (!electron::IsBrowserProcess()) {
    return Shared().Connect();
  }
  // A worker thread of Node's asks for it, too.
  if (!content::BrowserThread::CurrentlyOn(content::BrowserThread::UI)) {
    mojo::PendingRemote<blink::mojom::BlobRegistry> remote;
    content::GetUIThreadTaskRunner({})->PostTask(
        FROM_HERE,
        base::BindOnce(&BindDefault, remote.InitWithNewPipeAndPassReceiver()));
    return remote;
  }
  if (!electron::Browser::Get()->is_ready()) {
    static base::NoDestructor<ReadyObserver> observer;
    return Shared().Connect();
  }
  return ConnectToDefaultSession();
}

void UseBlobRegistry(mojo::PendingRemote<blink::mojom::BlobRegistry> registry) {
  Shared().Use(std::move(registry));
}

ConnectToBlobStorage BlobStorageOf(content::BrowserContext* context) {
  return base::BindRepeating(&Connect, context->GetBlobStorageContext());
}

}  // namespace electron_ports
