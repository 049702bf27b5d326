// Fetches and compiles the engine once and hands it to every checking worker through a port. It is the only part that
// connects, and no file ever reaches it.

import wasmUrl from '@labeler/engine/engine.wasm?url';

let compiled: Promise<WebAssembly.Module> | undefined;

async function compile(): Promise<WebAssembly.Module> {
  const response = await fetch(wasmUrl);
  if (!response.ok) throw new Error(`the engine answered ${response.status}`);
  return WebAssembly.compileStreaming(response);
}

self.addEventListener('message', async ({ data: port }: MessageEvent<MessagePort>) => {
  try {
    compiled ??= compile();
    port.postMessage(await compiled);
  } catch (cause) {
    // The next worker tries again: the network may be back.
    compiled = undefined;
    port.postMessage(cause instanceof WebAssembly.CompileError ? 'browser_too_old' : 'engine_unavailable');
  }
});
