const { WebContents } = process._linkedBinding('electron_browser_web_contents');
const { WebFrameMain } = process._linkedBinding('electron_browser_web_frame_main');

type Args = Parameters<ElectronInternal.WebFrameMainInternal['_postMessage']>;

WebFrameMain.prototype.postMessage = function (...args: unknown[]) {
  return this._postMessage(...(args as Args));
};

WebContents.prototype.postMessage = function (...args: unknown[]) {
  if (this._postMessage) this._postMessage(...(args as Args));
  else this.mainFrame.postMessage(...(args as Parameters<Electron.WebFrameMain['postMessage']>));
};
