// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/blob_transfer.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/containers/span.h"
#include "base/files/file_path.h"
#include "base/functional/bind.h"
#include "base/numerics/byte_conversions.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "base/test/bind.h"
#include "base/uuid.h"
#include "base/values.h"
#include "gin/public/wrapper_info.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/post_message.h"
#include "shell/common/message_size.h"
#include "shell/test/blob_test_support.h"
#include "shell/test/port_test_support.h"
#include "shell/test/v8_test_support.h"
#include "testing/gmock/include/gmock/gmock.h"
#include "testing/gtest/include/gtest/gtest.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-external-memory-accounter.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

namespace {

// What lib/ does with events, and about Blobs. Real ones need Node; these are
// a text, or what came from the binding.
constexpr char kLib[] = R"(
  globalThis.log = [];
  binding.setEventDispatcher((port, type, data) => {
    log.push(type === 'message' ? `message:${String(data)}` : type);
    if (type === 'message') globalThis.last = data;
  });
  function pair() {
    const { port1, port2 } = binding.createPair();
    return [port1, port2];
  }
)";

constexpr char kBlobs[] = R"(
  const toBytes = (text) =>
    Uint8Array.from(text, (character) => character.charCodeAt()).buffer;
  const toText = (bytes) =>
    bytes && String.fromCharCode(...new Uint8Array(bytes));
  globalThis.Blob = class Blob {
    constructor(text, type = '') {
      Object.assign(this, { text, type, size: text.length });
    }
  };
  globalThis.File = class File extends Blob {
    constructor(text, name, lastModified) {
      super(text, 'of/file');
      Object.assign(this, { name, lastModified });
    }
  };
  globalThis.asked = [];
  binding.setBlobTransfer({
    prototypes: [Blob.prototype],
    isBlob: (object) => object instanceof Blob,
    describe: (blob) => (blob.type === undefined ? undefined : { ...blob }),
    read(blob, start, end, deliver) {
      asked.push(`${start}-${end}`);
      deliver(blob.isGone ? undefined : toBytes(blob.text.slice(start, end)));
    },
    receive: (remote, details) => Object.assign(
      Object.create((details.name === undefined ? Blob : File).prototype),
      details, { remote })
  });
  // Of a Blob that arrived; the text comes to `log`.
  function read(blob, start = 0, end = blob.size) {
    blob.remote.read(start, end, (bytes) => log.push(`read:${toText(bytes)}`));
  }
)";

