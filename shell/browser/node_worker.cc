// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/node_worker.h"

#include "base/memory/raw_ptr.h"
#include "base/memory/scoped_refptr.h"
#include "base/task/single_thread_task_runner.h"
#include "base/threading/sequence_local_storage_map.h"
#include "gin/per_isolate_data.h"
#include "gin/public/gin_embedders.h"
#include "shell/common/node_includes.h"
#include "shell/common/uv_loop_task_runner.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

// What a gin::IsolateHolder and a //base thread are elsewhere. Deletes itself
// with Node's environment. What script made lives on until the isolate ends,
// and needs none of this then.
class NodeWorker {
 public:
  explicit NodeWorker(v8::Isolate* isolate)
      : isolate_(isolate),
        task_runner_(base::MakeRefCounted<UvLoopTaskRunner>(
            node::GetCurrentEventLoop(isolate))),
        task_runner_handle_(task_runner_),
        isolate_data_(isolate,
                      isolate->GetArrayBufferAllocator(),
                      gin::IsolateHolder::kSingleThread,
                      task_runner_,
                      nullptr,
                      nullptr) {
    node::AddEnvironmentCleanupHook(
        isolate, [](void* self) { delete static_cast<NodeWorker*>(self); },
        this);
  }
  NodeWorker(const NodeWorker&) = delete;
  NodeWorker& operator=(const NodeWorker&) = delete;

 private:
  ~NodeWorker() {
    isolate_data_.NotifyBeforeDispose();
    isolate_data_.NotifyDisposed();
    isolate_->SetData(gin::kEmbedderNativeGin, nullptr);
    task_runner_->Shutdown();
  }

  const raw_ptr<v8::Isolate> isolate_;
  // Mojo keeps the handles of interfaces with [Sync] methods there, such as
  // blink.mojom.Blob: with a task runner it takes it for given.
  base::internal::SequenceLocalStorageMap local_storage_;
  const base::internal::ScopedSetSequenceLocalStorageMapForCurrentThread
      local_storage_setter_{&local_storage_};
  const scoped_refptr<UvLoopTaskRunner> task_runner_;
  const base::SingleThreadTaskRunner::CurrentDefaultHandle task_runner_handle_;
  gin::PerIsolateData isolate_data_;
};

}  // namespace

void PrepareNodeWorker(v8::Isolate* isolate) {
  if (!gin::PerIsolateData::From(isolate)) {
    new NodeWorker(isolate);
  }
}

}  // namespace electron_ports
