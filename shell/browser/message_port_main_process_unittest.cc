// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// Ports of script whose other end is in another process: a second run of this
// binary, which sends back whatever comes without reading it.

#include <signal.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/functional/bind.h"
#include "base/run_loop.h"
#include "base/strings/strcat.h"
#include "base/test/bind.h"
#include "base/test/task_environment.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "mojo/core/test/mojo_test_base.h"
#include "mojo/core/test/multiprocess_test_helper.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/test/port_test_support.h"
#include "shell/test/v8_test_support.h"
#include "testing/gtest/include/gtest/gtest.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-function.h"

namespace electron_ports {

namespace {

class ReturningProcess : public mojo::core::test::MojoTestBase {
 private:
  base::test::TaskEnvironment task_environment_;
};

DEFINE_TEST_CLIENT_TEST_WITH_PIPE(ReturnClient, ReturningProcess, pipe) {
  TestPort port(TakePortFrom(pipe));
  size_t seen = 0;
  port.set_on_message(base::BindLambdaForTesting(
      [&](const std::string&) { port->Post(port.TakeMessage(seen++)); }));
  port->Start();
  port.WaitForClose();
}

class MessagePortMainProcessTest : public ScriptTest {
 public:
  void SetUp() override {
    ScriptTest::SetUp();
    pipe_ = process_.StartChild("ReturnClient");
    v8::Local<v8::Object> binding = v8::Object::New(isolate());
    MessagePortRealm::Install(isolate(), binding, MessagePortRealm::Hooks());
    SetGlobal("binding", binding);
    SetGlobal("port", MessagePortMain::Create(isolate(),
                                              SendPortTo(pipe_.get().value())));
    SetGlobal("heard", gin::CreateFunctionTemplate(
                           isolate(), base::BindLambdaForTesting([this] {
                             ++events_;
                             if (on_event_) {
                               on_event_.Run();
                             }
                           }))
                           ->GetFunction(context())
                           .ToLocalChecked());
    Run("binding.setEventDispatcher((port, type, data, ports) => {"
        "  globalThis.last = { port, type, data, ports };"
        "  heard();"
        "});"
        "port.start()");
  }

  void TearDown() override {
    ScriptTest::TearDown();
    // It ends as its port does.
    process_.WaitForChildShutdown();
  }

 protected:
  const base::Process& process() const { return process_.test_child(); }

  // Runs tasks until one more event has been heard.
  void WaitForEvent() {
    const int before = events_;
    while (events_ == before) {
      base::RunLoop loop;
      on_event_ = loop.QuitClosure();
      loop.Run();
    }
  }

 private:
  mojo::core::test::MultiprocessTestHelper process_;
  mojo::ScopedMessagePipeHandle pipe_;
  int events_ = 0;
  base::RepeatingClosure on_event_;
};

TEST_F(MessagePortMainProcessTest, ValuesComeBackAsTheyWere) {
  Run("port.postMessage({ map: new Map([[1, new Set(['two'])]]), big: 2n ** "
      "70n,"
      "                   text: 'x'.repeat(100000), at: new Date(5) })");
  WaitForEvent();
  EXPECT_EQ(Text("last.type + ' ' + last.data.map.get(1).has('two') + ' ' + "
                 "last.data.big + ' ' + last.data.text.length + ' ' + "
                 "Number(last.data.at)"),
            "message true 1180591620717411303424 100000 5");
}

TEST_F(MessagePortMainProcessTest, ArrayBuffersComeBackWhole) {
  for (const char* size : {"0", "1", "65535", "65536", "65537", "67108864"}) {
    SCOPED_TRACE(size);
    Run(base::StrCat({"var buffer = new ArrayBuffer(", size, "), view;",
                      "view = new Uint8Array(buffer);", kFillView,
                      "port.postMessage({ buffer, view }, [buffer])"}));
    EXPECT_EQ(Text("buffer.detached"), "true");
    WaitForEvent();
    EXPECT_EQ(Text("last.data.buffer.byteLength"), size);
    EXPECT_EQ(Text("last.data.view.buffer === last.data.buffer"), "true");
    EXPECT_EQ(Text(kFirstWrongByte), "undefined");
  }
}

TEST_F(MessagePortMainProcessTest, AResizableArrayBufferComesBackResizable) {
  Run("var buffer = new ArrayBuffer(3, { maxByteLength: 200000 });"
      "port.postMessage(buffer, [buffer])");
  WaitForEvent();
  EXPECT_EQ(Text("last.data.byteLength + ' ' + last.data.maxByteLength"),
            "3 200000");
}

TEST_F(MessagePortMainProcessTest,
       APortInTheDataComesBackAsOneWithItsMessages) {
  Run("var { port1: a, port2: b } = binding.createPair();"
      "a.postMessage('before'); port.postMessage({ b }, [b]);"
      "a.postMessage('on its way')");
  WaitForEvent();
  EXPECT_EQ(Text("last.data.b === last.ports[0]"), "true");
  Run("last.ports[0].start()");
  WaitForEvent();
  EXPECT_EQ(Text("last.data"), "before");
  WaitForEvent();
  EXPECT_EQ(Text("last.data"), "on its way");
}

TEST_F(MessagePortMainProcessTest, ABufferThatWaitedHereLeavesWithThePort) {
  Run("var { port1: a, port2: b } = binding.createPair(), x = new "
      "Uint8Array(100_000).fill(7);"
      "a.postMessage(x, [x.buffer]); port.postMessage({ b }, [b])");
  WaitForEvent();
  Run("last.ports[0].start()");
  WaitForEvent();
  EXPECT_EQ(Text("last.data.length + ' ' + last.data.every((y) => y === 7)"),
            "100000 true");
}

TEST_F(MessagePortMainProcessTest, AKilledProcessIsACloseOfEveryPortWithIt) {
  Run("port.postMessage('ready')");
  WaitForEvent();
  ASSERT_EQ(kill(process().Pid(), SIGKILL), 0);
  WaitForEvent();
  EXPECT_EQ(Text("last.type + ' ' + (last.port === port) + ' ' + port.closed"),
            "close true true");
  EXPECT_EQ(Text("port.postMessage(1)"), "undefined");
}

}  // namespace

}  // namespace electron_ports
