import Core
import EventLoop
import Glibc
import LibCrypto
import Options
import RedirectEmulator

/// `exec --ring URL`: lets calls ring when the command accepts connections, beside the command.
struct ExecRing: Sendable {
  /// What came of it.
  enum Outcome: Sendable {
    case over(areRedirected: Bool)
    /// The command ended before it accepted connections, or all was stopped.
    case neverRang
    /// It was told why.
    case failed(status: Int32)
  }

  static let url = Option.optional(
    "ring", .text(RingCommand.webhookForm), valueName: "URL", environment: .none,
    group: "The app's webhook",
    help: "Let one call ring at this URL, when it accepts connections.")

  private let run: RingRun
  private let webhook: Webhook
  private let tell: @Sendable (String) -> Void
  /// Ends all of it.
  let stop = StopFlag()
  /// Ends the wait for connections: nobody is left to accept any.
  let commandEnded = StopFlag()

  /// How often it is looked whether the command accepts connections.
  private static let pause: UInt32 = 20_000

  /// What is wrong with the values of its options.
  static func judge(_ values: Values) -> [Complaint] {
    guard let url = values[Self.url] else {
      return RingOptions.given(values).map {
        Complaint(option: $0, "expected --ring with it")
      }
    }
    var complaints = RingOptions.judge(values)
    if let complaint = RingCommand.webhookFault(url, "ring") { complaints.append(complaint) }
    if values[ServeOptions.control] == .off {
      complaints.append(Complaint(option: "ring", "expected --control on with it"))
    }
    return complaints
  }

  /// - Returns: nil where nothing is to ring.
  init?(_ values: Values, _ session: EmulatorSession) throws(Failure) {
    guard let url = values[Self.url], let webhook = try? Webhook(url),
      let control = session.emulator.controlEndpoint.flatMap({ HTTPAddress($0) })
    else { return nil }
    self.webhook = webhook
    tell = { session.say($0) }
    let request = try RingOptions.calls(values, to: url)
    run = RingRun(
      emulator: RunningEmulator(control: control, key: session.controlKey), request: request,
      url: url, subject: values.subject(of: Self.url)
    ) { line in session.say(line) }
  }

  /// Waits, rings and tells, on a thread of its own.
  func begin() throws(Failure) -> Work<Outcome> {
    try Work(named: "ring") {
      while !acceptsConnections {
        if stop.isSet || commandEnded.isSet { return .neverRang }
        usleep(Self.pause)
      }
      do throws(Failure) {
        return .over(areRedirected: try run.run(until: stop))
      } catch {
        if !stop.isSet { for line in error.lines { tell("error: \(line)") } }
        return .failed(status: error.status)
      }
    }
  }

  /// Waits until every verdict is final, ends the command then, and says what all came to: with `--wait`. A command that
  /// ended by itself is not missed: it may be a part of the story.
  ///
  /// - Parameter onSignal: called with a signal before it is passed on.
  /// - Returns: the exit status.
  func wait(
    _ work: Work<Outcome>, beside child: ChildProcess, _ signals: Signals,
    onSignal: (Int32) -> Void
  ) -> Int32 {
    let ended = child.wait(signals, or: work.done, onSignal: onSignal)
    if ended != nil {
      commandEnded.set()
      while work.finish() == nil {
        guard case .signal(let signal) = signals.next(or: work.done, within: nil) else { continue }
        if signal.isEnding {
          stop.set()
          return 128 + signal.number
        }
      }
    } else {
      child.end(signals, onSignal: onSignal)
    }
    switch work.finish() {
    case .over(let areRedirected)?: return areRedirected ? 0 : 1
    case .failed(let status)?: return status
    case .neverRang?, nil:
      tell("error: \(run.subject): the command ended before that URL accepted connections")
      return ended.flatMap { $0 == 0 ? nil : $0 } ?? 1
    }
  }

  /// Whether somebody listens at the webhook.
  private var acceptsConnections: Bool {
    let addresses =
      webhook.addresses
      ?? (try? HTTPAddress(host: webhook.host.text, port: webhook.port, path: "").resolved()) ?? []
    return addresses.contains { address in
      guard let socket = try? Socket(connectingTo: address) else { return false }
      defer { socket.close() }
      var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
      return poll(&waiting, 1, 1_000) > 0 && socket.connectFailure == nil
    }
  }
}
