// Injected into the page's own world when the preload script is isolated from it: the page's half of the context bridge,
// and what a page needs for the files that come to its ports.

import { installTransferredFile } from '@electron/internal/renderer/transferred-file';

import { installMainWorldBridge } from './context-bridge/main-world';

import type { RendererConfig } from '../common/renderer-config';

/** Around this script when it is injected. */
declare const config: Pick<RendererConfig, 'bridgeSecret'>;

installMainWorldBridge(config.bridgeSecret);
installTransferredFile();
