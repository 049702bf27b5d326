// The pool with the real workers.

import checkWorkerUrl from './check.worker.ts?worker&url';
import loaderWorkerUrl from './loader.worker.ts?worker&url';
import { workerUrl } from '../trusted.ts';
import type { ExportFormat } from '@labeler/engine';
import type { RulesInUse } from '@labeler/engine/worker';
import { CheckPool, poolSize, type WorkerLike } from './pool.ts';

/** Longest wait for the script of a worker, a few kilobytes; the engine is not part of it. */
const START_MS = 15_000;

let loader: Worker | undefined;

// Under Trusted Types the constructor takes a TrustedScriptURL, which TypeScript's DOM library does not know.
function startWorker(url: string, name: string): Worker {
  const worker = new Worker(workerUrl(url), { type: 'module', name });
  // A script that never arrives is reported as the browser reports one that fails to load.
  const late = setTimeout(() => worker.dispatchEvent(new Event('error')), START_MS);
  const started = (event: Event) => {
    clearTimeout(late);
    event.stopImmediatePropagation();
  };
  // Each script sends a message first when it runs.
  worker.addEventListener('message', started, { once: true });
  worker.addEventListener('error', () => clearTimeout(late), { once: true });
  return worker;
}

/** Starts the loader. If its script cannot be loaded, it is ended, and the next check starts another one. */
function startLoader(): Worker {
  const worker = startWorker(loaderWorkerUrl, 'engine loader');
  worker.addEventListener('error', () => {
    worker.terminate();
    if (loader === worker) loader = undefined;
  });
  return worker;
}

function checkWorker(): WorkerLike {
  const from = (loader ??= startLoader());
  const channel = new MessageChannel();
  from.postMessage(channel.port1, [channel.port1]);
  const worker = startWorker(checkWorkerUrl, 'check');
  worker.postMessage({ op: 'init', port: channel.port2, rules: 'port' }, [channel.port2]);
  const withoutLoader = () => worker.dispatchEvent(new Event('error'));
  from.addEventListener('error', withoutLoader);
  worker.addEventListener('message', () => from.removeEventListener('error', withoutLoader), { once: true });
  return worker;
}

/** A pool for this machine; nothing is loaded before `warm` or the first check. */
export function startPool(onReady?: (formats: ExportFormat[], rules: RulesInUse) => void): CheckPool {
  return new CheckPool(poolSize(navigator.hardwareConcurrency), checkWorker, undefined, onReady);
}
