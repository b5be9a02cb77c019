const { MessageChannelMain } = require('electron');

/** @param {string} text */
const countWords = (text) => text.split(/\s+/).filter(Boolean).length;

/**
 * Gives a page a port that answers each text with its number of words.
 * @param {Electron.WebContents} webContents
 * @returns the near end
 */
function serveCounter(webContents) {
  const { port1, port2 } = new MessageChannelMain();
  port1.onmessage = ({ data: text }) => {
    if (typeof text === 'string') port1.postMessage({ words: countWords(text) });
    else port1.postMessage({ error: `expected a text, got ${typeof text}` });
  };
  webContents.postMessage('counter', null, [port2]);
  return port1;
}

module.exports = { countWords, serveCounter };
