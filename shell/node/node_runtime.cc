// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/node/node_runtime.h"

#include <utility>

#include "base/check.h"
#include "base/check_op.h"
#include "base/functional/bind.h"
#include "base/logging.h"
#include "base/process/process.h"
#include "base/task/current_thread.h"
#include "base/task/single_thread_task_runner.h"
#include "base/task/task_observer.h"
#include "gin/array_buffer.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "gin/per_isolate_data.h"
#include "gin/public/v8_platform.h"
#include "gin/v8_initializer.h"
#include "shell/common/node_includes.h"
#include "shell/node/bindings.h"
#include "third_party/electron_node/src/module_wrap.h"
#include "v8/include/v8-initialization.h"

namespace electron_ports {

namespace {

// More would only wait for the two or four cores of a test machine.
constexpr int kPlatformThreads = 3;

void InitializeNode(const NodeRuntime::Options& options) {
  // V8 and cppgc are set up here, as in Electron.
  uint64_t flags =
      node::ProcessInitializationFlags::kNoInitializeCppgc |
      node::ProcessInitializationFlags::kNoInitializeV8 |
      node::ProcessInitializationFlags::kNoInitializeNodeV8Platform;
  if (options.type == "browser") {
    flags |= node::ProcessInitializationFlags::kEnableStdioInheritance;
  }
  node::per_process::cli_options->disable_wasm_trap_handler = true;
  std::vector<std::string> args = {options.args[0]};
  args.insert(args.end(), options.exec_args.begin(), options.exec_args.end());
  const std::shared_ptr<node::InitializationResult> result =
      node::InitializeOncePerProcess(
          args, static_cast<node::ProcessInitializationFlags::Flags>(flags));
  for (const std::string& error : result->errors()) {
    LOG(ERROR) << error;
  }
  if (result->early_return()) {
    base::Process::TerminateCurrentProcessImmediately(
        static_cast<int>(result->exit_code()));
  }
}

}  // namespace

// Promise jobs and ticks after every task, as Electron's has it.
class NodeRuntime::MicrotasksRunner : public base::TaskObserver {
 public:
  explicit MicrotasksRunner(v8::Isolate* isolate) : isolate_(isolate) {
    base::CurrentThread::Get()->AddTaskObserver(this);
  }
  ~MicrotasksRunner() override {
    base::CurrentThread::Get()->RemoveTaskObserver(this);
  }

  // base::TaskObserver:
  void WillProcessTask(const base::PendingTask& task,
                       bool was_blocked_or_low_priority) override {}
  void DidProcessTask(const base::PendingTask& task) override {
    v8::HandleScope scope(isolate_);
    node::CallbackScope callback_scope(isolate_, v8::Object::New(isolate_),
                                       {0, 0});
  }

