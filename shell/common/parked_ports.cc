// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/parked_ports.h"

#include <unordered_map>
#include <utility>

#include "base/no_destructor.h"
#include "base/synchronization/lock.h"
#include "base/thread_annotations.h"

namespace electron_ports {

namespace {

struct ParkedPorts {
  base::Lock lock;
  std::unordered_map<uint64_t, MessagePortData> ports GUARDED_BY(lock);
  uint64_t last_number GUARDED_BY(lock) = 0;
};

ParkedPorts& AllParkedPorts() {
  static base::NoDestructor<ParkedPorts> parked;
  return *parked;
}

}  // namespace

uint64_t ParkPort(MessagePortData port) {
  ParkedPorts& parked = AllParkedPorts();
  base::AutoLock lock(parked.lock);
  const uint64_t number = ++parked.last_number;
  parked.ports.emplace(number, std::move(port));
  return number;
}

MessagePortData UnparkPort(uint64_t number) {
  ParkedPorts& parked = AllParkedPorts();
  base::AutoLock lock(parked.lock);
  auto found = parked.ports.extract(number);
  return found ? std::move(found.mapped()) : MessagePortData();
}

}  // namespace electron_ports
