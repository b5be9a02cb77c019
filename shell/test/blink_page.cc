// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/test/blink_page.h"

#include <memory>
#include <utility>

#include "base/check.h"
#include "base/memory/scoped_refptr.h"
#include "base/strings/strcat.h"
#include "base/task/current_thread.h"
#include "base/task/single_thread_task_runner.h"
#include "base/task/task_observer.h"
#include "gin/converter.h"
#include "gin/v8_initializer.h"
#include "mojo/public/cpp/bindings/generic_pending_receiver.h"
#include "third_party/blink/public/common/thread_safe_browser_interface_broker_proxy.h"
#include "third_party/blink/public/common/tokens/tokens.h"
#include "third_party/blink/public/platform/browser_interface_broker_proxy.h"
#include "third_party/blink/public/platform/platform.h"
#include "third_party/blink/public/platform/web_runtime_features.h"
#include "third_party/blink/renderer/bindings/core/v8/binding_security.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/script_state_impl.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/serialization/serialized_script_value_factory.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/to_v8_traits.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_blob.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_context_snapshot.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_dom_exception.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_file.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_initializer.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_message_channel.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_message_port.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_readable_stream.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_throw_dom_exception.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_transform_stream.h"  // nogncheck
#include "third_party/blink/renderer/bindings/core/v8/v8_writable_stream.h"  // nogncheck
#include "third_party/blink/renderer/core/dom/events/event.h"  // nogncheck
#include "third_party/blink/renderer/core/dom/events/native_event_listener.h"  // nogncheck
#include "third_party/blink/renderer/core/event_interface_names.h"  // nogncheck
#include "third_party/blink/renderer/core/event_target_names.h"     // nogncheck
#include "third_party/blink/renderer/core/event_type_names.h"       // nogncheck
#include "third_party/blink/renderer/core/execution_context/agent.h"  // nogncheck
#include "third_party/blink/renderer/core/execution_context/execution_context.h"  // nogncheck
#include "third_party/blink/renderer/core/frame/policy_container.h"  // nogncheck
#include "third_party/blink/renderer/core/inspector/console_message.h"  // nogncheck
#include "third_party/blink/renderer/core/inspector/inspector_audits_issue.h"  // nogncheck
#include "third_party/blink/renderer/core/messaging/message_port.h"  // nogncheck
#include "third_party/blink/renderer/core/scheduler/task_attribution_tracker_impl.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/dom_wrapper_world.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/script_state.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/trace_wrapper_v8_reference.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/v8_per_context_data.h"  // nogncheck
#include "third_party/blink/renderer/platform/bindings/v8_per_isolate_data.h"  // nogncheck
#include "third_party/blink/renderer/platform/heap/garbage_collected.h"  // nogncheck
#include "third_party/blink/renderer/platform/heap/persistent.h"    // nogncheck
#include "third_party/blink/renderer/platform/heap/thread_state.h"  // nogncheck
#include "third_party/blink/renderer/platform/scheduler/public/dummy_schedulers.h"  // nogncheck
#include "third_party/blink/renderer/platform/scheduler/public/frame_scheduler.h"  // nogncheck
#include "third_party/blink/renderer/platform/scheduler/public/thread_scheduler.h"  // nogncheck
#include "third_party/blink/renderer/platform/weborigin/kurl.h"  // nogncheck
#include "third_party/blink/renderer/platform/weborigin/security_origin.h"  // nogncheck
#include "third_party/blink/renderer/platform/wtf/text/atomic_string_table.h"  // nogncheck
#include "third_party/blink/renderer/platform/wtf/text/string_impl.h"  // nogncheck
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-object.h"
#include "v8/include/v8-script.h"

