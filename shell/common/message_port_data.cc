// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/message_port_data.h"

#include <utility>

#include "base/check.h"
#include "shell/common/close_port.h"

namespace electron_ports {

// static
std::pair<MessagePortData, MessagePortData> MessagePortData::CreatePair() {
  blink::MessagePortDescriptorPair pair;
  const base::UnguessableToken id0 = pair.port0().id();
  const base::UnguessableToken id1 = pair.port1().id();
  return {MessagePortData(pair.TakePort0(), id1),
          MessagePortData(pair.TakePort1(), id0)};
}

MessagePortData::MessagePortData() = default;

MessagePortData::MessagePortData(blink::MessagePortDescriptor descriptor,
                                 const base::UnguessableToken& peer_id)
    : descriptor_(std::move(descriptor)), peer_id_(peer_id) {
  DCHECK(!descriptor_.IsValid() || !descriptor_.IsEntangled());
}

MessagePortData::MessagePortData(MessagePortData&&) = default;

MessagePortData& MessagePortData::operator=(MessagePortData&& other) {
  if (this != &other) {
    ClosePort(TakeDescriptor());
    descriptor_ = std::move(other.descriptor_);
    peer_id_ = std::exchange(other.peer_id_, base::UnguessableToken::Null());
  }
  return *this;
}

MessagePortData::~MessagePortData() {
  ClosePort(TakeDescriptor());
}

blink::MessagePortDescriptor MessagePortData::TakeDescriptor() {
  peer_id_ = base::UnguessableToken::Null();
  return std::move(descriptor_);
}

}  // namespace electron_ports
