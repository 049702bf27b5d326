// The REST API as pages call it: same origin, session cookie, JSON, the error envelope.

/** An answer that is no success, or none at all. */
export class ApiFailure extends Error {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(status: number, code: string, message: string, requestId?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

interface Envelope {
  error?: { code?: string; message?: string };
  requestId?: string;
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
  let parsed: unknown;
  try {
    parsed = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new ApiFailure(response.status, 'not_json', '');
  }
  if (!response.ok) {
    const { error, requestId } = (parsed ?? {}) as Envelope;
    throw new ApiFailure(response.status, error?.code ?? 'unknown', error?.message ?? '', requestId);
  }
  return parsed as Body;
}