namespace electron_ports {

namespace {

// Of any document.
constexpr char kUrl[] = "https://example.com/";

// The browser process as Blink asks for its interfaces.
class BrowserInterfaces final
    : public blink::ThreadSafeBrowserInterfaceBrokerProxy {
 public:
  explicit BrowserInterfaces(BlinkProcess::Browser browser)
      : browser_(std::move(browser)) {}

 private:
  ~BrowserInterfaces() override = default;

  void GetInterfaceImpl(mojo::GenericPendingReceiver receiver) override {
    const std::string name = *receiver.interface_name();
    browser_.Run(name, receiver.PassPipe());
  }

  const BlinkProcess::Browser browser_;
};

// Blink's serializer without what its modules add (VideoFrame and the like).
class CoreValues final : public blink::SerializedScriptValueFactory {};

// What blink::CoreInitializer does, for what messages touch: all of it takes
// fonts and style sheets.
void InitializeCore() {
  using blink::StringImpl;
  const unsigned names = blink::event_interface_names::kNamesCount +
                         blink::event_target_names::kNamesCount +
                         blink::event_type_names::kNamesCount;
  StringImpl::ReserveStaticStringsCapacityForSize(
      names + StringImpl::AllStaticStrings().size());
  blink::AtomicStringTable::Instance().ReserveCapacity(names);
  blink::event_interface_names::Init();
  blink::event_target_names::Init();
  blink::event_type_names::Init();
  StringImpl::FreezeStaticStrings();
  blink::V8ThrowDOMException::Init();
  blink::BindingSecurity::Init();
  blink::ScriptStateImpl::Init();
  blink::SerializedScriptValueFactory::Initialize(new CoreValues());
}

// Calls a function of script.
class Listener final : public blink::NativeEventListener {
 public:
  Listener(blink::ScriptState* script_state, v8::Local<v8::Function> function)
      : script_state_(script_state),
        function_(script_state->GetIsolate(), function) {}

  void Invoke(blink::ExecutionContext*, blink::Event* event) override {
    v8::Isolate* isolate = script_state_->GetIsolate();
    blink::ScriptState::Scope scope(script_state_);
    v8::Local<v8::Context> context = script_state_->GetContext();
    v8::MicrotasksScope microtasks(context,
                                   v8::MicrotasksScope::kRunMicrotasks);
    v8::TryCatch try_catch(isolate);
    v8::Local<v8::Value> argument =
        blink::ToV8Traits<blink::Event>::ToV8(script_state_, event);
    CHECK(!function_.Get(isolate)
               ->Call(context, v8::Undefined(isolate), 1, &argument)
               .IsEmpty());
  }

  void Trace(blink::Visitor* visitor) const override {
    visitor->Trace(script_state_);
    visitor->Trace(function_);
    NativeEventListener::Trace(visitor);
  }

 private:
  const blink::Member<blink::ScriptState> script_state_;
  const blink::TraceWrapperV8Reference<v8::Function> function_;
};

void Listen(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  auto* port = blink::V8MessagePort::ToWrappable(isolate, info[0]);
  CHECK(port && info[1]->IsFunction());
  auto* listener = blink::MakeGarbageCollected<Listener>(
      blink::ScriptState::From(isolate, isolate->GetCurrentContext()),
      info[1].As<v8::Function>());
  for (const blink::AtomicString& type :
       {blink::event_type_names::kMessage,
        blink::event_type_names::kMessageerror,
        blink::event_type_names::kClose}) {
    port->addEventListener(type, listener);
  }
  port->start();
}

}  // namespace

class BlinkProcess::Platform final : public blink::Platform {
 public:
  explicit Platform(Browser browser)
      : interfaces_(
            base::MakeRefCounted<BrowserInterfaces>(std::move(browser))) {}

 private:
  blink::ThreadSafeBrowserInterfaceBrokerProxy* GetBrowserInterfaceBroker()
      override {
    return interfaces_.get();
  }

