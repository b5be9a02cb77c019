// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// The fork's main process and utility processes without Chromium's content
// layer: Node with Electron's patches, Electron's gin, Mojo, and the ports of
// shell/ and lib/. It has no windows. Started as Electron is: with the path of
// a main script.

#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/at_exit.h"
#include "base/check.h"
#include "base/command_line.h"
#include "base/containers/span.h"
#include "base/feature_list.h"
#include "base/functional/bind.h"
#include "base/functional/callback.h"
#include "base/logging.h"
#include "base/logging/logging_settings.h"
#include "base/message_loop/message_pump_type.h"
#include "base/no_destructor.h"
#include "base/process/process.h"
#include "base/run_loop.h"
#include "base/strings/string_split.h"
#include "base/strings/string_util.h"
#include "base/task/single_thread_task_executor.h"
#include "base/task/thread_pool/thread_pool_instance.h"
#include "base/threading/thread.h"
#include "base/unguessable_token.h"
#include "mojo/core/embedder/configuration.h"
#include "mojo/core/embedder/embedder.h"
#include "mojo/core/embedder/scoped_ipc_support.h"
#include "mojo/public/cpp/platform/platform_channel.h"
#include "mojo/public/cpp/system/invitation.h"
#include "shell/node/node_process.h"
#include "shell/node/node_runtime.h"
#include "shell/utility/parent_port.h"
#include "third_party/blink/public/common/messaging/message_port_descriptor.h"

namespace electron_ports {

namespace {

std::string& EntryScript() {
  static base::NoDestructor<std::string> script;
  return *script;
}

base::OnceClosure& QuitClosure() {
  static base::NoDestructor<base::OnceClosure> quit;
  return *quit;
}

int g_exit_code = 0;

// Where the path of the script is in `argv`: after the switches, which are for
// Chromium. What follows it is the app's.
int FindScript(int argc, char** argv) {
  int script = 1;
  while (script < argc && std::string_view(argv[script]).starts_with("--")) {
    ++script;
  }
  return script;
}

NodeRuntime::Options OptionsFor(base::span<char* const> app) {
  const base::CommandLine& command_line =
      *base::CommandLine::ForCurrentProcess();
  NodeRuntime::Options options;
  options.type = command_line.HasSwitch(kTypeSwitch) ? "utility" : "browser";
  options.init_script = "electron/js2c/" + options.type + "_init";
  options.js_flags = command_line.GetSwitchValueASCII(kJsFlagsSwitch);
  options.exec_args = base::SplitString(
      command_line.GetSwitchValueASCII(kExecArgsSwitch), "\x1f",
      base::KEEP_WHITESPACE, base::SPLIT_WANT_NONEMPTY);
  options.args.push_back(command_line.GetProgram().value());
  options.args.insert(options.args.end(), app.begin(), app.end());
  if (!app.empty()) {
    EntryScript() = app[0];
  }
  return options;
}

void AcceptParentPort() {
  mojo::IncomingInvitation invitation = mojo::IncomingInvitation::Accept(
      mojo::PlatformChannel::RecoverPassedEndpointFromCommandLine(
          *base::CommandLine::ForCurrentProcess()));
  blink::MessagePortDescriptor port;
  port.InitializeFromSerializedValues(
      invitation.ExtractMessagePipe(kParentPortPipe),
      base::UnguessableToken::Create(), 1);
  electron::ParentPort::GetInstance()->Initialize(std::move(port));
}

int Run(base::span<char* const> app) {
  const NodeRuntime::Options options = OptionsFor(app);
  if (app.empty()) {
    LOG(ERROR) << "No script to run: " << options.args[0]
               << " [--js-flags=FLAGS] SCRIPT [ARGUMENTS]";
    return 1;
  }
  base::SingleThreadTaskExecutor executor(base::MessagePumpType::DEFAULT);
  base::FeatureList::InitInstance(std::string(), std::string());
  base::ThreadPoolInstance::CreateAndStartWithDefaultParams("node");
  const bool is_utility = options.type == kUtilityType;
  mojo::core::InitFeatures();
  mojo::core::Configuration configuration;
  configuration.is_broker_process = !is_utility;
  mojo::core::Init(configuration);
  base::Thread io_thread("io");
  CHECK(io_thread.StartWithOptions(
      base::Thread::Options(base::MessagePumpType::IO, 0)));
  mojo::core::ScopedIPCSupport ipc_support(
      io_thread.task_runner(),
      mojo::core::ScopedIPCSupport::ShutdownPolicy::CLEAN);
  if (is_utility) {
    // As Electron's children, which don't outlive the main process.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    AcceptParentPort();
  }

  base::RunLoop loop;
  QuitClosure() = loop.QuitClosure();
  auto runtime = std::make_unique<NodeRuntime>(options);
  runtime->Load();
  loop.Run();
  runtime.reset();
  return g_exit_code;
}

}  // namespace

const std::string& GetEntryScript() {
  return EntryScript();
}

void QuitNodeProcess(int exit_code) {
  g_exit_code = exit_code;
  if (QuitClosure()) {
    std::move(QuitClosure()).Run();
  }
}

}  // namespace electron_ports

int main(int argc, char** argv) {
  base::AtExitManager at_exit;
  const int script = electron_ports::FindScript(argc, argv);
  // It would take an app's own switches for Chromium's, and put them first.
  base::CommandLine::Init(script, argv);
  logging::LoggingSettings settings;
  settings.logging_dest = logging::LOG_TO_STDERR;
  logging::InitLogging(settings);
  return electron_ports::Run(
      UNSAFE_BUFFERS(base::span(argv + script, argv + argc)));
}
