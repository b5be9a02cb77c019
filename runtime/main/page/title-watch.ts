import type { CDPSession } from 'puppeteer-core';

const worldName = 'Electron Ports Title';
const bindingName = 'tellTitle';

/**
 * Tells the title of the main frame's document, now and whenever it changes. In a world of its own, where page script has
 * no hand in anything; what a page names `title` is not its title. The whole of a large document changes too often to be
 * observed.
 */
const source = `(() => {
  if (window !== window.top) return;
  const [titleOf, headOf] = ['title', 'head'].map((name) => Object.getOwnPropertyDescriptor(Document.prototype, name).get);
  let told = '';
  const look = () => {
    observer.disconnect();
    const root = document.documentElement;
    const element = root && root.querySelector('title');
    for (const each of [document, root, headOf.call(document)]) if (each) observer.observe(each, { childList: true });
    if (element) observer.observe(element, { childList: true, characterData: true, subtree: true });
    const title = titleOf.call(document);
    if (title !== told) ${bindingName}((told = title));
  };
  const observer = new MutationObserver(look);
  look();
})();`;

/** @param onTitle called with the title, and the context whose document has it */
export async function watchTitle(session: CDPSession, onTitle: (title: string, contextId: number) => void) {
  session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name === bindingName) onTitle(payload, executionContextId);
  });
  await Promise.all([
    session.send('Runtime.addBinding', { name: bindingName, executionContextName: worldName }),
    session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName })
  ]);
}
