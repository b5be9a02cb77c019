// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_INTERNAL_CHANNEL_OFFERS_H_
#define ELECTRON_PORTS_SHELL_BROWSER_INTERNAL_CHANNEL_OFFERS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/memory/raw_ptr.h"
#include "shell/common/message_port_data.h"
#include "v8/include/v8-forward.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-persistent-handle.h"

namespace electron_ports {

class InternalChannelOffers;

// What one document may have of the internal APIs: the port of a channel for
// each. Who has the ports has the APIs, and nothing that a document can say
// names one. When it is dropped without Revoke() the channels end, too. It may
// outlive the isolate, as the end of a frame is told by a task: so what is
// script's is with the offers.
class InternalChannelGrants {
 public:
  explicit InternalChannelGrants(InternalChannelOffers& offers);
  InternalChannelGrants(InternalChannelGrants&&);
  InternalChannelGrants& operator=(InternalChannelGrants&&) = delete;
  ~InternalChannelGrants();

  // For the document, by the names of the channels. Once.
  std::map<std::string, MessagePortData> TakePorts();

  // Tells lib/ that the document is gone, and why. Runs script. Once; what
  // comes later is not heard.
  void Revoke(std::string_view reason);

  bool empty() const { return ids_.empty(); }

 private:
  friend class InternalChannelOffers;

  raw_ptr<InternalChannelOffers> offers_;
  std::map<std::string, MessagePortData> ports_;
  std::vector<int> ids_;
};

// The internal APIs that lib/ offers to documents (`offer` of
// electron_browser_internal_channel in typings/): what there is, and the calls
// that ask whether a document may have it. It knows no frames.
class InternalChannelOffers {
 public:
  // Those of the process: of its main thread's isolate.
  static InternalChannelOffers& Get();

  InternalChannelOffers();
  InternalChannelOffers(const InternalChannelOffers&) = delete;
  InternalChannelOffers& operator=(const InternalChannelOffers&) = delete;
  ~InternalChannelOffers();

  // Puts `offer` on `exports`. The realm of message ports has to be there.
  void Install(v8::Isolate* isolate, v8::Local<v8::Object> exports);

  // Lets go of all of them, and of what was granted. For an environment that
  // ends before its isolate.
  void Clear();

  bool empty() const { return offers_.empty(); }

  // What `document` (`FrameDocument` in typings/) may have. Runs script.
  InternalChannelGrants Grant(v8::Isolate* isolate,
                              v8::Local<v8::Object> document);

 private:
  friend class InternalChannelGrants;

  void Revoke(const std::vector<int>& ids, std::string_view reason);

  // For script. Gives the function that takes the offer back.
  v8::Local<v8::Value> Offer(v8::Isolate* isolate,
                             const std::string& name,
                             v8::Local<v8::Function> grant);

  struct Entry {
    int id;
    v8::Global<v8::Function> grant;
  };
  std::map<std::string, Entry> offers_;
  // What to call when a granted channel ends.
  std::map<int, v8::Global<v8::Function>> revokes_;
  // The main thread's, once something was granted.
  raw_ptr<v8::Isolate, DisableDanglingPtrDetection> isolate_;
  int last_id_ = 0;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_INTERNAL_CHANNEL_OFFERS_H_
