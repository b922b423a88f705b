import Glibc

/// How a command with an emulator starts and stops while signals come.
struct Lifetime {
  let signals: Signals

  /// How long a start that was interrupted may take to end in order.
  private static let startGrace = Duration.milliseconds(500)
  /// How long the end takes at most: 5 s for responses that are being sent, and the work after them.
  private static let stopLimit = Duration.seconds(6)
  /// How long the end may take once it has to be immediate.
  private static let cutGrace = Duration.milliseconds(300)

  /// Starts. If the start blocks, for example on a FIFO that nobody writes or on a slow disk, signals still work: the
  /// program ends, and its files are removed.
  ///
  /// - Parameters:
  ///   - interrupted: the exit status if a signal ends the start.
  ///   - body: starts, on a thread of its own.
  /// - Returns: the result of the start, and whether a signal came that ends it.
  /// - Throws: what `body` threw.
  func start<Value: Sendable>(
    interrupted: (Int32) -> Int32, _ body: @escaping @Sendable () throws(Failure) -> Value
  ) throws(Failure) -> (value: Value, endedBy: Int32?) {
    let work = try Work(named: "start") { () -> Result<Value, Failure> in
      do throws(Failure) {
        return .success(try body())
      } catch {
        return .failure(error)
      }
    }
    var endedBy: Int32?
    while true {
      switch signals.next(or: work.done, within: endedBy == nil ? nil : Self.startGrace) {
      case .other:
        guard let result = work.finish() else { continue }
        switch result {
        case .success(let value): return (value, endedBy)
        case .failure(let failure):
          if let endedBy { throw .status(interrupted(endedBy)) }
          throw failure
        }
      case .signal(let signal) where signal.isEnding && endedBy == nil:
        endedBy = signal.number
      case .signal(let signal) where !signal.isEnding:
        break
      case .signal, .timeout:
        Leftovers.remove()
        _exit(interrupted(endedBy ?? SIGTERM))
      }
    }
  }

  /// Stops: responses that are being sent may take 5 seconds, or until the next signal that ends the program.
  ///
  /// - Parameters:
  ///   - status: the exit status if the end has to be cut short.
  ///   - last: the work after the emulator has stopped; it runs on a thread of its own.
  func stop(
    _ session: EmulatorSession, status: Int32, then last: @escaping @Sendable () -> Void
  ) throws(Failure) {
    let work = try Work(named: "stop") {
      session.stop()
      last()
      session.endLog()
    }
    var limit = Self.stopLimit
    var isCut = false
    while true {
      switch signals.next(or: work.done, within: limit) {
      case .other:
        if work.finish() != nil { return }
      case .signal(let signal) where signal.isEnding && !isCut:
        isCut = true
        limit = Self.cutGrace
        session.cut()
      case .signal(let signal) where !signal.isEnding:
        break
      case .signal, .timeout:
        session.cleanUp()
        Leftovers.remove()
        _exit(status)
      }
    }
  }
}
