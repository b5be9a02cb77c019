// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/test/blob_test_support.h"

#include <utility>

#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/files/file.h"
#include "base/files/file_util.h"
#include "base/functional/bind.h"
#include "base/functional/callback.h"
#include "base/functional/callback_helpers.h"
#include "base/notreached.h"
#include "base/run_loop.h"
#include "base/strings/string_view_util.h"
#include "base/test/bind.h"
#include "base/threading/thread_restrictions.h"
#include "base/time/time.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "mojo/public/cpp/bindings/self_owned_receiver.h"
#include "mojo/public/cpp/system/data_pipe.h"
#include "mojo/public/cpp/system/data_pipe_drainer.h"
#include "mojo/public/cpp/system/data_pipe_producer.h"
#include "mojo/public/cpp/system/string_data_source.h"
#include "shell/common/blob_part_reader.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

// Any of net::Error: this link has none.
constexpr int32_t kFailed = -2;

// Where bytes go in a file, to show that they go there.
constexpr uint64_t kFileOffset = 3;

// What gives the bytes of a Blob that is registered: a text.
class TextProvider final : public blob_mojom::BytesProvider {
 public:
  explicit TextProvider(std::string text) : text_(std::move(text)) {}

 private:
  // blob_mojom::BytesProvider:
  void RequestAsReply(RequestAsReplyCallback callback) override {
    std::move(callback).Run(base::ToVector(base::as_byte_span(text_)));
  }
  void RequestAsStream(mojo::ScopedDataPipeProducerHandle) override {}
  void RequestAsFile(uint64_t,
                     uint64_t,
                     base::File,
                     uint64_t,
                     RequestAsFileCallback) override {}

  const std::string text_;
};

}  // namespace

