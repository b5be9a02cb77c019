import { expect } from 'chai';

import { once } from 'node:events';
import { PassThrough } from 'node:stream';

import { decodePackets, encodePackets, packet, ToClient } from '../../runtime/common/packet';
import { PacketSocket } from '../../runtime/common/packet-socket';
import { PipeTransport } from '../../runtime/main/chromium/pipe-transport';
import { problemOf } from '../../runtime/main/page/check-from-document';

import type { SocketLike } from '../../runtime/common/packet-socket';

describe('what comes from Chromium', () => {
  describe('as packets of the hub', () => {
    it('may have a buffer that there is no memory for: the packet says so, and those behind it are read', () => {
      const huge = { byteLength: 8, resizable: true, maxByteLength: 2 ** 53 - 1 } as ArrayBuffer;
      const bytes = new Uint8Array(200);
      const written = encodePackets([packet(ToClient.Message, 7)]);
      // As the hub would write it, which has the buffer.
      const view = new DataView(bytes.buffer);
      [ToClient.Message, 5, 0, 0, 0, 1, huge.byteLength, huge.maxByteLength].forEach((each, index) =>
        view.setFloat64(8 * index, each)
      );
      bytes.set(written, 8 * 8 + 8);
      const packets = [...decodePackets(bytes.subarray(0, 8 * 8 + 8 + written.length))].map(({ packet }) => packet);
      expect(packets.map(({ port }) => port)).to.deep.equal([5, 7]);
      expect(packets[0].failure).to.include('there is no memory for an ArrayBuffer of');
      expect(packets[1].failure).to.equal(undefined);
    });

    it('are handled each for itself: what one leads to does not affect the next', () => {
      let receive: (event: { data: unknown }) => void = () => {};
      const socket = new PacketSocket({
        addEventListener(type: string, listener: typeof receive) {
          if (type === 'message') receive = listener;
        }
      } as unknown as SocketLike);
      const ports: number[] = [];
      socket.onpacket = ({ port }) => {
        ports.push(port);
        if (port === 1) throw new Error('on purpose: a spec has a packet fail');
      };
      receive({ data: encodePackets([packet(1, 1), packet(1, 2)]).buffer });
      expect(ports).to.deep.equal([1, 2]);
    });
  });

  describe('as messages of DevTools', () => {
    it('may be too long for a string: it is lost, an answer with an error in its place, and those behind it come', async () => {
      const input = new PassThrough();
      const transport = new PipeTransport(new PassThrough(), input, 100);
      const messages: unknown[] = [];
      const done = once(input, 'close');
      transport.onmessage = (message) => messages.push(JSON.parse(message));
      const long = 'x'.repeat(200);
      input.write(`{"method":"Runtime.consoleAPICalled","params":"${long}","sessionId":"AB12"}\0`);
      input.write(`{"id":3,"result":{"value":"${long}`);
      input.write('"},"sessionId":"CD34"}\0');
      input.end('{"id":4,"result":{}}\0');
      await done;
      await new Promise(setImmediate);
      expect(messages).to.deep.equal([
        { method: 'tooLong', sessionId: 'AB12' },
        { id: 3, error: { code: -32000, message: 'The answer is too long: 249 bytes' }, sessionId: 'CD34' },
        { id: 4, result: {} }
      ]);
    });
  });

  describe('as messages of a document', () => {
    const bad: [why: string, content: unknown][] = [
      ['it is no array', undefined],
      ['it is no array', { 0: 'send', 1: 'channel', 2: [] }],
      ['it is of no known kind', []],
      ['it is of no known kind', ['grant', {}]],
      ['its channel is no string', ['send']],
      ['its channel is no string', ['post', { channel: 1 }, null]],
      ['its arguments are no array', ['send', 'channel']],
      ['its arguments are no array', ['invoke', 'channel', { length: 1 }]],
      ['it has 4294967295 arguments', ['send', 'channel', new Array(2 ** 32 - 1)]],
      ['it has 70000 arguments', ['invoke', 'channel', new Array(70_000).fill(0)]]
    ];
    it('is refused when it is none, and why is said', () => {
      for (const [why, content] of bad) expect(problemOf(content)).to.equal(why);
    });

    it('is taken when it is a message', () => {
      for (const content of [
        ['send', '', []],
        ['post', 'channel'],
        ['invoke', 'channel', new Array(16_384).fill(0)]
      ]) {
        expect(problemOf(content)).to.equal(undefined);
      }
    });
  });
});
