// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// What another process sends over a port is bytes and handles of its choice.
// Whatever they are, the port delivers a message, reports an error or closes.

#include <stddef.h>
#include <stdint.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "base/at_exit.h"
#include "base/check.h"
#include "base/command_line.h"
#include "base/compiler_specific.h"
#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/logging.h"
#include "base/message_loop/message_pump_type.h"
#include "base/no_destructor.h"
#include "base/run_loop.h"
#include "base/task/single_thread_task_executor.h"
#include "mojo/core/embedder/embedder.h"
#include "mojo/public/cpp/bindings/message.h"
#include "mojo/public/cpp/system/buffer.h"
#include "mojo/public/cpp/system/message.h"
#include "mojo/public/cpp/system/message_pipe.h"
#include "shell/common/message_port_endpoint.h"
#include "shell/common/port_message_wire.h"
#include "shell/test/send_over_pipe.h"
#include "testing/libfuzzer/libfuzzer_exports.h"

namespace electron_ports {

namespace {

// The last byte of an input says how many of each kind of handle come with it.
constexpr size_t kMostOfEachHandle = 3;
// The least that goes into shared memory.
constexpr size_t kSharedBytes = mojo_base::BigBuffer::kMaxInlineBytes + 1;

struct Environment {
  Environment() {
    // Each refused message is logged otherwise.
    logging::SetMinLogLevel(logging::LOGGING_FATAL);
    mojo::core::Init();
  }

  base::AtExitManager at_exit;
  base::SingleThreadTaskExecutor executor{base::MessagePumpType::IO};
};

// Touches all of a message, as who reads it would.
class Reader final : public MessagePortEndpoint::Client {
 public:
  explicit Reader(MessagePortData data) : endpoint_(std::move(data), *this) {
    endpoint_.Start();
  }

 private:
  // MessagePortEndpoint::Client:
  void OnPortMessage(PortMessage message) override {
    size_t sum = 0;
    for (const ArrayBufferContents& contents : message.array_buffers) {
      for (uint8_t byte : base::span<const uint8_t>(contents.bytes)) {
        sum += byte;
      }
    }
    // Kept from being optimized away.
    [[maybe_unused]] volatile size_t kept = sum;
    // What arrived can be sent on, and then read again.
    const auto is_valid = [](const MessagePortData& port) {
      return port.is_valid();
    };
    if (message.encoded.empty() ||
        !std::ranges::all_of(message.ports, is_valid) ||
        !std::ranges::all_of(message.stream_channels, is_valid)) {
      return;
    }
    CHECK(FromMojoMessage(SendOverPipe(ToMojoMessage(std::move(message)))));
  }
  void OnPortMessageError() override {}
  void OnPortClose() override {}

  MessagePortEndpoint endpoint_;
};

// The bytes of a real message, with something of everything in it: what the
// mutations start from.
std::vector<uint8_t> RealMessage(unsigned int seed) {
  PortMessage message;
  message.encoded = {0xFF, 0x13, 0xFF, 0x10, 0x30};
  if (seed & 1) {
    message.ports.push_back(MessagePortData::CreatePair().first);
  }
  if (seed & 2) {
    message.stream_channels.push_back(MessagePortData::CreatePair().first);
  }
  if (seed & 4) {
    message.array_buffers.push_back(
        {mojo_base::BigBuffer(base::span(message.encoded)), 64});
  }
  if (seed & 8) {
    message.array_buffers.push_back(
        {mojo_base::BigBuffer(std::vector<uint8_t>(kSharedBytes)),
         std::nullopt});
  }
  if (seed & 16) {
    mojo::MessagePipe pipe;
    message.blobs.push_back(
        {"uuid", "text/plain", 5, std::move(pipe.handle0), 0});
  }
  // Handles are numbered in this order, too: pipes, then shared memory.
  const size_t pipes = message.ports.size() + message.stream_channels.size() +
                       message.blobs.size();
  const size_t regions = seed & 8 ? 1 : 0;
  mojo::Message mojo_message = ToMojoMessage(std::move(message));
  mojo_message.SerializeIfNecessary();
  std::vector<uint8_t> bytes = base::ToVector(mojo_message.data_as_span());
  bytes.push_back(static_cast<uint8_t>(pipes | regions << 2));
  return bytes;
}

void Send(const mojo::ScopedMessagePipeHandle& pipe,
          base::span<const uint8_t> input) {
  std::vector<mojo::ScopedMessagePipeHandle> ends;
  std::vector<mojo::ScopedHandle> handles;
  base::span<const uint8_t> bytes = input;
  if (!input.empty()) {
    bytes = input.first(input.size() - 1);
    for (size_t i = input.back() & kMostOfEachHandle; i > 0; --i) {
      mojo::MessagePipe sent;
      ends.push_back(std::move(sent.handle0));
      handles.push_back(mojo::ScopedHandle::From(std::move(sent.handle1)));
    }
    for (size_t i = (input.back() >> 2) & kMostOfEachHandle; i > 0; --i) {
      handles.push_back(mojo::ScopedHandle::From(
          mojo::SharedBufferHandle::Create(kSharedBytes)));
    }
  }
  mojo::WriteMessageRaw(pipe.get(), bytes.data(), bytes.size(),
                        reinterpret_cast<const MojoHandle*>(handles.data()),
                        handles.size(), MOJO_WRITE_MESSAGE_FLAG_NONE);
  // They went with the message.
  for (mojo::ScopedHandle& handle : handles) {
    std::ignore = handle.release();
  }
}

}  // namespace

}  // namespace electron_ports

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  base::CommandLine::Init(0, nullptr);
  static base::NoDestructor<electron_ports::Environment> environment;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto [ours, theirs] = electron_ports::MessagePortData::CreatePair();
  electron_ports::Reader reader(std::move(ours));
  blink::MessagePortDescriptor descriptor = theirs.TakeDescriptor();
  mojo::ScopedMessagePipeHandle pipe =
      descriptor.TakeHandleToEntangleWithEmbedder();
  // SAFETY: libFuzzer gives that many bytes.
  electron_ports::Send(pipe, UNSAFE_BUFFERS(base::span(data, size)));
  descriptor.GiveDisentangledHandle(std::move(pipe));
  base::RunLoop().RunUntilIdle();
  return 0;
}

// A message has a header and offsets that no mutation hits upon from nothing.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data,
                                          size_t size,
                                          size_t max_size,
                                          unsigned int seed) {
  if (size > 1) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  const std::vector<uint8_t> real = electron_ports::RealMessage(seed);
  if (real.size() > max_size) {
    return size;
  }
  // SAFETY: libFuzzer gives room for that many bytes.
  UNSAFE_BUFFERS(base::span(data, max_size)).copy_prefix_from(real);
  return real.size();
}
