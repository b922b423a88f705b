/** The emulator could not be started or asked, or it refused a question; the message says what was expected. */
export class EmulatorError extends Error {}

/** What the emulator saw is not what the test expects: a line for each check that does not hold. */
export class VerificationError extends Error {}

/** A number, or a range: `"1..3"`, `"2.."`, `"..3"`. */
export type Count = number | string;

export type Verdict =
  | "redirected" | "redirectedTwice" | "redirectedUnknown" | "answered" | "rejected" | "refused" | "lost" | "ringing" | "waiting";

/** What `verify` can expect; the guide ControlAPI says when each holds. */
export interface Expectations {
  operations?: Count;
  attempts?: Count;
  executed?: Count;
  redirects?: Count;
  statuses?: (number | null)[];
  finalStatus?: number;
  ends?: (string | null)[];
  rules?: string[];
  honoursRetryAfter?: boolean;
  stableRepeatability?: boolean;
  spacing?: { atLeast?: string; atMost?: string };
  backsOff?: boolean;
  caller?: Verdict | Verdict[];
  appKnows?: boolean;
  within?: string;
  deliveries?: Count;
}

/** Which requests or calls a question is about; without it, all. */
export interface Where {
  after?: number;
  status?: number | string;
  stage?: string;
  rule?: string;
  requestId?: string;
  clientRequestId?: string;
  target?: string;
  call?: string;
  context?: string;
  from?: string;
  to?: string;
}

export interface Attempt {
  seq: number;
  time: string;
  status: number | null;
  rule: string | null;
  executed: boolean;
  durationMs: number | null;
  retryAfterMs: number | null;
  end: string | null;
  [member: string]: unknown;
}

export interface Operation {
  requestId: string | null;
  executed: number;
  attempts: Attempt[];
  [member: string]: unknown;
}

export interface Call {
  id: string;
  origin: "registered" | "seen";
  incomingCallContext: string | null;
  verdict: Verdict;
  story: string;
  advice: string | null;
  appKnows: boolean;
  attempts: Attempt[];
  [member: string]: unknown;
}

/** An entry of the journal. */
export interface Entry {
  seq: number;
  time: string;
  status: number | null;
  [member: string]: unknown;
}

export interface Rule {
  name: string;
  fired: number;
  [member: string]: unknown;
}

/** A scenario as a value; the guide Scenarios has its members. */
export interface Scenario {
  seed?: number;
  rules?: object[];
  connections?: object[];
  events?: object[];
}

/** Who calls, and how the event `IncomingCall` is delivered. */
export interface Ring {
  from?: string;
  to?: string;
  ringsFor?: string;
  incomingCallContext?: string;
  context?: "real" | "short";
  customContext?: object;
  callerDisplayName?: string;
  onBehalfOf?: string;
  schema?: "eventGrid" | "cloudEvents";
  validate?: boolean;
  timeout?: string;
  redeliverAfter?: string;
  maxDeliveries?: number;
  headers?: Record<string, string>;
  event?: object;
}

/** What a resource may be: members of `POST /_emulator/resources`. */
export interface Settings {
  /** Any text. */
  name?: string;
  /** A folder. What the emulator saw is written there as a file for a browser where `verify` or a strict `close` fails. */
  keep?: string;
  auth?: "verify" | "any" | "none";
  apiVersions?: string[];
  calls?: "any" | "registered";
  strict?: boolean;
  neighbours?: boolean;
  ownNumbers?: string[];
  expiresAfter?: string;
  scenario?: string | Scenario;
}

/** Which resource is meant: by its name, or by the key that an app has; without both it is `default`. */
export interface Existing {
  name?: string;
  accessKey?: string;
  keep?: string;
}

/** A resource: an access key, a journal, a scenario and a clock that no other test sees; or one that existed before. */
export class Resource {
  private constructor();
  readonly emulator: Emulator;
  readonly name: string;
  readonly accessKey: string;
  readonly token: string;
  /** With https. */
  readonly connectionString: string;
  readonly httpConnectionString: string;
  /** With http. */
  readonly endpoint: string;
  readonly httpsEndpoint: string;
  /** The CA's certificate: the file, and what it holds. */
  readonly caFile: string;
  readonly ca: string;
  /** The address of this resource in the control API. */
  readonly control: string;
  /** The variables that `redirect-emulator exec` sets, for this resource: for an app that the test starts as a process. */
  readonly environment: Record<string, string>;
  /** A client of the SDK's class, which trusts the emulator's CA. */
  client<Client, Options extends object>(
    type: new (connectionString: string, options?: Options) => Client, options?: Options): Client;
  /**
   * Replaces the scenario: YAML as a text, the path of a file, or a value. Counters start from zero. In `redirect-emulator drill` it is an
   * error on a resource that existed before, since its rules are the day's for all tests.
   */
  scenario(scenario: string | Scenario): Promise<Scenario & { rules: Rule[] }>;
  /** Replaces the scenario by that of a day that `redirect-emulator drill` knows, such as `throttled twice`. In a drill as `scenario`. */
  badDay(name: string): Promise<Scenario & { rules: Rule[] }>;
  /** Asserts what the emulator saw. `within: "5s"` waits for what an app does in the background. Rejects with `VerificationError`. */
  verify(expect: Expectations, options?: { where?: Where; within?: string }): Promise<void>;
  /** Has a caller ring: makes a call, and delivers its event `IncomingCall` to the webhook `to`. */
  ring(to?: string, options?: Ring): Promise<Call>;
  /** The journal, oldest first. */
  requests(): Promise<Entry[]>;
  operations(): Promise<Operation[]>;
  /** What became of each call, oldest first. */
  calls(): Promise<Call[]>;
  /** The rules of the scenario, with how often each fired. */
  rules(): Promise<Rule[]>;
  /** Moves this resource's clock on by `250ms`, `6m`, …; the time that it then is. */
  advance(duration: string): Promise<string>;
  /** What became of each call, with its tries, as text. */
  story(): Promise<string>;
  /** Writes what the live page shows of this resource as a file for a browser; its whole path. */
  report(path: string): Promise<string>;
  /** Everything is as at start, and without a scenario: the journal, the counters, the calls and the clock. */
  reset(): Promise<void>;
  /**
   * Removes the resource; one that existed before gets its scenario back, and its clock is as at start. With `strict` it rejects where a
   * rule never fired, or nothing asserted a request. While a `verify` waits, it prints what became of the calls on standard error.
   */
  close(options?: { strict?: boolean }): Promise<void>;
}

export class Emulator {
  private constructor();
  readonly caFile: string;
  readonly ca: string;
  readonly environment: Record<string, string>;
  resource(settings?: Settings): Promise<Resource>;
  /** A resource that exists: for an app that runs already and knows one connection string. */
  existing(which?: Existing): Promise<Resource>;
  /** Ends an emulator that was started, and leaves one alone that ran already. */
  stop(): Promise<void>;
}

/**
 * The emulator that `REDIRECT_EMULATOR_CONTROL` names, as `redirect-emulator exec` sets it; else one that is started on free ports,
 * and ends with `stop` or with this process. `args` are further options of `serve`.
 */
export function start(options?: { args?: string[]; control?: string }): Promise<Emulator>;

/** A resource in an emulator that all tests of this process share, and that ends with it. */
export function resource(settings?: Settings): Promise<Resource>;

/** A resource that exists in that emulator: by its name, or by the key that an app has; without both it is `default`. */
export function existing(which?: Existing): Promise<Resource>;

/** The path of the program. */
export function binary(): string;
