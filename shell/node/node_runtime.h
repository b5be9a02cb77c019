// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_NODE_NODE_RUNTIME_H_
#define ELECTRON_PORTS_SHELL_NODE_NODE_RUNTIME_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/functional/callback.h"
#include "base/memory/raw_ptr.h"
#include "gin/public/isolate_holder.h"
#include "shell/node/uv_pump.h"

namespace node {
class Environment;
class IsolateData;
class MultiIsolatePlatform;
}  // namespace node

namespace electron_ports {

// Node.js in this process, set up the way Electron sets it up: V8 on Node's
// platform, gin's isolate, libuv inside //base's loop, promise jobs after every
// task. Made once, on the main thread.
class NodeRuntime {
 public:
  struct Options {
    // `browser` or `utility`, as `process.type` says it.
    std::string type;
    // `process.argv`, the program included.
    std::vector<std::string> args;
    std::vector<std::string> exec_args;
    // A module of Node's own name space that runs first.
    std::string init_script;
    std::string js_flags;
  };

  explicit NodeRuntime(const Options& options);
  NodeRuntime(const NodeRuntime&) = delete;
  NodeRuntime& operator=(const NodeRuntime&) = delete;
  // Ends the environment, then the isolate.
  ~NodeRuntime();

  // Runs the init script, and from then on libuv.
  void Load();

  v8::Isolate* isolate() const { return holder_->isolate(); }
  node::Environment* env() const { return env_; }

 private:
  class MicrotasksRunner;

  std::unique_ptr<node::MultiIsolatePlatform> platform_;
  std::unique_ptr<gin::IsolateHolder> holder_;
  std::unique_ptr<UvPump> pump_;
  std::unique_ptr<MicrotasksRunner> microtasks_runner_;
  raw_ptr<node::IsolateData, DisableDanglingPtrDetection> isolate_data_ =
      nullptr;
  raw_ptr<node::Environment, DisableDanglingPtrDetection> env_ = nullptr;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_NODE_NODE_RUNTIME_H_
