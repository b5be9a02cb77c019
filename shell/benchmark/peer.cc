// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/benchmark/peer.h"

#include <optional>
#include <utility>

#include "base/check.h"
#include "base/check_op.h"
#include "base/command_line.h"
#include "base/containers/to_vector.h"
#include "base/functional/bind.h"
#include "base/logging.h"
#include "base/memory/raw_ref.h"
#include "base/notreached.h"
#include "base/process/launch.h"
#include "base/run_loop.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "base/strings/string_util.h"
#include "base/strings/string_view_util.h"
#include "base/unguessable_token.h"
#include "mojo/public/cpp/platform/platform_channel.h"
#include "mojo/public/cpp/system/invitation.h"
#include "shell/test/copy_counter.h"

namespace electron_ports {

namespace {

constexpr char kPeerSwitch[] = "peer";
constexpr char kPipeName[] = "control";

// Questions. Each is answered, the last one with a number.
constexpr std::string_view kEcho = "echo ";
constexpr std::string_view kBegin = "begin ";
constexpr std::string_view kEnd = "end";

PortMessage TextMessage(std::string_view text) {
  PortMessage message;
  message.encoded = base::ToVector(base::as_byte_span(text));
  return message;
}

MessagePortData PortOver(mojo::ScopedMessagePipeHandle pipe) {
  blink::MessagePortDescriptor descriptor;
  descriptor.InitializeFromSerializedValues(
      std::move(pipe), base::UnguessableToken::Create(), 1);
  return MessagePortData(std::move(descriptor));
}

// The other side of a Peer.
class Servant final : private MessagePortEndpoint::Client {
 public:
  Servant(MessagePortData control, ScriptHost& host, base::OnceClosure on_close)
      : host_(host),
        on_close_(std::move(on_close)),
        control_(std::move(control),
                 static_cast<MessagePortEndpoint::Client&>(*this)) {
    control_.Start();
  }

 private:
  // MessagePortEndpoint::Client:
  void OnPortMessage(PortMessage message) override {
    control_.Post(TextMessage(Answer(base::as_string_view(message.encoded),
                                     std::move(message.ports))));
  }
  void OnPortMessageError() override { NOTREACHED(); }
  void OnPortClose() override { std::move(on_close_).Run(); }

  std::string Answer(std::string_view question,
                     std::vector<MessagePortData> ports) {
    if (question.starts_with(kEcho)) {
      echoes_.push_back(MakeEcho(question.substr(kEcho.size()),
                                 std::move(ports.at(0)), *host_));
      return "done";
    }
    if (question.starts_with(kBegin)) {
      size_t min_bytes = 0;
      CHECK(base::StringToSizeT(question.substr(kBegin.size()), &min_bytes));
      counter_.emplace(min_bytes);
      return "done";
    }
    CHECK_EQ(question, kEnd);
    const int count = counter_->count();
    counter_.reset();
    return base::NumberToString(count);
  }

  const raw_ref<ScriptHost> host_;
  std::vector<std::unique_ptr<End>> echoes_;
  std::optional<CopyCounter> counter_;
  base::OnceClosure on_close_;
  MessagePortEndpoint control_;
};

}  // namespace

std::unique_ptr<End> MakeEcho(std::string_view side,
                              MessagePortData data,
                              ScriptHost& host) {
  std::unique_ptr<End> end = MakeEnd(side, std::move(data), host);
  // Unretained: it is called by the end itself.
  end->set_on_message(
      base::BindRepeating(&End::Send, base::Unretained(end.get())));
  return end;
}

Peer::Peer() {
  mojo::PlatformChannel channel;
  mojo::OutgoingInvitation invitation;
  MessagePortData control = PortOver(invitation.AttachMessagePipe(kPipeName));
  base::CommandLine command(
      base::CommandLine::ForCurrentProcess()->GetProgram());
  command.AppendSwitch(kPeerSwitch);
  base::LaunchOptions options;
  channel.PrepareToPassRemoteEndpoint(&options, &command);
  process_ = base::LaunchProcess(command, options);
  CHECK(process_.IsValid());
  channel.RemoteProcessLaunchAttempted();
  mojo::OutgoingInvitation::Send(std::move(invitation), process_.Handle(),
                                 channel.TakeLocalEndpoint());
  control_ = std::make_unique<MessagePortEndpoint>(
      std::move(control), static_cast<MessagePortEndpoint::Client&>(*this));
  control_->Start();
}

Peer::~Peer() {
  control_.reset();
  process_.WaitForExit(nullptr);
}

void Peer::MakeEcho(std::string_view side, MessagePortData data) {
  Ask(base::StrCat({kEcho, side}), std::move(data));
}

void Peer::BeginCounting(size_t min_bytes) {
  Ask(base::StrCat({kBegin, base::NumberToString(min_bytes)}),
      MessagePortData());
}

int Peer::EndCounting() {
  int count = 0;
  CHECK(base::StringToInt(Ask(kEnd, MessagePortData()), &count));
  return count;
}

std::string Peer::Ask(std::string_view question, MessagePortData data) {
  PortMessage message = TextMessage(question);
  if (data.is_valid()) {
    message.ports.push_back(std::move(data));
  }
  base::RunLoop loop;
  on_answer_ = loop.QuitClosure();
  control_->Post(std::move(message));
  loop.Run();
  return answer_;
}

void Peer::OnPortMessage(PortMessage message) {
  answer_ = base::as_string_view(message.encoded);
  std::move(on_answer_).Run();
}

void Peer::OnPortMessageError() {
  NOTREACHED();
}

void Peer::OnPortClose() {
  LOG(FATAL) << "The other process is gone.";
}

bool IsPeer() {
  return base::CommandLine::ForCurrentProcess()->HasSwitch(kPeerSwitch);
}

void RunPeer(ScriptHost& host) {
  mojo::IncomingInvitation invitation = mojo::IncomingInvitation::Accept(
      mojo::PlatformChannel::RecoverPassedEndpointFromCommandLine(
          *base::CommandLine::ForCurrentProcess()));
  base::RunLoop loop;
  Servant servant(PortOver(invitation.ExtractMessagePipe(kPipeName)), host,
                  loop.QuitClosure());
  loop.Run();
}

}  // namespace electron_ports
