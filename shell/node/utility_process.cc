// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/node/utility_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "base/check_op.h"
#include "base/command_line.h"
#include "base/files/file_util.h"
#include "base/files/scoped_file.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "base/posix/eintr_wrapper.h"
#include "base/process/launch.h"
#include "base/strings/string_util.h"
#include "base/task/single_thread_task_runner.h"
#include "base/task/thread_pool.h"
#include "base/time/time.h"
#include "gin/arguments.h"
#include "gin/converter.h"
#include "gin/dictionary.h"
#include "gin/function_template.h"
#include "mojo/public/cpp/platform/platform_channel.h"
#include "mojo/public/cpp/system/invitation.h"
#include "shell/browser/post_message.h"
#include "shell/common/node_includes.h"
#include "shell/common/port_message_wire.h"
#include "shell/node/node_process.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

constexpr base::TimeDelta kPatienceForEnd = base::Seconds(2);

// Waits until the process has ended. A signal counts as its number.
int WaitForExit(pid_t pid) {
  int status = 0;
  CHECK_EQ(HANDLE_EINTR(waitpid(pid, &status, 0)), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
}

v8::Local<v8::Value> ForkFromScript(v8::Isolate* isolate,
                                    v8::Local<v8::Object> params) {
  gin::Dictionary dictionary(isolate, params);
  UtilityProcess::Options options;
  dictionary.Get("modulePath", &options.script);
  dictionary.Get("args", &options.args);
  v8::Local<v8::Object> fork_options;
  dictionary.Get("options", &fork_options);
  gin::Dictionary details(isolate, fork_options);
  details.Get("execArgv", &options.exec_args);
  std::string folder;
  if (details.Get("cwd", &folder)) {
    options.current_directory = base::FilePath(folder);
  }
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Object> environment;
  if (details.Get("env", &environment)) {
    options.clear_environment = true;
    // Of a Proxy, or with a getter, it is what script makes of it.
    v8::Local<v8::Array> names;
    if (!environment->GetOwnPropertyNames(context).ToLocal(&names)) {
      return v8::Undefined(isolate);
    }
    for (uint32_t i = 0; i < names->Length(); ++i) {
      std::string name;
      std::string text;
      v8::Local<v8::Value> key;
      v8::Local<v8::Value> value;
      if (!names->Get(context, i).ToLocal(&key) ||
          !environment->Get(context, key).ToLocal(&value)) {
        return v8::Undefined(isolate);
      }
      if (gin::ConvertFromV8(isolate, key, &name) &&
          gin::ConvertFromV8(isolate, value, &text)) {
        options.environment[name] = text;
      }
    }
  }
  std::vector<std::string> stdio;
  if (details.Get("stdio", &stdio) && stdio.size() >= 3) {
    options.stdio[0] = stdio[1];
    options.stdio[1] = stdio[2];
  }
  return UtilityProcess::Fork(isolate, std::move(options));
}

void Initialize(v8::Local<v8::Object> exports,
                v8::Local<v8::Value> unused,
                v8::Local<v8::Context> context,
                void* priv) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  exports
      ->Set(context, gin::StringToSymbol(isolate, "_fork"),
            gin::CreateFunctionTemplate(isolate,
                                        base::BindRepeating(&ForkFromScript))
                ->GetFunction(context)
                .ToLocalChecked())
      .Check();
}

}  // namespace

// static
v8::Local<v8::Object> UtilityProcess::Fork(v8::Isolate* isolate,
                                           Options options) {
  auto* process = new UtilityProcess(isolate);
  process->Launch(options);
  return process->CreateHandle();
}

UtilityProcess::UtilityProcess(v8::Isolate* isolate) : isolate_(isolate) {}

UtilityProcess::~UtilityProcess() {
  ClosePort();
}

