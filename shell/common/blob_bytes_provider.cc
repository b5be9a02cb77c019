// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/blob_bytes_provider.h"

#include <algorithm>
#include <utility>

#include "base/containers/span.h"
#include "base/functional/bind.h"
#include "base/memory/ptr_util.h"
#include "base/numerics/safe_conversions.h"
#include "base/task/thread_pool.h"
#include "base/threading/sequence_bound.h"
#include "base/time/time.h"
#include "mojo/public/cpp/system/string_data_source.h"

namespace electron_ports {

namespace {

// How much is in memory at once for each request, in bytes.
constexpr uint64_t kPieceBytes = 1 << 20;

}  // namespace

// The file that bytes go to, where it may block.
class BlobBytesProvider::FileWriter {
 public:
  explicit FileWriter(base::File file) : file_(std::move(file)) {}

  // The time of the last change; nothing when the bytes could not be written.
  // The last ones are on the disk afterwards.
  std::optional<base::Time> Write(uint64_t offset,
                                  const std::vector<uint8_t>& bytes,
                                  bool is_last) {
    base::File::Info info;
    if (!file_.WriteAndCheck(base::checked_cast<int64_t>(offset), bytes) ||
        (is_last && (!file_.Flush() || !file_.GetInfo(&info)))) {
      return std::nullopt;
    }
    return info.last_modified;
  }

 private:
  base::File file_;
};

// A part of the Blob that goes to a file, and how far that is.
struct BlobBytesProvider::FileRequest {
  uint64_t source_offset;
  uint64_t source_end;
  uint64_t file_offset;
  RequestAsFileCallback callback;
  base::SequenceBound<FileWriter> writer;
};

BlobBytesProvider::BlobBytesProvider(uint64_t size,
                                     ReadPart read,
                                     base::OnceClosure done)
    : size_(size), read_(std::move(read)), done_(std::move(done)) {}

BlobBytesProvider::~BlobBytesProvider() = default;

mojo::PendingRemote<blob_mojom::BytesProvider>
BlobBytesProvider::BindNewPipeAndPassRemote() {
  auto remote = receiver_.BindNewPipeAndPassRemote();
  // Unretained: the receiver is a member, and stops calling when it goes.
  receiver_.set_disconnect_handler(
      base::BindOnce(&BlobBytesProvider::End, base::Unretained(this)));
  return remote;
}

void BlobBytesProvider::RequestAsReply(RequestAsReplyCallback callback) {
  read_.Run(0, size_,
            base::BindOnce(&BlobBytesProvider::Reply,
                           weak_factory_.GetWeakPtr(), std::move(callback)));
}

void BlobBytesProvider::Reply(RequestAsReplyCallback callback,
                              std::optional<std::vector<uint8_t>> bytes) {
  // Any other size would count as a hostile answer.
  if (bytes && bytes->size() == size_) {
    std::move(callback).Run(*bytes);
  } else {
    End();
  }
}

void BlobBytesProvider::RequestAsStream(
    mojo::ScopedDataPipeProducerHandle pipe) {
  stream_ = std::make_unique<mojo::DataPipeProducer>(std::move(pipe));
  StreamFrom(0);
}

void BlobBytesProvider::StreamFrom(uint64_t offset) {
  const uint64_t length = std::min(size_ - offset, kPieceBytes);
  if (length == 0) {
    stream_.reset();
    return;
  }
  read_.Run(offset, length,
            base::BindOnce(&BlobBytesProvider::OnStreamPart,
                           weak_factory_.GetWeakPtr(), offset + length));
}

void BlobBytesProvider::OnStreamPart(
    uint64_t end,
    std::optional<std::vector<uint8_t>> bytes) {
  if (!bytes || !stream_) {
    End();
    return;
  }
  stream_->Write(std::make_unique<mojo::StringDataSource>(
                     base::as_chars(base::span(*bytes)),
                     mojo::StringDataSource::AsyncWritingMode::
                         STRING_MAY_BE_INVALIDATED_BEFORE_COMPLETION),
                 base::BindOnce(&BlobBytesProvider::OnStreamWritten,
                                weak_factory_.GetWeakPtr(), end));
}

void BlobBytesProvider::OnStreamWritten(uint64_t end, MojoResult result) {
  if (result == MOJO_RESULT_OK) {
    StreamFrom(end);
  } else {
    End();
  }
}

void BlobBytesProvider::RequestAsFile(uint64_t source_offset,
                                      uint64_t source_size,
                                      base::File file,
                                      uint64_t file_offset,
                                      RequestAsFileCallback callback) {
  auto task_runner = base::ThreadPool::CreateSequencedTaskRunner(
      {base::MayBlock(), base::TaskPriority::USER_VISIBLE});
  WriteToFile(base::WrapUnique(new FileRequest{
      source_offset, source_offset + source_size, file_offset,
      std::move(callback),
      base::SequenceBound<FileWriter>(task_runner, std::move(file))}));
}

void BlobBytesProvider::WriteToFile(std::unique_ptr<FileRequest> request) {
  const uint64_t offset = request->source_offset;
  const uint64_t length = std::min(request->source_end - offset, kPieceBytes);
  read_.Run(offset, length,
            base::BindOnce(&BlobBytesProvider::OnFilePart,
                           weak_factory_.GetWeakPtr(), std::move(request)));
}

void BlobBytesProvider::OnFilePart(std::unique_ptr<FileRequest> request,
                                   std::optional<std::vector<uint8_t>> bytes) {
  if (!bytes) {
    End();
    return;
  }
  const uint64_t offset = request->file_offset;
  request->source_offset += bytes->size();
  request->file_offset += bytes->size();
  const bool is_last = request->source_offset == request->source_end;
  base::SequenceBound<FileWriter>& writer = request->writer;
  writer.AsyncCall(&FileWriter::Write)
      .WithArgs(offset, std::move(*bytes), is_last)
      .Then(base::BindOnce(&BlobBytesProvider::OnFileWritten,
                           weak_factory_.GetWeakPtr(), std::move(request)));
}

void BlobBytesProvider::OnFileWritten(std::unique_ptr<FileRequest> request,
                                      std::optional<base::Time> modified) {
  if (!modified) {
    End();
  } else if (request->source_offset < request->source_end) {
    WriteToFile(std::move(request));
  } else {
    std::move(request->callback).Run(modified);
  }
}

void BlobBytesProvider::End() {
  receiver_.reset();
  stream_.reset();
  weak_factory_.InvalidateWeakPtrs();
  std::move(done_).Run();
}

}  // namespace electron_ports
