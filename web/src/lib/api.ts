// The REST API as pages call it: same origin, session cookie, JSON, the error envelope.

/** An answer that is no success, or none at all. */
export class ApiFailure extends Error {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** When the same call may be made again, if the server said so. */
  readonly retryAt: Date | undefined;
  /** The field that was refused, by its path, if the server named one. */
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

/** What a refusal says. `reset` is the header RateLimit-Reset, a Unix time in seconds. */
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
  return new ApiFailure(status, error?.code ?? 'unknown', error?.message ?? '', requestId, retryAt, error?.details?.field);
}

/** Calls `/api/v1` + `path`. Resolves to the JSON body, `undefined` for an empty one. Rejects with an `ApiFailure`. */
export async function api<Body>(method: string, path: string, body?: unknown): Promise<Body> {
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
