// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/blob_registry.h"

namespace electron_ports {

// A program without the content layer has no blob storage.
mojo::PendingRemote<blob_mojom::BlobRegistry> ConnectToBlobRegistry() {
  return {};
}

}  // namespace electron_ports
