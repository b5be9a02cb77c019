const { WebContents } = process._linkedBinding('electron_browser_web_contents');
const { WebFrameMain } = process._linkedBinding('electron_browser_web_frame_main');

WebFrameMain.prototype.postMessage = function (...args: unknown[]) {
  return this._postMessage(...(args as Parameters<typeof this._postMessage>));
};

WebContents.prototype.postMessage = function (...args: unknown[]) {
  return this.mainFrame.postMessage(...(args as Parameters<Electron.WebFrameMain['postMessage']>));
};
