// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// A port of the main process and a DOM port of a page on one pipe, with the
// wire that ships between them.

#include <stddef.h>
#include <stdint.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/containers/span.h"
#include "base/functional/bind.h"
#include "base/no_destructor.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "base/test/task_environment.h"
#include "gin/converter.h"
#include "mojo/public/cpp/bindings/message.h"
#include "mojo/public/cpp/bindings/pending_receiver.h"
#include "mojo/public/cpp/system/message.h"
#include "mojo/public/cpp/system/message_pipe.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/post_message.h"
#include "shell/common/message_port_data.h"
#include "shell/common/port_message.h"
#include "shell/common/port_message_wire.h"
#include "shell/common/port_message_wire_blink.h"
#include "shell/renderer/blink_post_message.h"
#include "shell/test/blink_page.h"
#include "shell/test/blob_test_support.h"
#include "shell/test/port_test_support.h"
#include "testing/gmock/include/gmock/gmock.h"
#include "testing/gtest/include/gtest/gtest.h"
#include "third_party/blink/public/common/messaging/message_port_descriptor.h"
#include "third_party/blink/public/common/messaging/transferable_message.h"
#include "third_party/blink/public/common/messaging/transferable_message_mojom_traits.h"
#include "third_party/blink/public/mojom/messaging/transferable_message.mojom.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-object.h"
#include "v8/include/v8-persistent-handle.h"

namespace electron_ports {

namespace {

// For both realms: what a value is, in full, as a text.
constexpr char kShow[] = R"(
  globalThis.log = [];
  function show(value, seen = new Map()) {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'string') return JSON.stringify(value);
    if (Object.is(value, -0)) return '-0';
    if (typeof value !== 'object' || value === null) return String(value);
    if (seen.has(value)) return `#${seen.get(value)}`;
    seen.set(value, seen.size);
    const inner = (item) => show(item, seen);
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    const list = (items) => `${kind}(${[...items].map(inner)})`;
    switch (kind) {
      case 'Boolean':
      case 'Number':
      case 'String':
      case 'BigInt':
      case 'Date':
        return list([value.valueOf()]);
      case 'RegExp':
        return list([value.source, value.flags, value.lastIndex]);
      case 'Map':
      case 'Set':
        return list(value);
      case 'ArrayBuffer':
        return list([
          value.resizable && value.maxByteLength,
          ...new Uint8Array(value)
        ]);
      case 'Error':
        return list([value.name, value.message, value.cause]);
    }
    if (ArrayBuffer.isView(value)) {
      return list([value.byteOffset, value.byteLength, value.buffer]);
    }
    const entries = Object.entries(value);
    return `${kind}${value.length ?? ''}(${entries.map(
      ([key, item]) => `${key}:${inner(item)}`)})`;
  }
)";

// What lib/ does with events, and about streams and Blobs: real ones need Node.
constexpr char kMain[] = R"(
  globalThis.on = new Map();
  binding.setEventDispatcher((port, type, data, ports) => {
    globalThis.last = { port, type, data, ports };
    if (on.has(port)) return on.get(port)(type, data, ports);
    log.push(type === 'message' ? `message:${show(data)}` : type);
  });
  function pair() {
    const { port1, port2 } = binding.createPair();
    return [port1, port2];
  }
  class ReadableStream {}
  class WritableStream {}
  class TransformStream {}
  const streams = { ReadableStream, WritableStream, TransformStream };
  binding.setStreamTransfer({
    prototypes: Object.values(streams).map(({ prototype }) => prototype),
    classOf: (object) =>
      Object.keys(streams).find((name) => object instanceof streams[name]),
    problemOf: () => undefined,
    send(stream, channels) {
      stream.channels = channels;
    },
    receive: (name, channels) => Object.assign(new streams[name](), { channels })
  });
  class Blob {
    constructor(text, type = '') {
      Object.assign(this, { text, type, size: text.length });
    }
  }
  class File extends Blob {}
  binding.setBlobTransfer({
    prototypes: [Blob.prototype],
    isBlob: (object) => object instanceof Blob,
    describe: (blob) => ({ ...blob }),
    read: (blob, start, end, deliver) => deliver(Uint8Array.from(
      blob.text.slice(start, end), (letter) => letter.charCodeAt()).buffer),
    receive: (remote, details) => Object.assign(
      Object.create((details.name === undefined ? Blob : File).prototype),
      details, { remote })
  });
  const text = (bytes) => String.fromCharCode(...new Uint8Array(bytes));
)";

constexpr char kPage[] = R"(
  function hear(port) {
    listen(port, (event) => {
      if (event.type !== 'message') return log.push(event.type);
      globalThis.last = event;
      log.push(`message:${show(event.data)}`);
    });
  }
  hear(port);
)";

