import type { CDPSession, Protocol } from 'puppeteer-core';

type Opening = Protocol.Page.JavascriptDialogOpeningEvent;

/** What somebody does who only closes Electron's message box. It knows no `prompt` at all. */
const answers: Record<string, { accept: boolean; text: string }> = {
  alert: { accept: true, text: 'it is taken as read' },
  confirm: { accept: false, text: 'it is answered with "Cancel"' },
  prompt: { accept: false, text: 'it is answered with null' }
};

/** Where nobody sees a page's dialogs, they would stop it for good: answers them, and says so. */
export function answerDialogs(session: CDPSession) {
  session.on('Page.javascriptDialogOpening', ({ type, message, url }: Opening) => {
    // Whether a page may be left is decided elsewhere.
    if (!Object.hasOwn(answers, type)) return;
    const { accept, text } = answers[type];
    console.error(
      `${type}(${JSON.stringify(message.slice(0, 200))}) of ${url.slice(0, 200)} is not seen by anybody: ${text}.`
    );
    session.send('Page.handleJavaScriptDialog', { accept }).catch(() => {});
  });
}
