// The REST API as pages call it: same origin, session cookie, JSON, the error envelope.

/** Error for a refused or failed API call, or for a missing answer. */
export class ApiFailure extends Error {
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** When the call may be repeated, if the server said so. */
  readonly retryAt: Date | undefined;
  /** Path of the refused field, if the server named one. */
  readonly field: string | undefined;

  constructor(status: number, code: string, message: string, requestId?: string, retryAt?: Date, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.retryAt = retryAt;
    this.field = field;
  }
}

interface Envelope {
  error?: { code?: string; message?: string; details?: { field?: string } };
  requestId?: string;
}

/** Converts a refusal to an error. `reset` is the header RateLimit-Reset, a Unix time in seconds. */
export function failureOf(status: number, text: string, reset: string | null): ApiFailure {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return new ApiFailure(status, 'not_json', '');
  }
  const { error, requestId } = (parsed ?? {}) as Envelope;
  const seconds = status === 429 && reset !== null ? Number(reset) : Number.NaN;
  const retryAt = Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined;
  return new ApiFailure(
    status,
    error?.code ?? 'unknown',
    error?.message ?? '',
    requestId,
    retryAt,
    error?.details?.field,
  );
}

/** Why a call needs a new proof of identity: the last one is too old, or a passkey was never shown. */
export type Doubt = 'reauthentication_required' | 'passkey_required';

/** Asks for the proof of identity; resolves to whether the person gave it. */
type Confirming = (doubt: Doubt) => Promise<boolean>;

let confirming: Confirming | undefined;

/** Registers how calls ask for a proof of identity before they are repeated once. Returns the function that ends this. */
export function confirmWith(ask: Confirming): () => void {
  confirming = ask;
  return () => {
    if (confirming === ask) confirming = undefined;
  };
}

const isDoubt = (code: string): code is Doubt => code === 'reauthentication_required' || code === 'passkey_required';

/** Calls `/api/v1` + `path`. Resolves to the JSON body, `undefined` for an empty one. Rejects with an `ApiFailure`. */
export async function api<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  try {
    return await call(method, path, body);
  } catch (cause) {
    if (!(cause instanceof ApiFailure) || !isDoubt(cause.code) || !(await confirming?.(cause.code))) throw cause;
    return call(method, path, body);
  }
}

async function call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch {
    throw new ApiFailure(0, 'unreachable', '');
  }
  const text = await response.text();
  if (!response.ok) throw failureOf(response.status, text, response.headers.get('RateLimit-Reset'));
  try {
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  } catch {
    throw new ApiFailure(response.status, 'not_json', '');
  }
}
