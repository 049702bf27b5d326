// The signed law packs that this site judges by, where its operator names any: the API says where they are
// (crates/api/src/endpoints/service.rs), the engine verifies them. What was read last is kept for use without a network.

const CONFIGURATION = '/api/v1/rules';
/** Not `labeler-…`: the service worker removes those of older versions. */
const CACHE = 'law-packs';
/** Longest wait for each of the two answers: a check waits for them. */
const WAIT_MS = 20_000;

/** The answer to a worker: a set and its key, nothing where none is named, or why it is not known or not there. */
export type LoadedRules =
  | { packs?: undefined; error?: undefined }
  | { packs: Uint8Array<ArrayBuffer>; key: string }
  | { error: 'rules_unknown' | 'rules_unavailable' };

/** The API's answer. */
interface Configuration {
  /** The path of a signed set on this site, or its JSON. */
  signedSet: string | null;
  publicKey: string | null;
}

/** From the network; without one, as it was read last. */
async function read(path: string): Promise<Response> {
  // Outside of secure contexts there is no cache, and no service worker that could show the page without a network.
  const kept = await globalThis.caches?.open(CACHE).catch(() => undefined);
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-cache', signal: AbortSignal.timeout(WAIT_MS) });
  } catch (cause) {
    const before = await kept?.match(path);
    if (before) return before;
    throw cause;
  }
  // What is kept is read whole: an answer may break off.
  if (response.ok || response.status === 404) {
    const body = await response.arrayBuffer();
    response = new Response(body, { status: response.status });
    await kept?.put(path, response.clone()).catch(() => {});
  }
  return response;
}

async function configuration(): Promise<Configuration> {
  const response = await read(CONFIGURATION);
  // Pages that are served without the API have nobody who could name a set.
  if (response.status === 404) return { signedSet: null, publicKey: null };
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  const { signedSet, publicKey } = (await response.json()) as Partial<Configuration>;
  if (signedSet === null) return { signedSet, publicKey: null };
  if (typeof signedSet !== 'string' || typeof publicKey !== 'string') throw new Error('the API gave no configuration of rules');
  return { signedSet, publicKey };
}

export async function loadRules(): Promise<LoadedRules> {
  let named: Configuration;
  try {
    named = await configuration();
  } catch {
    return { error: 'rules_unknown' };
  }
  const { signedSet, publicKey } = named;
  if (signedSet === null || publicKey === null) return {};
  if (signedSet.startsWith('{')) return { packs: new TextEncoder().encode(signedSet), key: publicKey };
  try {
    const response = await read(signedSet);
    if (!response.ok) throw new Error(`the set was answered ${response.status}`);
    return { packs: new Uint8Array(await response.arrayBuffer()), key: publicKey };
  } catch {
    return { error: 'rules_unavailable' };
  }
}