// What both realms can make, and what has to arrive as it was.
constexpr std::string_view kValues[] = {
    "undefined",
    "null",
    "true",
    "0",
    "-0",
    "NaN",
    "-Infinity",
    "2 ** 31",
    "-(2 ** 30) - 1",
    "1e-300",
    "0n",
    "-(2n ** 200n)",
    "'text'",
    "'\\u00ff\\u0000'",
    "'\\u20ac\\ud800 alone'",
    "new Boolean(false)",
    "new Number(-0)",
    "new String('wrapped')",
    "Object(5n)",
    "new Date(1e12)",
    "new Date(NaN)",
    "/a(b)\\/c/giu",
    "[1, 'two', [3], {}]",
    "[1, , 3]",
    "Object.assign([1, 2], { more: true })",
    "{ const a = []; a[1000000] = 'sparse'; a.length = 2000000; a }",
    "({ a: 1, 'b c': { 7: null }, '\\u20ac': 2 })",
    "({ get it() { return 'read'; } })",
    "new Map([[1, { a: 1 }], ['x', new Map()]])",
    "new Set([NaN, 'a', new Set([1])])",
    "new Error('plain')",
    "Object.assign(new RangeError('of a range'), { extra: 1 })",
    "new TypeError('caused', { cause: { by: ['it'] } })",
    "new ArrayBuffer(0)",
    "new Uint8Array([1, 2, 255]).buffer",
    "new ArrayBuffer(3, { maxByteLength: 10 })",
    "new Uint8Array([1, 2, 3, 4]).subarray(1, 3)",
    "new Float64Array([1.5, -0, NaN])",
    "new BigInt64Array([-1n])",
    "new DataView(new ArrayBuffer(8), 2, 4)",
    "new Uint16Array(new ArrayBuffer(4, { maxByteLength: 8 }))",
    "{ const a = { in: [] }; a.self = a; a.in.push(a, a.in); a }",
    "{ const b = new ArrayBuffer(4); [new Int8Array(b), new Int32Array(b)] }",
};

class Main {
 public:
  static Main& Get() {
    static base::NoDestructor<Main> main;
    return *main;
  }

  v8::Isolate* isolate() const { return blink_->isolate(); }
  v8::Local<v8::Context> context() const { return context_.Get(isolate()); }
  MemoryBlobStorage& storage() { return *storage_; }

  // Those of other threads, too.
  void RunTasks() { tasks_.RunUntilIdle(); }

 private:
  friend class base::NoDestructor<Main>;

  Main() {
    blink_ = new BlinkProcess(base::BindRepeating(
        [](MemoryBlobStorage* storage, std::string_view name,
           mojo::ScopedMessagePipeHandle receiver) {
          if (name == blob_mojom::BlobRegistry::Name_) {
            storage->Bind(mojo::PendingReceiver<blob_mojom::BlobRegistry>(
                std::move(receiver)));
          }
        },
        storage_.get()));
    v8::HandleScope handles(isolate());
    v8::Local<v8::Context> context = v8::Context::New(isolate());
    context_.Reset(isolate(), context);
    v8::Context::Scope scope(context);
    MessagePortRealm::Hooks hooks;
    hooks.blob_registry = base::BindRepeating(&MemoryBlobStorage::Connect,
                                              base::Unretained(storage_.get()));
    v8::Local<v8::Object> binding = v8::Object::New(isolate());
    MessagePortRealm::Install(isolate(), binding, std::move(hooks));
    context->Global()
        ->Set(context, gin::StringToV8(isolate(), "binding"), binding)
        .Check();
    EXPECT_EQ(RunScript(context, base::StrCat({kShow, kMain, "; 0"})), "0");
  }

  base::test::TaskEnvironment tasks_;
  const std::unique_ptr<MemoryBlobStorage> storage_ =
      std::make_unique<MemoryBlobStorage>();
  BlinkProcess* blink_ = nullptr;
  v8::Global<v8::Context> context_;
};

// Before any test, since its thread pool outlives them all.
class Environment final : public testing::Environment {
  void SetUp() override { Main::Get(); }
};
[[maybe_unused]] testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new Environment());

// Every test runs twice, as in message_port_endpoint_unittest.cc.
class BlinkWireTest : public testing::TestWithParam<bool> {
 public:
  BlinkWireTest() : main_(Main::Get()), handles_(main_.isolate()) {}

