// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/message_port_endpoint.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/functional/bind.h"
#include "base/functional/callback_helpers.h"
#include "base/run_loop.h"
#include "base/strings/string_number_conversions.h"
#include "base/test/bind.h"
#include "base/test/task_environment.h"
#include "shell/test/port_test_support.h"
#include "testing/gmock/include/gmock/gmock.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

using State = MessagePortEndpoint::State;
using testing::ElementsAre;
using testing::IsEmpty;

// Every test runs twice: with messages handed over as objects, as Mojo does
// inside one process, and with every message forced through bytes.
class MessagePortEndpointTest : public testing::TestWithParam<bool> {
 protected:
  MessagePortEndpointTest() {
    if (GetParam()) {
      forced_.emplace();
    }
  }

  std::pair<std::unique_ptr<TestPort>, std::unique_ptr<TestPort>> MakePorts() {
    auto [data0, data1] = MessagePortData::CreatePair();
    return {std::make_unique<TestPort>(std::move(data0)),
            std::make_unique<TestPort>(std::move(data1))};
  }

  void RunTasks() { task_environment_.RunUntilIdle(); }

  // Sends `port` over `over`, as the only port of a message.
  static void Send(TestPort& over, TestPort& port, std::string_view text) {
    PortMessage message = TextMessage(text);
    message.ports.push_back(port->Disentangle());
    over->Post(std::move(message));
  }

 private:
  std::optional<ScopedForcedSerialization> forced_;
  base::test::TaskEnvironment task_environment_;
};

INSTANTIATE_TEST_SUITE_P(All,
                         MessagePortEndpointTest,
                         testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Serialized" : "AsObjects";
                         });

TEST_P(MessagePortEndpointTest, MessagesArriveInOrderBothWays) {
  auto [a, b] = MakePorts();
  (*a)->Start();
  (*b)->Start();

  (*a)->Post(TextMessage("1"));
  (*b)->Post(TextMessage("A"));
  (*a)->Post(TextMessage("2"));
  (*b)->Post(TextMessage("B"));
  RunTasks();

  EXPECT_THAT(b->texts(), ElementsAre("1", "2"));
  EXPECT_THAT(a->texts(), ElementsAre("A", "B"));
}

TEST_P(MessagePortEndpointTest, MessagesWaitUntilThePortIsStarted) {
  auto [a, b] = MakePorts();

  (*a)->Post(TextMessage("early"));
  RunTasks();
  EXPECT_THAT(b->texts(), IsEmpty());

  (*b)->Start();
  RunTasks();
  EXPECT_THAT(b->texts(), ElementsAre("early"));
}

TEST_P(MessagePortEndpointTest, TenThousandQueuedMessagesArriveInOrder) {
  constexpr int kCount = 10'000;
  auto [a, b] = MakePorts();

  for (int i = 0; i < kCount; ++i) {
    (*a)->Post(TextMessage(base::NumberToString(i)));
  }
  (*b)->Start();
  b->WaitForMessages(kCount);

  const std::vector<std::string> texts = b->texts();
  ASSERT_EQ(texts.size(), static_cast<size_t>(kCount));
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(texts[i], base::NumberToString(i));
  }
}

TEST_P(MessagePortEndpointTest, StartingTwiceIsTheSameAsOnce) {
  auto [a, b] = MakePorts();
  (*b)->Start();
  (*b)->Start();

  (*a)->Post(TextMessage("x"));
  RunTasks();

  EXPECT_THAT(b->texts(), ElementsAre("x"));
}

TEST_P(MessagePortEndpointTest, CloseReachesBothEndsOnceAndNeverInTheCall) {
  auto [a, b] = MakePorts();
  (*a)->Start();
  (*b)->Start();

  (*a)->Close();
  EXPECT_EQ(a->closes(), 0);
  EXPECT_EQ((*a)->state(), State::kClosed);
  (*a)->Close();
  RunTasks();
  (*b)->Close();
  RunTasks();

  EXPECT_EQ(a->closes(), 1);
  EXPECT_EQ(b->closes(), 1);
  EXPECT_EQ((*b)->state(), State::kClosed);
}

