// What lib/ finds under process._linkedBinding. Loaded before anything of lib/ is.

import { WebContents } from './api/web-contents';
import { WebFrameMain } from './api/web-frame-main';
import { requestGarbageCollectionForTesting } from './garbage-collection';
import { messagePortBinding } from './message-port/message-port-main';

const bindings: Record<string, unknown> = {
  electron_browser_message_port: messagePortBinding,
  electron_browser_web_contents: { WebContents },
  electron_browser_web_frame_main: { WebFrameMain },
  electron_common_v8_util: { requestGarbageCollectionForTesting }
};

// Node has a function of this name for the bindings that were linked into it.
const linkedByNode = process._linkedBinding as (name: string) => unknown;

process._linkedBinding = ((name: string) =>
  Object.hasOwn(bindings, name) ? bindings[name] : linkedByNode.call(process, name)) as typeof process._linkedBinding;
