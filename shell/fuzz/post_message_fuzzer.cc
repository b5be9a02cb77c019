// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// What is inside a message, too, is of another process's choice: a structured
// clone, buffers, ports, streams, Blobs, images, files. Whatever it is, it is
// read in full or not at all.

#include <stddef.h>
#include <stdint.h>

#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "base/at_exit.h"
#include "base/command_line.h"
#include "base/containers/span.h"
#include "base/logging.h"
#include "base/memory/scoped_refptr.h"
#include "base/message_loop/message_pump_type.h"
#include "base/no_destructor.h"
#include "base/run_loop.h"
#include "base/task/single_thread_task_executor.h"
#include "base/task/thread_pool/thread_pool_instance.h"
#include "mojo/core/embedder/embedder.h"
#include "mojo/public/cpp/system/message_pipe.h"
#include "shell/browser/post_message.h"
#include "shell/common/carried_image.h"
#include "shell/common/port_message.h"
#include "shell/test/script_realm.h"
#include "testing/libfuzzer/libfuzzer_exports.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

constexpr int kMostPorts = 3;
constexpr int kMostStreamChannels = 4;
constexpr int kMostBuffers = 3;
constexpr size_t kMostBufferBytes = 64;

// Objects of inputs are garbage until V8 feels like collecting, and the ports
// among them hold pipes.
constexpr int kInputsBetweenCollections = 500;

// What lib/ and Node bring: streams, Blobs and DOMExceptions are made by
// script.
constexpr char kScript[] = R"(
  globalThis.DOMException = class DOMException extends Error {
    constructor(message, name) { super(message); this.name = name; }
  };
  binding.setStreamTransfer({
    prototypes: [],
    classOf: () => undefined,
    problemOf: () => undefined,
    send() {},
    receive: (name, channels) => ({ name, channels })
  });
  class Blob {
    constructor(remote, details) { Object.assign(this, details, { remote }); }
  }
  binding.setBlobTransfer({
    prototypes: [Blob.prototype],
    isBlob: (object) => object instanceof Blob,
    describe: (blob) => ({ ...blob }),
    read() {},
    receive: (remote, details) => new Blob(remote, details)
  });
  class FileHandle {}
  binding.setNodeObjects({
    prototypes: [FileHandle.prototype],
    kindOf: (object) => (object instanceof FileHandle ? 'file' : undefined),
    problemOf: () => undefined,
    take: (objects) => objects.map(() => binding.createPair().port2),
    receiveFile: (port) => ({ file: port })
  });
)";

class Environment {
 public:
  Environment() {
    logging::SetMinLogLevel(logging::LOGGING_FATAL);
    base::ThreadPoolInstance::CreateAndStartWithDefaultParams("fuzzer");
    mojo::core::Init();
    realm_ = std::make_unique<ScriptRealm>(kScript);
  }

  v8::Isolate* isolate() { return realm_->isolate(); }

  void CollectGarbageNowAndThen() {
    if (++inputs_ % kInputsBetweenCollections == 0) {
      isolate()->LowMemoryNotification();
    }
  }

 private:
  base::AtExitManager at_exit_;
  base::SingleThreadTaskExecutor executor_{base::MessagePumpType::IO};
  std::unique_ptr<ScriptRealm> realm_;
  int inputs_ = 0;
};

Environment& GetEnvironment() {
  static base::NoDestructor<Environment> environment;
  return *environment;
}

class NoImage final : public CarriedImage {
 public:
  // CarriedImage:
  uint64_t bytes() const override { return 4; }

 private:
  ~NoImage() override = default;
};

BlobHandle StoredNowhere(const char* uuid, uint64_t size) {
  mojo::MessagePipe pipe;
  return {uuid, "text/plain", size, std::move(pipe.handle0), 0};
}

// Numbers come from the end of the input, so that what is before them is the
// clone as it is (script/native/fuzz.ts writes seeds that way).
PortMessage MessageOf(FuzzedDataProvider& input) {
  PortMessage message;
  for (int i = input.ConsumeIntegralInRange(0, kMostPorts); i > 0; --i) {
    message.ports.push_back(MessagePortData::CreatePair().first);
  }
  for (int i = input.ConsumeIntegralInRange(0, kMostStreamChannels); i > 0;
       --i) {
    message.stream_channels.push_back(MessagePortData::CreatePair().first);
  }
  for (int i = input.ConsumeIntegralInRange(0, kMostBuffers); i > 0; --i) {
    const size_t size =
        input.ConsumeIntegralInRange(size_t{0}, kMostBufferBytes);
    ArrayBufferContents contents;
    contents.bytes = mojo_base::BigBuffer(std::vector<uint8_t>(size, 0x55));
    if (input.ConsumeBool()) {
      contents.max_byte_length = input.ConsumeIntegral<uint64_t>();
    }
    message.array_buffers.push_back(std::move(contents));
  }
  // Always the same: one of a known size, and one of the user's disk.
  message.blobs.push_back(StoredNowhere("a", 1));
  message.blobs.push_back(
      StoredNowhere("b", std::numeric_limits<uint64_t>::max()));
  message.images.push_back(base::MakeRefCounted<NoImage>());
  message.file_tokens.push_back({mojo::MessagePipe().handle0, 0});
  message.sender_origin = PageOrigin{"https", "a.example", 443};
  message.encoded = input.ConsumeRemainingBytes<uint8_t>();
  return message;
}

void ReadAndSendOn(Environment& environment, FuzzedDataProvider& input) {
  v8::Isolate* isolate = environment.isolate();
  v8::HandleScope scope(isolate);
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Value> data;
  v8::Local<v8::Array> ports;
  if (!ReadPostMessage(isolate, MessageOf(input), &data, &ports)) {
    CHECK(!try_catch.HasCaught());
    return;
  }
  // Not everything that can be read can be written: what is nested deeper, for
  // one, runs out of stack.
  std::optional<PortMessage> again =
      PreparePostMessage(isolate, data, ports, nullptr, [] { return true; });
  CHECK(again || try_catch.HasCaught());
  if (again) {
    ReadPostMessage(isolate, std::move(*again), &data, &ports);
  }
}

}  // namespace

}  // namespace electron_ports

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  base::CommandLine::Init(0, nullptr);
  electron_ports::GetEnvironment();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  electron_ports::Environment& environment = electron_ports::GetEnvironment();
  FuzzedDataProvider input(data, size);
  electron_ports::ReadAndSendOn(environment, input);
  base::RunLoop().RunUntilIdle();
  environment.CollectGarbageNowAndThen();
  return 0;
}
