// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_RENDERER_INTERNAL_CHANNEL_PORTS_H_
#define ELECTRON_PORTS_SHELL_RENDERER_INTERNAL_CHANNEL_PORTS_H_

#include <optional>
#include <string>

#include "base/containers/flat_map.h"
#include "content/public/renderer/render_frame_observer.h"
#include "content/public/renderer/render_frame_observer_tracker.h"
#include "electron_ports/shell/common/internal_channels.mojom.h"
#include "mojo/public/cpp/bindings/associated_receiver.h"
#include "mojo/public/cpp/bindings/pending_associated_receiver.h"
#include "third_party/blink/public/common/messaging/message_port_descriptor.h"
#include "third_party/blink/public/common/tokens/tokens.h"

namespace electron_ports {

// The ports of internal APIs that the browser process gave to the document of a
// frame, until lib/ takes them at document start. Deletes itself with its
// frame. For the fork only.
class InternalChannelPorts final
    : public content::RenderFrameObserver,
      public content::RenderFrameObserverTracker<InternalChannelPorts>,
      private mojom::InternalChannels {
 public:
  using Ports = base::flat_map<std::string, blink::MessagePortDescriptor>;

  explicit InternalChannelPorts(content::RenderFrame* frame);
  ~InternalChannelPorts() override;

  // False when this document has taken them before: they can't be had again,
  // and those of the next document not before it is there.
  bool Take(Ports* ports);

 private:
  void Bind(mojo::PendingAssociatedReceiver<mojom::InternalChannels> receiver);

  // content::RenderFrameObserver:
  void OnDestruct() override;

  // mojom::InternalChannels:
  void Grant(Ports ports) override;

  Ports ports_;
  std::optional<blink::DocumentToken> taken_by_;
  mojo::AssociatedReceiver<mojom::InternalChannels> receiver_{this};
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_RENDERER_INTERNAL_CHANNEL_PORTS_H_