  void SetUp() override {
    if (GetParam()) {
      forced_.emplace();
    }
    auto [ours, theirs] = MessagePortData::CreatePair();
    {
      v8::Context::Scope scope(main_.context());
      SetGlobal(main_.context(), "port",
                MessagePortMain::Create(isolate(), std::move(ours)));
    }
    EXPECT_EQ(Main("log = []; last = undefined; port.start(); 0"), "0");
    NewPage(std::move(theirs));
  }

  void TearDown() override {
    Main("port.close(); port = last = undefined");
    page_.reset();
    RunTasks();
  }

 protected:
  v8::Isolate* isolate() const { return main_.isolate(); }
  MemoryBlobStorage& storage() { return main_.storage(); }
  v8::Local<v8::Context> main_context() const { return main_.context(); }
  BlinkPage& page() { return *page_; }
  void ClosePage() { page_.reset(); }

  void NewPage(MessagePortData port) {
    page_ = std::make_unique<BlinkPage>(isolate());
    SetGlobal(page_->context(), "port", page_->CreatePort(std::move(port)));
    EXPECT_EQ(Page(base::StrCat({kShow, kPage, "; 0"})), "0");
  }

  std::string Main(std::string_view source) {
    v8::HandleScope handles(isolate());
    return RunScript(main_.context(), source);
  }
  std::string Page(std::string_view source) {
    v8::HandleScope handles(isolate());
    return RunScript(page_->context(), source);
  }

  void SetGlobal(v8::Local<v8::Context> context,
                 std::string_view name,
                 v8::Local<v8::Value> value) {
    context->Global()
        ->Set(context, gin::StringToV8(isolate(), name), value)
        .Check();
  }

  void RunTasks() { main_.RunTasks(); }

  std::string MainLog() {
    RunTasks();
    return Main("log.splice(0).join(' ')");
  }
  std::string PageLog() {
    RunTasks();
    return Page("log.splice(0).join(' ')");
  }

  // All of it, what only the stack refers to included.
  void CollectGarbage() {
    isolate()->RequestGarbageCollectionForTesting(
        v8::Isolate::kFullGarbageCollection, v8::StackState::kNoHeapPointers);
  }

 private:
  electron_ports::Main& main_;
  v8::HandleScope handles_;
  std::optional<ScopedForcedSerialization> forced_;
  std::unique_ptr<BlinkPage> page_;
};

INSTANTIATE_TEST_SUITE_P(All,
                         BlinkWireTest,
                         testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Serialized" : "AsObjects";
                         });

TEST_P(BlinkWireTest, EveryValueArrivesAsItWasBothWays) {
  for (std::string_view value : kValues) {
    SCOPED_TRACE(value);
    // The last of the statements in braces is a value, too.
    const std::string read = base::StrCat(
        {"value = eval(String.raw`",
         value.starts_with("{ ") ? value : base::StrCat({"(", value, ")"}),
         "`)"});
    const std::string in_main =
        Main(base::StrCat({"var ", read, "; show(value)"}));
    EXPECT_EQ(Page(base::StrCat({"var ", read, "; show(value)"})), in_main);
    Main("port.postMessage(value)");
    EXPECT_EQ(PageLog(), base::StrCat({"message:", in_main}));
    Page("port.postMessage(value)");
    EXPECT_EQ(MainLog(), base::StrCat({"message:", in_main}));
    // What arrived goes back the same.
    Page("port.postMessage(last.data)");
    EXPECT_EQ(MainLog(), base::StrCat({"message:", in_main}));
  }
}

TEST_P(BlinkWireTest, StringsOfAnySizeAndWidthArriveBothWays) {
  for (const char* letter : {"a", "\\u00e9", "\\u20ac"}) {
    for (size_t length : {0u, 1u, 2u, 127u, 128u, 16383u, 16384u, 65534u,
                          65535u, 65536u, 65537u, 98000u, 98304u, 1'000'003u}) {
      const std::string make = base::StrCat(
          {"'", letter, "'.repeat(", base::NumberToString(length), ")"});
      Main(base::StrCat({"port.postMessage(", make, ")"}));
      Page(base::StrCat({"port.postMessage(", make, ")"}));
      RunTasks();
      EXPECT_EQ(Page(base::StrCat({"last.data === ", make})), "true") << make;
      EXPECT_EQ(Main(base::StrCat({"last.data === ", make})), "true") << make;
    }
  }
}

TEST_P(BlinkWireTest, MessagesComeInTheOrderInWhichTheyWereSent) {
  Main("for (let i = 0; i < 100; ++i) port.postMessage(i)");
  Page("for (let i = 0; i < 100; ++i) port.postMessage(i)");
  RunTasks();
  const char kInOrder[] =
      "log.splice(0).every((entry, i) => entry === `message:${i}`) + ' ' +"
      "last.data";
  EXPECT_EQ(Main(kInOrder), "true 99");
  EXPECT_EQ(Page(kInOrder), "true 99");
}