class MemoryBlobStorage::StoredBlob final
    : public blob_mojom::Blob,
      private mojo::DataPipeDrainer::Client {
 public:
  // `unused` is called when the last pipe to it has gone.
  StoredBlob(MemoryBlobStorage& storage, base::OnceClosure unused)
      : storage_(storage), unused_(std::move(unused)) {
    receivers_.set_disconnect_handler(
        base::BindRepeating(&StoredBlob::OnDisconnect, base::Unretained(this)));
  }

  void Bind(mojo::PendingReceiver<blob_mojom::Blob> receiver) {
    receivers_.Add(this, std::move(receiver));
  }

  void Complete(std::optional<std::string> bytes) {
    source_.reset();
    bytes_ = std::move(bytes);
    is_complete_ = true;
    for (base::OnceClosure& read : std::exchange(waiting_, {})) {
      std::move(read).Run();
    }
  }

  void Fetch(blob_mojom::DataElementBytesPtr element) {
    length_ = element->length;
    source_.Bind(std::move(element->data));
    source_.set_disconnect_handler(
        base::BindOnce(&StoredBlob::Complete, base::Unretained(this),
                       std::optional<std::string>()));
    switch (storage_->transport_) {
      case Transport::kReply:
        source_->RequestAsReply(base::BindLambdaForTesting(
            [this](const std::vector<uint8_t>& data) {
              Complete(std::string(base::as_string_view(data)));
            }));
        return;
      case Transport::kStream: {
        mojo::ScopedDataPipeProducerHandle producer;
        mojo::ScopedDataPipeConsumerHandle consumer;
        ASSERT_EQ(mojo::CreateDataPipe(64 * 1024, producer, consumer),
                  MOJO_RESULT_OK);
        drainer_.emplace(static_cast<mojo::DataPipeDrainer::Client*>(this),
                         std::move(consumer));
        source_->RequestAsStream(std::move(producer));
        return;
      }
      case Transport::kFile:
        FetchFile();
        return;
    }
  }

 private:
  // blob_mojom::Blob:
  void Clone(mojo::PendingReceiver<blob_mojom::Blob> receiver) override {
    Bind(std::move(receiver));
  }

  void ReadRange(
      uint64_t offset,
      uint64_t length,
      mojo::ScopedDataPipeProducerHandle pipe,
      mojo::PendingRemote<blob_mojom::BlobReaderClient> client) override {
    base::OnceClosure read = base::BindOnce(
        &StoredBlob::Write, base::Unretained(this), offset, length,
        std::move(pipe),
        mojo::Remote<blob_mojom::BlobReaderClient>(std::move(client)));
    if (is_complete_) {
      std::move(read).Run();
    } else {
      waiting_.push_back(std::move(read));
    }
  }

  // Nothing here calls what follows.
  void CaptureSnapshot(CaptureSnapshotCallback) override { NOTREACHED(); }
#if !defined(ELECTRON_PORTS_SMALL_LINK)
  // What Blink's interface has more.
  void AsDataPipeGetter(
      mojo::PendingReceiver<network::mojom::DataPipeGetter>) override {
    NOTREACHED();
  }
  void ReadAll(mojo::ScopedDataPipeProducerHandle,
               mojo::PendingRemote<blob_mojom::BlobReaderClient>) override {
    NOTREACHED();
  }
  void Load(mojo::PendingReceiver<network::mojom::URLLoader>,
            const std::string&,
            const net::HttpRequestHeaders&,
            mojo::PendingRemote<network::mojom::URLLoaderClient>) override {
    NOTREACHED();
  }
  void ReadSideData(ReadSideDataCallback) override { NOTREACHED(); }
  void GetInternalUUID(GetInternalUUIDCallback) override { NOTREACHED(); }
#endif

  void Write(uint64_t offset,
             uint64_t length,
             mojo::ScopedDataPipeProducerHandle pipe,
             mojo::Remote<blob_mojom::BlobReaderClient> client) {
    ++storage_->reads_;
    if (!bytes_ || offset + length > bytes_->size()) {
      client->OnComplete(kFailed, 0);
      return;
    }
    const bool is_whole = !storage_->fails_ && !storage_->lies_;
    const std::string part =
        bytes_->substr(offset, is_whole ? length : length / 2);
    auto producer = std::make_unique<mojo::DataPipeProducer>(std::move(pipe));
    mojo::DataPipeProducer& writer = *producer;
    writer.Write(
        std::make_unique<mojo::StringDataSource>(
            part, mojo::StringDataSource::AsyncWritingMode::
                      STRING_MAY_BE_INVALIDATED_BEFORE_COMPLETION),
        base::BindOnce(
            [](std::unique_ptr<mojo::DataPipeProducer>, bool fails,
               mojo::Remote<blob_mojom::BlobReaderClient> client,
               MojoResult) { client->OnComplete(fails ? kFailed : 0, 0); },
            std::move(producer), storage_->fails_, std::move(client)));
  }

  // In two parts, the second one first, as the parts of one file are asked for
  // without waiting.
  void FetchFile() {
    base::ScopedAllowBlockingForTesting allow_blocking;
    const base::FilePath path = storage_->folder_.GetPath().AppendASCII("blob");
    const uint64_t half = length_ / 2;
    const auto request = [&](uint64_t offset, uint64_t size) {
      base::File file(path, base::File::FLAG_OPEN_ALWAYS |
                                base::File::FLAG_READ | base::File::FLAG_WRITE);
      source_->RequestAsFile(
          offset, size, std::move(file), offset + kFileOffset,
          base::BindLambdaForTesting(
              [this, path](std::optional<base::Time> modified) {
                OnFile(path, modified);
              }));
    };
    parts_ = 1;
    if (half > 0) {
      ++parts_;
      request(half, length_ - half);
    }
    request(0, half > 0 ? half : length_);
  }

  void OnFile(const base::FilePath& path, std::optional<base::Time> modified) {
    if (!modified) {
      Complete(std::nullopt);
      return;
    }
    if (--parts_ > 0) {
      return;
    }
    base::ScopedAllowBlockingForTesting allow_blocking;
    std::string contents;
    base::File::Info info;
    ASSERT_TRUE(base::ReadFileToString(path, &contents));
    ASSERT_TRUE(base::GetFileInfo(path, &info));
    EXPECT_EQ(*modified, info.last_modified);
    Complete(contents.substr(kFileOffset));
  }

  // mojo::DataPipeDrainer::Client:
  void OnDataAvailable(base::span<const uint8_t> data) override {
    streamed_.append(base::as_string_view(data));
  }
  void OnDataComplete() override {
    drainer_.reset();
    Complete(streamed_.size() == length_
                 ? std::make_optional(std::move(streamed_))
                 : std::nullopt);
  }

  void OnDisconnect() {
    if (receivers_.empty()) {
      std::move(unused_).Run();  // Deletes this.
    }
  }

  const raw_ref<MemoryBlobStorage> storage_;
  base::OnceClosure unused_;
  uint64_t length_ = 0;
  int parts_ = 0;
  bool is_complete_ = false;
  std::optional<std::string> bytes_;
  std::string streamed_;
  std::optional<mojo::DataPipeDrainer> drainer_;
  std::vector<base::OnceClosure> waiting_;
  mojo::Remote<blob_mojom::BytesProvider> source_;
  mojo::ReceiverSet<blob_mojom::Blob> receivers_;
};

