// Fetches and compiles the engine's modules once and hands them to every checking worker through a port, which asks for
// each by name; so it does with the law packs that this site judges by. It is the only part that connects, and no file
// ever reaches it.

import engineUrl from '@labeler/engine/engine.wasm?url';
import pixelsUrl from '@labeler/engine/pixels.wasm?url';
import { loadRules, type LoadedRules } from './rules.ts';

const addresses: Record<string, string> = { engine: engineUrl, pixels: pixelsUrl };
const compiled = new Map<string, Promise<WebAssembly.Module>>();

async function load(address: string, options?: RequestInit): Promise<WebAssembly.Module> {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error(`the engine answered ${response.status}`);
  return WebAssembly.compileStreaming(response);
}

/**
 * Repeats a download once if it breaks off, past the browser's cache: a small cache, as in a private window, aborts one of
 * two downloads at the same time.
 */
async function compile(address: string): Promise<WebAssembly.Module> {
  try {
    return await load(address);
  } catch (cause) {
    if (cause instanceof WebAssembly.CompileError) throw cause;
    return load(address, { cache: 'no-store' });
  }
}

// Loaded once for the page, even if that fails: all files of one list are judged by the same rules.
let rules: Promise<LoadedRules> | undefined;

async function hand(port: MessagePort, name: string): Promise<void> {
  if (name === 'rules') {
    port.postMessage({ name, ...(await (rules ??= loadRules())) });
    return;
  }
  const address = addresses[name];
  if (!address) return;
  try {
    let module = compiled.get(name);
    if (!module) compiled.set(name, (module = compile(address)));
    port.postMessage({ name, module: await module });
  } catch (cause) {
    // The next worker tries again: the network may be back.
    compiled.delete(name);
    port.postMessage({
      name,
      error: cause instanceof WebAssembly.CompileError ? 'browser_too_old' : 'engine_unavailable',
    });
  }
}

self.addEventListener('message', ({ data: port }: MessageEvent<MessagePort>) => {
  port.onmessage = ({ data: name }: MessageEvent<string>) => void hand(port, name);
});

self.postMessage('started');