TEST_P(MessagePortEndpointTest, BothEndsClosedAtOnceHearOneCloseEach) {
  auto [a, b] = MakePorts();
  (*a)->Start();

  (*a)->Close();
  (*b)->Close();
  RunTasks();

  EXPECT_EQ(a->closes(), 1);
  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, WhatWasPostedBeforeACloseArrivesBeforeIt) {
  auto [a, b] = MakePorts();
  std::vector<int> closes_at_message;
  b->set_on_message(base::BindLambdaForTesting(
      [&](const std::string&) { closes_at_message.push_back(b->closes()); }));
  (*b)->Start();

  (*a)->Post(TextMessage("1"));
  (*a)->Post(TextMessage("2"));
  (*a)->Close();
  RunTasks();

  EXPECT_THAT(b->texts(), ElementsAre("1", "2"));
  EXPECT_THAT(closes_at_message, ElementsAre(0, 0));
  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, HoweverAnEndGoesTheOtherHearsItOnce) {
  const struct {
    const char* name;
    void (*go)(TestPort&);
    int own_closes;
  } kWays[] = {
      {"closes", [](TestPort& port) { port->Close(); }, 1},
      {"closes when started",
       [](TestPort& port) {
         port->Start();
         port->Close();
       },
       1},
      {"is destroyed", [](TestPort& port) { port.Destroy(); }, 0},
      {"is destroyed when started",
       [](TestPort& port) {
         port->Start();
         port.Destroy();
       },
       0},
      {"is lost on its way",
       [](TestPort& port) { std::ignore = port->Disentangle(); }, 0},
  };
  for (const auto& way : kWays) {
    for (bool is_started : {false, true}) {
      for (int queued : {0, 3}) {
        SCOPED_TRACE(testing::Message() << way.name << ", other started: "
                                        << is_started << ", " << queued);
        auto [a, b] = MakePorts();
        if (is_started) {
          (*b)->Start();
        }
        for (int i = 0; i < queued; ++i) {
          (*a)->Post(TextMessage("x"));
        }
        way.go(*a);
        RunTasks();
        // What is queued comes first, and is delivered only after the start.
        const bool is_held_back = !is_started && queued > 0;
        EXPECT_EQ(b->closes(), is_held_back ? 0 : 1);
        (*b)->Start();
        RunTasks();

        EXPECT_EQ(b->closes(), 1);
        EXPECT_EQ(b->texts().size(), static_cast<size_t>(queued));
        EXPECT_EQ((*b)->state(), State::kClosed);
        EXPECT_EQ(a->closes(), way.own_closes);
      }
    }
  }
}

