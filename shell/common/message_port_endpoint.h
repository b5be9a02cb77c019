// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_MESSAGE_PORT_ENDPOINT_H_
#define ELECTRON_PORTS_SHELL_COMMON_MESSAGE_PORT_ENDPOINT_H_

#include <memory>
#include <optional>
#include <string_view>

#include "base/memory/raw_ref.h"
#include "base/memory/weak_ptr.h"
#include "base/sequence_checker.h"
#include "base/task/sequenced_task_runner.h"
#include "mojo/public/cpp/bindings/connector.h"
#include "mojo/public/cpp/bindings/message.h"
#include "mojo/public/cpp/system/simple_watcher.h"
#include "shell/common/message_port_data.h"
#include "shell/common/port_message.h"

namespace electron_ports {

// A message port bound to a sequence: everything that HTML says of a port but
// the script object. It is not that object (MessagePortMain is), reads no
// structured clone, and keeps nothing alive.
//
// Every method is to be called on the sequence that made the endpoint. Every
// call to the client may close, disentangle or destroy the endpoint.
class MessagePortEndpoint final : private mojo::MessageReceiver {
 public:
  class Client {
   public:
    // In the order in which they were sent, each once, one per task.
    virtual void OnPortMessage(PortMessage message) = 0;

    // Something arrived that is not a message of a port. The port goes on.
    virtual void OnPortMessageError() = 0;

    // Once at most: the other end is gone and everything it sent was delivered,
    // or Close() was called (then in a task of its own). Nothing follows.
    virtual void OnPortClose() = 0;

   protected:
    virtual ~Client() = default;
  };

  enum class State {
    // Entangled. Messages go out; those that come in wait in the pipe.
    kPending,
    // Entangled, and messages are delivered.
    kStarted,
    // One end is closed. The port can still be transferred, as on the web.
    kClosed,
    // Transferred: this is an empty shell, and stays one.
    kNeutered,
  };

  // Binds `data`, which must be valid. `client` outlives the endpoint.
  MessagePortEndpoint(MessagePortData data, Client& client);
  MessagePortEndpoint(const MessagePortEndpoint&) = delete;
  MessagePortEndpoint& operator=(const MessagePortEndpoint&) = delete;
  // Closes the port; the client hears nothing of that.
  ~MessagePortEndpoint() override;

  State state() const { return state_; }
  bool is_entangled() const {
    return state_ == State::kPending || state_ == State::kStarted;
  }
  bool is_neutered() const { return state_ == State::kNeutered; }

  // What no honest process calls another port; it keeps that where it is
  // transferred. Of a port that has been in another process that is its word.
  const base::UnguessableToken& id() const { return descriptor_.id(); }

  // Whether `other` is known to be the other end of this port's channel.
  bool IsPeerOf(const MessagePortEndpoint& other) const;

  // Sends. Dropped when the port is not entangled, or the other end is gone.
  void Post(PortMessage message, PeerPlace peer = PeerPlace::kAnywhere);

  // Opens the queue. Does nothing when the port is not pending.
  void Start();

  // Closes the channel. What was not delivered yet is lost, what was posted is
  // not. Does nothing when the port is not entangled.
  void Close();

  // Takes out what can travel, unread messages included; the endpoint must not
  // be neutered, and is afterwards. What a closed port gives is closed, too.
  MessagePortData Disentangle();

 private:
  // mojo::MessageReceiver:
  bool Accept(mojo::Message* mojo_message) override;

  // A port that is not started reads nothing, so nothing tells it that the
  // other end is gone; these watch for that.
  void WatchPipe(MojoHandleSignals signals);
  void OnPipeSignal(MojoResult result, const mojo::HandleSignalsState& state);

  void OnPeerGone();

  // Unbinds the pipe and gives it back to the descriptor, which insists on it.
  void ReleasePipe();

  const raw_ref<Client> client_;
  const scoped_refptr<base::SequencedTaskRunner> task_runner_;
  State state_ = State::kPending;

  // The port's name and that of the other end, as in MessagePortData. The
  // descriptor holds no pipe while `connector_` does.
  blink::MessagePortDescriptor descriptor_;
  base::UnguessableToken peer_id_;

  // There is one exactly while the port is entangled.
  std::unique_ptr<mojo::Connector> connector_;
  // There is one exactly while the port is pending.
  std::unique_ptr<mojo::SimpleWatcher> watcher_;

  SEQUENCE_CHECKER(sequence_checker_);
  base::WeakPtrFactory<MessagePortEndpoint> weak_factory_{this};
};

// Why `port` can't travel in a message over `source` (null when the message
// goes to a frame), as the end of `Port at index N ...`; nothing when it can.
std::optional<std::string_view> PortTransferProblem(
    const MessagePortEndpoint* source,
    const MessagePortEndpoint& port);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_MESSAGE_PORT_ENDPOINT_H_