  const scoped_refptr<BrowserInterfaces> interfaces_;
};

BlinkProcess::BlinkProcess(Browser browser) {
  // As Electron's renderers have it.
  blink::WebRuntimeFeatures::EnableFeatureFromString("MessagePortCloseEvent",
                                                     true);
  // Never deleted, as Blink wants it.
  blink::Platform::CreateMainThreadAndInitialize(
      new Platform(std::move(browser)));
  // Blobs ask for it from other threads.
  blink::scheduler::SetMainThreadTaskRunnerForTesting();
  InitializeCore();
#ifdef V8_USE_EXTERNAL_STARTUP_DATA
  gin::V8Initializer::LoadV8Snapshot();
#endif
  blink::V8ContextSnapshot::SetEnsureInterfaceTemplatesFunc(
      [](v8::Isolate*) {});
  blink::V8Initializer::InitializeIsolateHolder(nullptr, "--expose-gc");
  blink::V8PerIsolateData::SetTaskAttributionTrackerFactory(
      &blink::scheduler::TaskAttributionTrackerImpl::Create);
  const auto tasks = base::SingleThreadTaskRunner::GetCurrentDefault();
  isolate_ = blink::V8PerIsolateData::Initialize(
      tasks, tasks, tasks,
      blink::V8PerIsolateData::V8ContextSnapshotMode::kDontUseSnapshot, nullptr,
      nullptr, blink::ThreadState::Current()->ReleaseCppHeap());
  blink::ThreadScheduler::Current()->SetV8Isolate(isolate_);
  blink::V8Initializer::InitializeV8Common(isolate_);
  // It is placed inside V8's sandbox.
  blink::Partitions::InitializeArrayBufferPartition();
}

class BlinkPage::ExecutionContext final
    : public blink::GarbageCollected<BlinkPage::ExecutionContext>,
      public blink::ExecutionContext {
 public:
  ExecutionContext(v8::Isolate* isolate, blink::Agent* agent)
      : blink::ExecutionContext(isolate, agent),
        url_(kUrl),
        scheduler_(blink::scheduler::CreateDummyFrameScheduler(isolate)) {
    SetPolicyContainer(blink::PolicyContainer::CreateEmpty());
    GetSecurityContext().SetSecurityOrigin(blink::SecurityOrigin::Create(url_));
  }

  void set_cross_origin_isolated(bool is_isolated) {
    is_cross_origin_isolated_ = is_isolated;
  }

  // blink::ExecutionContext:
  // Blink gives ports to some realms only; this is the one that nothing in its
  // core takes for a class of its own.
  bool IsAudioWorkletGlobalScope() const override { return true; }
  const blink::KURL& Url() const override { return url_; }
  const blink::KURL& BaseURL() const override { return url_; }
  blink::KURL CompleteURL(const blink::String&) const override { return url_; }
  void DisableEval(const blink::String&) override {}
  void SetWasmEvalErrorMessage(const blink::String&) override {}
  blink::String UserAgent() const override { return {}; }
  blink::HttpsState GetHttpsState() const override {
    return blink::CalculateHttpsState(GetSecurityOrigin());
  }
  blink::ResourceFetcher* Fetcher() override { return nullptr; }
  void ExceptionThrown(blink::ErrorEvent*) override {}
  void AddInspectorIssue(blink::AuditsIssue) override {}
  blink::EventTarget* ErrorEventTarget() override { return nullptr; }
  blink::FrameOrWorkerScheduler* GetScheduler() override {
    return scheduler_.get();
  }
  scoped_refptr<base::SingleThreadTaskRunner> GetTaskRunner(
      blink::TaskType type) override {
    return scheduler_->GetTaskRunner(type);
  }
  bool CrossOriginIsolatedCapability() const override {
    return is_cross_origin_isolated_;
  }
  bool IsIsolatedContext() const override { return false; }
  ukm::UkmRecorder* UkmRecorder() override { return nullptr; }
  ukm::SourceId UkmSourceID() const override { return ukm::kInvalidSourceId; }
  blink::ExecutionContextToken GetExecutionContextToken() const override {
    return token_;
  }
  const blink::BrowserInterfaceBrokerProxy& GetBrowserInterfaceBroker()
      const override {
    return blink::GetEmptyBrowserInterfaceBroker();
  }
  void CountUse(blink::mojom::WebFeature) override {}
  void CountDeprecation(blink::mojom::WebFeature) override {}
  void CountWebDXFeature(blink::mojom::blink::WebDXFeature) override {}
  void AddConsoleMessageImpl(blink::ConsoleMessage*, bool) override {}

 private:
  const blink::KURL url_;
  const std::unique_ptr<blink::FrameScheduler> scheduler_;
  const blink::LocalFrameToken token_;
  bool is_cross_origin_isolated_ = false;
};

struct BlinkPage::Realm final : base::TaskObserver {
  Realm() { base::CurrentThread::Get()->AddTaskObserver(this); }
  ~Realm() override { base::CurrentThread::Get()->RemoveTaskObserver(this); }