// Parts of an encoded message.
std::vector<uint8_t> operator+(std::vector<uint8_t> a,
                               const std::vector<uint8_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<uint8_t> Utf8(std::string_view text) {
  std::vector<uint8_t> bytes = {static_cast<uint8_t>(text.size())};
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

std::vector<uint8_t> EncodedBlob(std::string_view uuid, uint8_t size) {
  return std::vector<uint8_t>{0x5C, 'b'} + Utf8(uuid) + Utf8("not/used") +
         std::vector<uint8_t>{size};
}

std::vector<uint8_t> EncodedFile(std::string_view uuid,
                                 uint8_t size,
                                 std::string_view name) {
  return Utf8("/path/of/it") + Utf8(name) + Utf8("relative") + Utf8(uuid) +
         Utf8("not/used") + std::vector<uint8_t>{1, size} +
         // 1234.0, and visible.
         std::vector<uint8_t>{0, 0, 0, 0, 0, 0x48, 0x93, 0x40, 1};
}

// Every test runs twice, as in message_port_endpoint_unittest.cc.
class BlobTransferTest : public ScriptTest,
                         public testing::WithParamInterface<bool> {
 public:
  void SetUp() override {
    if (GetParam()) {
      forced_.emplace();
    }
    ScriptTest::SetUp();
    storage_.emplace();
    MessagePortRealm::Hooks hooks;
    hooks.blob_registry = base::BindLambdaForTesting([this] {
      return storage_ ? storage_->Connect()
                      : mojo::PendingRemote<blob_mojom::BlobRegistry>();
    });
    v8::Local<v8::Object> binding = v8::Object::New(isolate());
    MessagePortRealm::Install(isolate(), binding, std::move(hooks));
    SetGlobal("binding", binding);
    auto [ours, theirs] = MessagePortData::CreatePair();
    other_ = std::make_unique<TestPort>(std::move(ours));
    other()->Start();
    SetGlobal("port", MessagePortMain::Create(isolate(), std::move(theirs)));
    Run(kLib);
    Run("port.start()");
  }

  void TearDown() override {
    ScriptTest::TearDown();
    other_.reset();
    storage_.reset();
  }

 protected:
  // What a renderer has: the other end of `port`, and the storage.
  TestPort& other() { return *other_; }
  MemoryBlobStorage& storage() { return *storage_; }
  // As before the app is ready.
  void LoseStorage() { storage_.reset(); }
  void GetStorage() { storage_.emplace(); }

  // Posts `value`, an encoded one, from the other end.
  void Post(const std::vector<uint8_t>& value, std::vector<BlobHandle> blobs) {
    PortMessage message;
    message.encoded = std::vector<uint8_t>{0xFF, 0x13, 0xFF, 0x10} + value;
    message.blobs = std::move(blobs);
    other()->Post(std::move(message));
  }

  void Post(const std::vector<uint8_t>& value, BlobHandle blob) {
    std::vector<BlobHandle> blobs;
    blobs.push_back(std::move(blob));
    Post(value, std::move(blobs));
  }

  // The Blobs of the first message that `source` posts.
  std::vector<BlobHandle> BlobsOf(std::string_view source) {
    const size_t before = other().messages().size();
    Run(source);
    RunTasks();
    return other().TakeMessage(before).blobs;
  }

 private:
  std::optional<ScopedForcedSerialization> forced_;
  std::optional<MemoryBlobStorage> storage_;
  std::unique_ptr<TestPort> other_;
};

INSTANTIATE_TEST_SUITE_P(All,
                         BlobTransferTest,
                         testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Serialized" : "AsObjects";
                         });

TEST_P(BlobTransferTest, ABlobArrivesAndIsReadWhenItIsAskedFor) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "text/plain", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  EXPECT_EQ(Text("last instanceof Blob && !(last instanceof File)"), "true");
  EXPECT_EQ(Text("last.size + ' ' + last.type"), "5 text/plain");
  EXPECT_EQ(storage().reads(), 0);

  Run("read(last)");
  EXPECT_EQ(TakeLog(), "read:hello");
  Run("read(last, 1, 3)");
  EXPECT_EQ(TakeLog(), "read:el");
  EXPECT_EQ(storage().reads(), 2);
}

