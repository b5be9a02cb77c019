// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/node_objects.h"

#include <string>
#include <utility>

#include "base/strings/string_number_conversions.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/common/message_port_data.h"
#include "shell/common/parked_ports.h"
#include "shell/common/port_message.h"
#include "shell/test/port_test_support.h"
#include "shell/test/v8_test_support.h"
#include "testing/gtest/include/gtest/gtest.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

namespace {

// What lib/ does with ports of Node's, reduced to the calls. Real ones need
// Node.
constexpr char kLib[] = R"(
  globalThis.log = [];
  globalThis.DOMException = class extends Error {
    constructor(message, name) { super(message); this.name = name; }
  };
  binding.setEventDispatcher((port, type, data, ports) => {
    log.push(type);
    globalThis.last = { port, type, data, ports };
  });
  globalThis.NodePort = class MessagePort {};
  globalThis.FileHandle = class FileHandle {};
  globalThis.ends = [];
  globalThis.problem = undefined;
  binding.setNodeObjects({
    prototypes: [NodePort.prototype, FileHandle.prototype],
    kindOf: (value) =>
      value instanceof NodePort ? 'port' :
      value instanceof FileHandle ? 'file' : undefined,
    problemOf: (file) => file.problem,
    take(objects) {
      if (problem) throw problem;
      return objects.map((port) => {
        const { port1, port2 } = binding.createPair();
        ends.push({ port, end: port1 });
        return port2;
      });
    },
    receiveFile(port) {
      if (globalThis.isOwn) port.close();
      return { file: port };
    }
  });
  var { port1: a, port2: b } = binding.createPair();
  b.start();
)";

class NodeObjectsTest : public ScriptTest {
 public:
  void SetUp() override {
    ScriptTest::SetUp();
    v8::Local<v8::Object> binding = v8::Object::New(isolate());
    MessagePortRealm::Install(isolate(), binding, MessagePortRealm::Hooks());
    SetGlobal("binding", binding);
    Run(kLib);
  }
};

TEST_F(NodeObjectsTest, OneInTheListTravelsAsThePortThatLibGivesForIt) {
  Run("var node = new NodePort();"
      "var { port1: c, port2: d } = binding.createPair();"
      "c.start();"
      "a.postMessage(null, [d, node])");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("last.ports.length"), "2");
  EXPECT_EQ(Text("ends.length === 1 && ends[0].port === node"), "true");
  Run("ends[0].end.start(); last.ports[1].postMessage('to the second')");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("last.port === ends[0].end && last.data"), "to the second");
}

TEST_F(NodeObjectsTest, NothingIsTakenWhenLibRefusesOne) {
  Run("problem = new RangeError('is gone already');"
      "var buffer = new ArrayBuffer(8);"
      "var { port1: c, port2: d } = binding.createPair()");
  EXPECT_EQ(Text("a.postMessage(null, [buffer, d, new NodePort()])"),
            "throws RangeError: is gone already");
  EXPECT_EQ(Text("buffer.byteLength"), "8");
  EXPECT_EQ(TakeLog(), "");
  Run("a.postMessage(null, [buffer, d])");
  EXPECT_EQ(TakeLog(), "message");
}

TEST_F(NodeObjectsTest, OneThatIsListedTwiceIsADuplicate) {
  EXPECT_EQ(
      Text("var node = new NodePort(); a.postMessage(null, [node, node])"),
      "throws DataCloneError: Port at index 1 is a duplicate.");
  EXPECT_EQ(Text("ends.length"), "0");
}

TEST_F(NodeObjectsTest, AParkedPortIsGivenOutOnceWithWhatItHasNotRead) {
  Run("a.postMessage('unread');"
      "var { port1: c, port2: d } = binding.createPair();"
      "c.postMessage('early');"
      "var number = binding.parkPort(d);"
      "c.postMessage('late')");
  EXPECT_EQ(Text("a.postMessage(null, [d])"),
            "throws DataCloneError: Port at index 0 is already neutered.");
  EXPECT_EQ(Text("binding.parkPort(d)"),
            "throws DataCloneError: The port is already neutered.");
  TakeLog();
  Run("var e = binding.unparkPort(number); e.start()");
  EXPECT_EQ(Text("String(binding.unparkPort(number))"), "undefined");
  EXPECT_EQ(TakeLog(), "message message");
  EXPECT_EQ(Text("last.data"), "late");
}

TEST_F(NodeObjectsTest, NumbersOfParkedPortsAreNotUsedAgain) {
  auto [one, other] = MessagePortData::CreatePair();
  const uint64_t first = ParkPort(std::move(one));
  EXPECT_TRUE(UnparkPort(first).is_valid());
  const uint64_t second = ParkPort(std::move(other));
  EXPECT_NE(first, second);
  EXPECT_FALSE(UnparkPort(first).is_valid());
  EXPECT_FALSE(UnparkPort(0).is_valid());
  EXPECT_TRUE(UnparkPort(second).is_valid());
}

