// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BENCHMARK_SCRIPT_HOST_H_
#define ELECTRON_PORTS_SHELL_BENCHMARK_SCRIPT_HOST_H_

#include <stddef.h>

#include <string_view>
#include <vector>

#include "base/functional/callback.h"
#include "shell/common/message_port_data.h"
#include "shell/test/script_realm.h"
#include "v8/include/v8-local-handle.h"

namespace electron_ports {

// Ports of script, and the little script that uses them as lib/ would. The one
// of its process.
class ScriptHost {
 public:
  ScriptHost();
  ScriptHost(const ScriptHost&) = delete;
  ScriptHost& operator=(const ScriptHost&) = delete;
  ~ScriptHost();

  // Starts a port that posts a Uint8Array, and transfers its buffer if
  // `is_transferred`. Gives a name for the calls below.
  int AddPort(MessagePortData data,
              bool is_transferred,
              base::RepeatingClosure on_message);
  void RemovePort(int id);
  void Fill(int id, size_t bytes);
  void Send(int id);
  size_t Size(int id);

  // How long it took, each of `trips` times, to write or read the clone of the
  // value of `source`: by us, or bare, by V8 alone. In milliseconds, the mean
  // of `repeats` runs in a row.
  std::vector<double> SampleClone(std::string_view source,
                                  bool is_bare,
                                  bool is_read,
                                  int trips,
                                  int repeats);

 private:
  v8::Isolate* isolate() const { return realm_.isolate(); }
  v8::Local<v8::Context> context() const { return realm_.context(); }
  v8::Local<v8::Value> Call(std::string_view function,
                            std::vector<v8::Local<v8::Value>> args);

  ScriptRealm realm_;
  int last_id_ = 0;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BENCHMARK_SCRIPT_HOST_H_
