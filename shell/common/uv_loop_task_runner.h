// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_UV_LOOP_TASK_RUNNER_H_
#define ELECTRON_PORTS_SHELL_COMMON_UV_LOOP_TASK_RUNNER_H_

#include "base/containers/circular_deque.h"
#include "base/memory/raw_ptr.h"
#include "base/synchronization/lock.h"
#include "base/task/single_thread_task_runner.h"
#include "base/thread_annotations.h"
#include "base/threading/platform_thread.h"

struct uv_async_s;
struct uv_loop_s;

namespace electron_ports {

// Runs //base's tasks on a thread whose loop is libuv's: on a worker thread of
// Node's, where Mojo needs a task runner. Keeps the loop from ending no more
// than a timer would that was unref()ed.
class UvLoopTaskRunner final : public base::SingleThreadTaskRunner {
 public:
  // On the thread of `loop`.
  explicit UvLoopTaskRunner(uv_loop_s* loop);
  UvLoopTaskRunner(const UvLoopTaskRunner&) = delete;
  UvLoopTaskRunner& operator=(const UvLoopTaskRunner&) = delete;

  // The end, to be called on the thread before its loop ends; the loop has to
  // run once more after that. Tasks that wait are dropped, and so are later
  // ones.
  void Shutdown();

  // base::SingleThreadTaskRunner:
  bool PostDelayedTask(const base::Location& from_here,
                       base::OnceClosure task,
                       base::TimeDelta delay) override;
  bool PostNonNestableDelayedTask(const base::Location& from_here,
                                  base::OnceClosure task,
                                  base::TimeDelta delay) override;
  bool RunsTasksInCurrentSequence() const override;

 private:
  using Tasks = base::circular_deque<base::OnceClosure>;

  ~UvLoopTaskRunner() override;

  static void OnWake(uv_async_s* wake);
  void RunTasks();

  const base::PlatformThreadRef thread_ = base::PlatformThread::CurrentRef();
  base::Lock lock_;
  Tasks tasks_ GUARDED_BY(lock_);
  // Wakes the loop. Null once there is no loop. Deleted when libuv has closed
  // it.
  raw_ptr<uv_async_s> wake_ GUARDED_BY(lock_) = nullptr;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_UV_LOOP_TASK_RUNNER_H_