TEST_P(BlobTransferTest, AFileArrivesWithNameAndTimeAndWithoutItsPath) {
  Run(kBlobs);
  Post(std::vector<uint8_t>{0x5C, 'f'} + EncodedFile("u", 3, "name"),
       storage().Add("u", "a/b", "abc"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  EXPECT_EQ(Text("last instanceof File"), "true");
  Run("const { remote, ...details } = last");
  EXPECT_EQ(Text("JSON.stringify(details)"),
            R"({"size":3,"type":"a/b","name":"name","lastModified":1234})");
}

TEST_P(BlobTransferTest, AFileListIsAnArrayOfFiles) {
  Run(kBlobs);
  std::vector<BlobHandle> blobs;
  blobs.push_back(storage().Add("u", "", "abc"));
  blobs.push_back(storage().Add("v", "", "de"));
  Post(std::vector<uint8_t>{0x5C, 'l', 2} + EncodedFile("u", 3, "one") +
           EncodedFile("v", 2, "two"),
       std::move(blobs));
  Post({0x5C, 'l', 0}, std::vector<BlobHandle>());
  EXPECT_EQ(TakeLog(), "message:[object Object],[object Object] message:");
  EXPECT_EQ(Text("Array.isArray(last)"), "true");
}

TEST_P(BlobTransferTest, AFileOfTheUsersDiskMayComeWithoutItsSizeBeside) {
  Run(kBlobs);
  BlobHandle handle = storage().Add("u", "", "abc");
  handle.size = std::numeric_limits<uint64_t>::max();
  Post(std::vector<uint8_t>{0x5C, 'f'} + EncodedFile("u", 3, "name"),
       std::move(handle));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  EXPECT_EQ(Text("last.size"), "3");
}

TEST_P(BlobTransferTest, ABlobThatIsMissingOrOfAnotherSizeIsAMessageError) {
  // lib/ has not said yet what a Blob is.
  Post(EncodedBlob("u", 5), storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "messageerror");
  Run(kBlobs);
  Post(EncodedBlob("u", 5), std::vector<BlobHandle>());
  Post(EncodedBlob("u", 5), storage().Add("other", "", "hello"));
  Post(EncodedBlob("a", 4), storage().Add("a", "", "hello"));
  // Cut off.
  Post({0x5C, 'b', 1, 'b'}, storage().Add("b", "", "hello"));
  // An old file without metadata.
  Post(std::vector<uint8_t>{0x5C, 'f'} + Utf8("") + Utf8("") + Utf8("") +
           Utf8("c") + Utf8("") + std::vector<uint8_t>{0, 1},
       storage().Add("c", "", "hello"));
  // A size that script can't say.
  BlobHandle large = storage().Add("d", "", "hello");
  large.size = std::numeric_limits<uint64_t>::max();
  Post(std::vector<uint8_t>{0x5C, 'b'} + Utf8("d") + Utf8("") +
           std::vector<uint8_t>{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10},
       std::move(large));
  EXPECT_EQ(TakeLog(),
            "messageerror messageerror messageerror messageerror messageerror "
            "messageerror");
  // None of them is kept.
  CollectGarbage();
  RunTasks();
  EXPECT_EQ(storage().size(), 0u);
}

TEST_P(BlobTransferTest, WhatCannotBeReadIsSaidToBeSo) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  storage().set_fails(true);
  Run("read(last)");
  EXPECT_EQ(TakeLog(), "read:undefined");
  storage().set_fails(false);
  Run("read(last)");
  EXPECT_EQ(TakeLog(), "read:hello");
  storage().Clear();
  Run("read(last)");
  EXPECT_EQ(TakeLog(), "read:undefined");
}

TEST_P(BlobTransferTest, ABlobIsHeldUntilItIsCollected) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  CollectGarbage();
  RunTasks();
  EXPECT_EQ(storage().size(), 1u);
  Run("last = undefined");
  CollectGarbage();
  RunTasks();
  EXPECT_EQ(storage().size(), 0u);
}

TEST_P(BlobTransferTest, BytesOfThisProcessAreReadAfterwardsAndInOrder) {
  Run(kBlobs);
  Run("port.postMessage(1); port.postMessage([new Blob('hello', 'a/b')]);"
      "port.postMessage(3)");
  EXPECT_EQ(Text("asked.length"), "0");
  RunTasks();
  ASSERT_EQ(other().messages().size(), 3u);
  EXPECT_EQ(Text("asked"), "0-5");

  std::vector<BlobHandle> blobs = std::move(other().TakeMessage(1).blobs);
  ASSERT_EQ(blobs.size(), 1u);
  EXPECT_TRUE(base::Uuid::ParseLowercase(blobs[0].uuid).is_valid());
  EXPECT_EQ(blobs[0].type, "a/b");
  EXPECT_EQ(blobs[0].size, 5u);
  EXPECT_EQ(ReadBlob(std::move(blobs[0])), "hello");
}