MemoryBlobStorage::MemoryBlobStorage(Transport transport)
    : transport_(transport) {
  CHECK(folder_.CreateUniqueTempDir());
}

MemoryBlobStorage::~MemoryBlobStorage() = default;

mojo::PendingRemote<blob_mojom::BlobRegistry> MemoryBlobStorage::Connect() {
  mojo::PendingRemote<blob_mojom::BlobRegistry> remote;
  Bind(remote.InitWithNewPipeAndPassReceiver());
  return remote;
}

void MemoryBlobStorage::Bind(
    mojo::PendingReceiver<blob_mojom::BlobRegistry> receiver) {
  receivers_.Add(this, std::move(receiver));
}

BlobHandle MemoryBlobStorage::Add(std::string uuid,
                                  std::string type,
                                  std::string_view bytes) {
  mojo::PendingRemote<blob_mojom::Blob> remote;
  Register(remote.InitWithNewPipeAndPassReceiver(), uuid, type, "", {},
           base::DoNothing());
  blobs_[uuid]->Complete(std::string(bytes));
  return {std::move(uuid), std::move(type), bytes.size(), remote.PassPipe(), 0};
}

bool MemoryBlobStorage::Find(const std::string& uuid,
                             mojo::PendingReceiver<blob_mojom::Blob>* blob) {
  const auto found = blobs_.find(uuid);
  if (found == blobs_.end()) {
    return false;
  }
  found->second->Bind(std::move(*blob));
  return true;
}

void MemoryBlobStorage::Clear() {
  blobs_.clear();
}

void MemoryBlobStorage::Register(
    mojo::PendingReceiver<blob_mojom::Blob> blob,
    const std::string& uuid,
    const std::string& content_type,
    const std::string& content_disposition,
    std::vector<blob_mojom::DataElementPtr> elements,
    RegisterCallback callback) {
  if (uuid.empty() || blobs_.contains(uuid)) {
    ++refused_;
    receivers_.ReportBadMessage("No name, or one that is taken");
    return;
  }
  auto stored = std::make_unique<StoredBlob>(
      *this, base::BindLambdaForTesting([this, uuid] { blobs_.erase(uuid); }));
  stored->Bind(std::move(blob));
  if (elements.empty()) {
    stored->Complete(std::string());
  } else {
    stored->Fetch(std::move(elements.front()->get_bytes()));
  }
  blobs_.emplace(uuid, std::move(stored));
  std::move(callback).Run();
}

#if !defined(ELECTRON_PORTS_SMALL_LINK)
void MemoryBlobStorage::RegisterFromStream(
    const std::string&,
    const std::string&,
    uint64_t,
    mojo::ScopedDataPipeConsumerHandle,
    mojo::PendingAssociatedRemote<blob_mojom::ProgressClient>,
    RegisterFromStreamCallback) {
  NOTREACHED();
}
#endif

BlobHandle RegisterText(mojo::Remote<blob_mojom::BlobRegistry>& registry,
                        const std::string& uuid,
                        std::string text) {
  BlobHandle handle{uuid, "", text.size()};
  mojo::PendingRemote<blob_mojom::BytesProvider> provider;
  const uint64_t size = text.size();
  mojo::MakeSelfOwnedReceiver(std::make_unique<TextProvider>(std::move(text)),
                              provider.InitWithNewPipeAndPassReceiver());
  std::vector<blob_mojom::DataElementPtr> elements;
  elements.push_back(
      blob_mojom::DataElement::NewBytes(blob_mojom::DataElementBytes::New(
          size, std::nullopt, std::move(provider))));
  mojo::PendingRemote<blob_mojom::Blob> blob;
  registry->Register(blob.InitWithNewPipeAndPassReceiver(), uuid, "", "",
                     std::move(elements), base::DoNothing());
  handle.version = blob.version();
  handle.pipe = blob.PassPipe();
  return handle;
}

std::optional<std::string> ReadBlob(BlobHandle handle) {
  if (handle.size == 0) {
    return "";
  }
  mojo::Remote<blob_mojom::Blob> blob(mojo::PendingRemote<blob_mojom::Blob>(
      std::move(handle.pipe), handle.version));
  std::optional<std::string> result;
  base::RunLoop loop;
  BlobPartReader reader(*blob, 0, handle.size,
                        base::BindLambdaForTesting(
                            [&](std::optional<std::vector<uint8_t>> bytes) {
                              if (bytes) {
                                result =
                                    std::string(base::as_string_view(*bytes));
                              }
                              loop.Quit();
                            }));
  loop.Run();
  return result;
}

}  // namespace electron_ports
