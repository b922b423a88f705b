import Core
import Glibc
import Synchronization

/// Lines that a separate thread writes, so that the code that makes a line never waits for its reader.
///
/// The ring has a limit in bytes. Lines that come when it is full are dropped and counted. One line says how many were
/// dropped when writing works again. The thread gathers lines for some milliseconds, so that a busy loop wakes it rarely.
package final class LineRing: Sendable {
  /// Where the lines go.
  package enum Output: Sendable {
    /// A descriptor that the caller opened, and closes.
    case descriptor(Int32)
    /// A file to which the lines are appended. It is made if it does not exist.
    case file(Path)
  }

  private struct State {
    var pending: [UInt8] = []
    /// Wake the writer when this many bytes are pending.
    var wakesAt = Int.max
    var dropped: UInt64 = 0
    /// Dropped lines that no line has reported yet.
    var untold: UInt64 = 0
    var isStopping = false
    var reopens = false
  }

  private let output: Output
  private let capacity: Int
  private let state: Guarded<State>
  /// Wakes the writer.
  private let wake: Wake
  /// Signalled when the writer has ended.
  private let ended: Wake
  private let thread = Guarded<LoopThread?>(nil)
  /// What a ring reports about itself, as a line among the others.
  package enum Notice: Sendable {
    /// This many lines were dropped: the writer was too slow for them.
    case dropped(UInt64)
    /// The file could not be opened again: lines are added to the one that is open.
    case notReopened(Errno)
  }

  private let notice: @Sendable (Notice) -> [UInt8]

  /// How long the writer gathers lines once it has been woken, in milliseconds.
  private static let gathering: Int32 = 5
  /// With this many bytes it does not gather any longer.
  private static let enough = 64 * 1024

  /// - Parameters:
  ///   - capacity: the most bytes that wait to be written. Just as many may be in the process of being written.
  ///   - notice: the line that says what happened to the lines.
  /// - Throws: ``Errno`` if the file cannot be opened.
  package init(
    _ output: Output, capacity: Int = 1 << 20, notice: @escaping @Sendable (Notice) -> [UInt8]
  ) throws(Errno) {
    self.output = output
    self.capacity = capacity
    self.notice = notice
    state = Guarded(State())
    let descriptor = try Self.open(output)
    wake = try Wake()
    ended = try Wake()
    let started = try LoopThread(named: "log") { [self] in
      var writer = Writer(descriptor: descriptor, ring: self)
      writer.run()
      ended.signal()
    }
    thread.withLock { $0 = started }
  }

  /// Lines that were dropped since the start.
  package var dropped: UInt64 { state.withLock { $0.dropped } }

  /// Adds a line, with its end. Never waits.
  package func append(_ line: [UInt8]) {
    let wakes = state.withLock { state -> Bool in
      guard !state.isStopping, line.count <= capacity - state.pending.count else {
        state.dropped += 1
        state.untold += 1
        return false
      }
      state.pending.append(contentsOf: line)
      guard state.pending.count >= state.wakesAt else { return false }
      state.wakesAt = .max
      return true
    }
    if wakes { wake.signal() }
  }

  /// Opens the file again, after it was moved away for rotation. Does nothing for a descriptor.
  package func reopen() {
    state.withLock { $0.reopens = true }
    wake.signal()
  }

  /// Writes what there is, and ends.
  ///
  /// - Parameter limit: how long that may take. After that it does not wait for a reader that has stopped: the writer's
  ///   thread then hangs until the process ends, or until a later call.
  /// - Returns: whether everything was written.
  @discardableResult
  package func stop(within limit: Duration) -> Bool {
    guard let thread = thread.withLock({ stored in stored.take() }) else { return true }
    state.withLock { $0.isStopping = true }
    wake.signal()
    guard ended.wait(Int32(clamping: limit.clampedNanoseconds / 1_000_000)) else {
      self.thread.withLock { $0 = thread }
      return false
    }
    thread.join()
    return true
  }

  /// The writer's thread, and the values that only this thread uses.
  private struct Writer {
    var descriptor: Int32
    unowned let ring: LineRing
    var batch: [UInt8] = []
    /// Whether the end of the last line is not written yet.
    var isTorn = false

    mutating func run() {
      while true {
        let (reopens, stops) = ring.state.withLock { state in
          batch.removeAll(keepingCapacity: true)
          swap(&batch, &state.pending)
          if batch.isEmpty { state.wakesAt = 1 }
          defer { state.reopens = false }
          return (state.reopens, state.isStopping)
        }
        if reopens { reopen() }
        if !batch.isEmpty {
          write()
        } else if stops {
          break
        } else {
          ring.wake.wait()
          ring.gather()
        }
      }
      if case .file = ring.output { SystemCall.close(descriptor) }
    }

    private mutating func reopen() {
      guard case .file = ring.output else { return }
      do {
        let opened = try LineRing.open(ring.output)
        SystemCall.close(descriptor)
        descriptor = opened
        isTorn = false
      } catch {
        // The lines are added to the file that is open, this one first.
        _ = write(ring.notice(.notReopened(error)))
      }
    }

    private mutating func write() {
      guard write(batch) else { return }
      let untold = ring.state.withLock { state in
        defer { state.untold = 0 }
        return state.untold
      }
      if untold > 0, !write(ring.notice(.dropped(untold))) {
        ring.state.withLock { $0.untold += untold }
      }
    }

    /// - Returns: false if nothing can be written, such as to a full disk: the lines are then dropped.
    private mutating func write(_ bytes: [UInt8]) -> Bool {
      var rest = (isTorn ? [UInt8(ascii: "\n")] : []) + bytes
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest, rest.count)
        if count > 0 {
          isTorn = rest[count - 1] != UInt8(ascii: "\n")
          if count == rest.count { return true }
          rest.removeFirst(count)
          continue
        }
        switch errno {
        case EINTR: continue
        case EAGAIN:
          // The descriptor's owner made it non-blocking.
          var one = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&one, 1, -1)
        default:
          let lines = UInt64(rest.count { $0 == UInt8(ascii: "\n") })
          ring.state.withLock { state in
            state.dropped += lines
            state.untold += lines
          }
          return false
        }
      }
      return true
    }
  }

  /// Waits some milliseconds for more lines, and less if there are many or the ring stops.
  private func gather() {
    let gathers = state.withLock { state -> Bool in
      state.wakesAt = Self.enough
      return !state.isStopping && !state.reopens && state.pending.count < Self.enough
    }
    if gathers { wake.wait(Self.gathering) }
  }

  private static func open(_ output: Output) throws(Errno) -> Int32 {
    switch output {
    case .descriptor(let descriptor): return descriptor
    case .file(let path):
      // Not blocking: a FIFO without a reader is an error, and this does not wait.
      let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
      let descriptor = path.withCString { Glibc.open($0, flags, 0o644) }
      if descriptor < 0 { throw Errno(errno, in: "open") }
      return descriptor
    }
  }
}
