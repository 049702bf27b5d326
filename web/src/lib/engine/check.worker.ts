// The worker that sees the files. Its response forbids every connection (see build/headers.ts).
import '@labeler/engine/worker';

self.postMessage('started');
