// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BENCHMARK_PEER_H_
#define ELECTRON_PORTS_SHELL_BENCHMARK_PEER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/process/process.h"
#include "base/task/single_thread_task_runner.h"
#include "shell/benchmark/end.h"
#include "shell/common/message_port_data.h"
#include "shell/common/message_port_endpoint.h"

namespace electron_ports {

class ScriptHost;

// What sends everything back.
std::unique_ptr<End> MakeEcho(std::string_view side,
                              MessagePortData data,
                              ScriptHost& host);

// Another process of this program, which makes echoes and counts its copies. It
// ends when this does.
class Peer final : private MessagePortEndpoint::Client {
 public:
  Peer();
  ~Peer() override;

  // Makes an echo there. It stays until the process ends.
  void MakeEcho(std::string_view side, MessagePortData data);

  // Counts copies of at least that many bytes there, from now on.
  void BeginCounting(size_t min_bytes);
  int EndCounting();

 private:
  std::string Ask(std::string_view question, MessagePortData data);

  // MessagePortEndpoint::Client:
  void OnPortMessage(PortMessage message) override;
  void OnPortMessageError() override;
  void OnPortClose() override;

  base::Process process_;
  std::unique_ptr<MessagePortEndpoint> control_;
  std::string answer_;
  base::OnceClosure on_answer_;
};

// Whether this process was started by a Peer. Then all that is left to do is
// RunPeer(), which returns when that one is gone.
bool IsPeer();
void RunPeer(ScriptHost& host);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BENCHMARK_PEER_H_
