// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_NODE_UV_PUMP_H_
#define ELECTRON_PORTS_SHELL_NODE_UV_PUMP_H_

#include <atomic>

#include "base/files/scoped_file.h"
#include "base/memory/raw_ptr.h"
#include "base/memory/scoped_refptr.h"
#include "base/memory/weak_ptr.h"
#include "base/task/single_thread_task_runner.h"
#include "uv.h"

namespace node {
class Environment;
}

namespace electron_ports {

// Runs libuv's loop inside //base's, as Electron does: a thread of its own
// waits for the loop's backend and then posts a task that runs the loop once,
// without blocking. It does not own the loop.
class UvPump {
 public:
  explicit UvPump(uv_loop_t* loop);
  UvPump(const UvPump&) = delete;
  UvPump& operator=(const UvPump&) = delete;
  // Joins the thread.
  ~UvPump();

  // Runs the loop once and then whenever it has something to do, in the
  // context of `env`.
  void Start(node::Environment* env);

  // From now on the loop does not run.
  void Stop();

  // Makes the waiting thread look at the loop's timers again. Script calls it,
  // as `process.activateUvLoop()`, after it set one outside of the loop.
  void Wake();

 private:
  static void RunThread(void* pump);
  void WaitForEvents();
  void RunOnce();

  const raw_ptr<uv_loop_t> loop_;
  const scoped_refptr<base::SingleThreadTaskRunner> task_runner_;
  raw_ptr<node::Environment> env_ = nullptr;
  base::ScopedFD epoll_;
  uv_async_t wake_;
  uv_sem_t turn_;
  uv_thread_t thread_;
  std::atomic<bool> stopped_ = false;
  base::WeakPtr<UvPump> weak_this_;
  base::WeakPtrFactory<UvPump> weak_factory_{this};
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_NODE_UV_PUMP_H_
