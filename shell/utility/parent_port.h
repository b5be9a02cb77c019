// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_UTILITY_PARENT_PORT_H_
#define ELECTRON_PORTS_SHELL_UTILITY_PARENT_PORT_H_

#include "shell/common/message_port_data.h"
#include "third_party/blink/public/common/messaging/message_port_descriptor.h"

namespace base {
template <typename T>
class NoDestructor;
}  // namespace base

namespace electron {

// Keeps this utility process's end of the channel to its parent until lib/ asks
// for it, by the binding `electron_utility_parent_port`. From then on it is a
// MessagePortMain like any other. Takes the place of upstream's class, with the
// interface that NodeService calls; no binding of its own for ports.
class ParentPort {
 public:
  static ParentPort* GetInstance();

  ParentPort(const ParentPort&) = delete;
  ParentPort& operator=(const ParentPort&) = delete;

  void Initialize(blink::MessagePortDescriptor port);

  // Invalid when there is none, or when it was taken already.
  electron_ports::MessagePortData Take();

  // The end of the process. A port that lib/ took closes with its realm.
  void Close();

 private:
  friend class base::NoDestructor<ParentPort>;

  ParentPort();
  ~ParentPort();

  electron_ports::MessagePortData port_;
};

}  // namespace electron

#endif  // ELECTRON_PORTS_SHELL_UTILITY_PARENT_PORT_H_