TEST_P(BlinkWireTest, ATransferredBufferMovesBothWays) {
  for (const char* size : {"0", "1", "65535", "65536", "65537", "5000000"}) {
    const std::string send =
        base::StrCat({"var buffer = new ArrayBuffer(", size,
                      "), view = new Uint8Array(buffer);"
                      "for (let i = 0; i < view.length; i += 997) view[i] = i;"
                      "port.postMessage({ buffer, view }, [buffer]);"
                      "[buffer.detached, view.length]"});
    const std::string got = base::StrCat(
        {"[last.data.buffer.byteLength === ", size,
         ", last.data.view.buffer === last.data.buffer,"
         "last.data.view.every((x, i) => x === (i % 997 ? 0 : i & 255))]"});
    EXPECT_EQ(Main(send), "true,0");
    EXPECT_EQ(Page(send), "true,0");
    RunTasks();
    EXPECT_EQ(Page(got), "true,true,true") << size;
    EXPECT_EQ(Main(got), "true,true,true") << size;
  }
}

TEST_P(BlinkWireTest, AResizableBufferCanStillGrowWhereItArrives) {
  const char kSend[] =
      "var buffer = new ArrayBuffer(2, { maxByteLength: 100000 });"
      "new Uint8Array(buffer).set([7, 8]);"
      "port.postMessage({ buffer, all: new Uint8Array(buffer) }, [buffer]); 0";
  const char kGot[] =
      "var { buffer, all } = last.data; buffer.resize(100000);"
      "[all.length, all[0], all[1], all[99999], buffer.maxByteLength]";
  Main(kSend);
  Page(kSend);
  RunTasks();
  EXPECT_EQ(Page(kGot), "100000,7,8,0,100000");
  EXPECT_EQ(Main(kGot), "100000,7,8,0,100000");
  EXPECT_EQ(Page("buffer.resize(0); all.length"), "0");
}

TEST_P(BlinkWireTest, APortInTheDataIsThePortInTheListBothWays) {
  Main(
      "var [near, far] = pair();"
      "port.postMessage({ far, again: [far] }, [far])");
  Page(
      "var { port1, port2 } = new MessageChannel();"
      "port.postMessage({ port2, again: [port2] }, [port2])");
  RunTasks();
  EXPECT_EQ(Page("[last.ports.length, last.data.far === last.ports[0],"
                 " last.data.again[0] === last.ports[0],"
                 " last.ports[0] instanceof MessagePort]"),
            "1,true,true,true");
  EXPECT_EQ(Main("[last.ports.length, last.data.port2 === last.ports[0],"
                 " last.data.again[0] === last.ports[0],"
                 " last.ports[0] instanceof binding.MessagePortMain]"),
            "1,true,true,true");

  Main(
      "log = []; near.start(); last.ports[0].start();"
      "near.postMessage('from near'); last.ports[0].postMessage('from port2')");
  Page(
      "log = []; hear(port1); hear(last.ports[0]);"
      "port1.postMessage('from port1'); last.ports[0].postMessage('from far')");
  RunTasks();
  EXPECT_EQ(Page("log.splice(0).sort().join()"),
            "message:\"from near\",message:\"from port2\"");
  EXPECT_EQ(Main("log.splice(0).sort().join()"),
            "message:\"from far\",message:\"from port1\"");
}

TEST_P(BlinkWireTest, AnEndComesHomeWithWhatWasPostedMeanwhile) {
  Page(
      "var { port1, port2 } = new MessageChannel();"
      "port1.postMessage('early'); port.postMessage(0, [port2])");
  RunTasks();
  Main("port.postMessage(0, last.ports)");
  Page("port1.postMessage('late')");
  RunTasks();
  Page("log = []; hear(last.ports[0])");
  EXPECT_EQ(PageLog(), "message:\"early\" message:\"late\"");
}

TEST_P(BlinkWireTest, MainReadsAStreamOfThePage) {
  Page(R"(
    var stream = new ReadableStream({
      start(controller) {
        controller.enqueue('one');
        controller.enqueue({ two: 2n });
        controller.close();
      }
    });
    port.postMessage(stream, [stream]);
  )");
  RunTasks();
  EXPECT_EQ(Page("stream.locked"), "true");
  EXPECT_EQ(Main("last.data instanceof ReadableStream"), "true");
  Main(R"(
    var [channel] = last.data.channels;
    on.set(channel, (type, data) => {
      log.push(type === 'message' ? show({ ...data }) : type);
      if (type === 'message' && data.t === 1) channel.postMessage({ t: 0 });
    });
    log = [];
    channel.start();
    channel.postMessage({ t: 0 });
  )");
  EXPECT_EQ(MainLog(),
            "Object(t:1,v:\"one\") Object(t:1,v:Object(two:2n)) "
            "Object(t:2,v:undefined) close");
}

