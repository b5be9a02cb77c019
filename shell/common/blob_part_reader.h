// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_BLOB_PART_READER_H_
#define ELECTRON_PORTS_SHELL_COMMON_BLOB_PART_READER_H_

#include <stdint.h>

#include <optional>
#include <vector>

#include "base/containers/span.h"
#include "base/functional/callback.h"
#include "base/memory/weak_ptr.h"
#include "mojo/public/cpp/bindings/receiver.h"
#include "mojo/public/cpp/system/data_pipe.h"
#include "mojo/public/cpp/system/data_pipe_drainer.h"
#include "shell/common/blob_mojom.h"

namespace electron_ports {

// Bytes of a Blob, or nothing when they could not be read.
using BlobPartCallback =
    base::OnceCallback<void(std::optional<std::vector<uint8_t>>)>;

// Reads one part of a Blob of the browser's blob storage into memory. Bound to
// its sequence.
class BlobPartReader final : private blob_mojom::BlobReaderClient,
                             private mojo::DataPipeDrainer::Client {
 public:
  // Asks `blob` for `length` bytes, at least one, from `offset` on. `done` is
  // called once, later, and may delete the reader; it is not when the reader is
  // deleted before.
  BlobPartReader(blob_mojom::Blob& blob,
                 uint64_t offset,
                 uint64_t length,
                 BlobPartCallback done);
  BlobPartReader(const BlobPartReader&) = delete;
  BlobPartReader& operator=(const BlobPartReader&) = delete;
  ~BlobPartReader() override;

 private:
  // blob_mojom::BlobReaderClient:
  void OnCalculatedSize(uint64_t total_size,
                        uint64_t expected_content_size) override;
  void OnComplete(int32_t status, uint64_t data_length) override;

  // mojo::DataPipeDrainer::Client:
  void OnDataAvailable(base::span<const uint8_t> data) override;
  void OnDataComplete() override;

  // The last word of the client and the end of the pipe come in any order.
  void FinishIfComplete();
  void Fail();

  const uint64_t length_;
  BlobPartCallback done_;
  std::vector<uint8_t> bytes_;
  bool has_result_ = false;
  bool has_end_ = false;
  mojo::Receiver<blob_mojom::BlobReaderClient> client_{this};
  std::optional<mojo::DataPipeDrainer> drainer_;
  base::WeakPtrFactory<BlobPartReader> weak_factory_{this};
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_BLOB_PART_READER_H_
