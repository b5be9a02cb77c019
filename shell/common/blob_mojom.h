// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_BLOB_MOJOM_H_
#define ELECTRON_PORTS_SHELL_COMMON_BLOB_MOJOM_H_

// The interfaces of the browser's blob storage, under one name: Blink's own in
// the fork, and in the small link ours, of the same shape.

#if defined(ELECTRON_PORTS_SMALL_LINK)

#include "electron_ports/shell/common/blob_small.mojom.h"  // nogncheck

namespace electron_ports {
namespace blob_mojom = small::mojom;
}

#else

#include "third_party/blink/public/mojom/blob/blob.mojom.h"  // nogncheck
#include "third_party/blink/public/mojom/blob/blob_registry.mojom.h"  // nogncheck
#include "third_party/blink/public/mojom/blob/data_element.mojom.h"  // nogncheck

namespace electron_ports {
namespace blob_mojom = blink::mojom;
}

#endif

#endif  // ELECTRON_PORTS_SHELL_COMMON_BLOB_MOJOM_H_
