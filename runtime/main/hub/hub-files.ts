import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { RequestListener } from 'node:http';

/** Where the bundles for Chromium are: dist/runtime/, seen from dist/runtime/main/. */
const bundle = (name: string) => readFileSync(join(__dirname, '..', name), 'utf8');

/** The hub's script, which is never served. */
export const hubScript = () => bundle('hub/hub.js');

/**
 * Serves the hub's few files. They hold no secret: any page may load them. Each is of one origin only: under any other
 * name a page could have a rendezvous of its own.
 */
export function serveHubFiles(origin: string, insecureOrigin: string): RequestListener {
  const page = (body: string) => `<!doctype html><title>Message ports</title><body>${body}</body>`;
  const files: Record<string, [type: string, text: string]> = {
    [`${origin}/hub.html`]: ['text/html', page('')],
    [`${origin}/link.html`]: ['text/html', page('<script src="link.js"></script>')],
    [`${origin}/link.js`]: ['text/javascript', bundle('hub/link.js')],
    [`${insecureOrigin}/insecure.html`]: ['text/html', page(`<iframe src="${origin}/link.html"></iframe>`)],
    [`${origin}/rendezvous.js`]: ['text/javascript', bundle('hub/rendezvous.js')]
  };
  const headers = {
    'cache-control': 'max-age=86400',
    // A page that asks to be isolated can hold link.html all the same.
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'cross-origin'
  };
  return (request, response) => {
    const file = files[`http://${request.headers.host}${request.url}`];
    if (file) response.writeHead(200, { ...headers, 'content-type': file[0] }).end(file[1]);
    else response.writeHead(404).end();
  };
}
