// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/test/send_over_pipe.h"

#include "base/check_op.h"
#include "mojo/public/cpp/system/message_pipe.h"

namespace electron_ports {

mojo::Message SendOverPipe(mojo::Message message) {
  // Mojo reads back what it serializes late, and that alone.
  if (!message.is_serialized()) {
    message.SerializeIfNecessary();
    return message;
  }
  mojo::MessagePipe pipe;
  CHECK_EQ(mojo::WriteMessageNew(pipe.handle0.get(), message.TakeMojoMessage(),
                                 MOJO_WRITE_MESSAGE_FLAG_NONE),
           MOJO_RESULT_OK);
  mojo::ScopedMessageHandle arrived;
  CHECK_EQ(mojo::ReadMessageNew(pipe.handle1.get(), &arrived,
                                MOJO_READ_MESSAGE_FLAG_NONE),
           MOJO_RESULT_OK);
  return mojo::Message::CreateFromMessageHandle(&arrived);
}

}  // namespace electron_ports
