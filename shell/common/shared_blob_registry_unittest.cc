// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/shared_blob_registry.h"

#include <optional>
#include <string>
#include <utility>

#include "base/containers/to_vector.h"
#include "base/functional/callback_helpers.h"
#include "base/run_loop.h"
#include "base/strings/string_view_util.h"
#include "base/task/thread_pool.h"
#include "base/test/bind.h"
#include "base/test/task_environment.h"
#include "mojo/public/cpp/bindings/self_owned_receiver.h"
#include "shell/common/blob_bytes_provider.h"
#include "shell/test/blob_test_support.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

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

class SharedBlobRegistryTest : public testing::Test {
 protected:
  MemoryBlobStorage& storage() { return storage_; }

 private:
  base::test::TaskEnvironment task_environment_;
  MemoryBlobStorage storage_{MemoryBlobStorage::Transport::kReply};
};

BlobHandle Register(mojo::Remote<blob_mojom::BlobRegistry>& registry,
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

TEST_F(SharedBlobRegistryTest, WhatIsRegisteredBeforeThereIsAStorageWaits) {
  SharedBlobRegistry shared;
  mojo::Remote<blob_mojom::BlobRegistry> early(shared.Connect());
  BlobHandle blob = Register(early, "a", "hello");
  base::RunLoop().RunUntilIdle();
  EXPECT_EQ(storage().size(), 0u);
  shared.Use(storage().Connect());
  EXPECT_EQ(ReadBlob(std::move(blob)), "hello");
  EXPECT_TRUE(early.is_connected());
}

TEST_F(SharedBlobRegistryTest, AllUsersShareTheStorage) {
  SharedBlobRegistry shared;
  shared.Use(storage().Connect());
  mojo::Remote<blob_mojom::BlobRegistry> one(shared.Connect());
  mojo::Remote<blob_mojom::BlobRegistry> other(shared.Connect());
  BlobHandle first = Register(one, "a", "first");
  BlobHandle second = Register(other, "b", "second");
  one.reset();
  EXPECT_EQ(ReadBlob(std::move(second)), "second");
  EXPECT_EQ(ReadBlob(std::move(first)), "first");
}

TEST_F(SharedBlobRegistryTest, AnotherThreadMayConnect) {
  SharedBlobRegistry shared;
  shared.Use(storage().Connect());
  mojo::PendingRemote<blob_mojom::BlobRegistry> remote;
  base::RunLoop loop;
  base::ThreadPool::PostTaskAndReply(
      FROM_HERE, base::BindLambdaForTesting([&] { remote = shared.Connect(); }),
      loop.QuitClosure());
  loop.Run();
  mojo::Remote<blob_mojom::BlobRegistry> registry(std::move(remote));
  EXPECT_EQ(ReadBlob(Register(registry, "a", "far")), "far");
}

TEST_F(SharedBlobRegistryTest, UsersHearThatTheStorageIsGone) {
  SharedBlobRegistry shared;
  mojo::PendingReceiver<blob_mojom::BlobRegistry> far;
  shared.Use(far.InitWithNewPipeAndPassRemote());
  mojo::Remote<blob_mojom::BlobRegistry> before(shared.Connect());
  base::RunLoop loop;
  before.set_disconnect_handler(loop.QuitClosure());
  far.reset();
  loop.Run();
  mojo::Remote<blob_mojom::BlobRegistry> after(shared.Connect());
  base::RunLoop again;
  after.set_disconnect_handler(again.QuitClosure());
  again.Run();
}

}  // namespace

}  // namespace electron_ports
