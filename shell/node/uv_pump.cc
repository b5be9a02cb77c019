// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/node/uv_pump.h"

#include <sys/epoll.h>

#include "base/check_op.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "base/posix/eintr_wrapper.h"
#include "shell/common/node_includes.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

UvPump::UvPump(uv_loop_t* loop)
    : loop_(loop),
      task_runner_(base::SingleThreadTaskRunner::GetCurrentDefault()),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  // libuv then interrupts the thread's wait when script adds a handle.
  uv_loop_configure(loop_, UV_LOOP_INTERRUPT_ON_IO_CHANGE);
  // Keeps the loop alive, so that its backend can be waited for.
  CHECK_EQ(uv_async_init(loop_, &wake_, nullptr), 0);
  CHECK_EQ(uv_sem_init(&turn_, 0), 0);
  epoll_event event = {.events = EPOLLIN};
  CHECK_EQ(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, uv_backend_fd(loop_), &event),
           0);
  weak_this_ = weak_factory_.GetWeakPtr();
  CHECK_EQ(uv_thread_create(&thread_, &UvPump::RunThread, this), 0);
}

UvPump::~UvPump() {
  stopped_ = true;
  uv_sem_post(&turn_);
  uv_async_send(&wake_);
  uv_thread_join(&thread_);
  uv_sem_destroy(&turn_);
  uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr);
  uv_run(loop_, UV_RUN_NOWAIT);
}

void UvPump::Start(node::Environment* env) {
  env_ = env;
  RunOnce();
}

void UvPump::Stop() {
  env_ = nullptr;
}

void UvPump::Wake() {
  uv_async_send(&wake_);
}

// static
void UvPump::RunThread(void* data) {
  auto* pump = static_cast<UvPump*>(data);
  while (true) {
    // One wait for each time the loop has run: no other thread may touch its
    // backend meanwhile.
    uv_sem_wait(&pump->turn_);
    if (pump->stopped_) {
      return;
    }
    pump->WaitForEvents();
    if (pump->stopped_) {
      return;
    }
    pump->task_runner_->PostTask(
        FROM_HERE, base::BindOnce(&UvPump::RunOnce, pump->weak_this_));
  }
}

void UvPump::WaitForEvents() {
  epoll_event event;
  HANDLE_EINTR(epoll_wait(epoll_.get(), &event, 1, uv_backend_timeout(loop_)));
}

void UvPump::RunOnce() {
  if (!env_) {
    return;
  }
  {
    v8::HandleScope scope(env_->isolate());
    v8::Context::Scope context_scope(env_->context());
    uv_run(loop_, UV_RUN_NOWAIT);
  }
  uv_sem_post(&turn_);
}

}  // namespace electron_ports
