// The visible label, drawn on a canvas: white on a dark plate in a corner, with the proportions of the engine's own
// (crates/pixels/src/overlay.rs), which follow GB 45438-2025, clause 5.2: characters at least 5 % of the shortest side.

import type { Overlay } from './corners.ts';

/** Height of the ink as a share of the shortest side: the law's 5 % and a tenth more. */
export const INK = 0.055;
const MARGIN = 0.02;
const PADDING = 0.45;
const LEADING = 0.5;
const PLATE = 'rgb(0 0 0 / 65%)';
const FONT = "'Noto Sans CJK SC', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif";

/** The device has no font with the characters of the label. */
export class MissingFont extends Error {}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** The text in lines that are no wider than `room`; undefined when one word is. */
export function breakLines(text: string, width: (line: string) => number, room: number): string[] | undefined {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (width(longer) <= room) line = longer;
    else if (line === '' || width(word) > room) return undefined;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? undefined : [...lines, line];
}

/** Whether this device can draw the text: two ideographs that look alike are two boxes for missing ones. */
export function hasGlyphs(text: string): boolean {
  if (!/[\u2e80-\u9fff]/.test(text)) return true;
  const looks = ['生', '成'].map((character) => {
    const context = new OffscreenCanvas(32, 32).getContext('2d');
    if (!context) return '';
    context.font = `700 24px ${FONT}`;
    context.fillText(character, 4, 26);
    return context.getImageData(0, 0, 32, 32).data.join();
  });
  return looks[0] !== looks[1];
}

/** Draws the label over what the canvas shows. Returns whether the text fits. */
export function drawLabel(context: Context, width: number, height: number, { text, corner }: Overlay): boolean {
  const side = Math.min(width, height);
  const ink = Math.max(INK * side, 9);
  context.save();
  try {
    context.font = `700 100px ${FONT}`;
    context.textBaseline = 'alphabetic';
    // Every script in the text reaches the height by itself: capitals and ideographs.
    const samples = /[\u2e80-\u9fff]/.test(text) ? ['H', '生'] : ['H'];
    const heights = samples.map((sample) => context.measureText(sample)).map((m) => m.actualBoundingBoxAscent + m.actualBoundingBoxDescent);
    const size = (ink * 100) / Math.min(...heights);
    context.font = `700 ${size}px ${FONT}`;
    const padding = PADDING * ink;
    const margin = MARGIN * side;
    const lines = breakLines(text, (line) => context.measureText(line).width, width - 2 * (padding + margin));
    if (!lines) return false;
    const wide = Math.max(...lines.map((line) => context.measureText(line).width)) + 2 * padding;
    const step = ink * (1 + LEADING);
    const high = step * (lines.length - 1) + ink + 2 * padding;
    if (high + 2 * margin > height) return false;
    const x = corner.endsWith('L') ? margin : width - margin - wide;
    const y = corner.startsWith('T') ? margin : height - margin - high;
    context.fillStyle = PLATE;
    context.fillRect(x, y, wide, high);
    context.fillStyle = '#fff';
    lines.forEach((line, index) => context.fillText(line, x + padding, y + padding + ink + index * step));
    return true;
  } finally {
    context.restore();
  }
}

/** The picture with the label drawn on it, in its own format where that is JPEG, else as PNG. */
export async function withLabel(file: Blob, overlay: Overlay): Promise<Blob> {
  if (!hasGlyphs(overlay.text)) throw new MissingFont();
  const picture = await createImageBitmap(file);
  try {
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(picture, 0, 0);
    if (!drawLabel(context, picture.width, picture.height, overlay)) throw new RangeError('the text does not fit');
    return await canvas.convertToBlob(file.type === 'image/jpeg' ? { type: 'image/jpeg', quality: 0.95 } : { type: 'image/png' });
  } finally {
    picture.close();
  }
}