TEST_P(BlobTransferTest, TheBytesAreThoseOfBlinksFormat) {
  Run(kBlobs);
  const std::vector<uint8_t> header = {0xFF, 0x15, 0xFE, 0, 0, 0, 0,    0,   0,
                                       0,    0,    0,    0, 0, 0, 0xFF, 0x10};
  Run("port.postMessage(new Blob('hello', 'a/b'));"
      "port.postMessage(new File('abc', 'n\u00fc', 1234))");
  RunTasks();
  PortMessage message = other().TakeMessage(0);
  const std::vector<uint8_t> blob = std::vector<uint8_t>{0x5C, 'b'} +
                                    Utf8(message.blobs.at(0).uuid) +
                                    Utf8("a/b") + std::vector<uint8_t>{5};
  EXPECT_EQ(message.encoded, header + blob);
  message = other().TakeMessage(1);
  const std::vector<uint8_t> file =
      std::vector<uint8_t>{0x5C, 'f'} + Utf8("") + Utf8("n\u00fc") + Utf8("") +
      Utf8(message.blobs.at(0).uuid) + Utf8("of/file") +
      // That it has metadata, 3 bytes, 1234.0, and not visible.
      std::vector<uint8_t>{1, 3, 0, 0, 0, 0, 0, 0x48, 0x93, 0x40, 0};
  EXPECT_EQ(message.encoded, header + file);
}

// What a real Chromium wrote for them: script/record-blink-values.ts.
TEST_P(BlobTransferTest, RealBlinkBlobsAreReadAndWrittenBackAlike) {
  Run(kBlobs);
  const base::ListValue blobs = ReadBlinkValues("blobs");
  ASSERT_GE(blobs.size(), 3u);
  for (const base::Value& blob : blobs) {
    const base::DictValue& dict = blob.GetDict();
    SCOPED_TRACE(*dict.FindString("source"));
    std::vector<uint8_t> bytes;
    ASSERT_TRUE(base::HexStringToBytes(*dict.FindString("hex"), &bytes));
    PortMessage sent;
    sent.encoded = bytes;
    const std::string& details = *dict.FindString("details");
    sent.blobs.push_back(
        storage().Add(*dict.FindString("uuid"),
                      Text(base::StrCat({"(", details, ").type"})), "hello"));
    other()->Post(std::move(sent));
    TakeLog();
    Run("var { remote, ...details } = last[1]");
    EXPECT_EQ(Text("JSON.stringify(details)"), details);
    EXPECT_EQ(Text("last[1] instanceof File"),
              Text(base::StrCat({"'name' in ", details})));

    const size_t before = other().messages().size();
    // An array that was read counts as one with holes to V8.
    Run("port.postMessage([last[0], last[1]])");
    RunTasks();
    // Without the envelope and its trailer, which lists that it is a Blob.
    const std::vector<uint8_t> back = other().TakeMessage(before).encoded;
    constexpr size_t kEnvelope = 17;
    ASSERT_GT(bytes.size(), kEnvelope);
    const size_t end =
        base::U64FromBigEndian(base::span(bytes).subspan<3, 8>());
    EXPECT_EQ(base::HexEncode(base::span(back).subspan(kEnvelope)),
              base::HexEncode(base::span(bytes).first(end).subspan(kEnvelope)));
    Run("last = remote = undefined");
    CollectGarbage();
    RunTasks();
  }
}

TEST_P(BlobTransferTest, AnEmptyBlobHasNoBytesToAskFor) {
  Run(kBlobs);
  std::vector<BlobHandle> blobs = BlobsOf("port.postMessage(new Blob(''))");
  ASSERT_EQ(blobs.size(), 1u);
  EXPECT_EQ(storage().size(), 1u);
  EXPECT_EQ(Text("asked.length"), "0");
}

TEST_P(BlobTransferTest, WhatIsSentArrivesAtAnotherPortOfThisProcess) {
  Run(kBlobs);
  Run("var [a, b] = pair(); b.start();"
      "a.postMessage({ blob: new Blob('b', 'x/y'),"
      "                file: new File('file', 'n\u00fc', 5) })");
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  EXPECT_EQ(Text("last.blob.type + ' ' + last.file.name + ' ' + "
                 "last.file.lastModified + ' ' + last.file.size"),
            "x/y n\u00fc 5 4");
  Run("read(last.blob)");
  EXPECT_EQ(TakeLog(), "read:b");
  Run("read(last.file)");
  EXPECT_EQ(TakeLog(), "read:file");
}

