// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_FILE_TOKEN_MOJOM_H_
#define ELECTRON_PORTS_SHELL_COMMON_FILE_TOKEN_MOJOM_H_

// Tokens of the File System Access API, by one name: Blink's own, or, in a link
// without Blink, those of port_message_small.mojom, whose calls have the same
// bytes.

#if defined(ELECTRON_PORTS_SMALL_LINK)

#include "electron_ports/shell/common/port_message_small.mojom.h"  // nogncheck

namespace electron_ports {
namespace file_token_mojom = small::mojom;
}

#else

#include "third_party/blink/public/mojom/file_system_access/file_system_access_transfer_token.mojom.h"  // nogncheck

namespace electron_ports {
namespace file_token_mojom = blink::mojom;
}

#endif

#endif  // ELECTRON_PORTS_SHELL_COMMON_FILE_TOKEN_MOJOM_H_