TEST_P(MessagePortEndpointTest, CloseAndStartDoNothingToAnEndThatIsClosed) {
  auto [a, b] = MakePorts();
  (*a)->Close();
  RunTasks();
  ASSERT_EQ(b->closes(), 1);

  for (TestPort* port : {a.get(), b.get()}) {
    (*port)->Close();
    (*port)->Start();
    (*port)->Post(TextMessage("lost"));
    EXPECT_EQ((*port)->state(), State::kClosed);
  }
  RunTasks();

  EXPECT_EQ(a->closes(), 1);
  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, ACloseHandlerMayDestroyItsPort) {
  auto [a, b] = MakePorts();
  a->set_on_close(base::BindLambdaForTesting([&] { a->Destroy(); }));
  b->set_on_close(base::BindLambdaForTesting([&] { b->Destroy(); }));
  (*b)->Start();

  (*a)->Close();
  RunTasks();

  EXPECT_EQ(a->closes(), 1);
  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, ACloseHandlerMaySendItsPortOn) {
  auto [a, b] = MakePorts();
  auto [carrier, sink] = MakePorts();
  b->set_on_close(
      base::BindLambdaForTesting([&] { Send(*carrier, *b, "a closed port"); }));
  (*sink)->Start();

  (*a)->Close();
  sink->WaitForMessages(1);

  TestPort arrived(sink->TakePort(0, 0));
  arrived.WaitForClose();
  EXPECT_EQ(arrived.closes(), 1);
  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, ANeverStartedPortHearsTheClose) {
  auto [a, b] = MakePorts();

  (*a)->Close();
  RunTasks();

  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, ANeverStartedPortHearsThatTheOtherEndIsGone) {
  auto [a, b] = MakePorts();

  a->Destroy();
  RunTasks();

  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, QueuedMessagesHoldBackTheCloseUntilStart) {
  auto [a, b] = MakePorts();

  (*a)->Post(TextMessage("last words"));
  a->Destroy();
  RunTasks();
  EXPECT_EQ(b->closes(), 0);
  EXPECT_EQ((*b)->state(), State::kPending);

  (*b)->Start();
  RunTasks();
  EXPECT_THAT(b->texts(), ElementsAre("last words"));
  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, AClosedOrNeuteredPortSendsNothing) {
  auto [a, b] = MakePorts();
  auto [c, d] = MakePorts();
  (*b)->Start();
  (*d)->Start();

  (*a)->Close();
  (*a)->Post(TextMessage("lost"));
  MessagePortData travelling = (*c)->Disentangle();
  (*c)->Post(TextMessage("lost"));
  (*c)->Start();
  (*c)->Close();
  RunTasks();

  EXPECT_THAT(b->texts(), IsEmpty());
  EXPECT_THAT(d->texts(), IsEmpty());
  EXPECT_EQ(c->closes(), 0);
  EXPECT_EQ(d->closes(), 0);
}

TEST_P(MessagePortEndpointTest, UnreadMessagesTravelWithThePort) {
  auto [a, b] = MakePorts();
  auto [carrier, sink] = MakePorts();
  (*sink)->Start();

  (*a)->Post(TextMessage("1"));
  (*a)->Post(TextMessage("2"));
  Send(*carrier, *b, "here is a port");
  (*a)->Post(TextMessage("3"));
  sink->WaitForMessages(1);

  EXPECT_TRUE((*b)->is_neutered());
  TestPort arrived(sink->TakePort(0, 0));
  arrived->Start();
  arrived.WaitForMessages(3);
  EXPECT_THAT(arrived.texts(), ElementsAre("1", "2", "3"));
}

TEST_P(MessagePortEndpointTest, ACloseWhileThePortTravelsArrivesLast) {
  auto [a, b] = MakePorts();
  auto [carrier, sink] = MakePorts();
  (*a)->Post(TextMessage("1"));
  Send(*carrier, *b, "here is a port");
  (*a)->Post(TextMessage("2"));
  (*a)->Close();
  RunTasks();

  (*sink)->Start();
  sink->WaitForMessages(1);
  TestPort arrived(sink->TakePort(0, 0));
  arrived->Start();
  arrived.WaitForClose();

  EXPECT_THAT(arrived.texts(), ElementsAre("1", "2"));
  EXPECT_EQ(arrived.closes(), 1);
}

