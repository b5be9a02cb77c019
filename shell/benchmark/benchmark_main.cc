// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// Measures what benchmark/native/ asks for: each line of standard input is a
// request, in JSON, and is answered by a line of the same. Statistics, turns
// and targets are not its business.

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/at_exit.h"
#include "base/check.h"
#include "base/check_op.h"
#include "base/command_line.h"
#include "base/feature_list.h"
#include "base/functional/bind.h"
#include "base/json/json_reader.h"
#include "base/json/json_writer.h"
#include "base/memory/raw_ref.h"
#include "base/message_loop/message_pump_type.h"
#include "base/run_loop.h"
#include "base/task/single_thread_task_executor.h"
#include "base/task/thread_pool/thread_pool_instance.h"
#include "base/threading/thread.h"
#include "base/values.h"
#include "mojo/core/embedder/configuration.h"
#include "mojo/core/embedder/embedder.h"
#include "mojo/core/embedder/scoped_ipc_support.h"
#include "shell/benchmark/clock.h"
#include "shell/benchmark/end.h"
#include "shell/benchmark/peer.h"
#include "shell/benchmark/script_host.h"
#include "shell/test/copy_counter.h"

namespace electron_ports {

namespace {

// The milliseconds of each of so many round trips, one after the other. Those
// before them warm up.
std::vector<double> SampleTrips(End& end,
                                size_t bytes,
                                int warm_up,
                                int trips) {
  std::vector<double> samples;
  base::RunLoop loop;
  double begun = 0;
  int seen = 0;
  const auto on_message = [](std::vector<double>* samples, double* begun,
                             int* seen, int warm_up, int trips, End* end,
                             const base::RepeatingClosure& quit) {
    const double now = Milliseconds();
    if (++*seen > warm_up) {
      samples->push_back(now - *begun);
    }
    if (*seen == warm_up + trips) {
      quit.Run();
      return;
    }
    *begun = Milliseconds();
    end->Send();
  };
  end.set_on_message(base::BindRepeating(
      on_message, base::Unretained(&samples), base::Unretained(&begun),
      base::Unretained(&seen), warm_up, trips, base::Unretained(&end),
      loop.QuitClosure()));
  end.Fill(bytes);
  begun = Milliseconds();
  end.Send();
  loop.Run();
  CHECK_EQ(end.Size(), bytes);
  return samples;
}

class Benchmark {
 public:
  explicit Benchmark(ScriptHost& host) : host_(host) {}

  base::DictValue Answer(const base::DictValue& request) {
    const std::string& measure = *request.FindString("measure");
    if (measure == "echo") {
      return Echo(request);
    }
    CHECK_EQ(measure, "clone");
    return Clone(request);
  }

 private:
  // Request: side, processes (1 or 2), bytes, warmUp, trips. Answer:
  // milliseconds of each trip; copies, of half the bytes or more, that a
  // message took on its way, on average.
  base::DictValue Echo(const base::DictValue& request) {
    const std::string& side = *request.FindString("side");
    const size_t bytes = static_cast<size_t>(*request.FindInt("bytes"));
    const int warm_up = *request.FindInt("warmUp");
    const int trips = *request.FindInt("trips");
    auto [near, far] = MessagePortData::CreatePair();
    std::unique_ptr<End> echo;
    const bool has_peer = *request.FindInt("processes") == 2;
    if (has_peer) {
      if (!peer_) {
        peer_ = std::make_unique<Peer>();
      }
      peer_->MakeEcho(side, std::move(far));
    } else {
      echo = MakeEcho(side, std::move(far), *host_);
    }
    std::unique_ptr<End> end = MakeEnd(side, std::move(near), *host_);

    base::DictValue answer;
    answer.Set("milliseconds",
               ToList(SampleTrips(*end, bytes, warm_up, trips)));
    if (bytes > 1 && CopyCounter::IsAvailable()) {
      if (has_peer) {
        peer_->BeginCounting(bytes / 2);
      }
      int copies = 0;
      {
        // What Fill() copies is not counted: it makes bytes, by writing them.
        CopyCounter counter(bytes / 2);
        SampleTrips(*end, bytes, 0, 1);
        copies = counter.count();
      }
      if (has_peer) {
        copies += peer_->EndCounting();
      }
      answer.Set("copies", copies / 2.0);
    }
    return answer;
  }

  // Request: source, side (bare or not), direction, trips, repeats. Answer:
  // milliseconds.
  base::DictValue Clone(const base::DictValue& request) {
    return base::DictValue().Set(
        "milliseconds",
        ToList(host_->SampleClone(
            *request.FindString("source"), *request.FindBool("isBare"),
            *request.FindBool("isRead"), *request.FindInt("trips"),
            *request.FindInt("repeats"))));
  }

  static base::ListValue ToList(const std::vector<double>& samples) {
    base::ListValue list;
    for (double sample : samples) {
      list.Append(sample);
    }
    return list;
  }

  const raw_ref<ScriptHost> host_;
  std::unique_ptr<Peer> peer_;
};

void AnswerRequests(ScriptHost& host) {
  Benchmark benchmark(host);
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::optional<base::DictValue> request =
        base::JSONReader::ReadDict(line, base::JSON_PARSE_RFC);
    CHECK(request) << line;
    std::cout << *base::WriteJson(benchmark.Answer(*request)) << std::endl;
  }
}

}  // namespace

}  // namespace electron_ports

int main(int argc, char** argv) {
  base::AtExitManager at_exit;
  base::CommandLine::Init(argc, argv);
  base::FeatureList::InitInstance("", "");
  base::SingleThreadTaskExecutor executor(base::MessagePumpType::DEFAULT);
  base::ThreadPoolInstance::CreateAndStartWithDefaultParams("benchmark");
  const bool is_peer = electron_ports::IsPeer();
  mojo::core::InitFeatures();
  mojo::core::Configuration configuration;
  configuration.is_broker_process = !is_peer;
  mojo::core::Init(configuration);
  base::Thread io_thread("io");
  io_thread.StartWithOptions(
      base::Thread::Options(base::MessagePumpType::IO, /*size=*/0));
  mojo::core::ScopedIPCSupport ipc_support(
      io_thread.task_runner(),
      mojo::core::ScopedIPCSupport::ShutdownPolicy::FAST);
  electron_ports::ScriptHost host;
  if (is_peer) {
    electron_ports::RunPeer(host);
  } else {
    electron_ports::AnswerRequests(host);
  }
  return 0;
}
