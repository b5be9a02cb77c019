// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_TEST_PORT_TEST_SUPPORT_H_
#define ELECTRON_PORTS_SHELL_TEST_PORT_TEST_SUPPORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/functional/callback.h"
#include "mojo/public/cpp/bindings/connector.h"
#include "shell/common/message_port_endpoint.h"

namespace electron_ports {

// A message whose payload is `text` and no structured clone.
PortMessage TextMessage(std::string_view text);
std::string TextOf(const PortMessage& message);

// Forces every message through real bytes, in one process too. Connectors made
// meanwhile keep the behaviour they were made with.
class ScopedForcedSerialization {
 public:
  ScopedForcedSerialization();
  ~ScopedForcedSerialization();
};

// A new process starts with one pipe, the harness's, which keeps it: these send
// and take a port over that.
MessagePortData SendPortTo(MojoHandle harness_pipe);
MessagePortData TakePortFrom(MojoHandle harness_pipe);

// An endpoint with a client that keeps what it hears.
class TestPort final : public MessagePortEndpoint::Client {
 public:
  explicit TestPort(MessagePortData data);
  ~TestPort() override;

  MessagePortEndpoint* operator->() { return endpoint_.get(); }
  MessagePortEndpoint* get() { return endpoint_.get(); }
  void Destroy() { endpoint_.reset(); }

  const std::vector<PortMessage>& messages() const { return messages_; }
  std::vector<std::string> texts() const;
  MessagePortData TakePort(size_t message, size_t port);
  // Leaves an empty one in its place.
  PortMessage TakeMessage(size_t message);
  int errors() const { return errors_; }
  int closes() const { return closes_; }

  // Called after each message was kept, with its text.
  void set_on_message(base::RepeatingCallback<void(const std::string&)> f) {
    on_message_ = std::move(f);
  }

  // Called after each close was counted.
  void set_on_close(base::RepeatingClosure f) { on_close_ = std::move(f); }

  // Runs tasks until that many messages, or a close, have been heard.
  void WaitForMessages(size_t count);
  void WaitForClose();

 private:
  // MessagePortEndpoint::Client:
  void OnPortMessage(PortMessage message) override;
  void OnPortMessageError() override;
  void OnPortClose() override;

  std::vector<PortMessage> messages_;
  int errors_ = 0;
  int closes_ = 0;
  base::RepeatingCallback<void(const std::string&)> on_message_;
  base::RepeatingClosure on_close_;
  base::RepeatingClosure on_change_;
  std::unique_ptr<MessagePortEndpoint> endpoint_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_TEST_PORT_TEST_SUPPORT_H_
