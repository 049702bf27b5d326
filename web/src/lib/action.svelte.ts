// State of an asynchronous action of a component: whether it runs, why it failed, and what it announces.

/** Result of work that ends with leaving the page: the action stays busy, so that nothing is sent twice. */
export const leaving: unique symbol = Symbol('leaving');

/** Returns the text to announce, `leaving`, or nothing. */
export type Work = () => Promise<string | typeof leaving | void>;

/**
 * Converts the error to the problem to show. Returns `undefined` if the component shows it in another place, such as
 * beside the field that the server refused.
 */
export type Explain<Problem> = (cause: unknown) => Problem | undefined | Promise<Problem | undefined>;

export class Action<Problem = unknown> {
  /** Why the last attempt failed; `undefined` if it did not. */
  problem = $state.raw<Problem>();
  /** Text for the component's `role="status"` element. */
  said = $state('');
  #busy = $state(false);
  readonly #explain: Explain<Problem>;

  constructor(explain: Explain<Problem>) {
    this.#explain = explain;
  }

  /** Whether `run` is working. Controls that call it are disabled meanwhile. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Removes the problem and the announcement. */
  clear(): void {
    this.problem = undefined;
    this.said = '';
  }

  /**
   * Runs the work and announces the text that it returns. Does nothing while other work is running, so that a form is not
   * submitted twice.
   */
  async run(work: Work, explain: Explain<Problem> = this.#explain): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.clear();
    let result: Awaited<ReturnType<Work>> | undefined;
    await this.attempt(async () => {
      result = await work();
    }, explain);
    if (typeof result === 'string') this.said = result;
    if (result !== leaving) this.#busy = false;
  }

  /** Runs work without `busy` and announcement, such as loading a list. The work of `run` may call it. */
  async attempt(work: () => Promise<void>, explain: Explain<Problem> = this.#explain): Promise<void> {
    this.problem = undefined;
    try {
      await work();
    } catch (cause) {
      this.problem = await explain(cause);
    }
  }
}

/** Creates the action of a component. Without `explain`, the problem is the error itself. */
export function useAction<Problem = unknown>(explain: Explain<Problem> = (cause) => cause as Problem): Action<Problem> {
  return new Action(explain);
}