TEST_F(NodeObjectsTest,
       WhatIsPostedAsUnreadableIsAMessageErrorAndThePortGoesOn) {
  Run("binding.postUnreadable(a); a.postMessage('after')");
  EXPECT_EQ(TakeLog(), "messageerror message");
  Run("a.close(); binding.postUnreadable(a)");
  EXPECT_EQ(TakeLog(), "close close");
}

TEST_F(NodeObjectsTest, AFileIsOneObjectWithAPortBehindThoseOfTheList) {
  Run("var file = new FileHandle();"
      "var { port1: c, port2: d } = binding.createPair();"
      "a.postMessage({ x: [file], d, again: file, after: {} }, [file, d])");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("last.ports.length === 2 && last.ports[0] === last.data.d"),
            "true");
  EXPECT_EQ(Text("last.data.x[0].file === last.ports[1]"), "true");
  EXPECT_EQ(Text("last.data.x[0] === last.data.again"), "true");
  EXPECT_EQ(Text("Object.keys(last.data).join()"), "x,d,again,after");
  Run("ends[0].end.start(); last.ports[1].postMessage('to the file')");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("ends[0].port === file && last.data"), "to the file");
}

TEST_F(NodeObjectsTest, AFileOfThisProcessHasNoPortThatShows) {
  Run("globalThis.isOwn = true; var file = new FileHandle();"
      "a.postMessage([file, file], [file])");
  EXPECT_EQ(TakeLog(), "message close close");
}

TEST_F(NodeObjectsTest, BadFilesThrowAndTheOthersStay) {
  Run("var file = new FileHandle(), bad = new FileHandle();"
      "bad.problem = 'is in use.'");
  EXPECT_EQ(Text("a.postMessage([file, bad], [file, bad])"),
            "throws DataCloneError: FileHandle at index 1 is in use.");
  EXPECT_EQ(Text("a.postMessage(file, [file, file])"),
            "throws DataCloneError: FileHandle at index 1 is a duplicate.");
  EXPECT_EQ(Text("a.postMessage({ a: 1 }, [new ArrayBuffer(1), file])"),
            "throws DataCloneError: FileHandle at index 1 is not in the "
            "message.");
  EXPECT_EQ(Text("a.postMessage({ list: [1, file] })"),
            "throws DataCloneError: An object could not be cloned: "
            "message.list[1] is a FileHandle that is not in the transfer "
            "list.");
  EXPECT_EQ(Text("ends.length"), "0");
  EXPECT_EQ(TakeLog(), "");
}

// What Blink writes for what it has in the place of a file, and what only looks
// like that.
TEST_F(NodeObjectsTest, AnObjectOfARendererThatHasTheFilesPortIsOne) {
  Run("var { port1: c, port2: d } = binding.createPair();"
      "a.postMessage([{ transferredFile: d }, 'x'], [d])");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("last.data[0].file === last.ports[0] && last.data[1]"), "x");
  for (const char* message :
       {"{ transferredFile: d, other: 1 }", "{ other: 1, transferredFile: d }",
        "['o\"\\x0ftransferredFile', d]", "{ transferredfile: d }",
        "[[d], 'transferredFile']"}) {
    Run("var { port1: c, port2: d } = binding.createPair()");
    Run(std::string("a.postMessage(") + message + ", [d])");
    EXPECT_EQ(TakeLog(), "message") << message;
    EXPECT_EQ(Text("'file' in last.data"), "false") << message;
    EXPECT_EQ(Text("JSON.stringify(last.data).includes('\"file\":')"), "false")
        << message;
  }
}

// Its port is closed with it, of which both ends hear.
TEST_F(NodeObjectsTest, AKeyThatEndsLikeAFileIsAMessageErrorAtWorst) {
  Run("var { port1: c, port2: d } = binding.createPair();"
      "a.postMessage({ ['xo\"\\x0ftransferredFile']: d }, [d]);"
      "a.postMessage('after')");
  EXPECT_EQ(TakeLog(), "messageerror close close message");
  EXPECT_EQ(Text("last.data"), "after");
}

