// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_TEST_BLINK_PAGE_H_
#define ELECTRON_PORTS_SHELL_TEST_BLINK_PAGE_H_

#include <memory>
#include <string>
#include <string_view>

#include "base/functional/callback.h"
#include "mojo/public/cpp/system/message_pipe.h"
#include "shell/common/message_port_data.h"
#include "v8/include/v8-local-handle.h"

namespace electron_ports {

// Blink in this process: its platform, what of its core messages touch, and one
// isolate, entered. Stays as long as the process.
class BlinkProcess {
 public:
  // Binds the receiver of an interface that the browser process implements.
  using Browser =
      base::RepeatingCallback<void(std::string_view interface_name,
                                   mojo::ScopedMessagePipeHandle receiver)>;

  // Needs a task runner, and a thread pool.
  explicit BlinkProcess(Browser browser);
  BlinkProcess(const BlinkProcess&) = delete;
  BlinkProcess& operator=(const BlinkProcess&) = delete;
  ~BlinkProcess() = delete;

  v8::Isolate* isolate() const { return isolate_; }

 private:
  class Platform;

  v8::Isolate* isolate_ = nullptr;
};

// A realm with Blink's own classes of ports, streams and Blobs, as script of a
// document has them, and no document: that takes a compositor, fonts and all.
// Without one Blink calls no listeners of script, so there is a function for
// that: `listen(port, (event) => {})` starts the port and gets all its events.
class BlinkPage {
 public:
  explicit BlinkPage(v8::Isolate* isolate);
  BlinkPage(const BlinkPage&) = delete;
  BlinkPage& operator=(const BlinkPage&) = delete;
  // As a document goes away: its ports close.
  ~BlinkPage();

  // Needs a handle scope.
  v8::Local<v8::Context> context() const;

  // Its own ports are made by its script.
  v8::Local<v8::Value> CreatePort(MessagePortData data);

  // Whether memory may be shared with others of its agent cluster.
  void set_cross_origin_isolated(bool is_isolated);

 private:
  class ExecutionContext;
  struct Realm;

  std::unique_ptr<Realm> realm_;
};

// What the last statement of `source` is, as a string; what it throws as
// `throws NAME: MESSAGE`. Runs the promise jobs of `context`, too.
std::string RunScript(v8::Local<v8::Context> context, std::string_view source);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_TEST_BLINK_PAGE_H_