TEST_P(BlinkWireTest, ThePageReadsAStreamOfMain) {
  Main(
      "var stream = new ReadableStream();"
      "port.postMessage({ stream }, [stream]);"
      "var [channel] = stream.channels;"
      "on.set(channel, (type, data) => log.push(type + data?.t));"
      "channel.start()");
  RunTasks();
  EXPECT_EQ(Page("last.data.stream instanceof ReadableStream"), "true");
  Page(
      "var reader = last.data.stream.getReader(); log = [];"
      "const next = () => reader.read().then(({ value, done }) => {"
      "  log.push(show(value), done); if (!done) next(); });"
      "next()");
  RunTasks();
  Main("channel.postMessage({ t: 1, v: 'one' })");
  RunTasks();
  Main("channel.postMessage({ t: 1, v: { two: 2n } })");
  RunTasks();
  Main("channel.postMessage({ t: 2, v: undefined })");
  EXPECT_EQ(PageLog(), "\"one\" false Object(two:2n) false undefined true");
  // It asks for each chunk, and closes what it has no use for any more.
  EXPECT_THAT(MainLog(), testing::AllOf(testing::StartsWith("message0 "),
                                        testing::EndsWith(" closeundefined")));
}

TEST_P(BlinkWireTest, MainWritesToAStreamOfThePage) {
  Page(
      "var stream = new WritableStream({"
      "  write: (chunk) => void log.push(show(chunk)),"
      "  close: () => void log.push('closed') });"
      "port.postMessage(stream, [stream])");
  RunTasks();
  Main(R"(
    var [channel] = last.data.channels, chunks = ['one', { two: 2n }];
    on.set(channel, (type, data) => {
      if (type !== 'message' || data.t !== 0) return log.push(type);
      const v = chunks.shift();
      channel.postMessage(v === undefined ? { t: 2, v } : { t: 1, v });
    });
    channel.start();
  )");
  EXPECT_EQ(PageLog(), "\"one\" Object(two:2n) closed");
}

TEST_P(BlinkWireTest, AnErrorOfAStreamArrives) {
  Main(
      "var stream = new ReadableStream();"
      "port.postMessage(stream, [stream]);"
      "stream.channels[0].start();"
      "stream.channels[0].postMessage({ t: 3, v: new RangeError('broke') })");
  RunTasks();
  Page(
      "log = []; last.data.getReader().read().catch("
      "  (error) => log.push(show(error)))");
  EXPECT_EQ(PageLog(), "Error(\"RangeError\",\"broke\",undefined)");
}

TEST_P(BlinkWireTest, MainReadsABlobOfThePage) {
  Page("port.postMessage(new Blob(['some ', 'text'], { type: 'text/plain' }))");
  RunTasks();
  EXPECT_EQ(Main("[last.data instanceof Blob, last.data.size, last.data.type]"),
            "true,9,text/plain");
  Main(
      "log = []; last.data.remote.read(5, 9,"
      "  (bytes) => log.push(text(bytes)))");
  EXPECT_EQ(MainLog(), "text");
}

TEST_P(BlinkWireTest, ADOMExceptionArrives) {
  Page("port.postMessage(new DOMException('of it', 'AbortError'))");
  RunTasks();
  EXPECT_EQ(Main("[last.type, last.data?.name, last.data?.message]"),
            "message,AbortError,of it");
}

TEST_P(BlinkWireTest, SharedMemoryAndCodeAreRefusedByBothEnds) {
  const char kShared[] =
      "var shared = new WebAssembly.Memory("
      "  { initial: 1, maximum: 1, shared: true }).buffer";
  const char kCode[] =
      "var code = new WebAssembly.Module("
      "  new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))";
  Main(kShared);
  Main(kCode);
  EXPECT_THAT(Main("port.postMessage(shared)"),
              testing::StartsWith("throws DataCloneError: "));
  EXPECT_THAT(Main("port.postMessage({ code })"),
              testing::StartsWith("throws DataCloneError: "));
  // A page may send them to others of its agent cluster, and does not know
  // where a port leads.
  page().set_cross_origin_isolated(true);
  Page(kShared);
  Page(kCode);
  Page(
      "port.postMessage(shared); port.postMessage({ code });"
      "port.postMessage('after')");
  EXPECT_EQ(MainLog(), "messageerror messageerror message:\"after\"");
}

