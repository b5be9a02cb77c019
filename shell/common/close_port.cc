// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/close_port.h"

#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "mojo/public/cpp/bindings/message.h"
#include "mojo/public/cpp/system/message_pipe.h"
#include "shell/common/message_port_data.h"
#include "shell/common/port_message.h"
#include "shell/common/port_message_wire.h"

namespace electron_ports {

namespace {

using Pipes = std::vector<mojo::ScopedMessagePipeHandle>;

void TakePipe(blink::MessagePortDescriptor port, Pipes& pipes) {
  if (port.IsValid()) {
    pipes.push_back(port.TakeHandleForSerialization());
    // The three parts of a descriptor may only be taken together.
    std::ignore = port.TakeIdForSerialization();
    std::ignore = port.TakeSequenceNumberForSerialization();
  }
}

void TakePipes(mojo::Message message, Pipes& pipes) {
  if (message.is_serialized()) {
    // Whatever kind of handles they are: all are closed, and those that are
    // pipes are read. It need not be a message of a port.
    for (mojo::ScopedHandle& handle : *message.mutable_handles()) {
      pipes.emplace_back(mojo::MessagePipeHandle(handle.release().value()));
    }
    return;
  }
  std::optional<PortMessage> contents = FromMojoMessage(std::move(message));
  if (!contents) {
    return;
  }
  for (auto* ports : {&contents->ports, &contents->stream_channels}) {
    for (MessagePortData& port : *ports) {
      TakePipe(port.TakeDescriptor(), pipes);
    }
  }
}

}  // namespace

void ClosePort(blink::MessagePortDescriptor port) {
  Pipes pipes;
  TakePipe(std::move(port), pipes);
  while (!pipes.empty()) {
    const mojo::ScopedMessagePipeHandle pipe = std::move(pipes.back());
    pipes.pop_back();
    mojo::ScopedMessageHandle message;
    while (mojo::ReadMessageNew(pipe.get(), &message,
                                MOJO_READ_MESSAGE_FLAG_NONE) ==
           MOJO_RESULT_OK) {
      TakePipes(mojo::Message::CreateFromMessageHandle(&message), pipes);
    }
  }
}

}  // namespace electron_ports
