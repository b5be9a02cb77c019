// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_BLOB_REGISTRY_H_
#define ELECTRON_PORTS_SHELL_BROWSER_BLOB_REGISTRY_H_

#include "mojo/public/cpp/bindings/pending_remote.h"
#include "shell/browser/blob_transfer.h"
#include "shell/common/blob_mojom.h"

namespace content {
class BrowserContext;
}

namespace electron_ports {

// Connects to the blob storage of the default session; before the app is ready
// what is registered waits for that. Any thread may call it. Empty in a process
// that has none.
mojo::PendingRemote<blob_mojom::BlobRegistry> ConnectToBlobRegistry();

// For a utility process, in its main thread and before any script runs: the one
// that the browser process gave it.
void UseBlobRegistry(mojo::PendingRemote<blob_mojom::BlobRegistry> registry);

// The same for another session, the one that `context` is.
ConnectToBlobStorage BlobStorageOf(content::BrowserContext* context);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_BLOB_REGISTRY_H_
