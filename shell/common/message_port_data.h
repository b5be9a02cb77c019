// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_MESSAGE_PORT_DATA_H_
#define ELECTRON_PORTS_SHELL_COMMON_MESSAGE_PORT_DATA_H_

#include <utility>

#include "base/unguessable_token.h"
#include "third_party/blink/public/common/messaging/message_port_descriptor.h"

namespace electron_ports {

// What of a message port can travel: its pipe with every unread message, and
// its name. It is not bound to a sequence and knows no V8;
// MessagePortEndpoint binds it. Destroying it closes the port, and the messages
// in it are lost, as the web's rules have it.
class MessagePortData {
 public:
  // Two entangled ports. Each remembers the other's name, so that sending a
  // port over itself can be refused while both are in this process.
  static std::pair<MessagePortData, MessagePortData> CreatePair();

  // An empty one, which is not valid.
  MessagePortData();
  // `descriptor` must not be lent out (entangled) to anybody. `peer_id` may be
  // left out where it is not known.
  explicit MessagePortData(
      blink::MessagePortDescriptor descriptor,
      const base::UnguessableToken& peer_id = base::UnguessableToken());
  MessagePortData(MessagePortData&&);
  MessagePortData& operator=(MessagePortData&&);
  ~MessagePortData();

  bool is_valid() const { return descriptor_.IsValid(); }
  const base::UnguessableToken& id() const { return descriptor_.id(); }

  // The name of the other end; null when that is not known here, which is the
  // case for every port that came from another process.
  const base::UnguessableToken& peer_id() const { return peer_id_; }

  // Gives the descriptor away and leaves this one empty.
  blink::MessagePortDescriptor TakeDescriptor();

 private:
  blink::MessagePortDescriptor descriptor_;
  base::UnguessableToken peer_id_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_MESSAGE_PORT_DATA_H_
