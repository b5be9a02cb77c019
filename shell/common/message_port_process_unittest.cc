// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// Message ports between real processes: the parent is the test, each child a
// second run of this binary that ipcz connects to it.

#include <signal.h>

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/command_line.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "base/process/process.h"
#include "base/rand_util.h"
#include "base/run_loop.h"
#include "base/strings/string_number_conversions.h"
#include "base/strings/string_util.h"
#include "base/task/sequenced_task_runner.h"
#include "base/test/bind.h"
#include "base/test/task_environment.h"
#include "base/test/test_timeouts.h"
#include "base/threading/platform_thread.h"
#include "base/time/time.h"
#include "mojo/core/test/mojo_test_base.h"
#include "shell/common/message_port_endpoint.h"
#include "shell/test/port_test_support.h"
#include "testing/gmock/include/gmock/gmock.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

using testing::ElementsAre;

class MessagePortProcessTest : public mojo::core::test::MojoTestBase {
 private:
  base::test::TaskEnvironment task_environment_;
};

// Sends back every message and every port in it, until its port closes.
DEFINE_TEST_CLIENT_TEST_WITH_PIPE(EchoClient, MessagePortProcessTest, pipe) {
  TestPort port(TakePortFrom(pipe));
  size_t seen = 0;
  port.set_on_message(base::BindLambdaForTesting([&](const std::string& text) {
    PortMessage reply = TextMessage(text);
    for (size_t i = 0; i < port.messages()[seen].ports.size(); ++i) {
      reply.ports.push_back(port.TakePort(seen, i));
    }
    ++seen;
    port->Post(std::move(reply));
  }));
  port->Start();
  port.WaitForClose();
}

// Larger than what goes inline, so it is in shared memory.
constexpr size_t kBusyBufferBytes = 100'000;

// Posts numbers without end, some with a port or a buffer, and reads what
// comes: to be killed in the middle of it.
DEFINE_TEST_CLIENT_TEST_WITH_PIPE(BusyClient, MessagePortProcessTest, pipe) {
  TestPort port(TakePortFrom(pipe));
  port->Start();
  std::vector<MessagePortData> kept;
  for (uint64_t i = 0; port.closes() == 0; ++i) {
    PortMessage message = TextMessage(base::NumberToString(i));
    if (i % 16 == 3) {
      auto [ours, theirs] = MessagePortData::CreatePair();
      kept.push_back(std::move(ours));
      message.ports.push_back(std::move(theirs));
    }
    if (i % 16 == 5) {
      message.array_buffers.push_back(
          {mojo_base::BigBuffer(std::vector<uint8_t>(kBusyBufferBytes)),
           std::nullopt});
    }
    port->Post(std::move(message));
    base::RunLoop().RunUntilIdle();
  }
}

// Owns a port, does nothing with it, and never ends by itself.
DEFINE_TEST_CLIENT_TEST_WITH_PIPE(IdleClient, MessagePortProcessTest, pipe) {
  TestPort port(TakePortFrom(pipe));
  port->Post(TextMessage("ready"));
  for (;;) {
    base::PlatformThread::Sleep(TestTimeouts::tiny_timeout());
  }
}

void Kill(const base::Process& process) {
  ASSERT_EQ(kill(process.Pid(), SIGKILL), 0);
}

TEST_F(MessagePortProcessTest, MessagesAreEchoedInOrder) {
  RunTestClient("EchoClient", [](MojoHandle pipe) {
    constexpr size_t kCount = 2'000;
    TestPort port(SendPortTo(pipe));
    port->Start();
    for (size_t i = 0; i < kCount; ++i) {
      port->Post(TextMessage(base::NumberToString(i)));
    }
    port.WaitForMessages(kCount);
    for (size_t i = 0; i < kCount; ++i) {
      ASSERT_EQ(TextOf(port.messages()[i]), base::NumberToString(i));
    }
    port->Close();
  });
}

TEST_F(MessagePortProcessTest, APortComesBackWithEverythingUnread) {
  RunTestClient("EchoClient", [](MojoHandle pipe) {
    TestPort port(SendPortTo(pipe));
    port->Start();
    auto [a_data, b_data] = MessagePortData::CreatePair();
    TestPort a(std::move(a_data));
    a->Post(TextMessage("1"));
    a->Post(TextMessage("2"));
    PortMessage message = TextMessage("there and back");
    message.ports.push_back(std::move(b_data));

    port->Post(std::move(message));
    a->Post(TextMessage("3"));
    port.WaitForMessages(1);

    TestPort b(port.TakePort(0, 0));
    a->Post(TextMessage("4"));
    b->Start();
    b.WaitForMessages(4);
    EXPECT_THAT(b.texts(), ElementsAre("1", "2", "3", "4"));
    port->Close();
  });
}

