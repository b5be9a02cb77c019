import type { CDPSession } from 'puppeteer-core';

/** What a server said to a navigation. */
export interface NavigationResponse {
  /** -1 where nothing answered as HTTP does: data: does. */
  code: number;
  text: string;
}

const none: NavigationResponse = { code: -1, text: '' };

// Downloads and empty answers are asked for, and lead to no document.
const maximumKept = 100;

/** What came of the requests for documents, by loader, until the document shows. DevTools tells of it before it does of that. */
export class NavigationResponses {
  #responses = new Map<string, NavigationResponse>();
  #errors = new Map<string, string>();

  /** @param onRedirect called when a server leads a frame's navigation on */
  listen(session: CDPSession, onRedirect: (frameId: string, url: string) => void) {
    session.on('Network.requestWillBeSent', ({ type, frameId = '', redirectResponse, request }) => {
      if (type === 'Document' && redirectResponse) onRedirect(frameId, request.url);
    });
    session.on('Network.responseReceived', ({ type, loaderId, requestId, response: { url, status, statusText } }) => {
      if (type !== 'Document' || requestId !== loaderId || !/^(https?|data):/.test(url)) return;
      keep(this.#responses, loaderId, { code: status, text: statusText });
    });
    session.on('Network.loadingFailed', ({ type, requestId, errorText }) => {
      if (type === 'Document') keep(this.#errors, requestId, errorText);
    });
  }

  /** Of the document that shows now. */
  takeResponse(loaderId: string): NavigationResponse {
    const response = this.#responses.get(loaderId) ?? none;
    this.#responses.delete(loaderId);
    return response;
  }

  /** Why Chromium's page about an error shows, as in `net::ERR_FILE_NOT_FOUND`. */
  takeError(loaderId: string): string {
    const error = this.#errors.get(loaderId) ?? 'net::ERR_FAILED';
    this.#errors.delete(loaderId);
    return error;
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T) {
  map.set(key, value);
  if (map.size > maximumKept) map.delete(map.keys().next().value!);
}