TEST_P(BlinkWireTest, WhatIsNestedTooDeepIsAnErrorAndNoCrash) {
  const char kDeep[] =
      "var deep = []; for (let i = 0; i < 300000; ++i) deep = [deep];"
      "port.postMessage(deep)";
  EXPECT_THAT(Main(kDeep), testing::StartsWith("throws "));
  EXPECT_THAT(Page(kDeep), testing::StartsWith("throws "));
  Main("port.postMessage('main goes on')");
  Page("port.postMessage('page goes on')");
  EXPECT_EQ(PageLog(), "message:\"main goes on\"");
  EXPECT_EQ(MainLog(), "message:\"page goes on\"");
}

// Deeper than any honest sender gets.
TEST_P(BlinkWireTest, DeepBytesOfAPageAreAnErrorInMain) {
  auto [near, far] = MessagePortData::CreatePair();
  {
    v8::Context::Scope scope(main_context());
    SetGlobal(main_context(), "other",
              MessagePortMain::Create(isolate(), std::move(near)));
  }
  Main("other.start(); log = []");
  TestPort page_end(std::move(far));
  PortMessage message;
  message.encoded = {0xFF, 0x0F};
  for (int i = 0; i < 1'000'000; ++i) {
    // A dense array of one element.
    message.encoded.push_back('A');
    message.encoded.push_back(1);
  }
  page_end->Post(std::move(message));
  EXPECT_EQ(MainLog(), "messageerror");
}

TEST_P(BlinkWireTest, EachSideRefusesWhatTheOtherCannotClone) {
  EXPECT_THAT(Page("port.postMessage(() => {})"),
              testing::StartsWith("throws DataCloneError: "));
  EXPECT_THAT(Page("port.postMessage(new MessageChannel().port1)"),
              testing::StartsWith("throws DataCloneError: "));
  EXPECT_EQ(Page("port.postMessage(0, [port])"),
            "throws DataCloneError: Port at index 0 contains the source port.");
  EXPECT_EQ(Main("port.postMessage(0, [port])"),
            "throws DataCloneError: Port at index 0 contains the source port.");
  EXPECT_EQ(MainLog() + PageLog(), "");
}

TEST_P(BlinkWireTest, CloseOfThePagesEndIsHeardOnceAfterAllMessages) {
  Page(
      "port.postMessage('last words'); port.close(); port.close();"
      "port.postMessage('too late')");
  EXPECT_EQ(MainLog(), "message:\"last words\" close");
  EXPECT_EQ(Main("port.closed"), "true");
  Main("port.close(); port.postMessage(1)");
  EXPECT_EQ(MainLog() + PageLog(), "");
}

TEST_P(BlinkWireTest, CloseOfMainsEndIsHeardOnceAfterAllMessages) {
  Main(
      "port.postMessage('last words'); port.close(); port.close();"
      "port.postMessage('too late')");
  EXPECT_EQ(PageLog(), "message:\"last words\" close");
  EXPECT_EQ(MainLog(), "close");
  Page("port.close(); port.postMessage(1)");
  EXPECT_EQ(MainLog() + PageLog(), "");
}

TEST_P(BlinkWireTest, APageThatGoesClosesAllItsPortsOnce) {
  Page(
      "var channels = Array.from({ length: 3 }, () => new MessageChannel());"
      "port.postMessage(0, channels.map(({ port2 }) => port2));"
      "channels[0].port1.start()");
  RunTasks();
  Main("log = []; last.ports.forEach((each) => each.start())");
  EXPECT_EQ(MainLog(), "");
  ClosePage();
  EXPECT_EQ(MainLog(), "close close close close");
}

TEST_P(BlinkWireTest, AnEndThatIsGarbageClosesTheOther) {
  Page(
      "var { port1, port2 } = new MessageChannel();"
      "port.postMessage(0, [port2]); port2 = port1 = undefined");
  RunTasks();
  Main("log = []; last.ports[0].start()");
  CollectGarbage();
  EXPECT_EQ(MainLog(), "close");
}

TEST_P(BlinkWireTest, ACloneOf64KiBNeedsNoSharedMemory) {
  const auto handles = [](size_t encoded) {
    PortMessage message;
    message.encoded.resize(encoded, 1);
    mojo::Message mojo_message = ToMojoMessage(std::move(message));
    mojo_message.SerializeIfNecessary();
    return mojo_message.handles()->size();
  };
  EXPECT_EQ(handles(64 * 1024 + 16), 0u);
  EXPECT_EQ(handles(1024 * 1024), 1u);
}