  // As a renderer's scheduler does it after each task.
  void WillProcessTask(const base::PendingTask&, bool) override {}
  void DidProcessTask(const base::PendingTask&) override {
    execution_context->GetAgent()->PerformMicrotaskCheckpoint();
  }

  blink::Persistent<ExecutionContext> execution_context;
  blink::Persistent<blink::ScriptState> script_state;
};

BlinkPage::BlinkPage(v8::Isolate* isolate) : realm_(std::make_unique<Realm>()) {
  auto* agent = blink::MakeGarbageCollected<blink::Agent>(
      isolate, base::UnguessableToken::Create(),
      blink::Agent::AgentType::kDocument,
      v8::MicrotaskQueue::New(isolate, v8::MicrotasksPolicy::kScoped));
  realm_->execution_context =
      blink::MakeGarbageCollected<ExecutionContext>(isolate, agent);
  v8::HandleScope handles(isolate);
  v8::Local<v8::Context> context = v8::Context::New(
      isolate, nullptr, {}, {}, {}, agent->event_loop()->microtask_queue());
  agent->AttachContext(realm_->execution_context);
  realm_->script_state = blink::ScriptState::Create(
      context, &blink::DOMWrapperWorld::MainWorld(isolate),
      realm_->execution_context);

  v8::Context::Scope scope(context);
  for (const blink::WrapperTypeInfo* type :
       {blink::V8Blob::GetWrapperTypeInfo(),
        blink::V8DOMException::GetWrapperTypeInfo(),
        blink::V8File::GetWrapperTypeInfo(),
        blink::V8MessageChannel::GetWrapperTypeInfo(),
        blink::V8MessagePort::GetWrapperTypeInfo(),
        blink::V8ReadableStream::GetWrapperTypeInfo(),
        blink::V8TransformStream::GetWrapperTypeInfo(),
        blink::V8WritableStream::GetWrapperTypeInfo()}) {
    context->Global()
        ->Set(context, gin::StringToV8(isolate, type->interface_name),
              realm_->script_state->PerContextData()->ConstructorForType(type))
        .Check();
  }
  context->Global()
      ->Set(context, gin::StringToV8(isolate, "listen"),
            v8::Function::New(context, &Listen).ToLocalChecked())
      .Check();
}

BlinkPage::~BlinkPage() {
  realm_->execution_context->NotifyContextDestroyed();
  realm_->execution_context->GetAgent()->DetachContext(
      realm_->execution_context);
  realm_->script_state->DisposePerContextData();
}

v8::Local<v8::Context> BlinkPage::context() const {
  return realm_->script_state->GetContext();
}

v8::Local<v8::Value> BlinkPage::CreatePort(MessagePortData data) {
  v8::Context::Scope scope(context());
  auto* port = blink::MakeGarbageCollected<blink::MessagePort>(
      *realm_->execution_context);
  port->Entangle(data.TakeDescriptor(), nullptr);
  return blink::ToV8Traits<blink::MessagePort>::ToV8(realm_->script_state,
                                                     port);
}

void BlinkPage::set_cross_origin_isolated(bool is_isolated) {
  realm_->execution_context->set_cross_origin_isolated(is_isolated);
}

std::string RunScript(v8::Local<v8::Context> context, std::string_view source) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Context::Scope scope(context);
  v8::MicrotasksScope microtasks(context, v8::MicrotasksScope::kRunMicrotasks);
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> value;
  v8::Local<v8::String> text;
  if (v8::Script::Compile(context, gin::StringToV8(isolate, source))
          .ToLocal(&script) &&
      script->Run(context).ToLocal(&value) &&
      value->ToString(context).ToLocal(&text)) {
    return gin::V8ToString(isolate, text);
  }
  // An Error, and what Blink throws, have the two.
  v8::Local<v8::Value> exception = try_catch.Exception();
  const auto get = [&](std::string_view name) {
    v8::Local<v8::Value> member;
    return exception->IsObject() &&
                   exception.As<v8::Object>()
                       ->Get(context, gin::StringToV8(isolate, name))
                       .ToLocal(&member)
               ? gin::V8ToString(isolate, member)
               : std::string();
  };
  return base::StrCat({"throws ", get("name"), ": ", get("message")});
}

}  // namespace electron_ports
