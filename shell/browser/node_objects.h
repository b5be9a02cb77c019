// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_NODE_OBJECTS_H_
#define ELECTRON_PORTS_SHELL_BROWSER_NODE_OBJECTS_H_

#include <optional>
#include <string>
#include <vector>

#include "shell/browser/lib_functions.h"
#include "shell/common/message_port_data.h"
#include "v8/include/v8-array-buffer.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-maybe.h"

namespace electron_ports {

// What lib/ does about what only Node can transfer: ports of its worker threads
// and open files (`setNodeObjects` in typings/). A port travels in the place of
// each. It is only the calls into that; until lib/ has set it there are none.
class NodeObjects {
 public:
  explicit NodeObjects(v8::Isolate* isolate);
  ~NodeObjects();

  void Set(v8::Local<v8::Object> functions) { functions_.Set(functions); }
  void Reset() { functions_.Reset(); }

  enum class Kind { kPort, kFile };

  // Nothing in `kind` for any other object. False when script throws, with the
  // exception pending.
  bool KindOf(v8::Local<v8::Object> object, std::optional<Kind>* kind) const;

  // Why a file can't be transferred, as the end of `FileHandle at index N ...`.
  // False as above.
  bool FindProblem(v8::Local<v8::Object> file,
                   std::optional<std::string>* problem) const;

  // Takes all of them, or none; what is in `taken`, in their order, is what
  // travels. False with an exception pending.
  bool Take(const v8::LocalVector<v8::Object>& objects,
            std::vector<MessagePortData>* taken) const;

  // The file whose port came in its place. One of this process takes the place
  // of its port, which is closed then. Empty when there is no lib/ to do it.
  v8::MaybeLocal<v8::Object> ReceiveFile(v8::Local<v8::Object> port) const;

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

#endif  // ELECTRON_PORTS_SHELL_BROWSER_NODE_OBJECTS_H_