TEST_P(MessagePortEndpointTest, WhatCannotBeReadTravelsAndIsAnErrorThere) {
  auto [a_data, b_data] = MessagePortData::CreatePair();
  blink::MessagePortDescriptor raw = a_data.TakeDescriptor();
  mojo::Connector connector(raw.TakeHandleToEntangleWithEmbedder(),
                            mojo::Connector::SINGLE_THREADED_SEND);
  mojo::Message garbage(/*name=*/0, /*flags=*/0, sizeof(uint64_t),
                        /*payload_interface_id_count=*/0, /*handles=*/nullptr);
  *garbage.payload_buffer()->AllocateAndGet<uint64_t>() = 7;
  connector.Accept(&garbage);
  auto [carrier, sink] = MakePorts();
  (*sink)->Start();

  PortMessage message = TextMessage("here is a port");
  message.ports.push_back(std::move(b_data));
  (*carrier)->Post(std::move(message));
  sink->WaitForMessages(1);
  TestPort arrived(sink->TakePort(0, 0));
  arrived->Start();
  RunTasks();

  EXPECT_EQ(arrived.errors(), 1);
  EXPECT_EQ(arrived.closes(), 0);
  raw.GiveDisentangledHandle(connector.PassMessagePipe());
}

TEST_P(MessagePortEndpointTest, BothEndsOfAChannelTravelInOneMessage) {
  auto [a, b] = MakePorts();
  auto [carrier, sink] = MakePorts();
  (*sink)->Start();
  (*a)->Post(TextMessage("before"));

  PortMessage message = TextMessage("both");
  message.ports.push_back((*b)->Disentangle());
  message.ports.push_back((*a)->Disentangle());
  (*carrier)->Post(std::move(message));
  sink->WaitForMessages(1);

  TestPort new_b(sink->TakePort(0, 0));
  TestPort new_a(sink->TakePort(0, 1));
  new_a->Post(TextMessage("after"));
  new_b->Start();
  new_b.WaitForMessages(2);
  EXPECT_THAT(new_b.texts(), ElementsAre("before", "after"));
}

TEST_P(MessagePortEndpointTest, AMessageCarriesAThousandPortsInOrder) {
  constexpr size_t kCount = 1'000;
  auto [carrier, sink] = MakePorts();
  (*sink)->Start();
  std::vector<std::unique_ptr<TestPort>> kept;
  PortMessage message = TextMessage("many");
  for (size_t i = 0; i < kCount; ++i) {
    auto [ours, theirs] = MessagePortData::CreatePair();
    kept.push_back(std::make_unique<TestPort>(std::move(ours)));
    message.ports.push_back(std::move(theirs));
  }
  (*carrier)->Post(std::move(message));
  sink->WaitForMessages(1);

  ASSERT_EQ(sink->messages()[0].ports.size(), kCount);
  for (size_t i = 0; i < kCount; ++i) {
    TestPort arrived(sink->TakePort(0, i));
    (*kept[i])->Post(TextMessage(base::NumberToString(i)));
    arrived->Start();
    arrived.WaitForMessages(1);
    ASSERT_THAT(arrived.texts(), ElementsAre(base::NumberToString(i)));
  }
}

TEST_P(MessagePortEndpointTest, APortStartedBeforeItTravelsLosesNothing) {
  auto [a, b] = MakePorts();
  auto [carrier, sink] = MakePorts();
  (*sink)->Start();
  (*b)->Start();

  // Some are read by the old owner, the rest by the new one, each by one.
  b->set_on_message(base::BindLambdaForTesting([&](const std::string& text) {
    if (text == "1") {
      Send(*carrier, *b, "take over");
    }
  }));
  (*a)->Post(TextMessage("0"));
  (*a)->Post(TextMessage("1"));
  (*a)->Post(TextMessage("2"));
  (*a)->Post(TextMessage("3"));
  sink->WaitForMessages(1);

  TestPort arrived(sink->TakePort(0, 0));
  arrived->Start();
  arrived.WaitForMessages(2);
  EXPECT_THAT(b->texts(), ElementsAre("0", "1"));
  EXPECT_THAT(arrived.texts(), ElementsAre("2", "3"));
  EXPECT_EQ(b->closes(), 0);
}

