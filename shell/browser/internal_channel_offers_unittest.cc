// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/internal_channel_offers.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/strings/strcat.h"
#include "gin/converter.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/test/v8_test_support.h"
#include "testing/gmock/include/gmock/gmock.h"
#include "testing/gtest/include/gtest/gtest.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

namespace {

// lib/browser/internal-channel.ts, reduced to the port.
constexpr char kLib[] = R"(
  globalThis.log = [];
  globalThis.secret = 0;
  globalThis.served = new Set();
  binding.setEventDispatcher((port, type, data) => {
    log.push(type === 'message' ? `message:${data}` : type);
    if (data === 'call' && served.has(port)) {
      port.postMessage(`secret ${++secret}`);
    }
  });
  function serve(document) {
    log.push(`asked:${document.url}`);
    if (document.url.startsWith('chrome:')) return undefined;
    const { port1, port2 } = binding.createPair();
    port1.start();
    served.add(port1);
    return { port: port2, revoke: (reason) => log.push(`revoked:${reason}`) };
  }
)";

class InternalChannelOffersTest : public ScriptTest {
 public:
  void SetUp() override {
    ScriptTest::SetUp();
    v8::Local<v8::Object> binding = v8::Object::New(isolate());
    MessagePortRealm::Install(isolate(), binding, MessagePortRealm::Hooks());
    SetGlobal("binding", binding);
    v8::Local<v8::Object> channels = v8::Object::New(isolate());
    offers_.Install(isolate(), channels);
    SetGlobal("channels", channels);
    Run(kLib);
  }

  void TearDown() override {
    offers_.Clear();
    ScriptTest::TearDown();
  }

 protected:
  InternalChannelOffers& offers() { return offers_; }

  InternalChannelGrants Grant(std::string_view url) {
    return offers_.Grant(
        isolate(),
        Run(base::StrCat({"({ url: '", url, "' })"})).As<v8::Object>());
  }

  // What a document does with a port that it was given.
  void Call(MessagePortData port) {
    SetGlobal("theirs", MessagePortMain::Create(isolate(), std::move(port)));
    Run("theirs.start(); theirs.postMessage('call')");
  }

 private:
  InternalChannelOffers offers_;
};

TEST_F(InternalChannelOffersTest, APortIsTheWayToTheApi) {
  Run("channels.offer('memory', serve)");
  InternalChannelGrants grants = Grant("https://a.example");
  auto ports = grants.TakePorts();
  ASSERT_EQ(ports.size(), 1u);
  Call(std::move(ports["memory"]));
  EXPECT_EQ(TakeLog(), "asked:https://a.example message:call message:secret 1");
  EXPECT_TRUE(grants.TakePorts().empty());
  grants.Revoke("it is gone");
  grants.Revoke("it is gone twice");
  EXPECT_EQ(TakeLog(), "revoked:it is gone");
}

TEST_F(InternalChannelOffersTest, EachDocumentHasAChannelOfItsOwn) {
  Run("channels.offer('memory', serve)");
  InternalChannelGrants one = Grant("one");
  InternalChannelGrants other = Grant("other");
  TakeLog();
  one.Revoke("gone");
  EXPECT_EQ(TakeLog(), "revoked:gone");
  Call(std::move(other.TakePorts()["memory"]));
  EXPECT_EQ(TakeLog(), "message:call message:secret 1");
  other.Revoke("gone, too");
}

// A renderer that was taken over can post whatever it likes on all that it has:
// there is no name that it could say.
TEST_F(InternalChannelOffersTest, WithoutThePortNothingLeadsToTheApi) {
  Run("channels.offer('memory', serve)");
  InternalChannelGrants refused = Grant("chrome://version");
  EXPECT_TRUE(refused.TakePorts().empty());
  EXPECT_TRUE(refused.empty());
  // What the document has: a port of the app's.
  Run("var { port1: app, port2: evil } = binding.createPair(); app.start();"
      "for (const guess of ['call', 'memory', 'process-memory',"
      "                     { type: 'request', method: 'call' },"
      "                     { channel: 'memory', message: 'call' }]) {"
      "  evil.postMessage(guess);"
      "}");
  TakeLog();
  EXPECT_EQ(Text("secret"), "0");
}

TEST_F(InternalChannelOffersTest, ANameIsOfferedOnceUntilItIsTakenBack) {
  Run("var takeBack = channels.offer('memory', serve)");
  EXPECT_EQ(Text("channels.offer('memory', serve)"),
            "throws Error: The internal channel 'memory' is offered already");
  Run("takeBack()");
  EXPECT_TRUE(Grant("a").empty());
  Run("channels.offer('memory', serve); takeBack()");
  EXPECT_FALSE(Grant("a").empty());
}

TEST_F(InternalChannelOffersTest, WhatThrowsOrMakesNoSenseGrantsNothing) {
  Run("channels.offer('a', () => { throw new Error('on purpose'); });"
      "channels.offer('b', () => 5);"
      "channels.offer('c', () => ({ port: {}, revoke() {} }));"
      "channels.offer('d', () => ({ port: binding.createPair().port1 }));"
      "channels.offer('e', serve)");
  InternalChannelGrants grants = Grant("x");
  EXPECT_EQ(grants.TakePorts().size(), 1u);
}

TEST_F(InternalChannelOffersTest, GrantsThatAreDroppedEndTheirChannels) {
  Run("channels.offer('memory', serve)");
  {
    InternalChannelGrants grants = Grant("x");
  }
  EXPECT_EQ(TakeLog(), "asked:x revoked:its document never came close");
}

TEST_F(InternalChannelOffersTest, NoScriptRunsOnceTheRealmIsStopped) {
  Run("channels.offer('memory', serve)");
  std::optional<InternalChannelGrants> grants(Grant("x"));
  TakeLog();
  MessagePortRealm::From(isolate())->StopScript();
  grants.reset();
  EXPECT_EQ(TakeLog(), "");
}

// The task that tells of a frame's end may never run, and goes with the last
// things of the process.
TEST_F(InternalChannelOffersTest, GrantsMayOutliveTheIsolate) {
  Run("channels.offer('memory', serve)");
  std::optional<InternalChannelGrants> grants(Grant("x"));
  EXPECT_FALSE(grants->empty());
  grants->TakePorts();
  TearDown();
  grants.reset();
}

}  // namespace

}  // namespace electron_ports
