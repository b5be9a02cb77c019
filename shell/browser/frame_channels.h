// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_FRAME_CHANNELS_H_
#define ELECTRON_PORTS_SHELL_BROWSER_FRAME_CHANNELS_H_

namespace content {
class NavigationHandle;
}

// Internal channels of documents, where there are documents. For the fork only.
namespace electron_ports {

// To be called when a navigation is about to commit: hands the document that
// will be shown the ports that it may have.
void GrantInternalChannels(content::NavigationHandle* navigation);

// To be called when it has ended, either way: from now on what was granted ends
// with its document.
void KeepInternalChannels(content::NavigationHandle* navigation);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_FRAME_CHANNELS_H_
