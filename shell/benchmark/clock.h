// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BENCHMARK_CLOCK_H_
#define ELECTRON_PORTS_SHELL_BENCHMARK_CLOCK_H_

#include <time.h>

namespace electron_ports {

// Since some moment. base::TimeTicks counts whole microseconds, and a round
// trip in one process takes a few.
inline double Milliseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 +
         static_cast<double>(now.tv_nsec) * 1e-6;
}

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BENCHMARK_CLOCK_H_