TEST_P(BlobTransferTest, ABlobThatCameIsSentOnAsItselfWithoutBeingRead) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "a/b", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  std::vector<BlobHandle> blobs = BlobsOf("port.postMessage(last)");
  ASSERT_EQ(blobs.size(), 1u);
  EXPECT_EQ(blobs[0].uuid, "u");
  EXPECT_EQ(blobs[0].type, "a/b");
  EXPECT_EQ(blobs[0].size, 5u);
  EXPECT_EQ(storage().reads(), 0);
  EXPECT_EQ(storage().size(), 1u);
  // The storage is not asked for that, and it need not be this process's.
  EXPECT_EQ(Text("asked.length"), "0");

  Run("last = undefined");
  CollectGarbage();
  EXPECT_EQ(ReadBlob(std::move(blobs[0])), "hello");
}

// A renderer that refers to a Blob of another session's storage is ended.
TEST_P(BlobTransferTest, BlobsGoToTheStorageOfTheReceiversSession) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "a/b", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  MemoryBlobStorage session;
  v8::Local<v8::Value> message = Run("[last, new Blob('own', 'c/d')]");
  std::optional<PortMessage> sent = PreparePostMessage(
      isolate(), message, v8::Undefined(isolate()), /*source=*/nullptr,
      [] { return true; },
      base::BindLambdaForTesting([&] { return session.Connect(); }));
  ASSERT_TRUE(sent);
  RunTasks();

  EXPECT_EQ(session.size(), 2u);
  EXPECT_EQ(storage().size(), 1u);
  ASSERT_EQ(sent->blobs.size(), 2u);
  EXPECT_EQ(sent->blobs[0].uuid, "u");
  EXPECT_EQ(sent->blobs[0].type, "a/b");
  EXPECT_EQ(ReadBlob(std::move(sent->blobs[0])), "hello");
  EXPECT_EQ(ReadBlob(std::move(sent->blobs[1])), "own");
  EXPECT_EQ(session.reads(), 2);
}

TEST_P(BlobTransferTest, AStoredBlobHasTheFieldsThatGinAsksFor) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  EXPECT_EQ(Run("last.remote").As<v8::Object>()->InternalFieldCount(),
            gin::kNumberOfInternalFields);
}

TEST_P(BlobTransferTest, ATextThatIsTooLongIsNotSentOrRead) {
  Run(kBlobs);
  const std::string too_long(kMaxTextBytes + 1, 'x');
  Run("var text = 'x'.repeat(16 * 1024 * 1024 + 1)");
  for (const char* source : {"new Blob('x', text)", "new File('x', text, 0)"}) {
    EXPECT_EQ(Text(base::StrCat({"port.postMessage(", source, ")"})),
              "throws DataCloneError: An object could not be cloned: a text of "
              "a DOMException, a Blob or a File takes 16777217 bytes, and it "
              "can take 16777216.");
  }
  BlobHandle handle = storage().Add("u", "", "hello");
  handle.type = too_long;
  Post(EncodedBlob("u", 5), std::move(handle));
  EXPECT_EQ(TakeLog(), "messageerror");
}

TEST_P(BlobTransferTest, V8KnowsWhatAStoredBlobHolds) {
  Run(kBlobs);
  const auto external = [&] {
    return v8::ExternalMemoryAccounter::
        GetTotalAmountOfExternalAllocatedMemoryForTesting(isolate());
  };
  Post(EncodedBlob("u", 100), storage().Add("u", "", std::string(100, 'x')));
  CollectGarbage();
  const int64_t before = external();
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  EXPECT_GE(external() - before, 100);
  Run("last = undefined");
  CollectGarbage();
  EXPECT_LT(external() - before, 100);
}

TEST_P(BlobTransferTest, APartOfABlobThatCameIsABlobOfItsOwn) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  // lib/ leaves `remote` out, and gives the bytes.
  std::vector<BlobHandle> blobs =
      BlobsOf("port.postMessage(new Blob('ell', 'c/d'))");
  ASSERT_EQ(blobs.size(), 1u);
  EXPECT_NE(blobs[0].uuid, "u");
  EXPECT_EQ(ReadBlob(std::move(blobs[0])), "ell");
}

