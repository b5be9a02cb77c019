// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/session_blob_registry.h"

#include <string>
#include <utility>

#include "base/run_loop.h"
#include "base/test/bind.h"
#include "base/test/task_environment.h"
#include "mojo/public/cpp/bindings/pending_receiver.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/common/port_message.h"
#include "shell/test/blob_test_support.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

class SessionBlobRegistryTest : public testing::Test {
 protected:
  mojo::Remote<blob_mojom::BlobRegistry> Connect() {
    mojo::Remote<blob_mojom::BlobRegistry> remote;
    registry_.Bind(remote.BindNewPipeAndPassReceiver());
    return remote;
  }

  MemoryBlobStorage& storage() { return storage_; }
  // What is there is not found from now on.
  void FindNothing() { finds_ = false; }

 private:
  base::test::TaskEnvironment task_environment_;
  MemoryBlobStorage storage_{MemoryBlobStorage::Transport::kReply};
  bool finds_ = true;
  SessionBlobRegistry registry_{
      base::BindLambdaForTesting(
          [this](const std::string& uuid,
                 mojo::PendingReceiver<blob_mojom::Blob>* blob) {
            return finds_ && storage_.Find(uuid, blob);
          }),
      base::BindLambdaForTesting([this] { return storage_.Connect(); })};
};

TEST_F(SessionBlobRegistryTest, WhatIsThereAlreadyIsThatOne) {
  BlobHandle first = storage().Add("a", "", "kept");
  auto user = Connect();
  EXPECT_EQ(ReadBlob(RegisterText(user, "a", "sent")), "kept");
  EXPECT_EQ(ReadBlob(RegisterText(user, "b", "other")), "other");
}

TEST_F(SessionBlobRegistryTest, TwoThatSendOneAtTheSameTimeBothHaveIt) {
  auto one = Connect();
  auto other = Connect();
  BlobHandle first = RegisterText(one, "a", "same");
  BlobHandle second = RegisterText(other, "a", "same");
  EXPECT_EQ(ReadBlob(std::move(second)), "same");
  EXPECT_EQ(ReadBlob(std::move(first)), "same");
  EXPECT_EQ(ReadBlob(RegisterText(other, "b", "next")), "next");
}

TEST_F(SessionBlobRegistryTest, TheFirstOfTwoMayBeGoneByThen) {
  auto one = Connect();
  auto other = Connect();
  BlobHandle first = RegisterText(one, "a", "same");
  BlobHandle second = RegisterText(other, "a", "same");
  one.reset();
  first = BlobHandle();
  EXPECT_EQ(ReadBlob(std::move(second)), "same");
}

TEST_F(SessionBlobRegistryTest, OneWithoutANameIsNobodysAndHarmsNobody) {
  auto user = Connect();
  auto other = Connect();
  EXPECT_FALSE(ReadBlob(RegisterText(user, "", "nameless")));
  EXPECT_EQ(storage().refused(), 0);
  EXPECT_EQ(ReadBlob(RegisterText(user, "a", "mine")), "mine");
  EXPECT_EQ(ReadBlob(RegisterText(other, "b", "yours")), "yours");
}

TEST_F(SessionBlobRegistryTest, WhoseConnectionTheStorageEndsGetsAnother) {
  auto user = Connect();
  auto other = Connect();
  BlobHandle there = storage().Add("a", "", "there");
  FindNothing();
  EXPECT_FALSE(ReadBlob(RegisterText(user, "a", "again")));
  EXPECT_EQ(storage().refused(), 1);
  EXPECT_TRUE(user.is_connected());
  EXPECT_EQ(ReadBlob(RegisterText(other, "b", "yours")), "yours");
  EXPECT_EQ(ReadBlob(RegisterText(user, "c", "mine")), "mine");
}

}  // namespace

}  // namespace electron_ports
