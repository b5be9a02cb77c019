// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/shared_blob_registry.h"

#include <string>
#include <utility>

#include "base/run_loop.h"
#include "base/task/thread_pool.h"
#include "base/test/bind.h"
#include "base/test/task_environment.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/common/port_message.h"
#include "shell/test/blob_test_support.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

class SharedBlobRegistryTest : public testing::Test {
 protected:
  MemoryBlobStorage& storage() { return storage_; }

 private:
  base::test::TaskEnvironment task_environment_;
  MemoryBlobStorage storage_{MemoryBlobStorage::Transport::kReply};
};

TEST_F(SharedBlobRegistryTest, WhatIsRegisteredBeforeThereIsAStorageWaits) {
  SharedBlobRegistry shared;
  mojo::Remote<blob_mojom::BlobRegistry> early(shared.Connect());
  BlobHandle blob = RegisterText(early, "a", "hello");
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
  BlobHandle first = RegisterText(one, "a", "first");
  BlobHandle second = RegisterText(other, "b", "second");
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
  EXPECT_EQ(ReadBlob(RegisterText(registry, "a", "far")), "far");
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