// What a page that is taken over can send: any bytes.
TEST_P(BlinkWireTest, BytesThatAreNoMessageAreAnErrorAndThePortGoesOn) {
  auto [near, far] = MessagePortData::CreatePair();
  {
    v8::Context::Scope scope(main_context());
    SetGlobal(main_context(), "other",
              MessagePortMain::Create(isolate(), std::move(near)));
  }
  Main("other.start(); log = []");
  blink::MessagePortDescriptor descriptor = far.TakeDescriptor();
  mojo::ScopedMessagePipeHandle pipe =
      descriptor.TakeHandleToEntangleWithEmbedder();
  PortMessage real;
  real.encoded = {0xFF, 0x0F, 'I', 14};
  real.ports.push_back(MessagePortData::CreatePair().first);
  mojo::Message message = ToMojoMessage(std::move(real));
  message.SerializeIfNecessary();
  const base::span<const uint8_t> bytes = message.data_as_span();
  // Each without the handle that it speaks of, most of them cut short.
  for (size_t size = bytes.size(); size > 0; size -= 4) {
    ASSERT_EQ(mojo::WriteMessageRaw(pipe.get(), bytes.data(), size, nullptr, 0,
                                    MOJO_WRITE_MESSAGE_FLAG_NONE),
              MOJO_RESULT_OK);
  }
  descriptor.GiveDisentangledHandle(std::move(pipe));
  RunTasks();
  EXPECT_EQ(Main("log.every((entry) => entry === 'messageerror' ||"
                 "                     entry === 'close')"),
            "true");
  // The first one is whole but for its handle: there is no port in its list.
  EXPECT_NE(Main("log.length"), "0");
}

// What `ipcRenderer.postMessage` and `webContents.postMessage` are made of.
class BlinkFrameMessageTest : public BlinkWireTest {
 protected:
  v8::Local<v8::Value> Global(v8::Local<v8::Context> context,
                              std::string_view name) {
    return context->Global()
        ->Get(context, gin::StringToV8(isolate(), name))
        .ToLocalChecked();
  }

  // Sends the page's globals `message` and `transfer`. Empty when that throws,
  // which becomes its global `thrown`.
  std::optional<blink::TransferableMessage> SendToMain() {
    v8::Local<v8::Context> context = page().context();
    v8::Context::Scope scope(context);
    v8::TryCatch try_catch(isolate());
    blink::TransferableMessage sent;
    if (SerializeInBlink(isolate(), Global(context, "message"),
                         Global(context, "transfer"), &sent)) {
      return OverTheWire(std::move(sent));
    }
    EXPECT_TRUE(try_catch.HasCaught());
    SetGlobal(context, "thrown", try_catch.Exception());
    return std::nullopt;
  }

  // What arrives becomes main's globals `data` and `ports`.
  bool ReceiveInMain(blink::TransferableMessage message) {
    v8::Local<v8::Context> context = main_context();
    v8::Context::Scope scope(context);
    v8::Local<v8::Value> data;
    v8::Local<v8::Array> ports;
    if (!ReadPostMessage(isolate(), FromTransferableMessage(std::move(message)),
                         &data, &ports)) {
      return false;
    }
    SetGlobal(context, "data", data);
    SetGlobal(context, "ports", ports);
    return true;
  }

  // The same the other way round.
  std::optional<blink::TransferableMessage> SendToPage() {
    v8::Local<v8::Context> context = main_context();
    v8::Context::Scope scope(context);
    std::optional<PortMessage> sent = PreparePostMessage(
        isolate(), Global(context, "message"), Global(context, "transfer"),
        nullptr, [] { return true; });
    return sent ? std::make_optional(
                      OverTheWire(ToTransferableMessage(*std::move(sent))))
                : std::nullopt;
  }

  bool ReceiveInPage(blink::TransferableMessage message) {
    v8::Local<v8::Context> context = page().context();
    v8::Context::Scope scope(context);
    v8::Local<v8::Value> data;
    std::vector<v8::Local<v8::Value>> ports;
    if (!DeserializeInBlink(isolate(), "test", std::move(message), &data,
                            &ports)) {
      return false;
    }
    SetGlobal(context, "data", data);
    SetGlobal(context, "ports",
              v8::Array::New(isolate(), ports.data(), ports.size()));
    return true;
  }

 private:
  static blink::TransferableMessage OverTheWire(
      blink::TransferableMessage message) {
    mojo::Message bytes =
        blink::mojom::TransferableMessage::WrapAsMessage(std::move(message));
    bytes.SerializeIfNecessary();
    blink::TransferableMessage received;
    EXPECT_TRUE(blink::mojom::TransferableMessage::DeserializeFromMessage(
        std::move(bytes), &received));
    return received;
  }
};

