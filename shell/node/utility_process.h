// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_NODE_UTILITY_PROCESS_H_
#define ELECTRON_PORTS_SHELL_NODE_UTILITY_PROCESS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"
#include "base/files/file_path.h"
#include "base/files/scoped_file.h"
#include "base/memory/raw_ptr.h"
#include "base/memory/weak_ptr.h"
#include "base/process/process.h"
#include "mojo/public/cpp/bindings/connector.h"
#include "mojo/public/cpp/bindings/message.h"
#include "third_party/blink/public/common/messaging/message_port_descriptor.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-object.h"
#include "v8/include/v8-persistent-handle.h"

namespace gin {
class Arguments;
}

namespace electron_ports {

// A utility process as the main process holds it, for Electron's own
// lib/browser/api/utility-process.ts: what `electron_browser_utility_process`
// gives it. Its end of the channel goes through the same functions as
// Electron's UtilityProcessWrapper with our patch. Deletes itself once the
// process has ended and `exit` was emitted.
class UtilityProcess final : public mojo::MessageReceiver {
 public:
  struct Options {
    std::string script;
    std::vector<std::string> args;
    std::vector<std::string> exec_args;
    base::FilePath current_directory;
    base::EnvironmentMap environment;
    bool clear_environment = false;
    // What becomes of stdout and stderr: `inherit`, `ignore` or `pipe`.
    std::string stdio[2] = {"inherit", "inherit"};
  };

  // Starts the process. Returns its handle: an object with `pid`,
  // `postMessage()` and `kill()`, whose `emit()` is called with the events.
  static v8::Local<v8::Object> Fork(v8::Isolate* isolate, Options options);

  UtilityProcess(const UtilityProcess&) = delete;
  UtilityProcess& operator=(const UtilityProcess&) = delete;
  ~UtilityProcess() override;

 private:
  explicit UtilityProcess(v8::Isolate* isolate);

  void Launch(const Options& options);
  v8::Local<v8::Object> CreateHandle();

  // The calls of script.
  void PostMessage(gin::Arguments* args);
  bool Kill();
  void KillForGood();
  v8::Local<v8::Value> GetPid();

  // mojo::MessageReceiver:
  bool Accept(mojo::Message* message) override;

  void OnLaunched();
  void OnDisconnect();
  void OnExit(int exit_code);
  void ClosePort();
  void Emit(std::vector<v8::Local<v8::Value>> args);

  const raw_ptr<v8::Isolate> isolate_;
  base::Process process_;
  // By Kill().
  bool is_killed_ = false;
  // Script was told of it.
  bool is_launched_ = false;
  // Our ends of the pipes of stdout and stderr, where there are any.
  base::ScopedFD output_[2];
  blink::MessagePortDescriptor port_;
  std::unique_ptr<mojo::Connector> connector_;
  v8::Global<v8::Object> handle_;
  base::WeakPtrFactory<UtilityProcess> weak_factory_{this};
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_NODE_UTILITY_PROCESS_H_
