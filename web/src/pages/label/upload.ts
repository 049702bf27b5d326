// The upload to `POST /api/v1/label`. With XMLHttpRequest, because `fetch` does not tell how far an upload is.

import { ApiFailure, failureOf } from '../../lib/api.ts';

export interface Answer {
  content: Blob;
  sha256Output: string | null;
  eventId: string | null;
  appliedLayers: string[];
  signerFingerprint: string | null;
  warnings: string[];
}

interface Call {
  /** A key instead of the session. */
  key: string | undefined;
  signal: AbortSignal;
  onProgress: (share: number) => void;
}

/** Sends one picture and resolves to the labelled one. Rejects with an `ApiFailure` or the signal's reason. */
export function upload(image: Blob, options: object, { key, signal, onProgress }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('options', JSON.stringify(options));
    form.append('image', image, 'image');
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/label');
    request.responseType = 'blob';
    request.setRequestHeader('Accept', 'application/octet-stream');
    if (key) request.setRequestHeader('Authorization', `Bearer ${key}`);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    const list = (name: string) =>
      (request.getResponseHeader(name) ?? '')
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean);
    request.addEventListener('load', async () => {
      const body = request.response as Blob;
      if (request.status !== 200) {
        reject(failureOf(request.status, await body.text(), request.getResponseHeader('RateLimit-Reset')));
        return;
      }
      resolve({
        content: body,
        sha256Output: request.getResponseHeader('X-Labeler-Sha256-Output'),
        eventId: request.getResponseHeader('X-Labeler-Event-Id'),
        appliedLayers: list('X-Labeler-Applied-Layers'),
        signerFingerprint: request.getResponseHeader('X-Labeler-Signer-Fingerprint'),
        warnings: list('X-Labeler-Warnings'),
      });
    });
    request.addEventListener('error', () => reject(new ApiFailure(0, 'unreachable', '')));
    request.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