INSTANTIATE_TEST_SUITE_P(All,
                         BlinkFrameMessageTest,
                         testing::Values(true),
                         [](const auto&) { return "Serialized"; });

TEST_P(BlinkFrameMessageTest, AMessageOfAFrameArrivesWhole) {
  Page(
      "var { port1, port2 } = new MessageChannel();"
      "var buffer = new Uint8Array([1, 2, 3]).buffer;"
      "var message = { port2, buffer, map: new Map([['a', 1n]]) },"
      "    transfer = [port2, buffer]");
  std::optional<blink::TransferableMessage> sent = SendToMain();
  ASSERT_TRUE(sent);
  EXPECT_EQ(Page("buffer.detached"), "true");
  ASSERT_TRUE(ReceiveInMain(*std::move(sent)));
  EXPECT_EQ(Main("[ports.length, data.port2 === ports[0], show(data.buffer),"
                 " show(data.map)]"),
            "1,true,ArrayBuffer(false,1,2,3),Map(Array2(0:\"a\",1:1n))");
  Main("ports[0].start()");
  Page("port1.postMessage('through')");
  EXPECT_EQ(MainLog(), "message:\"through\"");
}

TEST_P(BlinkFrameMessageTest, AMessageToAFrameArrivesWhole) {
  Main(
      "var [near, far] = pair(), buffer = new Uint8Array([1, 2, 3]).buffer;"
      "var message = { far, buffer, map: new Map([['a', 1n]]) },"
      "    transfer = [far, buffer]; near.start()");
  std::optional<blink::TransferableMessage> sent = SendToPage();
  ASSERT_TRUE(sent);
  EXPECT_EQ(Main("buffer.detached"), "true");
  ASSERT_TRUE(ReceiveInPage(*std::move(sent)));
  EXPECT_EQ(Page("[ports.length, data.far === ports[0], show(data.buffer),"
                 " show(data.map)]"),
            "1,true,ArrayBuffer(false,1,2,3),Map(Array2(0:\"a\",1:1n))");
  Page("hear(ports[0])");
  Main("near.postMessage('through')");
  EXPECT_EQ(PageLog(), "message:\"through\"");
}

TEST_P(BlinkFrameMessageTest, WhatMainCannotHaveIsRefusedAndNothingIsLost) {
  page().set_cross_origin_isolated(true);
  for (const auto& [value, error] :
       std::vector<std::pair<std::string_view, std::string_view>>{
           {"() => {}", "could not be cloned"},
           {"new WebAssembly.Memory("
            "  { initial: 1, maximum: 1, shared: true }).buffer",
            "sent to the main process"},
           {"new WebAssembly.Module("
            "  new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))",
            "sent to the main process"},
           {"new MessageChannel().port1", "MessagePort"}}) {
    SCOPED_TRACE(value);
    Page(
        base::StrCat({"var { port1, port2 } = new MessageChannel(),"
                      "    buffer = new ArrayBuffer(3),"
                      "    message = [port2, buffer, ",
                      value, "], transfer = [port2, buffer]"}));
    EXPECT_FALSE(SendToMain());
    EXPECT_EQ(Page("thrown.name"), "DataCloneError");
    EXPECT_THAT(Page("thrown.message"), testing::HasSubstr(error));
    EXPECT_EQ(Page("buffer.byteLength"), "3");
    Page("hear(port1); port2.postMessage('still here')");
    EXPECT_EQ(PageLog(), "message:\"still here\"");
  }
}

TEST_P(BlinkFrameMessageTest, WhatAFrameCannotReadIsNoMessage) {
  const auto arrives = [&](std::vector<uint8_t> encoded, bool is_locked) {
    PortMessage message;
    message.encoded = std::move(encoded);
    message.locked_to_agent_cluster = is_locked;
    return ReceiveInPage(ToTransferableMessage(std::move(message)));
  };
  const std::vector<uint8_t> seven = {0xFF, 0x0F, 'I', 14};
  EXPECT_TRUE(arrives(seven, false));
  EXPECT_EQ(Page("data"), "7");
  EXPECT_FALSE(arrives(seven, true));
  EXPECT_FALSE(arrives({0xFF, 0x0F, 'Z'}, false));
  // A port that did not come along.
  EXPECT_FALSE(arrives({0xFF, 0x0F, '\\', 'M', 3}, false));
  std::vector<uint8_t> deep = {0xFF, 0x0F};
  for (int i = 0; i < 1'000'000; ++i) {
    deep.push_back('A');
    deep.push_back(1);
  }
  EXPECT_FALSE(arrives(std::move(deep), false));
}

}  // namespace

}  // namespace electron_ports