// V8 writes a reference for the second, and only bytes that are made up can say
// that. What the first has become is closed.
TEST_F(NodeObjectsTest, TwoFilesThatAreOnePortAreAMessageError) {
  auto [ours, theirs] = MessagePortData::CreatePair();
  TestPort sender(std::move(ours));
  SetGlobal("port", MessagePortMain::Create(isolate(), std::move(theirs)));
  Run("port.start()");
  const std::string file =
      "6f220f7472616e7366657272656446696c65"
      "5c4d00"
      "7b01";
  auto post = [&](const std::string& bytes) {
    auto [kept, sent] = MessagePortData::CreatePair();
    PortMessage message;
    EXPECT_TRUE(base::HexStringToBytes(
        "ff15fe000000000000000000000000ff10" + bytes, &message.encoded));
    message.ports.push_back(std::move(sent));
    sender->Post(std::move(message));
    return std::move(kept);
  };
  TestPort of_one(post("4101" + file + "240001"));
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(of_one.closes(), 0);
  TestPort of_two(post("4102" + file + file + "240002"));
  EXPECT_EQ(TakeLog(), "messageerror close");
  EXPECT_EQ(of_two.closes(), 1);
}

// What a thread that passes messages on does, reduced to the calls.
constexpr char kForwarder[] = R"(
  globalThis.arrived = [];
  binding.setForwarder({
    arrive(ports, buffers) {
      arrived.push({ ports, buffers });
      return ports.map((port) => ({ standsFor: port }));
    }
  });
)";

TEST_F(NodeObjectsTest, AForwarderPutsSomethingInThePlaceOfPorts) {
  Run(kForwarder);
  Run("var { port1: c, port2: d } = binding.createPair();"
      "var buffer = new ArrayBuffer(3);"
      "a.postMessage({ list: [d], buffer }, [d, buffer])");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("arrived.length"), "1");
  EXPECT_EQ(Text("last.data.list[0].standsFor === arrived[0].ports[0]"),
            "true");
  EXPECT_EQ(Text("last.data.buffer === arrived[0].buffers[0]"), "true");
  Run("arrived[0].ports[0].start(); c.postMessage('through')");
  EXPECT_EQ(TakeLog(), "message");
  // One without any of that is not asked about.
  Run("a.postMessage('plain')");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("arrived.length"), "1");
}

TEST_F(NodeObjectsTest, WhatStandsForAPortHearsThatTheMessageCannotBeRead) {
  Run(kForwarder);
  auto [ours, theirs] = MessagePortData::CreatePair();
  TestPort sender(std::move(ours));
  SetGlobal("port", MessagePortMain::Create(isolate(), std::move(theirs)));
  Run("port.start()");
  auto [kept, sent] = MessagePortData::CreatePair();
  TestPort watcher(std::move(kept));
  PortMessage message = TextMessage("no structured clone");
  message.ports.push_back(std::move(sent));
  sender->Post(std::move(message));
  EXPECT_EQ(TakeLog(), "messageerror close");
  EXPECT_EQ(Text("last.port === arrived[0].ports[0]"), "true");
  EXPECT_EQ(watcher.closes(), 1);
}

TEST_F(NodeObjectsTest, AForwarderThatFailsMakesAMessageError) {
  Run("binding.setForwarder({ arrive() { throw new Error('no'); } });"
      "var { port1: c, port2: d } = binding.createPair();"
      "a.postMessage(d, [d])");
  EXPECT_EQ(TakeLog(), "messageerror close close");
  Run("binding.setForwarder({ arrive: () => [] });"
      "var { port1: c, port2: d } = binding.createPair();"
      "a.postMessage(d, [d])");
  EXPECT_EQ(TakeLog(), "messageerror close close");
}

TEST_F(NodeObjectsTest, AForwarderNeedNotListStreams) {
  Run(R"(
    globalThis.ReadableStream = class {};
    globalThis.TransformStream = class {};
    const classes = { ReadableStream, TransformStream };
    binding.setStreamTransfer({
      prototypes: Object.values(classes).map(({ prototype }) => prototype),
      classOf: (object) =>
        Object.keys(classes).find((name) => object instanceof classes[name]),
      problemOf: () => undefined,
      send: (stream, channels) => (stream.channels = channels),
      receive: (name, channels) =>
        Object.assign(new classes[name](), { channels })
    });
    var transform = new TransformStream();
    var readable = new ReadableStream();
  )");
  EXPECT_EQ(Text("a.postMessage([transform])").substr(0, 22),
            "throws DataCloneError:");
  Run(kForwarder);
  Run("a.postMessage([transform, readable, transform])");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("last.data.length === 3 && last.data[0] === last.data[2]"),
            "true");
  EXPECT_EQ(Text("last.data.map(({ channels }) => channels.length).join()"),
            "2,1,2");
  Run("last.data[1].channels[0].start();"
      "readable.channels[0].postMessage('chunk')");
  EXPECT_EQ(TakeLog(), "message");
}

}  // namespace

}  // namespace electron_ports
