// Files made in code, for a machine that has nothing but this repository.

import { mkdirSync, mkdtempSync, openSync, ftruncateSync, closeSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 as nodeCrc32, deflateSync } from 'node:zlib';

// zlib.crc32 came with Node 20.15 and 22.2; engines before that are not supported by the pages' tools either.
const crc32 = (bytes) => nodeCrc32(bytes) >>> 0;

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** A small picture, with an XMP packet when one is given. `shade` makes different files. */
export function png({ xmp, shade = 128, extra = [] } = {}) {
  const [width, height] = [96, 64];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows.set([x * 2, y * 3, shade], y * (1 + width * 3) + 1 + x * 3);
    }
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(xmp ? [chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${xmp}`))] : []),
    ...extra,
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A black picture of any size, in few bytes: one bit a pixel. */
export function blankPng(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function packet(description) {
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${description}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}

/** IPTC's statement that a trained model made the picture. */
export const iptcAi = packet(
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>',
);

/** China's implicit label (GB 45438-2025, Annex E). */
export const aigc = packet(
  '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;labeler-sample&quot;,&quot;ProduceID&quot;:&quot;p1&quot;,&quot;ReservedCode1&quot;:&quot;&quot;,&quot;ContentPropagator&quot;:&quot;&quot;,&quot;PropagateID&quot;:&quot;&quot;,&quot;ReservedCode2&quot;:&quot;&quot;}</TC260:AIGC></rdf:Description>',
);

const box = (type, ...content) => {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};

/** Bytes of the media data of the long video: beyond what 32 bits count. */
const LONG = 2 ** 31 + 4096;

/**
 * A video of 2 GB that takes no space on the disk: its structure, and what it says of itself, stand behind the media data.
 */
function longVideo(path) {
  const media = Buffer.alloc(16);
  media.writeUInt32BE(1, 0);
  media.write('mdat', 4, 'latin1');
  media.writeBigUInt64BE(BigInt(16 + LONG), 8);
  const front = Buffer.concat([box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1')), media]);
  // A movie header of 10 seconds without tracks, and XMP's own kind of box.
  const header = Buffer.alloc(100);
  header.writeUInt32BE(1000, 12);
  header.writeUInt32BE(10_000, 16);
  header.writeUInt32BE(0x00010000, 20);
  const back = Buffer.concat([
    box('moov', box('mvhd', header)),
    box('uuid', Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'), Buffer.from(iptcAi)),
  ]);
  const handle = openSync(path, 'w');
  writeSync(handle, front);
  writeSync(handle, back, 0, back.length, front.length + LONG);
  closeSync(handle);
  return path;
}

/** Writes every fixture into a new folder; `remove` takes it away again. */
export function writeFixtures() {
  const folder = mkdtempSync(join(tmpdir(), 'labeler-web-'));
  const write = (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const labelled = png({ xmp: iptcAi });
  const files = {
    iptc: write('iptc-ai.png', labelled),
    aigc: write('aigc.png', png({ xmp: aigc, shade: 20 })),
    plain: write('plain.png', png({ shade: 200 })),
    // The content decides, not the name.
    misnamed: write('really-a-png.jpg', png({ xmp: iptcAi, shade: 60 })),
    longName: write(`${'a-very-long-name-without-any-break-'.repeat(4)}.png`, png({ shade: 90 })),
    empty: write('empty.png', Buffer.alloc(0)),
    text: write('notes.txt', 'This is not a picture.\n'.repeat(40)),
    garbage: write('garbage.png', Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * 7919 + (i >> 3)) & 0xff))),
    truncated: write('truncated.png', labelled.subarray(0, 300)),
    // A chunk that claims two gigabytes.
    liar: write(
      'liar.png',
      Buffer.concat([
        labelled.subarray(0, 33),
        Buffer.from([0x7f, 0xff, 0xff, 0xff]),
        Buffer.from('tEXtx'),
        labelled.subarray(33),
      ]),
    ),
    // Labels that would poison a JavaScript object.
    proto: write('proto.png', png({ extra: [chunk('tEXt', Buffer.from('__proto__\0{"polluted":true}', 'latin1'))] })),
    many: write(
      'many-chunks.png',
      png({ extra: Array.from({ length: 10_000 }, (_, i) => chunk('tEXt', Buffer.from(`k${i}\0v`, 'latin1'))) }),
    ),
  };
  const album = join(folder, 'album');
  mkdirSync(join(album, 'inner'), { recursive: true });
  writeFileSync(join(album, 'one.png'), png({ shade: 1 }));
  writeFileSync(join(album, 'inner', 'two.png'), png({ shade: 2 }));
  writeFileSync(join(album, '.hidden'), 'x');

  // A gigabyte that takes no space on the disk: long enough to be cancelled while it is read.
  const large = join(folder, 'large.png');
  const handle = openSync(large, 'w');
  writeSync(handle, labelled);
  ftruncateSync(handle, 1024 ** 3);
  closeSync(handle);

  const video = longVideo(join(folder, 'long.mp4'));

  return { ...files, album, large, video, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
