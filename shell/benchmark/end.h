// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BENCHMARK_END_H_
#define ELECTRON_PORTS_SHELL_BENCHMARK_END_H_

#include <stddef.h>

#include <memory>
#include <string_view>

#include "base/functional/callback.h"
#include "shell/common/message_port_data.h"

namespace electron_ports {

class ScriptHost;

// One end of a channel, in one of the ways that are compared. Whatever the way,
// what is sent comes out of memory of this end's own, and what is received goes
// into such memory: so all do the least that a port of script can do.
class End {
 public:
  End();
  virtual ~End();

  // Makes that many bytes for the first Send().
  virtual void Fill(size_t bytes) = 0;

  // Sends what was received last, or what Fill() made.
  virtual void Send() = 0;

  // How many bytes Send() would send.
  virtual size_t Size() = 0;

  // Called after each message was received.
  void set_on_message(base::RepeatingClosure f) { on_message_ = std::move(f); }

 protected:
  void OnMessage() { on_message_.Run(); }

 private:
  base::RepeatingClosure on_message_;
};

// The end of the way called `side`: "Connector", "endpoint", "port" or "port,
// transferred". `data` is valid; `host` outlives the end.
std::unique_ptr<End> MakeEnd(std::string_view side,
                             MessagePortData data,
                             ScriptHost& host);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BENCHMARK_END_H_
