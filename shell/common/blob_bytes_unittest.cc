// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

// The bytes of Blobs, to and from the browser's blob storage.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/functional/bind.h"
#include "base/functional/callback_helpers.h"
#include "base/test/bind.h"
#include "base/test/task_environment.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/common/blob_bytes_provider.h"
#include "shell/common/blob_part_reader.h"
#include "shell/test/blob_test_support.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

std::string Pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<char>(i * 31 + (i >> 8));
  }
  return bytes;
}

class BlobPartReaderTest : public testing::Test {
 protected:
  // Nothing when it can't be read.
  std::optional<std::string> Read(uint64_t offset, uint64_t length) {
    std::optional<std::string> result;
    int calls = 0;
    BlobPartReader reader(*blob_, offset, length,
                          base::BindLambdaForTesting(
                              [&](std::optional<std::vector<uint8_t>> bytes) {
                                ++calls;
                                if (bytes) {
                                  result =
                                      std::string(bytes->begin(), bytes->end());
                                }
                              }));
    EXPECT_EQ(calls, 0);
    task_environment_.RunUntilIdle();
    EXPECT_EQ(calls, 1);
    return result;
  }

  void Add(const std::string& bytes) {
    BlobHandle handle = storage_.Add("uuid", "", bytes);
    blob_.Bind(mojo::PendingRemote<blob_mojom::Blob>(std::move(handle.pipe),
                                                     handle.version));
  }

  base::test::TaskEnvironment task_environment_;
  MemoryBlobStorage storage_;
  mojo::Remote<blob_mojom::Blob> blob_;
};

TEST_F(BlobPartReaderTest, APartIsRead) {
  Add("0123456789");
  EXPECT_EQ(Read(2, 3), "234");
  EXPECT_EQ(Read(0, 10), "0123456789");
  EXPECT_EQ(Read(9, 1), "9");
}

TEST_F(BlobPartReaderTest, APartLargerThanThePipeIsReadWhole) {
  const std::string bytes = Pattern(5'000'000);
  Add(bytes);
  EXPECT_EQ(Read(0, bytes.size()), bytes);
}

TEST_F(BlobPartReaderTest, WhatIsNotThereCannotBeRead) {
  Add("0123456789");
  EXPECT_EQ(Read(8, 3), std::nullopt);
}

TEST_F(BlobPartReaderTest, AFailureInTheMiddleIsNoPart) {
  Add("0123456789");
  storage_.set_fails(true);
  EXPECT_EQ(Read(0, 10), std::nullopt);
}

TEST_F(BlobPartReaderTest, FewerBytesThanWereAskedForAreNoPart) {
  Add("0123456789");
  storage_.set_lies(true);
  EXPECT_EQ(Read(0, 10), std::nullopt);
}

TEST_F(BlobPartReaderTest, ABlobThatIsGoneCannotBeRead) {
  Add("0123456789");
  storage_.Clear();
  EXPECT_EQ(Read(0, 10), std::nullopt);
  // Also when that is known before.
  EXPECT_EQ(Read(0, 10), std::nullopt);
}

TEST_F(BlobPartReaderTest, AReaderThatIsDeletedSaysNothing) {
  Add("0123456789");
  auto reader = std::make_unique<BlobPartReader>(
      *blob_, 0, 10,
      base::BindLambdaForTesting(
          [](std::optional<std::vector<uint8_t>>) { ADD_FAILURE(); }));
  reader.reset();
  task_environment_.RunUntilIdle();
}

using Transport = MemoryBlobStorage::Transport;

class BlobBytesProviderTest : public testing::TestWithParam<Transport> {
 protected:
  // A Blob whose bytes `read` gives.
  BlobHandle Register(uint64_t size, BlobBytesProvider::ReadPart read) {
    provider_ = std::make_unique<BlobBytesProvider>(
        size, std::move(read),
        base::BindLambdaForTesting([this] { provider_.reset(); }));
    std::vector<blob_mojom::DataElementPtr> elements;
    elements.push_back(
        blob_mojom::DataElement::NewBytes(blob_mojom::DataElementBytes::New(
            size, std::nullopt, provider_->BindNewPipeAndPassRemote())));
    mojo::PendingRemote<blob_mojom::Blob> blob;
    registry_->Register(blob.InitWithNewPipeAndPassReceiver(), "uuid", "", "",
                        std::move(elements), base::DoNothing());
    return {"uuid", "", size, blob.PassPipe(), 0};
  }

