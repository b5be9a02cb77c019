import '@electron/internal/renderer/ipc-delivery';
import { ipcRenderer } from '@electron/internal/renderer/ipc-renderer';

export default ipcRenderer;
