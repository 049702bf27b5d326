// Three pictures made on the spot, so that the check can be tried with nothing at hand: drawn on a canvas, with the
// label that each one is about written into the PNG.

export type Sample = 'iptc' | 'aigc' | 'none';

const xmp = (description: string) =>
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  `${description}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

// The field and value that IPTC prescribes for media made by a trained model.
const iptcLabel = xmp(
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
    'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>',
);

// The implicit label of GB 45438-2025, Annex E.
const aigcLabel = xmp(
  '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>' +
    '{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;labeler-sample&quot;,' +
    '&quot;ProduceID&quot;:&quot;sample-1&quot;,&quot;ReservedCode1&quot;:&quot;&quot;,&quot;ContentPropagator&quot;:&quot;&quot;,' +
    '&quot;PropagateID&quot;:&quot;&quot;,&quot;ReservedCode2&quot;:&quot;&quot;}</TC260:AIGC></rdf:Description>',
);

const labels: Record<Sample, string | undefined> = { iptc: iptcLabel, aigc: aigcLabel, none: undefined };

/** The sample as a file. */
export async function makeSample(sample: Sample): Promise<File> {
  const png = new Uint8Array(await (await draw()).arrayBuffer());
  const label = labels[sample];
  const bytes = label === undefined ? png : withXmp(png, label);
  return new File([bytes as BlobPart], `sample-${sample}.png`, { type: 'image/png' });
}

function draw(): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 420;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const sky = context.createLinearGradient(0, 0, 0, 420);
  sky.addColorStop(0, '#12304f');
  sky.addColorStop(0.6, '#d98a5b');
  sky.addColorStop(1, '#f4d9a8');
  context.fillStyle = sky;
  context.fillRect(0, 0, 640, 420);
  context.fillStyle = '#fff3d6';
  context.beginPath();
  context.arc(430, 250, 46, 0, Math.PI * 2);
  context.fill();
  for (const [base, height, colour] of [[300, 70, '#6b4a5e'], [345, 55, '#40344f'], [385, 40, '#1d1f33']] as const) {
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(0, 420);
    for (let x = 0; x <= 640; x += 8) context.lineTo(x, base - height * Math.sin(x / (70 + height)) * Math.cos(x / 210));
    context.lineTo(640, 420);
    context.fill();
  }
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture')))));
}

// After the signature (8 bytes) and IHDR (25 bytes), as an uncompressed iTXt chunk with Adobe's keyword.
function withXmp(png: Uint8Array, packet: string): Uint8Array {
  const data = new TextEncoder().encode(`XML:com.adobe.xmp\0\0\0\0\0${packet}`);
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(new TextEncoder().encode('iTXt'), 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  const out = new Uint8Array(png.length + chunk.length);
  out.set(png.subarray(0, 33));
  out.set(chunk, 33);
  out.set(png.subarray(33), 33 + chunk.length);
  return out;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
