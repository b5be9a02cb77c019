import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import type { AddressInfo } from 'node:net';

export interface PageServer {
  /** The page's URL on one of two sites, which Chromium keeps in processes of their own. */
  url(host: '127.0.0.1' | 'localhost'): string;
  close(): void;
}

/**
 * Serves one page with one script.
 * @param script the path of its bundle
 */
export async function servePage(script: string): Promise<PageServer> {
  const body = `<!doctype html><title>Benchmark</title><body><script>${readFileSync(script, 'utf8')}</script></body>`;
  const server = createServer((_, response) => {
    // An isolated document's clock ticks every 5 microseconds instead of every 100. Unlike an opener policy this leaves
    // `window.open` its link to the new window.
    const headers = { 'content-type': 'text/html', 'document-isolation-policy': 'isolate-and-require-corp' };
    response.writeHead(200, headers).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (host) => `http://${host}:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    }
  };
}