TEST_P(MessagePortEndpointTest, PortsNestThreeDeep) {
  auto [a, b] = MakePorts();
  auto [c, d] = MakePorts();
  auto [e, f] = MakePorts();

  // f waits in d's queue, d waits in b's: one transfer moves all.
  (*e)->Post(TextMessage("inside"));
  Send(*c, *f, "middle");
  Send(*a, *d, "outside");

  (*b)->Start();
  b->WaitForMessages(1);
  TestPort middle(b->TakePort(0, 0));
  middle->Start();
  middle.WaitForMessages(1);
  TestPort inside(middle.TakePort(0, 0));
  inside->Start();
  inside.WaitForMessages(1);

  EXPECT_THAT(inside.texts(), ElementsAre("inside"));
}

TEST_P(MessagePortEndpointTest, AClosedPortCanTravelAndArrivesClosed) {
  auto [a, b] = MakePorts();
  auto [carrier, sink] = MakePorts();
  (*sink)->Start();

  (*b)->Close();
  RunTasks();
  EXPECT_FALSE((*b)->is_neutered());
  Send(*carrier, *b, "a closed port");
  sink->WaitForMessages(1);

  TestPort arrived(sink->TakePort(0, 0));
  arrived.WaitForClose();
  EXPECT_EQ(arrived.closes(), 1);
  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, APortInADroppedMessageCloses) {
  auto [a, b] = MakePorts();
  auto [carrier, sink] = MakePorts();

  Send(*carrier, *b, "never read");
  sink->Destroy();
  RunTasks();

  EXPECT_EQ(a->closes(), 1);
}

TEST_P(MessagePortEndpointTest, AHandlerMayCloseItsPort) {
  auto [a, b] = MakePorts();
  b->set_on_message(
      base::BindLambdaForTesting([&](const std::string&) { (*b)->Close(); }));
  (*b)->Start();

  (*a)->Post(TextMessage("1"));
  (*a)->Post(TextMessage("2"));
  RunTasks();

  EXPECT_THAT(b->texts(), ElementsAre("1"));
  EXPECT_EQ(b->closes(), 1);
  EXPECT_EQ(a->closes(), 1);
}

TEST_P(MessagePortEndpointTest, AHandlerMayCloseOrDestroyTheOtherEnd) {
  for (bool is_destroyed : {false, true}) {
    auto [a, b] = MakePorts();
    b->set_on_message(base::BindLambdaForTesting([&](const std::string&) {
      if (is_destroyed) {
        a->Destroy();
      } else {
        (*a)->Close();
      }
    }));
    (*b)->Start();

    (*a)->Post(TextMessage("1"));
    (*a)->Post(TextMessage("2"));
    RunTasks();

    EXPECT_THAT(b->texts(), ElementsAre("1", "2"));
    EXPECT_EQ(b->closes(), 1);
    EXPECT_EQ(a->closes(), is_destroyed ? 0 : 1);
  }
}

TEST_P(MessagePortEndpointTest, WhatAHandlerPostsIsNotDeliveredInsideIt) {
  constexpr int kTrips = 1'000;
  auto [a, b] = MakePorts();
  int depth = 0;
  int deepest = 0;
  int trips = 0;
  const auto answer = [&](TestPort& port) {
    return base::BindLambdaForTesting([&](const std::string&) {
      deepest = std::max(deepest, ++depth);
      if (++trips < kTrips) {
        port->Post(TextMessage("ball"));
      }
      --depth;
    });
  };
  a->set_on_message(answer(*a));
  b->set_on_message(answer(*b));
  (*a)->Start();
  (*b)->Start();

  (*a)->Post(TextMessage("ball"));
  RunTasks();

  EXPECT_EQ(trips, kTrips);
  EXPECT_EQ(deepest, 1);
}

TEST_P(MessagePortEndpointTest, AHandlerMayDestroyItsPort) {
  auto [a, b] = MakePorts();
  b->set_on_message(
      base::BindLambdaForTesting([&](const std::string&) { b->Destroy(); }));
  (*b)->Start();

  (*a)->Post(TextMessage("1"));
  (*a)->Post(TextMessage("2"));
  RunTasks();

  EXPECT_THAT(b->texts(), ElementsAre("1"));
  EXPECT_EQ(b->closes(), 0);
  EXPECT_EQ(a->closes(), 1);
}

