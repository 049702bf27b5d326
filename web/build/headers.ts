// The response headers of the static pages, as the `_headers` file that Cloudflare's asset server reads.
//
// What they promise, path by path:
// - every document: no inline script or style, no eval, Trusted Types;
// - /check: no connection at all, no form, no image from any server;
// - the checking worker, the only code that sees a file's bytes: no connection and no other script. It gets the
//   compiled engine through a message port from the loader worker, which may connect but never sees a file.

/** Paths of built files that carry their own policy. */
export interface BuiltPaths {
  checkWorker: string;
  loaderWorker: string;
}

type Policy = Record<string, string>;

const document: Policy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'worker-src': "'self'",
  'connect-src': "'self'",
  'img-src': "'self' blob: data:",
  'style-src': "'self'",
  'font-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'svelte-trusted-html app-worker',
};

const checkDocument: Policy = {
  ...document,
  'connect-src': "'none'",
  'form-action': "'none'",
  'img-src': 'blob: data:',
  // The faces are in a stylesheet: an address of a font could carry what was read from a file.
  'font-src': 'data:',
};

const checkWorker: Policy = {
  'default-src': "'none'",
  'script-src': "'wasm-unsafe-eval'",
  'connect-src': "'none'",
};

const loaderWorker: Policy = {
  'default-src': "'none'",
  'script-src': "'wasm-unsafe-eval'",
  'connect-src': "'self'",
};

const serviceWorker: Policy = {
  'default-src': "'none'",
  'connect-src': "'self'",
};

const everywhere: Record<string, string> = {
  // Browsers ignore it over plain http, which exists on localhost only. The API says the same (crates/api/src/envelope.rs).
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy':
    'accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()',
};

const CSP = 'Content-Security-Policy';

function policyText(policy: Policy): string {
  return Object.entries(policy)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');
}

function rule(path: string, lines: string[]): string {
  return [path, ...lines.map((line) => `  ${line}`)].join('\n');
}

// A second rule that matches the same path adds to a header instead of replacing it: unset it first.
function replacePolicy(path: string, policy: Policy, extra: string[] = []): string {
  return rule(path, [`! ${CSP}`, `${CSP}: ${policyText(policy)}`, ...extra]);
}

/** The whole `_headers` file. */
export function headersFile(built: BuiltPaths): string {
  const all = Object.entries(everywhere).map(([name, value]) => `${name}: ${value}`);
  return [
    rule('/*', [...all, `${CSP}: ${policyText(document)}`]),
    replacePolicy('/check', checkDocument),
    replacePolicy('/sw.js', serviceWorker, ['Cache-Control: no-cache']),
    rule('/assets/*', ['Cache-Control: public, max-age=31536000, immutable']),
    replacePolicy(built.checkWorker, checkWorker),
    replacePolicy(built.loaderWorker, loaderWorker),
    '',
  ].join('\n\n');
}
