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

// Connects to the blob storage of the default session. Empty before the app is
// ready, and in any process but the browser's. Any thread may call it; one
// other than the UI thread is not told that the app is not ready.
mojo::PendingRemote<blob_mojom::BlobRegistry> ConnectToBlobRegistry();

// The same for another session, the one that `context` is.
ConnectToBlobStorage BlobStorageOf(content::BrowserContext* context);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_BLOB_REGISTRY_H_
