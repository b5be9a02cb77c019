// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/internal_channel_offers.h"
#include "shell/common/node_includes.h"
#include "v8/include/v8-isolate.h"

namespace {

using electron_ports::InternalChannelOffers;

void Initialize(v8::Local<v8::Object> exports,
                v8::Local<v8::Value> unused,
                v8::Local<v8::Context> context,
                void* priv) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  InternalChannelOffers::Get().Install(isolate, exports);
  node::AddEnvironmentCleanupHook(
      isolate,
      [](void* data) { static_cast<InternalChannelOffers*>(data)->Clear(); },
      &InternalChannelOffers::Get());
}

}  // namespace

NODE_LINKED_BINDING_CONTEXT_AWARE(electron_browser_internal_channel, Initialize)
