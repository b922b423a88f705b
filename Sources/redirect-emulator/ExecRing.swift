import Core
import Glibc
import Options
import RedirectEmulator
import Synchronization

/// `exec --ring URL`: lets calls ring when the command accepts connections, beside the command.
final class ExecRing: Sendable {
  /// What came of it.
  enum Outcome: Sendable {
    case over(areRedirected: Bool)
    /// Nothing rang, and the reason was printed; or all was stopped.
    case neverRang
    /// The reason was printed.
    case failed(status: Int32)
  }

  /// How far it has come.
  private enum Phase {
    /// The command does not accept connections yet.
    case waiting
    case ringing
    /// Nothing rings any more.
    case over
  }

  static let url = Option.optional(
    "ring", .text(RingCommand.webhookForm), valueName: "URL", environment: .none,
    group: "The app's webhook",
    help: "Let one call ring at this URL, when it accepts connections.")

  private let run: RingRun
  private let app: RungApp
  private let readyTimeout: Duration
  private let tell: @Sendable (String) -> Void
  private let phase: Guarded<Phase>
  /// Ends all of it.
  let stop = StopFlag()

  /// After how long it is said what is waited for.
  private static let patience = Duration.seconds(1)

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

  /// The calls to let ring; nil if there are none.
  ///
  /// - Throws: ``Failure/unavailable(_:)`` if somebody is there already, whom the command is not.
  static func app(_ values: Values) throws(Failure) -> RungApp? {
    // The options were judged before.
    guard let webhook = values[Self.url].flatMap({ try? Webhook($0) }) else { return nil }
    let app = RungApp(webhook: webhook)
    try app.refuseStranger(values.subject(of: Self.url), by: "exec")
    return app
  }

  /// - Parameter app: nil if nothing is to ring.
  init?(_ app: RungApp?, _ values: Values, _ session: EmulatorSession) throws(Failure) {
    guard let app, let control = session.emulator.controlEndpoint.flatMap({ HTTPAddress($0) })
    else { return nil }
    self.app = app
    readyTimeout = values[RungApp.readyTimeout].duration
    phase = Guarded(.waiting)
    tell = { session.say($0) }
    let url = app.webhook.url
    run = RingRun(
      emulator: RunningEmulator(control: control, key: session.controlKey),
      request: try RingOptions.calls(values, to: url), url: url,
      subject: values.subject(of: Self.url)
    ) { line in session.say(line) }
  }

  /// Waits, rings and tells, on a thread of its own.
  func begin() throws(Failure) -> Work<Outcome> {
    try Work(named: "ring") { [self] in
      guard waitsForApp() else { return .neverRang }
      do throws(Failure) {
        return .over(areRedirected: try run.run(until: stop))
      } catch {
        if !stop.isSet { for line in error.lines { tell("error: \(line)") } }
        return .failed(status: error.status)
      }
    }
  }

  /// Waits until the app accepts connections.
  ///
  /// - Returns: false if it will not.
  private func waitsForApp() -> Bool {
    let began = ContinuousClock.now
    var isTold = false
    while !stop.isSet {
      if app.takesConnections { return leaveWaiting(for: .ringing) }
      // The command has ended: nobody is left to accept any.
      guard phase.withLock({ $0 == .waiting }) else { return false }
      let waited = ContinuousClock.now - began
      if waited > readyTimeout {
        if leaveWaiting(for: .over) {
          tell(
            "error: \(run.subject): nothing accepted connections there within \(DurationText(readyTimeout)), so no call rang: compare the port with the app's, or give it a longer --ready-timeout"
          )
        }
        return false
      }
      if !isTold, waited > Self.patience {
        isTold = true
        tell(
          "waiting until the command accepts connections at \(app.shownURL), for \(DurationText(readyTimeout)) at most (--ready-timeout)"
        )
      }
      usleep(UInt32(RungApp.pause.wholeNanoseconds / 1_000))
    }
    return false
  }

  /// - Returns: false if it did not wait any more.
  private func leaveWaiting(for next: Phase) -> Bool {
    phase.withLock { phase in
      guard phase == .waiting else { return false }
      phase = next
      return true
    }
  }

  /// The command has ended: where nothing has rung, nothing will, and this is said. Who listens there now is somebody else.
  func commandEnded(_ status: Int32) {
    guard leaveWaiting(for: .over) else { return }
    tell(
      "error: \(run.subject): the command ended with status \(status) before the ring: nothing accepted connections there"
    )
  }

  /// Waits until every verdict is final, ends the command then, and says what all came to: with `--wait`. A command that
  /// ended by itself while it rang is not missed: it may be a part of the story.
  ///
  /// - Parameter onSignal: called with a signal before it is passed on.
  /// - Returns: the exit status.
  func wait(
    _ work: Work<Outcome>, beside child: ChildProcess, _ signals: Signals,
    onSignal: (Int32) -> Void
  ) -> Int32 {
    let ended = child.wait(signals, or: work.done, onSignal: onSignal)
    if let ended {
      commandEnded(ended)
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
    case .neverRang?, nil: return ended.flatMap { $0 == 0 ? nil : $0 } ?? 1
    }
  }
}