  base::test::TaskEnvironment task_environment_;
  MemoryBlobStorage storage_{GetParam()};
  mojo::Remote<blob_mojom::BlobRegistry> registry_{storage_.Connect()};
  // An answer that is owed may not go before the one who owes it.
  std::vector<BlobPartCallback> unanswered_;
  std::unique_ptr<BlobBytesProvider> provider_;
};

INSTANTIATE_TEST_SUITE_P(All,
                         BlobBytesProviderTest,
                         testing::Values(Transport::kReply,
                                         Transport::kStream,
                                         Transport::kFile),
                         [](const auto& info) {
                           switch (info.param) {
                             case Transport::kReply:
                               return "Reply";
                             case Transport::kStream:
                               return "Stream";
                             case Transport::kFile:
                               return "File";
                           }
                         });

TEST_P(BlobBytesProviderTest, TheStorageGetsAllBytesAndLetsGo) {
  for (size_t size : {1, 65'537, 5'000'001}) {
    SCOPED_TRACE(size);
    const std::string bytes = Pattern(size);
    size_t largest = 0;
    BlobHandle handle = Register(
        size, base::BindLambdaForTesting([&](uint64_t offset, uint64_t length,
                                             BlobPartCallback done) {
          largest = std::max<size_t>(largest, length);
          std::move(done).Run(base::ToVector(base::as_byte_span(bytes).subspan(
              static_cast<size_t>(offset), static_cast<size_t>(length))));
        }));
    EXPECT_EQ(ReadBlob(std::move(handle)), bytes);
    EXPECT_FALSE(provider_);
    // It never is in memory as a whole, where the storage does not ask for
    // that.
    if (GetParam() != Transport::kReply) {
      EXPECT_LE(largest, 1u << 20);
    }
    task_environment_.RunUntilIdle();
    EXPECT_EQ(storage_.size(), 0u);
  }
}

TEST_P(BlobBytesProviderTest, BytesThatComeLaterArriveAsWell) {
  std::vector<base::OnceClosure> later;
  BlobHandle handle = Register(
      6, base::BindLambdaForTesting(
             [&](uint64_t offset, uint64_t length, BlobPartCallback done) {
               later.push_back(base::BindOnce(
                   std::move(done),
                   base::ToVector(base::as_byte_span(std::string("abcdef"))
                                      .subspan(offset, length))));
             }));
  task_environment_.RunUntilIdle();
  EXPECT_FALSE(later.empty());
  for (base::OnceClosure& answer : later) {
    std::move(answer).Run();
  }
  EXPECT_EQ(ReadBlob(std::move(handle)), "abcdef");
}

TEST_P(BlobBytesProviderTest, BytesThatCannotBeReadMakeABlobThatCannotBeRead) {
  BlobHandle handle = Register(
      3'000'000, base::BindLambdaForTesting([](uint64_t offset, uint64_t length,
                                               BlobPartCallback done) {
        // The first of them still can.
        std::optional<std::vector<uint8_t>> part;
        if (offset == 0 && length < 3'000'000) {
          part.emplace(length);
        }
        std::move(done).Run(std::move(part));
      }));
  EXPECT_EQ(ReadBlob(std::move(handle)), std::nullopt);
  EXPECT_FALSE(provider_);
}

TEST_P(BlobBytesProviderTest, WhatEndsWhileItIsAskedAnswersNoMore) {
  BlobHandle handle =
      Register(6, base::BindLambdaForTesting(
                      [&](uint64_t, uint64_t, BlobPartCallback done) {
                        unanswered_.push_back(std::move(done));
                      }));
  task_environment_.RunUntilIdle();
  ASSERT_FALSE(unanswered_.empty());
  provider_.reset();
  for (BlobPartCallback& done : unanswered_) {
    std::move(done).Run(std::vector<uint8_t>(6));
  }
  EXPECT_EQ(ReadBlob(std::move(handle)), std::nullopt);
}

TEST_P(BlobBytesProviderTest, ABlobThatNobodyHasLetsGoOfItsBytes) {
  Register(6, base::BindLambdaForTesting(
                  [&](uint64_t, uint64_t, BlobPartCallback done) {
                    unanswered_.push_back(std::move(done));
                  }));
  task_environment_.RunUntilIdle();
  EXPECT_EQ(storage_.size(), 0u);
  EXPECT_FALSE(provider_);
}

}  // namespace

}  // namespace electron_ports
