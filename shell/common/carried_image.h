// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_CARRIED_IMAGE_H_
#define ELECTRON_PORTS_SHELL_COMMON_CARRIED_IMAGE_H_

#include <stdint.h>

#include "base/memory/ref_counted.h"

namespace electron_ports {

// The image of an ImageBitmap that a message brought: its pixels, or where they
// are in the GPU's memory. Only the wire knows. All that have the image share
// it, and the process that made it keeps it as long as there is one of them.
class CarriedImage : public base::RefCountedThreadSafe<CarriedImage> {
 public:
  // What it takes of this process's memory.
  virtual uint64_t bytes() const = 0;

 protected:
  friend class base::RefCountedThreadSafe<CarriedImage>;
  virtual ~CarriedImage() = default;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_CARRIED_IMAGE_H_
