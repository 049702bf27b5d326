// The pool with the real workers.

import checkWorkerUrl from './check.worker.ts?worker&url';
import loaderWorkerUrl from './loader.worker.ts?worker&url';
import { workerUrl } from '../trusted.ts';
import type { ExportFormat } from '@labeler/engine';
import { CheckPool, poolSize, type WorkerLike } from './pool.ts';

let loader: Worker | undefined;

// Under Trusted Types the constructor takes a TrustedScriptURL, which TypeScript's DOM library does not know.
function startWorker(url: string, name: string): Worker {
  return new Worker(workerUrl(url), { type: 'module', name });
}

function checkWorker(): WorkerLike {
  loader ??= startWorker(loaderWorkerUrl, 'engine loader');
  const channel = new MessageChannel();
  loader.postMessage(channel.port1, [channel.port1]);
  const worker = startWorker(checkWorkerUrl, 'check');
  worker.postMessage({ op: 'init', port: channel.port2 }, [channel.port2]);
  return worker;
}

/** A pool for this machine; nothing is loaded before `warm` or the first check. */
export function startPool(onFormats?: (formats: ExportFormat[]) => void): CheckPool {
  return new CheckPool(poolSize(navigator.hardwareConcurrency), checkWorker, undefined, onFormats);
}
