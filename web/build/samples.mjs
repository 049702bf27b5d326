// Draws the sample pictures of the pages and writes their labels: `node build/samples.mjs`, once, by hand.
//
// Writes src/samples/{signed,iptc,aigc,plain}.jpg. The signed one still lacks its signature afterwards:
// `labeler label src/samples/signed.jpg -o src/samples/signed.jpg --no-training`.

import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const packet = (description) =>
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  `${description}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

// The field and value that IPTC prescribes for media made by a trained model.
const iptc = packet(
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
    'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>',
);
// The implicit label of GB 45438-2025, Annex E.
const aigc = packet(
  '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>' +
    '{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;labeler-sample&quot;,' +
    '&quot;ProduceID&quot;:&quot;sample-1&quot;,&quot;ReservedCode1&quot;:&quot;&quot;,&quot;ContentPropagator&quot;:&quot;&quot;,' +
    '&quot;PropagateID&quot;:&quot;&quot;,&quot;ReservedCode2&quot;:&quot;&quot;}</TC260:AIGC></rdf:Description>',
);

const scenes = [
  {
    name: 'signed',
    sky: ['#1b2b52', '#c9786a', '#f6d9a6'],
    light: ['#fff1cf', 452, 236, 44],
    hills: ['#6d4a66', '#443553', '#1e1f36'],
    phase: 0,
  },
  {
    name: 'iptc',
    sky: ['#0e3b43', '#5fa08f', '#e9e3b4'],
    light: ['#fdfbe6', 180, 150, 34],
    hills: ['#3f7a6c', '#27544f', '#122f33'],
    phase: 1.7,
    xmp: iptc,
  },
  {
    name: 'aigc',
    sky: ['#30123f', '#a8456f', '#f2a97c'],
    light: ['#ffe2c2', 330, 262, 58],
    hills: ['#7b2f5a', '#4d2048', '#241130'],
    phase: 3.1,
    xmp: aigc,
  },
  {
    name: 'plain',
    sky: ['#5b86b8', '#a9c8de', '#eef3ef'],
    light: ['#ffffff', 520, 96, 28],
    hills: ['#8fa487', '#65805f', '#3b5640'],
    phase: 4.4,
  },
];

/** The picture as a JPEG; runs in the browser. */
async function draw({ sky, light, hills, phase }) {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 427 });
  const context = canvas.getContext('2d');
  const gradient = context.createLinearGradient(0, 0, 0, 360);
  sky.forEach((colour, index) => gradient.addColorStop(index / (sky.length - 1), colour));
  context.fillStyle = gradient;
  context.fillRect(0, 0, 640, 427);
  const [colour, x, y, radius] = light;
  const glow = context.createRadialGradient(x, y, radius, x, y, radius * 5);
  glow.addColorStop(0, `${colour}88`);
  glow.addColorStop(1, `${colour}00`);
  context.fillStyle = glow;
  context.fillRect(0, 0, 640, 427);
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
  hills.forEach((hill, index) => {
    const base = 290 + index * 46;
    const height = 62 - index * 14;
    context.fillStyle = hill;
    context.beginPath();
    context.moveTo(0, 427);
    for (let at = 0; at <= 640; at += 4) {
      const wave =
        Math.sin(at / (86 + index * 31) + phase * (index + 1)) + 0.45 * Math.sin(at / 41 + phase + index * 2);
      context.lineTo(at, base - height * wave * 0.7);
    }
    context.lineTo(640, 427);
    context.fill();
  });
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.86));
  return [...new Uint8Array(await blob.arrayBuffer())];
}

/** Right after the start-of-image marker and JFIF, as Adobe's APP1 segment. */
function withXmp(jpeg, xmp) {
  const body = Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1'), Buffer.from(xmp)]);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xffe1, 0);
  head.writeUInt16BE(body.length + 2, 2);
  const after = 4 + jpeg.readUInt16BE(4);
  return Buffer.concat([jpeg.subarray(0, after), head, body, jpeg.subarray(after)]);
}

const browser = await chromium.launch({
  executablePath: process.env.LABELER_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
for (const scene of scenes) {
  const jpeg = Buffer.from(await page.evaluate(draw, { ...scene, xmp: undefined }));
  writeFileSync(
    new URL(`../src/samples/${scene.name}.jpg`, import.meta.url),
    scene.xmp ? withXmp(jpeg, scene.xmp) : jpeg,
  );
}
await browser.close();
