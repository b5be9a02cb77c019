import { createDocumentIpc } from './ipc';
import { openLink } from './link';

import type { RendererConfig } from '../common/renderer-config';

declare const config: RendererConfig;

/** This document's one link to the main process. */
export const { ipc, setReceiver, internalChannel } = createDocumentIpc(openLink(config));
