// The main process's bindings. Imported before anything of lib/ is.

import { requestGarbageCollectionForTesting } from '../node/garbage-collection';
import { linkBindings } from '../node/linked-bindings';
import { messagePortBinding } from '../node/message-port/message-port-main';
import { WebFrameMain } from './api/web-frame-main';
import { chromium } from './chromium-session';
import { internalChannelBinding } from './page/document-grants';

linkBindings({
  electron_browser_internal_channel: internalChannelBinding,
  electron_browser_message_port: messagePortBinding,
  electron_browser_web_frame_main: { WebFrameMain },
  electron_common_v8_util: { requestGarbageCollectionForTesting },
  electron_ports_hub: {
    countObjectsForTesting: (className: string) => chromium().hub.countObjectsForTesting(className),
    setMaximumBacklogForTesting: (bytes: number) => chromium().hub.setMaximumBacklogForTesting(bytes)
  }
});
