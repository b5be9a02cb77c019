import { expect } from 'chai';

import { mergeSwitches } from '../../runtime/main/chromium/merge-switches';
import { runApp } from '../lib/apps';

describe('the switches of an app', function () {
  this.timeout(40_000);

  const merge = (own: string[], added: string[]) => mergeSwitches(own, added, ['hub.localhost']);

  it('come after the runtime’s own in lists, and take their place elsewhere', () => {
    expect(
      merge(
        ['--disable-features=A,B', '--host-resolver-rules=MAP hub.localhost 127.0.0.1', '--no-pings', '--lang=en'],
        ['--disable-features=C', '--host-resolver-rules=MAP * ~NOTFOUND', '--lang=de', '--mute-audio']
      )
    ).to.deep.equal([
      '--disable-features=A,B,C',
      '--host-resolver-rules=MAP hub.localhost 127.0.0.1,MAP * ~NOTFOUND',
      '--no-pings',
      '--lang=de',
      '--mute-audio'
    ]);
  });

  it('count once each, as in Electron: the last of a name', () => {
    expect(merge(['--disable-features=A'], ['--disable-features=B', '--disable-features=C'])).to.deep.equal([
      '--disable-features=A,C'
    ]);
  });

  it('lead no request for the runtime’s own pages to a proxy, or to another host', () => {
    expect(merge([], ['--proxy-bypass-list=<-loopback>', '--host-rules=MAP * proxy'])).to.deep.equal([
      '--proxy-bypass-list=<-loopback>;hub.localhost',
      '--host-rules=MAP * proxy,EXCLUDE hub.localhost'
    ]);
  });

  it('may be written with dashes, and have values with any sign in them', () => {
    expect(merge([], ['----a=b=c', '--d='])).to.deep.equal(['--a=b=c', '--d=']);
  });

  it('leave the runtime its way to Chromium', async () => {
    const { code, lines, errors } = await runApp(
      ({ app, BrowserWindow, ipcMain }) => {
        for (const [name, value] of [
          ['disable-features', 'Nonsense'],
          ['enable-features', 'OtherNonsense'],
          ['enable-blink-features', 'Nonsense'],
          ['blink-settings', 'darkModeEnabled=true'],
          ['host-resolver-rules', 'MAP * ~NOTFOUND'],
          ['host-rules', 'MAP * 127.0.0.1:9'],
          ['proxy-server', 'http://127.0.0.1:9'],
          ['proxy-bypass-list', '<-loopback>'],
          ['user-data-dir', '/nowhere']
        ]) {
          app.commandLine.appendSwitch(name, value);
        }
        ipcMain.on('here', (event) => {
          console.log('here');
          event.ports[0].on('close', () => {
            console.log('closed');
            app.quit();
          });
        });
        void app.whenReady().then(async () => {
          const window = new BrowserWindow({
            show: false,
            webPreferences: { nodeIntegration: true, contextIsolation: false }
          });
          await window.loadURL('about:blank');
          await window.webContents.executeJavaScript(`
            const { port1, port2 } = new MessageChannel();
            require('electron').ipcRenderer.postMessage('here', null, [port2]);
            port1.close();
          `);
        });
      },
      { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' }
    );
    expect(lines, errors).to.deep.equal(['here', 'closed']);
    expect(errors).to.include('The switch --user-data-dir is the stock runtime');
    expect(code).to.equal(0);
  });
});
