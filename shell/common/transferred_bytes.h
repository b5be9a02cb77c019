// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_TRANSFERRED_BYTES_H_
#define ELECTRON_PORTS_SHELL_COMMON_TRANSFERRED_BYTES_H_

#include <stddef.h>
#include <stdint.h>

#include <memory>

#include "base/containers/span.h"
#include "base/memory/raw_span.h"
#include "mojo/public/cpp/base/big_buffer.h"

namespace v8 {
class BackingStore;
}

namespace electron_ports {

// The bytes of a transferred ArrayBuffer. Inside a process they are V8's own
// memory, which is handed over; what leaves it is a copy, because V8's sandbox
// has no memory that another process can see. Linked without V8.
class TransferredBytes {
 public:
  TransferredBytes();
  // Implicit, as a message is mostly made of what came from elsewhere.
  TransferredBytes(mojo_base::BigBuffer shared);  // NOLINT
  // `bytes` are all of `store`.
  TransferredBytes(std::shared_ptr<v8::BackingStore> store,
                   base::span<const uint8_t> bytes);
  TransferredBytes(TransferredBytes&&);
  TransferredBytes& operator=(TransferredBytes&&);
  ~TransferredBytes();

  size_t size() const { return span().size(); }
  auto begin() const { return span().begin(); }
  auto end() const { return span().end(); }

  // V8's own memory; null when it is not.
  std::shared_ptr<v8::BackingStore> TakeStore();

  // As another process can see them. An invalid buffer, which is none to who
  // reads it, when there is no memory for the copy.
  mojo_base::BigBuffer& Share();

 private:
  base::span<const uint8_t> span() const;

  mojo_base::BigBuffer shared_;
  std::shared_ptr<v8::BackingStore> store_;
  base::raw_span<const uint8_t> store_bytes_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_TRANSFERRED_BYTES_H_
