// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/message_port_endpoint.h"

#include <utility>

#include "base/check.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "shell/common/close_port.h"
#include "shell/common/port_message_wire.h"

namespace electron_ports {

MessagePortEndpoint::MessagePortEndpoint(MessagePortData data, Client& client)
    : client_(client),
      task_runner_(base::SequencedTaskRunner::GetCurrentDefault()),
      peer_id_(data.peer_id()) {
  DCHECK(data.is_valid());
  descriptor_ = data.TakeDescriptor();
  connector_ = std::make_unique<mojo::Connector>(
      descriptor_.TakeHandleToEntangleWithEmbedder(),
      mojo::Connector::SINGLE_THREADED_SEND, "electron_ports::MessagePort");
  connector_->set_incoming_receiver(this);
  // Unretained: the connector is a member, and stops calling when it goes.
  connector_->set_connection_error_handler(
      base::BindOnce(&MessagePortEndpoint::OnPeerGone, base::Unretained(this)));
  WatchPipe(MOJO_HANDLE_SIGNAL_PEER_CLOSED);
}

MessagePortEndpoint::~MessagePortEndpoint() {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
  if (is_entangled()) {
    ReleasePipe();
    ClosePort(std::move(descriptor_));
  }
}

bool MessagePortEndpoint::IsPeerOf(const MessagePortEndpoint& other) const {
  return !peer_id_.is_empty() && peer_id_ == other.descriptor_.id();
}

void MessagePortEndpoint::Post(PortMessage message, PeerPlace peer) {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
  if (!is_entangled()) {
    return;
  }
  mojo::Message mojo_message = ToMojoMessage(std::move(message), peer);
  // False when the other end is gone, which is no error of the sender.
  std::ignore = connector_->Accept(&mojo_message);
}

void MessagePortEndpoint::Start() {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
  if (state_ != State::kPending) {
    return;
  }
  state_ = State::kStarted;
  watcher_.reset();
  connector_->StartReceiving(task_runner_);
}

void MessagePortEndpoint::Close() {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
  if (!is_entangled()) {
    return;
  }
  ReleasePipe();
  state_ = State::kClosed;
  ClosePort(std::move(descriptor_));
  task_runner_->PostTask(FROM_HERE,
                         base::BindOnce(
                             [](base::WeakPtr<MessagePortEndpoint> self) {
                               if (self) {
                                 self->client_->OnPortClose();
                               }
                             },
                             weak_factory_.GetWeakPtr()));
}

MessagePortData MessagePortEndpoint::Disentangle() {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
  DCHECK(!is_neutered());
  if (state_ == State::kClosed) {
    state_ = State::kNeutered;
    // The other half goes here and now, which closes this one.
    return MessagePortData::CreatePair().first;
  }
  ReleasePipe();
  state_ = State::kNeutered;
  return MessagePortData(
      std::move(descriptor_),
      std::exchange(peer_id_, base::UnguessableToken::Null()));
}

bool MessagePortEndpoint::Accept(mojo::Message* mojo_message) {
  std::optional<PortMessage> message =
      FromMojoMessage(std::move(*mojo_message));
  if (message) {
    client_->OnPortMessage(std::move(*message));
  } else {
    client_->OnPortMessageError();
  }
  // False would make the connector break the channel, and with it everything
  // that comes after one bad message.
  return true;
}

void MessagePortEndpoint::WatchPipe(MojoHandleSignals signals) {
  watcher_ = std::make_unique<mojo::SimpleWatcher>(
      FROM_HERE, mojo::SimpleWatcher::ArmingPolicy::MANUAL, task_runner_);
  // Unretained: the watcher is a member, and stops calling when it goes.
  watcher_->Watch(connector_->handle(), signals,
                  MOJO_TRIGGER_CONDITION_SIGNALS_SATISFIED,
                  base::BindRepeating(&MessagePortEndpoint::OnPipeSignal,
                                      base::Unretained(this)));
  watcher_->ArmOrNotify();
}

void MessagePortEndpoint::OnPipeSignal(MojoResult,
                                       const mojo::HandleSignalsState&) {
  DCHECK_EQ(state_, State::kPending);
  // Not what the notification saw, but what is now.
  const mojo::HandleSignalsState state =
      connector_->handle().QuerySignalsState();
  if (state.never_readable()) {
    OnPeerGone();
  } else if (!state.readable()) {
    // The other end is closed, and messages of its are still on their way.
    WatchPipe(MOJO_HANDLE_SIGNAL_READABLE);
  }
  // Else messages wait for Start() or for a transfer, and the close after them.
}

void MessagePortEndpoint::OnPeerGone() {
  DCHECK_CALLED_ON_VALID_SEQUENCE(sequence_checker_);
  ReleasePipe();
  descriptor_.Reset();
  state_ = State::kClosed;
  client_->OnPortClose();
}

void MessagePortEndpoint::ReleasePipe() {
  watcher_.reset();
  descriptor_.GiveDisentangledHandle(connector_->PassMessagePipe());
  connector_.reset();
}

std::optional<std::string_view> PortTransferProblem(
    const MessagePortEndpoint* source,
    const MessagePortEndpoint& port) {
  if (source == &port) {
    return "contains the source port.";
  }
  if (port.is_neutered()) {
    return "is already neutered.";
  }
  // It would be queued at itself, out of anybody's reach.
  if (source && source->IsPeerOf(port)) {
    return "is the other end of the source port.";
  }
  return std::nullopt;
}

}  // namespace electron_ports
