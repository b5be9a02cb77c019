// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_NODE_PORTS_H_
#define ELECTRON_PORTS_SHELL_BROWSER_NODE_PORTS_H_

#include <vector>

#include "shell/browser/lib_functions.h"
#include "shell/common/message_port_data.h"
#include "v8/include/v8-array-buffer.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-maybe.h"

namespace electron_ports {

// What lib/ does about the ports of Node's worker threads (`setNodePorts` in
// typings/). It is only the calls into that; until lib/ has set it there are no
// such ports.
class NodePorts {
 public:
  explicit NodePorts(v8::Isolate* isolate);
  ~NodePorts();

  void Set(v8::Local<v8::Object> functions) { functions_.Set(functions); }
  void Reset() { functions_.Reset(); }

  // Nothing when script throws, with the exception pending.
  v8::Maybe<bool> IsPort(v8::Local<v8::Object> object) const;

  // Takes all of them, or none; what is in `taken`, in their order, is what
  // travels. False with an exception pending.
  bool Take(const v8::LocalVector<v8::Object>& ports,
            std::vector<MessagePortData>* taken) const;

 private:
  LibFunctions functions_;
};

// What lib/ does in a thread whose ports pass on what they get to ports of
// Node's (`setForwarder` in typings/). There a message has Node's ports in the
// place of those that came with it, and streams need not be in the transfer
// list.
class Forwarder {
 public:
  explicit Forwarder(v8::Isolate* isolate);
  ~Forwarder();

  void Set(v8::Local<v8::Object> functions);
  void Reset();

  bool is_set() const { return is_set_; }

  // To be called for each message that brings any. Gives what takes the place
  // of `ports`. False when there is no lib/ to do it.
  bool Arrive(const v8::LocalVector<v8::Object>& ports,
              const v8::LocalVector<v8::ArrayBuffer>& buffers,
              v8::LocalVector<v8::Object>* stand_ins) const;

 private:
  LibFunctions functions_;
  bool is_set_ = false;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_NODE_PORTS_H_
