// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_TEST_BLOB_TEST_SUPPORT_H_
#define ELECTRON_PORTS_SHELL_TEST_BLOB_TEST_SUPPORT_H_

#include <stdint.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/scoped_temp_dir.h"
#include "mojo/public/cpp/bindings/pending_receiver.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "mojo/public/cpp/bindings/receiver_set.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/common/blob_mojom.h"
#include "shell/common/port_message.h"

namespace electron_ports {

// The browser's blob storage as its users see it, over real pipes and files,
// with the bytes of complete Blobs in memory. A Blob lives as long as someone
// has a pipe to it, and can't be read when its bytes did not come.
class MemoryBlobStorage final : public blob_mojom::BlobRegistry {
 public:
  // How it takes the bytes of what is registered.
  enum class Transport { kReply, kStream, kFile };

  explicit MemoryBlobStorage(Transport transport = Transport::kStream);
  ~MemoryBlobStorage() override;

  mojo::PendingRemote<blob_mojom::BlobRegistry> Connect();
  void Bind(mojo::PendingReceiver<blob_mojom::BlobRegistry> receiver);

  // A Blob that is there already.
  BlobHandle Add(std::string uuid, std::string type, std::string_view bytes);

  // Binds `blob` to the one of that name, if there is one.
  bool Find(const std::string& uuid,
            mojo::PendingReceiver<blob_mojom::Blob>* blob);

  // How many there are.
  size_t size() const { return blobs_.size(); }
  // How often it was read.
  int reads() const { return reads_; }
  // How many connections it ended, as what they sent made no sense.
  int refused() const { return refused_; }

  // Lets go of all of them, as the browser does when it ends.
  void Clear();

  // What each of them does wrong from now on when it is read: it fails after
  // half of the bytes, or says that there were all.
  void set_fails(bool fails) { fails_ = fails; }
  void set_lies(bool lies) { lies_ = lies; }

 private:
  class StoredBlob;

  // blob_mojom::BlobRegistry:
  void Register(mojo::PendingReceiver<blob_mojom::Blob> blob,
                const std::string& uuid,
                const std::string& content_type,
                const std::string& content_disposition,
                std::vector<blob_mojom::DataElementPtr> elements,
                RegisterCallback callback) override;
#if !defined(ELECTRON_PORTS_SMALL_LINK)
  void RegisterFromStream(
      const std::string& content_type,
      const std::string& content_disposition,
      uint64_t length_hint,
      mojo::ScopedDataPipeConsumerHandle data,
      mojo::PendingAssociatedRemote<blob_mojom::ProgressClient> client,
      RegisterFromStreamCallback callback) override;
#endif

  const Transport transport_;
  int reads_ = 0;
  int refused_ = 0;
  bool fails_ = false;
  bool lies_ = false;
  base::ScopedTempDir folder_;
  std::map<std::string, std::unique_ptr<StoredBlob>> blobs_;
  mojo::ReceiverSet<blob_mojom::BlobRegistry> receivers_;
};

// Registers a Blob that is a text.
BlobHandle RegisterText(mojo::Remote<blob_mojom::BlobRegistry>& registry,
                        const std::string& uuid,
                        std::string text);

// The bytes of a Blob, read over its pipe as another process would read it;
// runs tasks until it has them. Nothing when it can't be read.
std::optional<std::string> ReadBlob(BlobHandle handle);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_TEST_BLOB_TEST_SUPPORT_H_