void UtilityProcess::Launch(const Options& options) {
  base::CommandLine command(
      base::CommandLine::ForCurrentProcess()->GetProgram());
  command.AppendSwitchASCII(kTypeSwitch, kUtilityType);
  command.AppendSwitchASCII(
      kJsFlagsSwitch,
      base::CommandLine::ForCurrentProcess()->GetSwitchValueASCII(
          kJsFlagsSwitch));
  command.AppendSwitchASCII(kExecArgsSwitch,
                            base::JoinString(options.exec_args, "\x1f"));
  mojo::PlatformChannel channel;
  mojo::OutgoingInvitation invitation;
  port_.InitializeFromSerializedValues(
      invitation.AttachMessagePipe(kParentPortPipe),
      base::UnguessableToken::Create(), 1);
  base::LaunchOptions launch;
  launch.current_directory = options.current_directory;
  launch.environment = options.environment;
  launch.clear_environment = options.clear_environment;
  channel.PrepareToPassRemoteEndpoint(&launch, &command);
  // Positional, and last: Node's and the script's own switches stay theirs.
  std::vector<std::string> argv = command.argv();
  argv.push_back(options.script);
  argv.insert(argv.end(), options.args.begin(), options.args.end());

  base::ScopedFD for_child[2];
  for (int i : {0, 1}) {
    int ends[2];
    if (options.stdio[i] == "pipe") {
      CHECK_EQ(pipe2(ends, O_CLOEXEC), 0);
      output_[i].reset(ends[0]);
      for_child[i].reset(ends[1]);
    } else if (options.stdio[i] == "ignore") {
      for_child[i].reset(open("/dev/null", O_WRONLY | O_CLOEXEC));
    } else {
      continue;
    }
    launch.fds_to_remap.emplace_back(for_child[i].get(), STDOUT_FILENO + i);
  }
  // A child could say no better that it can't go there.
  if (options.current_directory.empty() ||
      base::DirectoryExists(options.current_directory)) {
    process_ = base::LaunchProcess(argv, launch);
  }
  channel.RemoteProcessLaunchAttempted();

  connector_ = std::make_unique<mojo::Connector>(
      port_.TakeHandleToEntangleWithEmbedder(),
      mojo::Connector::SINGLE_THREADED_SEND,
      base::SingleThreadTaskRunner::GetCurrentDefault());
  connector_->set_incoming_receiver(this);
  connector_->set_connection_error_handler(base::BindOnce(
      &UtilityProcess::OnDisconnect, weak_factory_.GetWeakPtr()));
  if (process_.IsValid()) {
    mojo::OutgoingInvitation::Send(std::move(invitation), process_.Handle(),
                                   channel.TakeLocalEndpoint());
  }
  base::SingleThreadTaskRunner::GetCurrentDefault()->PostTask(
      FROM_HERE,
      base::BindOnce(&UtilityProcess::OnLaunched, weak_factory_.GetWeakPtr()));
}

v8::Local<v8::Object> UtilityProcess::CreateHandle() {
  v8::Local<v8::Context> context = isolate_->GetCurrentContext();
  v8::Local<v8::Object> handle = v8::Object::New(isolate_);
  const auto function = [&](auto method) {
    return gin::CreateFunctionTemplate(
               isolate_,
               base::BindRepeating(method, weak_factory_.GetWeakPtr()))
        ->GetFunction(context)
        .ToLocalChecked();
  };
  handle
      ->Set(context, gin::StringToSymbol(isolate_, "postMessage"),
            gin::CreateFunctionTemplate(
                isolate_, base::BindRepeating(&UtilityProcess::PostMessage,
                                              weak_factory_.GetWeakPtr()))
                ->GetFunction(context)
                .ToLocalChecked())
      .Check();
  // These have a result, which a weak pointer can't give once it is null.
  handle
      ->Set(context, gin::StringToSymbol(isolate_, "kill"),
            gin::CreateFunctionTemplate(
                isolate_, base::BindRepeating(
                              [](base::WeakPtr<UtilityProcess> process) {
                                return process && process->Kill();
                              },
                              weak_factory_.GetWeakPtr()))
                ->GetFunction(context)
                .ToLocalChecked())
      .Check();
  handle->SetAccessorProperty(
      gin::StringToSymbol(isolate_, "pid"),
      gin::CreateFunctionTemplate(
          isolate_, base::BindRepeating(
                        [](base::WeakPtr<UtilityProcess> process,
                           v8::Isolate* isolate) -> v8::Local<v8::Value> {
                          if (!process) {
                            return v8::Undefined(isolate);
                          }
                          return process->GetPid();
                        },
                        weak_factory_.GetWeakPtr()))
          ->GetFunction(context)
          .ToLocalChecked());
  handle_.Reset(isolate_, handle);
  return handle;
}