TEST_P(BlobTransferTest, ABlobThatIsThereTwiceGoesOnce) {
  Run(kBlobs);
  EXPECT_EQ(BlobsOf("var b = new Blob('x'); port.postMessage([b, b])").size(),
            1u);
  Post(std::vector<uint8_t>{0x41, 2} + EncodedBlob("u", 5) +
           EncodedBlob("u", 5) + std::vector<uint8_t>{0x24, 0, 2},
       storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object],[object Object]");
  EXPECT_EQ(Text("last[0] !== last[1] && last[0].remote === last[1].remote"),
            "true");
  EXPECT_EQ(BlobsOf("port.postMessage(last)").size(), 1u);
}

TEST_P(BlobTransferTest, BytesThatCannotBeReadMakeABlobThatCannotBeRead) {
  Run(kBlobs);
  std::vector<BlobHandle> blobs = BlobsOf(
      "port.postMessage(Object.assign(new Blob('x'), { isGone: true }))");
  ASSERT_EQ(blobs.size(), 1u);
  EXPECT_EQ(ReadBlob(std::move(blobs[0])), std::nullopt);
  // The next one is as good as ever.
  blobs = BlobsOf("port.postMessage(new Blob('y'))");
  EXPECT_EQ(ReadBlob(std::move(blobs[0])), "y");
}

TEST_P(BlobTransferTest, WhatCannotBeSentIsRefusedAndNothingIsRegistered) {
  Run(kBlobs);
  Run("var [a, b] = pair(), blob = new Blob('x')");
  EXPECT_EQ(Text("a.postMessage([blob, Object.create(Blob.prototype)])"),
            "throws DataCloneError: An object could not be cloned: it only "
            "looks like a Blob.");
  EXPECT_THAT(Text("a.postMessage([blob, () => {}])"),
              testing::StartsWith("throws DataCloneError"));
  EXPECT_EQ(Text("a.postMessage([blob, { get x() { a.close(); } }])"),
            "undefined");
  RunTasks();
  EXPECT_EQ(storage().size(), 0u);
  EXPECT_EQ(Text("asked.length"), "0");
}

TEST_P(BlobTransferTest, WithoutAStorageOnlyWhatCameCanBeSent) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  LoseStorage();
  EXPECT_EQ(Text("port.postMessage(new Blob('x'))"),
            "throws DataCloneError: An object could not be cloned: this "
            "process has no blob storage for the bytes of a Blob.");
  EXPECT_EQ(BlobsOf("port.postMessage(last)").size(), 1u);
  GetStorage();
  std::vector<BlobHandle> blobs = BlobsOf("port.postMessage(new Blob('x'))");
  EXPECT_EQ(ReadBlob(std::move(blobs[0])), "x");
  // The storage may go, and there be another.
  LoseStorage();
  RunTasks();
  GetStorage();
  blobs = BlobsOf("port.postMessage(new Blob('y'))");
  EXPECT_EQ(ReadBlob(std::move(blobs[0])), "y");
}

TEST_P(BlobTransferTest, TheIsolateMayEndWhileBytesAreOnTheirWay) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  Run("port.postMessage(new Blob('x')); read(last)");
  TearDown();
}

TEST_P(BlobTransferTest, NoScriptRunsOnceTheRealmIsStopped) {
  Run(kBlobs);
  Post(EncodedBlob("u", 5), storage().Add("u", "", "hello"));
  EXPECT_EQ(TakeLog(), "message:[object Object]");
  Run("port.postMessage(new Blob('x')); read(last)");
  MessagePortRealm::From(isolate())->StopScript();
  Run("read(last)");
  EXPECT_EQ(TakeLog(), "");
  EXPECT_EQ(Text("asked.length"), "0");
}

}  // namespace

}  // namespace electron_ports
