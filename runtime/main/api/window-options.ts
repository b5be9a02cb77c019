export interface WebPreferences {
  preload?: string;
  nodeIntegration?: boolean;
  nodeIntegrationInSubFrames?: boolean;
  contextIsolation?: boolean;
  sandbox?: boolean;
  additionalArguments?: string[];
}

export interface BrowserWindowOptions {
  show?: boolean;
  width?: number;
  height?: number;
  title?: string;
  webPreferences?: WebPreferences | null;
}
