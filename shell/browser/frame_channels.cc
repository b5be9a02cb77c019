// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/frame_channels.h"

#include <optional>
#include <string>
#include <utility>

#include "base/containers/flat_map.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "base/task/sequenced_task_runner.h"
#include "content/public/browser/document_user_data.h"
#include "content/public/browser/navigation_handle.h"
#include "content/public/browser/navigation_handle_user_data.h"
#include "content/public/browser/render_frame_host.h"
#include "content/public/browser/web_contents.h"
#include "content/public/browser/web_contents_observer.h"
#include "electron_ports/shell/common/internal_channels.mojom.h"
#include "gin/data_object_builder.h"
#include "mojo/public/cpp/bindings/associated_remote.h"
#include "shell/browser/internal_channel_offers.h"
#include "shell/browser/javascript_environment.h"
#include "shell/browser/web_contents_preferences.h"
#include "shell/common/gin_converters/content_converter.h"
#include "shell/common/gin_converters/frame_converter.h"
#include "shell/common/gin_converters/gurl_converter.h"
#include "third_party/blink/public/common/associated_interfaces/associated_interface_provider.h"
#include "third_party/blink/public/common/messaging/message_port_descriptor.h"
#include "url/gurl.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

constexpr char kErrorPage[] = "chrome-error://chromewebdata/";

// No script may run while a frame is on its way out.
void RevokeLater(InternalChannelGrants grants, const char* reason) {
  base::SequencedTaskRunner::GetCurrentDefault()->PostTask(
      FROM_HERE,
      base::BindOnce([](InternalChannelGrants grants,
                        const char* reason) { grants.Revoke(reason); },
                     std::move(grants), reason));
}

// What a document has, until it makes room for another one, or its frame or its
// renderer goes.
class DocumentChannels final
    : public content::DocumentUserData<DocumentChannels>,
      public content::WebContentsObserver {
 public:
  ~DocumentChannels() override { Revoke(ReasonOfTheEnd()); }

 private:
  friend class content::DocumentUserData<DocumentChannels>;
  DocumentChannels(content::RenderFrameHost* frame,
                   InternalChannelGrants grants)
      : DocumentUserData(frame),
        WebContentsObserver(content::WebContents::FromRenderFrameHost(frame)),
        grants_(std::move(grants)) {}

  // content::WebContentsObserver:
  void RenderFrameDeleted(content::RenderFrameHost* frame) override {
    // A host that is on its way out loses its renderer, too. That of a renderer
    // that crashed stays, with its document.
    if (frame == &render_frame_host() &&
        frame->GetLifecycleState() ==
            content::RenderFrameHost::LifecycleState::kActive &&
        !web_contents()->IsBeingDestroyed()) {
      Revoke("its renderer crashed");
    }
  }

  const char* ReasonOfTheEnd() {
    return !web_contents() || web_contents()->IsBeingDestroyed() ||
                   !web_contents()->UnsafeFindFrameByFrameTreeNodeId(
                       render_frame_host().GetFrameTreeNodeId())
               ? "its frame was destroyed"
               : "its document was navigated away from";
  }

  void Revoke(const char* reason) {
    if (grants_) {
      RevokeLater(*std::exchange(grants_, std::nullopt), reason);
    }
  }

  std::optional<InternalChannelGrants> grants_;

  DOCUMENT_USER_DATA_KEY_DECL();
};

DOCUMENT_USER_DATA_KEY_IMPL(DocumentChannels);

// The same until there is the document.
class NavigationChannels final
    : public content::NavigationHandleUserData<NavigationChannels> {
 public:
  ~NavigationChannels() override {
    RevokeLater(std::move(grants_), "its document never came");
  }

  InternalChannelGrants Take() { return std::move(grants_); }

 private:
  friend class content::NavigationHandleUserData<NavigationChannels>;
  NavigationChannels(content::NavigationHandle&, InternalChannelGrants grants)
      : grants_(std::move(grants)) {}

  InternalChannelGrants grants_;

  NAVIGATION_HANDLE_USER_DATA_KEY_DECL();
};

NAVIGATION_HANDLE_USER_DATA_KEY_IMPL(NavigationChannels);

// As RendererClientBase::ShouldLoadPreload() has it: other documents run none
// of lib/.
bool RunsLib(content::NavigationHandle* navigation) {
  const GURL& url = navigation->GetURL();
  auto* preferences =
      electron::WebContentsPreferences::From(navigation->GetWebContents());
  return navigation->IsInMainFrame() ||
         (preferences && preferences->AllowsNodeIntegrationInSubFrames()) ||
         url.SchemeIs("devtools") || url.SchemeIs("chrome-extension");
}

}  // namespace

void GrantInternalChannels(content::NavigationHandle* navigation) {
  content::RenderFrameHost* const frame = navigation->GetRenderFrameHost();
  InternalChannelOffers& offers = InternalChannelOffers::Get();
  if (!frame || !frame->IsRenderFrameLive() || offers.empty() ||
      !RunsLib(navigation)) {
    return;
  }
  v8::Isolate* const isolate = electron::JavascriptEnvironment::GetIsolate();
  v8::HandleScope scope(isolate);
  // A WebFrameMain goes on from host to host, and must not begin with one that
  // may yet fail to commit.
  content::RenderFrameHost* const current =
      navigation->GetWebContents()->UnsafeFindFrameByFrameTreeNodeId(
          navigation->GetFrameTreeNodeId());
  InternalChannelGrants grants = offers.Grant(
      isolate, gin::DataObjectBuilder(isolate)
                   .Set("url", navigation->IsErrorPage() ? GURL(kErrorPage)
                                                         : navigation->GetURL())
                   .Set("frame", current)
                   .Set("sender", navigation->GetWebContents())
                   .Build());
  base::flat_map<std::string, blink::MessagePortDescriptor> ports;
  for (auto& [name, port] : grants.TakePorts()) {
    ports.emplace(name, port.TakeDescriptor());
  }
  // Without any, too: what an earlier document was given is not this one's.
  mojo::AssociatedRemote<mojom::InternalChannels> channels;
  frame->GetRemoteAssociatedInterfaces()->GetInterface(&channels);
  channels->Grant(std::move(ports));
  NavigationChannels::CreateForNavigationHandle(*navigation, std::move(grants));
}

void KeepInternalChannels(content::NavigationHandle* navigation) {
  auto* granted = NavigationChannels::GetForNavigationHandle(*navigation);
  if (granted && navigation->HasCommitted()) {
    DocumentChannels::CreateForCurrentDocument(navigation->GetRenderFrameHost(),
                                               granted->Take());
  }
}

}  // namespace electron_ports
