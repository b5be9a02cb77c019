// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_BLOB_BYTES_PROVIDER_H_
#define ELECTRON_PORTS_SHELL_COMMON_BLOB_BYTES_PROVIDER_H_

#include <stdint.h>

#include <memory>
#include <optional>
#include <vector>

#include "base/files/file.h"
#include "base/functional/callback.h"
#include "base/memory/weak_ptr.h"
#include "base/time/time.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "mojo/public/cpp/bindings/receiver.h"
#include "mojo/public/cpp/system/data_pipe.h"
#include "mojo/public/cpp/system/data_pipe_producer.h"
#include "shell/common/blob_mojom.h"
#include "shell/common/blob_part_reader.h"

namespace electron_ports {

// What the browser's blob storage takes the bytes of a Blob of this process
// from, once and soon after the Blob was registered, in the way that it likes.
// Bytes that can't be read end it, and make the Blob one that can't be read. It
// does not know where they come from. Bound to its sequence.
class BlobBytesProvider final : private blob_mojom::BytesProvider {
 public:
  // Reads `length` bytes, at least one, from `offset` on.
  using ReadPart = base::RepeatingCallback<
      void(uint64_t offset, uint64_t length, BlobPartCallback done)>;

  // `size` is that of the Blob, in bytes. `done` is called once, when no
  // reader is left, and may delete the provider.
  BlobBytesProvider(uint64_t size, ReadPart read, base::OnceClosure done);
  BlobBytesProvider(const BlobBytesProvider&) = delete;
  BlobBytesProvider& operator=(const BlobBytesProvider&) = delete;
  ~BlobBytesProvider() override;

  // To be called once.
  mojo::PendingRemote<blob_mojom::BytesProvider> BindNewPipeAndPassRemote();

 private:
  class FileWriter;
  struct FileRequest;

  // blob_mojom::BytesProvider:
  void RequestAsReply(RequestAsReplyCallback callback) override;
  void RequestAsStream(mojo::ScopedDataPipeProducerHandle pipe) override;
  void RequestAsFile(uint64_t source_offset,
                     uint64_t source_size,
                     base::File file,
                     uint64_t file_offset,
                     RequestAsFileCallback callback) override;

  void Reply(RequestAsReplyCallback callback,
             std::optional<std::vector<uint8_t>> bytes);

  void StreamFrom(uint64_t offset);
  void OnStreamPart(uint64_t end, std::optional<std::vector<uint8_t>> bytes);
  void OnStreamWritten(uint64_t end, MojoResult result);

  void WriteToFile(std::unique_ptr<FileRequest> request);
  void OnFilePart(std::unique_ptr<FileRequest> request,
                  std::optional<std::vector<uint8_t>> bytes);
  void OnFileWritten(std::unique_ptr<FileRequest> request,
                     std::optional<base::Time> modified);

  // Lets go of the pipe, by which the blob storage learns of it.
  void End();

  const uint64_t size_;
  const ReadPart read_;
  base::OnceClosure done_;
  std::unique_ptr<mojo::DataPipeProducer> stream_;
  // Closed before anything else goes: a reply that is still owed is none, then.
  mojo::Receiver<blob_mojom::BytesProvider> receiver_{this};
  base::WeakPtrFactory<BlobBytesProvider> weak_factory_{this};
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_BLOB_BYTES_PROVIDER_H_