 private:
  const raw_ptr<v8::Isolate> isolate_;
};

NodeRuntime::NodeRuntime(const Options& options) {
  const std::string js_flags =
      "--no-freeze-flags-after-init " + options.js_flags;
  v8::V8::SetFlagsFromString(js_flags.c_str(), js_flags.size());
#ifdef V8_USE_EXTERNAL_STARTUP_DATA
  gin::V8Initializer::LoadV8Snapshot();
#endif
  platform_ = node::MultiIsolatePlatform::Create(
      kPlatformThreads, /*tracing_controller=*/nullptr,
      gin::V8Platform::Get()->GetPageAllocator());
  v8::V8::InitializePlatform(platform_.get());
  gin::IsolateHolder::Initialize(gin::IsolateHolder::kNonStrictMode,
                                 gin::ArrayBufferAllocator::SharedInstance(),
                                 /*reference_table=*/nullptr, js_flags,
                                 /*disallow_v8_feature_flag_overrides=*/false,
                                 /*fatal_error_callback=*/nullptr,
                                 /*oom_error_callback=*/nullptr,
                                 /*create_v8_platform=*/false);

  uv_loop_t* const loop = uv_default_loop();
  pump_ = std::make_unique<UvPump>(loop);
  v8::Isolate* const allocated = v8::Isolate::Allocate();
  platform_->RegisterIsolate(allocated, loop);
  holder_ = std::make_unique<gin::IsolateHolder>(
      base::SingleThreadTaskRunner::GetCurrentDefault(),
      gin::IsolateHolder::kSingleThread,
      gin::IsolateHolder::IsolateType::kUtility,
      gin::IsolateHolder::getDefaultIsolateParams(),
      gin::IsolateHolder::IsolateCreationMode::kNormal, nullptr, nullptr,
      allocated);
  isolate()->Enter();

  v8::HandleScope scope(isolate());
  v8::Local<v8::Context> context = node::NewContext(isolate());
  context->Enter();
  RegisterBindings();
  InitializeNode(options);

  isolate_data_ = node::CreateIsolateData(isolate(), loop, platform_.get());
  std::vector<std::string> args = options.args;
  args.insert(args.begin() + 1, options.init_script);
  env_ = node::CreateEnvironment(
      isolate_data_, context, args, options.exec_args,
      static_cast<node::EnvironmentFlags::Flags>(
          node::EnvironmentFlags::kDefaultFlags |
          node::EnvironmentFlags::kNoGlobalSearchPaths |
          node::EnvironmentFlags::kNoRegisterESMLoader));
  CHECK(env_);

  node::IsolateSettings settings;
  settings.policy = v8::MicrotasksPolicy::kExplicit;
  settings.should_abort_on_uncaught_exception_callback = [](v8::Isolate*) {
    return false;
  };
  node::SetIsolateUpForNode(isolate(), settings);
  isolate()->SetHostImportModuleDynamicallyCallback(
      [](v8::Local<v8::Context> context, v8::Local<v8::Data> options,
         v8::Local<v8::Value> referrer, v8::Local<v8::String> specifier,
         v8::Local<v8::FixedArray> attributes) {
        return node::loader::ImportModuleDynamicallyWithPhase(
            context, options, referrer, specifier,
            v8::ModuleImportPhase::kEvaluation, attributes);
      });
  isolate()->SetHostInitializeImportMetaObjectCallback(
      node::loader::ModuleWrap::HostInitializeImportMetaObjectCallback);
  // Electron warns of a rejection that nothing handles, and goes on.
  env_->options()->unhandled_rejections = "warn-with-error-code";

  v8::Local<v8::Object> process = env_->process_object();
  process
      ->Set(context, gin::StringToSymbol(isolate(), "type"),
            gin::StringToV8(isolate(), options.type))
      .Check();
  process
      ->Set(context, gin::StringToSymbol(isolate(), "activateUvLoop"),
            gin::CreateFunctionTemplate(
                isolate(), base::BindRepeating(&UvPump::Wake,
                                               base::Unretained(pump_.get())))
                ->GetFunction(context)
                .ToLocalChecked())
      .Check();
}

NodeRuntime::~NodeRuntime() {
  pump_->Stop();
  // The same order as Electron's: no script after this, then the environment,
  // then the isolate.
  holder_->WillDestroyMicrotasksRunner();
  gin::PerIsolateData::From(isolate())->NotifyBeforeMicrotasksRunnerDispose();
  microtasks_runner_.reset();
  {
    v8::HandleScope scope(isolate());
    node::Stop(env_, node::StopFlags::kDoNotTerminateIsolate);
    // What env_->context() gives is a slot that goes with the environment.
    v8::Local<v8::Context> context = isolate()->GetCurrentContext();
    node::FreeEnvironment(env_.ExtractAsDangling());
    node::FreeIsolateData(isolate_data_.ExtractAsDangling());
    context->Exit();
  }
  v8::Isolate* const isolate = this->isolate();
  isolate->Exit();
  pump_.reset();
  holder_.reset();
  platform_->UnregisterIsolate(isolate);
  node::TearDownOncePerProcess();
}

void NodeRuntime::Load() {
  v8::HandleScope scope(isolate());
  holder_->WillCreateMicrotasksRunner();
  microtasks_runner_ = std::make_unique<MicrotasksRunner>(isolate());
  node::LoadEnvironment(env_, node::StartExecutionCallback{});
  pump_->Start(env_);
}

}  // namespace electron_ports