void UtilityProcess::PostMessage(gin::Arguments* args) {
  if (!connector_) {
    return;
  }
  std::optional<PortMessage> prepared = PreparePostMessage(
      args, /*source=*/nullptr, [this] { return connector_ != nullptr; });
  // A stream in it may have ended the process just now.
  if (!prepared || !connector_) {
    return;
  }
  mojo::Message message = ToMojoMessage(std::move(*prepared));
  connector_->Accept(&message);
}

bool UtilityProcess::Kill() {
  if (!process_.IsValid() || !process_.Terminate(0, /*wait=*/false)) {
    return false;
  }
  // As base::EnsureProcessTerminated() does, which would reap it, too.
  if (!is_killed_) {
    base::SingleThreadTaskRunner::GetCurrentDefault()->PostDelayedTask(
        FROM_HERE,
        base::BindOnce(&UtilityProcess::KillForGood,
                       weak_factory_.GetWeakPtr()),
        kPatienceForEnd);
  }
  is_killed_ = true;
  return true;
}

void UtilityProcess::KillForGood() {
  if (process_.IsValid()) {
    kill(process_.Pid(), SIGKILL);
  }
}

v8::Local<v8::Value> UtilityProcess::GetPid() {
  return is_launched_ && process_.IsValid()
             ? v8::Integer::New(isolate_, process_.Pid()).As<v8::Value>()
             : v8::Undefined(isolate_).As<v8::Value>();
}

bool UtilityProcess::Accept(mojo::Message* mojo_message) {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context =
      node::Environment::GetCurrent(isolate_)->context();
  v8::Context::Scope context_scope(context);
  v8::Local<v8::Value> data;
  v8::Local<v8::Value> event;
  if (ReadProcessMessage(isolate_, mojo_message, &data, &event)) {
    Emit({gin::StringToV8(isolate_, "message"), data, event});
  } else {
    Emit({gin::StringToV8(isolate_, "messageerror")});
  }
  return true;
}

void UtilityProcess::OnLaunched() {
  v8::HandleScope scope(isolate_);
  if (!process_.IsValid()) {
    OnExit(1);
    return;
  }
  static constexpr const char* kNames[] = {"stdout", "stderr"};
  for (int i : {0, 1}) {
    if (output_[i].is_valid()) {
      Emit({gin::StringToV8(isolate_, kNames[i]),
            v8::Integer::New(isolate_, output_[i].release())});
    }
  }
  is_launched_ = true;
  Emit({gin::StringToV8(isolate_, "spawn")});
  base::ThreadPool::PostTaskAndReplyWithResult(
      FROM_HERE,
      {base::MayBlock(), base::TaskShutdownBehavior::CONTINUE_ON_SHUTDOWN},
      base::BindOnce(&WaitForExit, process_.Pid()),
      base::BindOnce(&UtilityProcess::OnExit, weak_factory_.GetWeakPtr()));
}

void UtilityProcess::OnDisconnect() {
  ClosePort();
}

void UtilityProcess::OnExit(int exit_code) {
  v8::HandleScope scope(isolate_);
  ClosePort();
  process_.Close();
  // As UtilityProcessWrapper::HandleTermination of Electron does.
  if (is_killed_ && (exit_code == SIGTERM || exit_code == SIGKILL)) {
    exit_code = 0;
  }
  Emit({gin::StringToV8(isolate_, "exit"),
        v8::Integer::New(isolate_, exit_code)});
  delete this;
}

void UtilityProcess::ClosePort() {
  if (connector_) {
    port_.GiveDisentangledHandle(connector_->PassMessagePipe());
    connector_.reset();
    port_.Reset();
  }
}

void UtilityProcess::Emit(std::vector<v8::Local<v8::Value>> args) {
  node::Environment* const env = node::Environment::GetCurrent(isolate_);
  if (!env) {
    return;
  }
  v8::HandleScope scope(isolate_);
  v8::Context::Scope context_scope(env->context());
  v8::MicrotasksScope microtasks(env->context(),
                                 v8::MicrotasksScope::kRunMicrotasks);
  std::ignore =
      node::MakeCallback(isolate_, handle_.Get(isolate_), "emit",
                         static_cast<int>(args.size()), args.data(), {0, 0});
}

}  // namespace electron_ports

NODE_LINKED_BINDING_CONTEXT_AWARE(electron_browser_utility_process,
                                  electron_ports::Initialize)
