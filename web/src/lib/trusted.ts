// The one Trusted Types policy of our own: worker scripts, and only from this origin.

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): URL };
}

function sameOrigin(url: string): string {
  const target = new URL(url, location.href);
  if (target.origin !== location.origin) throw new TypeError(`worker from another origin: ${target.origin}`);
  return target.href;
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
const policy = factory?.createPolicy('app-worker', { createScriptURL: sameOrigin });

/** A script address that `new Worker` and `serviceWorker.register` accept under Trusted Types. */
export function workerUrl(url: string): URL {
  return policy ? policy.createScriptURL(url) : new URL(sameOrigin(url));
}