TEST_F(MessagePortProcessTest, LargePayloadsCrossByteForByte) {
  RunTestClient("EchoClient", [](MojoHandle pipe) {
    TestPort port(SendPortTo(pipe));
    port->Start();
    for (size_t size : {1u, 65'535u, 65'536u, 65'537u, 4'194'304u}) {
      std::string text(size, '\0');
      for (size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>(i * 7 + (i >> 9));
      }
      const size_t before = port.messages().size();
      port->Post(TextMessage(text));
      port.WaitForMessages(before + 1);
      EXPECT_TRUE(TextOf(port.messages().back()) == text) << size;
    }
    port->Close();
  });
}

TEST_F(MessagePortProcessTest, AKilledProcessClosesAStartedPort) {
  ClientController& client = StartClient("IdleClient");
  TestPort port(SendPortTo(client.pipe()));
  port->Start();
  port.WaitForMessages(1);

  Kill(client.process());
  port.WaitForClose();

  EXPECT_EQ(port.closes(), 1);
  client.WaitForShutdown();
}

// Posts over its port, and never ends by itself.
DEFINE_TEST_CLIENT_TEST_WITH_PIPE(PostingClient, MessagePortProcessTest, pipe) {
  TestPort port(TakePortFrom(pipe));
  port->Start();
  port.WaitForMessages(1);
  TestPort given(port.TakePort(0, 0));
  for (const char* text : {"1", "2", "3"}) {
    given->Post(TextMessage(text));
  }
  port->Post(TextMessage("posted"));
  for (;;) {
    base::PlatformThread::Sleep(TestTimeouts::tiny_timeout());
  }
}

TEST_F(MessagePortProcessTest, WhatAKilledProcessSentGoesOnWithAPort) {
  ClientController& client = StartClient("PostingClient");
  TestPort port(SendPortTo(client.pipe()));
  port->Start();
  auto [kept, given] = MessagePortData::CreatePair();
  PortMessage message = TextMessage("take this");
  message.ports.push_back(std::move(given));
  port->Post(std::move(message));
  port.WaitForMessages(1);
  Kill(client.process());
  port.WaitForClose();
  client.WaitForShutdown();

  RunTestClient("EchoClient", [&](MojoHandle pipe) {
    TestPort echo(SendPortTo(pipe));
    echo->Start();
    PortMessage onward = TextMessage("there and back");
    onward.ports.push_back(std::move(kept));
    echo->Post(std::move(onward));
    echo.WaitForMessages(1);
    TestPort arrived(echo.TakePort(0, 0));
    arrived->Start();
    arrived.WaitForClose();
    EXPECT_THAT(arrived.texts(), ElementsAre("1", "2", "3"));
    echo->Close();
  });
}

TEST_F(MessagePortProcessTest, AKilledProcessClosesANeverStartedPort) {
  ClientController& client = StartClient("IdleClient");
  // Two: the second tells that the child has come as far as owning the first.
  TestPort port(SendPortTo(client.pipe()));
  auto [ours, theirs] = MessagePortData::CreatePair();
  TestPort never_started(std::move(ours));
  PortMessage message = TextMessage("keep this");
  message.ports.push_back(std::move(theirs));
  port->Post(std::move(message));
  port->Start();
  port.WaitForMessages(1);

  Kill(client.process());
  never_started.WaitForClose();

  EXPECT_EQ(never_started.closes(), 1);
  client.WaitForShutdown();
}

// The moments of one test are drawn from this and the test's number; a failure
// says it, and `--kill-seed=N` repeats it.
uint64_t KillSeed() {
  static const uint64_t seed = [] {
    uint64_t given = 0;
    return base::StringToUint64(
               base::CommandLine::ForCurrentProcess()->GetSwitchValueASCII(
                   "kill-seed"),
               &given)
               ? given
               : base::RandUint64();
  }();
  return seed;
}

// Twenty tests of fifty kills are a thousand, which run side by side and within
// the time that one test may take.
class MessagePortKillTest : public MessagePortProcessTest,
                            public testing::WithParamInterface<int> {};

INSTANTIATE_TEST_SUITE_P(All, MessagePortKillTest, testing::Range(0, 20));

// Whatever the moment, from the start of the process on, with traffic both
// ways: what arrives is an unbroken run from the first message, and then one
// close, also on the ports that were with the process or came from it.
TEST_P(MessagePortKillTest, AKillAtAnyMomentLeavesNoGapAndOneClose) {
  constexpr int kKills = 50;
  constexpr int kMostMicroseconds = 30'000;
  std::mt19937_64 random(KillSeed() + GetParam());
  SCOPED_TRACE(testing::Message() << "--kill-seed=" << KillSeed());
  for (int round = 0; round < kKills; ++round) {
    SCOPED_TRACE(testing::Message() << "kill " << round);
    ClientController& client = StartClient("BusyClient");
    TestPort port(SendPortTo(client.pipe()));
    auto [kept, given] = MessagePortData::CreatePair();
    TestPort with_client(std::move(kept));
    with_client->Start();
    PortMessage message = TextMessage("keep this");
    message.ports.push_back(std::move(given));
    port->Post(std::move(message));
    // Each message is answered, so that this end is busy, too.
    port.set_on_message(base::BindLambdaForTesting(
        [&](const std::string& text) { port->Post(TextMessage(text)); }));
    port->Start();

    // Some while the process starts, most in traffic.
    if (random() % 4 != 0) {
      port.WaitForMessages(1);
    }
    base::RunLoop loop;
    base::SequencedTaskRunner::GetCurrentDefault()->PostDelayedTask(
        FROM_HERE, loop.QuitClosure(),
        base::Microseconds(random() % kMostMicroseconds));
    loop.Run();
    Kill(client.process());
    port.WaitForClose();
    with_client.WaitForClose();

    for (size_t i = 0; i < port.messages().size(); ++i) {
      ASSERT_EQ(TextOf(port.messages()[i]), base::NumberToString(i));
      for (const ArrayBufferContents& contents :
           port.messages()[i].array_buffers) {
        ASSERT_EQ(contents.bytes.size(), kBusyBufferBytes);
      }
      for (size_t j = 0; j < port.messages()[i].ports.size(); ++j) {
        TestPort arrived(port.TakePort(i, j));
        arrived->Start();
        arrived.WaitForClose();
        ASSERT_EQ(arrived.closes(), 1);
      }
    }
    ASSERT_EQ(port.closes(), 1);
    ASSERT_EQ(with_client.closes(), 1);
    client.WaitForShutdown();
  }
}

}  // namespace

}  // namespace electron_ports
