// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/uv_loop_task_runner.h"

#include <memory>
#include <utility>

#include "base/check.h"
#include "base/check_op.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "base/task/thread_pool.h"
#include "base/time/time.h"
#include "uv.h"

namespace electron_ports {

UvLoopTaskRunner::UvLoopTaskRunner(uv_loop_s* loop) {
  auto wake = std::make_unique<uv_async_t>();
  CHECK_EQ(uv_async_init(loop, wake.get(), &UvLoopTaskRunner::OnWake), 0);
  uv_unref(reinterpret_cast<uv_handle_t*>(wake.get()));
  wake->data = this;
  base::AutoLock lock(lock_);
  wake_ = wake.release();
}

UvLoopTaskRunner::~UvLoopTaskRunner() = default;

void UvLoopTaskRunner::Shutdown() {
  DCHECK(RunsTasksInCurrentSequence());
  Tasks dropped;
  uv_async_t* wake;
  {
    base::AutoLock lock(lock_);
    dropped.swap(tasks_);
    wake = wake_.ExtractAsDangling();
  }
  uv_close(reinterpret_cast<uv_handle_t*>(wake), [](uv_handle_t* handle) {
    delete reinterpret_cast<uv_async_t*>(handle);
  });
}

bool UvLoopTaskRunner::PostDelayedTask(const base::Location& from_here,
                                       base::OnceClosure task,
                                       base::TimeDelta delay) {
  if (delay.is_positive()) {
    return base::ThreadPool::PostDelayedTask(
        from_here,
        base::BindOnce(base::IgnoreResult(&UvLoopTaskRunner::PostDelayedTask),
                       base::WrapRefCounted(this), from_here, std::move(task),
                       base::TimeDelta()),
        delay);
  }
  // What is not taken is deleted after the lock is free again, as it may post
  // in turn.
  base::AutoLock lock(lock_);
  if (!wake_) {
    return false;
  }
  tasks_.push_back(std::move(task));
  uv_async_send(wake_);
  return true;
}

bool UvLoopTaskRunner::PostNonNestableDelayedTask(
    const base::Location& from_here,
    base::OnceClosure task,
    base::TimeDelta delay) {
  return PostDelayedTask(from_here, std::move(task), delay);
}

bool UvLoopTaskRunner::RunsTasksInCurrentSequence() const {
  return thread_ == base::PlatformThread::CurrentRef();
}

// static
void UvLoopTaskRunner::OnWake(uv_async_s* wake) {
  // A task may be the last that refers to this one.
  base::WrapRefCounted(static_cast<UvLoopTaskRunner*>(wake->data))->RunTasks();
}

void UvLoopTaskRunner::RunTasks() {
  // Those that are posted meanwhile come the next time, after what else the
  // loop has to do.
  Tasks tasks;
  {
    base::AutoLock lock(lock_);
    tasks.swap(tasks_);
  }
  for (base::OnceClosure& task : tasks) {
    std::move(task).Run();
  }
}

}  // namespace electron_ports
