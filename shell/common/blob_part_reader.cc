// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/blob_part_reader.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/functional/bind.h"
#include "base/location.h"
#include "base/task/sequenced_task_runner.h"

namespace electron_ports {

namespace {

// Of the pipe, in bytes: what is read at once mostly fits in as a whole.
constexpr uint64_t kMaxPipeCapacity = 1 << 20;

}  // namespace

BlobPartReader::BlobPartReader(blob_mojom::Blob& blob,
                               uint64_t offset,
                               uint64_t length,
                               BlobPartCallback done)
    : length_(length), done_(std::move(done)) {
  DCHECK_GT(length, 0u);
  mojo::ScopedDataPipeProducerHandle producer;
  mojo::ScopedDataPipeConsumerHandle consumer;
  if (mojo::CreateDataPipe(
          static_cast<uint32_t>(std::min(length, kMaxPipeCapacity)), producer,
          consumer) != MOJO_RESULT_OK) {
    base::SequencedTaskRunner::GetCurrentDefault()->PostTask(
        FROM_HERE,
        base::BindOnce(&BlobPartReader::Fail, weak_factory_.GetWeakPtr()));
    return;
  }
  blob.ReadRange(offset, length, std::move(producer),
                 client_.BindNewPipeAndPassRemote());
  // Unretained: the receiver is a member, and stops calling when it goes.
  client_.set_disconnect_handler(
      base::BindOnce(&BlobPartReader::Fail, base::Unretained(this)));
  drainer_.emplace(static_cast<mojo::DataPipeDrainer::Client*>(this),
                   std::move(consumer));
}

BlobPartReader::~BlobPartReader() = default;

void BlobPartReader::OnCalculatedSize(uint64_t, uint64_t) {}

void BlobPartReader::OnComplete(int32_t status, uint64_t) {
  if (status != 0) {
    Fail();
    return;
  }
  // What follows is that it is gone, which is no news.
  client_.reset();
  has_result_ = true;
  FinishIfComplete();
}

void BlobPartReader::OnDataAvailable(base::span<const uint8_t> data) {
  // The length is the reader's own, so this is what the other side can make it
  // allocate; more than that is a failure in the end.
  const uint64_t room = length_ + 1 - bytes_.size();
  const auto taken =
      data.first(static_cast<size_t>(std::min<uint64_t>(room, data.size())));
  bytes_.insert(bytes_.end(), taken.begin(), taken.end());
}

void BlobPartReader::OnDataComplete() {
  has_end_ = true;
  FinishIfComplete();
}

void BlobPartReader::FinishIfComplete() {
  if (!has_result_ || !has_end_) {
    return;
  }
  if (bytes_.size() != length_) {
    Fail();
    return;
  }
  std::move(done_).Run(std::move(bytes_));
}

void BlobPartReader::Fail() {
  client_.reset();
  drainer_.reset();
  std::move(done_).Run(std::nullopt);
}

}  // namespace electron_ports
