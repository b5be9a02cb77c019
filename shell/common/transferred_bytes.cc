// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/transferred_bytes.h"

#include <utility>

namespace electron_ports {

TransferredBytes::TransferredBytes() = default;
TransferredBytes::TransferredBytes(mojo_base::BigBuffer shared)
    : shared_(std::move(shared)) {}
TransferredBytes::TransferredBytes(std::shared_ptr<v8::BackingStore> store,
                                   base::span<const uint8_t> bytes)
    : store_(std::move(store)), store_bytes_(bytes) {}
TransferredBytes::TransferredBytes(TransferredBytes&&) = default;
TransferredBytes& TransferredBytes::operator=(TransferredBytes&&) = default;
TransferredBytes::~TransferredBytes() = default;

base::span<const uint8_t> TransferredBytes::span() const {
  return store_ ? base::span<const uint8_t>(store_bytes_)
                : base::span<const uint8_t>(shared_);
}

std::shared_ptr<v8::BackingStore> TransferredBytes::TakeStore() {
  store_bytes_ = {};
  return std::move(store_);
}

mojo_base::BigBuffer& TransferredBytes::Share() {
  if (store_) {
    shared_ = mojo_base::BigBuffer(store_bytes_);
    TakeStore();
  }
  return shared_;
}

}  // namespace electron_ports
