import type { CDPSession, Protocol } from 'puppeteer-core';

type Opening = Protocol.Page.JavascriptDialogOpeningEvent;

/** The answers of Electron's message box when it is closed. Electron has no `prompt`. */
const answers: Record<string, { accept: boolean; text: string }> = {
  alert: { accept: true, text: 'it is taken as read' },
  confirm: { accept: false, text: 'it is answered with "Cancel"' },
  prompt: { accept: false, text: 'it is answered with null' }
};

/** Dialogs that are not visible would stop a page forever: answers them, and says so. */
export function answerDialogs(session: CDPSession, isUnseen: () => boolean) {
  session.on('Page.javascriptDialogOpening', ({ type, message, url }: Opening) => {
    // Whether a page may be left is decided elsewhere.
    if (!isUnseen() || !Object.hasOwn(answers, type)) return;
    const { accept, text } = answers[type];
    console.error(
      `${type}(${JSON.stringify(message.slice(0, 200))}) of ${url.slice(0, 200)} is not seen by anybody: ${text}.`
    );
    session.send('Page.handleJavaScriptDialog', { accept }).catch(() => {});
  });
}