TEST_P(MessagePortEndpointTest, ADestroyedPortKeepsItsOwnCloseToItself) {
  auto [a, b] = MakePorts();

  (*a)->Close();
  a->Destroy();
  RunTasks();

  EXPECT_EQ(a->closes(), 0);
  EXPECT_EQ(b->closes(), 1);
}

TEST_P(MessagePortEndpointTest, AMessageThatIsNoneIsAnErrorAndThePortGoesOn) {
  auto [data0, data1] = MessagePortData::CreatePair();
  TestPort port(std::move(data0));
  port->Start();
  blink::MessagePortDescriptor raw = data1.TakeDescriptor();
  mojo::Connector connector(raw.TakeHandleToEntangleWithEmbedder(),
                            mojo::Connector::SINGLE_THREADED_SEND);

  mojo::Message garbage(/*name=*/0, /*flags=*/0, sizeof(uint64_t),
                        /*payload_interface_id_count=*/0, /*handles=*/nullptr);
  *garbage.payload_buffer()->AllocateAndGet<uint64_t>() = 7;
  connector.Accept(&garbage);
  RunTasks();

  EXPECT_EQ(port.errors(), 1);
  EXPECT_EQ(port.closes(), 0);
  EXPECT_EQ(port->state(), State::kStarted);
  raw.GiveDisentangledHandle(connector.PassMessagePipe());
}

TEST_P(MessagePortEndpointTest, AChainOfAHundredPortsDelivers) {
  // Each port travels over the one before it.
  auto [first, receiver] = MakePorts();
  (*receiver)->Start();
  std::vector<std::unique_ptr<TestPort>> senders;
  senders.push_back(std::move(first));
  std::vector<std::unique_ptr<TestPort>> receivers;
  receivers.push_back(std::move(receiver));
  for (int i = 1; i < 100; ++i) {
    auto [a, b] = MakePorts();
    Send(*senders.back(), *b, "next");
    receivers.back()->WaitForMessages(1);
    receivers.push_back(
        std::make_unique<TestPort>(receivers.back()->TakePort(0, 0)));
    (*receivers.back())->Start();
    senders.push_back(std::move(a));
  }

  (*senders.back())->Post(TextMessage("through"));
  receivers.back()->WaitForMessages(1);

  EXPECT_THAT(receivers.back()->texts(), ElementsAre("through"));
}

TEST_P(MessagePortEndpointTest, APortThatCannotTravelSaysWhyAndStaysAsItIs) {
  auto [source, peer] = MakePorts();
  auto [good, other] = MakePorts();
  auto [gone, rest] = MakePorts();
  MessagePortData taken = (*gone)->Disentangle();
  const MessagePortEndpoint* over = source->get();

  EXPECT_FALSE(PortTransferProblem(over, *good->get()));
  EXPECT_EQ(PortTransferProblem(over, *source->get()),
            "contains the source port.");
  EXPECT_EQ(PortTransferProblem(over, *gone->get()), "is already neutered.");
  EXPECT_EQ(PortTransferProblem(over, *peer->get()),
            "is the other end of the source port.");
  EXPECT_EQ((*good)->state(), State::kPending);
  EXPECT_EQ((*source)->state(), State::kPending);
  EXPECT_EQ((*peer)->state(), State::kPending);
}

TEST_P(MessagePortEndpointTest, ToAFrameBothEndsOfAChannelMayTravel) {
  auto [a, b] = MakePorts();

  EXPECT_FALSE(PortTransferProblem(nullptr, *a->get()));
  EXPECT_FALSE(PortTransferProblem(nullptr, *b->get()));
}

}  // namespace

}  // namespace electron_ports
