import { once } from 'node:events';
import { createServer } from 'node:http';

import type { OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status?: number;
  headers?: OutgoingHttpHeaders;
  body?: string;
}

export interface SpecServer {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  close(): void;
}

/**
 * Serves HTML on loopback.
 * @param answer by path; undefined never answers
 */
export async function serve(answer: (path: string) => Answer | string | undefined): Promise<SpecServer> {
  const server = createServer((request, response) => {
    const answered = answer(request.url!);
    if (answered === undefined) return;
    const { status = 200, headers, body = '' } = typeof answered === 'string' ? { body: answered } : answered;
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    }
  };
}
